import Foundation

/// Takes a multipart body (RFC 2046) apart as it streams in, in bounded memory.
///
/// In: bytes in pieces of any size. Out: for each part its header fields, then its bytes in
/// pieces, then its end. A piece is given out as soon as it cannot be part of a delimiter.
struct MultipartParser {
  enum Event: Sendable, Hashable {
    case part(PartHeader)
    case bytes([UInt8])
    case endOfPart
    /// The closing delimiter; what follows is ignored.
    case end
  }

  /// What a part's `Content-Disposition` says.
  struct PartHeader: Sendable, Hashable {
    var name: String?
    var filename: String?
  }

  struct Malformed: Error, Sendable, Hashable { let reason: String }

  private enum State { case preamble, afterDelimiter, headers, content, over }

  /// CR LF and two hyphens before the boundary.
  private let delimiter: [UInt8]
  private var state = State.preamble
  /// Bytes not yet decided on. A line end in front lets the first delimiter begin the body.
  private var pending: [UInt8] = [0x0D, 0x0A]
  private static let headerLimit = 16 << 10

  /// The boundary of a `Content-Type: multipart/...` value; nil when there is none that may be.
  static func boundary(ofContentType value: String) -> String? {
    guard value.lowercased().hasPrefix("multipart/"),
      let boundary = HeaderParameters(value)["boundary"], (1...70).contains(boundary.utf8.count)
    else { return nil }
    return boundary
  }

  init(boundary: String) { delimiter = Array("\r\n--\(boundary)".utf8) }

  mutating func feed(
    _ bytes: some Sequence<UInt8>, _ emit: (Event) throws -> Void
  ) throws {
    guard state != .over else { return }
    pending.append(contentsOf: bytes)
    while try step(emit) {}
  }

  /// Throws when the closing delimiter has not come.
  func finish() throws {
    guard state == .over else {
      throw Malformed(reason: "The multipart body ends before its closing boundary")
    }
  }

  /// One move of the machine; false when more bytes are needed.
  private mutating func step(_ emit: (Event) throws -> Void) throws -> Bool {
    switch state {
    case .over:
      pending = []
      return false

    case .preamble, .content:
      if let start = find(delimiter) {
        if state == .content {
          if start > 0 { try emit(.bytes(Array(pending[..<start]))) }
          try emit(.endOfPart)
        }
        pending.removeFirst(start + delimiter.count)
        state = .afterDelimiter
        return true
      }
      let decided = pending.count - (delimiter.count - 1)
      if decided > 0 {
        if state == .content { try emit(.bytes(Array(pending[..<decided]))) }
        pending.removeFirst(decided)
      }
      return false

    case .afterDelimiter:
      // "--" ends the body; else blanks and a line end begin a part.
      guard pending.count >= 2 else { return false }
      if pending[0] == UInt8(ascii: "-"), pending[1] == UInt8(ascii: "-") {
        state = .over
        try emit(.end)
        return true
      }
      guard let lineEnd = find([0x0D, 0x0A]) else {
        guard pending.count <= 256 else {
          throw Malformed(reason: "A multipart boundary is not followed by a line end")
        }
        return false
      }
      guard pending[..<lineEnd].allSatisfy({ $0 == 0x20 || $0 == 0x09 }) else {
        throw Malformed(reason: "A multipart boundary is followed by other characters")
      }
      // The line end stays: an empty header block is then a doubled line end as well.
      pending.removeFirst(lineEnd)
      state = .headers
      return true

    case .headers:
      guard let end = find([0x0D, 0x0A, 0x0D, 0x0A]) else {
        guard pending.count <= Self.headerLimit else {
          throw Malformed(reason: "The header of a part is too long")
        }
        return false
      }
      guard end <= Self.headerLimit else {
        throw Malformed(reason: "The header of a part is too long")
      }
      let text = String(decoding: pending[..<end], as: UTF8.self)
      pending.removeFirst(end + 4)
      try emit(.part(Self.header(text)))
      state = .content
      return true
    }
  }

  /// Offset of the first occurrence in what is pending.
  private func find(_ needle: [UInt8]) -> Int? {
    guard let first = needle.first, pending.count >= needle.count else { return nil }
    let last = pending.count - needle.count
    var from = 0
    while from <= last, let start = pending[from...last].firstIndex(of: first) {
      if pending[start..<(start + needle.count)].elementsEqual(needle) { return start }
      from = start + 1
    }
    return nil
  }

  private static func header(_ text: String) -> PartHeader {
    for line in text.split(whereSeparator: \.isNewline) {
      let parts = line.split(separator: ":", maxSplits: 1)
      guard parts.count == 2,
        parts[0].trimmingCharacters(in: .whitespaces).lowercased() == "content-disposition"
      else { continue }
      let parameters = HeaderParameters(String(parts[1]))
      return PartHeader(name: parameters["name"], filename: parameters.filename)
    }
    return PartHeader()
  }
}

/// The `name=value` parameters of a header value; values may be quoted, with backslash escapes.
struct HeaderParameters: Sendable {
  private var values: [String: String] = [:]

  init(_ text: String) {
    var rest = text[...]
    guard let start = rest.firstIndex(of: ";") else { return }
    rest = rest[rest.index(after: start)...]
    while !rest.isEmpty {
      rest = rest.drop { $0 == ";" || $0.isWhitespace }
      guard let equals = rest.firstIndex(of: "=") else { return }
      let name = rest[..<equals].trimmingCharacters(in: .whitespaces).lowercased()
      rest = rest[rest.index(after: equals)...].drop { $0 == " " || $0 == "\t" }
      var value = ""
      if rest.first == "\"" {
        rest = rest.dropFirst()
        while let character = rest.first, character != "\"" {
          rest = rest.dropFirst()
          // Browsers put Windows paths here unescaped: only a quote or backslash is an escape.
          if character == "\\", let next = rest.first, next == "\"" || next == "\\" {
            value.append(next)
            rest = rest.dropFirst()
          } else {
            value.append(character)
          }
        }
        rest = rest.dropFirst()
        rest = rest[(rest.firstIndex(of: ";") ?? rest.endIndex)...]
      } else {
        let end = rest.firstIndex(of: ";") ?? rest.endIndex
        value = rest[..<end].trimmingCharacters(in: .whitespaces)
        rest = rest[end...]
      }
      if values[name] == nil { values[name] = value }
    }
  }

  subscript(name: String) -> String? { values[name] }

  /// RFC 5987's `filename*=UTF-8''...` where it is there, else `filename`.
  var filename: String? {
    if let extended = values["filename*"] {
      let parts = extended.split(separator: "'", maxSplits: 2, omittingEmptySubsequences: false)
      if parts.count == 3, let decoded = parts[2].removingPercentEncoding { return decoded }
    }
    return values["filename"]
  }
}
