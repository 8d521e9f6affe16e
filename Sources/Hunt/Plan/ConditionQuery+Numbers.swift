internal import GramIndex
internal import YaraEngine

// Comparisons and what stands in them: what a number asks of patterns. A comparison is true or
// false only where both sides are defined, and `@a` and `!a` are only where `$a` is found.
extension ConditionQuery {
  /// What the structure of a leaf alone tells.
  mutating func comparison(_ id: NodeID) -> Possible {
    switch program[id] {
    case .compareIntegers(let comparison, let a, let b):
      return Possible(
        isTrue: compare(comparison, a, b, node: id), isFalse: compare(comparison.negated, a, b, node: id),
        isUndefined: undefined([a, b], node: id))
    case .compareUnsigned(_, let a, let b, _), .compareTexts(_, let a, let b),
      .textRelation(_, let a, let b):
      return strict([a, b], node: id)
    case .compareFloats(let comparison, let a, let b):
      var result = strict([a, b], node: id)
      // YARA's `<` of floats, alone of all, is false for undefined.
      if comparison == .less { result.isFalse = .everything(PlanWeakness(.unknownFact, node: id)) }
      return result
    case .matches(let text, _): return strict([text], node: id)
    case .truth(.boolean, let operand): return possible(operand)
    case .truth(let type, let operand):
      var result = strict([operand], node: id)
      if type == .integer, atLeast(operand) ?? -1 >= 0 {
        result.isTrue = all([result.isTrue, positive(operand, node: id)])
      }
      return result
    case .defined(.boolean, let operand):
      let inner = possible(operand)
      return Possible(
        isTrue: any([inner.isTrue, inner.isFalse]), isFalse: inner.isUndefined, isUndefined: .nothing)
    case .defined(_, let operand):
      return Possible(
        isTrue: all([required(operand), .everything(PlanWeakness(.unknownFact, node: id))]),
        isFalse: undefined([operand], node: id), isUndefined: .nothing)
    case .field, .call: return strict([id], node: id)
    default: return .unknown(PlanWeakness(.unknownFact, node: id))
    }
  }

  /// Of an expression that is undefined where one of its operands is.
  private mutating func strict(_ operands: [NodeID], node: NodeID) -> Possible {
    let unknown = PlanTerm.everything(PlanWeakness(.unknownFact, node: node))
    let defined = all(operands.map { required($0) } + [unknown])
    return Possible(isTrue: defined, isFalse: defined, isUndefined: undefined(operands, node: node))
  }

  /// For which files the comparison may be true.
  private mutating func compare(
    _ comparison: Comparison, _ a: NodeID, _ b: NodeID, node: NodeID
  ) -> PlanTerm {
    var terms = [required(a), required(b)]
    terms += [implied(a, comparison, b, node: node), implied(b, comparison.mirrored, a, node: node)]
    let result = all(terms)
    guard result.isEverything else { return result }
    let pattern = countedPattern(a) ?? countedPattern(b)
    return .everything(
      PlanWeakness(pattern == nil ? .unknownFact : .absence, node: node, pattern: pattern))
  }

  /// What `a` must be for the comparison to be true.
  private mutating func implied(
    _ a: NodeID, _ comparison: Comparison, _ b: NodeID, node: NodeID
  ) -> PlanTerm {
    if case .integerFromBoolean(let operand) = program[a], let value = constant(b) {
      let inner = possible(operand)
      return any(
        (comparison.holds(1, value) ? [inner.isTrue] : [])
          + (comparison.holds(0, value) ? [inner.isFalse] : []))
    }
    let isPositive: Bool
    switch comparison {
    case .greater: isPositive = atLeast(b) ?? -1 >= 0
    case .greaterOrEqual, .equal: isPositive = atLeast(b) ?? 0 >= 1
    case .notEqual: isPositive = constant(b) == 0 && atLeast(a) ?? -1 >= 0
    case .less, .lessOrEqual: isPositive = false
    }
    return isPositive ? positive(a, node: node) : .everything
  }

  /// For which files a range of numbers may have a member.
  mutating func nonempty(_ low: NodeID, _ high: NodeID) -> PlanTerm {
    all([place(low), place(high), implied(high, .greaterOrEqual, low, node: high)])
  }

  /// For which files a number that says where a pattern has to be may be defined: by what it is made from,
  /// and as facts tell.
  mutating func place(_ id: NodeID) -> PlanTerm {
    let fact = facts.mayBeDefined(id, .integer)
      .map { PlanTerm($0, weakness: PlanWeakness(.fact, node: id)) }
    return all([required(id), fact ?? .everything])
  }

  // MARK: - Numbers

  /// A place of the file, where the index knows it.
  func bound(_ id: NodeID) -> PlaceBounds.Bound? {
    if let value = constant(id) { return .fromStart(max(0, value)) }
    switch program[id] {
    case .filesize: return .fromEnd(0)
    case .integerArithmetic(.subtract, let list):
      let operands = Array(program.children(list))
      guard operands.count == 2, case .filesize = program[operands[0]],
        let distance = constant(operands[1]), distance >= 0
      else { return nil }
      return .fromEnd(distance)
    case .field: return facts.column(id).map { .column($0) }
    default: return nil
    }
  }

