internal import Bytes

/// How a text looks inside base64 when it begins `phase` bytes after a group of three: the
/// characters that depend on the text alone, without those it shares with its neighbours.
///
/// As YARA: three phases per text; the match is what is left after trimming. YARA-X, by which
/// `matches` goes, also decodes the shared characters and so is stricter.
struct Base64Phase: Sendable, Hashable {
  let text: [UInt8]
  let phase: Int
  let alphabet: [UInt8]
  /// The characters to search for; may be empty for very short texts.
  let literal: [UInt8]

  init(_ text: [UInt8], phase: Int, alphabet: [UInt8]) {
    self.text = text
    self.phase = phase
    self.alphabet = alphabet
    let padded = [UInt8](repeating: 0, count: phase) + text
    var characters: [UInt8] = []
    var bits: UInt32 = 0
    var bitCount: UInt32 = 0
    for byte in padded {
      bits = (bits << 8 | UInt32(byte)) & 0xFFFF
      bitCount += 8
      while bitCount >= 6 {
        bitCount -= 6
        characters.append(alphabet[Int(bits >> bitCount & 63)])
      }
    }
    // The first character wholly made of text bits: 0, 2 or 3.
    let first = phase == 0 ? 0 : phase + 1
    literal = first < characters.count ? Array(characters[first...]) : []
  }

  /// Characters before `literal` that are decoded with it.
  private var leading: Int { phase == 0 ? 0 : phase + 1 }

  /// Whether the bytes around a found literal decode to the text.
  /// - Parameters:
  ///   - position: of the literal in `data`
  ///   - isWide: characters are followed by zero bytes
  func matches(_ data: ByteView, at position: Int, isWide: Bool) -> Bool {
    let stride = isWide ? 2 : 1
    let start = position - leading * stride
    guard start >= 0 else { return false }
    // Whole groups of four that hold the phase and the text.
    let groups = (phase + text.count + 2) / 3
    var characters: [UInt8] = []
    characters.reserveCapacity(groups * 4)
    var place = start
    for _ in 0..<(groups * 4) {
      guard let byte = data.byte(at: place) else { break }
      if isWide, let zero = data.byte(at: place + 1), zero != 0 { return false }
      characters.append(byte)
      place += stride
    }
    if isWide {
      characters.removeAll { $0 == 0x3D }
    } else {
      for _ in 0..<2 where characters.last == 0x3D { characters.removeLast() }
    }
    guard characters.count % 4 != 1 else { return false }
    var decoded: [UInt8] = []
    var bits: UInt32 = 0
    var bitCount: UInt32 = 0
    for character in characters {
      guard let value = alphabet.firstIndex(of: character) else { return false }
      bits = (bits << 6 | UInt32(value)) & 0xFFFF
      bitCount += 6
      if bitCount >= 8 {
        bitCount -= 8
        decoded.append(UInt8(truncatingIfNeeded: bits >> bitCount))
      }
    }
    // Bits that belong to no byte must be zero.
    guard bits & ((1 << bitCount) - 1) == 0 else { return false }
    guard decoded.count >= phase + text.count else { return false }
    return decoded[phase..<(phase + text.count)].elementsEqual(text)
  }
}
