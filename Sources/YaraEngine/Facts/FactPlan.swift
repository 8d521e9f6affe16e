internal import Bytes

/// What is read of the modules for a file's facts, worked out once from their tables: the same
/// readers that conditions use.
struct FactPlan: Sendable {
  /// One of the modules.
  struct Module: Sendable {
    let definition: ModuleDefinition
    /// Columns that say whether the module knows the file, read first.
    let presence: [Column]
    let columns: [Column]
    let steps: [Step]
    let searches: Searches
    let entropies: [Entropies]
  }

  struct Column: Sendable {
    let index: Int
    let read: @Sendable (ModuleState) -> Int64?
    /// Of the keys of its bits.
    let bits: FactPath?
  }

  /// A field with what is in it.
  indirect enum Step: Sendable {
    case text(TextReader, keys: FactPath, isFolded: Bool, grams: FactPath?)
    case integer(IntegerReader, keys: FactPath, bits: FactPath?)
    case boolean(BooleanReader, keys: FactPath)
    case structure(HandleReader, [Step])
    case array(ArrayField, Step)
    /// From texts to texts.
    case map(MapField, TextReader, keys: FactPath)
  }

  /// Keys that no single field has.
  enum Searches: Sendable { case none, pe }

  let modules: [Module]
  /// By index.
  let paths: [FactPath]
  private let pathIndices: [String: Int]

  func path(_ name: String) -> FactPath? { pathIndices[name].map { paths[$0] } }

  static let standard = FactPlan(ModuleRegistry.standard)

  /// The paths whose texts have keys, before they are folded or shared.
  static let textPaths: Set<String> = {
    var paths: Set<String> = []
    for module in FactTables.modules {
      guard let definition = ModuleRegistry.standard.module(module.name) else { continue }
      FactPlanBuilder.walkTexts(of: definition.root(in: .yaraX), module.name) { paths.insert($0) }
    }
    return paths
  }()

  private init(_ registry: ModuleRegistry) {
    var builder = FactPlanBuilder()
    modules = FactTables.modules.compactMap { module in
      registry.module(module.name).map {
        builder.module($0, presence: module.numbers + (module.flag.map { [$0] } ?? []))
      }
    }
    for name in FactReader.searchPaths { _ = builder.path(name) }
    paths = builder.paths
    pathIndices = builder.indices
  }
}

struct FactPlanBuilder {
  private(set) var paths: [FactPath] = []
  private(set) var indices: [String: Int] = [:]

  mutating func path(_ name: String) -> FactPath {
    if let known = indices[name] { return paths[known] }
    let path = FactPath(index: paths.count, name: name)
    paths.append(path)
    indices[name] = path.index
    return path
  }

  mutating func module(_ definition: ModuleDefinition, presence: [String]) -> FactPlan.Module {
    let root = definition.root(in: .yaraX)
    var first: [FactPlan.Column] = []
    var others: [FactPlan.Column] = []
    for (index, name) in FactTables.columns.enumerated()
    where name.hasPrefix("\(definition.name).") {
      let parts = name.dropFirst(definition.name.count + 1).split(separator: ".")
      guard let read = Self.column(root, parts[...]) else {
        preconditionFailure("the fact column \(name) is not in the module's table")
      }
      let bits = FactTables.bitKeys.contains(name) ? path(name) : nil
      let column = FactPlan.Column(index: index, read: { read($0, 0) }, bits: bits)
      if presence.contains(name) { first.append(column) } else { others.append(column) }
    }
    return FactPlan.Module(
      definition: definition, presence: first, columns: others,
      steps: steps(root, definition.name), searches: definition.name == "pe" ? .pe : .none,
      entropies: Self.entropies(root, module: definition.name))
  }

