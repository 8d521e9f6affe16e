internal import YaraSyntax

/// A rule that matched a file, as it is reported: private patterns left out.
public struct RuleMatch: Hashable, Sendable {
  /// One match of one pattern.
  public struct StringMatch: Hashable, Sendable {
    /// With its `$`.
    public let identifier: String
    /// From the start of the file.
    public let offset: Int
    /// In bytes; may be more than `data` holds.
    public let length: Int
    /// The matched bytes, at most the first `dataLimit`.
    public let data: [UInt8]
    public let xorKey: UInt8?

    public static let dataLimit = 64
  }

  public enum MetaValue: Hashable, Sendable {
    case integer(Int64)
    case float(Double)
    case boolean(Bool)
    case text([UInt8])
  }

  /// One entry of `meta`.
  public struct Meta: Hashable, Sendable {
    public let name: String
    public let value: MetaValue
  }

  public let identifier: String
  public let namespace: String
  public let tags: [String]
  /// In the order written; names may repeat.
  public let meta: [Meta]
  public let strings: [StringMatch]

  /// Appends the rule object of `scan --json` and `hunt --json`.
  public func write(to json: inout JSONText) {
    json.object { json in
      json.key("identifier")
      json.string(identifier)
      json.key("namespace")
      json.string(namespace)
      json.key("tags")
      json.array { json in for tag in tags { json.string(tag) } }
      json.key("meta")
      json.object { json in
        for entry in meta {
          json.key(entry.name)
          switch entry.value {
          case .integer(let value): json.integer(value)
          case .float(let value): json.float(value)
          case .boolean(let value): json.boolean(value)
          case .text(let value): json.string(value)
          }
        }
      }
      json.key("strings")
      json.array { json in for match in strings { match.write(to: &json) } }
    }
  }
}

extension RuleMatch.StringMatch {
  func write(to json: inout JSONText) {
    json.object { json in
      json.key("identifier")
      json.string(identifier)
      json.key("offset")
      json.integer(offset)
      json.key("length")
      json.integer(length)
      json.key("data")
      json.hex(data)
      if let xorKey {
        json.key("xor_key")
        json.integer(xorKey)
      }
    }
  }
}

extension RuleMatch.MetaValue {
  init(_ value: MetaValue) {
    self =
      switch value {
      case .integer(let value): .integer(value)
      case .float(let value): .float(value)
      case .boolean(let value): .boolean(value)
      case .text(let value): .text(value)
      }
  }
}
