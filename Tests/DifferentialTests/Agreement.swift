import OracleSupport

/// How the engine's answer stands to the oracles'.
///
/// The law of the default dialect: rules match where YARA-X says so; YARA is asked where YARA-X
/// refuses the text or has no opinion. Text is accepted when either of them accepts it. Matches of
/// each pattern are those of YARA-X or those of YARA: the two report different parts of the same
/// truth (YARA-X leaves out what its condition did not need, YARA what lies beside a fixed `at`).
struct Agreement {
  enum Verdict {
    case agrees
    /// No oracle had an opinion.
    case unknown
    case differs(String)
  }

  static func verdict(_ ours: EngineAnswer, _ answer: OracleAnswer) -> Verdict {
    verdict(ours, leading: answer.yaraX, other: answer.yara)
  }

  /// For `--dialect yara`: the same with the roles exchanged.
  static func verdictOfYara(_ ours: EngineAnswer, _ answer: OracleAnswer) -> Verdict {
    verdict(ours, leading: answer.yara, other: answer.yaraX)
  }

  private static func verdict(
    _ ours: EngineAnswer, leading: OracleOpinion, other: OracleOpinion
  ) -> Verdict {
    let opinions = [leading, other].filter { !$0.isOutage }
    guard let first = opinions.first else { return .unknown }
    let accepted = opinions.filter(\.ok)
    switch ours {
    case .gaveUp(let reason): return .differs("ours gave up: \(reason)")
    case .refused(let reason):
      guard accepted.isEmpty else { return .differs("ours refuses: \(reason)") }
      return .agrees
    case .scanned(let rules):
      guard let expected = accepted.first?.rules else {
        // An oracle without an opinion might have accepted it.
        if opinions.count < 2 { return .unknown }
        return .differs("ours accepts what both refuse: \(first.error ?? "")")
      }
      let names = rules.map(\.identifier)
      let wanted = expected.map(\.identifier)
      guard names == wanted else { return .differs("rules: ours \(names), expected \(wanted)") }
      for rule in rules {
        let references = accepted.compactMap { opinion in
          opinion.rules?.first { $0.identifier == rule.identifier }
        }
        let patterns = Set((rule.strings + references.flatMap(\.strings)).map(\.identifier))
        for pattern in patterns.sorted() {
          let found = rule.strings.filter { $0.identifier == pattern }
          let known = references.map { $0.strings.filter { $0.identifier == pattern } }
          guard known.contains(found) else {
            return .differs(
              "matches of \(rule.identifier) \(pattern): ours \(brief(found)), expected "
                + known.map(brief).joined(separator: " or "))
          }
        }
      }
      return .agrees
    }
  }

  private static func brief(_ strings: [OracleString]) -> String {
    let shown = strings.prefix(8).map { string in
      "\(string.offset)+\(string.length)" + (string.xorKey.map { "^\($0)" } ?? "")
    }
    return "[" + shown.joined(separator: " ") + (strings.count > 8 ? " ... \(strings.count)]" : "]")
  }
}
