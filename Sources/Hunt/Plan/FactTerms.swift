internal import GramIndex
internal import YaraEngine

/// What an index tells of the Boolean parts of a condition that no pattern decides: which documents
/// a part may be true of, or false.
///
/// What enters: a node of a rule set's program. What leaves: a question to the index whose answer
/// holds every document for which the evaluator would say so. The law: undefined is told apart from
/// false as the evaluator does, and whatever is not understood is asked of every document.
///
/// Columns, headers and keys are those of `FactSchema`, which holds for the dialect YARA-X; with
/// the other one only the size and the first bytes of a document tell something.
struct FactTerms {
  private let program: ConditionProgram
  private let dialect: Dialect
  /// What is known of the variables of loops and `with` around the node.
  private var variables: [FactWalk.Variable: FactWalk.Meaning] = [:]

  init(_ rules: RuleSet) {
    program = rules.program
    dialect = rules.dialect
  }

  /// For each answer that a Boolean node may have, the documents in which it may have it. To tell
  /// false from undefined matters below `not`, which passes undefined on.
  func answer(_ node: NodeID) -> FactAnswer {
    var walk = FactWalk(program, dialect, variables)
    return walk.answer(node)
  }

  /// Documents in which a Boolean node may be true. nil: nothing is known, so every one.
  func mayBeTrue(_ node: NodeID) -> IndexQuery? {
    let query = answer(node).isTrue
    return query == .everything ? nil : query
  }

  /// Documents in which a Boolean node may be false or undefined. nil: nothing is known.
  func mayBeFalse(_ node: NodeID) -> IndexQuery? {
    let answer = answer(node)
    let query = answer.isFalse.or(answer.isUndefined)
    return query == .everything ? nil : query
  }

  /// Documents in which a node that is no Boolean may be defined, as the offset of `$a at` has to
  /// be. nil: nothing is known.
  func mayBeDefined(_ node: NodeID, _ type: ValueType) -> IndexQuery? {
    var walk = FactWalk(program, dialect, variables)
    let query = walk.definedness(type, node).defined
    return query == .everything ? nil : query
  }

  /// The column that keeps a number of a module; nil where none does.
  func column(_ node: NodeID) -> String? {
    guard case .field(let field, let owner) = program[node] else { return nil }
    return FactWalk(program, dialect, variables).columnName(field, owner)
  }

  /// Documents in which it may be undefined. nil: nothing is known.
  func mayBeUndefined(_ node: NodeID, _ type: ValueType) -> IndexQuery? {
    var walk = FactWalk(program, dialect, variables)
    let query = walk.definedness(type, node).undefined
    return query == .everything ? nil : query
  }

  /// The terms of what is inside a loop's body, where its variables may stand for values of a module.
  func inside(_ loop: LoopNode) -> FactTerms {
    var inner = self
    switch loop.items {
    case .array(let field, _, .value(let type), let slot):
      inner.variables[FactWalk.Variable(type: type, slot: slot)] =
        .element(program.path(field) + "[]")
    case .map(let field, _, _, _, .value(let type), let slot):
      inner.variables[FactWalk.Variable(type: type, slot: slot)] =
        .element(program.path(field) + "[]")
    default: break
    }
    return inner
  }

  /// The terms of what is inside a `with`, after one of its bindings: a `bind` node.
  func inside(binding node: NodeID) -> FactTerms {
    guard case .bind(.value(let type), let slot, let value) = program[node] else { return self }
    var inner = self
    inner.variables[FactWalk.Variable(type: type, slot: slot)] = .value(value)
    return inner
  }
}

/// For each answer that the evaluator may give, the documents in which it may give it.
struct FactAnswer {
  var isTrue: IndexQuery
  var isFalse: IndexQuery
  var isUndefined: IndexQuery

  static let unknown = FactAnswer(isTrue: .everything, isFalse: .everything, isUndefined: .everything)

  init(isTrue: IndexQuery, isFalse: IndexQuery, isUndefined: IndexQuery) {
    self.isTrue = isTrue
    self.isFalse = isFalse
    self.isUndefined = isUndefined
  }

