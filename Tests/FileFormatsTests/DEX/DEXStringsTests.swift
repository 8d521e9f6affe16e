import Bytes
import Testing

@testable import FileFormats

@Suite struct DEXStringsTests {
  /// What the text is by way of UTF-16, in which a pair of surrogates is what it is in Java.
  static func reference(_ bytes: [UInt8]) -> [UInt8]? {
    var units: [UInt16] = []
    var offset = 0
    func bits(_ at: Int) -> UInt32? {
      at < bytes.count && bytes[at] & 0xC0 == 0x80 ? UInt32(bytes[at] & 0x3F) : nil
    }
    while offset < bytes.count {
      let first = UInt32(bytes[offset])
      switch first {
      case 0x00...0x7F:
        units.append(UInt16(first))
        offset += 1
      case 0xC0...0xDF:
        guard let low = bits(offset + 1) else { return nil }
        let unit = (first & 0x1F) << 6 | low
        guard unit >= 0x80 || unit == 0 else { return nil }
        units.append(UInt16(unit))
        offset += 2
      case 0xE0...0xEF:
        guard let middle = bits(offset + 1), let low = bits(offset + 2) else { return nil }
        let unit = (first & 0x0F) << 12 | middle << 6 | low
        guard unit >= 0x800 else { return nil }
        units.append(UInt16(unit))
        offset += 3
      case 0xF0...0xF4:
        guard let upper = bits(offset + 1), let middle = bits(offset + 2),
          let low = bits(offset + 3)
        else { return nil }
        let value = (first & 0x07) << 18 | upper << 12 | middle << 6 | low
        guard value >= 0x1_0000, let scalar = Unicode.Scalar(value) else { return nil }
        units += Array(scalar.utf16)
        offset += 4
      default: return nil
      }
    }
    let text = String(decoding: units, as: UTF16.self)
    return text.utf16.elementsEqual(units) ? Array(text.utf8) : nil
  }

  private struct Numbers: RandomNumberGenerator {
    var state: UInt64 = 20_260_101
    mutating func next() -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return (state ^ state >> 33) &* 0xFF51_AFD7_ED55_8CCD
    }
  }

  /// Characters of every length, halves of pairs, and the bytes at which ranges begin and end.
  private static let pieces: [[UInt8]] =
    [
      [0x41], [0], [0xC0, 0x80], [0xC3, 0xA9], [0xE2, 0x82, 0xAC], [0xED, 0xA0, 0xBD],
      [0xED, 0xAF, 0xBF], [0xED, 0xB0, 0x80], [0xED, 0xBF, 0xBF], [0xED, 0x9F, 0xBF],
      [0xEE, 0x80, 0x80], [0xED, 0xA0, 0xBD, 0xED, 0xB8, 0x80], [0xF0, 0x9F, 0x98, 0x80],
      [0xF0, 0x90, 0x80, 0x80], [0xF4, 0x8F, 0xBF, 0xBF], [0xF4, 0x90, 0x80, 0x80],
      [0xF0, 0x8F, 0xBF, 0xBF], [0xE0, 0x9F, 0xBF], [0xE0, 0xA0, 0x80], [0xC1, 0xBF],
    ]
    + ([
      0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC1, 0xC2, 0xDF, 0xE0, 0xED, 0xEF, 0xF0,
      0xF4, 0xF5, 0xFF,
    ] as [UInt8]).map { [$0] }

  @Test func takesAndDecodesWhatTheReferenceDoes() {
    var numbers = Numbers()
    var differing: [[UInt8]] = []
    var accepted = 0
    for round in 0..<40_000 {
      var bytes: [UInt8] = []
      for _ in 0..<Int.random(in: 0...6, using: &numbers) {
        if round % 4 == 0 {
          bytes.append(UInt8.random(in: 0...0xFF, using: &numbers))
        } else {
          // Most of the first pieces are well-formed.
          let end = round % 2 == 0 ? Self.pieces.count : 15
          bytes += Self.pieces[Int.random(in: 0..<end, using: &numbers)]
        }
      }
      let expected = Self.reference(bytes)
      if expected != nil { accepted += 1 }
      if !isRead(bytes, as: expected) { differing.append(bytes) }
    }
    #expect(differing.isEmpty)
    #expect(accepted > 2_000 && accepted < 38_000)
  }

  private func isRead(_ bytes: [UInt8], as expected: [UInt8]?) -> Bool {
    ByteView.with(bytes) { view in
      guard let form = ModifiedUTF8.form(of: view) else { return expected == nil }
      guard let expected, ModifiedUTF8.decoded(view) == expected else { return false }
      func isEqual(_ other: [UInt8]) -> Bool {
        ByteView.with(other) { ModifiedUTF8.isEqual(view, to: $0) }
      }
      return (form == .plain) == (bytes == expected) && isEqual(expected)
        && !isEqual(expected + [0x61])
        && (expected.isEmpty || !isEqual(Array(expected.dropLast())))
    }
  }

  @Test func findsMethodsWhoseNamesAreNoPlainUTF8() {
    let names: [[UInt8]] = [
      [0x41], [0x61, 0xC0, 0x80], [0xC3, 0xA9], [0xED, 0xA0, 0xBD, 0xED, 0xB8, 0x80],
    ]
    let builder = DEXBuilder(
      strings: names, types: [0], prototypes: [(0, 0, [])],
      methods: [(0, 0, 1), (0, 0, 2), (0, 0, 3), (0, 0, 3)])
    ByteView.with(builder.built()) { view in
      let file = DEXFile.parse(view)
      for (name, isExpected) in [
        ("a\0", true), ("é", true), ("😀", true), ("A", false), ("a", false), ("😀a", false),
        ("", false),
      ] {
        #expect(ByteView.with(Array(name.utf8)) { file?.containsMethod($0) } == isExpected)
      }
      #expect(ByteView.with(names[3]) { file?.containsMethod($0) } == false)
    }
  }

  @Test(arguments: [(4, 1), (5, 2), (8, 2), (9, 3), (DEXStrings.mostBytes, 3)])
  func endsWhereTheBoundIsReached(mostBytes: Int, count: Int) {
    let builder = DEXBuilder(strings: ["abc", "def", "ghi"].map { Array($0.utf8) })
    ByteView.with(builder.built()) { view in
      let table = DEXFile.parse(view)?.header.strings
      #expect(table.map { DEXStrings(view, $0, mostBytes: mostBytes).count } == count)
    }
  }
}
