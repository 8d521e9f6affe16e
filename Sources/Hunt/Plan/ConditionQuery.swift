internal import GramIndex
internal import YaraEngine

/// What is known beforehand of a Boolean expression: the files for which it may be true, false in
/// the strict sense, and undefined. Each is an over-approximation, so the three may overlap, and
/// none is ever complemented.
struct Possible {
  var isTrue: PlanTerm
  var isFalse: PlanTerm
  var isUndefined: PlanTerm

  /// Where undefined counts as false.
  var isNotTrue: PlanTerm { .any(of: [isFalse, isUndefined]) }

  static func unknown(_ weakness: PlanWeakness) -> Possible {
    let term = PlanTerm.everything(weakness)
    return Possible(isTrue: term, isFalse: term, isUndefined: term)
  }
}

/// Walks checked conditions and says of each rule for which files it may match.
///
/// What enters: the rule set's program. What leaves: a `Possible` for each rule's condition, in
/// order of definition, so that rules named by others are there before them. Loops' variables are
/// unknown, but for the current pattern of `for ... of`, for which the body is read once a pattern,
/// and for what `with` binds.
///
/// Undefined is taken as the evaluator takes it: for false by `and`, `or`, loops and a rule as a
/// whole; `not` and comparisons pass it on.
struct ConditionQuery {
  let rules: RuleSet
  let program: ConditionProgram
  /// What facts tell, with the variables of the loops around.
  var facts: FactTerms
  private var patternQueries: [PatternID: PatternQuery] = [:]
  /// Of the rules so far, by id.
  private(set) var answers: [Possible] = []
  /// By rule: the parts of its condition that facts speak of.
  private(set) var factNodes: [[NodeID]] = []
  private var ownFactNodes: [NodeID] = []

  /// The pattern that a `for ... of` is at.
  var currentPatterns: [Slot: PatternID] = [:]
  /// What `with` has bound.
  var bindings: [Binding: NodeID] = [:]
  struct Binding: Hashable {
    let type: ValueType
    let slot: Slot
  }

  // Bounds on the work, in nodes looked at and joined: of a rule, and of all.
  private var work = 0
  private var workLeft = 40_000_000
  private static let maximumWork = 400_000
  private static let leastWork = 4_000
  private var depth = 0
  private static let maximumDepth = 200
  private static let maximumFactNodes = 64

  init(_ rules: RuleSet) {
    self.rules = rules
    program = rules.program
    facts = FactTerms(rules)
  }

  /// The next rule's answer.
  mutating func answer(_ rule: Rule) {
    let given = max(Self.leastWork, min(Self.maximumWork, workLeft))
    work = given
    ownFactNodes = []
    answers.append(possible(rule.condition))
    workLeft = max(0, workLeft - (given - work))
    factNodes.append(ownFactNodes)
  }

  /// For which files a rule may match: its condition, and the global rules of its namespace.
  func matching(_ rule: Rule) -> PlanTerm {
    let globals = rules.globals[rule.namespaceIndex].filter { $0 != rule.id }
    return .all(of: ([rule.id] + globals).map { answers[$0.index].isTrue })
  }

  // MARK: - Bounds

  func spent(_ terms: [PlanTerm]) -> Int { terms.reduce(1) { $0 + $1.size } }

  mutating func all(_ terms: [PlanTerm]) -> PlanTerm {
    work -= spent(terms)
    return .all(of: terms)
  }

  mutating func any(_ terms: [PlanTerm]) -> PlanTerm {
    work -= spent(terms)
    return .any(of: terms)
  }

  mutating func atLeast(_ count: Int, _ terms: [PlanTerm]) -> PlanTerm {
    work -= spent(terms)
    return .atLeast(count, of: terms)
  }

  /// Runs the body one level deeper; nil where that is too deep or there is no work left.
  mutating func deeper<Result>(_ body: (inout ConditionQuery) -> Result) -> Result? {
    work -= 1
    guard work > 0, depth < Self.maximumDepth else { return nil }
    depth += 1
    defer { depth -= 1 }
    return body(&self)
  }

  // MARK: - Booleans

  mutating func possible(_ id: NodeID) -> Possible {
    deeper { $0.reading(id) } ?? .unknown(PlanWeakness(.tooLarge, node: id))
  }

