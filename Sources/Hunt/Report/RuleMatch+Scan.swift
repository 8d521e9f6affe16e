public import Bytes
internal import YaraSyntax
public import YaraEngine

extension RuleMatch {
  /// The reportable matches of the file that `scanner` has just scanned.
  ///
  /// - Parameters:
  ///   - result: what that scan gave, with `ScanOptions.reportsMatches` set.
  ///   - data: the file, for the matched bytes.
  ///   - withStrings: false leaves `strings` empty, for scans that did not ask for them.
  public static func all(
    of result: ScanResult, by scanner: Scanner, in data: ByteView, withStrings: Bool = true
  ) -> [RuleMatch] {
    result.matching.map {
      RuleMatch(scanner.rules[$0], by: scanner, in: data, withStrings: withStrings)
    }
  }

  private init(_ rule: Rule, by scanner: Scanner, in data: ByteView, withStrings: Bool) {
    var strings: [StringMatch] = []
    for pattern in rule.patterns where withStrings && !pattern.isPrivate {
      for match in scanner.matches(of: pattern.pattern) {
        let shown = data.clamped(at: match.offset, length: min(match.length, StringMatch.dataLimit))
        strings.append(
          StringMatch(
            identifier: pattern.identifier, offset: match.offset, length: match.length,
            data: shown.array, xorKey: match.xorKey))
      }
    }
    self.init(
      identifier: rule.identifier, namespace: rule.namespace, tags: rule.tags,
      meta: rule.meta.map { Meta(name: $0.identifier.name, value: MetaValue($0.value)) },
      strings: strings)
  }
}

extension ScanCut {
  /// The cut in words, with the rule and the pattern concerned.
  public func description(in rules: RuleSet) -> String {
    switch self {
    case .console: return "the rules write too much to the console; the rest was dropped"
    case .module(let failure): return "a module could not answer: \(failure)"
    case .matches(let pattern):
      for rule in rules.rules {
        if let own = rule.patterns.first(where: { $0.pattern == pattern }) {
          return
            "rule \(rule.identifier): \(own.identifier) matches more than "
            + "\(MatchTable.maximumMatchesPerPattern) times; the rest was dropped"
        }
      }
      return "a pattern matches too often; the rest was dropped"
    }
  }
}
