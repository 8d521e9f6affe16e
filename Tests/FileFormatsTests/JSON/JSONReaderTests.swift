import Bytes
import Testing

@testable import FileFormats

@Suite struct JSONReaderTests {
  /// The value of a whole text, nil where it is damaged.
  static func value(_ text: String, maximumDepth: Int = 127) -> JSONValue? {
    ByteView.with(Array(text.utf8)) { data in
      var reader = JSONReader(data, maximumDepth: maximumDepth)
      guard let value = try? reader.value(), (try? reader.end()) != nil else { return nil }
      return value
    }
  }

  static func canSkip(_ text: String) -> Bool {
    ByteView.with(Array(text.utf8)) { data in
      var reader = JSONReader(data)
      return (try? reader.skip()) != nil && (try? reader.end()) != nil
    }
  }

  @Test(arguments: [
    ("null", JSONValue.null), (" true ", .boolean(true)), ("0", .integer(0)), ("-0", .integer(0)),
    ("-9223372036854775808", .integer(.min)), ("9223372036854775808", .unsigned(1 << 63)),
    ("18446744073709551616", .float(18_446_744_073_709_551_616)), ("1.5e2", .float(150)),
    (#""a\n\"\\\/\u0041""#, .text(Array("a\n\"\\/A".utf8))), ("[]", .array([])), ("{}", .object([:])),
    (#""\ud83d\ude00""#, .text(Array("\u{1F600}".utf8))), (#""\u0000""#, .text([0])),
    ("[1,[2,[]],{}]", .array([.integer(1), .array([.integer(2), .array([])]), .object([:])])),
    (#"{"a":1,"b":[true],"a":2}"#, .object([[0x61]: .integer(2), [0x62]: .array([.boolean(true)])])),
  ])
  func values(_ text: String, _ value: JSONValue) {
    #expect(Self.value(text) == value)
    #expect(Self.canSkip(text))
  }

  @Test(arguments: [
    "", " ", "nul", "01", "1.", ".5", "-", "+1", "1e", "\"a", "\"\t\"", #""\x""#, #""\u12""#, "[1", "[1,]", "[1 2]",
    "{", "{a:1}", #"{"a"}"#, #"{"a":1,}"#, #"{"a" 1}"#, "[]]", "}", "1 2", "tru", #"{1:2}"#, "\u{FEFF}1",
  ])
  func damage(_ text: String) {
    #expect(Self.value(text) == nil)
    #expect(!Self.canSkip(text))
  }

  /// What is passed over needs the form of JSON only.
  @Test(arguments: [#""\ud800""#, #""\ude00""#, "1e999", "[1e999]"])
  func valuesThatOnlyPass(_ text: String) {
    #expect(Self.value(text) == nil)
    #expect(Self.canSkip(text))
  }

  @Test func textsAreUTF8() {
    ByteView.with([0x22, 0xFF, 0x22]) { data in
      var reader = JSONReader(data)
      #expect((try? reader.text()) == nil)
      var other = JSONReader(data)
      #expect((try? other.skip()) != nil)
    }
  }

  @Test func depthIsBoundedWhereValuesAreKept() {
    func nested(_ depth: Int) -> String {
      String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
    }
    #expect(Self.value(nested(127)) != nil)
    #expect(Self.value(nested(128)) == nil)
    #expect(Self.value(nested(200), maximumDepth: 200) != nil)
    #expect(Self.canSkip(nested(100_000)))
    #expect(!Self.canSkip(String(repeating: "[", count: 100_000)))
  }

  @Test func mutationsAreHarmless() {
    var read = 0
    forEachMutation(of: Array(#"{"a":[1,-2.5e3,true,null,"\u00e9\n"],"b":{"c":"d"}}"#.utf8)) { bytes in
      ByteView.with(bytes) { data in
        var reader = JSONReader(data)
        if (try? reader.value()) != nil { read += 1 }
        var skipping = JSONReader(data)
        try? skipping.skip()
      }
    }
    #expect(read > 20)
  }
}
