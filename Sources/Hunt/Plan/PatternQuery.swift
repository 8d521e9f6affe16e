internal import GramIndex
internal import YaraEngine

/// What a file must hold for a pattern to match in it.
///
/// What enters: the pattern as checked, which the scanner's matcher is made from too. What leaves: a
/// query of literals. The law: a match in a file makes the query true of it, whatever bounds cut
/// the match short; `fullword` and where a match may stand are not asked.
struct PatternQuery {
  let query: IndexQuery
  /// Why it is no better than it is.
  let reason: PlanWeakness.Reason

  /// Whether the bytes of a match alone decide that it is one, within as many as an index sees side by
  /// side: then a search of the regions that the query names finds it where it is there. The bytes
  /// around may only forbid a match, as `fullword` does.
  private static func isLocal(_ pattern: Pattern) -> Bool {
    guard let longest = pattern.maximumLength, longest <= IndexQuery.span, pattern.base64.isEmpty
    else { return false }
    return switch pattern.content {
    case .text: true
    case .regex(let node, _), .hex(let node): node.isMatchedAsWritten && !node.looksAround
    }
  }

  /// Literals that stand for one text, such as its forms under all keys.
  private static let maximumForms = 512

  /// - Parameter name: under which a local pattern is asked for.
  init(_ pattern: Pattern, name: Int) {
    let plain = PatternQuery(pattern)
    query = Self.isLocal(pattern) ? .local(name, of: plain.query) : plain.query
    reason = plain.reason
  }

  init(_ pattern: Pattern) {
    switch pattern.content {
    case .text(let bytes): self.init(text: bytes, pattern)
    case .regex(let node, _), .hex(let node): self.init(node, pattern)
    }
  }

  private init(_ query: IndexQuery, otherwise reason: PlanWeakness.Reason) {
    self.query = query
    self.reason = query == .everything ? reason : .literals
  }

  private init(text: [UInt8], _ pattern: Pattern) {
    if !pattern.base64.isEmpty {
      self.init(
        .any(of: pattern.base64Literals.map { LiteralChooser.query(for: $0) }),
        otherwise: .shortPattern)
      return
    }
    var forms: [[UInt8]] = []
    if pattern.isAscii { forms.append(text) }
    if pattern.isWide { forms.append(text.flatMap { [$0, 0] }) }
    guard let keys = pattern.xorKeys else {
      self.init(.any(of: forms.map { LiteralChooser.query(for: $0) }), otherwise: .shortPattern)
      return
    }
    guard forms.count * keys.count <= Self.maximumForms else {
      self.init(.everything, otherwise: .manyForms)
      return
    }
    let literals = forms.flatMap { form in keys.map { key in form.map { $0 ^ key } } }
    let query = IndexQuery.any(of: literals.map { LiteralChooser.query(for: $0) })
    // Among so many alternatives one stands in nearly every file.
    let tells = Evidence.bits(of: query) > 0.5
    self.init(tells ? query : .everything, otherwise: tells ? .shortPattern : .manyForms)
  }

  private init(_ node: PatternNode, _ pattern: Pattern) {
    var queries: [IndexQuery] = []
    for isWide in [false, true] where isWide ? pattern.isWide : pattern.isAscii {
      guard let places = MatchPlaces.of(node, isWide: isWide) else { continue }
      let query = LiteralChooser.query(for: places)
      // What every match has lies as near together as matches are long.
      let longest = node.isMatchedAsWritten ? node.maximumLength : nil
      let isNear = longest.map { $0 <= IndexQuery.span / (isWide ? 2 : 1) } ?? false
      queries.append(isNear ? LiteralChooser.together(query) : query)
    }
    let isShort = pattern.maximumLength.map { $0 < Evidence.shortest } ?? false
    self.init(.any(of: queries), otherwise: isShort ? .shortPattern : .openPattern)
  }
}