  /// The number, where it does not depend on the file.
  func constant(_ id: NodeID) -> Int64? {
    switch program[id] {
    case .integer(let value): value
    case .integerVariable(let slot): bindings[Binding(type: .integer, slot: slot)].flatMap { literal($0) }
    default: nil
    }
  }

  private func literal(_ id: NodeID) -> Int64? {
    if case .integer(let value) = program[id] { value } else { nil }
  }

  /// What a number is at least, where it is defined; nil where that is not known.
  private func atLeast(_ id: NodeID) -> Int64? {
    switch program[id] {
    case .integer(let value): value
    case .integerVariable: constant(id)
    case .filesize, .patternCount, .patternCountIn, .patternOffset, .patternLength, .textLength,
      .elementCount, .integerFromBoolean:
      0
    case .integerArithmetic(.add, let list): addsSmallNumbers(list) ? 0 : nil
    case .fileInteger(let number, _): number.isSigned || number.bytes == 8 ? nil : 0
    default: nil
    }
  }

  private func countedPattern(_ id: NodeID) -> PatternID? {
    switch program[id] {
    case .patternCount(let operand), .patternCountIn(let operand, _, _): pattern(operand)
    case .integerVariable(let slot):
      // One step: what a variable stands for is seldom a variable again.
      bindings[Binding(type: .integer, slot: slot)].flatMap {
        if case .patternCount(let operand) = program[$0] { pattern(operand) } else { nil }
      }
    default: nil
    }
  }

  /// For which files a number may be 1 or more.
  private mutating func positive(_ id: NodeID, node: NodeID) -> PlanTerm {
    deeper { walk in
      switch walk.program[id] {
      case .integer(let value): return value > 0 ? .everything : .nothing
      case .integerVariable(let slot):
        guard let value = walk.bindings[Binding(type: .integer, slot: slot)] else { return .everything }
        return walk.positive(value, node: node)
      case .patternCount(let operand): return walk.present(operand, node: node)
      case .patternCountIn(let operand, let low, let high):
        return walk.all([walk.present(operand, from: low, to: high, node: node), walk.nonempty(low, high)])
      case .integerFromBoolean(let operand): return walk.possible(operand).isTrue
      case .integerArithmetic(.add, let list) where walk.addsSmallNumbers(list):
        return walk.any(walk.program.children(list).map { walk.positive($0, node: node) })
      case .integerArithmetic(.multiply, let list) where walk.addsSmallNumbers(list) && list.count == 2:
        return walk.all(walk.program.children(list).map { walk.positive($0, node: node) })
      default: return .everything
      }
    } ?? .everything
  }

  /// Whether these are counts and small numbers, none negative, so that no sum or product of two
  /// leaves 64 bits.
  private func addsSmallNumbers(_ list: NodeList) -> Bool {
    list.count <= 1024
      && program.children(list).allSatisfy {
        switch program[$0] {
        case .integer(let value): value >= 0 && value <= 1 << 31
        case .patternCount, .patternCountIn, .integerFromBoolean: true
        default: false
        }
      }
  }

  // MARK: - Undefined

  /// For which files a value may be defined: those where all it is made from is.
  mutating func required(_ id: NodeID) -> PlanTerm {
    // Stands for an index that is not given, and for a regex among arguments.
    guard id.index < program.nodes.count else { return .everything }
    return deeper { walk in
      switch walk.program[id] {
      case .patternOffset(let operand, let index), .patternLength(let operand, let index):
        return walk.all([walk.present(operand, node: id), walk.required(index)])
      case .patternCountIn(_, let a, let b), .element(_, let a, let b), .entry(_, let a, let b):
        return walk.all([walk.required(a), walk.required(b)])
      case .negate(let operand), .bitwiseNot(let operand), .signedFromUnsigned(let operand),
        .saturatedFromUnsigned(let operand), .floatFromInteger(let operand),
        .floatFromUnsigned(let operand), .floatNegate(let operand), .textLength(let operand),
        .fileInteger(_, let operand), .fileFloat(_, let operand), .field(_, let operand),
        .elementCount(_, let operand):
        return walk.required(operand)
      case .integerArithmetic(_, let list), .floatArithmetic(_, let list):
        return walk.all(walk.program.children(list).map { walk.required($0) })
      case .integerFromBoolean(let operand):
        let inner = walk.possible(operand)
        return walk.any([inner.isTrue, inner.isFalse])
      case .call(let index):
        return walk.all(walk.program.call(index).arguments.map { walk.required($0) })
      case .integerVariable(let slot): return walk.requiredValue(.integer, slot)
      case .floatVariable(let slot): return walk.requiredValue(.float, slot)
      case .textVariable(let slot): return walk.requiredValue(.text, slot)
      default: return .everything
      }
    } ?? .everything
  }

  private mutating func requiredValue(_ type: ValueType, _ slot: Slot) -> PlanTerm {
    bindings[Binding(type: type, slot: slot)].map { required($0) } ?? .everything
  }

  /// Whether a value is defined for every file.
  func isAlwaysDefined(_ id: NodeID) -> Bool {
    guard id.index < program.nodes.count else { return true }
    switch program[id] {
    case .integer, .float, .text, .filesize, .patternCount: return true
    default: return false
    }
  }
}
