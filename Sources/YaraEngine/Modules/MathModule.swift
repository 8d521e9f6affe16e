internal import Bytes

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// YARA's `math`: statistics of byte ranges and texts, and small arithmetic.
///
/// The sums are made in the order in which the engines make them, so that the floats are the same
/// to the last bit. Where the engines differ (bounds of ranges, unsigned `min` and `max`, single
/// precision in `percentage`) each dialect keeps its engine's answer. How often each byte occurs
/// in a range is kept per file.
final class MathState: ModuleState {
  let input: ModuleInput
  private struct Range: Hashable {
    let start: Int
    let length: Int
  }
  private var distributions: [Range: [Int]] = [:]

  init(_ input: ModuleInput) { self.input = input }

  var isYara: Bool { input.dialect == .yara }
  var whole: (start: Int, view: ByteView) { (0, input.data) }

  /// The part of the file that two arguments name: cut at the end of the file; nil where the
  /// offset or the length is negative or the offset lies behind the end (YARA: at the end).
  func part(_ arguments: ModuleArguments, _ first: Int) -> (start: Int, view: ByteView)? {
    part(arguments.integer(first), arguments.integer(first + 1))
  }

  func part(_ start: Int64, _ length: Int64) -> (start: Int, view: ByteView)? {
    guard start >= 0, length >= 0 else { return nil }
    guard isYara ? start < input.data.count : start <= input.data.count else { return nil }
    return (Int(start), input.data.clamped(at: Int(start), length: Int(length)))
  }

  /// How often each of the 256 bytes occurs.
  func distribution(_ part: (start: Int, view: ByteView)) -> [Int] {
    let range = Range(start: part.start, length: part.view.count)
    if let known = distributions[range] { return known }
    // A loop may ask for millions of ranges.
    if distributions.count == Self.keptRanges { distributions.removeAll(keepingCapacity: true) }
    let counts = distribution(part.view)
    distributions[range] = counts
    return counts
  }

  private static let keptRanges = 256

  func distribution(_ view: ByteView) -> [Int] {
    // Four tables, so that equal bytes in a row do not wait for each other.
    var counts = [Int](repeating: 0, count: 1024)
    input.scratch.forEachBlock(of: view) { Self.count($0, in: &counts) }
    for byte in 0..<256 {
      counts[byte] = counts[byte] &+ counts[256 + byte] &+ counts[512 + byte] &+ counts[768 + byte]
    }
    counts.removeLast(768)
    return counts
  }

  private static func count(_ view: ByteView, in counts: inout [Int]) {
    var offset = 0
    var table = counts.mutableSpan
    while let word = view.little(at: offset, as: UInt64.self) {
      table[Int(word & 0xFF)] &+= 1
      table[256 + Int((word >> 8) & 0xFF)] &+= 1
      table[512 + Int((word >> 16) & 0xFF)] &+= 1
      table[768 + Int((word >> 24) & 0xFF)] &+= 1
      table[Int((word >> 32) & 0xFF)] &+= 1
      table[256 + Int((word >> 40) & 0xFF)] &+= 1
      table[512 + Int((word >> 48) & 0xFF)] &+= 1
      table[768 + Int(word >> 56)] &+= 1
      offset += 8
    }
    while let byte = view.byte(at: offset) {
      table[Int(byte)] &+= 1
      offset += 1
    }
  }

  func percentage(of byte: Int, in counts: [Int]) -> Double? {
    let total = counts.reduce(0, &+)
    guard total > 0 else { return nil }
    return isYara
      ? Double(Float(counts[byte]) / Float(total)) : Double(counts[byte]) / Double(total)
  }

  /// The byte that occurs most often, the lowest of equals.
  func mode(_ counts: [Int]) -> Int64? {
    var most = 0
    for byte in 1..<256 where counts[byte] > counts[most] { most = byte }
    return counts[most] > 0 || isYara ? Int64(most) : nil
  }

  static func entropy(_ counts: [Int]) -> Double {
    let total = Double(counts.reduce(0, &+))
    var entropy = 0.0
    for count in counts where count != 0 {
      let share = Double(count) / total
      entropy -= share * log2(share)
    }
    return entropy
  }

  /// What YARA makes of the bytes of a text, but not of those of a file: numbers with a sign.
  private static func signed(_ byte: UInt8) -> Double { Double(Int8(bitPattern: byte)) }

  func mean(text: ByteView) -> Double? {
    guard isYara else { return Self.mean(distribution(text)) }
    guard text.count > 0 else { return nil }
    var sum = 0.0
    for offset in 0..<text.count { sum += Self.signed(text[offset]) }
    return sum / Double(text.count)
  }

