// Unsafe here: a text that owns its bytes keeps them in memory of its own, so that a view of them
// can be handed out without a copy and without a closure per access.
public import Bytes

/// A byte string of a condition: a slice of the file being scanned, a literal of the rules, or
/// bytes that a module made. Copying it copies no bytes.
///
/// Law: a slice of a file is used only during the scan of that file; the other two own their bytes.
@safe
public struct ByteText: @unchecked Sendable {
  private let view: ByteView
  private let owner: ByteStorage?

  /// A text that shares the bytes of a file during its scan.
  public init(slice view: ByteView) {
    self.view = view
    owner = nil
  }

  /// A text with a copy of the bytes.
  public init(_ bytes: [UInt8]) {
    let storage = ByteStorage(bytes)
    // SAFETY: the storage never changes and lives as long as any copy of this text.
    view = unsafe ByteView(unsafeBase: storage.base, count: bytes.count)
    owner = storage
  }

  public init(_ text: String) { self.init(Array(text.utf8)) }

  public var count: Int { view.count }

  /// Runs `body` with the bytes; the view must not escape.
  @inline(__always)
  public func withView<R>(_ body: (ByteView) -> R) -> R {
    withExtendedLifetime(owner) { body(view) }
  }

  public var bytes: [UInt8] { withView { $0.array } }
}

/// Memory that a `ByteText` owns. Written once, in `init`.
@safe
private final class ByteStorage: @unchecked Sendable {
  let base: UnsafeMutableRawPointer

  init(_ bytes: [UInt8]) {
    unsafe base = UnsafeMutableRawPointer.allocate(byteCount: max(bytes.count, 1), alignment: 1)
    // SAFETY: the destination has room for `bytes.count` bytes.
    unsafe bytes.withUnsafeBytes { source in
      if let start = source.baseAddress { unsafe base.copyMemory(from: start, byteCount: source.count) }
    }
  }

  deinit { unsafe base.deallocate() }
}
