public import YaraEngine

/// Why a part of a plan asks little of the index, or nothing.
public struct PlanWeakness: Hashable, Sendable {
  public enum Reason: Hashable, Sendable {
    /// The pattern's literals are what is asked.
    case literals
    /// No literal of a match is as long as the index can serve.
    case shortPattern
    /// A match need not hold any fixed bytes.
    case openPattern
    /// Too many different literals stand for it, such as under an `xor` of all keys.
    case manyForms
    /// It holds where something is absent, as `not $a`, `#a == 0` or `none of them` do.
    case absence
    /// How many must be found is not known before the scan, or none need be.
    case openCount
    /// A fact about the file that the index keeps.
    case fact
    /// It asks for something else than patterns that the index does not keep.
    case unknownFact
    /// It is true of every file.
    case always
    /// The plan would be too large, or the condition nests too deep.
    case tooLarge
  }

  public let reason: Reason
  /// Where in the condition.
  public let node: NodeID?
  /// The pattern concerned, if it is one.
  public let pattern: PatternID?

  init(_ reason: Reason, node: NodeID? = nil, pattern: PatternID? = nil) {
    self.reason = reason
    self.node = node
    self.pattern = pattern
  }

  /// The place of another one, for another reason.
  init(_ reason: Reason, _ other: PlanWeakness?) {
    self.init(reason, node: other?.node, pattern: other?.pattern)
  }
}
