import Foundation
import Hunt
import Testing

@Suite struct JSONTextTests {
  @Test func writesWhatAStrictParserReads() throws {
    var text = JSONText()
    text.object { text in
      text.key("empty")
      text.object { _ in }
      text.key("list")
      text.array { text in
        text.integer(-5)
        text.float(1.5)
        text.float(.infinity)
        text.boolean(true)
        text.array { _ in }
        text.string("quote \" slash \\ line \n tab \t bell \u{7} é \u{1F600}")
        text.string([0x61, 0xFF, 0x62])
        text.hex([0x00, 0xAB, 0x9F])
      }
      text.key("last")
      text.integer(UInt64.max)
    }
    let value = try JSONSerialization.jsonObject(with: Data(text.bytes)) as? [String: Any]
    let list = try #require(value?["list"] as? [Any])
    #expect(list.count == 8)
    #expect(list[0] as? Int == -5)
    #expect(list[1] as? Double == 1.5)
    #expect(list[2] is NSNull)
    #expect(list[5] as? String == "quote \" slash \\ line \n tab \t bell \u{7} é \u{1F600}")
    #expect(list[6] as? String == "a\u{FFFD}b")
    #expect(list[7] as? String == "00ab9f")
    #expect(value?["last"] as? UInt64 == UInt64.max)
  }

  @Test func linesStandEachForThemselves() {
    var text = JSONText()
    for number in 0..<2 {
      text.object { text in
        text.key("n")
        text.integer(number)
      }
      text.newline()
    }
    #expect(String(decoding: text.bytes, as: UTF8.self) == "{\"n\":0}\n{\"n\":1}\n")
  }
}
