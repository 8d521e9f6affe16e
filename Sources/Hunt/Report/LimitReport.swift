public import YaraEngine

/// A bound that cut the scan of a file short, as it is reported: which one, and by which rule.
public struct LimitReport: Hashable, Sendable, Codable {
  public enum Kind: String, Hashable, Sendable, Codable {
    /// A pattern matched more often than is kept.
    case matches
    /// Rules wrote more lines than are kept.
    case console
    /// More matches than are listed; all of them count in conditions.
    case listedMatches = "listed_matches"
    /// A module could not answer, or not in full; what it would have said was undefined.
    case module
    /// The file's time was up: nothing is known of it.
    case time
  }

  public let kind: Kind
  /// The rule and its pattern, where one is to blame.
  public let rule: String?
  public let namespace: String?
  public let string: String?
  /// One phrase with all of this, for people.
  public let message: String

  init(_ kind: Kind, rule: Rule? = nil, string: String? = nil, _ message: String) {
    self.kind = kind
    self.rule = rule?.identifier
    namespace = rule?.namespace
    self.string = string
    self.message = message
  }

  public init(_ cut: ScanCut, in rules: RuleSet) {
    switch cut {
    case .console:
      self.init(.console, "the rules write too much to the console; the rest was dropped")
    case .module(let failure):
      self.init(.module, "a module could not answer: \(failure)")
    case .moduleLimit(let name):
      self.init(.module, "the file names more than module \(name) reads; the rest was left out")
    case .matches(let pattern):
      guard let (rule, string, others) = Self.user(of: pattern, in: rules) else {
        self.init(.matches, "a pattern matches too often; the rest was dropped")
        return
      }
      self.init(
        .matches, rule: rule, string: string,
        "rule \(rule.identifier)\(others): \(string) matches too often; the rest was dropped")
    }
  }

  /// What the scan was at when time was up.
  public init(timeUpAt stage: ScanStage, limit: Duration?, in rules: RuleSet) {
    let seconds = limit.map { " after \($0.components.seconds) s" } ?? ""
    switch stage {
    case .search: self.init(.time, "timed out\(seconds) while searching for patterns")
    case .condition(let id):
      let rule = rules[id]
      self.init(
        .time, rule: rule, "timed out\(seconds) in the condition of rule \(rule.identifier)")
    case .pattern(let pattern):
      guard let (rule, string, others) = Self.user(of: pattern, in: rules) else {
        self.init(.time, "timed out\(seconds) while searching for a pattern")
        return
      }
      self.init(
        .time, rule: rule, string: string,
        "timed out\(seconds) while searching for \(string) of rule \(rule.identifier)\(others)")
    }
  }

  static func listed(_ limit: Int) -> LimitReport {
    LimitReport(.listedMatches, "more than \(limit) matches in one file; the rest is not listed")
  }

  /// The first rule that has the pattern, and how many others do.
  private static func user(of pattern: PatternID, in rules: RuleSet) -> (Rule, String, String)? {
    var found: (rule: Rule, string: String)?
    var others = 0
    for rule in rules.rules {
      guard let own = rule.patterns.first(where: { $0.pattern == pattern }) else { continue }
      if found == nil { found = (rule, own.identifier) } else { others += 1 }
    }
    guard let found else { return nil }
    return (found.rule, found.string, others > 0 ? " (and \(others) more)" : "")
  }

  /// Appends the object that `scan --json` and the summary of `hunt --json` hold.
  public func write(to json: inout JSONText, sha256: String? = nil) {
    json.object { json in
      if let sha256 {
        json.key("sha256")
        json.string(sha256)
      }
      json.key("limit")
      json.string(kind.rawValue)
      if let rule, let namespace {
        json.key("rule")
        json.string(rule)
        json.key("namespace")
        json.string(namespace)
      }
      if let string {
        json.key("string")
        json.string(string)
      }
      json.key("message")
      json.string(message)
    }
  }
}

/// A file in whose scan something was cut.
public struct LimitedFile: Hashable, Sendable, Codable {
  /// Hexadecimal.
  public let sha256: String
  public let limit: LimitReport
}
