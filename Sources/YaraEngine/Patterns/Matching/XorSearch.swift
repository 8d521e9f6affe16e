internal import Bytes

/// Finds many xor texts in one pass, under any key.
///
/// The idea: the exclusive or of neighbouring bytes is the same under every key, so three such
/// differences in a row, which four bytes of a text give, are looked up instead of 256 literals a
/// text; of texts of three bytes both differences. What is found is a candidate: the caller works out
/// the key and compares the whole text.
struct XorSearch: Sendable {
  /// Up to this many forms an atom a key is faster and small enough.
  static let worthwhile = 16
  /// Of shorter forms the literals of all keys are few.
  static let shortestForm = 3

  private struct Place {
    let form: Int32
    /// From the start of the text to the last byte of the differences.
    let distance: Int32
  }

  /// Forms by the differences that they wait for.
  private struct Table {
    /// By hash of the differences, whether a form waits for them.
    private var filter = [UInt64](repeating: 0, count: 1 << 11)
    private var places: [UInt32: [Place]] = [:]
    var isEmpty: Bool { places.isEmpty }

    mutating func add(_ place: Place, _ differences: UInt32) {
      places[differences, default: []].append(place)
      let hash = Self.hash(differences)
      filter[hash >> 6] |= 1 << UInt64(hash & 63)
    }

    private static func hash(_ differences: UInt32) -> Int {
      Int((differences &* 0x9E37_79B1) >> 15)
    }

    @inline(__always)
    func forEach(_ differences: UInt32, endingAt place: Int, _ body: (Int32, Int) -> Void) {
      let hash = Self.hash(differences)
      guard filter[hash >> 6] & 1 << UInt64(hash & 63) != 0, let found = places[differences] else { return }
      for entry in found where place >= Int(entry.distance) {
        body(entry.form, place &- Int(entry.distance))
      }
    }
  }

  /// The sub-patterns searched for.
  let forms: [Int32]
  private var triples = Table()
  /// Of forms of three bytes.
  private var pairs = Table()

  /// - Parameters:
  ///   - forms: indices of xor sub-patterns of three bytes or more.
  ///   - pool: holds their texts.
  init(_ forms: [Int32], _ subPatterns: [SubPattern], _ pool: [UInt8]) {
    self.forms = forms
    for form in forms {
      let sub = subPatterns[Int(form)]
      let text = Array(pool[Int(sub.literalStart)..<Int(sub.literalStart) + Int(sub.literalCount)])
      if text.count == Self.shortestForm {
        pairs.add(Place(form: form, distance: 2), Self.differences(of: text, from: 0, 2))
      } else {
        let (differences, distance) = Self.rarest(text)
        triples.add(Place(form: form, distance: Int32(distance)), differences)
      }
    }
  }

  private static func differences(of text: [UInt8], from start: Int, _ count: Int) -> UInt32 {
    (start..<start + count).reduce(0) { $0 << 8 | UInt32(text[$1] ^ text[$1 + 1]) }
  }

  /// The first three differences without a zero, which runs of one byte give everywhere, or the
  /// first ones; with the distance of their last byte from the start.
  private static func rarest(_ text: [UInt8]) -> (differences: UInt32, distance: Int) {
    for start in 0..<text.count - 3 {
      let found = differences(of: text, from: start, 3)
      if found & 0xFF != 0, found & 0xFF00 != 0, found & 0xFF_0000 != 0 { return (found, start + 3) }
    }
    return (differences(of: text, from: 0, 3), 3)
  }

  /// Calls `body` with the sub-pattern and the place of every candidate.
  /// - Parameter mayContinue: asked every 64 KiB; false stops.
  /// - Returns: false where it was stopped.
  func forEachCandidate(
    in data: ByteView, mayContinue: () -> Bool, _ body: (Int32, Int) -> Void
  ) -> Bool {
    guard data.count >= Self.shortestForm else { return true }
    var last = data[0]
    var differences: UInt32 = 0
    let hasPairs = !pairs.isEmpty
    for place in 1..<data.count {
      let byte = data[place]
      differences = (differences << 8 | UInt32(byte ^ last)) & 0xFF_FFFF
      last = byte
      triples.forEach(differences, endingAt: place, body)
      if hasPairs { pairs.forEach(differences & 0xFFFF, endingAt: place, body) }
      if place & 0xFFFF == 0, !mayContinue() { return false }
    }
    return true
  }
}
