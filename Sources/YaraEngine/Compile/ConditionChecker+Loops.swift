internal import YaraSyntax

/// A quantifier after its check, with its number where that is known.
struct CheckedQuantifier {
  let node: QuantifierNode
  let constant: Int64?
}

// `for` loops and `with`: quantifiers, iterables, variables and their slots.
extension ConditionChecker {
  mutating func quantifier(_ quantifier: Quantifier) -> CheckedQuantifier? {
    switch quantifier {
    case .none: return CheckedQuantifier(node: .none, constant: nil)
    case .all: return CheckedQuantifier(node: .all, constant: nil)
    case .any: return CheckedQuantifier(node: .any, constant: nil)
    case .count(let expression):
      var checked = check(expression)
      // YARA counts a rule's name or a Boolean variable as 1 or 0.
      if checked.type.isBoolean, case .identifier = expression.kind {
        warn(
          .nonBooleanCondition, "quantifier is a Boolean", at: checked.range,
          "it counts as 1 or 0 here")
        checked = number(checked)
      }
      guard checked.type.isInteger else {
        wrongType(checked, expected: "an integer as a quantifier")
        return nil
      }
      guard case .integer(let value)? = checked.constant else {
        return CheckedQuantifier(node: .count(checked.node), constant: nil)
      }
      guard value >= 0 else {
        error(.invalidValue, "negative quantifier", at: checked.range, "expected 0 or more")
        return nil
      }
      return CheckedQuantifier(node: .count(checked.node), constant: value)
    case .percentage(let expression):
      let checked = integer(expression, "before `%`")
      guard !checked.type.isInvalid else { return nil }
      guard case .integer(let value)? = checked.constant else {
        return CheckedQuantifier(node: .percentage(checked.node), constant: nil)
      }
      guard value >= 0, value <= 100 else {
        error(.invalidValue, "percentage out of range", at: checked.range, "expected 0 to 100")
        return nil
      }
      return CheckedQuantifier(node: .percentage(checked.node), constant: value)
    }
  }

  // MARK: - Slots

  private static func slot(_ number: Int) -> Slot { Slot(rawValue: UInt32(clamping: number)) }

  private static func next(_ count: inout Int) -> Slot {
    count += 1
    return slot(count - 1)
  }

  /// A new variable's slot and the node that reads it.
  private mutating func variableSlot(_ type: BindingType) -> (Slot, ConditionNode) {
    let result: (Slot, ConditionNode)
    switch type {
    case .value(.boolean):
      let slot = Self.next(&liveSlots.booleans)
      result = (slot, .booleanVariable(slot))
    case .value(.integer):
      let slot = Self.next(&liveSlots.integers)
      result = (slot, .integerVariable(slot))
    case .value(.float):
      let slot = Self.next(&liveSlots.floats)
      result = (slot, .floatVariable(slot))
    case .value(.text):
      let slot = Self.next(&liveSlots.texts)
      result = (slot, .textVariable(slot))
    case .handle:
      let slot = Self.next(&liveSlots.handles)
      result = (slot, .handleVariable(slot))
    }
    builder.needsSlots(liveSlots)
    return result
  }

  private mutating func declare(
    _ identifier: Identifier, _ type: CheckedType, _ node: ConditionNode, isUnsigned: Bool = false
  ) {
    variables.append(
      Variable(
        name: identifier.name, type: type, node: builder.add(node, identifier.range),
        range: identifier.range, isUnsigned: isUnsigned))
  }

  /// What a loop's variable is when it stands for a module's value of this kind.
  private mutating func declareElement(
    _ identifier: Identifier, _ kind: FieldKind, _ module: Int, _ path: String
  ) -> (BindingType, Slot)? {
    let type: BindingType
    let checked: CheckedType
    switch kind {
    case .integer: (type, checked) = (.value(.integer), .integer)
    case .float: (type, checked) = (.value(.float), .float)
    case .boolean: (type, checked) = (.value(.boolean), .boolean)
    case .text: (type, checked) = (.value(.text), .text)
    case .structure(let structure, _):
      (type, checked) = (.handle, .structure(structure, module: module, path: path))
    case .array, .map, .constant, .function:
      error(.notIterable, "cannot iterate over nested arrays", at: identifier.range)
      return nil
    }
    let (slot, node) = variableSlot(type)
    declare(identifier, checked, node)
    return (type, slot)
  }

