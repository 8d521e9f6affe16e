import OracleSupport

@testable import RuleGeneration

extension GeneratedCase {
  func question(id: Int) -> OracleCase { OracleCase(id: id, rules: rules, data: data) }
}
