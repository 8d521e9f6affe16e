import Bytes
import YaraSyntax

@testable import YaraEngine

/// Reads every field of a module and calls every function of it, each with some arguments of
/// every kind.
struct ModuleCalls {
  private static let regex: ConditionRegex? = {
    let text = "rule r { strings: $a = /[a-m.]+/i condition: $a }"
    guard
      case .rule(let rule)? = Parser.parse(
        SourceText(id: SourceID(0), name: "regex", bytes: [UInt8](text))
      ).tree.items.first, case .regex(let literal)? = rule.patterns.first?.value
    else { return nil }
    var diagnostics: [Diagnostic] = []
    return ConditionRegex.compile(literal, dialect: .yaraX, diagnostics: &diagnostics)
  }()

  private static let integers: [Int64] = [.min, -1, 0, 1, 2, 7, 0x1000, 0x7FFF_FFFF, .max]

  private let state: ModuleState
  private let texts: [ByteText]
  private let stack = ArgumentStack()
  private var callsLeft = 4_000

  private init(_ state: ModuleState, _ data: ByteView) {
    self.state = state
    texts = [
      ByteText([]), ByteText([UInt8]("a")), ByteText(data.clamped(at: 0x18, length: 12).array),
    ]
  }

  static func run(_ name: String, _ data: ByteView) {
    guard let module = ModuleRegistry.standard.module(name) else { return }
    for dialect in Dialect.allCases {
      var dump = ModuleDump()
      FuzzTarget.use(dump.values(of: name, in: data, dialect: dialect))
      var reports = ModuleReports()
      if ModuleReports.modules.contains(name) { try? reports.add(data.array, for: name, dialect: dialect) }
      let input = ModuleInput(data: data, dialect: dialect, now: 0, console: ConsoleOutput(), reports: reports)
      guard let state = module.makeState(input) else { continue }
      var calls = ModuleCalls(state, data)
      calls.structure(module.root(in: dialect), 0, depth: 0)
    }
  }

  private mutating func structure(_ type: StructureType, _ handle: Handle, depth: Int) {
    guard depth < 8 else { return }
    for field in type.fields { value(field.kind, handle, depth: depth) }
  }

  private mutating func value(_ kind: FieldKind, _ handle: Handle, depth: Int) {
    switch kind {
    case .structure(let type, let read):
      if let inner = read(state, handle) { structure(type, inner, depth: depth + 1) }
    case .array(let array):
      for index in 0..<min(array.count(state, handle) ?? 0, 3) {
        guard let inner = array.handle(state, handle, index) else { continue }
        value(array.element, inner, depth: depth + 1)
      }
    case .map(let map):
      switch map.keys {
      case .integer(_, let find):
        for key in Self.integers { FuzzTarget.use(find(state, handle, key)) }
      case .text(_, let find):
        for key in texts { FuzzTarget.use(key.withView { find(state, handle, $0) }) }
      }
    case .function(let overloads):
      for overload in overloads { arguments(overload, handle, given: 0) }
    default: break
    }
  }

  private mutating func arguments(_ overload: FunctionOverload, _ handle: Handle, given: Int) {
    guard given < overload.parameters.count else { return call(overload, handle) }
    let values: [ArgumentValue] =
      switch overload.parameters[given] {
      case .integer: Self.integers.map { .integer($0) }
      case .float: [.float(-1), .float(0.5), .float(.infinity), .float(.nan)]
      case .boolean: [.boolean(true), .boolean(false)]
      case .text: texts.map { .text($0) }
      case .regex: Self.regex.map { [.regex($0)] } ?? []
      }
    for value in values {
      let depth = stack.count
      stack.push(value)
      arguments(overload, handle, given: given + 1)
      stack.drop(to: depth)
    }
  }

  private mutating func call(_ overload: FunctionOverload, _ handle: Handle) {
    guard callsLeft > 0 else { return }
    callsLeft -= 1
    let arguments = ModuleArguments(stack: stack, base: stack.count - overload.parameters.count)
    switch overload.code {
    case .integer(let body): FuzzTarget.use(body(state, handle, arguments))
    case .float(let body): FuzzTarget.use(body(state, handle, arguments))
    case .boolean(let body): FuzzTarget.use(body(state, handle, arguments))
    case .text(let body): FuzzTarget.use(body(state, handle, arguments)?.bytes)
    case .structure(_, let body): FuzzTarget.use(body(state, handle, arguments))
    }
  }
}
