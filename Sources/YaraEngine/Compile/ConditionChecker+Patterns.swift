internal import YaraSyntax

// `$a`, `#a`, `@a`, `!a`, sets of patterns, and `N of ...`.
extension ConditionChecker {
  enum FoundPattern {
    case operand(PatternOperand)
    /// Its declaration is in error, or it is unknown; an error has been reported.
    case invalid
  }

  /// The pattern of a reference, marked as used; the empty name is the loop's current pattern.
  mutating func pattern(_ reference: PatternReference, sigil: String) -> FoundPattern {
    if reference.name.isEmpty {
      guard let slot = patternSlots.last else {
        error(
          .anonymousOutsideLoop, "`\(sigil)` outside of a loop", at: reference.range,
          "only the body of `for ... of` has a current pattern")
        return .invalid
      }
      return .operand(.loop(slot))
    }
    let name = "$" + reference.name
    guard let index = patternIndices[name] else {
      isIncomplete = true
      // The reference is written with its own sigil.
      let near = nearest(to: name, in: patterns.lazy.map(\.name)).map { sigil + $0.dropFirst() }
      let (notes, fixes) = remedies(near, reference.range)
      error(
        .unknownPattern, "unknown pattern `\(name)`", at: reference.range,
        "not declared in the `strings` section", notes: notes, fixes: fixes)
      return .invalid
    }
    patterns[index].isUsed = true
    patterns[index].place = .anywhere
    return patterns[index].id.map { .operand(.pattern($0)) } ?? .invalid
  }

  mutating func patternMatch(
    _ reference: PatternReference, _ anchor: PatternAnchor?, _ range: SourceRange
  ) -> CheckedExpression {
    let index = reference.name.isEmpty ? nil : patternIndices["$" + reference.name]
    let place = index.flatMap { patterns[$0].place }
    let found = pattern(reference, sigil: "$")
    switch anchor {
    case nil:
      guard case .operand(let operand) = found else { return invalid(range) }
      return make(.boolean, .pattern(operand), range)
    case .at(let offset):
      let offset = self.offset(offset)
      if let index, case .integer(let value)? = offset.constant, place ?? .at(value) == .at(value) {
        patterns[index].place = .at(value)
      }
      guard case .operand(let operand) = found, !offset.type.isInvalid else { return invalid(range) }
      return make(.boolean, .patternAt(operand, offset.node), range)
    case .in(let bounds):
      guard let (low, high) = self.bounds(bounds), case .operand(let operand) = found
      else { return invalid(range) }
      return make(.boolean, .patternIn(operand, low.node, high.node), range)
    }
  }

  mutating func patternCount(
    _ reference: PatternReference, _ bounds: RangeExpression?, _ range: SourceRange
  ) -> CheckedExpression {
    let found = pattern(reference, sigil: "#")
    guard let bounds else {
      guard case .operand(let operand) = found else { return invalid(range) }
      return make(.integer, .patternCount(operand), range)
    }
    guard let (low, high) = self.bounds(bounds), case .operand(let operand) = found
    else { return invalid(range) }
    return make(.integer, .patternCountIn(operand, low.node, high.node), range)
  }

  /// `@a[i]` and `!a[i]`.
  mutating func patternPlace(
    _ reference: PatternReference, _ index: Expression?, _ range: SourceRange,
    _ node: (PatternOperand, NodeID) -> ConditionNode
  ) -> CheckedExpression {
    var sigil = "@"
    if case .patternLength = node(.loop(Slot(rawValue: 0)), NodeID.none) { sigil = "!" }
    let found = pattern(reference, sigil: sigil)
    var position = NodeID.none
    if let index {
      var checked = check(index)
      if checked.type.isInvalid { return invalid(range) }
      if checked.type.isBoolean {
        checked = number(checked)
      } else if !checked.type.isInteger {
        guard checked.type.isFloat || checked.type.isText || checked.type.isRegex else {
          wrongType(checked, expected: "an integer as a match's number")
          return invalid(range)
        }
        // YARA takes the value's bits for the number: there is no such match.
        checked = literal(.integer(0), checked.range)
      }
      if case .integer(let value)? = checked.constant, value < 1 {
        warn(
          .unsatisfiable, "matches are counted from 1", at: checked.range,
          "there is no match with this number, so the result is undefined")
      }
      position = checked.node
    }
    guard case .operand(let operand) = found else { return invalid(range) }
    return make(.integer, node(operand, position), range)
  }

  /// The offset after `at`.
  private mutating func offset(_ expression: Expression) -> CheckedExpression {
    let checked = integer(expression, "after `at`")
    if case .integer(let value)? = checked.constant, value < 0 {
      warn(.unsatisfiable, "negative offset", at: checked.range, "nothing matches there")
    }
    return checked
  }

  /// `(low..high)`; nil after an error.
  mutating func bounds(_ range: RangeExpression) -> (CheckedExpression, CheckedExpression)? {
    let low = integer(range.low, "as a range's first number")
    let high = integer(range.high, "as a range's last number")
    guard !low.type.isInvalid, !high.type.isInvalid else { return nil }
    switch (low.constant, high.constant) {
    case (.integer(let first)?, .integer(let last)?):
      // As in YARA, only what is known of both bounds is refused.
      if first < 0 {
        error(.invalidRange, "negative bound", at: low.range, "expected 0 or more")
        return nil
      }
      if last < 0, !high.isUnsigned {
        error(.invalidRange, "negative bound", at: high.range, "expected 0 or more")
        return nil
      }
      if first > last {
        error(
          .invalidRange, "invalid range", at: range.range,
          "the first number (\(first)) is greater than the last (\(last))")
        return nil
      }
    case (nil, .integer(let last)?) where last < 0:
      warn(.unsatisfiable, "negative bound", at: high.range, "nothing in a file lies before 0")
    default: break
    }
    return (low, high)
  }

