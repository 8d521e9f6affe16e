import Bytes
import FileFormats
import Testing

@Suite struct CuckooReportTests {
  static func report(_ text: String, _ dialect: FormatDialect) -> CuckooReport? {
    ByteView.with(Array(text.utf8)) { try? CuckooReport.parse($0, dialect: dialect) }
  }

  static func texts(_ list: [[UInt8]]?) -> [String]? {
    list?.map { String(decoding: $0, as: UTF8.self) }
  }

  @Test(arguments: FormatDialect.allCases)
  func everythingAReportSays(_ dialect: FormatDialect) throws {
    let report = try #require(
      Self.report(
        """
        {"network": {"domains": [{"ip": "1", "domain": "d"}], "dns": [{"ip": "1", "hostname": "old"}],
          "http": [{"uri": "u", "method": "GET", "user-agent": "a"}], "hosts": ["h"],
          "tcp": [{"dst": "t", "dport": 80}], "udp": [{"dst": "w", "dport": 53}]},
         "behavior": {"summary": {"mutexes": ["m"], "files": ["f"], "keys": ["k"]}}, "info": {}}
        """, dialect))
    #expect(Self.texts(report.domains) == ["d"])
    #expect(report.requests.count == 1)
    #expect(Self.texts(report.hosts) == ["h"])
    #expect(report.tcp.map(\.port) == [80])
    #expect(Self.texts(report.udp.first?.destinations) == ["w"])
    #expect(Self.texts(report.mutexes) == ["m"])
    #expect(Self.texts(report.files) == ["f"])
    #expect(Self.texts(report.registryKeys) == ["k"])
  }

  @Test(arguments: FormatDialect.allCases)
  func oldReportsNameDomainsOtherwise(_ dialect: FormatDialect) {
    let text = #"{"network": {"dns": [{"ip": "1", "hostname": "old"}]}}"#
    #expect(Self.texts(Self.report(text, dialect)?.domains) == ["old"])
  }

  /// Text, domains in YARA, in YARA-X; nil where the report is refused.
  @Test(arguments: [
    (#"[]"#, [], nil), ("3", nil, nil), ("", nil, nil), (#"{"network": {"domains": 5}}"#, [], nil),
    (#"{"network": {"domains": [{"domain": "d"}]}}"#, [], ["d"]),
    (#"{"network": {"domains": [{"ip": 1, "domain": "d"}]}}"#, [], ["d"]),
    (#"{"network": {"domains": [{"ip": "1", "domain": "a\u0000b"}]}}"#, ["a"], ["a\0b"]),
    (#"{"network": null, "network": {}}"#, [], nil), (#"{"a\u0000": 1}"#, nil, []),
    (#"{"x": 9223372036854775808}"#, nil, []), (#"{"x": 1e999}"#, nil, []),
    (#"{"network": {"domains": null, "dns": [{"ip": "1", "hostname": "o"}]}}"#, [], []),
    (#"[{"domains": [["d"]]}, null]"#, [], ["d"]),
  ] as [(String, [String]?, [String]?)])
  func theEnginesReadOddReportsInTheirOwnWay(_ text: String, _ yara: [String]?, _ yaraX: [String]?) {
    #expect(Self.texts(Self.report(text, .yara)?.domains) == yara)
    #expect(Self.texts(Self.report(text, .yaraX)?.domains) == yaraX)
  }

  @Test func portsHave32BitsInYara() {
    let text = #"{"network": {"tcp": [{"dst": "a", "dport": 4294967376}, {"dst": "b", "dport": -1}]}}"#
    #expect(Self.report(text, .yara)?.tcp.map(\.port) == [80, .max])
    #expect(Self.report(text, .yaraX) == nil)
  }
}
