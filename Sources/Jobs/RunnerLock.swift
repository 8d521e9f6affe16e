import Foundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Lets one process at a time run the jobs of a data directory: an advisory lock on a file, which
/// the kernel gives up when the process ends, however it ends. Two runners would do no harm, since
/// units are idempotent, but would do all work twice.
final class RunnerLock: Sendable {
  private let file: FileHandle

  /// Nil when another process holds the lock.
  init?(path: String) throws {
    if !FileManager.default.fileExists(atPath: path) {
      _ = FileManager.default.createFile(atPath: path, contents: Data())
    }
    file = try FileHandle(forUpdating: URL(fileURLWithPath: path))
    guard flock(file.fileDescriptor, LOCK_EX | LOCK_NB) == 0 else { return nil }
  }

  func unlock() { _ = flock(file.fileDescriptor, LOCK_UN) }
}
