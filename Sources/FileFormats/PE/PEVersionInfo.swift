internal import Bytes

/// One text of the version resource, such as `CompanyName`; in UTF-8 (YARA-X) or the low bytes of
/// the UTF-16 characters, at most 63 of the key and 255 of the value (YARA).
public struct PEVersionString: Sendable, Equatable {
  public let key: [UInt8]
  public let value: [UInt8]
}

// A node of the version resource: length, length of the value, kind (three 16-bit numbers), a
// zero-terminated UTF-16 key, padding to four bytes, value, padding, children.
extension PEFile {
  /// The value of a key; where a key comes twice, the last one's.
  public func versionInfo(_ key: [UInt8]) -> [UInt8]? {
    versionInfo.last { $0.key == key }?.value
  }

  func parsedVersionInfo() -> [PEVersionString] {
    var walk = VersionWalk()
    for resource in resources {
      guard case .id(PEResource.versionType) = resource.type, let offset = resource.offset,
        let node = data.slice(from: Int(offset))
      else { continue }
      switch dialect {
      case .yaraX: walk.yaraX(node)
      case .yara: walk.yara(node)
      }
      if walk.nodesLeft <= 0 { break }
    }
    return walk.strings
  }
}

private struct VersionWalk {
  var strings: [PEVersionString] = []
  var nodesLeft = PELimits.versionNodes
  /// Bytes of keys and values, over all resources.
  private var bytesLeft = PELimits.textBytes

  // MARK: YARA-X

  private struct Node {
    var key: ByteView
    var valueLength: UInt16
    /// Value and children.
    var body: ByteView
    /// What follows the node.
    var rest: ByteView
  }

  /// UTF-16 units up to a zero or the end, and what follows the zero; nil where a single byte
  /// is left over.
  private mutating func wideText(_ view: ByteView) -> (text: ByteView, rest: ByteView)? {
    // Where nothing is left, a node may not cost the search for its end either.
    guard bytesLeft > 0 else { return nil }
    var length = 0
    while let unit = view.little(at: length, as: UInt16.self), unit != 0 { length += 2 }
    bytesLeft -= length
    guard bytesLeft > 0 else { return nil }
    let text = view.clamped(at: 0, length: length)
    if length == view.count { return (text, view.clamped(at: length, length: 0)) }
    guard let rest = view.slice(from: length + 2) else { return nil }
    return (text, rest)
  }

  private static func utf8(_ wide: ByteView) -> [UInt8] {
    var units: [UInt16] = []
    units.reserveCapacity(wide.count / 2)
    var offset = 0
    while let unit = wide.little(at: offset, as: UInt16.self) {
      units.append(unit)
      offset += 2
    }
    return Array(String(decoding: units, as: UTF16.self).utf8)
  }

  private static func equals(_ wide: ByteView, _ text: String) -> Bool {
    guard wide.count == text.utf8.count * 2 else { return false }
    var offset = 0
    for expected in text.utf8 {
      if wide.little(at: offset, as: UInt16.self) != UInt16(expected) { return false }
      offset += 2
    }
    return true
  }

  private mutating func node(_ view: ByteView) -> Node? {
    nodesLeft -= 1
    guard nodesLeft > 0, let length = view.little(at: 0, as: UInt16.self) else { return nil }
    let size = (Int(length) + 3) & ~3
    guard let whole = view.slice(at: 0, length: size), let rest = view.slice(from: size),
      let valueLength = whole.little(at: 2, as: UInt16.self), let tail = whole.slice(from: 6),
      let (key, after) = wideText(tail)
    else { return nil }
    let used = (whole.count - after.count + 3) & ~3
    guard let body = whole.slice(from: used) else { return nil }
    return Node(key: key, valueLength: valueLength, body: body, rest: rest)
  }

