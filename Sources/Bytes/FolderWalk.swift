#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// Lists the regular files below some paths, folders in the order of their names, so that two walks
/// of the same tree give the same order. Symbolic links inside a folder are not followed; a path
/// that was given itself is.
///
/// It is asked for the next entry rather than calling out: several threads may share one walk
/// behind a lock, without a thread of its own and without a queue.
public struct FolderWalk: IteratorProtocol {
  public struct Entry: Sendable, Hashable {
    public let path: String
    /// True for a path that was asked for by name, not found in a folder.
    public let isNamed: Bool
    /// nil for a regular file. Otherwise why it is not walked into or not a file to read: a folder
    /// that cannot be opened, a device, a pipe, a socket. Fit to be shown.
    public let problem: String?
  }

  /// Folders nested deeper than this are skipped, which also ends loops made by bind mounts.
  static let maximumDepth = 256

  private enum Kind {
    case file, folder, link
    /// Not told by the folder: `lstat` has to say.
    case unknown
    case other
  }

  /// A folder under way: its names still to be visited, the next one last.
  private struct Level {
    let prefix: String
    var names: [(name: String, kind: Kind)]
  }

  private let recursive: Bool
  private var roots: [String]
  private var levels: [Level] = []

  /// - Parameter recursive: false lists only the files that lie directly in the given folders.
  public init(_ paths: [String], recursive: Bool = true) {
    self.recursive = recursive
    roots = paths.reversed()
  }

  /// nil when everything has been listed.
  public mutating func next() -> Entry? {
    while true {
      guard let level = levels.indices.last else {
        guard let root = roots.popLast() else { return nil }
        if let entry = open(root: root) { return entry }
        continue
      }
      guard let (name, kind) = levels[level].names.popLast() else {
        levels.removeLast()
        continue
      }
      let path = levels[level].prefix + name
      switch kind == .unknown ? Self.kind(of: path) : kind {
      case .file: return Entry(path: path, isNamed: false, problem: nil)
      case .link: continue
      case .folder:
        guard recursive else { continue }
        if let problem = enter(path) { return Entry(path: path, isNamed: false, problem: problem) }
      case .other: return Entry(path: path, isNamed: false, problem: "not a regular file")
      case .unknown:
        return Entry(path: path, isNamed: false, problem: Self.describe(errno))
      }
    }
  }

  /// The entry of a path that was given, nil for a folder that was opened.
  private mutating func open(root: String) -> Entry? {
    var status = stat()
    guard unsafe stat(root, &status) == 0 else {
      return Entry(path: root, isNamed: true, problem: Self.describe(errno))
    }
    switch status.st_mode & S_IFMT {
    case S_IFREG: return Entry(path: root, isNamed: true, problem: nil)
    case S_IFDIR: return enter(root).map { Entry(path: root, isNamed: true, problem: $0) }
    default: return Entry(path: root, isNamed: true, problem: "not a regular file")
    }
  }

  /// Opens a folder as the innermost level.
  /// - Returns: why that failed, nil where it did not.
  private mutating func enter(_ folder: String) -> String? {
    guard levels.count < Self.maximumDepth else { return "folders are nested too deeply" }
    guard let stream = unsafe opendir(folder) else { return Self.describe(errno) }
    var names: [(name: String, kind: Kind)] = []
    while let entry = unsafe readdir(stream) {
      // SAFETY: d_name is a NUL-terminated name inside the entry, valid until the next readdir.
      let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        unsafe pointer.withMemoryRebound(to: CChar.self, capacity: 256) {
          unsafe String(cString: $0)
        }
      }
      guard name != ".", name != ".." else { continue }
      names.append((name, Self.kind(unsafe Int32(entry.pointee.d_type))))
    }
    unsafe closedir(stream)
    names.sort { $0.name > $1.name }
    levels.append(Level(prefix: folder.hasSuffix("/") ? folder : folder + "/", names: names))
    return nil
  }

  /// What the folder itself says of an entry, which saves asking for each file.
  private static func kind(_ type: Int32) -> Kind {
    switch type {
    case Int32(DT_REG): .file
    case Int32(DT_DIR): .folder
    case Int32(DT_LNK): .link
    case Int32(DT_UNKNOWN): .unknown
    default: .other
    }
  }

  /// `unknown`, with `errno`, where the path cannot be looked up.
  private static func kind(of path: String) -> Kind {
    var status = stat()
    guard unsafe lstat(path, &status) == 0 else { return .unknown }
    switch status.st_mode & S_IFMT {
    case S_IFREG: return .file
    case S_IFDIR: return .folder
    case S_IFLNK: return .link
    default: return .other
    }
  }

  private static func describe(_ errorNumber: Int32) -> String {
    unsafe String(cString: strerror(errorNumber))
  }
}
