// Unsafe here: libarchive's C interface. Nothing of it leaves this file.
internal import Bytes
internal import CArchive

/// Random access to an archive's bytes, wherever they are.
final class ArchiveInput {
  let size: Int
  private let fill: (_ offset: Int, _ count: Int, ByteBuffer) throws(StoreError) -> Void
  fileprivate let buffer = ByteBuffer()
  fileprivate var position = 0
  /// The first failure of the source; libarchive only learns that there was one.
  fileprivate(set) var failure: StoreError?

  /// `fill` appends at most `count` bytes from `offset` on; none at the end.
  init(
    size: Int, fill: @escaping (_ offset: Int, _ count: Int, ByteBuffer) throws(StoreError) -> Void
  ) {
    self.size = size
    self.fill = fill
  }

  /// Bytes now in `buffer`, or -1.
  fileprivate func refill() -> Int {
    buffer.truncate()
    do throws(StoreError) {
      try fill(position, 256 << 10, buffer)
    } catch {
      failure = failure ?? error
      return -1
    }
    position += buffer.count
    return buffer.count
  }
}

/// One member of an archive.
struct ArchiveMember: Sendable {
  /// A label: may hold anything, also `../` and control characters.
  let name: String
  let isFile: Bool
  let isEncrypted: Bool
  /// As the archive claims; nil when it does not say.
  let size: Int?
}

/// Reads the members of a zip archive front to back.
@safe
final class ArchiveReader {
  enum Flaw: Error, Sendable {
    /// Wrong or missing password.
    case password(String)
    /// This member cannot be read; the next may.
    case member(String)
    /// Nothing more can be read.
    case archive(String)
  }

  private let handle: OpaquePointer
  private let input: ArchiveInput
  private var entry: OpaquePointer?

  init(_ input: ArchiveInput, passwords: [String]) throws(Flaw) {
    self.input = input
    unsafe entry = nil
    guard let handle = unsafe archive_read_new() else { throw .archive("not enough memory") }
    unsafe self.handle = handle
    // Zip only, and no outer compression: every other parser of the library stays unreachable.
    unsafe archive_read_support_format_zip(handle)
    for password in passwords where !password.isEmpty && !password.utf8.contains(0) {
      unsafe archive_read_add_passphrase(handle, password)
    }
    // SAFETY: `input` lives as long as this object, which closes the handle in deinit before the
    // reference goes; the library keeps the buffer's pointer only until its next callback.
    let context = unsafe Unmanaged.passUnretained(input).toOpaque()
    unsafe archive_read_set_callback_data(handle, context)
    unsafe archive_read_set_read_callback(handle) { _, context, target in
      guard let context = unsafe context, let target = unsafe target else { return -1 }
      let input = unsafe Unmanaged<ArchiveInput>.fromOpaque(context).takeUnretainedValue()
      let count = input.refill()
      unsafe target.pointee = UnsafeRawPointer(input.buffer.base)
      return count
    }
    unsafe archive_read_set_seek_callback(handle) { _, context, offset, whence in
      guard let context = unsafe context else { return Int64(ARCHIVE_FATAL) }
      let input = unsafe Unmanaged<ArchiveInput>.fromOpaque(context).takeUnretainedValue()
      let origin: Int64
      switch whence {
      case 0: origin = 0
      case 1: origin = Int64(input.position)
      case 2: origin = Int64(input.size)
      default: return Int64(ARCHIVE_FATAL)
      }
      let (sum, overflow) = origin.addingReportingOverflow(offset)
      guard !overflow, sum >= 0, sum <= Int64(input.size) else { return Int64(ARCHIVE_FATAL) }
      input.position = Int(sum)
      return sum
    }
    unsafe archive_read_set_skip_callback(handle) { _, context, count in
      guard let context = unsafe context, count > 0 else { return 0 }
      let input = unsafe Unmanaged<ArchiveInput>.fromOpaque(context).takeUnretainedValue()
      let step = min(Int(clamping: count), input.size - input.position)
      guard step > 0 else { return 0 }
      input.position += step
      return Int64(step)
    }
    guard unsafe archive_read_open1(handle) == ARCHIVE_OK else { throw .archive(message) }
  }

  deinit { unsafe archive_read_free(handle) }

  private var message: String {
    guard let text = unsafe archive_error_string(handle) else { return "unknown damage" }
    return unsafe String(cString: text)
  }

  /// The next member, or nil after the last.
  func next() throws(Flaw) -> ArchiveMember? {
    var found: OpaquePointer?
    let result = unsafe archive_read_next_header(handle, &found)
    if result == ARCHIVE_EOF { return nil }
    guard result == ARCHIVE_OK || result == ARCHIVE_WARN, let found = unsafe found else {
      throw .archive(message)
    }
    unsafe entry = found
    // The library hands out the name in several forms and each may fail in the C locale.
    let text = unsafe archive_entry_pathname_utf8(found) ?? archive_entry_pathname(found)
    let name = unsafe text.map { unsafe String(cString: $0) } ?? ""
    let kind = unsafe archive_entry_filetype(found)
    let size = unsafe archive_entry_size_is_set(found) != 0
      ? Int(clamping: unsafe archive_entry_size(found)) : nil
    return ArchiveMember(
      name: name, isFile: kind == 0o100000,
      isEncrypted: unsafe archive_entry_is_data_encrypted(found) != 0, size: size)
  }

  /// Appends up to `count` bytes of the current member; 0 at its end.
  func read(_ count: Int, into buffer: ByteBuffer) throws(Flaw) -> Int {
    guard buffer.reserve(count) else { throw .member("not enough memory") }
    // SAFETY: room for `count` bytes behind the buffer's end was reserved just above.
    let got = unsafe archive_read_data(handle, buffer.base + buffer.count, count)
    if got >= 0 {
      buffer.advance(Int(got))
      return Int(got)
    }
    let text = message
    if text.lowercased().contains("passphrase") || text.lowercased().contains("password") {
      throw .password(text)
    }
    throw got <= Int(ARCHIVE_FATAL) ? .archive(text) : .member(text)
  }
}
