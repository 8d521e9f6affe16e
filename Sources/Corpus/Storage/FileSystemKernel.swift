// Unsafe here: POSIX calls take pointers. Every change the store makes to its files goes through
// this one file, so that a test can make any step fail, tear or be the last one before a crash.
internal import Bytes

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// One step at the file system, as a fault sees it.
enum FileStep: Sendable, Hashable {
  case open(String)
  case create(String)
  case read(String, offset: Int, count: Int)
  case write(String, offset: Int, count: Int)
  case truncate(String, length: Int)
  case sync(String)
  case rename(String, to: String)
  case remove(String)
  case makeFolder(String)
  case syncFolder(String)
}

enum FaultVerdict: Sendable, Hashable {
  case proceed
  case fail(errorNumber: Int32)
  /// Only for a write: so many bytes reach the file, then it fails.
  case tear(bytes: Int, errorNumber: Int32)
}

/// What tests put between the store and the disk. Called on whatever thread works.
protocol FileFault: Sendable {
  func before(_ step: FileStep) -> FaultVerdict
  func after(_ step: FileStep)
}

/// A system call that failed.
struct SystemFailure: Error, Sendable, Hashable {
  let operation: String
  let path: String
  let errorNumber: Int32

  var reason: String {
    // SAFETY: strerror gives a valid C string for every number.
    unsafe String(cString: strerror(errorNumber))
  }

  static let noSuchFile = ENOENT
  static let exists = EEXIST
  static let diskFull = ENOSPC
  static let quotaExceeded = EDQUOT
  static let readOnly = EROFS
  static let denied = EACCES
  static let notPermitted = EPERM
  static let ioError = EIO
  static let outOfMemory = ENOMEM
  static let tooManyOpen = EMFILE
  static let tooLarge = EFBIG
  static let wouldBlock = EWOULDBLOCK
  static let symbolicLink = ELOOP
}

/// An open file of the store. Positioned reads and writes only, so it has no state but the
/// descriptor and several threads may use it; closed when the last reference goes.
final class StoredFile: Sendable {
  let path: String
  private let descriptor: Int32
  private let fault: (any FileFault)?

  fileprivate init(path: String, descriptor: Int32, fault: (any FileFault)?) {
    self.path = path
    self.descriptor = descriptor
    self.fault = fault
  }

  deinit { close(descriptor) }

  /// Bytes of the file now.
  func length() throws(SystemFailure) -> Int {
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else { throw failure("stat") }
    return Int(clamping: status.st_size)
  }

  /// Appends up to `count` bytes from `offset` on to `buffer`; fewer at the end of the file.
  @discardableResult
  func read(at offset: Int, count: Int, into buffer: ByteBuffer) throws(SystemFailure) -> Int {
    if let fault {
      if case .fail(let number) = fault.before(.read(path, offset: offset, count: count)) {
        throw SystemFailure(operation: "read", path: path, errorNumber: number)
      }
    }
    guard offset >= 0, count >= 0, buffer.reserve(count) else {
      throw SystemFailure(operation: "read", path: path, errorNumber: ENOMEM)
    }
    var done = 0
    while done < count {
      // SAFETY: room for `count` bytes behind the buffer's end was reserved; done < count.
      let got = unsafe pread(
        descriptor, buffer.base + (buffer.count + done), count - done, off_t(offset + done))
      if got < 0 {
        if errno == EINTR { continue }
        throw failure("read")
      }
      if got == 0 { break }
      done += got
    }
    buffer.advance(done)
    return done
  }

  /// Reads on from where the last call stopped, for sources without an offset.
  func readNext(_ count: Int, into buffer: ByteBuffer) throws(SystemFailure) -> Int {
    guard buffer.reserve(count) else {
      throw SystemFailure(operation: "read", path: path, errorNumber: ENOMEM)
    }
    while true {
      // SAFETY: room for `count` bytes behind the buffer's end was reserved.
      let got = unsafe Foreign.read(descriptor, buffer.base + buffer.count, count)
      if got < 0 {
        if errno == EINTR { continue }
        throw failure("read")
      }
      buffer.advance(got)
      return got
    }
  }

  func write(_ bytes: ByteView, at offset: Int) throws(SystemFailure) {
    var limit = bytes.count
    var fate: Int32?
    if let fault {
      switch fault.before(.write(path, offset: offset, count: bytes.count)) {
      case .proceed: break
      case .fail(let number):
        throw SystemFailure(operation: "write", path: path, errorNumber: number)
      case .tear(let torn, let number):
        limit = min(max(torn, 0), limit)
        fate = number
      }
    }
    var done = 0
    while done < limit {
      // SAFETY: the view is valid for `count` bytes and done < limit <= count.
      let put = unsafe pwrite(descriptor, bytes.base + done, limit - done, off_t(offset + done))
      if put < 0 {
        if errno == EINTR { continue }
        throw failure("write")
      }
      done += put
    }
    if let fate { throw SystemFailure(operation: "write", path: path, errorNumber: fate) }
    fault?.after(.write(path, offset: offset, count: bytes.count))
  }