  /// Of an operation that is undefined exactly where an operand is.
  init(strict operands: [FactDefinedness]) {
    let defined = IndexQuery.all(of: operands.map(\.defined))
    self.init(isTrue: defined, isFalse: defined, isUndefined: .any(of: operands.map(\.undefined)))
  }
}

/// The documents in which a value may be defined and undefined.
struct FactDefinedness {
  var defined: IndexQuery
  var undefined: IndexQuery

  static let always = FactDefinedness(defined: .everything, undefined: .nothing)
  static let unknown = FactDefinedness(defined: .everything, undefined: .everything)
}

/// A walk over one condition's nodes, of limited length: nodes may share their children.
struct FactWalk {
  struct Variable: Hashable {
    let type: ValueType
    let slot: Slot
  }
  let program: ConditionProgram
  let dialect: Dialect
  let variables: [Variable: Meaning]
  enum Meaning {
    /// One of the elements at a path.
    case element(String)
    /// What a node gives.
    case value(NodeID)
  }
  private var steps = 4000
  private var depth = 0

  init(_ program: ConditionProgram, _ dialect: Dialect, _ variables: [Variable: Meaning] = [:]) {
    self.program = program
    self.dialect = dialect
    self.variables = variables
  }

  /// False where the walk has been long enough; what is left is unknown then.
  mutating func descend() -> Bool {
    guard steps > 0, depth < 64 else { return false }
    steps -= 1
    depth += 1
    return true
  }

  mutating func ascend() { depth -= 1 }

  /// The node that gives a variable its value, or the node itself.
  func resolved(_ id: NodeID) -> NodeID {
    var id = id
    for _ in 0..<16 {
      guard let variable = variable(id), case .value(let node)? = variables[variable] else { break }
      id = node
    }
    return id
  }

  /// The path of the array that the node's value is an element of.
  func elementPath(_ id: NodeID) -> String? {
    guard let variable = variable(id), case .element(let path)? = variables[variable] else { return nil }
    return path
  }

  private func variable(_ id: NodeID) -> Variable? {
    guard id != NodeID.none else { return nil }
    return switch program[id] {
    case .booleanVariable(let slot): Variable(type: .boolean, slot: slot)
    case .integerVariable(let slot): Variable(type: .integer, slot: slot)
    case .textVariable(let slot): Variable(type: .text, slot: slot)
    default: nil
    }
  }

  mutating func answer(_ id: NodeID) -> FactAnswer {
    guard descend() else { return .unknown }
    defer { ascend() }
    let id = resolved(id)
    switch program[id] {
    case .boolean(let value):
      return FactAnswer(
        isTrue: value ? .everything : .nothing, isFalse: value ? .nothing : .everything,
        isUndefined: .nothing)
    case .not(let operand):
      let answer = answer(operand)
      return FactAnswer(
        isTrue: answer.isFalse, isFalse: answer.isTrue, isUndefined: answer.isUndefined)
    case .and(let list):
      let answers = program.children(list).map { answer($0) }
      return FactAnswer(
        isTrue: .all(of: answers.map(\.isTrue)),
        isFalse: .any(of: answers.map { $0.isFalse.or($0.isUndefined) }), isUndefined: .nothing)
    case .or(let list):
      let answers = program.children(list).map { answer($0) }
      return FactAnswer(
        isTrue: .any(of: answers.map(\.isTrue)),
        isFalse: .all(of: answers.map { $0.isFalse.or($0.isUndefined) }), isUndefined: .nothing)
    case .defined(let type, let operand):
      let value = definedness(type, operand)
      return FactAnswer(isTrue: value.defined, isFalse: value.undefined, isUndefined: .nothing)
    case .truth(.boolean, let operand): return answer(operand)
    case .truth(.integer, let operand): return test(operand, .notZero)
    case .truth(let type, let operand): return FactAnswer(strict: [definedness(type, operand)])
    case .compareIntegers(let comparison, let a, let b): return compare(comparison, a, b)
    case .compareUnsigned(let comparison, let a, let b, _):
      var answer = FactAnswer(strict: [definedness(.integer, a), definedness(.integer, b)])
      if comparison == .equal, let query = wideHeader(a, b) ?? wideHeader(b, a) {
        answer.isTrue = .all(of: [query, answer.isTrue])
      }
      return answer
    case .compareFloats(let comparison, let a, let b): return compareFloats(comparison, a, b)
    case .compareTexts(let comparison, let a, let b): return compareTexts(comparison, a, b)
    case .textRelation(let relation, let a, let b): return relate(relation, a, b)
    case .matches(let operand, _): return FactAnswer(strict: [definedness(.text, operand)])
    case .field(let field, let owner): return flag(field, owner)
    case .call(let index): return booleanCall(index)
    default: return .unknown
    }
  }

