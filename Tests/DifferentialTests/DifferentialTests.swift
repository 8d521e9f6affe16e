import Foundation
import OracleSupport
import Testing

@Suite struct Trial {
  @Test func agree() throws {
    let cases = (0..<300).map { GeneratedCase(seed: 7, index: $0) }
    let answers = try Oracle.ask(cases.enumerated().map { $0.element.question(id: $0.offset) })
    var both = 0, compileDiff = 0, rulesDiff = 0, stringsDiff = 0, refused = 0, matched = 0
    for (c, a) in zip(cases, answers) {
      if a.yara.isOutage || a.yaraX.isOutage { print("OUTAGE", a.yara.error ?? "", a.yaraX.error ?? ""); continue }
      if a.yara.ok != a.yaraX.ok { compileDiff += 1; print("COMPILE", c.rules, a.yara.error ?? "", a.yaraX.error ?? "") }
      if !a.yara.ok && !a.yaraX.ok { refused += 1; print("BOTH", a.yara.error ?? "", a.yaraX.error ?? "") ; continue }
      if a.yara.ok && a.yaraX.ok {
        both += 1
        if !a.yara.rules!.isEmpty { matched += 1 }
        if a.yara.rules!.map(\.identifier) != a.yaraX.rules!.map(\.identifier) { rulesDiff += 1; print("RULES", c.rules, a.yara.rules!.map(\.identifier), a.yaraX.rules!.map(\.identifier)) }
        else if a.yara.rules != a.yaraX.rules { stringsDiff += 1; print("STRINGS", c.rules, a.yara.rules!, a.yaraX.rules!, c.data) }
      }
    }
    print("SUM", both, matched, compileDiff, rulesDiff, stringsDiff, refused)
  }
}
