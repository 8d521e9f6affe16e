/// Puts ZIP archives together: stored or ready-made deflated files, in front of and behind other
/// bytes, with every field free to lie.
struct ZIPBuilder {
  struct File {
    var path: String
    var contents: [UInt8]
    var method: UInt16 = 0
    var flags: UInt16 = 0
    /// What the archive holds; the contents where they are stored.
    var packed: [UInt8]?
    var checksum: UInt32?
    var extra: [UInt8] = []
    var uncompressedSize: UInt32?
    var compressedSize: UInt32?
  }

  var prefix: [UInt8] = []
  var files: [File]
  var comment: [UInt8] = []
  var suffix: [UInt8] = []
  var count: UInt16?
  var disk: UInt16 = 0
  /// Added to the stated place of the directory.
  var directoryShift: UInt32 = 0
  var directorySize: UInt32?
  /// Writes the end record of 64 bits too.
  var isWide = false

  init(_ files: [(path: String, contents: String)]) {
    self.files = files.map { File(path: $0.path, contents: Array($0.contents.utf8)) }
  }

  init(files: [File]) { self.files = files }

  var bytes: [UInt8] {
    var out = OrderedWriter()
    var offsets: [Int] = []
    for file in files {
      offsets.append(out.count)
      out.put(UInt32(0x0403_4B50))
      putFields(file, &out)
      out.put(UInt16(0))
      out.put(file.path)
      out.bytes += file.packed ?? file.contents
    }
    let start = out.count
    for (file, offset) in zip(files, offsets) {
      out.put(UInt32(0x0201_4B50))
      out.put(UInt16(20))
      putFields(file, &out)
      out.put(UInt16(file.extra.count))
      out.pad(10)
      out.put(UInt32(offset))
      out.put(file.path)
      out.bytes += file.extra
    }
    let size = out.count - start
    if isWide { putWideEnd(start: start, size: size, &out) }
    out.put(UInt32(0x0605_4B50))
    out.put(disk)
    out.put(UInt16(0))
    let count = isWide ? .max : self.count ?? UInt16(files.count)
    out.put(count)
    out.put(count)
    out.put(isWide ? .max : directorySize ?? UInt32(size))
    out.put(isWide ? .max : UInt32(start) &+ directoryShift)
    out.put(UInt16(comment.count))
    out.bytes += comment
    return prefix + out.bytes + suffix
  }

  private func putFields(_ file: File, _ out: inout OrderedWriter) {
    out.put(UInt16(20))
    out.put(file.flags)
    out.put(file.method)
    out.pad(4)
    out.put(file.checksum ?? Self.checksum(file.contents))
    out.put(file.compressedSize ?? UInt32((file.packed ?? file.contents).count))
    out.put(file.uncompressedSize ?? UInt32(file.contents.count))
    out.put(UInt16(file.path.utf8.count))
  }

  private func putWideEnd(start: Int, size: Int, _ out: inout OrderedWriter) {
    let record = out.count
    out.put(UInt32(0x0606_4B50))
    out.put(UInt64(44))
    out.put(UInt32(0))
    out.put(UInt64(0))
    out.put(UInt64(files.count))
    out.put(UInt64(files.count))
    out.put(UInt64(size))
    out.put(UInt64(start))
    out.put(UInt32(0x0706_4B50))
    out.put(UInt32(0))
    out.put(UInt64(record))
    out.put(UInt32(1))
  }

  /// CRC-32, bit by bit.
  static func checksum(_ bytes: [UInt8]) -> UInt32 {
    var value: UInt32 = .max
    for byte in bytes {
      value ^= UInt32(byte)
      for _ in 0..<8 { value = value & 1 == 1 ? (value >> 1) ^ 0xEDB8_8320 : value >> 1 }
    }
    return ~value
  }

  /// A deflate stream of stored blocks.
  static func storedBlocks(_ contents: [UInt8]) -> [UInt8] {
    var out = OrderedWriter()
    var rest = contents[...]
    repeat {
      let block = rest.prefix(0xFFFF)
      rest = rest.dropFirst(block.count)
      out.put(UInt8(rest.isEmpty ? 1 : 0))
      out.put(UInt16(block.count))
      out.put(~UInt16(block.count))
      out.bytes += block
    } while !rest.isEmpty
    return out.bytes
  }
}
