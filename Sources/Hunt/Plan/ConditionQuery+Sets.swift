internal import YaraEngine

// `N of ...` and `for ...`: how many must be true, and of what.
extension ConditionQuery {
  /// What a quantifier asks for.
  private enum Demand {
    case none, all
    /// 1 or more.
    case atLeast(Int)
    case always
    case unknown
  }

  /// - Parameters:
  ///   - count: of the items; nil where it is known in the scan only.
  ///   - comparesShares: whether a percentage is taken as YARA takes it outside of loops.
  private func demand(_ quantifier: QuantifierNode, of count: Int?, comparesShares: Bool) -> Demand {
    switch quantifier {
    case .none: return .none
    case .all: return .all
    case .any: return .atLeast(1)
    case .count(let node):
      guard let number = constant(node), number >= 0 else { return .unknown }
      return number == 0 ? .none : .atLeast(Int(clamping: number))
    case .atLeast(let node):
      guard let number = constant(node), number >= 0 else { return .unknown }
      return number == 0 ? .always : .atLeast(Int(clamping: number))
    case .percentage(let node):
      guard let percentage = constant(node), percentage >= 0 else { return .unknown }
      guard let count else { return percentage == 0 ? .none : .atLeast(1) }
      if comparesShares {
        if percentage == 0 { return .always }
        let least = (0...count).first {
          PercentageShare.sufficesInYara($0, of: count, for: percentage)
        }
        return least.map { $0 == 0 ? .always : .atLeast($0) } ?? .atLeast(count + 1)
      }
      let wanted = PercentageShare.wanted(percentage, of: count)
      return wanted == 0 ? .none : .atLeast(Int(clamping: wanted))
    }
  }

  private func isConstant(_ quantifier: QuantifierNode) -> Bool {
    switch quantifier {
    case .none, .all, .any: true
    case .count(let node), .atLeast(let node), .percentage(let node): constant(node) != nil
    }
  }

  /// What is to be counted among the items; an item that is undefined is not true.
  private mutating func counted(_ demand: Demand, _ items: [Possible], node: NodeID) -> Possible {
    let open = PlanTerm.everything(PlanWeakness(.openCount, node: node))
    var result = Possible(isTrue: open, isFalse: open, isUndefined: open)
    let trues = items.map(\.isTrue)
    let others = items.map(\.isNotTrue)
    switch demand {
    case .none:
      result.isTrue = all(others)
      result.isFalse = any(trues)
    case .all:
      result.isTrue = all(trues)
      result.isFalse = any(others)
    case .atLeast(let number):
      result.isTrue = atLeast(number, trues)
      result.isFalse = atLeast(items.count - min(number, items.count + 1) + 1, others)
    case .always, .unknown: break
    }
    return result
  }

  // MARK: - of

  mutating func selection(_ selection: SelectionNode, node: NodeID) -> Possible {
    var items: [Possible] = []
    var numbers: [NodeID] = []
    var comparesShares = false
    var mayBeUndefined = !isConstant(selection.quantifier)
    switch selection.items {
    case .patterns(let list):
      comparesShares = rules.dialect == .yara
      items = program.patterns(list).map {
        item($0, present(.pattern($0), node: node), node)
      }
    case .patternsAt(let list, let offset):
      numbers = [offset]
      items = program.patterns(list).map {
        item($0, present(.pattern($0), at: offset, node: node), node)
      }
    case .patternsIn(let list, let low, let high):
      numbers = [low, high]
      let inside = nonempty(low, high)
      items = program.patterns(list).map {
        item($0, all([present(.pattern($0), from: low, to: high, node: node), inside]), node)
      }
    case .conditions(let list):
      comparesShares = rules.dialect == .yara
      items = program.children(list).map { possible($0) }
      // An undefined item makes the whole undefined.
      mayBeUndefined = mayBeUndefined || items.contains { !$0.isUndefined.isNothing }
    }
    let demand = demand(selection.quantifier, of: items.count, comparesShares: comparesShares)
    var result = counted(demand, items, node: node)
    if !mayBeUndefined, numbers.allSatisfy({ isAlwaysDefined($0) }) { result.isUndefined = .nothing }
    return result
  }

  private func item(_ pattern: PatternID, _ present: PlanTerm, _ node: NodeID) -> Possible {
    Possible(
      isTrue: present, isFalse: absent(.pattern(pattern), node: node), isUndefined: .nothing)
  }

  // MARK: - for

  mutating func loop(_ loop: LoopNode, node: NodeID) -> Possible {
    guard case .patterns(let list, let slot) = loop.items else { return iteration(loop, node: node) }
    let before = currentPatterns[slot]
    defer { currentPatterns[slot] = before }
    let items = program.patterns(list).map { pattern in
      currentPatterns[slot] = pattern
      return possible(loop.body)
    }
    let demand = demand(loop.quantifier, of: items.count, comparesShares: false)
    var result = counted(demand, items, node: node)
    if isConstant(loop.quantifier) { result.isUndefined = .nothing }
    return result
  }

  /// A loop over what is known in the scan only. Without an item it is false, whatever the
  /// quantifier; so where it is true the body was read, and came out as it must, at least once.
  private mutating func iteration(_ loop: LoopNode, node: NodeID) -> Possible {
    let open = PlanTerm.everything(PlanWeakness(.openCount, node: node))
    var result = Possible(isTrue: open, isFalse: open, isUndefined: open)
    let outer = facts
    facts = facts.inside(loop)
    let body = possible(loop.body)
    facts = outer
    switch demand(loop.quantifier, of: nil, comparesShares: false) {
    case .none: result.isTrue = body.isNotTrue
    case .all, .atLeast: result.isTrue = body.isTrue
    case .always, .unknown: break
    }
    switch loop.items {
    case .range(let low, let high, _): result.isTrue = all([result.isTrue, nonempty(low, high)])
    case .array(_, let owner, _, _), .map(_, let owner, _, _, _, _):
      result.isTrue = all([result.isTrue, required(owner)])
    case .patterns, .values: break
    }
    if isConstant(loop.quantifier) {
      if case .map = loop.items {} else { result.isUndefined = .nothing }
    }
    return result
  }
}
