/// The tree of one source: what the text says, before names and types are checked. The parser
/// always gives a tree, however broken the text is, beside its diagnostics.
///
/// Grammar: YARA 4.5 (its manual's "Writing YARA rules") and YARA-X's additions.
public struct RuleTree: Sendable {
  public var source: SourceID
  public var items: [TopLevelItem]
  /// What comments of this text silence.
  public var suppressions: [WarningSuppression] = []
  public init(source: SourceID, items: [TopLevelItem]) {
    self.source = source
    self.items = items
  }
}

public enum TopLevelItem: Sendable {
  case importModule(ImportDeclaration)
  case include(IncludeDeclaration)
  case rule(RuleDeclaration)
}

public struct ImportDeclaration: Sendable {
  public var module: String
  /// From `import` to the end of the quoted name.
  public var range: SourceRange
  public init(module: String, range: SourceRange) {
    self.module = module
    self.range = range
  }
}

public struct IncludeDeclaration: Sendable {
  public var path: String
  public var range: SourceRange
  public init(path: String, range: SourceRange) {
    self.path = path
    self.range = range
  }
}

public struct Identifier: Sendable, Hashable {
  public var name: String
  public var range: SourceRange
  public init(name: String, range: SourceRange) {
    self.name = name
    self.range = range
  }
}

public struct RuleDeclaration: Sendable {
  public var identifier: Identifier
  public var isGlobal: Bool
  public var isPrivate: Bool
  public var tags: [Identifier]
  public var meta: [MetaEntry]
  public var patterns: [PatternDeclaration]
  public var condition: Expression
  /// From the first modifier or `rule` to the closing brace.
  public var range: SourceRange
  public init(
    identifier: Identifier, isGlobal: Bool, isPrivate: Bool, tags: [Identifier],
    meta: [MetaEntry], patterns: [PatternDeclaration], condition: Expression, range: SourceRange
  ) {
    self.identifier = identifier
    self.isGlobal = isGlobal
    self.isPrivate = isPrivate
    self.tags = tags
    self.meta = meta
    self.patterns = patterns
    self.condition = condition
    self.range = range
  }
}

public struct MetaEntry: Sendable {
  public var identifier: Identifier
  public var value: MetaValue
  public init(identifier: Identifier, value: MetaValue) {
    self.identifier = identifier
    self.value = value
  }
}

public enum MetaValue: Sendable, Hashable {
  case integer(Int64)
  case float(Double)
  case boolean(Bool)
  /// Escapes resolved; may hold any bytes.
  case text([UInt8])
}

// MARK: - Patterns

public struct PatternDeclaration: Sendable {
  /// With its `$`: `$a`, or just `$` for an anonymous pattern.
  public var identifier: Identifier
  public var value: PatternValue
  public var modifiers: [PatternModifier]
  public var range: SourceRange
  public var isAnonymous: Bool { identifier.name == "$" }
  public init(
    identifier: Identifier, value: PatternValue, modifiers: [PatternModifier], range: SourceRange
  ) {
    self.identifier = identifier
    self.value = value
    self.modifiers = modifiers
    self.range = range
  }
}

public enum PatternValue: Sendable {
  case text(TextLiteral)
  case hex(HexPattern)
  case regex(RegexLiteral)
}

public struct TextLiteral: Sendable {
  /// Escapes resolved; may hold any bytes.
  public var bytes: [UInt8]
  /// Of the literal with its quotes.
  public var range: SourceRange
  public init(bytes: [UInt8], range: SourceRange) {
    self.bytes = bytes
    self.range = range
  }
}

public struct PatternModifier: Sendable {
  public enum Kind: Sendable, Hashable {
    case ascii
    case wide
    case nocase
    case fullword
    case isPrivate
    /// Inclusive range of keys; `xor` alone is 0...255.
    case xor(low: UInt8, high: UInt8)
    /// nil is the standard alphabet; given ones are checked to have 64 distinct bytes by the compiler.
    case base64(alphabet: [UInt8]?)
    case base64wide(alphabet: [UInt8]?)
  }
  public var kind: Kind
  public var range: SourceRange
  public init(kind: Kind, range: SourceRange) {
    self.kind = kind
    self.range = range
  }
}

/// `/text/flags`.
public struct RegexLiteral: Sendable, Hashable {
  /// What stands between the slashes, as written, but with `\/` already reduced to `/`.
  public var pattern: [UInt8]
  /// For each byte of `pattern`, its offset in the source: labels of regex diagnostics need it.
  /// Empty where the literal stands as written, so that offset = range.start + 1 + index.
  public var sourceOffsets: [UInt32]
  public var caseInsensitive: Bool
  public var dotMatchesNewline: Bool
  public var range: SourceRange
  public init(
    pattern: [UInt8], sourceOffsets: [UInt32] = [], caseInsensitive: Bool,
    dotMatchesNewline: Bool, range: SourceRange
  ) {
    self.pattern = pattern
    self.sourceOffsets = sourceOffsets
    self.caseInsensitive = caseInsensitive
    self.dotMatchesNewline = dotMatchesNewline
    self.range = range
  }

  /// The place of `pattern[lower..<upper]` in the source.
  public func range(lower: Int, upper: Int) -> SourceRange {
    func place(_ index: Int) -> Int {
      if index < sourceOffsets.count { return Int(sourceOffsets[index]) }
      if let last = sourceOffsets.last { return Int(last) + 1 }
      return Int(range.start) + 1 + index
    }
    return SourceRange(source: range.source, start: place(lower), end: max(place(upper), place(lower)))
  }
}

/// `{ 4D 5A ?? [2-4] ( 01 | 02 03 ) ~00 }`.
public struct HexPattern: Sendable {
  public var tokens: [HexToken]
  public var range: SourceRange
  public init(tokens: [HexToken], range: SourceRange) {
    self.tokens = tokens
    self.range = range
  }
}

public struct HexToken: Sendable {
  public indirect enum Kind: Sendable {
    /// Matches b where (b & mask) == value, or != value when negated. Mask 0xFF is a plain byte,
    /// 0xF0 and 0x0F nibbles, 0x00 `??`.
    case byte(value: UInt8, mask: UInt8, negated: Bool)
    /// `[low-high]` in bytes; nil high is unbounded; `[n]` has low == high.
    case jump(low: Int, high: Int?)
    /// `( a | b )`, at least one branch, each with at least one token.
    case alternatives([[HexToken]])
  }
  public var kind: Kind
  public var range: SourceRange
  public init(kind: Kind, range: SourceRange) {
    self.kind = kind
    self.range = range
  }
}
