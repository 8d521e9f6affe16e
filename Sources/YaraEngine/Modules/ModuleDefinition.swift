internal import Bytes

/// A module of YARA as a table of plain values.
///
/// What enters: the bytes of one file. What leaves: values that a rule asks for by name. The table
/// says which names there are, of which types, and how each is read from the module's state; the
/// checker, the evaluator and the dump of all fields walk the same table.
///
/// The idea: a structure in a file is known by a small integer, its handle, whose meaning is the
/// module's own (the index of a section, an offset, 0 for the root). Reading a field takes the
/// state and the handle, so that nothing is built which no rule asks for.
struct ModuleDefinition: Sendable {
  let name: String
  let root: StructureType
  /// The table of `--dialect yara`, where YARA gives a name another type than YARA-X does.
  var rootInYara: StructureType?
  /// Called once per file, when a rule first asks for the module; nil leaves all fields undefined.
  let makeState: @Sendable (ModuleInput) -> ModuleState?
  /// Asked once when rules import the module: why it cannot answer on this machine, nil if it can.
  var whyUnusable: (@Sendable () -> String?)?

  func root(in dialect: Dialect) -> StructureType {
    dialect == .yara ? rootInYara ?? root : root
  }
}

/// What a module may look at.
struct ModuleInput {
  /// The file; valid until the state is released at the end of its scan.
  let data: ByteView
  let dialect: Dialect
  /// Seconds since 1970-01-01 00:00 UTC that rules take for now.
  let now: Int64
  let console: ConsoleOutput
  /// What other programs say of the file.
  var reports = ModuleReports()
  /// What modules keep from file to file.
  var scratch = ModuleScratch()
}

/// What modules keep from one file of a scanner to the next, made when first asked for.
final class ModuleScratch {
  /// libmagic's database; nil where it cannot be read, which `failure` tells.
  private(set) lazy var magic: MagicDatabase? = {
    do throws(MagicFailure) {
      return try MagicDatabase()
    } catch {
      failure = "magic: \(error.reason)"
      return nil
    }
  }()
  /// Why a module could not answer in a scan; its fields are undefined then.
  private(set) var failure: String?

  // Bounds on the work of the file at hand.
  var deadline = Deadline.never
  var cancellation: Cancellation?

  /// Calls `body` with the bytes of `view` in blocks of a MiB until time is up or the scan is
  /// cancelled: what is made of the bytes then is worth nothing, and nobody asks for it.
  /// - Parameter unit: blocks but for the last are a multiple of it.
  func forEachBlock(of view: ByteView, unit: Int = 1, _ body: (ByteView) -> Void) {
    let length = (1 << 20) / unit * unit
    var offset = 0
    while offset < view.count, !deadline.isPast, cancellation?.isCancelled != true {
      body(view.clamped(at: offset, length: length))
      offset += length
    }
  }
}

/// What a module keeps of one file. Parse lazily, once per file, and keep it here.
class ModuleState {
  init() {}
  /// Whether a bound cut what has been asked for so far, which rules should hear of.
  var isCut: Bool { false }
}

/// Lines that rules wrote with the `console` module during one scan.
final class ConsoleOutput {
  private(set) var lines: [String] = []
  /// Beyond this many lines of one file the rest is dropped.
  static let maximumLines = 10_000
  /// Of all lines together.
  static let maximumBytes = 4 << 20
  private var byteCount = 0
  private(set) var isTruncated = false

  func write(_ bytes: [UInt8]) {
    guard lines.count < Self.maximumLines, byteCount + bytes.count <= Self.maximumBytes else {
      isTruncated = true
      return
    }
    byteCount += bytes.count
    lines.append(String(decoding: bytes, as: UTF8.self))
  }

  func reset() {
    lines.removeAll(keepingCapacity: true)
    isTruncated = false
    byteCount = 0
  }
}

/// Names a structure within a module's state; 0 is the root.
typealias Handle = Int

typealias IntegerReader = @Sendable (ModuleState, Handle) -> Int64?
typealias FloatReader = @Sendable (ModuleState, Handle) -> Double?
typealias BooleanReader = @Sendable (ModuleState, Handle) -> Bool?
typealias TextReader = @Sendable (ModuleState, Handle) -> ByteText?
typealias HandleReader = @Sendable (ModuleState, Handle) -> Handle?

/// The fields of a structure, in order.
final class StructureType: Sendable {
  let name: String
  let fields: [ModuleField]
  private let indices: [String: Int]

  init(_ name: String, _ fields: [ModuleField]) {
    self.name = name
    self.fields = fields
    var indices: [String: Int] = [:]
    for (index, field) in fields.enumerated() {
      precondition(indices[field.name] == nil, "field names of a structure are distinct")
      indices[field.name] = index
    }
    self.indices = indices
  }

  func field(_ name: String) -> ModuleField? { indices[name].map { fields[$0] } }
}

struct ModuleField: Sendable {
  let name: String
  let kind: FieldKind
  /// What to use instead, where the field is deprecated.
  let deprecation: String?
  /// Who alone knows the field, where it is undefined for every file here; rules that ask for it
  /// are told so.
  let isKnownOnlyTo: String?

  init(
    _ name: String, _ kind: FieldKind, deprecation: String? = nil, isKnownOnlyTo: String? = nil
  ) {
    self.name = name
    self.kind = kind
    self.deprecation = deprecation
    self.isKnownOnlyTo = isKnownOnlyTo
  }
}

/// A field's type together with the way to read it. A reader gives nil for "undefined".
indirect enum FieldKind: Sendable {
  /// Known at compile time: the value of an enumeration.
  case constant(ConstantValue)
  case integer(IntegerReader)
  case float(FloatReader)
  case boolean(BooleanReader)
  case text(TextReader)
  case structure(StructureType, HandleReader)
  case array(ArrayField)
  case map(MapField)
  case function([FunctionOverload])
}

/// `element` is read with the handle that `handle` gives for an index from 0 below `count`; for
/// elements that are structures it is `.structure(type) { _, handle in handle }`.
struct ArrayField: Sendable {
  /// Elements, or nil where the array is undefined.
  let count: @Sendable (ModuleState, Handle) -> Int?
  let handle: @Sendable (ModuleState, Handle, Int) -> Handle?
  let element: FieldKind
}

/// Entries are numbered from 0 below `count` for loops; `find` serves `map[key]`.
struct MapField: Sendable {
  enum Keys: Sendable {
    case integer(
      at: @Sendable (ModuleState, Handle, Int) -> Int64?,
      find: @Sendable (ModuleState, Handle, Int64) -> Handle?)
    case text(
      at: @Sendable (ModuleState, Handle, Int) -> ByteText?,
      find: @Sendable (ModuleState, Handle, ByteView) -> Handle?)
  }
  let count: @Sendable (ModuleState, Handle) -> Int?
  /// The handle with which `value` reads the entry of an index.
  let handle: @Sendable (ModuleState, Handle, Int) -> Handle?
  let keys: Keys
  let value: FieldKind
}

/// A value that the compiler knows.
enum ConstantValue: Sendable, Hashable {
  case integer(Int64)
  case float(Double)
  case boolean(Bool)
  case text([UInt8])
}
