/// A read-only window on bytes owned by somebody else: a mapped file, a decompressed sample, an
/// array during a call.
///
/// Every accessor checks its bounds without overflow and gives nil outside; no file content can
/// make it trap. The law of use: a view never outlives the owner's call that handed it out; it is
/// not stored in anything that lives longer than one scan. Kernels may take `base`.
@safe
public struct ByteView: @unchecked Sendable {
  /// Valid for `count` bytes while the owner lives; dangling (but non-null) when count is 0.
  public let base: UnsafeRawPointer
  public let count: Int

  /// SAFETY: the caller keeps `buffer` valid and unchanged while any copy of the view is used.
  @inlinable
  public init(unsafe buffer: UnsafeRawBufferPointer) {
    unsafe self.base = buffer.baseAddress ?? ByteView.nowhere
    count = buffer.count
  }

  @inlinable
  public init(unsafeBase base: UnsafeRawPointer, count: Int) {
    precondition(count >= 0, "a view's length is not negative")
    unsafe self.base = base
    self.count = count
  }

  @usableFromInline static var nowhere: UnsafeRawPointer {
    unsafe UnsafeRawPointer(bitPattern: 1).unsafelyUnwrapped
  }

  /// A view of no bytes, which needs no owner.
  public static var empty: ByteView {
    // SAFETY: a view of no bytes is never read through.
    unsafe ByteView(unsafeBase: nowhere, count: 0)
  }

  /// Runs `body` with a view of the array's bytes; the view must not escape.
  @inlinable
  public static func with<R, E: Error>(
    _ bytes: [UInt8], _ body: (ByteView) throws(E) -> R
  ) throws(E) -> R {
    let result: Result<R, E> = unsafe bytes.withUnsafeBytes { buffer in
      do throws(E) { return .success(try body(unsafe ByteView(unsafe: buffer))) } catch {
        return .failure(error)
      }
    }
    return try result.get()
  }

  /// The byte at `offset`, which must lie inside: a precondition, for indices the caller made.
  @inlinable
  public subscript(offset: Int) -> UInt8 {
    precondition(offset >= 0 && offset < count, "offset outside the view")
    return unsafe base.load(fromByteOffset: offset, as: UInt8.self)
  }

  /// The byte at `offset`, or nil outside.
  @inlinable
  public func byte(at offset: Int) -> UInt8? {
    guard offset >= 0, offset < count else { return nil }
    return unsafe base.load(fromByteOffset: offset, as: UInt8.self)
  }

  /// A little-endian integer at any alignment, or nil where it does not lie wholly inside.
  @inlinable
  public func little<T: FixedWidthInteger & BitwiseCopyable>(at offset: Int, as: T.Type) -> T? {
    let size = MemoryLayout<T>.size
    guard offset >= 0, count >= size, offset <= count - size else { return nil }
    return T(littleEndian: unsafe base.loadUnaligned(fromByteOffset: offset, as: T.self))
  }

  /// A big-endian integer at any alignment, or nil where it does not lie wholly inside.
  @inlinable
  public func big<T: FixedWidthInteger & BitwiseCopyable>(at offset: Int, as: T.Type) -> T? {
    let size = MemoryLayout<T>.size
    guard offset >= 0, count >= size, offset <= count - size else { return nil }
    return T(bigEndian: unsafe base.loadUnaligned(fromByteOffset: offset, as: T.self))
  }

  /// `length` bytes from `offset`, or nil where they do not lie wholly inside.
  @inlinable
  public func slice(at offset: Int, length: Int) -> ByteView? {
    guard offset >= 0, length >= 0, offset <= count, length <= count - offset else { return nil }
    return unsafe ByteView(unsafeBase: base + offset, count: length)
  }

  /// At most `length` bytes from `offset`; what lies outside is cut away, so this never fails.
  @inlinable
  public func clamped(at offset: Int, length: Int) -> ByteView {
    let start = Swift.min(Swift.max(offset, 0), count)
    let size = Swift.min(Swift.max(length, 0), count - start)
    return unsafe ByteView(unsafeBase: base + start, count: size)
  }

  /// The bytes as a span, bound to this view's lifetime.
  @inlinable
  public func withSpan<R>(_ body: (RawSpan) -> R) -> R {
    body(unsafe RawSpan(_unsafeStart: base, byteCount: count))
  }

  @inlinable
  public var buffer: UnsafeRawBufferPointer {
    unsafe UnsafeRawBufferPointer(start: base, count: count)
  }

  /// A copy of the bytes.
  @inlinable
  public var array: [UInt8] { unsafe Array(buffer) }
}
