#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// Reads whole files into memory that is used again for the next one.
///
/// Reading rather than mapping: a mapped file that somebody shortens kills the process, and below
/// some megabytes the page faults of a fresh mapping cost more than the copy.
public enum FileReading {
  /// Replaces the buffer's content by the file's. Follows symbolic links; only regular files.
  ///
  /// - Throws: `FileReadError`; `EFBIG` for a file above `limit` bytes (or one that grows while it
  ///   is read), `EISDIR` for a folder, `EINVAL` for a device or pipe, `ENOMEM` where the memory
  ///   cannot be had.
  public static func read(
    path: String, into buffer: ByteBuffer, limit: Int = Int.max
  ) throws(FileReadError) {
    buffer.truncate()
    try withRegularFile(path, limit: limit) { descriptor, size throws(FileReadError) in
      try fill(buffer, from: descriptor, path: path, expected: size, limit: limit)
    }
  }

  /// Opens a regular file of at most `limit` bytes for `body`, which gets its descriptor and size.
  static func withRegularFile<R>(
    _ path: String, limit: Int, _ body: (Int32, Int) throws(FileReadError) -> R
  ) throws(FileReadError) -> R {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
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
    guard size <= limit else {
      throw FileReadError(path: path, errorNumber: EFBIG, operation: "read")
    }
    return try body(descriptor, size)
  }

  /// Replaces the buffer's content by everything standard input gives.
  public static func readStandardInput(
    into buffer: ByteBuffer, limit: Int = Int.max
  ) throws(FileReadError) {
    buffer.truncate()
    try fill(buffer, from: STDIN_FILENO, path: "-", expected: 1 << 16, limit: limit, isRegular: false)
  }

  /// Reads to the end. One byte more than expected is asked for: a regular file that gives just what
  /// `stat` told has ended there, and needs no second `read` to say so.
  static func fill(
    _ buffer: ByteBuffer, from descriptor: Int32, path: String, expected: Int, limit: Int,
    isRegular: Bool = true
  ) throws(FileReadError) {
    var room = expected &+ 1
    while true {
      guard buffer.reserve(max(room, 1)) else {
        throw FileReadError(path: path, errorNumber: ENOMEM, operation: "read")
      }
      // SAFETY: at least one byte was reserved behind `count`; `read` writes within the capacity.
      let asked = buffer.capacity - buffer.count
      let got = unsafe Glibc.read(descriptor, buffer.base + buffer.count, asked)
      if got < 0 {
        if errno == EINTR { continue }
        throw FileReadError(path: path, errorNumber: errno, operation: "read")
      }
      if got == 0 { return }
      buffer.advance(got)
      if buffer.count > limit {
        throw FileReadError(path: path, errorNumber: EFBIG, operation: "read")
      }
      if isRegular, got < asked, buffer.count == expected { return }
      room = buffer.count == buffer.capacity ? buffer.capacity : 1
    }
  }
}

extension FileReadError {
  /// What went wrong in words, as the system calls it.
  public var reason: String {
    switch errorNumber {
    case EFBIG: "the file is larger than the limit"
    case EINVAL: "not a regular file"
    default: unsafe String(cString: strerror(errorNumber))
    }
  }
}
