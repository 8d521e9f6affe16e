internal import YaraSyntax

// Names and what follows them: variables, modules with their fields, arrays, maps and functions,
// externals, rules.
extension ConditionChecker {
  /// Loop variables hide modules, modules hide externals, externals hide rules.
  mutating func identifier(_ identifier: Identifier) -> CheckedExpression {
    let (name, range) = (identifier.name, identifier.range)
    if let variable = variables.use(name) {
      return CheckedExpression(
        type: variable.type, node: variable.node, range: range, isUnsigned: variable.isUnsigned)
    }
    if let definition = namespace.imports[name]?.definition {
      let module = builder.module(definition)
      return CheckedExpression(
        type: .structure(definition.root(in: dialect), module: module, path: name),
        node: builder.add(.root, range), range: range)
    }
    if let external = externals[name] {
      // Not folded: another run may define it differently, so it is no constant condition.
      switch external {
      case .integer(let value): return make(.integer, .integer(value), range)
      case .float(let value): return make(.float, .float(value), range)
      case .boolean(let value):
        // For YARA it is a number, as a module's is.
        var checked = make(.boolean, .boolean(value), range)
        checked.isModuleFlag = true
        return checked
      case .text(let bytes): return make(.text, .text(builder.text(bytes)), range)
      }
    }
    if let rule = namespace.rules[name] {
      if rule.isGlobal { warnAboutGlobalRule(range) }
      return self.rule(rule.id, range)
    }
    if isIgnored(name, range) { return invalid(range) }
    if name == ruleName {
      warn(
        .unsatisfiable, "rule names itself", at: range, "this is false while the rule is evaluated")
      return make(.boolean, .boolean(false), range)
    }
    if FileNumber.functions[name] != nil {
      error(
        .wrongType, "wrong type", at: range, "expected a value, this is a function",
        notes: ["Write `\(name)(offset)`."])
      return invalid(range)
    }
    let (notes, fixes) = remediesOfUnknown(name, range)
    error(
      .unknownIdentifier, "unknown identifier `\(name)`", at: range, "not declared before this place",
      notes: notes, fixes: fixes)
    return invalid(range)
  }

  mutating func rule(_ id: RuleID, _ range: SourceRange) -> CheckedExpression {
    depend(on: id)
    return make(.boolean, .rule(id), range)
  }

  private func remediesOfUnknown(
    _ name: String, _ range: SourceRange
  ) -> (notes: [String], fixes: [Diagnostic.Fix]) {
    if modules.module(name) != nil || ModuleRegistry.knownElsewhere.contains(name) {
      return (["Add `import \"\(name)\"` before the rule."], [])
    }
    if patternIndices["$" + name] != nil {
      return (["The pattern is called `$\(name)`."], [Diagnostic.Fix(range, "$" + name)])
    }
    let words = ["filesize", "entrypoint", "true", "false"]
    // Counted first: what is too long to look through takes too long to gather for each error.
    let count =
      variables.count + namespace.imports.count + externals.count + namespace.ruleNames.count
      + words.count + FileNumber.functions.count
    guard count <= Spelling.longestList, suggestions.areLeft else { return ([], []) }
    let known =
      Array(variables.names) + Array(namespace.imports.keys) + Array(externals.keys)
      + namespace.ruleNames.map(\.name) + words + Array(FileNumber.functions.keys)
    return remedies(nearest(to: name, in: known), range)
  }

  func remedies(
    _ near: String?, _ range: SourceRange
  ) -> (notes: [String], fixes: [Diagnostic.Fix]) {
    guard let near else { return ([], []) }
    return (["Did you mean `\(near)`?"], [Diagnostic.Fix(range, near)])
  }

  mutating func field(_ base: Expression, _ name: Identifier, _ range: SourceRange)
    -> CheckedExpression
  {
    field(of: check(base), name, range)
  }