  func truncate(to length: Int) throws(SystemFailure) {
    try checked(.truncate(path, length: length), "truncate")
    while ftruncate(descriptor, off_t(length)) != 0 {
      if errno != EINTR { throw failure("truncate") }
    }
    fault?.after(.truncate(path, length: length))
  }

  /// Returns when the bytes would survive a power loss.
  func sync() throws(SystemFailure) {
    try checked(.sync(path), "sync")
    #if canImport(Glibc)
      let result = fdatasync(descriptor)
    #else
      let result = fcntl(descriptor, F_FULLFSYNC)
    #endif
    guard result == 0 else { throw failure("sync") }
    fault?.after(.sync(path))
  }

  /// Takes the exclusive lock if nobody has it. It goes with the descriptor, so it cannot be left
  /// behind by a killed process.
  func tryLock() throws(SystemFailure) -> Bool {
    if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return true }
    if errno == EWOULDBLOCK || errno == EINTR { return false }
    throw failure("lock")
  }

  private func checked(_ step: FileStep, _ operation: String) throws(SystemFailure) {
    guard let fault else { return }
    if case .proceed = fault.before(step) { return }
    if case .fail(let number) = fault.before(step) {
      throw SystemFailure(operation: operation, path: path, errorNumber: number)
    }
  }

  private func failure(_ operation: String) -> SystemFailure {
    SystemFailure(operation: operation, path: path, errorNumber: errno)
  }
}

/// The `read` call under a name that does not collide with the methods above.
private enum Foreign {
  static func read(_ descriptor: Int32, _ target: UnsafeMutableRawPointer, _ count: Int) -> Int {
    #if canImport(Glibc)
      unsafe Glibc.read(descriptor, target, count)
    #else
      unsafe Darwin.read(descriptor, target, count)
    #endif
  }
}

/// What a path names, the link itself and not what it points to.
enum FileKind: Sendable, Hashable {
  case file(size: Int)
  case folder
  case symbolicLink
  case special
}

/// The operations on names: creating, renaming, removing, listing.
struct FileSystem: Sendable {
  var fault: (any FileFault)?

  enum OpenMode: Sendable { case read, readWrite, create, createOrOpen }

  func open(_ path: String, _ mode: OpenMode) throws(SystemFailure) -> StoredFile {
    let creates = mode == .create || mode == .createOrOpen
    let step: FileStep = creates ? .create(path) : .open(path)
    try checked(step, creates ? "create" : "open", path)
    let flags =
      switch mode {
      case .read: O_RDONLY
      case .readWrite: O_RDWR
      case .create: O_RDWR | O_CREAT | O_EXCL
      case .createOrOpen: O_RDWR | O_CREAT
      }
    let descriptor = descriptorOpened(path, flags | O_CLOEXEC, 0o640)
    guard descriptor >= 0 else {
      throw SystemFailure(operation: creates ? "create" : "open", path: path, errorNumber: errno)
    }
    fault?.after(step)
    return StoredFile(path: path, descriptor: descriptor, fault: fault)
  }