  func deviation(text: ByteView, from mean: Double) -> Double? {
    guard isYara else { return Self.deviation(distribution(text), from: mean) }
    guard text.count > 0 else { return nil }
    var sum = 0.0
    for offset in 0..<text.count { sum += (Self.signed(text[offset]) - mean).magnitude }
    return sum / Double(text.count)
  }

  static func mean(_ counts: [Int]) -> Double? {
    let total = counts.reduce(0, &+)
    guard total > 0 else { return nil }
    var sum = 0.0
    for (byte, count) in counts.enumerated() { sum += Double(byte) * Double(count) }
    return sum / Double(total)
  }

  static func deviation(_ counts: [Int], from mean: Double) -> Double? {
    let total = counts.reduce(0, &+)
    guard total > 0 else { return nil }
    var sum = 0.0
    for (byte, count) in counts.enumerated() {
      sum += (Double(byte) - mean).magnitude * Double(count)
    }
    return sum / Double(total)
  }

  /// How much each byte depends on the one before; the last byte is followed by the first. All
  /// sums are whole numbers that a double holds exactly for files of up to 2^37 bytes.
  func serialCorrelation(_ view: ByteView, isText: Bool) -> Double {
    let hasSign = isText && isYara
    var products = 0.0
    var sum = 0.0
    var squares = 0.0
    var last = 0.0
    input.scratch.forEachBlock(of: view) { block in
      for offset in 0..<block.count {
        let byte = hasSign ? Self.signed(block[offset]) : Double(block[offset])
        products += last * byte
        sum += byte
        squares += byte * byte
        last = byte
      }
    }
    let count = Double(view.count)
    if let first = view.byte(at: 0) {
      products += (hasSign ? Self.signed(first) : Double(first)) * last
    }
    let squaredSum = sum * sum
    let divisor = count * squares - squaredSum
    let value = (count * products - squaredSum) / divisor
    if isYara { return divisor == 0 ? -100_000 : value }
    return value.isNaN ? -100_000 : value
  }

  /// The error of the estimate of pi by points made of six bytes each.
  func monteCarloPi(_ view: ByteView, isText: Bool) -> Double? {
    let points = view.count / 6
    guard points > 0 else { return nil }
    let radius = 16_777_215.0
    // Bytes from 128 of a text become huge numbers in YARA.
    func number(_ byte: UInt8) -> Double {
      isText && isYara ? Double(UInt32(bitPattern: Int32(Int8(bitPattern: byte)))) : Double(byte)
    }
    var inside = 0
    input.scratch.forEachBlock(of: view, unit: 6) { block in
      for point in 0..<block.count / 6 {
        var x = 0.0
        var y = 0.0
        for index in 0..<3 {
          x = x * 256 + number(block[point * 6 + index])
          y = y * 256 + number(block[point * 6 + index + 3])
        }
        let square = x * x + y * y
        // The edge is inside for YARA, outside for YARA-X.
        if isYara ? square <= radius * radius : square < radius * radius { inside += 1 }
      }
    }
    let estimate = 4 * (Double(inside) / Double(points))
    return isYara
      ? ((estimate - Double.pi) / Double.pi).magnitude : (estimate - Double.pi).magnitude / Double.pi
  }
}

extension ModuleDefinition {
  static let math = ModuleDefinition(
    name: "math",
    root: StructureType("math", constants + arithmetic + counts + statistics),
    makeState: { MathState($0) })

  private static let constants = [ModuleField("MEAN_BYTES", .constant(.float(127.5)))]

  private static let arithmetic = [
    ModuleField(
      "in_range",
      .function([
        .boolean([.float, .float, .float], of: MathState.self) { _, arguments in
          arguments.float(1) <= arguments.float(0) && arguments.float(0) <= arguments.float(2)
        },
        .boolean([.integer, .integer, .integer], of: MathState.self) { _, arguments in
          arguments.integer(1) <= arguments.integer(0) && arguments.integer(0) <= arguments.integer(2)
        },
      ])),
    ModuleField(
      "min",
      .function([
        .integer([.integer, .integer], of: MathState.self) { state, arguments in
          let (a, b) = (arguments.integer(0), arguments.integer(1))
          // YARA compares without sign.
          return (state.isYara ? UInt64(bitPattern: a) < UInt64(bitPattern: b) : a < b) ? a : b
        }
      ])),
    ModuleField(
      "max",
      .function([
        .integer([.integer, .integer], of: MathState.self) { state, arguments in
          let (a, b) = (arguments.integer(0), arguments.integer(1))
          return (state.isYara ? UInt64(bitPattern: a) > UInt64(bitPattern: b) : a > b) ? a : b
        }
      ])),
    ModuleField(
      "abs",
      .function([
        .integer([.integer], of: MathState.self) { state, arguments in
          let value = arguments.integer(0)
          // There is no 2^63: undefined for YARA-X, the same number for YARA.
          if value == Int64.min, state.input.dialect == .yaraX { return nil }
          return value < 0 ? 0 &- value : value
        }
      ])),
    ModuleField(
      "to_number",
      .function([
        .integer([.boolean], of: MathState.self) { _, arguments in arguments.boolean(0) ? 1 : 0 }
      ])),
    ModuleField(
      "to_string",
      .function([
        .text([.integer], of: MathState.self) { _, arguments in
          ByteText(String(arguments.integer(0)))
        },
        .text([.integer, .integer], of: MathState.self) { _, arguments in
          let value = arguments.integer(0)
          return switch arguments.integer(1) {
          case 10: ByteText(String(value))
          case 16: ByteText(String(UInt64(bitPattern: value), radix: 16))
          case 8: ByteText(String(UInt64(bitPattern: value), radix: 8))
          default: nil
          }
        },
      ])),
  ]