  private mutating func field(of owner: CheckedExpression, _ name: Identifier, _ range: SourceRange)
    -> CheckedExpression
  {
    guard case .structure(let type, let module, let path) = owner.type else {
      wrongType(owner, expected: "a module or a structure before `.\(name.name)`")
      return invalid(range)
    }
    guard let field = type.field(name.name) else {
      let (notes, fixes) = remedies(
        nearest(to: name.name, in: type.fields.lazy.map(\.name)), name.range)
      error(
        .unknownField, "unknown field `\(name.name)`", at: name.range, "`\(path)` has no such field",
        notes: notes, fixes: fixes)
      return invalid(range)
    }
    if let deprecation = field.deprecation {
      warn(
        .deprecated, "`\(path).\(name.name)` is deprecated", at: name.range, "", notes: [deprecation])
    }
    if let knower = field.isKnownOnlyTo {
      remember(unknowable: "\(path).\(name.name)", knownTo: knower, at: name.range)
    }
    return read(field.kind, owner.node, module, "\(path).\(name.name)", range)
  }

  /// What a field gives that is read with a handle.
  func read(_ kind: FieldKind, _ handle: NodeID, _ module: Int, _ path: String, _ range: SourceRange)
    -> CheckedExpression
  {
    if case .constant(let value) = kind { return literal(value, range) }
    let id = builder.field(module, path, kind)
    let node = ConditionNode.field(id, handle)
    switch kind {
    case .constant: return invalid(range)
    case .integer: return make(.integer, node, range)
    case .float: return make(.float, node, range)
    case .boolean:
      var flag = make(.boolean, node, range)
      flag.isModuleFlag = true
      return flag
    case .text: return make(.text, node, range)
    case .structure(let type, _):
      return CheckedExpression(
        type: .structure(type, module: module, path: path), node: builder.add(node, range),
        range: range)
    case .array(let array):
      return CheckedExpression(
        type: .array(array, id, owner: handle, module: module, path: path), node: handle,
        range: range)
    case .map(let map):
      return CheckedExpression(
        type: .map(map, id, owner: handle, module: module, path: path), node: handle, range: range)
    case .function(let overloads):
      return CheckedExpression(
        type: .function(overloads, receiver: handle, module: module, path: path), node: handle,
        range: range)
    }
  }

  mutating func index(_ base: Expression, _ index: Expression, _ range: SourceRange)
    -> CheckedExpression
  {
    let owner = check(base)
    switch owner.type {
    case .array(let array, let field, let handle, let module, let path):
      let position = integer(index, "as an array's index")
      if case .integer(let value)? = position.constant, value < 0 {
        error(.invalidValue, "negative index", at: position.range, "expected 0 or more")
        return invalid(range)
      }
      guard !position.type.isInvalid else { return invalid(range) }
      let element = builder.add(.element(field, handle, position.node), range)
      return read(array.element, element, module, "\(path)[]", range)
    case .map(let map, let field, let handle, let module, let path):
      let key = check(index)
      switch map.keys {
      case .integer where !key.type.isInteger:
        wrongType(key, expected: "an integer as this map's key")
        return invalid(range)
      case .text where !key.type.isText:
        wrongType(key, expected: "a text as this map's key")
        return invalid(range)
      default: break
      }
      let entry = builder.add(.entry(field, handle, key.node), range)
      return read(map.value, entry, module, "\(path)[]", range)
    default:
      wrongType(owner, expected: "an array or a map before `[`")
      _ = check(index)
      return invalid(range)
    }
  }

  // MARK: - Calls