  /// Reads a number that is at the end of a path of structures and elements.
  static func column(_ type: StructureType, _ path: ArraySlice<Substring>)
    -> IntegerReader?
  {
    guard let name = path.first else { return nil }
    let isCall = name.hasSuffix("()")
    let parts = name.split(whereSeparator: { "[()]".contains($0) })
    guard let field = parts.first.flatMap({ type.field(String($0)) }) else { return nil }
    switch field.kind {
    case .integer(let read) where path.count == 1: return read
    case .boolean(let read) where path.count == 1: return { read($0, $1).map { $0 ? 1 : 0 } }
    case .structure(let inner, let owner):
      guard let read = column(inner, path.dropFirst()) else { return nil }
      return { state, handle in owner(state, handle).flatMap { read(state, $0) } }
    case .array(let array):
      guard parts.count == 2, let index = Int(parts[1]), case .structure(let inner, let owner) = array.element,
        let read = column(inner, path.dropFirst())
      else { return nil }
      return { state, handle in
        guard let count = array.count(state, handle), index < count else { return nil }
        return array.handle(state, handle, index).flatMap { owner(state, $0) }
          .flatMap { read(state, $0) }
      }
    case .function(let overloads) where isCall:
      guard let code = overloads.first(where: { $0.parameters.isEmpty })?.code else { return nil }
      switch code {
      case .integer(let body): return { body($0, $1, .none) }
      case .boolean(let body): return { state, handle in body(state, handle, .none).map { $0 ? 1 : 0 } }
      default: return nil
      }
    default: return nil
    }
  }

  // MARK: - Keys

  private mutating func steps(_ type: StructureType, _ path: String) -> [FactPlan.Step] {
    type.fields.compactMap { step($0.kind, "\(path).\($0.name)") }
  }

  private mutating func step(_ kind: FieldKind, _ name: String) -> FactPlan.Step? {
    if FactTables.withoutKeys.contains(name) { return nil }
    switch kind {
    case .text(let read): return textStep(read, name)
    case .integer(let read):
      let bits = FactTables.bitKeys.contains(name) ? path(name) : nil
      return FactTables.integerKeys.contains(name)
        ? .integer(read, keys: path(name), bits: bits) : nil
    case .boolean(let read):
      return FactTables.integerKeys.contains(name) ? .boolean(read, keys: path(name)) : nil
    case .structure(let type, let read):
      let inner = steps(type, name)
      return inner.isEmpty ? nil : .structure(read, inner)
    case .array(let array): return step(array.element, name).map { .array(array, $0) }
    case .map(let map):
      guard case .text(let read) = map.value, case .text = map.keys else { return nil }
      return .map(map, read, keys: path(name))
    case .function(let overloads):
      guard FactTables.textFunctions.contains("\(name)()"),
        case .text(let body)? = overloads.first(where: { $0.parameters.isEmpty })?.code
      else { return nil }
      return textStep(
        { body($0, $1, .none) }, "\(name)()")
    case .constant, .float: return nil
    }
  }

  private mutating func textStep(_ read: @escaping TextReader, _ name: String) -> FactPlan.Step {
    let folded = FactTables.foldedKeys[name]
    return .text(
      read, keys: path(folded ?? FactTables.sharedKeys[name] ?? name), isFolded: folded != nil,
      grams: FactTables.gramKeys.contains(name) ? path("\(name) ~") : nil)
  }

  /// Calls `found` with the path of each text that has keys.
  static func walkTexts(of type: StructureType, _ path: String, _ found: (String) -> Void) {
    func walk(_ kind: FieldKind, _ name: String) {
      if FactTables.withoutKeys.contains(name) { return }
      switch kind {
      case .text: found(name)
      case .structure(let type, _): walkTexts(of: type, name, found)
      case .array(let array): walk(array.element, name)
      case .map, .constant, .integer, .float, .boolean, .function: return
      }
    }
    for field in type.fields { walk(field.kind, "\(path).\(field.name)") }
  }
}

extension ModuleArguments {
  /// Of a function that takes no argument.
  fileprivate static var none: ModuleArguments { ModuleArguments(stack: ArgumentStack(), base: 0) }
}
