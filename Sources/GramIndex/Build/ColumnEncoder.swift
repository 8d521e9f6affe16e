internal import Bytes

/// Collects a column's values, of those documents that have one.
struct ColumnValues {
  private(set) var documents: [UInt32] = []
  private(set) var values: [Int64] = []

  /// Documents come in ascending order, each once.
  mutating func append(_ value: Int64, of document: Int) {
    documents.append(UInt32(document))
    values.append(value)
  }

  var bounds: IndexDirectory.Column.Values? {
    guard let minimum = values.min(), let maximum = values.max() else { return nil }
    return .init(minimum: minimum, maximum: maximum, count: values.count)
  }
}

/// Packs values of a fixed number of bits, lowest bit first.
struct BitPacker {
  private(set) var bytes: [UInt8] = []
  private var rest: UInt64 = 0
  private var used = 0

  mutating func append(_ value: UInt64, width: Int) {
    guard width > 0 else { return }
    rest |= value << UInt64(used)
    if used + width < 64 {
      used += width
      return
    }
    appendWord()
    // A shift by 64 gives 0: then the value ended with the word.
    rest = value >> UInt64(64 - used)
    used = used + width - 64
  }

  private mutating func appendWord() {
    for shift in stride(from: 0, to: 64, by: 8) {
      bytes.append(UInt8(truncatingIfNeeded: rest >> UInt64(shift)))
    }
  }

  /// The last bits, filled up to a byte.
  mutating func finish() {
    for shift in stride(from: 0, to: used, by: 8) {
      bytes.append(UInt8(truncatingIfNeeded: rest >> UInt64(shift)))
    }
    rest = 0
    used = 0
  }
}

extension ColumnValues {
  /// A bit for each document, then the values less the smallest, then room to read a word.
  func encoded(documents count: Int) -> [UInt8] {
    guard let bounds else { return [] }
    var present = DocumentSet(limit: count)
    for document in documents { present.insert(Int(document)) }
    var packer = BitPacker()
    for value in values {
      packer.append(
        UInt64(bitPattern: value) &- UInt64(bitPattern: bounds.minimum), width: bounds.width)
    }
    packer.finish()
    return present.bytes + packer.bytes + Array(repeating: 0, count: 8)
  }
}
