internal import YaraSyntax

/// An expression after its check: what it is, its node, and its value where that is known.
struct CheckedExpression {
  let type: CheckedType
  /// Without meaning for regexes, arrays, maps and functions, which are no values of their own.
  let node: NodeID
  let range: SourceRange
  var constant: ConstantValue?
  /// Of an integer: whether its 64 bits stand for 0 to 2^64 - 1, as YARA-X has it for `uint64`, for
  /// literals above 2^63 - 1, and for what is computed with them.
  var isUnsigned = false
  /// Of a Boolean: whether a module gives it. YARA has numbers in the place of such Booleans, so it
  /// counts as 1 or 0 wherever an integer is wanted.
  var isModuleFlag = false
  /// What is known of a text result.
  var form: FunctionOverload.ResultForm = .any
}

/// The type of an expression, with what is needed to go on from it.
enum CheckedType {
  case boolean, integer, float, text
  /// Index into the program's regexes.
  case regex(UInt32)
  /// The node is the handle.
  case structure(StructureType, module: Int, path: String)
  case array(ArrayField, FieldID, owner: NodeID, module: Int, path: String)
  case map(MapField, FieldID, owner: NodeID, module: Int, path: String)
  case function([FunctionOverload], receiver: NodeID, module: Int, path: String)
  /// An error has been reported; nothing more is said about it.
  case invalid

  init(_ type: ValueType) {
    switch type {
    case .boolean: self = .boolean
    case .integer: self = .integer
    case .float: self = .float
    case .text: self = .text
    }
  }

  /// nil for what is no plain value.
  var valueType: ValueType? {
    switch self {
    case .boolean: .boolean
    case .integer: .integer
    case .float: .float
    case .text: .text
    default: nil
    }
  }

  var isInvalid: Bool { if case .invalid = self { true } else { false } }
  var isInteger: Bool { if case .integer = self { true } else { false } }
  var isFloat: Bool { if case .float = self { true } else { false } }
  var isText: Bool { if case .text = self { true } else { false } }
  var isBoolean: Bool { if case .boolean = self { true } else { false } }

  /// With its article, for messages.
  var name: String {
    switch self {
    case .boolean: "a Boolean"
    case .integer: "an integer"
    case .float: "a float"
    case .text: "a text"
    case .regex: "a regular expression"
    case .structure(_, _, let path): path.contains(".") ? "a structure" : "a module"
    case .array: "an array"
    case .map: "a map"
    case .function: "a function"
    case .invalid: "invalid"
    }
  }
}

/// The rules, modules and rule sets that a namespace knows.
final class NamespaceScope {
  struct Import {
    let definition: ModuleDefinition
    let range: SourceRange
  }
  let name: String
  let index: Int
  var imports: [String: Import] = [:]
  /// Rules by name, errors or not, so that one error does not lead to others.
  var rules: [String: (id: RuleID, range: SourceRange)] = [:]
  /// In order of definition.
  var ruleNames: [(name: String, id: RuleID)] = []
  /// The `a` of each `a*` used so far: no rule defined later may match one.
  private var usedWildcards: [Substring: SourceRange] = [:]

  init(name: String, index: Int) {
    self.name = name
    self.index = index
  }

  func uses(wildcard prefix: String, _ range: SourceRange) {
    if usedWildcards[prefix[...]] == nil { usedWildcards[prefix[...]] = range }
  }

  /// Where a set was used that a rule of this name belongs to.
  func usedWildcard(matching name: String) -> SourceRange? {
    guard !usedWildcards.isEmpty else { return nil }
    var prefix = name[...]
    while true {
      if let range = usedWildcards[prefix] { return range }
      if prefix.isEmpty { return nil }
      prefix = prefix.dropLast()
    }
  }
}