  // MARK: - for ... of

  mutating func forOf(_ loop: ForOfExpression, _ range: SourceRange) -> CheckedExpression {
    let quantifier = self.quantifier(loop.quantifier)
    let set = patternSet(loop.items, loop.itemsRange)
    let slot = Self.slot(liveSlots.patterns)
    liveSlots.patterns += 1
    builder.needsSlots(liveSlots)
    patternSlots.append(slot)
    let body = boolean(loop.body)
    patternSlots.removeLast()
    liveSlots.patterns -= 1
    guard let quantifier, let set = set?.ids, !body.type.isInvalid else { return invalid(range) }
    if case .count = quantifier.node, let wanted = quantifier.constant, wanted > Int64(set.count) {
      warnNever(wanted, of: set.count, range)
    }
    let node = builder.loop(
      LoopNode(
        quantifier: quantifier.node, items: .patterns(builder.patternList(set), slot),
        body: body.node), range)
    return CheckedExpression(type: .boolean, node: node, range: range)
  }

  // MARK: - for ... in

  mutating func forIn(_ loop: ForInExpression, _ range: SourceRange) -> CheckedExpression {
    let quantifier = self.quantifier(loop.quantifier)
    let outerSlots = liveSlots
    let outerVariables = variables.count
    let outerIterations = iterations
    defer {
      liveSlots = outerSlots
      variables.leave(to: outerVariables)
      iterations = outerIterations
    }
    let items = iterable(loop, range)
    if items == nil {
      // Names are declared all the same, so that the body does not lead to errors about them.
      variables.leave(to: outerVariables)
      for variable in loop.variables { declare(variable, .invalid, .invalid) }
    }
    var seen: Set<String> = []
    for variable in loop.variables where !seen.insert(variable.name).inserted {
      error(.duplicateVariable, "duplicate variable `\(variable.name)`", at: variable.range)
    }
    let body = boolean(loop.body)
    guard let quantifier, let items, !body.type.isInvalid else { return invalid(range) }
    let node = builder.loop(
      LoopNode(quantifier: quantifier.node, items: items, body: body.node), range)
    return CheckedExpression(type: .boolean, node: node, range: range)
  }

  /// Checks what is iterated over and declares the variables; nil after an error.
  private mutating func iterable(_ loop: ForInExpression, _ range: SourceRange) -> LoopNode.Items? {
    switch loop.iterable {
    case .range(let bounds):
      guard let (low, high) = self.bounds(bounds), let variable = only(loop, 1) else { return nil }
      warnAboutIterations(low, high, bounds.range, loop: range)
      let (slot, node) = variableSlot(.value(.integer))
      declare(variable, .integer, node)
      return .range(loopBound(low), loopBound(high), slot)
    case .tuple(let expressions):
      guard let variable = only(loop, 1) else { return nil }
      return tuple(expressions, variable, range)
    case .expression(let expression):
      let checked = check(expression)
      switch checked.type {
      case .array(let array, let field, let owner, let module, let path):
        guard let variable = only(loop, 1),
          let (type, slot) = declareElement(variable, array.element, module, "\(path)[]")
        else { return nil }
        return .array(field, owner, type, slot)
      case .map(let map, let field, let owner, let module, let path):
        guard only(loop, 2) != nil else { return nil }
        let keyType: ValueType =
          switch map.keys {
          case .integer: .integer
          case .text: .text
          }
        let (keySlot, keyNode) = variableSlot(.value(keyType))
        declare(loop.variables[0], CheckedType(keyType), keyNode)
        guard
          let (type, slot) = declareElement(loop.variables[1], map.value, module, "\(path)[]")
        else { return nil }
        return .map(field, owner, keyType, keySlot, type, slot)
      case .invalid: return nil
      default:
        if checked.type.valueType != nil, case .identifier = expression.kind {
          // `in (x)` is a tuple of one; the parser cannot tell it from a bracketed array.
          guard let variable = only(loop, 1) else { return nil }
          return tuple([expression], variable, range)
        }
        error(
          .notIterable, "cannot iterate over this", at: checked.range,
          "expected a range, a list, an array or a map, this is \(checked.type.name)")
        return nil
      }
    }
  }