  mutating func definedness(_ type: ValueType, _ id: NodeID) -> FactDefinedness {
    guard descend() else { return .unknown }
    defer { ascend() }
    switch type {
    case .boolean:
      let answer = answer(id)
      return FactDefinedness(
        defined: answer.isTrue.or(answer.isFalse), undefined: answer.isUndefined)
    case .integer:
      return FactDefinedness(defined: integer(id, in: .all), undefined: undefinedInteger(id))
    case .text: return textDefinedness(id)
    case .float:
      switch program[id] {
      case .float: return .always
      case .floatFromInteger(let operand), .floatFromUnsigned(let operand):
        return definedness(.integer, operand)
      case .floatNegate(let operand): return definedness(.float, operand)
      case .fileFloat(let number, let offset):
        return FactDefinedness(
          defined: fileInteger(number, offset, in: nil), undefined: undefinedNumber(number, offset))
      default: return .unknown
      }
    }
  }

  // MARK: - Comparisons

  private mutating func compare(_ comparison: Comparison, _ a: NodeID, _ b: NodeID) -> FactAnswer {
    if let value = constant(b) { return test(a, NumberRanges(comparison, value)) }
    if let value = constant(a) { return test(b, NumberRanges(comparison.mirrored, value)) }
    return FactAnswer(strict: [definedness(.integer, a), definedness(.integer, b)])
  }

  /// Of "the number is in the set".
  mutating func test(_ id: NodeID, _ set: NumberRanges) -> FactAnswer {
    FactAnswer(
      isTrue: integer(id, in: set), isFalse: integer(id, in: set.complement),
      isUndefined: undefinedInteger(id))
  }

  private mutating func flag(_ field: FieldID, _ owner: NodeID) -> FactAnswer {
    guard dialect == .yaraX else { return .unknown }
    if let column = columnName(field, owner) { return Self.flag(column: column) }
    let path = program.path(field)
    let present = presence(path, owner)
    guard FactSchema.hasKeys(ofIntegers: Self.canonical(path)) else {
      return FactAnswer(isTrue: present, isFalse: present, isUndefined: .everything)
    }
    let key = Self.canonical(path)
    return FactAnswer(
      isTrue: .all(of: [present, Self.fact(.integer(key, 1), of: key)]),
      isFalse: .all(of: [present, Self.fact(.integer(key, 0), of: key)]), isUndefined: .everything)
  }

  static func flag(column: String) -> FactAnswer {
    FactAnswer(
      isTrue: Self.column(column, NumberRanges(1...1)),
      isFalse: Self.column(column, NumberRanges(0...0)),
      isUndefined: Self.undefined(column: column))
  }

  // MARK: - Facts

  /// Paths without indices.
  static func canonical(_ path: String) -> String { path.replacing("[]", with: "") }

  static func column(_ name: String, _ set: NumberRanges) -> IndexQuery {
    set.isEmpty
      ? .nothing
      : .column(
        ColumnPredicate(column: name, ranges: set.widened(to: 64).ranges, matchesUndefined: false))
  }

  static func undefined(column: String) -> IndexQuery {
    FactSchema.alwaysDefined.contains(column)
      ? .nothing : .column(ColumnPredicate(column: column, ranges: [], matchesUndefined: true))
  }

  /// Whether a column that is always defined is in a set whatever the document.
  static func isAlways(_ column: String, _ set: NumberRanges) -> Bool {
    column == "filesize"
      ? set.contains(sizes) : FactSchema.alwaysDefined.contains(column) && set.contains(0...1)
  }