  private static let counts = [
    ModuleField(
      "count",
      .function([
        .integer([.integer], of: MathState.self) { state, arguments in
          guard let byte = UInt8(exactly: arguments.integer(0)) else { return nil }
          return Int64(state.distribution(state.whole)[Int(byte)])
        }.reading(.wholeFile),
        .integer([.integer, .integer, .integer], of: MathState.self) { state, arguments in
          guard let byte = UInt8(exactly: arguments.integer(0)), let part = state.part(arguments, 1)
          else { return nil }
          return Int64(state.distribution(part)[Int(byte)])
        }.reading(.length(argument: 2)),
      ])),
    ModuleField(
      "percentage",
      .function([
        .float([.integer], of: MathState.self) { state, arguments in
          guard let byte = UInt8(exactly: arguments.integer(0)) else { return nil }
          return state.percentage(of: Int(byte), in: state.distribution(state.whole))
        }.reading(.wholeFile),
        .float([.integer, .integer, .integer], of: MathState.self) { state, arguments in
          guard let byte = UInt8(exactly: arguments.integer(0)), let part = state.part(arguments, 1)
          else { return nil }
          return state.percentage(of: Int(byte), in: state.distribution(part))
        }.reading(.length(argument: 2)),
      ])),
    ModuleField(
      "mode",
      .function([
        .integer([], of: MathState.self) { state, _ in
          state.mode(state.distribution(state.whole))
        }.reading(.wholeFile),
        .integer([.integer, .integer], of: MathState.self) { state, arguments in
          state.part(arguments, 0).flatMap { state.mode(state.distribution($0)) }
        }.reading(.length(argument: 1)),
      ])),
  ]

  private static let statistics = [
    ModuleField(
      "entropy",
      .function([
        .float([.integer, .integer], of: MathState.self) { state, arguments in
          state.part(arguments, 0).map { MathState.entropy(state.distribution($0)) }
        }.reading(.length(argument: 1)),
        .float([.text], of: MathState.self) { state, arguments in
          arguments.text(0).withView { MathState.entropy(state.distribution($0)) }
        },
      ])),
    ModuleField(
      "mean",
      .function([
        .float([.integer, .integer], of: MathState.self) { state, arguments in
          state.part(arguments, 0).flatMap { MathState.mean(state.distribution($0)) }
        }.reading(.length(argument: 1)),
        .float([.text], of: MathState.self) { state, arguments in
          arguments.text(0).withView { state.mean(text: $0) }
        },
      ])),
    ModuleField(
      "deviation",
      .function([
        .float([.integer, .integer, .float], of: MathState.self) { state, arguments in
          state.part(arguments, 0).flatMap {
            MathState.deviation(state.distribution($0), from: arguments.float(2))
          }
        }.reading(.length(argument: 1)),
        .float([.text, .float], of: MathState.self) { state, arguments in
          arguments.text(0).withView { state.deviation(text: $0, from: arguments.float(1)) }
        },
      ])),
    ModuleField(
      "serial_correlation",
      .function([
        .float([.integer, .integer], of: MathState.self) { state, arguments in
          state.part(arguments, 0).map { state.serialCorrelation($0.view, isText: false) }
        }.reading(.length(argument: 1)),
        .float([.text], of: MathState.self) { state, arguments in
          arguments.text(0).withView { state.serialCorrelation($0, isText: true) }
        },
      ])),
    ModuleField(
      "monte_carlo_pi",
      .function([
        .float([.integer, .integer], of: MathState.self) { state, arguments in
          state.part(arguments, 0).flatMap { state.monteCarloPi($0.view, isText: false) }
        }.reading(.length(argument: 1)),
        .float([.text], of: MathState.self) { state, arguments in
          arguments.text(0).withView { state.monteCarloPi($0, isText: true) }
        },
      ])),
  ]
}