  /// A loop counts with signs: bounds above 2^63 - 1 are none.
  private func loopBound(_ bound: CheckedExpression) -> NodeID {
    bound.isUnsigned ? builder.add(.signedFromUnsigned(bound.node), bound.range) : bound.node
  }

  /// The first variable, if there are as many as the iterable gives values.
  private mutating func only(_ loop: ForInExpression, _ count: Int) -> Identifier? {
    guard let first = loop.variables.first, let last = loop.variables.last else { return nil }
    if loop.variables.count != count {
      error(
        .wrongArguments, "wrong number of variables", at: first.range.union(last.range),
        "expected \(count), found \(loop.variables.count)",
        notes: count == 2 ? ["A map gives a key and a value."] : [])
      return nil
    }
    return first
  }

  private mutating func tuple(
    _ expressions: [Expression], _ variable: Identifier, _ range: SourceRange
  ) -> LoopNode.Items? {
    let checked = expressions.map { check($0) }
    var type: ValueType?
    var isInvalid = checked.isEmpty
    for item in checked {
      guard let itemType = item.type.valueType else {
        wrongType(item, expected: "an integer, a float, a text or a Boolean")
        isInvalid = true
        continue
      }
      if let type, type != itemType {
        diagnostics.append(
          Diagnostic(
            .wrongType, "list of different types",
            labels: [
              Diagnostic.Label(checked[0].range, "this is \(checked[0].type.name)"),
              Diagnostic.Label(item.range, "this is \(item.type.name)"),
            ]))
        isInvalid = true
      }
      type = type ?? itemType
    }
    guard !isInvalid, let type else { return nil }
    countIterations(Int64(checked.count), range)
    warnAboutMixedSigns(checked)
    let (slot, node) = variableSlot(.value(type))
    declare(variable, CheckedType(type), node, isUnsigned: checked.contains(where: \.isUnsigned))
    return .values(type, builder.list(checked.map(\.node)), slot)
  }

  // MARK: - with

  mutating func with(_ bindings: [WithBinding], _ body: Expression, _ range: SourceRange)
    -> CheckedExpression
  {
    let outerSlots = liveSlots
    let outerVariables = variables.count
    var nodes: [NodeID] = []
    for binding in bindings {
      let value = check(binding.value)
      let type: BindingType
      var checked = value.type
      switch value.type {
      case .boolean, .integer, .float, .text:
        type = .value(value.type.valueType ?? .integer)
      case .structure: type = .handle
      case .array, .map: type = .handle
      case .function, .regex:
        // These are no values: the name stands for the thing.
        variables.append(
          Variable(
            name: binding.identifier.name, type: value.type, node: value.node,
            range: binding.identifier.range))
        continue
      case .invalid:
        wrongType(value, expected: "a value")
        declare(binding.identifier, .invalid, .invalid)
        continue
      }
      let (slot, node) = variableSlot(type)
      let variable = builder.add(node, binding.identifier.range)
      if case .array(let array, let field, _, let module, let path) = value.type {
        checked = .array(array, field, owner: variable, module: module, path: path)
      } else if case .map(let map, let field, _, let module, let path) = value.type {
        checked = .map(map, field, owner: variable, module: module, path: path)
      }
      nodes.append(builder.add(.bind(type, slot, value.node), binding.value.range))
      variables.append(
        Variable(
          name: binding.identifier.name, type: checked, node: variable,
          range: binding.identifier.range, isUnsigned: value.isUnsigned))
    }
    let checkedBody = boolean(body)
    for variable in variables.declared(after: outerVariables)
    where !variable.isUsed && !variable.type.isInvalid {
      warn(
        .unusedIdentifier, "unused variable `\(variable.name)`", at: variable.range,
        "the body does not use it")
    }
    variables.leave(to: outerVariables)
    liveSlots = outerSlots
    guard !checkedBody.type.isInvalid else { return invalid(range) }
    nodes.append(checkedBody.node)
    return make(.boolean, .with(builder.list(nodes)), range)
  }
}
