internal import Bytes

/// A small XML reader: the elements and texts of a document, in document order.
///
/// In: UTF-8 bytes. Out: nodes, or nil if the document is not well-formed (XML 1.0, section 2.1).
/// It knows comments, processing instructions, CDATA, the five predefined entities and character
/// references. A document type is passed over, entities that it declares are not known. Attributes
/// are checked and forgotten. The law: one pass, no recursion, at most `mostNodes` nodes.
struct XMLTree {
  struct Node {
    enum Kind { case element, text, other }
    let kind: Kind
    /// The qualified name of an element, the content of a text.
    var bytes: [UInt8]
    /// One past the last node inside this one.
    var end: Int
  }

  /// Parents stand before their children.
  private(set) var nodes: [Node] = []

  private static let mostNodes = 1 << 20
  private static let deepest = 1 << 10

  private let data: ByteView
  private var at = 0
  private var open: [Int] = []

  init?(_ data: ByteView) {
    guard case .inFile = FormatText.repaired(data) else { return nil }
    self.data = data
    if starts(with: [0xEF, 0xBB, 0xBF]) { at = 3 }
    guard readDocument() else { return nil }
  }

  /// True for an element of that name, in whatever namespace.
  func isElement(_ index: Int, named name: String) -> Bool {
    guard nodes[index].kind == .element else { return false }
    let qualified = nodes[index].bytes
    let local = qualified.firstIndex(of: UInt8(ascii: ":")).map { qualified[($0 + 1)...] }
    return (local ?? qualified[...]).elementsEqual(name.utf8)
  }

  /// The text that stands first in the element, if its first child is one.
  func text(of element: Int) -> [UInt8]? {
    guard nodes[element].kind == .element, element + 1 < nodes[element].end,
      nodes[element + 1].kind == .text
    else { return nodes[element].kind == .text ? nodes[element].bytes : nil }
    return nodes[element + 1].bytes
  }

  private mutating func readDocument() -> Bool {
    var hasRoot = false
    if take("<?xml ") {
      _ = skipSpace()
      guard take("version"), skip(past: "?>") else { return false }
    }
    while at < data.count {
      guard nodes.count < Self.mostNodes else { return false }
      if data.byte(at: at) != UInt8(ascii: "<") {
        guard open.isEmpty ? skipSpace() : readText() else { return false }
      } else if starts(with: "<!--") {
        at += 4
        guard skip(past: "--"), take(">") else { return false }
        if !open.isEmpty { append(.other, []) }
      } else if starts(with: "<?") {
        guard !starts(with: "<?xml "), skip(past: "?>") else { return false }
        if !open.isEmpty { append(.other, []) }
      } else if starts(with: "<![CDATA[") {
        guard !open.isEmpty, readCharacterData() else { return false }
      } else if starts(with: "<!DOCTYPE") {
        guard !hasRoot, skipDocumentType() else { return false }
      } else if starts(with: "</") {
        guard readEndTag() else { return false }
      } else {
        guard !(open.isEmpty && hasRoot), open.count < Self.deepest, readStartTag() else {
          return false
        }
        hasRoot = true
      }
    }
    return hasRoot && open.isEmpty
  }

  private mutating func append(_ kind: Node.Kind, _ bytes: [UInt8]) {
    nodes.append(Node(kind: kind, bytes: bytes, end: nodes.count + 1))
    textMayGrow = kind == .text
  }

  /// Texts that touch are one.
  private mutating func appendText(_ bytes: [UInt8]) {
    if bytes.isEmpty { return }
    if textMayGrow {
      nodes[nodes.count - 1].bytes += bytes
    } else {
      append(.text, bytes)
    }
  }

  /// True while the last node is a text that nothing has followed.
  private var textMayGrow = false

  // MARK: - Parts

  private mutating func readText() -> Bool {
    var text: [UInt8] = []
    while let byte = data.byte(at: at), byte != UInt8(ascii: "<") {
      if byte == UInt8(ascii: "&") {
        guard let bytes = readReference() else { return false }
        text += bytes
      } else if starts(with: "]]>") || !Self.isCharacter(byte) {
        return false
      } else {
        appendNormalised(byte, to: &text)
        at += 1
      }
    }
    appendText(text)
    return true
  }

  private mutating func readCharacterData() -> Bool {
    at += 9
    var text: [UInt8] = []
    while let byte = data.byte(at: at), !starts(with: "]]>") {
      guard Self.isCharacter(byte) else { return false }
      appendNormalised(byte, to: &text)
      at += 1
    }
    guard take("]]>") else { return false }
    appendText(text)
    return true
  }

  /// A carriage return is read as a line feed, and as nothing before one.
  private func appendNormalised(_ byte: UInt8, to text: inout [UInt8]) {
    if byte != 0x0D {
      text.append(byte)
    } else if data.byte(at: at + 1) != 0x0A {
      text.append(0x0A)
    }
  }

  private mutating func readStartTag() -> Bool {
    at += 1
    guard let name = readName() else { return false }
    append(.element, name)
    var attributes: Set<[UInt8]> = []
    defer {
      // The declarations of an empty element end with it.
      if open.last != nodes.count - 1 { dropPrefixes() }
    }
    while true {
      let spaced = skipSpace()
      let isEmpty = take("/>")
      if isEmpty || take(">") {
        for declared in attributes.compactMap({ Self.prefix($0, "xmlns") }) { declare(declared) }
        guard ([name] + attributes).allSatisfy(isDeclared) else { return false }
        if !isEmpty { open.append(nodes.count - 1) }
        return true
      }
      guard spaced, let attribute = readName(), attributes.insert(attribute).inserted else {
        return false
      }
      _ = skipSpace()
      guard take("=") else { return false }
      _ = skipSpace()
      guard let quote = data.byte(at: at), quote == 0x22 || quote == 0x27 else { return false }
      at += 1
      while let byte = data.byte(at: at), byte != quote {
        guard byte != UInt8(ascii: "<"), Self.isCharacter(byte) else { return false }
        if byte == UInt8(ascii: "&") {
          guard readReference() != nil else { return false }
        } else {
          at += 1
        }
      }
      guard data.byte(at: at) == quote else { return false }
      at += 1
    }
  }

