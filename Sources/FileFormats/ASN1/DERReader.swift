internal import Bytes

/// One element of ASN.1's basic or distinguished encoding rules (X.690): identifier, length,
/// content. Indefinite lengths are understood, high tag numbers up to 28 bits as well.
struct DERElement {
  enum Class: UInt8 { case universal, application, context, `private` }

  var tagClass: Class
  var isConstructed: Bool
  var number: UInt32
  /// Without identifier and length; for an indefinite length also without the end mark.
  var content: ByteView
  /// The whole element.
  var encoded: ByteView

  /// Universal tag numbers.
  enum Universal {
    static let boolean: UInt32 = 1
    static let integer: UInt32 = 2
    static let bitString: UInt32 = 3
    static let octetString: UInt32 = 4
    static let objectIdentifier: UInt32 = 6
    static let utf8String: UInt32 = 12
    static let sequence: UInt32 = 16
    static let set: UInt32 = 17
    static let printableString: UInt32 = 19
    static let teletexString: UInt32 = 20
    static let ia5String: UInt32 = 22
    static let utcTime: UInt32 = 23
    static let generalizedTime: UInt32 = 24
    static let universalString: UInt32 = 28
    static let bmpString: UInt32 = 30
  }

  func isUniversal(_ number: UInt32) -> Bool { tagClass == .universal && self.number == number }
  func isContext(_ number: UInt32) -> Bool { tagClass == .context && self.number == number }

  /// The elements inside.
  var reader: DERReader { DERReader(content) }
}

/// Reads elements one after the other. Total: what does not fit ends it.
///
/// Law: an element never reaches beyond the bytes it was read from, and nesting is followed only
/// by the caller, except through indefinite lengths, whose depth is bounded.
struct DERReader {
  private(set) var rest: ByteView

  init(_ bytes: ByteView) { rest = bytes }

  var isAtEnd: Bool { rest.count == 0 }

  /// Indefinite lengths inside each other; each level reads the bytes once more.
  private static let deepestIndefinite = 8

  mutating func next() -> DERElement? {
    guard let element = Self.element(rest, depth: 0) else { return nil }
    rest = rest.clamped(at: element.encoded.count, length: rest.count)
    return element
  }

  /// The next element if it has that universal tag; else nothing is read.
  mutating func next(_ number: UInt32) -> DERElement? {
    guard let element = Self.element(rest, depth: 0), element.isUniversal(number) else {
      return nil
    }
    rest = rest.clamped(at: element.encoded.count, length: rest.count)
    return element
  }

  /// The next element if it has that context tag; else nothing is read.
  mutating func nextContext(_ number: UInt32) -> DERElement? {
    guard let element = Self.element(rest, depth: 0), element.isContext(number) else { return nil }
    rest = rest.clamped(at: element.encoded.count, length: rest.count)
    return element
  }

  mutating func nextSequence() -> DERReader? { next(DERElement.Universal.sequence)?.reader }

  mutating func nextIdentifier() -> ObjectIdentifier? {
    next(DERElement.Universal.objectIdentifier).map { ObjectIdentifier($0.content.array) }
  }

  private static func element(_ bytes: ByteView, depth: Int) -> DERElement? {
    guard let identifier = bytes.byte(at: 0),
      let tagClass = DERElement.Class(rawValue: identifier >> 6)
    else { return nil }
    var at = 1
    var number = UInt32(identifier & 0x1F)
    if number == 0x1F {
      number = 0
      while true {
        guard let byte = bytes.byte(at: at), at <= 4 else { return nil }
        at += 1
        number = number << 7 | UInt32(byte & 0x7F)
        if byte & 0x80 == 0 { break }
      }
    }
    guard let first = bytes.byte(at: at) else { return nil }
    at += 1
    let isConstructed = identifier & 0x20 != 0
    if first == 0x80 {
      guard isConstructed, depth < deepestIndefinite else { return nil }
      let start = at
      while true {
        if bytes.byte(at: at) == 0, bytes.byte(at: at + 1) == 0 { break }
        guard at < bytes.count,
          let inner = element(bytes.clamped(at: at, length: bytes.count), depth: depth + 1)
        else { return nil }
        at += inner.encoded.count
      }
      return DERElement(
        tagClass: tagClass, isConstructed: true, number: number,
        content: bytes.clamped(at: start, length: at - start),
        encoded: bytes.clamped(at: 0, length: at + 2))
    }
    var length = Int(first)
    if first > 0x80 {
      length = 0
      let bytesOfLength = Int(first & 0x7F)
      guard bytesOfLength <= 8 else { return nil }
      for _ in 0..<bytesOfLength {
        guard let byte = bytes.byte(at: at), length <= Int.max >> 9 else { return nil }
        at += 1
        length = length << 8 | Int(byte)
      }
    }
    guard let content = bytes.slice(at: at, length: length) else { return nil }
    return DERElement(
      tagClass: tagClass, isConstructed: isConstructed, number: number, content: content,
      encoded: bytes.clamped(at: 0, length: at + length))
  }
}
