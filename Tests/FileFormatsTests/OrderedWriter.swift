/// Puts bytes together for synthetic files, in either byte order.
struct OrderedWriter {
  var bytes: [UInt8] = []
  var isBigEndian = false

  var count: Int { bytes.count }

  mutating func put<T: FixedWidthInteger>(_ value: T) {
    let ordered = isBigEndian ? value.bigEndian : value.littleEndian
    var rest = ordered
    for _ in 0..<(T.bitWidth / 8) {
      bytes.append(UInt8(truncatingIfNeeded: rest))
      if T.bitWidth > 8 { rest >>= 8 }
    }
  }

  mutating func put(_ text: String) { bytes.append(contentsOf: text.utf8) }

  mutating func put(_ text: String, paddedTo length: Int) {
    let field = Array(text.utf8).prefix(length)
    bytes.append(contentsOf: field)
    pad(length - field.count)
  }

  mutating func pad(_ length: Int) { bytes.append(contentsOf: repeatElement(0, count: length)) }

  mutating func align(to size: Int) { while bytes.count % size != 0 { bytes.append(0) } }
}

/// Hostile variants of a small file: cut at every length, and every byte inverted, set to its
/// extremes, or with its lowest bit flipped.
func forEachMutation(of file: [UInt8], _ body: ([UInt8]) -> Void) {
  for length in 0...file.count { body(Array(file.prefix(length))) }
  var changed = file
  for index in file.indices {
    for value in [~file[index], 0, 0xFF, 0x7F, file[index] ^ 1] where value != file[index] {
      changed[index] = value
      body(changed)
    }
    changed[index] = file[index]
  }
}
