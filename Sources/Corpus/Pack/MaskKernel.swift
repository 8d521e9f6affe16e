// Unsafe here: one exclusive-or over raw memory, a word at a time.
internal import Bytes

/// The reversible veil over everything a store keeps: what lies in a pack can neither run nor be
/// recognised by a scanner on the host. Not encryption: the seed stands in the same file.
///
/// A key of 4,096 bytes made from the seed, laid over the file again and again, aligned to file
/// offsets. A whole page of key, so that runs of equal bytes show no short period.
@safe
final class Mask: Sendable {
  static let period = 4096
  /// Two periods, so that a run of one period can start anywhere.
  private let key: [UInt64]

  init(seed: UInt64) {
    // SplitMix64, from its published definition.
    var state = seed
    var words: [UInt64] = []
    words.reserveCapacity(2 * Mask.period / 8)
    for _ in 0..<(Mask.period / 8) {
      state &+= 0x9E37_79B9_7F4A_7C15
      var word = state
      word = (word ^ (word &>> 30)) &* 0xBF58_476D_1CE4_E5B9
      word = (word ^ (word &>> 27)) &* 0x94D0_49BB_1331_11EB
      words.append((word ^ (word &>> 31)).littleEndian)
    }
    key = words + words
  }

  /// Unmasks as `apply` does, and says whether the bytes that come out have a checksum.
  func apply(
    to buffer: ByteBuffer, from start: Int, fileOffset: Int, expecting checksum: FrameChecksum
  ) -> Bool {
    let phase = fileOffset & (Mask.period - 1)
    switch checksum.kind {
    case .xxh3:
      guard buffer.count - start > XXH3.shortInput else { return false }
      return XXH3.checksum(maskingWith: key, phase: phase, buffer, from: start) == checksum.value
    case .xxh64:
      apply(to: buffer, from: start, fileOffset: fileOffset)
      let bytes = buffer.view.clamped(at: start, length: buffer.count - start)
      return XXH64.checksum(bytes) == checksum.value
    }
  }

  /// Masks, or unmasks, the bytes of `buffer` from `start` to its end, which stand (or will) in
  /// the file from `fileOffset` on.
  func apply(to buffer: ByteBuffer, from start: Int, fileOffset: Int) {
    precondition(start >= 0 && start <= buffer.count, "the range lies in the buffer")
    var offset = fileOffset
    var position = start
    unsafe key.withUnsafeBytes { key in
      guard let keyBase = key.baseAddress else { return }
      while position < buffer.count {
        let run = min(Mask.period, buffer.count - position)
        let phase = offset & (Mask.period - 1)
        let target = unsafe buffer.base + position
        let source = unsafe keyBase + phase
        // SAFETY: position + run <= buffer.count; phase + run <= 2 periods, the key's length.
        var index = 0
        while index <= run - 8 {
          let word = unsafe target.loadUnaligned(fromByteOffset: index, as: UInt64.self)
          let mask = unsafe source.loadUnaligned(fromByteOffset: index, as: UInt64.self)
          unsafe target.storeBytes(of: word ^ mask, toByteOffset: index, as: UInt64.self)
          index &+= 8
        }
        while index < run {
          let byte = unsafe target.load(fromByteOffset: index, as: UInt8.self)
          let mask = unsafe source.load(fromByteOffset: index, as: UInt8.self)
          unsafe target.storeBytes(of: byte ^ mask, toByteOffset: index, as: UInt8.self)
          index &+= 1
        }
        position += run
        offset &+= run
      }
    }
  }
}
