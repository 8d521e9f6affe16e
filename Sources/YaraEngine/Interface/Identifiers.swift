/// Numbers a distinct compiled pattern in a `PatternSet`; equal patterns of several rules share one.
public struct PatternID: Hashable, Sendable, Comparable {
  public let rawValue: UInt32
  @inlinable public init(_ rawValue: UInt32) { self.rawValue = rawValue }
  @inlinable public var index: Int { Int(rawValue) }
  public static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
}

/// Numbers a rule in a `RuleSet`, in the order of definition.
public struct RuleID: Hashable, Sendable, Comparable {
  public let rawValue: UInt32
  @inlinable public init(_ rawValue: UInt32) { self.rawValue = rawValue }
  @inlinable public var index: Int { Int(rawValue) }
  public static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
}

/// Whose answer counts where YARA and YARA-X differ; `Documentation/Compatibility.md` lists where.
public enum Dialect: String, Sendable, Hashable, CaseIterable, Codable {
  case yaraX = "yara-x"
  case yara
}
