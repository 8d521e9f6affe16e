#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// A file of the store, mapped for as long as the object lives: pages are read when they are looked
/// at, so that opening costs the same whatever the size.
///
/// For files that nobody changes. One that is shortened all the same reads as zeros from there on
/// instead of ending the process; its checksums tell.
@safe
public final class MappedFile: Sendable {
  /// Valid while the object lives.
  public let bytes: ByteView
  private let slot: Int?

  /// - Parameter isReadHereAndThere: whether only what is looked at, or told by `MappedPages`, is to be
  ///   fetched; otherwise the kernel reads ahead, up to megabytes for each byte.
  /// - Throws: `FileReadError`, with the error numbers that `FileReading.read` gives.
  public init(path: String, isReadHereAndThere: Bool = false) throws(FileReadError) {
    GuardedMappings.install()
    var slot: Int?
    bytes = try FileReading.withRegularFile(path, limit: .max) {
      descriptor, size throws(FileReadError) in
      guard size > 0 else { return ByteView.empty }
      guard let reserved = GuardedMappings.reserve() else {
        throw FileReadError(path: path, errorNumber: EMFILE, operation: "map")
      }
      let address = unsafe mmap(nil, size, PROT_READ, MAP_PRIVATE, descriptor, 0)
      guard let address = unsafe address, unsafe address != MAP_FAILED else {
        let number = errno
        GuardedMappings.release(reserved)
        throw FileReadError(path: path, errorNumber: number, operation: "map")
      }
      GuardedMappings.guardRange(reserved, from: UInt(bitPattern: address), length: size)
      // Advice: where it is not taken, more is read.
      if isReadHereAndThere { unsafe madvise(address, size, MADV_RANDOM) }
      slot = reserved
      // SAFETY: mmap gave `size` readable bytes, which stay until `deinit`.
      return unsafe ByteView(unsafeBase: UnsafeRawPointer(address), count: size)
    }
    self.slot = slot
  }

  deinit {
    guard let slot else { return }
    GuardedMappings.release(slot)
    // SAFETY: these are what mmap gave, and views of it do not outlive the object.
    unsafe munmap(UnsafeMutableRawPointer(mutating: bytes.base), bytes.count)
  }
}
