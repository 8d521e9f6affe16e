/// What is known of a value. Undefined is an answer of YARA's; unknown is not: it says that the
/// file has not been searched yet, and never leaves the scanner.
enum Known: UInt8, Sendable {
  case value, undefined, unknown
}

/// The answer of a Boolean expression.
enum Truth: UInt8, Sendable {
  case isFalse, isTrue, undefined, unknown

  @inline(__always)
  init(_ value: Bool) { self = value ? .isTrue : .isFalse }

  @inline(__always)
  init(_ known: Known) { self = known == .unknown ? .unknown : .undefined }

  /// Undefined taken for false, as `and`, `or`, loops and whole conditions do.
  @inline(__always)
  var decided: Truth { self == .undefined ? .isFalse : self }
}

struct IntegerResult {
  var value: Int64
  var known: Known
  static let undefined = IntegerResult(value: 0, known: .undefined)
  static let unknown = IntegerResult(value: 0, known: .unknown)

  @inline(__always)
  init(value: Int64, known: Known) {
    self.value = value
    self.known = known
  }
  @inline(__always)
  init(_ value: Int64) { self.init(value: value, known: .value) }
  @inline(__always)
  init(_ value: Int64?) { self.init(value: value ?? 0, known: value == nil ? .undefined : .value) }
}

struct FloatResult {
  var value: Double
  var known: Known
  static let undefined = FloatResult(value: 0, known: .undefined)

  @inline(__always)
  init(value: Double, known: Known) {
    self.value = value
    self.known = known
  }
  @inline(__always)
  init(_ value: Double) { self.init(value: value, known: .value) }
  @inline(__always)
  init(_ value: Double?) { self.init(value: value ?? 0, known: value == nil ? .undefined : .value) }
  @inline(__always)
  init(_ known: Known) { self.init(value: 0, known: known) }
}

enum TextResult {
  case value(ByteText)
  case undefined
  case unknown

  @inline(__always)
  init(_ text: ByteText?) { if let text { self = .value(text) } else { self = .undefined } }
  @inline(__always)
  init(_ known: Known) { self = known == .unknown ? .unknown : .undefined }

  var known: Known {
    switch self {
    case .value: .value
    case .undefined: .undefined
    case .unknown: .unknown
    }
  }
}

struct HandleResult {
  var handle: Handle
  var known: Known
  static let undefined = HandleResult(handle: 0, known: .undefined)

  @inline(__always)
  init(handle: Handle, known: Known) {
    self.handle = handle
    self.known = known
  }
  @inline(__always)
  init(_ handle: Handle?) {
    self.init(handle: handle ?? 0, known: handle == nil ? .undefined : .value)
  }
  @inline(__always)
  init(_ known: Known) { self.init(handle: 0, known: known) }
}

extension Known {
  /// Of an operation whose operands all must be defined: undefined wins, for it is final whatever
  /// the unknown turns out to be.
  @inline(__always)
  static func strict(_ a: Known, _ b: Known) -> Known {
    if a == .undefined || b == .undefined { return .undefined }
    return a == .unknown || b == .unknown ? .unknown : .value
  }
}