  /// The document has a key, or more keys of the path than are kept.
  static func fact(_ key: FactKey, of path: String) -> IndexQuery {
    .any(of: [.fact(key), .fact(.overflow(of: path))])
  }

  /// What a field of a path, read with the handle of its owner, needs to be defined.
  func presence(_ path: String, _ owner: NodeID?) -> IndexQuery {
    guard dialect == .yaraX, let end = path.firstIndex(of: "."),
      let columns = FactSchema.presence(ofModule: String(path[..<end]))
    else { return .everything }
    var queries = [IndexQuery.any(of: columns.map { .column($0) })]
    if let open = path.firstRange(of: "[]"),
      let count = FactSchema.countColumn(ofArray: String(path[..<open.lowerBound]))
    {
      let index = owner.flatMap { firstIndex($0, of: String(path[..<open.lowerBound])) }
      queries.append(Self.column(count, NumberRanges(((index ?? 0) + 1)...Int64.max)))
    }
    if let owner, case .entry(let map, _, let key) = program[owner], program.path(map) == "pe.version_info",
      let key = text(key)
    {
      let path = "pe.version_info_list.key"
      queries.append(Self.fact(FactKey(path: path, value: key), of: path))
    }
    return .all(of: queries)
  }

  /// The column of a field that is read with the handle of its owner.
  func columnName(_ field: FieldID, _ owner: NodeID) -> String? {
    guard dialect == .yaraX else { return nil }
    var path = program.path(field)
    if let open = path.firstRange(of: "[]") {
      guard let index = firstIndex(owner, of: String(path[..<open.lowerBound])) else { return nil }
      path.replaceSubrange(open, with: "[\(index)]")
    }
    return FactSchema.columnIndices[path] == nil ? nil : path
  }

  /// The index, where it is a number, into the array of a path, on the way to a handle.
  private func firstIndex(_ owner: NodeID, of path: String) -> Int64? {
    var id = owner
    for _ in 0..<32 {
      switch program[id] {
      case .field(_, let next): id = next
      case .entry(_, let next, _): id = next
      case .element(let array, let next, let index):
        if program.path(array) == path {
          guard case .integer(let value) = program[index], value >= 0, value < Int64(Int32.max)
          else { return nil }
          return value
        }
        id = next
      default: return nil
      }
    }
    return nil
  }
}

extension NumberRanges {
  /// The numbers of which a comparison with `value` on its right is true.
  init(_ comparison: Comparison, _ value: Int64) {
    switch comparison {
    case .equal: self.init(value...value)
    case .notEqual: self = NumberRanges(value...value).complement
    case .lessOrEqual: self.init(Int64.min...value)
    case .greater: self = NumberRanges(Int64.min...value).complement
    case .greaterOrEqual: self.init(value...Int64.max)
    case .less: self = NumberRanges(value...Int64.max).complement
    }
  }
}

extension IndexQuery {
  /// Either of them, with the ranges of one column or number joined.
  func or(_ other: IndexQuery) -> IndexQuery {
    switch (self, other) {
    case (.column(let a), .column(let b)) where a.column == b.column:
      let set = NumberRanges(joining: a.ranges + b.ranges)
      let undefined = a.matchesUndefined || b.matchesUndefined
      if undefined ? set.isAll : FactWalk.isAlways(a.column, set) { return .everything }
      return .column(
        ColumnPredicate(column: a.column, ranges: set.ranges, matchesUndefined: undefined))
    case (.headerNumber(let a), .headerNumber(let b))
    where a.offset == b.offset && a.bytes == b.bytes && a.isSigned == b.isSigned
      && a.isBigEndian == b.isBigEndian:
      let set = NumberRanges(joining: a.ranges + b.ranges)
      let undefined = a.matchesUndefined || b.matchesUndefined
      if undefined, set.ranges == [FactWalk.domain(bytes: a.bytes, isSigned: a.isSigned)] {
        return .everything
      }
      return .headerNumber(
        HeaderNumberPredicate(
          offset: a.offset, bytes: a.bytes, isSigned: a.isSigned, isBigEndian: a.isBigEndian,
          ranges: set.ranges, matchesUndefined: undefined))
    default: return .any(of: [self, other])
    }
  }
}
