internal import Bytes

/// Counts what came true, until the quantifier is decided.
private struct Tally {
  /// How many must be true; 0 is none.
  private let wanted: Int64
  private let isAll: Bool
  private var trues: Int64 = 0
  private var unknowns: Int64 = 0

  init(wanted: Int64) {
    self.wanted = wanted
    isAll = false
  }

  static let all = Tally()
  private init() {
    wanted = 0
    isAll = true
  }

  /// Takes one more answer; gives the whole's answer as soon as nothing can change it.
  @inline(__always)
  mutating func take(_ answer: Truth) -> Truth? {
    switch answer {
    case .isTrue:
      trues += 1
      if isAll { return nil }
      if wanted == 0 { return .isFalse }
      return trues >= wanted ? .isTrue : nil
    case .unknown:
      unknowns += 1
      return nil
    default:
      return isAll ? .isFalse : nil
    }
  }

  /// The answer when there is nothing more.
  var end: Truth {
    if isAll || wanted == 0 { return unknowns > 0 ? .unknown : .isTrue }
    if trues >= wanted { return .isTrue }
    return trues + unknowns >= wanted ? .unknown : .isFalse
  }
}

/// What a quantifier asks for among a number of items.
private enum Demand {
  case tally(Tally)
  case decided(Truth)
}

// `for` and `of`, of both dialects. Items are counted until the quantifier is decided; an item that
// is undefined counts as false.
extension Evaluator {
  /// - Parameter isLoop: whether the quantifier stands in a `for`. YARA takes an undefined number
  ///   for `all`, and numbers below 0 for "as soon as there is an item"; YARA-X finds the one
  ///   undefined and the other false.
  private mutating func demand(_ quantifier: QuantifierNode, of count: Int) -> Demand {
    switch quantifier {
    case .none: return .tally(Tally(wanted: 0))
    case .all: return .tally(.all)
    case .any: return .tally(Tally(wanted: 1))
    case .count(let node), .atLeast(let node):
      let number = integer(node)
      if number.known == .undefined {
        return dialect == .yara ? .tally(.all) : .decided(.undefined)
      }
      if number.known == .unknown { return .decided(.unknown) }
      if number.value < 0 { return belowZero }
      return .tally(Tally(wanted: number.value))
    case .percentage(let node):
      let number = integer(node)
      guard number.known == .value else { return .decided(Truth(number.known)) }
      if number.value < 0 { return belowZero }
      return .tally(Tally(wanted: PercentageShare.wanted(number.value, of: count)))
    }
  }

  /// YARA-X looks at the items all the same: one may be undefined.
  private var belowZero: Demand { dialect == .yara ? .decided(.isTrue) : .tally(Tally(wanted: .max)) }

  // MARK: - of

  mutating func selection(_ node: SelectionNode) -> Truth {
    switch node.items {
    case .patterns(let list):
      if case .atLeast(let number) = node.quantifier { return atLeast(number, list) }
      if dialect == .yara, case .percentage(let number) = node.quantifier {
        return percentageInYara(number, Int(list.count)) { $0.isFound($0.item(list, $1)) }
      }
      return tally(node.quantifier, Int(list.count)) { $0.isFound($0.item(list, $1)) }
    case .patternsAt(let list, let offset):
      let offset = integer(offset)
      if offset.known == .unknown { return .unknown }
      if offset.known == .undefined, dialect == .yara { return .undefined }
      return tally(node.quantifier, Int(list.count)) {
        offset.known == .value ? $0.isFound($0.item(list, $1), at: offset.value) : .isFalse
      }
    case .patternsIn(let list, let low, let high):
      let low = integer(low)
      let high = integer(high)
      let known = Known.strict(low.known, high.known)
      if known == .unknown { return .unknown }
      if known == .undefined, dialect == .yara { return .undefined }
      return tally(node.quantifier, Int(list.count)) {
        known == .value
          ? $0.isFound($0.item(list, $1), from: low.value, through: high.value) : .isFalse
      }
    case .conditions(let list):
      if dialect == .yara, case .percentage(let number) = node.quantifier {
        return percentageInYara(number, Int(list.count)) {
          $0.boolean($0.program.children[Int(list.start) + $1])
        }
      }
      return conditions(node.quantifier, list)
    }
  }

