public import Bytes

/// What a module says of one file, as plain values: every field of its table that is defined.
///
/// The same table serves rules and this walk, so a value shown here is what a condition reads.
/// Constants and functions are left out.
public indirect enum ModuleValue: Sendable {
  case integer(Int64)
  case float(Double)
  case boolean(Bool)
  /// Raw bytes; most texts are UTF-8, but files decide.
  case text([UInt8])
  case structure([Member])
  /// An undefined element stays as nil, so that indices are those of the rules.
  case array([ModuleValue?])
  case map([Entry])

  public struct Member: Sendable {
    public let name: String
    public let value: ModuleValue
  }

  public enum Key: Sendable {
    case integer(Int64)
    case text([UInt8])
  }

  public struct Entry: Sendable {
    public let key: Key
    public let value: ModuleValue
  }
}

/// Walks a module's table over one file.
///
/// Bounded: at most `maximumValues` values are read, of texts each 64 bytes count as one; what lies
/// beyond is left out and `isTruncated` says so.
public struct ModuleDump {
  /// The modules that can be asked for, sorted.
  public static var moduleNames: [String] { ModuleRegistry.standard.names }

  public static let maximumValues = 4_000_000
  private static let maximumDepth = 32

  private var remaining = ModuleDump.maximumValues
  public var isTruncated: Bool { remaining <= 0 }

  public init() {}

  /// The module's values for a file; nil where the module is unknown, or says nothing of the file.
  ///
  /// - Parameter now: seconds since 1970, for modules that ask the clock.
  public mutating func values(
    of module: String, in data: ByteView, dialect: Dialect = .yaraX, now: Int64 = 0
  ) -> ModuleValue? {
    guard let definition = ModuleRegistry.standard.module(module) else { return nil }
    return values(
      of: definition,
      ModuleInput(data: data, dialect: dialect, now: now, console: ConsoleOutput()))
  }

  mutating func values(of definition: ModuleDefinition, _ input: ModuleInput) -> ModuleValue? {
    definition.makeState(input).flatMap { structure(definition.root(in: input.dialect), $0, 0, depth: 0) }
  }

  private mutating func structure(
    _ type: StructureType, _ state: ModuleState, _ handle: Handle, depth: Int
  ) -> ModuleValue? {
    guard depth < Self.maximumDepth else { return nil }
    var members: [ModuleValue.Member] = []
    for field in type.fields {
      if let value = value(field.kind, state, handle, depth: depth + 1) {
        members.append(ModuleValue.Member(name: field.name, value: value))
      }
    }
    return members.isEmpty ? nil : .structure(members)
  }

  private mutating func value(
    _ kind: FieldKind, _ state: ModuleState, _ handle: Handle, depth: Int
  ) -> ModuleValue? {
    guard remaining > 0 else { return nil }
    remaining -= 1
    switch kind {
    case .constant, .function: return nil
    case .integer(let read): return read(state, handle).map { .integer($0) }
    case .float(let read): return read(state, handle).map { .float($0) }
    case .boolean(let read): return read(state, handle).map { .boolean($0) }
    case .text(let read): return read(state, handle).map { .text(bytes(of: $0)) }
    case .structure(let type, let read):
      guard let inner = read(state, handle) else { return nil }
      return structure(type, state, inner, depth: depth)
    case .array(let array):
      guard let count = array.count(state, handle) else { return nil }
      var elements: [ModuleValue?] = []
      for index in 0..<max(0, count) {
        guard remaining > 0 else { break }
        elements.append(
          array.handle(state, handle, index).flatMap {
            element(array.element, state, $0, depth: depth + 1)
          })
      }
      return .array(elements)
    case .map(let map):
      return entries(map, state, handle, depth: depth)
    }
  }

  private mutating func bytes(of text: ByteText) -> [UInt8] {
    remaining -= text.count / Self.bytesOfValue
    return text.bytes
  }

  private static let bytesOfValue = 64

  /// An element of an array or a map: one that is there stays a structure where all its fields are undefined.
  private mutating func element(
    _ kind: FieldKind, _ state: ModuleState, _ handle: Handle, depth: Int
  ) -> ModuleValue? {
    if let value = value(kind, state, handle, depth: depth) { return value }
    guard case .structure(_, let read) = kind, remaining > 0, read(state, handle) != nil else { return nil }
    return .structure([])
  }

  private mutating func entries(
    _ map: MapField, _ state: ModuleState, _ handle: Handle, depth: Int
  ) -> ModuleValue? {
    guard let count = map.count(state, handle) else { return nil }
    var entries: [ModuleValue.Entry] = []
    for index in 0..<max(0, count) {
      let key: ModuleValue.Key? =
        switch map.keys {
        case .integer(let at, _): at(state, handle, index).map { .integer($0) }
        case .text(let at, _): at(state, handle, index).map { .text(bytes(of: $0)) }
        }
      guard remaining > 0, let key, let inner = map.handle(state, handle, index),
        let value = element(map.value, state, inner, depth: depth + 1)
      else { continue }
      entries.append(ModuleValue.Entry(key: key, value: value))
    }
    return .map(entries)
  }
}
