// Unsafe here: libmagic takes raw pointers. Nothing of it leaves this file.
internal import Bytes
internal import CMagic

/// libmagic with its database, for one thread.
///
/// The database is found as the `file` program finds it, through the environment variable `MAGIC`
/// too. What libmagic looks at and how deep is bounded by its own limits; a file that makes it give
/// up has no type.
@safe
final class MagicDatabase {
  enum Question {
    case type, mimeType
  }

  private let cookie: magic_t

  /// - Throws: libmagic's own words for why there is no database.
  init() throws(MagicFailure) {
    guard let cookie = unsafe magic_open(MAGIC_NONE) else {
      throw MagicFailure(reason: "libmagic cannot be opened")
    }
    // SAFETY: the cookie is valid until it is closed, here or in deinit; nil is the usual database.
    guard unsafe magic_load(cookie, nil) == 0 else {
      let reason = unsafe magic_error(cookie).map { unsafe String(cString: $0) }
      unsafe magic_close(cookie)
      throw MagicFailure(reason: reason ?? "libmagic has no database")
    }
    unsafe self.cookie = cookie
  }

  deinit { unsafe magic_close(cookie) }

  /// libmagic's answer, nil where it fails.
  func answer(_ question: Question, of data: ByteView) -> [UInt8]? {
    let flags = question == .mimeType ? MAGIC_MIME_TYPE : MAGIC_NONE
    // SAFETY: the view is valid for `count` bytes during the call; the text that libmagic gives is
    // its own until the next call and is copied here.
    guard unsafe magic_setflags(cookie, flags) == 0,
      let text = unsafe magic_buffer(cookie, data.base, data.count)
    else { return nil }
    return unsafe Array(String(cString: text).utf8)
  }
}

struct MagicFailure: Error {
  let reason: String
}
