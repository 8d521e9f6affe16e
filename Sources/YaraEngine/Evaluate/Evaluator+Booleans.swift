internal import Bytes

extension Evaluator {
  mutating func boolean(_ id: NodeID) -> Truth {
    switch program.nodes[id.index] {
    case .boolean(let value): return Truth(value)
    case .booleanVariable(let slot): return booleans[slot.index]
    case .not(let operand):
      switch boolean(operand) {
      case .isFalse: return .isTrue
      case .isTrue: return .isFalse
      case .undefined: return .undefined
      case .unknown: return .unknown
      }
    case .and(let list): return conjunction(list, stop: .isFalse, otherwise: .isTrue)
    case .or(let list): return conjunction(list, stop: .isTrue, otherwise: .isFalse)
    case .defined(let type, let operand):
      switch known(type, operand) {
      case .value: return .isTrue
      case .undefined: return .isFalse
      case .unknown: return .unknown
      }
    case .truth(let type, let operand): return truth(type, operand)
    case .compareIntegers(let comparison, let a, let b): return compareIntegers(comparison, a, b)
    case .compareUnsigned(let comparison, let a, let b, let unsigned):
      let x = integer(a)
      let y = integer(b)
      let known = Known.strict(x.known, y.known)
      guard known == .value else { return Truth(known) }
      return Truth(Arithmetic.compare(comparison, x.value, y.value, unsigned))
    case .compareFloats(let comparison, let a, let b):
      let x = float(a)
      let y = float(b)
      let known = Known.strict(x.known, y.known)
      guard known == .value else {
        // YARA's `<` of floats, alone of all, is false for undefined.
        if known == .undefined, comparison == .less, dialect == .yara { return .isFalse }
        return Truth(known)
      }
      return Truth(Arithmetic.compareFloats(comparison, x.value, y.value, dialect))
    case .compareTexts(let comparison, let a, let b):
      let dialect = dialect
      return withTexts(a, b) { Arithmetic.compareTexts(comparison, $0, $1, dialect) }
    case .textRelation(let relation, let a, let b):
      let dialect = dialect
      return withTexts(a, b) { Arithmetic.relates(relation, $0, $1, dialect) }
    case .matches(let operand, let regex):
      switch text(operand) {
      case .value(let text):
        let regex = program.regexes[Int(regex)]
        let (deadline, cancellation) = (deadline, cancellation)
        let matches = text.withView { text in
          regex.isMatch(text) { !deadline.isPast && cancellation?.isCancelled != true }
        }
        guard let matches else {
          checkLimits()
          return .undefined
        }
        return Truth(matches)
      case .undefined: return .undefined
      case .unknown: return .unknown
      }
    case .rule(let rule):
      // A rule that is not answered when all is known was left out: none of its patterns matches.
      let answer = ruleAnswers[rule.index]
      return isComplete && answer == .unknown ? .isFalse : answer
    case .pattern(let operand): return isFound(pattern(operand))
    case .patternAt(let operand, let offset):
      let offset = integer(offset)
      guard offset.known == .value else { return Truth(offset.known) }
      return isFound(pattern(operand), at: offset.value)
    case .patternIn(let operand, let low, let high):
      let low = integer(low)
      let high = integer(high)
      let known = Known.strict(low.known, high.known)
      guard known == .value else { return Truth(known) }
      return isFound(pattern(operand), from: low.value, through: high.value)
    case .of(let index): return selection(program.selections[Int(index)])
    case .loop(let index): return loop(program.loops[Int(index)])
    case .with(let list):
      let body = Int(list.start) + Int(list.count) - 1
      for index in Int(list.start)..<body { bind(program.children[index]) }
      return boolean(program.children[body])
    case .field(let field, let owner):
      let access = program.fields[field.index]
      let owner = handle(owner)
      guard owner.known == .value else { return Truth(owner.known) }
      guard case .boolean(let read) = access.kind, let state = state(access.module),
        let value = read(state, owner.handle)
      else { return Truth(missing) }
      return Truth(value)
    case .call(let index):
      return call(index) { state, handle, arguments, code in
        guard case .boolean(let body) = code, let value = body(state, handle, arguments)
        else { return Truth.undefined }
        return Truth(value)
      } otherwise: { Truth($0) }
    default: return .undefined
    }
  }

  /// Undefined operands count as false. An unknown one leaves it to the others to decide.
  @inline(__always)
  private mutating func conjunction(_ list: NodeList, stop: Truth, otherwise: Truth) -> Truth {
    var isUnknown = false
    for index in 0..<Int(list.count) {
      let answer = boolean(program.children[Int(list.start) + index]).decided
      if answer == stop { return stop }
      if answer == .unknown { isUnknown = true }
    }
    return isUnknown ? .unknown : otherwise
  }

