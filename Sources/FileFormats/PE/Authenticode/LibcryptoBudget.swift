internal import Bytes

/// What of one file may still be given to libcrypto's decoders, which make objects of every element
/// and a key of every certificate before any bound of ours is asked.
///
/// The structures are walked first. Counted are all elements, and as certificates all sequences in
/// a [0], where certificates lie in signed data of either kind; a little else lies there as well,
/// so that this counts too many rather than too few.
struct LibcryptoBudget {
  private var elements: Int
  private var certificates: Int
  /// Whether something was refused.
  private(set) var isSpent = false

  init(
    elements: Int = AuthenticodeLimits.decodedElements,
    certificates: Int = AuthenticodeLimits.decodedCertificates
  ) {
    self.elements = elements
    self.certificates = certificates
  }

  /// Whether these bytes may be decoded; if so, what they hold is taken from the budget, else no
  /// further ones may be.
  mutating func spend(_ bytes: ByteView) -> Bool {
    guard !isSpent else { return false }
    isSpent = !walk(DERReader(bytes), areCertificates: false, depth: 0)
    return !isSpent
  }

  /// Deeper than libcrypto goes.
  private static let depth = 64

  private mutating func walk(_ reader: DERReader, areCertificates: Bool, depth: Int) -> Bool {
    var reader = reader
    while !reader.isAtEnd {
      guard let element = reader.next() else {
        // Libcrypto may read on where we cannot; at worst each byte is an element.
        elements -= reader.rest.count
        return elements >= 0
      }
      elements -= 1
      if areCertificates, element.isUniversal(DERElement.Universal.sequence) { certificates -= 1 }
      guard elements >= 0, certificates >= 0 else { return false }
      if element.isConstructed, depth < Self.depth,
        !walk(element.reader, areCertificates: element.isContext(0), depth: depth + 1)
      {
        return false
      }
    }
    return true
  }
}