  @inline(__always)
  private func item(_ list: PatternList, _ index: Int) -> PatternID {
    program.patternLists[Int(list.start) + index]
  }

  @inline(__always)
  private mutating func tally(_ quantifier: QuantifierNode, _ count: Int, _ answer: (inout Evaluator, Int) -> Truth) -> Truth {
    switch demand(quantifier, of: count) {
    case .decided(let truth): return truth
    case .tally(var tally):
      spend(items: count)
      for index in 0..<count {
        if let decided = tally.take(answer(&self, index)) { return decided }
      }
      return tally.end
    }
  }

  private mutating func atLeast(_ number: NodeID, _ list: PatternList) -> Truth {
    let number = integer(number)
    guard number.known == .value else { return Truth(number.known) }
    if number.value < 0 { return .isFalse }
    if number.value == 0 { return .isTrue }
    var tally = Tally(wanted: number.value)
    spend(items: Int(list.count))
    for index in 0..<Int(list.count) {
      if let decided = tally.take(isFound(item(list, index))) { return decided }
    }
    return tally.end
  }

  /// YARA compares the share found, a float, with the percentage.
  private mutating func percentageInYara(_ number: NodeID, _ count: Int, _ answer: (inout Evaluator, Int) -> Truth) -> Truth {
    let number = integer(number)
    guard number.known == .value else { return Truth(number.known) }
    guard count > 0 else { return .undefined }
    var found = 0
    var unknown = 0
    for index in 0..<count {
      let truth = answer(&self, index)
      if truth == .isTrue { found += 1 }
      if truth == .unknown { unknown += 1 }
    }
    if PercentageShare.sufficesInYara(found, of: count, for: number.value) { return .isTrue }
    return PercentageShare.sufficesInYara(found + unknown, of: count, for: number.value)
      ? .unknown : .isFalse
  }

  /// `N of (condition, ...)`: here an undefined item makes the whole undefined, unless the items
  /// before it have decided.
  private mutating func conditions(_ quantifier: QuantifierNode, _ list: NodeList) -> Truth {
    let demand = demand(quantifier, of: Int(list.count))
    guard case .tally(var tally) = demand else {
      if case .decided(let truth) = demand { return truth }
      return .undefined
    }
    var isUnknown = false
    // Set once an item is unknown that may prove undefined, which would end it there.
    var mayBeUndefined = false
    for index in 0..<Int(list.count) {
      let node = program.children[Int(list.start) + index]
      let answer = boolean(node)
      if answer == .undefined { return isUnknown ? .unknown : .undefined }
      if answer == .unknown {
        isUnknown = true
        if canBeUndefined(node) { mayBeUndefined = true }
      }
      if let decided = tally.take(answer) { return mayBeUndefined ? .unknown : decided }
    }
    return mayBeUndefined ? .unknown : tally.end
  }

  private func canBeUndefined(_ id: NodeID) -> Bool {
    switch program.nodes[id.index] {
    case .boolean, .rule, .pattern, .and, .or, .defined: false
    case .not(let operand): canBeUndefined(operand)
    default: true
    }
  }

  // MARK: - for