  // MARK: - Namespaces

  /// The declared prefixes, with the number of elements around the one that declares them.
  private var prefixes: [(name: [UInt8], depth: Int)] = []
  /// How often each of them is declared: every name asks, and there can be a million.
  private var declarations: [[UInt8]: Int] = [:]

  private mutating func declare(_ prefix: [UInt8]) {
    prefixes.append((name: prefix, depth: open.count))
    declarations[prefix, default: 0] += 1
  }

  private mutating func dropPrefixes() {
    while let last = prefixes.last, last.depth >= open.count {
      prefixes.removeLast()
      let others = declarations[last.name, default: 1] - 1
      declarations[last.name] = others > 0 ? others : nil
    }
  }

  private func isDeclared(_ name: [UInt8]) -> Bool {
    guard let colon = name.firstIndex(of: UInt8(ascii: ":")) else { return true }
    let prefix = Array(name[..<colon])
    return prefix.elementsEqual("xml".utf8) || prefix.elementsEqual("xmlns".utf8)
      || declarations[prefix] != nil
  }

  /// What follows `prefix` and a colon in the name, if it begins with them.
  private static func prefix(_ name: [UInt8], _ prefix: String) -> [UInt8]? {
    let head = Array(prefix.utf8) + [UInt8(ascii: ":")]
    return name.starts(with: head) ? Array(name.dropFirst(head.count)) : nil
  }

  private mutating func readEndTag() -> Bool {
    textMayGrow = false
    at += 2
    guard let name = readName(), let element = open.popLast(), nodes[element].bytes == name else {
      return false
    }
    nodes[element].end = nodes.count
    dropPrefixes()
    _ = skipSpace()
    return take(">")
  }

  private mutating func readReference() -> [UInt8]? {
    at += 1
    var name: [UInt8] = []
    while let byte = data.byte(at: at), byte != UInt8(ascii: ";"), name.count < 16 {
      name.append(byte)
      at += 1
    }
    guard take(";") else { return nil }
    switch String(decoding: name, as: UTF8.self) {
    case "lt": return [UInt8(ascii: "<")]
    case "gt": return [UInt8(ascii: ">")]
    case "amp": return [UInt8(ascii: "&")]
    case "apos": return [UInt8(ascii: "'")]
    case "quot": return [UInt8(ascii: "\"")]
    case let other:
      guard other.hasPrefix("#") else { return nil }
      let digits = other.dropFirst()
      let value =
        digits.hasPrefix("x") ? UInt32(digits.dropFirst(), radix: 16) : UInt32(digits, radix: 10)
      guard let value, let scalar = Unicode.Scalar(value) ?? Self.replacement(value),
        value >= 0x20 || [0x09, 0x0A, 0x0D].contains(value), value != 0xFFFE, value != 0xFFFF
      else { return nil }
      return Array(String(Character(scalar)).utf8)
    }
  }

  /// A reference to half of a surrogate pair is read as U+FFFD.
  private static func replacement(_ value: UInt32) -> Unicode.Scalar? {
    (0xD800...0xDFFF).contains(value) ? Unicode.Scalar(0xFFFD) : nil
  }

  private mutating func skipDocumentType() -> Bool {
    var depth = 0
    while let byte = data.byte(at: at) {
      if take("<!--") {
        guard skip(past: "-->") else { return false }
        continue
      }
      at += 1
      switch byte {
      case UInt8(ascii: "["): depth += 1
      case UInt8(ascii: "]"): depth -= 1
      case UInt8(ascii: ">") where depth == 0: return true
      case 0x22, 0x27:
        while let inner = data.byte(at: at), inner != byte { at += 1 }
        at += 1
      default: break
      }
    }
    return false
  }

  private mutating func readName() -> [UInt8]? {
    var name: [UInt8] = []
    while let byte = data.byte(at: at), Self.isName(byte, first: name.isEmpty) {
      name.append(byte)
      at += 1
    }
    return name.isEmpty ? nil : name
  }

  /// True if there was white space.
  private mutating func skipSpace() -> Bool {
    let start = at
    while let byte = data.byte(at: at), [0x20, 0x09, 0x0A, 0x0D].contains(byte) { at += 1 }
    return at > start
  }

  private mutating func skip(past mark: String) -> Bool {
    while at < data.count {
      if take(mark) { return true }
      at += 1
    }
    return false
  }

  private mutating func take(_ mark: String) -> Bool {
    guard starts(with: mark) else { return false }
    at += mark.utf8.count
    return true
  }

  private func starts(with mark: String) -> Bool { starts(with: Array(mark.utf8)) }

  private func starts(with mark: [UInt8]) -> Bool {
    for (index, byte) in mark.enumerated() where data.byte(at: at + index) != byte { return false }
    return true
  }

  private static func isCharacter(_ byte: UInt8) -> Bool {
    byte >= 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D
  }

  private static func isName(_ byte: UInt8, first: Bool) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "_"), UInt8(ascii: ":"), 0x80...:
      true
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."): !first
    default: false
    }
  }
}
