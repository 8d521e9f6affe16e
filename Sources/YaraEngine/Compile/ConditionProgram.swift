internal import Bytes
public import YaraSyntax

/// The checked conditions of a rule set: one flat arena of nodes, and the tables that they index.
///
/// What enters: trees, through `ConditionChecker`. What leaves: answers, through `Evaluator`, and
/// plans, through the hunt's walk over `nodes` from each rule's `condition`. Children precede their
/// parents, so the arena has no cycles.
public struct ConditionProgram: Sendable {
  public internal(set) var nodes: [ConditionNode] = []
  /// Where each node stands in the rules, for explanations.
  public internal(set) var ranges: [SourceRange] = []
  public internal(set) var children: [NodeID] = []
  public internal(set) var patternLists: [PatternID] = []
  public internal(set) var texts: [ByteText] = []
  public internal(set) var selections: [SelectionNode] = []
  public internal(set) var loops: [LoopNode] = []
  public internal(set) var regexes: [ConditionRegex] = []
  var calls: [CallNode] = []
  var fields: [FieldAccess] = []
  var modules: [ModuleDefinition] = []

  /// How many variables of each type are alive at once at most.
  struct SlotCounts: Sendable {
    var booleans = 0
    var integers = 0
    var floats = 0
    var texts = 0
    var handles = 0
    var patterns = 0
  }
  var slotCounts = SlotCounts()

  public subscript(_ id: NodeID) -> ConditionNode { nodes[id.index] }
  public func children(_ list: NodeList) -> ArraySlice<NodeID> {
    children[Int(list.start)..<Int(list.start) + Int(list.count)]
  }
  public func patterns(_ list: PatternList) -> ArraySlice<PatternID> {
    patternLists[Int(list.start)..<Int(list.start) + Int(list.count)]
  }
  /// The field with its module, as written: `pe.sections.name`.
  public func path(_ field: FieldID) -> String { fields[field.index].path }
  /// The function with its module, and its arguments.
  public func call(_ index: UInt32) -> (path: String, arguments: [NodeID]) {
    let call = calls[Int(index)]
    return (call.path, call.arguments)
  }
  /// The types of a call's arguments; nil for a regex, whose node is `NodeID.none`.
  public func argumentTypes(ofCall index: UInt32) -> [ValueType?] {
    calls[Int(index)].overload.parameters.map {
      switch $0 {
      case .integer: .integer
      case .float: .float
      case .boolean: .boolean
      case .text: .text
      case .regex: nil
      }
    }
  }
}

/// A field of a module that some condition reads.
struct FieldAccess: Sendable {
  /// Index into `ConditionProgram.modules`.
  let module: Int
  let kind: FieldKind
  let path: String
}

/// A call of a module's function.
struct CallNode: Sendable {
  let module: Int
  let path: String
  let overload: FunctionOverload
  /// The handle of the structure that has the function.
  let receiver: NodeID
  /// Of the overload's types; a regex is not a node, its place holds `NodeID.none`.
  let arguments: [NodeID]
  /// For each argument the index into `regexes` where it is a regex.
  let regexes: [UInt32?]
}