  private mutating func known(_ type: ValueType, _ id: NodeID) -> Known {
    switch type {
    case .boolean:
      switch boolean(id) {
      case .isFalse, .isTrue: .value
      case .undefined: .undefined
      case .unknown: .unknown
      }
    case .integer: integer(id).known
    case .float: float(id).known
    case .text: text(id).known
    }
  }

  private mutating func truth(_ type: ValueType, _ id: NodeID) -> Truth {
    switch type {
    case .boolean: return boolean(id)
    case .integer:
      let value = integer(id)
      return value.known == .value ? Truth(value.value != 0) : Truth(value.known)
    case .float:
      let value = float(id)
      return value.known == .value ? Truth(Arithmetic.isTrue(value.value, dialect)) : Truth(value.known)
    case .text:
      switch text(id) {
      case .value(let text): return Truth(text.count > 0)
      case .undefined: return .undefined
      case .unknown: return .unknown
      }
    }
  }

  @inline(__always)
  private mutating func withTexts(_ a: NodeID, _ b: NodeID, _ body: (ByteView, ByteView) -> Bool) -> Truth {
    let x = text(a)
    let y = text(b)
    guard case .value(let first) = x, case .value(let second) = y else {
      return Truth(Known.strict(x.known, y.known))
    }
    spend(bytes: first.count &+ second.count)
    return Truth(first.withView { first in second.withView { second in body(first, second) } })
  }

  // MARK: - Comparisons of counts, decided early where the found matches suffice

  private mutating func compareIntegers(_ comparison: Comparison, _ a: NodeID, _ b: NodeID) -> Truth {
    let x = leafOrInteger(a)
    let y = leafOrInteger(b)
    let known = Known.strict(x.known, y.known)
    if known == .value { return Truth(Arithmetic.compare(comparison, x.value, y.value)) }
    guard known == .unknown else { return .undefined }
    if y.known == .value, let bounds = countBounds(a) {
      return compare(bounds, comparison, y.value)
    }
    if x.known == .value, let bounds = countBounds(b) {
      return compare(bounds, comparison.mirrored, x.value)
    }
    return .unknown
  }

  /// Where a node is a count that is not known yet: what it is at least, by the matches found, and at
  /// most, since no two matches have one offset.
  private func countBounds(_ id: NodeID) -> ClosedRange<Int64>? {
    guard case .patternCount(let operand) = program.nodes[id.index] else { return nil }
    let pattern = pattern(operand)
    let low = matches.count(of: pattern)
    let places = size &- max(minimumLength(pattern), 1) &+ 1
    return Int64(low)...Int64(max(low, min(places, MatchTable.maximumMatchesPerPattern)))
  }

  private func compare(
    _ bounds: ClosedRange<Int64>, _ comparison: Comparison, _ value: Int64
  ) -> Truth {
    let low = bounds.lowerBound
    let high = bounds.upperBound
    return switch comparison {
    case .greater: low > value ? .isTrue : high <= value ? .isFalse : .unknown
    case .greaterOrEqual: low >= value ? .isTrue : high < value ? .isFalse : .unknown
    case .less: low >= value ? .isFalse : high < value ? .isTrue : .unknown
    case .lessOrEqual: low > value ? .isFalse : high <= value ? .isTrue : .unknown
    case .equal: low > value || high < value ? .isFalse : .unknown
    case .notEqual: low > value || high < value ? .isTrue : .unknown
    }
  }

  // MARK: - Patterns

  /// False where the pattern does not fit into the file at all.
  @inline(__always)
  private func fits(_ pattern: PatternID, at offset: Int) -> Bool {
    let end = offset.addingReportingOverflow(minimumLength(pattern))
    return offset >= 0 && !end.overflow && end.partialValue <= size
  }

  @inline(__always)
  func isFound(_ pattern: PatternID) -> Truth {
    if matches.count(of: pattern) > 0 { return .isTrue }
    return isComplete || !fits(pattern, at: 0) ? .isFalse : .unknown
  }

  @inline(__always)
  mutating func isFound(_ pattern: PatternID, at offset: Int64) -> Truth {
    let place = Int(offset)
    if isComplete || matches.count(of: pattern) > 0 {
      if matches.hasMatch(of: pattern, at: place) { return .isTrue }
      if isComplete { return .isFalse }
    }
    return fits(pattern, at: place) ? begins(pattern, at: place) : .isFalse
  }

  @inline(__always)
  mutating func isFound(_ pattern: PatternID, from low: Int64, through high: Int64) -> Truth {
    if matches.count(of: pattern, from: Int(low), through: Int(high)) > 0 { return .isTrue }
    if isComplete || low > high || high < 0 { return .isFalse }
    let first = max(Int(low), 0)
    guard fits(pattern, at: first) else { return .isFalse }
    return begins(pattern, from: first, through: min(Int(high), size))
  }
}