  /// A file of somebody else's to be read as a sample: never waits on a pipe, refuses what is not
  /// a regular file, and refuses a symbolic link unless `following`.
  func openSource(_ path: String, following: Bool) throws(SystemFailure) -> StoredFile {
    let flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | (following ? 0 : O_NOFOLLOW)
    let descriptor = descriptorOpened(path, flags, 0)
    guard descriptor >= 0 else {
      throw SystemFailure(operation: "open", path: path, errorNumber: errno)
    }
    let file = StoredFile(path: path, descriptor: descriptor, fault: nil)
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw SystemFailure(operation: "open", path: path, errorNumber: EINVAL)
    }
    return file
  }

  /// Standard input as a source of bytes.
  static func standardInput() throws(SystemFailure) -> StoredFile {
    let copy = dup(0)
    guard copy >= 0 else {
      throw SystemFailure(operation: "open", path: "standard input", errorNumber: errno)
    }
    return StoredFile(path: "standard input", descriptor: copy, fault: nil)
  }

  /// A file without a name in `folder`: gone with its last reference, even after a kill.
  func openUnnamed(in folder: String, name: String) throws(SystemFailure) -> StoredFile {
    let path = "\(folder)/\(name)"
    let file = try open(path, .create)
    try remove(path)
    return file
  }

  func rename(_ from: String, to: String) throws(SystemFailure) {
    try checked(.rename(from, to: to), "rename", from)
    guard renamed(from, to) == 0 else {
      throw SystemFailure(operation: "rename", path: from, errorNumber: errno)
    }
    fault?.after(.rename(from, to: to))
  }

  /// Removing what is not there is done already.
  func remove(_ path: String) throws(SystemFailure) {
    try checked(.remove(path), "remove", path)
    if unsafe unlink(path) != 0, errno != ENOENT {
      throw SystemFailure(operation: "remove", path: path, errorNumber: errno)
    }
    fault?.after(.remove(path))
  }

  /// Creates the folder and those above it where they are missing.
  func makeFolder(_ path: String) throws(SystemFailure) {
    if kind(path, following: true) == .folder { return }
    if let slash = path.dropLast().lastIndex(of: "/"), slash > path.startIndex {
      try makeFolder(String(path[..<slash]))
    }
    try checked(.makeFolder(path), "create folder", path)
    if unsafe mkdir(path, 0o750) != 0, errno != EEXIST {
      throw SystemFailure(operation: "create folder", path: path, errorNumber: errno)
    }
    fault?.after(.makeFolder(path))
  }

  /// Returns when the folder's entries (created, renamed, removed names) would survive power loss.
  func syncFolder(_ path: String) throws(SystemFailure) {
    try checked(.syncFolder(path), "sync folder", path)
    let descriptor = descriptorOpened(path, O_RDONLY | O_CLOEXEC, 0)
    guard descriptor >= 0 else {
      throw SystemFailure(operation: "sync folder", path: path, errorNumber: errno)
    }
    defer { close(descriptor) }
    // Some file systems cannot sync a folder and say EINVAL; they order names themselves.
    guard fsync(descriptor) == 0 || errno == EINVAL else {
      throw SystemFailure(operation: "sync folder", path: path, errorNumber: errno)
    }
    fault?.after(.syncFolder(path))
  }

  /// Nil when nothing is there or it may not be looked at.
  func kind(_ path: String, following: Bool = false) -> FileKind? {
    var status = stat()
    let result = following ? unsafe stat(path, &status) : unsafe lstat(path, &status)
    guard result == 0 else { return nil }
    switch status.st_mode & S_IFMT {
    case S_IFREG: return .file(size: Int(clamping: status.st_size))
    case S_IFDIR: return .folder
    case S_IFLNK: return .symbolicLink
    default: return .special
    }
  }

  /// The names in a folder, sorted by bytes, without `.` and `..`.
  func names(in folder: String) throws(SystemFailure) -> [String] {
    guard let stream = unsafe opendir(folder) else {
      throw SystemFailure(operation: "list", path: folder, errorNumber: errno)
    }
    defer { unsafe closedir(stream) }
    var result: [String] = []
    while true {
      errno = 0
      // SAFETY: the entry is valid until the next readdir; its name is copied before that.
      guard let entry = unsafe readdir(stream) else { break }
      let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        unsafe pointer.withMemoryRebound(to: CChar.self, capacity: 256) {
          unsafe String(cString: $0)
        }
      }
      if name != ".", name != ".." { result.append(name) }
    }
    guard errno == 0 else {
      throw SystemFailure(operation: "list", path: folder, errorNumber: errno)
    }
    return result.sorted()
  }

  static var processIdentifier: Int32 { getpid() }

  static func pause(milliseconds: UInt32) { _ = usleep(milliseconds * 1000) }

  private func checked(_ step: FileStep, _ operation: String, _ path: String) throws(SystemFailure)
  {
    guard let fault else { return }
    switch fault.before(step) {
    case .proceed: return
    case .fail(let number), .tear(_, let number):
      throw SystemFailure(operation: operation, path: path, errorNumber: number)
    }
  }

  private func descriptorOpened(_ path: String, _ flags: Int32, _ mode: mode_t) -> Int32 {
    while true {
      #if canImport(Glibc)
        let descriptor = unsafe Glibc.open(path, flags, mode)
      #else
        let descriptor = unsafe Darwin.open(path, flags, mode)
      #endif
      if descriptor >= 0 || errno != EINTR { return descriptor }
    }
  }

  private func renamed(_ from: String, _ to: String) -> Int32 {
    #if canImport(Glibc)
      unsafe Glibc.rename(from, to)
    #else
      unsafe Darwin.rename(from, to)
    #endif
  }
}
