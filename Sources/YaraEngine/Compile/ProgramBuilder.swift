internal import Bytes
internal import YaraSyntax

/// Adds to the arena and its tables; what is equal is stored once.
final class ProgramBuilder {
  private(set) var program = ConditionProgram()
  private var textIndices: [[UInt8]: UInt32] = [:]
  private var regexIndices: [ConditionRegex: UInt32] = [:]
  private var fieldIDs: [String: FieldID] = [:]
  private var moduleIndices: [String: Int] = [:]

  private let maximumSize: Int

  /// - Parameter maximumSize: nodes and list entries that all conditions together may have.
  init(maximumSize: Int) { self.maximumSize = maximumSize }

  /// No more rules are taken in when this is true; each alone is bounded by its text or by
  /// `takes`.
  var isFull: Bool { size > maximumSize }
  private var size: Int {
    program.nodes.count + program.children.count + program.patternLists.count + regexSize
  }
  private var regexSize = 0
  /// Names compared with wildcards so far.
  private var comparisons = 0
  static let maximumComparisons = 1_000_000_000

  /// Whether a set of so many members, found among so many names, may still be built.
  func takes(members: Int, among names: Int) -> Bool {
    comparisons += names
    return comparisons <= Self.maximumComparisons && size + members <= maximumSize
  }

  func add(_ node: ConditionNode, _ range: SourceRange) -> NodeID {
    let id = NodeID(UInt32(clamping: program.nodes.count))
    program.nodes.append(node)
    program.ranges.append(range)
    return id
  }

  func node(_ id: NodeID) -> ConditionNode { program.nodes[id.index] }

  func list(_ nodes: [NodeID]) -> NodeList {
    let start = UInt32(clamping: program.children.count)
    program.children.append(contentsOf: nodes)
    return NodeList(start: start, count: UInt32(clamping: nodes.count))
  }

  func patternList(_ patterns: [PatternID]) -> PatternList {
    let start = UInt32(clamping: program.patternLists.count)
    program.patternLists.append(contentsOf: patterns)
    return PatternList(start: start, count: UInt32(clamping: patterns.count))
  }

  func text(_ bytes: [UInt8]) -> UInt32 {
    if let known = textIndices[bytes] { return known }
    let index = UInt32(clamping: program.texts.count)
    program.texts.append(ByteText(bytes))
    textIndices[bytes] = index
    return index
  }

  func regex(_ regex: ConditionRegex) -> UInt32 {
    if let known = regexIndices[regex] { return known }
    let index = UInt32(clamping: program.regexes.count)
    program.regexes.append(regex)
    regexSize += regex.size
    regexIndices[regex] = index
    return index
  }

  func selection(_ selection: SelectionNode, _ range: SourceRange) -> NodeID {
    program.selections.append(selection)
    return add(.of(UInt32(clamping: program.selections.count - 1)), range)
  }

  func loop(_ loop: LoopNode, _ range: SourceRange) -> NodeID {
    program.loops.append(loop)
    return add(.loop(UInt32(clamping: program.loops.count - 1)), range)
  }

  func call(_ call: CallNode, _ range: SourceRange) -> NodeID {
    program.calls.append(call)
    return add(.call(UInt32(clamping: program.calls.count - 1)), range)
  }

  func module(_ definition: ModuleDefinition) -> Int {
    if let known = moduleIndices[definition.name] { return known }
    program.modules.append(definition)
    moduleIndices[definition.name] = program.modules.count - 1
    return program.modules.count - 1
  }

  func field(_ module: Int, _ path: String, _ kind: FieldKind) -> FieldID {
    if let known = fieldIDs[path] { return known }
    let id = FieldID(rawValue: UInt32(clamping: program.fields.count))
    program.fields.append(FieldAccess(module: module, kind: kind, path: path))
    fieldIDs[path] = id
    return id
  }

  func needsSlots(_ counts: ConditionProgram.SlotCounts) {
    program.slotCounts.booleans = max(program.slotCounts.booleans, counts.booleans)
    program.slotCounts.integers = max(program.slotCounts.integers, counts.integers)
    program.slotCounts.floats = max(program.slotCounts.floats, counts.floats)
    program.slotCounts.texts = max(program.slotCounts.texts, counts.texts)
    program.slotCounts.handles = max(program.slotCounts.handles, counts.handles)
    program.slotCounts.patterns = max(program.slotCounts.patterns, counts.patterns)
  }
}
