#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// Why a file could not be opened or mapped: the call that failed and its error number.
public struct FileReadError: Error, Sendable, Hashable {
  public let path: String
  public let errorNumber: Int32
  public let operation: String

  public init(path: String, errorNumber: Int32, operation: String) {
    self.path = path
    self.errorNumber = errorNumber
    self.operation = operation
  }
}

/// A regular file mapped read-only, unmapped when the last reference goes.
///
/// A mapped file that somebody shortens raises SIGBUS on access: map files that stay as they are
/// for the while (`scan` accepts that, as every mapping scanner does); the store itself reads its
/// packs with `pread`, so that a failing disk is an error and not a signal.
@safe
public final class MappedFile: @unchecked Sendable {
  // The mapping is read-only and lives as long as the object, so any thread may read it.
  public let path: String
  private let base: UnsafeRawPointer
  public let count: Int

  /// Follows symbolic links; devices, pipes and folders are refused (EINVAL, EISDIR).
  public init(path: String) throws(FileReadError) {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      throw FileReadError(path: path, errorNumber: errno, operation: "open")
    }
    defer { close(descriptor) }
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else {
      throw FileReadError(path: path, errorNumber: errno, operation: "stat")
    }
    let kind = status.st_mode & S_IFMT
    guard kind == S_IFREG else {
      throw FileReadError(
        path: path, errorNumber: kind == S_IFDIR ? EISDIR : EINVAL, operation: "open")
    }
    let size = Int(clamping: status.st_size)
    self.path = path
    count = size
    guard size > 0 else {
      unsafe base = MappedFile.nowhere
      return
    }
    let address = unsafe mmap(nil, size, PROT_READ, MAP_PRIVATE, descriptor, 0)
    guard let address = unsafe address, unsafe address != MAP_FAILED else {
      throw FileReadError(path: path, errorNumber: errno, operation: "map")
    }
    unsafe madvise(address, size, Int32(MADV_SEQUENTIAL))
    unsafe base = UnsafeRawPointer(address)
  }

  deinit {
    // SAFETY: `base` and `count` are what mmap gave; an empty file was never mapped.
    if count > 0 { unsafe munmap(UnsafeMutableRawPointer(mutating: base), count) }
  }

  /// Valid while this object lives.
  public var view: ByteView { unsafe ByteView(unsafeBase: base, count: count) }

  private static var nowhere: UnsafeRawPointer {
    unsafe UnsafeRawPointer(bitPattern: 1).unsafelyUnwrapped
  }
}