  mutating func yaraX(_ view: ByteView) {
    guard let root = node(view), Self.equals(root.key, "VS_VERSION_INFO") else { return }
    let fixedInfoSize = 52
    var children = root.body
    if root.valueLength > 0, let rest = children.slice(from: fixedInfoSize) { children = rest }
    // A VarFileInfo may precede the StringFileInfo; only one of each is read.
    if let first = node(children), Self.equals(first.key, "VarFileInfo") { children = first.rest }
    guard let info = node(children), Self.equals(info.key, "StringFileInfo") else { return }
    var tables = info.body
    while let table = node(tables) {
      var entries = table.body
      var found: [PEVersionString] = []
      while let entry = node(entries) {
        var value: [UInt8] = []
        if entry.valueLength > 0, let (text, _) = wideText(entry.body) {
          value = Self.utf8(text)
        }
        found.append(PEVersionString(key: Self.utf8(entry.key), value: value))
        entries = entry.rest
      }
      // A table without strings ends the list.
      guard !found.isEmpty else { break }
      strings += found
      tables = table.rest
    }
  }

  // MARK: YARA

  /// Low bytes of UTF-16 units up to one that is zero, cut to fit `size` with a terminator.
  private static func lowBytes(_ view: ByteView, at offset: Int, size: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    while bytes.count < size - 1, let byte = view.byte(at: offset + bytes.count * 2), byte != 0 {
      bytes.append(byte)
    }
    return bytes
  }

  /// Units before the zero unit, or nil where there is none.
  private mutating func wideLength(_ view: ByteView, at offset: Int) -> Int? {
    var length = 0
    while bytesLeft > 0, let unit = view.little(at: offset + length * 2, as: UInt16.self) {
      if unit == 0 { return length }
      length += 1
      bytesLeft -= 2
    }
    return nil
  }

  /// Whether a node of that key and a length begins at `offset`.
  private static func isNode(_ view: ByteView, at offset: Int, _ key: String) -> Bool {
    let size = key.utf8.count * 2
    guard view.slice(at: offset + 6, length: size + 2) != nil,
      equals(view.clamped(at: offset + 6, length: size), key),
      view.little(at: offset + 6 + size, as: UInt16.self) == 0
    else { return false }
    return view.little(at: offset, as: UInt16.self) != 0
  }

  private static func aligned(_ length: Int) -> Int { (length + 3) & ~3 }

  mutating func yara(_ view: ByteView) {
    let headSize = 6
    guard Self.isNode(view, at: 0, "VS_VERSION_INFO") || Self.isNodeWithoutLength(view) else {
      return
    }
    func length(_ at: Int) -> Int { Self.aligned(Int(view.little(at: at, as: UInt16.self) ?? 0)) }
    var node = Self.aligned(headSize + 86)
    while nodesLeft > 0, Self.isNode(view, at: node, "VarFileInfo") {
      nodesLeft -= 1
      node += length(node)
    }
    while nodesLeft > 0, Self.isNode(view, at: node, "StringFileInfo") {
      nodesLeft -= 1
      var table = node + Self.aligned(headSize + 30)
      node += length(node)
      while nodesLeft > 0, table < node, view.slice(at: table, length: headSize) != nil,
        let keyLength = wideLength(view, at: table + headSize), length(table) != 0
      {
        nodesLeft -= 1
        var entry = table + Self.aligned(headSize + 2 * (keyLength + 1))
        table += length(table)
        while nodesLeft > 0, entry < table, view.slice(at: entry, length: headSize) != nil,
          let keyLength = wideLength(view, at: entry + headSize), length(entry) != 0
        {
          nodesLeft -= 1
          let value = entry + Self.aligned(headSize + 2 * (keyLength + 1))
          if wideLength(view, at: value) != nil {
            let isEmpty = view.little(at: entry + 2, as: UInt16.self) == 0
            strings.append(
              PEVersionString(
                key: Self.lowBytes(view, at: entry + headSize, size: 64),
                value: isEmpty ? [] : Self.lowBytes(view, at: value, size: 256)))
          }
          entry += length(entry)
        }
      }
    }
  }

  /// The root's length is not looked at.
  private static func isNodeWithoutLength(_ view: ByteView) -> Bool {
    let size = 15 * 2
    return view.slice(at: 6, length: size + 2) != nil
      && equals(view.clamped(at: 6, length: size), "VS_VERSION_INFO")
      && view.little(at: 6 + size, as: UInt16.self) == 0
  }
}
