#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// Lists the regular files below a path, folders in the order of their names, so that two walks of
/// the same tree give the same order. Symbolic links inside a folder are not followed; a path that
/// was given itself is.
public struct FolderWalk {
  public enum Entry: Sendable, Hashable {
    /// A regular file, and its size in bytes.
    case file(path: String, size: Int64)
    /// Not walked into or not a file to read: a folder that cannot be opened, a device, a pipe, a
    /// socket. The reason is fit to be shown.
    case skipped(path: String, reason: String)
  }

  /// Folders nested deeper than this are skipped, which also ends loops made by bind mounts.
  static let maximumDepth = 256

  private let recursive: Bool

  /// - Parameter recursive: false lists only the files that lie directly in the given folder.
  public init(recursive: Bool = true) { self.recursive = recursive }

  /// Calls `visit` for every entry until it returns false.
  /// - Returns: false when `visit` asked to stop.
  @discardableResult
  public func walk(_ path: String, _ visit: (Entry) -> Bool) -> Bool {
    var status = stat()
    guard unsafe stat(path, &status) == 0 else {
      return visit(.skipped(path: path, reason: Self.describe(errno)))
    }
    switch status.st_mode & S_IFMT {
    case S_IFREG: return visit(.file(path: path, size: Int64(status.st_size)))
    case S_IFDIR: return walkFolder(path, depth: 0, visit)
    default: return visit(.skipped(path: path, reason: "not a regular file"))
    }
  }

  private func walkFolder(_ folder: String, depth: Int, _ visit: (Entry) -> Bool) -> Bool {
    guard depth < Self.maximumDepth else {
      return visit(.skipped(path: folder, reason: "folders are nested too deeply"))
    }
    guard let stream = unsafe opendir(folder) else {
      return visit(.skipped(path: folder, reason: Self.describe(errno)))
    }
    var names: [String] = []
    while let entry = unsafe readdir(stream) {
      // SAFETY: d_name is a NUL-terminated name inside the entry, valid until the next readdir.
      let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        unsafe pointer.withMemoryRebound(to: CChar.self, capacity: 256) {
          unsafe String(cString: $0)
        }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    unsafe closedir(stream)
    names.sort()
    let prefix = folder.hasSuffix("/") ? folder : folder + "/"
    for name in names {
      let path = prefix + name
      var status = stat()
      guard unsafe lstat(path, &status) == 0 else {
        guard visit(.skipped(path: path, reason: Self.describe(errno))) else { return false }
        continue
      }
      switch status.st_mode & S_IFMT {
      case S_IFREG:
        guard visit(.file(path: path, size: Int64(status.st_size))) else { return false }
      case S_IFDIR:
        if recursive, !walkFolder(path, depth: depth + 1, visit) { return false }
      case S_IFLNK: continue
      default:
        guard visit(.skipped(path: path, reason: "not a regular file")) else { return false }
      }
    }
    return true
  }

  private static func describe(_ errorNumber: Int32) -> String {
    unsafe String(cString: strerror(errorNumber))
  }
}
