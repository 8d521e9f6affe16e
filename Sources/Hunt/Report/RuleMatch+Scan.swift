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
    var room = maximumListed
    return result.matching.map {
      RuleMatch(scanner.rules[$0], by: scanner, in: data, withStrings: withStrings, room: &room)
    }
  }

  /// The rules that do not match, private ones left out: what `yara -n` asks for.
  public static func others(than result: ScanResult, in rules: RuleSet) -> [RuleMatch] {
    let matching = Set(result.matching)
    return rules.rules.filter { !$0.isPrivate && !matching.contains($0.id) }
      .map { RuleMatch($0, strings: []) }
  }

  /// String matches listed of one file; a list takes some 150 bytes of memory a match.
  public static let maximumListed = 1_000_000

  /// What the scan of a file left out, for the report.
  public static func limits(
    of result: ScanResult, _ matches: [RuleMatch], in rules: RuleSet
  ) -> [LimitReport] {
    var limits = result.cuts.prefix(maximumLimits).map { LimitReport($0, in: rules) }
    if matches.reduce(0, { $0 + $1.strings.count }) >= maximumListed {
      limits.append(.listed(maximumListed))
    }
    return limits
  }

  /// Of one file; each takes a walk over the rules.
  private static let maximumLimits = 100

  private init(
    _ rule: Rule, by scanner: Scanner, in data: ByteView, withStrings: Bool, room: inout Int
  ) {
    var strings: [StringMatch] = []
    for pattern in rule.patterns where withStrings && !pattern.isPrivate {
      for match in scanner.listedMatches(of: pattern).prefix(room) {
        room -= 1
        let shown = data.clamped(at: match.offset, length: min(match.length, StringMatch.dataLimit))
        strings.append(
          StringMatch(
            identifier: pattern.identifier, offset: match.offset, length: match.length,
            data: shown.array, xorKey: match.xorKey))
      }
    }
    self.init(rule, strings: strings)
  }

  private init(_ rule: Rule, strings: [StringMatch]) {
    self.init(
      identifier: rule.identifier, namespace: rule.namespace, tags: rule.tags,
      meta: rule.meta.map { Meta(name: $0.identifier.name, value: MetaValue($0.value)) },
      strings: strings)
  }
}