  mutating func loop(_ node: LoopNode) -> Truth {
    switch node.items {
    case .patterns(let list, let slot):
      return iterate(node, Int(list.count)) {
        $0.patterns[slot.index] = $0.item(list, $1)
        return true
      }
    case .range(let low, let high, let slot): return rangeLoop(node, low, high, slot)
    case .values(let type, let list, let slot):
      return iterate(node, Int(list.count)) {
        $0.set(.value(type), slot, $0.program.children[Int(list.start) + $1])
        return true
      }
    case .array(let field, let owner, let type, let slot):
      let access = program.fields[field.index]
      let owner = handle(owner)
      guard owner.known != .unknown else { return .unknown }
      guard owner.known == .value, case .array(let array) = access.kind,
        let state = state(access.module), let count = array.count(state, owner.handle)
      else { return Truth(missing).decided }
      return iterate(node, count) {
        $0.setElement(type, slot, array.element, state, array.handle(state, owner.handle, $1))
        return true
      }
    case .map(let field, let owner, let keyType, let keySlot, let type, let slot):
      let access = program.fields[field.index]
      let owner = handle(owner)
      guard owner.known != .unknown else { return .unknown }
      guard owner.known == .value, case .map(let map) = access.kind,
        let state = state(access.module), let count = map.count(state, owner.handle)
      else { return Truth(missing).decided }
      return iterate(node, count) {
        switch map.keys {
        case .integer(let at, _) where keyType == .integer:
          $0.integers[keySlot.index] = IntegerResult(at(state, owner.handle, $1))
        case .text(let at, _) where keyType == .text:
          $0.texts[keySlot.index] = TextResult(at(state, owner.handle, $1))
        default: return false
        }
        $0.setElement(type, slot, map.value, state, map.handle(state, owner.handle, $1))
        return true
      }
    }
  }

  private mutating func rangeLoop(_ node: LoopNode, _ low: NodeID, _ high: NodeID, _ slot: Slot) -> Truth {
    let low = integer(low)
    let high = integer(high)
    switch Known.strict(low.known, high.known) {
    case .undefined: return .isFalse
    case .unknown: return .unknown
    case .value: break
    }
    guard low.value <= high.value else { return .isFalse }
    let span = high.value.subtractingReportingOverflow(low.value)
    // 2^63 iterations and more end by the deadline only.
    let count = span.overflow || span.partialValue == Int64.max ? Int.max : Int(span.partialValue) + 1
    return iterate(node, count) {
      $0.integers[slot.index] = IntegerResult(low.value &+ Int64($1))
      return true
    }
  }

  /// Runs the body for each item until the quantifier is decided. No item at all is false whatever
  /// the quantifier.
  @inline(__always)
  private mutating func iterate(
    _ node: LoopNode, _ count: Int, _ prepare: (inout Evaluator, Int) -> Bool
  ) -> Truth {
    guard count > 0 else { return .isFalse }
    let demand = demand(node.quantifier, of: count)
    guard case .tally(var tally) = demand else {
      if case .decided(let truth) = demand { return truth }
      return .undefined
    }
    var index = 0
    while index < count {
      guard mayIterate() else { return .unknown }
      guard prepare(&self, index) else { return .undefined }
      if let decided = tally.take(boolean(node.body)) { return decided }
      index += 1
    }
    return tally.end
  }

  // MARK: - Variables

  mutating func bind(_ id: NodeID) {
    guard case .bind(let type, let slot, let value) = program.nodes[id.index] else { return }
    set(type, slot, value)
  }

  private mutating func set(_ type: BindingType, _ slot: Slot, _ value: NodeID) {
    switch type {
    case .value(.boolean): booleans[slot.index] = boolean(value)
    case .value(.integer): integers[slot.index] = integer(value)
    case .value(.float): floats[slot.index] = float(value)
    case .value(.text): texts[slot.index] = text(value)
    case .handle: handles[slot.index] = handle(value)
    }
  }

  private mutating func setElement(
    _ type: BindingType, _ slot: Slot, _ kind: FieldKind, _ state: ModuleState, _ handle: Handle?
  ) {
    switch (type, kind) {
    case (.value(.boolean), .boolean(let read)):
      booleans[slot.index] = handle.flatMap { read(state, $0) }.map { Truth($0) } ?? .undefined
    case (.value(.integer), .integer(let read)):
      integers[slot.index] = IntegerResult(handle.flatMap { read(state, $0) })
    case (.value(.float), .float(let read)):
      floats[slot.index] = FloatResult(handle.flatMap { read(state, $0) })
    case (.value(.text), .text(let read)):
      texts[slot.index] = TextResult(handle.flatMap { read(state, $0) })
    case (.handle, .structure(_, let read)):
      handles[slot.index] = HandleResult(handle.flatMap { read(state, $0) })
    default: break
    }
  }
}
