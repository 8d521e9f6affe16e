import Testing
import YaraSyntax

@testable import YaraEngine

@Suite struct VTModuleTests {
  static func codes(_ condition: String) -> [String] {
    Engine.codes(Engine.compile("import \"vt\" rule r { condition: \(condition) }"))
  }

  /// What the file itself tells, and enumerations.
  @Test(arguments: [
    "vt.metadata.file_size == filesize", "vt.metadata.sha256 == hash.sha256(0, filesize)",
    "vt.metadata.sha1 == hash.sha1(0, filesize)", "vt.metadata.md5 == hash.md5(0, filesize)",
    "vt.metadata.file_type == vt.FileType.GIF", "not defined vt.metadata.imphash",
    "not defined vt.metadata.telfhash", "vt.FileType.PE_EXE == 1",
    "vt.Domain.Permutation.ALL == 31", "vt.BehaviourTrait.SUDO == 8", "vt.Http.Method.POST == 3",
    "vt.Net.Protocol.UDP == 17", "vt.GtiVerdict.VERDICT_MALICIOUS == 16",
    "vt.SigmaRule.Level.critical == 4", "vt.TransportLayerProtocol.TCP == 6",
  ])
  func known(_ condition: String) {
    let gif = Array("GIF89a".utf8) + [1, 0, 1, 0, 0, 0, 0, 0x3B]
    for dialect in Dialect.allCases {
      #expect(
        Engine.holds(condition, gif, dialect, imports: #"import "vt" import "hash""#) == true, "\(condition)")
    }
    #expect(!Self.codes(condition).contains("W630"))
  }

  /// Compiles, is undefined, and the rule is told once.
  @Test(arguments: [
    "vt.metadata.analysis_stats.malicious > 5", "vt.metadata.new_file", "not vt.metadata.new_file",
    "for any t in vt.metadata.tags : (t == \"peexe\")", "vt.metadata.signatures[\"K7\"] contains \"Trojan\"",
    "for any engine, name in vt.metadata.signatures : (engine == \"K7\" and name contains \"x\")",
    "vt.behaviour.http_conversations[0].request_method == vt.Http.Method.GET",
    "for any d in vt.behaviour.dns_lookups : (d.hostname == \"x\" and d.resolved_ips[0] == \"1\")",
    "vt.metadata.itw.ip.in_range(\"10.0.0.0/8\")", "vt.net.domain.permutation_of(\"a.com\")",
    "vt.net.domain.permutation_of(\"a.com\", vt.Domain.Permutation.TYPO)",
    "vt.net.url.params[\"q\"] == \"x\"", "vt.metadata.exiftool[\"CompanyName\"] == \"x\"",
    "vt.metadata.submitter.country == \"ES\" or vt.metadata.times_submitted > 1",
    "vt.behaviour.tls[0].subject[\"CN\"] == \"x\"", "vt.metadata.goresym.build_info.dependencies[\"x\"] == \"y\"",
    "vt.behaviour.verdicts[0] == vt.BehaviourVerdict.MALWARE",
  ])
  func unknown(_ condition: String) {
    #expect(Engine.holds(condition, [1], imports: #"import "vt""#) == false)
    #expect(Self.codes(condition) == ["W630"], "\(condition)")
  }

  @Test func theWarningNamesWhatIsMissing() {
    let compilation = Engine.compile(
      """
      import "vt"
      rule r { condition: vt.metadata.file_size > 1 and vt.metadata.analysis_stats.malicious > 1
        and vt.behaviour.dns_lookups[0].hostname == "x" and vt.metadata.analysis_stats.malicious < 9 }
      """)
    #expect(compilation.diagnostics.map(\.message) == ["this rule asks for what only VirusTotal knows"])
    #expect(
      compilation.diagnostics.first?.notes == [
        "Undefined: `vt.metadata.analysis_stats.malicious`, `vt.behaviour.dns_lookups[].hostname`."
      ])
  }

  @Test func wrongNamesAreErrors() {
    #expect(Self.codes("vt.metadata.file_sise == 1").contains("E307"))
    #expect(Self.codes("vt.net.ip.permutation_of(\"a\")") .contains("E307"))
    #expect(Self.codes("vt.net.ip.in_range(5)").contains("E309"))
  }
}
