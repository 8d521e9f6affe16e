public import GramIndex
public import YaraEngine
public import YaraSyntax

/// A rule's plan in words: what is asked of the index, what facts decide, and where it is weakest.
public struct PlanExplanation: Sendable {
  /// What a rule is going to cost in a given corpus; known only where there is an index to ask.
  public struct Estimate: Sendable, Hashable {
    /// Files that must be read.
    public let candidates: Int
    public let bytes: Int64
    /// Of these, what is read first: of large files the regions in which the index sees what the rule
    /// needs. Files without it there are read no further.
    public let firstBytes: Int64
    /// For what is read first.
    public let seconds: Double
    /// Files that content alone leaves, and their bytes; facts decide those that are no candidates.
    public let contentCandidates: Int
    public let contentBytes: Int64
    public let asking: Asking

    public init(
      candidates: Int, bytes: Int64, firstBytes: Int64, seconds: Double, contentCandidates: Int,
      contentBytes: Int64,
      asking: Asking = Asking()
    ) {
      self.candidates = candidates
      self.bytes = bytes
      self.firstBytes = firstBytes
      self.seconds = seconds
      self.contentCandidates = contentCandidates
      self.contentBytes = contentBytes
      self.asking = asking
    }
  }

  /// What it costs to ask the indexes.
  public struct Asking: Sendable, Hashable {
    /// The quickest of the rounds, and the first: there pages are fetched and checked.
    public var seconds = 0.0
    public var firstSeconds = 0.0
    /// Of the indexes, in how many places; what is looked at twice counts twice.
    public var bytes = 0
    public var places = 0

    public init() {}

    static func + (a: Asking, b: Asking) -> Asking {
      var sum = a
      sum.seconds += b.seconds
      sum.firstSeconds += b.firstSeconds
      sum.bytes += b.bytes
      sum.places += b.places
      return sum
    }
  }

  /// Where something stands in the rules' text; both from 1.
  public struct Place: Sendable, Hashable {
    public let source: String
    public let line: Int
    public let column: Int
  }

  /// A part of the condition, as written.
  public struct Part: Sendable, Hashable {
    public let text: String
    public let place: Place?
  }

  /// The part on which the plan hangs.
  public struct Weakest: Sendable, Hashable {
    public let part: Part
    /// `literals`, `short-pattern`, ...: stable.
    public let code: String
    public let reason: String
    public let suggestion: String?
  }

  public let rule: RuleID
  public let identifier: String
  public let namespace: String
  public let place: Place?
  public let query: IndexQuery
  /// Whether content alone narrows the files.
  public let asksForContent: Bool
  /// Estimated bits of evidence.
  public let bits: Double
  /// What facts decide or narrow.
  public let facts: [Part]
  public let weakest: Weakest?
  public var estimate: Estimate?

  public var mustScanEverything: Bool { query == .everything }

  /// - Parameter sources: of the compilation; without them places and texts are left out.
  public init(_ plan: RulePlan, _ rules: RuleSet, sources: [SourceText]) {
    let text = PlanText(sources: sources)
    let set = rules[plan.rule]
    rule = plan.rule
    identifier = set.identifier
    namespace = set.namespace
    place = text.place(of: set.range)
    query = plan.query
    asksForContent = plan.gramsOnly != .everything
    bits = plan.bits
    facts = plan.factNodes.map { text.part(rules.program.ranges[$0.index]) }
    weakest = plan.weakness.map { Self.weakest($0, plan, rules, text) }
  }

  private static func weakest(
    _ weakness: PlanWeakness, _ plan: RulePlan, _ rules: RuleSet, _ text: PlanText
  ) -> Weakest {
    var part = Part(text: "the condition", place: text.place(of: rules[plan.rule].range))
    if let node = weakness.node { part = text.part(rules.program.ranges[node.index]) }
    if let pattern = weakness.pattern {
      let owners = [rules[plan.rule]] + rules[plan.rule].dependencies.map { rules[$0] }
      if let declared = owners.lazy.flatMap(\.patterns).first(where: { $0.pattern == pattern }) {
        part = Part(text: declared.identifier, place: text.place(of: declared.range))
      }
    }
    let words = Words(weakness, part.text, weakness.pattern.map { rules.patterns.minimumLength($0) }, plan.bits)
    return Weakest(part: part, code: words.code, reason: words.reason, suggestion: words.suggestion)
  }

