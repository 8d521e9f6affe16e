import Bytes
import Testing

@testable import FileFormats

@Suite struct LNKTextTests {
  private func text(_ text: FormatText) -> String { String(decoding: text.array, as: UTF8.self) }

  @Test(arguments: [(0, ""), (4, "abcd"), (6, "abcdef"), (100, "abcdef")])
  func cutsNarrowTexts(mostBytes: Int, expected: String) {
    for end in ["", "\0", "\0more"] {
      ByteView.with(Array("abcdef\(end)".utf8)) { view in
        #expect(text(LNKText.narrow(view, mostBytes: mostBytes)) == expected)
      }
    }
  }

  @Test(arguments: [(0, ""), (5, "äb"), (6, "äbc"), (8, "äbcd"), (100, "äbcd")])
  func cutsWideTexts(mostBytes: Int, expected: String) {
    for end in ["", "\0", "\0more"] {
      var out = OrderedWriter()
      LNKBuilder.putWide("äbcd" + end, &out, isCounted: false)
      ByteView.with(out.bytes) { view in
        #expect(text(LNKText.wide(view, mostBytes: mostBytes)) == expected)
      }
    }
  }

  /// Label, base path and suffix are the same bytes without end, each ill-formed.
  @Test func endsTextsThatAreLongerThanAnyPath() {
    let count = LNKText.mostBytes + 10
    let bytes = LNKBuilder.link(flags: 2) { out in
      for value in [44 + count, 0x1C, 3, 28, 44, 0, 44, 16 + count, 3, 0xBEEF, 16] {
        out.put(UInt32(value))
      }
      out.bytes += Array(repeating: 0xFF, count: count)
      out.put(UInt32(0))
    }
    ByteView.with(bytes) { view in
      let file = LNKFile.parse(view)
      #expect(file?.driveSerialNumber == 0xBEEF)
      for text in [file?.volumeLabel, file?.localBasePath, file?.commonPathSuffix] {
        #expect(text?.count == 3 * LNKText.mostBytes)
      }
      #expect(file?.overlaySize == 0)
    }
  }
}
