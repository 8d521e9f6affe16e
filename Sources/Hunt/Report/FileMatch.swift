/// A stored file that a hunt's rules match.
public struct FileMatch: Hashable, Sendable {
  /// Lower-case hexadecimal.
  public let sha256: String
  /// In bytes.
  public let size: Int64
  /// As given at ingest; labels, not paths.
  public let names: [String]
  /// Never empty; in the order of definition.
  public let rules: [RuleMatch]

  public init(sha256: String, size: Int64, names: [String], rules: [RuleMatch]) {
    self.sha256 = sha256
    self.size = size
    self.names = names
    self.rules = rules
  }

  /// Appends one object of `hunt --json`, without the line end.
  public func write(to json: inout JSONText) {
    json.object { json in
      json.key("sha256")
      json.string(sha256)
      json.key("size")
      json.integer(size)
      json.key("names")
      json.array { json in for name in names { json.string(name) } }
      json.key("rules")
      json.array { json in for rule in rules { rule.write(to: &json) } }
    }
  }
}