  // MARK: - Sets

  struct PatternSetEntry {
    let ids: [PatternID]
    /// Whether the patterns are declared one right after the other, and named in that order.
    let isConsecutive: Bool
  }

  /// The patterns of a set, marked as used; nil after an error. YARA counts a pattern as often as
  /// the set names it, YARA-X once.
  mutating func patternSet(_ items: OfExpression.Items, _ range: SourceRange) -> PatternSetEntry? {
    switch items {
    case .them:
      guard !patterns.isEmpty else {
        error(.unknownPattern, "no patterns", at: range, "this rule declares none")
        return nil
      }
      guard builder.takes(members: patterns.count, among: 0),
        let found = foundPatterns("$", isWildcard: true)
      else {
        tooManyMembers(at: range)
        return nil
      }
      return found.entry
    case .patterns(let set): return patternSet(set)
    case .tuple: return nil
    }
  }

  private mutating func patternSet(_ set: [PatternSetItem]) -> PatternSetEntry? {
    var indices: [Int] = []
    var isInvalid = false
    for item in set {
      let wanted = "$" + item.name
      let found: [Int]
      if !item.isWildcard, !item.name.isEmpty {
        found = patternIndices[wanted].map { [$0] } ?? []
      } else {
        guard let members = foundPatterns(wanted, isWildcard: item.isWildcard) else {
          tooManyMembers(at: item.range)
          return nil
        }
        found = members.indices
        // Members are put in order and compared with each other, unless the item is the whole set.
        guard builder.takes(members: indices.count + found.count, among: set.count > 1 ? 4 * found.count : 0)
        else {
          tooManyMembers(at: item.range)
          return nil
        }
        if set.count == 1, !found.isEmpty { return members.entry }
      }
      if found.isEmpty {
        isIncomplete = true
        error(
          .unknownPattern, "unknown pattern `\(wanted)\(item.isWildcard ? "*" : "")`",
          at: item.range, "no pattern of this rule has such a name")
        isInvalid = true
      }
      indices += found
    }
    if isInvalid { return nil }
    if dialect == .yaraX {
      indices.sort()
      var last = -1
      indices.removeAll { index in
        defer { last = index }
        return index == last
      }
    }
    return entry(indices)
  }

  mutating func selection(_ of: OfExpression, _ range: SourceRange) -> CheckedExpression {
    let quantifier = self.quantifier(of.quantifier)
    if case .tuple(let tuple) = of.items {
      return conditionSelection(of, tuple, quantifier, range)
    }
    let entry = patternSet(of.items, of.itemsRange)
    let set = entry?.ids
    var items: SelectionNode.Items?
    switch of.anchor {
    case nil: items = set.map { .patterns(builder.patternList($0)) }
    case .at(let offset):
      let offset = self.offset(offset)
      if let set, !offset.type.isInvalid {
        items = .patternsAt(builder.patternList(set), offset.node)
      }
    case .in(let bounds):
      let bounds = self.bounds(bounds)
      if let set, let (low, high) = bounds {
        items = .patternsIn(builder.patternList(set), low.node, high.node)
      }
    }
    guard let items, let quantifier, let entry else { return invalid(range) }
    warnAboutSelection(of, quantifier, entry.ids.count, range)
    var node = quantifier.node
    let isUnanchored = if case nil = of.anchor { true } else { false }
    if dialect == .yaraX, isUnanchored, entry.isConsecutive, case .count(let number) = node {
      // YARA-X counts runs of patterns in another way than it does other sets: with 0 the one is
      // always true, the other is `none`.
      node = .atLeast(number)
    }
    return CheckedExpression(
      type: .boolean,
      node: builder.selection(SelectionNode(quantifier: node, items: items), range), range: range)
  }

  private mutating func conditionSelection(
    _ of: OfExpression, _ tuple: [TupleItem], _ quantifier: CheckedQuantifier?,
    _ range: SourceRange
  ) -> CheckedExpression {
    var nodes: [NodeID] = []
    var isInvalid = false
    for item in tuple {
      switch item {
      case .expression(let expression):
        let checked = boolean(expression)
        if checked.type.isInvalid { isInvalid = true }
        nodes.append(checked.node)
      case .ruleWildcard(let prefix):
        guard let found = foundRules(prefix.name),
          builder.takes(members: nodes.count + found.count, among: found.count)
        else {
          tooManyMembers(at: prefix.range)
          return invalid(range)
        }
        let isMember = ruleName.hasPrefix(prefix.name)
        if found.isEmpty, !isMember {
          error(
            .unknownRule, "unknown rule `\(prefix.name)*`", at: prefix.range,
            "no rule defined before this place has such a name",
            notes: nearest(to: prefix.name, in: namespace.ruleNames.lazy.map(\.name))
              .map { ["There is a rule `\($0)`."] } ?? [])
          isInvalid = true
        }
        namespace.uses(wildcard: prefix.name, prefix.range)
        nodes += found.map { rule($0, prefix.range).node }
        // As in YARA the rule itself is one of them, and false while it is evaluated.
        if isMember { nodes.append(builder.add(.boolean(false), prefix.range)) }
      }
    }
    // An anchor after a list of conditions is a syntax error, reported by the parser.
    if case .some = of.anchor { isInvalid = true }
    guard !isInvalid, let quantifier else { return invalid(range) }
    warnAboutSelection(of, quantifier, nodes.count, range)
    return CheckedExpression(
      type: .boolean,
      node: builder.selection(
        SelectionNode(quantifier: quantifier.node, items: .conditions(builder.list(nodes))), range),
      range: range)
  }
}
