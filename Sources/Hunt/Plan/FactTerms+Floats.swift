internal import GramIndex
internal import YaraEngine

// Comparisons of floats: of those that are no integers, entropies are among the facts.
extension FactWalk {
  mutating func compareFloats(_ comparison: Comparison, _ a: NodeID, _ b: NodeID) -> FactAnswer {
    // For YARA some comparisons with undefined are false.
    guard dialect == .yaraX else { return .unknown }
    var answer = FactAnswer(strict: [definedness(.float, a), definedness(.float, b)])
    var comparison = comparison
    var (call, value) = (a, float(b))
    if value == nil {
      comparison = comparison.mirrored
      (call, value) = (b, float(a))
    }
    guard let value, value.magnitude < 1000, let columns = entropyColumns(call) else { return answer }
    answer.isTrue = .all(of: [answer.isTrue, Self.entropy(columns, comparison, value)])
    answer.isFalse = .all(of: [answer.isFalse, Self.entropy(columns, comparison.negated, value)])
    if columns.highest == columns.lowest { answer.isUndefined = Self.undefined(column: columns.highest) }
    return answer
  }

  private func float(_ id: NodeID) -> Double? {
    switch program[id] {
    case .float(let value): value
    case .floatFromInteger(let operand): constant(operand).map { Double($0) }
    default: nil
    }
  }

  /// Documents in which one of the entropies may compare so with a number.
  private static func entropy(
    _ columns: FactSchema.EntropyColumns, _ comparison: Comparison, _ value: Double
  ) -> IndexQuery {
    // What a column says stands for all that is less than one more.
    let scaled = value * FactSchema.EntropyColumns.scale
    let floor = Int64(scaled.rounded(.down))
    let high = column(columns.highest, NumberRanges(floor...Int64.max))
    switch comparison {
    case .greater, .greaterOrEqual: return high
    case .less: return column(columns.lowest, NumberRanges(Int64.min...(Int64(scaled.rounded(.up)) - 1)))
    case .lessOrEqual: return column(columns.lowest, NumberRanges(Int64.min...floor))
    case .equal: return .all(of: [high, column(columns.lowest, NumberRanges(Int64.min...floor))])
    case .notEqual: return column(columns.highest, .all)
    }
  }

  /// The columns of what a call of `math.entropy` gives.
  private func entropyColumns(_ id: NodeID) -> FactSchema.EntropyColumns? {
    guard case .call(let index) = program[id] else { return nil }
    let call = program.call(index)
    guard call.path == "math.entropy", call.arguments.count == 2 else { return nil }
    let (offset, size) = (resolved(call.arguments[0]), resolved(call.arguments[1]))
    if case .filesize = program[size], constant(offset) == 0 { return FactSchema.entropyOfFile }
    guard case .field(let first, let owner) = program[offset], case .field(let second, let other) = program[size],
      isSame(owner, other)
    else { return nil }
    return FactSchema.entropy(offset: program.path(first), size: program.path(second))
  }

  /// Whether two nodes give the same handle.
  private func isSame(_ a: NodeID, _ b: NodeID) -> Bool {
    var (a, b) = (a, b)
    for _ in 0..<32 {
      if a == b { return true }
      switch (program[a], program[b]) {
      case (.root, .root): return true
      case (.handleVariable(let first), .handleVariable(let second)): return first == second
      case (.element(let first, let base, let index), .element(let second, let otherBase, let otherIndex)):
        guard first == second, let place = constant(index), place == constant(otherIndex) else { return false }
        (a, b) = (base, otherBase)
      case (.field(let first, let base), .field(let second, let otherBase)):
        guard first == second else { return false }
        (a, b) = (base, otherBase)
      default: return false
      }
    }
    return false
  }
}
