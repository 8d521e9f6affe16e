import OracleSupport

@testable import RuleGeneration

/// How the engine's answer stands to the oracles'.
///
/// The law of the default dialect: rules match where YARA-X says so; YARA is asked where YARA-X
/// refuses the text or has no opinion. Text is accepted when either of them accepts it. Matches of
/// each pattern are those of YARA-X or those of YARA: the two report different parts of the same
/// truth. Where the condition says `$a at`, both leave out matches that lie elsewhere, each in its
/// own way; ours may report them.
struct Agreement {
  enum Verdict {
    case agrees
    /// No oracle had an opinion.
    case unknown
    /// Both refuse what ours accepts, most often since it mixes forms of the one with forms of the
    /// other.
    case acceptsMore
    /// Not as an engine says, for a reason that the answers themselves show.
    case explained(DocumentedDifference)
    case differs(Difference)
  }

  struct Difference {
    var text: String
    /// Whether both engines say one thing and ours another.
    var isJoint: Bool
    /// Whose matches differ, where it is no more than these.
    var pattern: (name: String, rule: String)?
    /// The rules that match in one answer only.
    var rules: Set<String> = []
  }

  static func verdict(
    _ ours: EngineAnswer, _ answer: OracleAnswer, to question: GeneratedCase
  ) -> Verdict {
    verdict(ours, question, answer, leading: answer.yaraX, other: answer.yara)
  }

  /// For `--dialect yara`: the answer of either will do. Conditions follow YARA there; some corners
  /// of patterns follow YARA-X in both dialects (Documentation/Compatibility.md).
  static func verdictOfYara(
    _ ours: EngineAnswer, _ answer: OracleAnswer, to question: GeneratedCase
  ) -> Verdict {
    let first = verdict(ours, question, answer, leading: answer.yara, other: answer.yaraX)
    guard case .differs(let difference) = first, !difference.isJoint else { return first }
    let second = verdict(ours, question, answer, leading: answer.yaraX, other: answer.yara)
    switch second {
    case .agrees, .explained: return second
    default: break
    }
    // What only YARA-X accepts is not told apart by the dialect.
    return answer.yara.ok ? first : .unknown
  }

  private static func verdict(
    _ ours: EngineAnswer, _ question: GeneratedCase, _ answer: OracleAnswer,
    leading: OracleOpinion, other: OracleOpinion
  ) -> Verdict {
    let opinions = [leading, other].filter { !$0.isOutage }
    if opinions.isEmpty { return .unknown }
    // Some corners of `xor` and `base64` follow YARA-X in both dialects: YARA alone cannot judge.
    if opinions.filter(\.ok).count == 1, answer.yara.ok, question.hasEncodedPatterns { return .unknown }
    let accepted = opinions.filter(\.ok)
    switch ours {
    case .gaveUp(let reason): return .differs(Difference(text: "ours gave up: \(reason)", isJoint: true))
    case .refused(let reason):
      if accepted.isEmpty { return .agrees }
      if answer.yara.ok, answer.yaraX.refusesToCompile, question.rules.contains(">>"),
        reason.hasPrefix("E312") || reason.hasPrefix("E313")
      {
        return .explained(.shiftedConstant)
      }
      return .differs(Difference(text: "ours refuses: \(reason)", isJoint: accepted.count == 2))
    case .scanned(let rules):
      guard let expected = accepted.first?.rules else {
        return opinions.count == 2 ? .acceptsMore : .unknown
      }
      // What only the other accepts has the meaning of this dialect, which nobody here can tell.
      if leading.refusesToCompile { return .unknown }
      let names = rules.map(\.identifier)
      let wanted = expected.map(\.identifier)
      guard names == wanted else {
        let isJoint = accepted.count == 2 && accepted.allSatisfy { $0.rules?.map(\.identifier) == wanted }
        // A condition that asks for a length of which each engine tells another one.
        let differing = Set(names).symmetricDifference(wanted)
        if accepted.last?.rules?.map(\.identifier) == names, differing.allSatisfy(question.asksForLengthOfTwoForms) {
          return .explained(.twoForms)
        }
        return .differs(
          Difference(text: "rules: ours \(names), expected \(wanted)", isJoint: isJoint, rules: differing))
      }
      var reason: DocumentedDifference?
      for rule in rules {
        let references = accepted.compactMap { opinion in
          opinion.rules?.first { $0.identifier == rule.identifier }
        }
        let patterns = Set((rule.strings + references.flatMap(\.strings)).map(\.identifier))
        for pattern in patterns.sorted() {
          let found = rule.strings.filter { $0.identifier == pattern }
          let known = references.map { $0.strings.filter { $0.identifier == pattern } }
          if known.contains(found) { continue }
          // YARA-X does not search for what its condition does not need.
          if references.count == 1, references.allSatisfy(\.strings.isEmpty) { continue }
          // Nor is known then what it takes for a match of an encoded text, where YARA is no judge.
          if question.isEncoded(pattern, in: rule.identifier),
            answer.yaraX.rules?.first(where: { $0.identifier == rule.identifier })?.strings.isEmpty ?? false
          {
            continue
          }
          // Where a wide and a plain form begin at one byte, which of them is told is a matter of
          // taste; see Documentation/Compatibility.md.
          if question.hasTwoForms(pattern, in: rule.identifier),
            known.contains(where: { $0.map(\.offset) == found.map(\.offset) })
          { continue }
          let isAnchored = question.mayBeAnchored(pattern, in: rule.identifier)
          if isAnchored, known.contains(where: { Set($0).isSubset(of: found) }) { continue }
          if isAnchored, known.contains(where: { Set(found).isSubset(of: $0) }) {
            reason = .anchored
            continue
          }
          // Two empty lists are none's opinion: YARA-X may not have searched.
          let isJoint = known.count == 2 && known[0] == known[1] && !known[0].isEmpty
          if !isJoint,
            let known = DocumentedDifference.reason(
              for: found, where: known, of: pattern, in: rule.identifier, of: question)
          {
            reason = known
            continue
          }
          let text =
            "matches of \(rule.identifier) \(pattern): ours \(brief(found)), expected "
            + known.map(brief).joined(separator: " or ")
          return .differs(Difference(text: text, isJoint: isJoint, pattern: (pattern, rule.identifier)))
        }
      }
      return reason.map { .explained($0) } ?? .agrees
    }
  }

  private static func brief(_ strings: [OracleString]) -> String {
    let shown = strings.prefix(8).map { string in
      "\(string.offset)+\(string.length)" + (string.xorKey.map { "^\($0)" } ?? "")
    }
    return "[" + shown.joined(separator: " ") + (strings.count > 8 ? " ... \(strings.count)]" : "]")
  }
}
