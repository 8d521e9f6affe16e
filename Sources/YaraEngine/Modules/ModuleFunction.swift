internal import Bytes

/// The type of a function's parameter. Integers are not taken for floats, as in YARA and YARA-X.
enum ParameterType: String, Sendable, Hashable {
  case integer, float, boolean, text, regex
}

/// One of the parameter lists that a function takes, with what it does.
struct FunctionOverload: Sendable {
  typealias Body<Result> = @Sendable (ModuleState, Handle, ModuleArguments) -> Result?

  /// The code and with it the type of the result; nil is "undefined".
  enum Code: Sendable {
    case integer(Body<Int64>)
    case float(Body<Double>)
    case boolean(Body<Bool>)
    case text(Body<ByteText>)
    case structure(StructureType, Body<Handle>)
  }

  /// What is known of every result, for warnings about comparisons that cannot be true.
  enum ResultForm: Sendable {
    case any
    /// Lower-case hexadecimal digits, this many.
    case lowercaseHexadecimal(digits: Int)
    /// No small letters, this many bytes.
    case uppercase(length: Int)
  }

  let parameters: [ParameterType]
  let code: Code
  let resultForm: ResultForm
  /// True where calling it is observable: such a call is made once, and only when everything else
  /// about the condition is known.
  let hasEffects: Bool
  /// True where a call takes so long that it is better made when all patterns have been searched
  /// for, which may settle the condition without it.
  private let isCostly: Bool
  /// What a call reads of the file, where that is what it costs.
  private var reading: Reading?

  enum Reading: Sendable {
    /// As many bytes as this argument says.
    case length(argument: Int)
    case wholeFile
  }

  /// Reading so many bytes takes as long as searching many times as many.
  private static let cheapLength = 64 << 10

  init(
    _ parameters: [ParameterType], _ code: Code, resultForm: ResultForm = .any,
    hasEffects: Bool = false, isCostly: Bool = false
  ) {
    self.isCostly = isCostly
    self.parameters = parameters
    self.code = code
    self.resultForm = resultForm
    self.hasEffects = hasEffects
  }
}

extension FunctionOverload {
  /// The same function, of which is known what it reads.
  func reading(_ reading: Reading) -> FunctionOverload {
    var overload = self
    overload.reading = reading
    return overload
  }

  /// Whether a call with these arguments is better made when all patterns have been searched for.
  func isCostly(_ arguments: ModuleArguments, fileSize: Int) -> Bool {
    switch reading {
    case nil: isCostly
    case .wholeFile: fileSize > Self.cheapLength
    case .length(let argument):
      min(Int64(fileSize), arguments.integer(argument)) > Int64(Self.cheapLength)
    }
  }
}

enum ArgumentValue {
  case integer(Int64)
  case float(Double)
  case boolean(Bool)
  case text(ByteText)
  case regex(ConditionRegex)
}

/// The arguments of the calls under way, innermost last; reused, so that a call allocates nothing.
final class ArgumentStack {
  fileprivate var values: [ArgumentValue] = []
  var count: Int { values.count }
  func push(_ value: ArgumentValue) { values.append(value) }
  func drop(to count: Int) { values.removeLast(max(0, values.count - count)) }
}

/// The arguments of one call, counted from 0. The checker has matched types and number with the
/// overload: asking for another type is a mistake of the module and gives a neutral value.
struct ModuleArguments {
  let stack: ArgumentStack
  let base: Int

  func integer(_ index: Int) -> Int64 {
    if case .integer(let value) = stack.values[base + index] { value } else { 0 }
  }
  func float(_ index: Int) -> Double {
    if case .float(let value) = stack.values[base + index] { value } else { 0 }
  }
  func boolean(_ index: Int) -> Bool {
    if case .boolean(let value) = stack.values[base + index] { value } else { false }
  }
  func text(_ index: Int) -> ByteText {
    if case .text(let value) = stack.values[base + index] { value } else { ByteText([]) }
  }
  func regex(_ index: Int) -> ConditionRegex? {
    if case .regex(let value) = stack.values[base + index] { value } else { nil }
  }
}

extension FunctionOverload {
  /// An overload whose code gets the module's own state type.
  static func integer<State: ModuleState>(
    _ parameters: [ParameterType], of: State.Type,
    _ body: @escaping @Sendable (State, ModuleArguments) -> Int64?
  ) -> FunctionOverload {
    FunctionOverload(
      parameters, .integer { state, _, arguments in (state as? State).flatMap { body($0, arguments) } })
  }

  static func float<State: ModuleState>(
    _ parameters: [ParameterType], of: State.Type,
    _ body: @escaping @Sendable (State, ModuleArguments) -> Double?
  ) -> FunctionOverload {
    FunctionOverload(
      parameters, .float { state, _, arguments in (state as? State).flatMap { body($0, arguments) } })
  }

  static func boolean<State: ModuleState>(
    _ parameters: [ParameterType], of: State.Type, hasEffects: Bool = false,
    _ body: @escaping @Sendable (State, ModuleArguments) -> Bool?
  ) -> FunctionOverload {
    FunctionOverload(
      parameters, .boolean { state, _, arguments in (state as? State).flatMap { body($0, arguments) } },
      hasEffects: hasEffects)
  }

  static func text<State: ModuleState>(
    _ parameters: [ParameterType], of: State.Type, resultForm: ResultForm = .any,
    _ body: @escaping @Sendable (State, ModuleArguments) -> ByteText?
  ) -> FunctionOverload {
    FunctionOverload(
      parameters, .text { state, _, arguments in (state as? State).flatMap { body($0, arguments) } },
      resultForm: resultForm)
  }
}

/// The state of modules that keep nothing but the file itself.
final class PlainState: ModuleState {
  let input: ModuleInput
  init(_ input: ModuleInput) { self.input = input }
}