  private mutating func reading(_ id: NodeID) -> Possible {
    switch program[id] {
    case .boolean(let value):
      let always = PlanTerm.everything(PlanWeakness(.always, node: id))
      return Possible(
        isTrue: value ? always : .nothing, isFalse: value ? .nothing : always, isUndefined: .nothing)
    case .booleanVariable(let slot):
      guard let value = bindings[Binding(type: .boolean, slot: slot)] else {
        return .unknown(PlanWeakness(.unknownFact, node: id))
      }
      return possible(value)
    case .not(let operand):
      let inner = possible(operand)
      return Possible(
        isTrue: inner.isFalse, isFalse: inner.isTrue, isUndefined: inner.isUndefined)
    case .and(let list):
      let parts = program.children(list).map { possible($0) }
      return Possible(
        isTrue: all(parts.map(\.isTrue)), isFalse: any(parts.map(\.isNotTrue)), isUndefined: .nothing)
    case .or(let list):
      let parts = program.children(list).map { possible($0) }
      return Possible(
        isTrue: any(parts.map(\.isTrue)), isFalse: all(parts.map(\.isNotTrue)), isUndefined: .nothing)
    case .rule(let rule):
      guard rule.index < answers.count else { return .unknown(PlanWeakness(.unknownFact, node: id)) }
      let answer = answers[rule.index]
      note(factNodes[rule.index])
      return Possible(isTrue: answer.isTrue, isFalse: answer.isNotTrue, isUndefined: .nothing)
    case .pattern(let operand):
      return Possible(
        isTrue: present(operand, node: id), isFalse: absent(operand, node: id), isUndefined: .nothing)
    case .patternAt(let operand, let offset):
      return Possible(
        isTrue: present(operand, at: offset, node: id), isFalse: absent(operand, node: id),
        isUndefined: undefined([offset], node: id))
    case .patternIn(let operand, let low, let high):
      return Possible(
        isTrue: all([present(operand, from: low, to: high, node: id), nonempty(low, high)]),
        isFalse: absent(operand, node: id), isUndefined: undefined([low, high], node: id))
    case .of(let index): return selection(program.selections[Int(index)], node: id)
    case .loop(let index): return loop(program.loops[Int(index)], node: id)
    case .with(let list): return with(Array(program.children(list)))
    default: return leaf(id)
    }
  }

  private mutating func with(_ children: [NodeID]) -> Possible {
    guard let body = children.last else { return .unknown(PlanWeakness(.tooLarge)) }
    let outer = (bindings, facts)
    for child in children.dropLast() {
      // The value is read where the variable is: nothing it depends on changes inside the body.
      if case .bind(.value(let type), let slot, let value) = program[child] {
        bindings[Binding(type: type, slot: slot)] = value
        facts = facts.inside(binding: child)
      }
    }
    defer { (bindings, facts) = outer }
    return possible(body)
  }

  // MARK: - Leaves

  /// Where a part of the condition that is not about patterns alone meets the facts of the index.
  private mutating func leaf(_ id: NodeID) -> Possible {
    let own = comparison(id)
    let fact = facts.answer(id)
    if fact.isTrue != .everything { note([id]) }
    func term(_ query: IndexQuery) -> PlanTerm {
      query == .everything ? .everything : PlanTerm(query, weakness: PlanWeakness(.fact, node: id))
    }
    return Possible(
      isTrue: all([term(fact.isTrue), own.isTrue]), isFalse: all([term(fact.isFalse), own.isFalse]),
      isUndefined: all([term(fact.isUndefined), own.isUndefined]))
  }

  private mutating func note(_ nodes: [NodeID]) {
    for node in nodes
    where ownFactNodes.count < Self.maximumFactNodes && !ownFactNodes.contains(node) {
      ownFactNodes.append(node)
    }
  }

  // MARK: - Patterns

  private mutating func query(_ pattern: PatternID) -> PatternQuery {
    if let known = patternQueries[pattern] { return known }
    let query = PatternQuery(rules.patterns.pattern(pattern), name: pattern.index)
    patternQueries[pattern] = query
    return query
  }

  func pattern(_ operand: PatternOperand) -> PatternID? {
    switch operand {
    case .pattern(let id): id
    case .loop(let slot): currentPatterns[slot]
    }
  }

  mutating func present(_ operand: PatternOperand, node: NodeID) -> PlanTerm {
    guard let pattern = pattern(operand) else {
      return .everything(PlanWeakness(.unknownFact, node: node))
    }
    let query = query(pattern)
    return PlanTerm(query.query, weakness: PlanWeakness(query.reason, node: node, pattern: pattern))
  }

  mutating func present(_ operand: PatternOperand, at offset: NodeID, node: NodeID) -> PlanTerm {
    let anywhere = all([present(operand, from: offset, to: offset, node: node), place(offset)])
    guard let pattern = pattern(operand), let place = constant(offset) else { return anywhere }
    let there = PlaceQuery.query(rules.patterns.pattern(pattern), at: place)
    guard there != .everything else { return anywhere }
    return all([
      anywhere, PlanTerm(there, weakness: PlanWeakness(.fact, node: node, pattern: pattern)),
    ])
  }

  /// For which files the pattern may be found from one place to another.
  mutating func present(_ operand: PatternOperand, from low: NodeID, to high: NodeID, node: NodeID)
    -> PlanTerm
  {
    let anywhere = present(operand, node: node)
    let (first, last) = (bound(low), bound(high))
    guard first != nil || last != nil else { return anywhere }
    let bounds = PlaceBounds(first: first ?? .fromStart(0), last: last ?? .fromEnd(0))
    return PlanTerm(anywhere.query.inside(bounds), weakness: anywhere.weakness)
  }

  func absent(_ operand: PatternOperand, node: NodeID) -> PlanTerm {
    .everything(PlanWeakness(.absence, node: node, pattern: pattern(operand)))
  }

  /// Nothing, unless one of the numbers may be undefined.
  func undefined(_ numbers: [NodeID], node: NodeID) -> PlanTerm {
    numbers.allSatisfy { isAlwaysDefined($0) }
      ? .nothing : .everything(PlanWeakness(.unknownFact, node: node))
  }
}
