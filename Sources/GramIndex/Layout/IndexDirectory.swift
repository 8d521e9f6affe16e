internal import Bytes

/// Everything of an index file that is needed to make sense of the rest. Read and checked whole when
/// the file is opened: some six bytes for a document and one for each 256 KiB.
struct IndexDirectory {
  struct Column: Hashable {
    /// Of the values that are there.
    struct Values: Hashable {
      var minimum: Int64
      var maximum: Int64
      /// How many documents have one.
      var count: Int

      /// Bits of each value, which are stored less the minimum.
      var width: Int {
        64 - (UInt64(bitPattern: maximum) &- UInt64(bitPattern: minimum)).leadingZeroBitCount
      }

      /// Bytes of the column: a bit for each document, the values, room to read a word.
      func length(documents: Int) -> UInt64 {
        UInt64((documents + 7) / 8) + (UInt64(count) * UInt64(width) + 7) / 8 + 8
      }
    }

    var name: String
    /// nil when it is undefined in all documents.
    var values: Values?
  }

  var factsVersion = ""
  var columns: [Column] = []
  /// Bytes, by document; 0 for one that could not be read.
  var sizes: [UInt64] = []
  /// Documents that could not be read.
  var unknown = DocumentSet(limit: 0)
  /// Documents without facts, among them those that could not be read.
  var withoutFacts = DocumentSet(limit: 0)
  /// Bits of the signatures of each class, ascending.
  var classes: [UInt64] = []
  /// By piece, and by region, document after document: `firstClass` + class, `emptyStretch` or `openStretch`.
  var pieces: [UInt8] = []
  var regions: [UInt8] = []
  /// Distinct fact keys.
  var keyCount = 0

  var columnBytes: UInt64 {
    columns.reduce(0) { $0 + ($1.values?.length(documents: sizes.count) ?? 0) }
  }

  var keyBlockCount: Int { (keyCount + IndexLayout.keysPerBlock - 1) / IndexLayout.keysPerBlock }

  var encoded: [UInt8] {
    var writer = ByteWriter(reserving: sizes.count * 6 + pieces.count + regions.count + 4096)
    writer.append(text: factsVersion)
    writer.append(variable: UInt64(columns.count))
    for column in columns {
      writer.append(text: column.name)
      writer.append(variable: UInt64(column.values?.count ?? 0))
      guard let values = column.values else { continue }
      writer.append(values.minimum)
      writer.append(values.maximum)
    }
    for size in sizes { writer.append(variable: size) }
    writer.append(contentsOf: unknown.bytes)
    writer.append(contentsOf: withoutFacts.bytes)
    writer.append(variable: UInt64(classes.count))
    for bits in classes { writer.append(variable: bits) }
    writer.append(contentsOf: pieces)
    writer.append(contentsOf: regions)
    writer.append(variable: UInt64(keyCount))
    writer.appendChecksum64()
    return writer.bytes
  }

  init() {}

  init(_ section: ByteView, documents: Int) throws(IndexError) {
    guard section.count >= 8,
      let expected = section.little(at: section.count - 8, as: UInt64.self),
      XXH64.checksum(section.clamped(at: 0, length: section.count - 8)) == expected
    else { throw IndexError(.damaged, "the directory of the index file is damaged") }
    var reader = NumberReader(section.clamped(at: 0, length: section.count - 8))
    guard let directory = IndexDirectory(reading: &reader, documents: documents), reader.left == 0
    else {
      throw IndexError(.damaged, "the numbers in the index's directory are wrong")
    }
    self = directory
  }

  /// Nothing is allocated that the bytes at hand do not account for.
  private init?(reading reader: inout NumberReader, documents: Int) {
    guard let version = reader.text(), let columnCount = reader.next(upTo: reader.left) else {
      return nil
    }
    factsVersion = version
    for _ in 0..<columnCount {
      guard let name = reader.text(), let count = reader.next(upTo: documents) else { return nil }
      var values: Column.Values?
      if count > 0 {
        guard let bounds = reader.take(16), let minimum = bounds.little(at: 0, as: Int64.self),
          let maximum = bounds.little(at: 8, as: Int64.self), minimum <= maximum
        else { return nil }
        values = Column.Values(minimum: minimum, maximum: maximum, count: count)
      }
      columns.append(Column(name: name, values: values))
    }
    guard documents <= reader.left else { return nil }
    sizes.reserveCapacity(documents)
    var pieceCount: UInt64 = 0
    var regionCount: UInt64 = 0
    for _ in 0..<documents {
      guard let size = reader.next() else { return nil }
      sizes.append(size)
      pieceCount += SignatureScheme.pieceCount(of: size)
      regionCount += SignatureScheme.regionCount(of: size)
      // More than there are bytes to say so, long before the sum can overflow.
      guard regionCount <= UInt64(reader.bytes.count) else { return nil }
    }
    let setBytes = (documents + 7) / 8
    guard let unknown = reader.take(setBytes), let factless = reader.take(setBytes),
      let classCount = reader.next(upTo: Int(UInt8.max - IndexLayout.firstClass))
    else { return nil }
    self.unknown = DocumentSet(limit: documents, bytes: unknown.array)
    withoutFacts = DocumentSet(limit: documents, bytes: factless.array).union(self.unknown)
    for _ in 0..<classCount {
      guard let bits = reader.next(), bits > classes.last ?? 0, SignatureScheme.isClass(bits: bits)
      else { return nil }
      classes.append(bits)
    }
    guard pieceCount <= UInt64(reader.left), let pieces = reader.take(Int(pieceCount)),
      regionCount <= UInt64(reader.left), let regions = reader.take(Int(regionCount)),
      let keyCount = reader.next(upTo: Int(UInt32.max))
    else { return nil }
    self.pieces = pieces.array
    self.regions = regions.array
    let kinds = Int(IndexLayout.firstClass) + classCount
    guard self.pieces.allSatisfy({ Int($0) < kinds }), self.regions.allSatisfy({ Int($0) < kinds })
    else { return nil }
    self.keyCount = keyCount
  }
}
