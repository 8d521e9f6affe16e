internal import CLZ4
internal import CZstd

/// How a frame of a pack is compressed. The raw values stand in files: never reuse one.
public enum Codec: UInt8, Sendable, CaseIterable {
  case stored = 0
  case lz4 = 1
  case zstd = 2
}

/// What a writer compresses with: a codec and its effort.
public struct CompressionChoice: Sendable, Hashable {
  public let codec: Codec
  /// LZ4: below 3 the fast coder, from 3 to 12 the HC coder. zstd: its own levels.
  public let level: Int

  public init(codec: Codec, level: Int) {
    self.codec = codec
    self.level = level
  }

  public static let stored = CompressionChoice(codec: .stored, level: 0)
  public static let lz4 = CompressionChoice(codec: .lz4, level: 1)
  public static let lz4High = CompressionChoice(codec: .lz4, level: 4)
  public static let zstd = CompressionChoice(codec: .zstd, level: 1)
}

/// Compresses one frame at a time; keeps the coder's memory between frames. Not thread-safe.
@safe
public final class Compressor {
  public let choice: CompressionChoice
  /// LZ4's hash tables or zstd's context.
  private let lz4State: UnsafeMutableRawPointer?
  private let zstdContext: OpaquePointer?

  public init(_ choice: CompressionChoice) {
    self.choice = choice
    switch choice.codec {
    case .stored:
      unsafe lz4State = nil
      unsafe zstdContext = nil
    case .lz4:
      let size = Swift.max(LZ4_sizeofState(), LZ4_sizeofStateHC())
      unsafe lz4State = UnsafeMutableRawPointer.allocate(byteCount: Int(size), alignment: 16)
      unsafe zstdContext = nil
    case .zstd:
      unsafe lz4State = nil
      unsafe zstdContext = ZSTD_createCCtx()
    }
  }

  deinit {
    unsafe lz4State?.deallocate()
    unsafe ZSTD_freeCCtx(zstdContext)
  }

  /// Appends the frame's stored form to `target` and says which codec it got: `stored` when
  /// compression saves too little (`worthwhile`). Nil when memory is short.
  public func compress(_ source: ByteView, to target: ByteBuffer) -> Codec? {
    let limit = worthwhile(source.count)
    guard choice.codec != .stored, source.count > 16, source.count <= 1 << 30 else {
      return target.append(source) ? .stored : nil
    }
    guard target.reserve(source.count) else { return nil }
    let written = unsafe coded(source, target.base + target.count, limit: limit)
    guard written > 0, written < limit else { return target.append(source) ? .stored : nil }
    target.advance(written)
    return choice.codec
  }

  /// The size below which the compressed form of `count` bytes is kept. Reading a compressed frame
  /// costs twice as much as reading a stored one, mostly where little is saved (code, tables), so
  /// LZ4, the codec of speed, has to save three eighths. zstd is chosen for space.
  private func worthwhile(_ count: Int) -> Int {
    switch choice.codec {
    case .stored, .zstd: count - count / 32
    case .lz4: count - count / 8 * 3
    }
  }

  /// SAFETY: `target` has room for `limit` bytes; both coders are told that and never exceed it.
  /// Zero or negative: did not fit.
  private func coded(_ source: ByteView, _ target: UnsafeMutableRawPointer, limit: Int) -> Int {
    let from = unsafe source.base.assumingMemoryBound(to: CChar.self)
    let to = unsafe target.assumingMemoryBound(to: CChar.self)
    switch choice.codec {
    case .stored: return 0
    case .lz4:
      guard let state = unsafe lz4State else { return 0 }
      let size = Int32(source.count)
      return choice.level < 3
        ? Int(unsafe LZ4_compress_fast_extState(state, from, to, size, Int32(limit), 1))
        : Int(
          unsafe LZ4_compress_HC_extStateHC(
            state, from, to, size, Int32(limit), Int32(clamping: choice.level)))
    case .zstd:
      guard let context = unsafe zstdContext else { return 0 }
      let written = unsafe ZSTD_compressCCtx(
        context, to, limit, from, source.count, Int32(clamping: choice.level))
      return ZSTD_isError(written) != 0 ? 0 : Int(clamping: written)
    }
  }
}

/// Decompresses one frame at a time. Not thread-safe.
@safe
public final class Decompressor {
  private var zstdContext: OpaquePointer?

  public init() { unsafe zstdContext = nil }
  deinit { unsafe ZSTD_freeDCtx(zstdContext) }

  /// Appends exactly `size` bytes to `target`; false when the frame is damaged, does not give
  /// exactly that many bytes, or memory is short. `target` is then unchanged.
  ///
  /// - Parameter limit: so many of the bytes are enough: the codecs that can stop there do, and append
  ///   no more than them.
  public func decompress(
    _ source: ByteView, codec: Codec, size: Int, limit: Int = .max, to target: ByteBuffer
  ) -> Bool {
    guard size >= 0, size <= 1 << 30, source.count <= 1 << 30 else { return false }
    if codec == .stored {
      return source.count == size && target.append(source.clamped(at: 0, length: max(0, limit)))
    }
    guard target.reserve(size) else { return false }
    if codec == .lz4, limit < size {
      return decompressBeginning(of: source, size: size, limit: max(0, limit), to: target)
    }
    // SAFETY: room for `size` bytes was reserved; both decoders are told both lengths and check.
    let to = unsafe target.base + target.count
    let written: Int
    switch codec {
    case .stored: written = -1
    case .lz4:
      written = Int(
        unsafe LZ4_decompress_safe(
          source.base.assumingMemoryBound(to: CChar.self), to.assumingMemoryBound(to: CChar.self),
          Int32(source.count), Int32(size)))
    case .zstd:
      if unsafe zstdContext == nil { unsafe zstdContext = ZSTD_createDCtx() }
      guard let context = unsafe zstdContext else { return false }
      let result = unsafe ZSTD_decompressDCtx(context, to, size, source.base, source.count)
      written = ZSTD_isError(result) != 0 ? -1 : Int(clamping: result)
    }
    guard written == size else { return false }
    target.advance(size)
    return true
  }

  private func decompressBeginning(
    of source: ByteView, size: Int, limit: Int, to target: ByteBuffer
  ) -> Bool {
    // SAFETY: room for `size` bytes, more than `limit`, was reserved; the decoder is told all lengths
    // and checks.
    let written = unsafe LZ4_decompress_safe_partial(
      source.base.assumingMemoryBound(to: CChar.self),
      (target.base + target.count).assumingMemoryBound(to: CChar.self), Int32(source.count),
      Int32(limit), Int32(size))
    guard Int(written) >= limit else { return false }
    target.advance(limit)
    return true
  }
}
