// Unsafe here: zlib takes raw pointers. Nothing of it leaves this file.
public import Bytes
internal import CZlib

/// Raw deflate streams (RFC 1951), unpacked by zlib up to a bound.
///
/// The law: no more than `limit` bytes are ever kept, whatever the stream or a header says; a
/// stream that would give more gives nothing, as a bomb should.
public enum Inflate {
  /// The bytes of the stream at the beginning of `data`; what follows the stream's end is ignored.
  /// Nil where the stream is damaged, ends early or holds more than `limit` bytes.
  public static func raw(_ data: ByteView, limit: Int) -> [UInt8]? {
    guard limit >= 0 else { return nil }
    var stream = unsafe z_stream()
    // SAFETY: the stream is initialised here and ended on every path; -15 is a raw stream.
    let begun = unsafe inflateInit2_(
      &stream, -15, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    guard begun == Z_OK else { return nil }
    defer { unsafe inflateEnd(&stream) }
    var result: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 64 << 10)
    var offset = 0
    while true {
      let piece = data.clamped(at: offset, length: 1 << 30)
      let room = block.count
      // SAFETY: zlib reads at most `avail_in` bytes of the view, which lives during the call and
      // is not written, and writes at most `avail_out` bytes of the block.
      let (status, read, written) = unsafe block.withUnsafeMutableBufferPointer { block in
        unsafe stream.next_in = UnsafeMutablePointer(
          mutating: piece.base.assumingMemoryBound(to: UInt8.self))
        unsafe stream.avail_in = UInt32(piece.count)
        unsafe stream.next_out = block.baseAddress
        unsafe stream.avail_out = UInt32(room)
        let status = unsafe inflate(&stream, Z_NO_FLUSH)
        return unsafe (
          status, piece.count - Int(stream.avail_in), room - Int(stream.avail_out)
        )
      }
      offset += read
      guard written <= limit - result.count else { return nil }
      result += block[..<written]
      if status == Z_STREAM_END { return result }
      // Without progress the input has ended, or it is damaged.
      guard status == Z_OK, read > 0 || written > 0 else { return nil }
    }
  }
}
