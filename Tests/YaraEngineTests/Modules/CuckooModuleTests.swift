import Testing

@testable import YaraEngine

@Suite struct CuckooModuleTests {
  static let report = """
    {"network": {
       "domains": [{"ip": "1.1.1.1", "domain": "evil.com"}, {"ip": "2", "domain": "Other.com"}],
       "http": [{"uri": "http://a/x", "method": "GET", "user-agent": "Bot 1"},
                {"uri": "http://a/y", "method": "post"}, {"uri": "http://b/", "method": "HEAD"}],
       "hosts": ["10.0.0.1", "10.0.0.2"],
       "tcp": [{"dst": "10.0.0.1", "dport": 80, "dst_domain": "evil.com"}, {"dst": "10.0.0.1", "dport": 443}],
       "udp": [{"dst": "8.8.8.8", "dport": 53}]},
     "behavior": {"summary": {"mutexes": ["Global\\\\m"], "files": ["C:\\\\a.exe", "C:\\\\b.exe"],
                              "keys": ["HKLM\\\\Run"]}}}
    """

  static func holds(_ condition: String, _ dialect: Dialect, report: String? = Self.report) -> Bool? {
    var options = ScanOptions()
    do {
      if let report { try options.reports.add(Array(report.utf8), for: "cuckoo", dialect: dialect) }
    } catch {
      return nil
    }
    return Engine.matching(
      "import \"cuckoo\" rule r { condition: \(condition) }", [1], dialect, options: options
    ).map { !$0.isEmpty }
  }

  /// A call with its answer in YARA-X, which counts, and in YARA, which looks for the first.
  @Test(arguments: [
    ("network.dns_lookup(/evil/)", 1, 1), ("network.dns_lookup(/\\.com$/)", 2, 1),
    ("network.dns_lookup(/^other/)", 0, 0), ("network.dns_lookup(/^other/i)", 1, 1),
    ("network.http_get(/http/)", 1, 1), ("network.http_post(/http/)", 1, 1),
    ("network.http_post(/x/)", 0, 0), ("network.http_request(/http/)", 3, 1),
    ("network.http_request(/b/)", 1, 0), ("network.http_user_agent(/bot/i)", 1, 1),
    ("network.host(/^10/)", 2, 1), ("network.tcp(/10/, 80)", 1, 1), ("network.tcp(/10/, 81)", 0, 0),
    ("network.tcp(/evil/, 80)", 1, 0), ("network.udp(/8/, 53)", 1, 1), ("network.udp(/8/, -1)", 0, 0),
    ("registry.key_access(/run$/i)", 1, 1), ("filesystem.file_access(/exe/)", 2, 1),
    ("sync.mutex(/Global/)", 1, 1),
  ])
  func answers(_ call: String, _ yaraX: Int, _ yara: Int) {
    #expect(Self.holds("cuckoo.\(call) == \(yaraX)", .yaraX) == true)
    #expect(Self.holds("cuckoo.\(call) == \(yara)", .yara) == true)
    for dialect in Dialect.allCases {
      #expect(Self.holds("cuckoo.\(call) == 0", dialect, report: nil) == true)
    }
  }

  @Test func aMatchOfNothingIsNoneInYara() {
    let report = #"{"network": {"hosts": ["a"]}}"#
    #expect(Self.holds("cuckoo.network.host(/x*/) == 0", .yara, report: report) == true)
    #expect(Self.holds("cuckoo.network.host(/x*/) == 1", .yaraX, report: report) == true)
    #expect(Self.holds("cuckoo.network.host(/x*/) == 1", .yara, report: #"{"network": {"hosts": ["ab"]}}"#) == true)
  }

  @Test func reportsThatAreNone() {
    for (text, yara, yaraX) in [("{", true, true), ("", true, false), ("[]", false, true)] {
      for (dialect, isRefused) in [(Dialect.yara, yara), (.yaraX, yaraX)] {
        #expect((Self.holds("true", dialect, report: text) == nil) == isRefused, "\(text) \(dialect)")
      }
    }
    var reports = ModuleReports()
    #expect(throws: ModuleReportError.notTaken(module: "pe")) {
      try reports.add([], for: "pe", dialect: .yaraX)
    }
    #expect(throws: ModuleReportError.damaged(module: "cuckoo", offset: 1)) {
      try reports.add(Array("{".utf8), for: "cuckoo", dialect: .yaraX)
    }
  }
}
