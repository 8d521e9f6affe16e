#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// Lists the regular files below some paths, folders in the order of their names' bytes, so that
/// two walks of the same tree give the same order. Symbolic links inside a folder are not followed;
/// a path that was given itself is.
///
/// It is asked for the next entry rather than calling out: several threads may share one walk
/// behind a lock, without a thread of its own and without a queue.
///
/// A corpus has millions of small files, so an entry costs no memory of its own: its name stays in
/// the folder's list, and `FileContents` opens it relative to the folder.
public struct FolderWalk: IteratorProtocol {
  public struct Entry: Sendable {
    /// True for a path that was asked for by name, not found in a folder.
    public let isNamed: Bool
    /// nil for a regular file. Otherwise why it is not walked into or not a file to read: a folder
    /// that cannot be opened, a device, a pipe, a socket. Fit to be shown.
    public let problem: String?
    /// nil for a path that was given.
    let folder: WalkedFolder?
    /// Of the name in the folder's list.
    let nameStart: Int
    private let named: String

    init(named path: String, problem: String?) {
      isNamed = true
      self.problem = problem
      folder = nil
      nameStart = 0
      named = path
    }

    init(_ folder: WalkedFolder, _ nameStart: Int, problem: String?) {
      isNamed = false
      self.problem = problem
      self.folder = folder
      self.nameStart = nameStart
      named = ""
    }

    public var path: String { folder?.path(nameStart) ?? named }
  }

  /// Folders nested deeper than this are skipped, which also ends loops made by bind mounts.
  static let maximumDepth = 256

  /// A folder under way.
  private struct Level {
    let folder: WalkedFolder
    /// Of the name to be visited next.
    var next = 0
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
      let folder = levels[level].folder
      guard levels[level].next < folder.names.count else {
        levels.removeLast()
        continue
      }
      let name = folder.names[levels[level].next]
      levels[level].next += 1
      let start = Int(name.start)
      switch name.kind == .unknown ? Self.kind(of: folder.path(start)) : name.kind {
      case .file: return Entry(folder, start, problem: nil)
      case .link: continue
      case .folder:
        guard recursive else { continue }
        if let problem = enter(folder.path(start)) { return Entry(folder, start, problem: problem) }
      case .other: return Entry(folder, start, problem: "not a regular file")
      case .unknown: return Entry(folder, start, problem: Self.describe(errno))
      }
    }
  }

  /// The entry of a path that was given, nil for a folder that was opened.
  private mutating func open(root: String) -> Entry? {
    var status = stat()
    guard unsafe stat(root, &status) == 0 else {
      return Entry(named: root, problem: Self.describe(errno))
    }
    switch status.st_mode & S_IFMT {
    case S_IFREG: return Entry(named: root, problem: nil)
    case S_IFDIR: return enter(root).map { Entry(named: root, problem: $0) }
    default: return Entry(named: root, problem: "not a regular file")
    }
  }

  /// Opens a folder as the innermost level.
  /// - Returns: why that failed, nil where it did not.
  private mutating func enter(_ path: String) -> String? {
    guard levels.count < Self.maximumDepth else { return "folders are nested too deeply" }
    guard let folder = WalkedFolder(path) else { return Self.describe(errno) }
    levels.append(Level(folder: folder))
    return nil
  }

  /// `unknown`, with `errno`, where the path cannot be looked up.
  private static func kind(of path: String) -> WalkedFolder.Kind {
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

/// A folder's names, and the folder itself for opening them; closed with its last entry.
final class WalkedFolder: Sendable {
  enum Kind: UInt8 {
    case file, folder, link
    /// Not told by the folder: `lstat` has to say.
    case unknown
    case other

    /// What the folder itself says of an entry, which saves asking for each file.
    init(_ type: Int32) {
      switch type {
      case Int32(DT_REG): self = .file
      case Int32(DT_DIR): self = .folder
      case Int32(DT_LNK): self = .link
      case Int32(DT_UNKNOWN): self = .unknown
      default: self = .other
      }
    }
  }

  struct Name {
    /// The first eight bytes, which tell most names apart.
    let key: UInt64
    /// In `text`, where a zero ends it.
    let start: Int32
    let kind: Kind
  }

  private let prefix: String
  private let text: [UInt8]
  let names: [Name]
  /// -1 where there was none left: files are then opened by their paths.
  let descriptor: Int32

  /// nil, with `errno`, where the folder cannot be read.
  init?(_ path: String) {
    guard let stream = unsafe opendir(path) else { return nil }
    defer { unsafe closedir(stream) }
    var text: [UInt8] = []
    var names: [Name] = []
    while let entry = unsafe readdir(stream), text.count < Int(Int32.max) - 512 {
      let start = text.count
      // SAFETY: d_name is a NUL-terminated name inside the entry, valid until the next readdir.
      unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        unsafe pointer.withMemoryRebound(to: UInt8.self, capacity: 256) { name in
          unsafe text.append(contentsOf: UnsafeBufferPointer(start: name, count: strlen(name)))
        }
      }
      if text[start...] == [0x2E] || text[start...] == [0x2E, 0x2E] {
        text.removeSubrange(start...)
        continue
      }
      var key: UInt64 = 0
      for index in 0..<8 {
        key = key << 8 | UInt64(start + index < text.count ? text[start + index] : 0)
      }
      text.append(0)
      names.append(
        Name(key: key, start: Int32(start), kind: Kind(unsafe Int32(entry.pointee.d_type))))
    }
    unsafe text.withUnsafeBufferPointer { text in
      names.sort { a, b in
        if a.key != b.key { return a.key < b.key }
        guard let base = text.baseAddress else { return false }
        // SAFETY: both names lie in `text` and end with a zero.
        return unsafe strcmp(base + Int(a.start), base + Int(b.start)) < 0
      }
    }
    prefix = path.hasSuffix("/") ? path : path + "/"
    self.text = text
    self.names = names
    descriptor = fcntl(unsafe dirfd(stream), F_DUPFD_CLOEXEC, 0)
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  func path(_ nameStart: Int) -> String {
    prefix + String(decoding: text[nameStart...].prefix { $0 != 0 }, as: UTF8.self)
  }

  /// Opens a name of this folder, as `openat` does.
  func open(_ nameStart: Int, _ flags: Int32) -> Int32 {
    unsafe text.withUnsafeBufferPointer { text in
      guard let base = text.baseAddress else { return -1 }
      // SAFETY: `nameStart` is of an entry of this folder; the name ends with a zero.
      return unsafe openat(
        descriptor, UnsafeRawPointer(base + nameStart).assumingMemoryBound(to: CChar.self), flags)
    }
  }
}
