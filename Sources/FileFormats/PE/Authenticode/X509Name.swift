internal import Bytes

/// A distinguished name as text: `/C=US/O=Example/CN=Example CA`.
enum X509Name {
  /// - Parameter name: the encoded name.
  static func text(_ name: ByteView, dialect: FormatDialect) -> [UInt8] {
    var outer = DERReader(name)
    guard var sets = outer.nextSequence() else { return [] }
    var text: [UInt8] = []
    while let set = sets.next(DERElement.Universal.set) {
      var parts: [(type: ObjectIdentifier, value: DERElement)] = []
      var entries = set.reader
      while !entries.isAtEnd {
        // A set that does not hold ends the name.
        guard var entry = entries.nextSequence(), let type = entry.next(),
          type.mayBeIdentifier(dialect), let value = entry.next()
        else { return text }
        parts.append((ObjectIdentifier(type.content.array), value))
      }
      if dialect == .yaraX { text.append(UInt8(ascii: "/")) }
      for (type, value) in parts {
        let known = ObjectIdentifier.attributeNames.name(of: type, dialect: dialect)
        let isInvalid = dialect == .yaraX && !type.isValid
        let key = Array((isInvalid ? "invalid" : known ?? type.dotted).utf8)
        switch dialect {
        case .yaraX:
          text += key
          text.append(UInt8(ascii: "="))
          text += valueYaraX(value)
        case .yara:
          let (escaped, size) = valueYara(value)
          // OpenSSL leaves out an entry that does not fit, and all that follow it.
          guard text.count + 1 + key.count + 1 + size <= longestYara else { return text }
          text.append(UInt8(ascii: "/"))
          text += key
          text.append(UInt8(ascii: "="))
          text += escaped
        }
      }
      if text.count > longestText { break }
    }
    return text
  }

  /// Whether all sets and entries hold, which OpenSSL asks.
  static func isWellFormed(_ name: DERElement) -> Bool {
    var sets = name.reader
    while !sets.isAtEnd {
      guard var entries = sets.next(DERElement.Universal.set)?.reader else { return false }
      while !entries.isAtEnd {
        guard var entry = entries.nextSequence(), entry.nextIdentifier() != nil,
          entry.next() != nil, entry.isAtEnd
        else { return false }
      }
    }
    return true
  }

  /// Bytes, for YARA-X, which has no bound.
  private static let longestText = 1 << 16
  private static let longestYara = 255

  /// Text of the plain string types; other values as `#` and hexadecimal digits.
  private static func valueYaraX(_ value: DERElement) -> [UInt8] {
    let isText: Bool
    if value.tagClass == .universal {
      switch value.number {
      case DERElement.Universal.utf8String: isText = value.content.isUTF8
      case DERElement.Universal.printableString: isText = value.content.isPrintableString
      case DERElement.Universal.ia5String: isText = value.content.isASCII
      case DERElement.Universal.teletexString: isText = value.content.isVisibleString
      default: isText = false
      }
    } else {
      isText = false
    }
    return isText
      ? value.content.array
      : [UInt8(ascii: "#")] + Digest.hexadecimal(value.content.array)
  }

  /// The bytes, those that are not printable ASCII as `\xHH`.
  /// - Returns: the text, and the size that OpenSSL reckons with, in which a slash counts twice.
  private static func valueYara(_ value: DERElement) -> (text: [UInt8], size: Int) {
    var text: [UInt8] = []
    var size = 0
    for index in 0..<value.content.count {
      let byte = value.content[index]
      switch byte {
      case UInt8(ascii: "/"):
        text.append(byte)
        size += 2
      case UInt8(ascii: "+"):
        text += [UInt8(ascii: "\\"), byte]
        size += 2
      case 0x20...0x7E:
        text.append(byte)
        size += 1
      default:
        text += Array("\\x".utf8)
        for nibble in [byte >> 4, byte & 0xF] {
          text.append(nibble < 10 ? nibble + 48 : nibble + 55)
        }
        size += 4
      }
    }
    return (text, size)
  }
}

extension ByteView {
  var isASCII: Bool { (0..<count).allSatisfy { self[$0] < 0x80 } }

  /// Space to tilde.
  var isVisibleString: Bool { (0..<count).allSatisfy { (0x20...0x7E).contains(self[$0]) } }

  /// Letters, digits, space and `'()+,-./:=?`.
  var isPrintableString: Bool {
    (0..<count).allSatisfy { index in
      switch self[index] {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "+")...UInt8(ascii: ":"), UInt8(ascii: " "), UInt8(ascii: "'"),
        UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "="), UInt8(ascii: "?"):
        true
      default: false
      }
    }
  }
}