  mutating func call(_ callee: Expression, _ arguments: [Expression], _ range: SourceRange)
    -> CheckedExpression
  {
    if case .identifier(let identifier) = callee.kind,
      let number = FileNumber.functions[identifier.name],
      !variables.contains(identifier.name)
    {
      return fileNumber(identifier.name, number, arguments, range)
    }
    let function: CheckedExpression
    if case .field(let base, let name) = callee.kind, name.name == "len" {
      let owner = check(base)
      if arguments.isEmpty, let length = length(of: owner, range) { return length }
      function = field(of: owner, name, callee.range)
    } else {
      function = check(callee)
    }
    var checked = arguments.map { check($0) }
    guard case .function(let overloads, let receiver, let module, let path) = function.type else {
      wrongType(function, expected: "a function before `(`")
      return invalid(range)
    }
    guard !checked.contains(where: \.type.isInvalid) else { return invalid(range) }
    let types = checked.map { Self.parameterType($0.type) }
    guard
      let overload = overloads.first(where: { $0.parameters == types })
        ?? overloads.first(where: { convert(&checked, to: $0.parameters) })
    else {
      let found = checked.map(\.type.name).joined(separator: ", ")
      error(
        .wrongArguments, "wrong arguments for `\(path)`",
        at: arguments.isEmpty ? range : arguments[0].range.union(arguments[arguments.count - 1].range),
        found.isEmpty ? "no arguments" : found,
        notes: overloads.map {
          "`\(path)` takes (\($0.parameters.map(\.rawValue).joined(separator: ", ")))."
        })
      return invalid(range)
    }
    if overload.hasEffects { hasEffects = true }
    for argument in checked { warnAboutSignedParameter(argument) }
    var nodes: [NodeID] = []
    var regexes: [UInt32?] = []
    for argument in checked {
      if case .regex(let index) = argument.type {
        nodes.append(NodeID.none)
        regexes.append(index)
      } else {
        nodes.append(argument.node)
        regexes.append(nil)
      }
    }
    let node = builder.call(
      CallNode(
        module: module, path: path, overload: overload, receiver: receiver, arguments: nodes,
        regexes: regexes), range)
    let type: CheckedType =
      switch overload.code {
      case .integer: .integer
      case .float: .float
      case .boolean: .boolean
      case .text: .text
      case .structure(let type, _): .structure(type, module: module, path: "\(path)()")
      }
    // Said of the call itself, not of the module before it.
    var place = range
    if case .field(_, let name) = callee.kind {
      place = SourceRange(
        source: range.source, start: Int(name.range.start), end: Int(range.end))
    }
    return CheckedExpression(
      type: type, node: node, range: place, isModuleFlag: type.isBoolean, form: overload.resultForm)
  }

  /// Whether arguments fit where a module's Boolean may stand for an integer and, in YARA's dialect,
  /// the number that YARA has in its place for a Boolean; if so they are converted.
  private func convert(_ arguments: inout [CheckedExpression], to types: [ParameterType]) -> Bool {
    guard arguments.count == types.count else { return false }
    var converted = arguments
    for (index, type) in types.enumerated() where Self.parameterType(arguments[index].type) != type {
      switch type {
      case .integer where arguments[index].isModuleFlag:
        converted[index] = number(arguments[index])
      case .boolean where arguments[index].type.isInteger && dialect == .yara:
        let (node, range) = (arguments[index].node, arguments[index].range)
        converted[index] = make(.boolean, .truth(.integer, node), range)
      default: return false
      }
    }
    arguments = converted
    return true
  }

  /// YARA-X's `.len()`: bytes of a text, elements of an array, entries of a map.
  private func length(of owner: CheckedExpression, _ range: SourceRange) -> CheckedExpression? {
    switch owner.type {
    case .text: make(.integer, .textLength(owner.node), range)
    case .array(_, let field, let handle, _, _), .map(_, let field, let handle, _, _):
      make(.integer, .elementCount(field, handle), range)
    default: nil
    }
  }

  private static func parameterType(_ type: CheckedType) -> ParameterType? {
    switch type {
    case .boolean: .boolean
    case .integer: .integer
    case .float: .float
    case .text: .text
    case .regex: .regex
    default: nil
    }
  }

  private mutating func fileNumber(
    _ name: String, _ number: FileNumber, _ arguments: [Expression], _ range: SourceRange
  ) -> CheckedExpression {
    guard arguments.count == 1, let offset = arguments.first else {
      for argument in arguments { _ = check(argument) }
      error(
        .wrongArguments, "wrong arguments for `\(name)`", at: range,
        "expected one offset, found \(arguments.count) arguments")
      return invalid(range)
    }
    let checked = integer(offset, "as the offset of `\(name)`")
    guard !checked.type.isInvalid else { return invalid(range) }
    if number.isFloat { return make(.float, .fileFloat(number, checked.node), range) }
    var value = make(.integer, .fileInteger(number, checked.node), range)
    value.isUnsigned = number.bytes == 8 && !number.isSigned
    return value
  }

  // MARK: - Suggestions

  /// The name that was probably meant, unless too much is wrong already to look for it.
  func nearest(to name: String, in names: some Collection<String>) -> String? {
    suggestions.nearest(to: name, in: names)
  }
}
