internal import Bytes
internal import FileFormats

/// Writes the fields of a module's tables over the module's own state type.
///
/// The readers get the state as what it is and give numbers of any width: unsigned numbers of 64
/// bits keep their bits, as in both engines.
struct StateFields<State: ModuleState>: Sendable {
  typealias Read<Value> = @Sendable (State, Handle) -> Value?
  typealias Count = @Sendable (State, Handle) -> Int?
  typealias Element = @Sendable (_ owner: Handle, _ index: Int) -> Handle

  func integer<Value: BinaryInteger & Sendable>(
    _ name: String, deprecation: String? = nil, _ read: @escaping Read<Value>
  ) -> ModuleField {
    ModuleField(name, .integer(integers(read)), deprecation: deprecation)
  }

  func boolean(_ name: String, _ read: @escaping Read<Bool>) -> ModuleField {
    ModuleField(
      name, .boolean { state, handle in (state as? State).flatMap { read($0, handle) } })
  }

  func text(_ name: String, _ read: @escaping Read<FormatText>) -> ModuleField {
    ModuleField(name, .text(texts(read)))
  }

  /// A structure of which there is at most one; `read` gives nil where there is none.
  func structure(
    _ name: String, _ type: StructureType, _ read: @escaping Read<Handle> = { $1 }
  ) -> ModuleField {
    ModuleField(
      name, .structure(type) { state, handle in (state as? State).flatMap { read($0, handle) } })
  }

  /// An array of structures.
  func array(
    _ name: String, of type: StructureType, count: @escaping Count,
    element: @escaping Element = { $1 }
  ) -> ModuleField {
    array(name, .structure(type) { _, handle in handle }, count, element)
  }

  /// An array of texts.
  func texts(
    _ name: String, count: @escaping Count, element: @escaping Element = { $1 },
    _ read: @escaping Read<FormatText>
  ) -> ModuleField {
    array(name, .text(texts(read)), count, element)
  }

  /// An array of integers.
  func integers<Value: BinaryInteger & Sendable>(
    _ name: String, count: @escaping Count, element: @escaping Element = { $1 },
    _ read: @escaping Read<Value>
  ) -> ModuleField {
    array(name, .integer(integers(read)), count, element)
  }

  private func array(
    _ name: String, _ kind: FieldKind, _ count: @escaping Count, _ element: @escaping Element
  ) -> ModuleField {
    ModuleField(
      name,
      .array(
        ArrayField(
          count: { state, owner in (state as? State).flatMap { count($0, owner) } },
          handle: { _, owner, index in element(owner, index) }, element: kind)))
  }

  private func integers<Value: BinaryInteger & Sendable>(
    _ read: @escaping Read<Value>
  ) -> IntegerReader {
    { state, handle in
      guard let state = state as? State, let value = read(state, handle) else { return nil }
      return Int64(truncatingIfNeeded: value)
    }
  }

  private func texts(_ read: @escaping Read<FormatText>) -> TextReader {
    { state, handle in
      guard let state = state as? State, let text = read(state, handle) else { return nil }
      return switch text {
      case .inFile(let view): ByteText(slice: view)
      case .owned(let bytes): ByteText(bytes)
      }
    }
  }

  // MARK: - Functions

  /// A function of one text that tells whether something is there.
  func predicate(_ name: String, _ body: @escaping @Sendable (State, ByteView) -> Bool?)
    -> ModuleField
  {
    ModuleField(
      name,
      .function([
        .boolean([.text], of: State.self) { state, arguments in
          arguments.text(0).withView { body(state, $0) }
        }
      ]))
  }

  /// A function without parameters that gives a digest as lower-case hexadecimal digits.
  func digest(_ name: String, digits: Int, _ body: @escaping @Sendable (State) -> [UInt8]?)
    -> ModuleField
  {
    ModuleField(
      name,
      .function([
        .text([], of: State.self, resultForm: .lowercaseHexadecimal(digits: digits)) { state, _ in
          body(state).map { ByteText($0) }
        }
      ]))
  }
}

extension ModuleField {
  /// The values of enumerations, which rules write like fields.
  static func constants(_ values: [(name: String, value: Int64)]) -> [ModuleField] {
    values.map { ModuleField($0.name, .constant(.integer($0.value))) }
  }
}

extension FormatDialect {
  init(_ dialect: Dialect) { self = dialect == .yara ? .yara : .yaraX }
}