  /// Evidence below which more is worth asking for: one file in 65,000 passes by chance.
  private static let little = 16.0

  private struct Words {
    var code: String
    var reason: String
    var suggestion: String?

    init(_ weakness: PlanWeakness, _ part: String, _ length: Int?, _ bits: Double) {
      let more = "Add a string that must be there, a bound on `filesize`, or a check of the header."
      switch weakness.reason {
      case .literals:
        code = "literals"
        let bytes = length.map { ", of \($0) byte\($0 == 1 ? "" : "s") at least," } ?? ""
        reason = "`\(part)`\(bytes) carries the query"
        if bits < little {
          reason = "`\(part)`\(bytes) tells little"
          suggestion = "Lengthen it, or ask for another string beside it."
        }
      case .shortPattern:
        code = "short-pattern"
        let bytes = length.map { " may be \($0) byte\($0 == 1 ? "" : "s") long" } ?? " is short"
        reason = "`\(part)`\(bytes); the index serves \(Evidence.shortest) bytes and more"
        suggestion = "Lengthen it, or ask for a longer string beside it."
      case .openPattern:
        code = "open-pattern"
        reason = "a match of `\(part)` need not hold \(Evidence.shortest) fixed bytes in a row"
        suggestion = "Give it a longer fixed part, or ask for another string beside it."
      case .manyForms:
        code = "many-forms"
        reason = "`\(part)` stands for too many literals"
        suggestion = "Lengthen it, narrow the keys of `xor`, or ask for another string beside it."
      case .absence:
        code = "absence"
        reason = "`\(part)` may hold where nothing is found, which an index cannot be asked for"
        suggestion = more
      case .openCount:
        code = "open-count"
        reason = "how many `\(part)` asks for is known in the scan only, or may be none"
        suggestion = more
      case .fact:
        code = "fact"
        reason = "`\(part)` is what facts are asked for"
      case .unknownFact:
        code = "unknown-fact"
        reason = "what `\(part)` asks for is not kept in the index"
        suggestion = more
      case .always:
        code = "always"
        reason = "`\(part)` is true of every file"
        suggestion = more
      case .tooLarge:
        code = "too-large"
        reason = "`\(part)` is too large, or nests too deep, to be planned in full"
        suggestion = "Split the rule."
      }
    }
  }
}

/// Finds places and pieces of the rules' text.
struct PlanText {
  let sources: [SourceText]
  private static let longest = 80

  func place(of range: SourceRange) -> PlanExplanation.Place? {
    guard let source = source(range) else { return nil }
    let position = source.position(of: range.start)
    return PlanExplanation.Place(source: source.name, line: position.line, column: position.column)
  }

  /// As written, on one line, cut where it is long.
  func part(_ range: SourceRange) -> PlanExplanation.Part {
    guard let source = source(range), range.start <= range.end, Int(range.end) <= source.bytes.count
    else { return PlanExplanation.Part(text: "a part of the condition", place: nil) }
    let bytes = source.bytes[Int(range.start)..<min(Int(range.end), Int(range.start) + 400)]
    let words = bytes.split { $0 <= 0x20 || $0 == 0x7F }.map { String(decoding: $0, as: UTF8.self) }
    let text = words.joined(separator: " ").filter { !$0.unicodeScalars.contains { $0.value >= 0x80 && $0.value < 0xA0 } }
    let isCut = text.count > Self.longest || bytes.count < Int(range.end) - Int(range.start)
    return PlanExplanation.Part(
      text: isCut ? text.prefix(Self.longest - 3) + "..." : text, place: place(of: range))
  }

  private func source(_ range: SourceRange) -> SourceText? {
    let index = Int(range.source.rawValue)
    return index < sources.count ? sources[index] : nil
  }
}
