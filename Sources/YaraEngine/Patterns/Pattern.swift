/// One distinct pattern: what a declaration means, without its name. Patterns of several rules
/// that are equal are one.
///
/// Read by the pattern compiler here and by the hunt planner, which asks the index about it.
public struct Pattern: Hashable, Sendable {
  public enum Content: Hashable, Sendable {
    /// A text pattern's bytes before `nocase`, `wide`, `xor` and `base64` are applied.
    case text([UInt8])
    /// A regex; case folding by `nocase` or `/i` is done in the node already.
    case regex(PatternNode, greediness: Bool?)
    case hex(PatternNode)
  }

  /// An encoding of the text into base64.
  public struct Base64: Hashable, Sendable {
    /// 64 distinct bytes.
    public var alphabet: [UInt8]
    public var isWide: Bool
    /// Whether it is not the standard alphabet.
    public var isCustom: Bool
    public static let standardAlphabet = Array(
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
  }

  public var content: Content
  /// At least one of `isAscii`, `isWide` holds.
  public var isAscii = true
  public var isWide = false
  public var isCaseless = false
  public var isFullword = false
  public var xorKeys: ClosedRange<UInt8>?
  /// Where not empty, these are searched instead of the text itself.
  public var base64: [Base64] = []

  public init(_ content: Content) { self.content = content }

  /// Whether it is searched as one literal, plain or wide; YARA takes `nocase` and `xor` for such too.
  func isOneLiteral(_ dialect: Dialect) -> Bool {
    guard base64.isEmpty, dialect == .yara || (!isCaseless && xorKeys == nil) else { return false }
    switch content {
    case .text: return true
    case .regex(.bytes, _), .hex(.bytes): return true
    case .regex, .hex: return false
    }
  }

  /// Shortest possible match in bytes, with all modifiers.
  public var minimumLength: Int {
    switch content {
    case .text(let bytes):
      if !base64.isEmpty { return lengthsInBase64(bytes).min() ?? 1 }
      return isAscii ? bytes.count : saturatingProduct(bytes.count, 2)
    case .regex(let node, _), .hex(let node):
      let length = node.minimumLength ?? 0
      return isAscii ? length : saturatingProduct(length, 2)
    }
  }

  /// Longest possible match in bytes, or nil where there is no bound.
  public var maximumLength: Int? {
    switch content {
    case .text(let bytes):
      if !base64.isEmpty { return lengthsInBase64(bytes).max() }
      return isWide ? saturatingProduct(bytes.count, 2) : bytes.count
    case .regex(let node, _), .hex(let node):
      return node.maximumLength.map { isWide ? saturatingProduct($0, 2) : $0 }
    }
  }

  private func lengthsInBase64(_ bytes: [UInt8]) -> [Int] { literalsInBase64(bytes).map(\.count) }

  /// What is searched for a text in base64: one literal for each encoding, form and phase, without
  /// the characters shared with the neighbours. Every match holds one of them.
  public var base64Literals: [[UInt8]] {
    guard case .text(let bytes) = content else { return [] }
    return literalsInBase64(bytes)
  }

  private func literalsInBase64(_ bytes: [UInt8]) -> [[UInt8]] {
    var literals: [[UInt8]] = []
    for encoding in base64 {
      for text in [isAscii ? bytes : nil, isWide ? Wide.interleaved(bytes) : nil] {
        guard let text else { continue }
        for phase in 0..<3 {
          let literal = Base64Phase(text, phase: phase, alphabet: encoding.alphabet).literal
          guard !literal.isEmpty else { continue }
          literals.append(encoding.isWide ? Wide.interleaved(literal) : literal)
        }
      }
    }
    return literals
  }
}

enum Wide {
  /// Every byte followed by a zero.
  static func interleaved(_ bytes: [UInt8]) -> [UInt8] {
    bytes.flatMap { [$0, 0] }
  }
}
