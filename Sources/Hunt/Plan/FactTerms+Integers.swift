internal import GramIndex
internal import YaraEngine

// Numbers: for an expression and a set, the documents in which its value may be in the set. The set
// is carried down through the operations, each of which is undone on it.
extension FactWalk {
  /// The documents in which the number may be defined and in the set.
  mutating func integer(_ id: NodeID, in set: NumberRanges) -> IndexQuery {
    if set.isEmpty { return .nothing }
    guard descend() else { return .everything }
    defer { ascend() }
    let id = resolved(id)
    switch program[id] {
    case .integer(let value): return set.contains(value) ? .everything : .nothing
    case .integerVariable: return elementPath(id).map { keyed($0, nil, set) } ?? .everything
    case .filesize:
      let sizes = set.intersection(Self.sizes)
      if sizes.contains(Self.sizes) { return .everything }
      // What holds up to the largest size is said without an end.
      return Self.column(
        "filesize",
        NumberRanges(joining: sizes.ranges.map {
          $0.upperBound == Self.sizes.upperBound ? $0.lowerBound...Int64.max : $0
        }))
    case .fileInteger(let number, let offset): return fileInteger(number, offset, in: set)
    case .negate(let operand): return integer(operand, in: set.negated)
    case .bitwiseNot(let operand): return integer(operand, in: set.inverted)
    case .integerArithmetic(let operation, let list):
      return arithmetic(operation, Array(program.children(list))[...], set)
    case .integerFromBoolean(let operand):
      let answer = answer(operand)
      return (set.contains(1) ? answer.isTrue : .nothing)
        .or(set.contains(0) ? answer.isFalse : .nothing)
    case .signedFromUnsigned(let operand), .saturatedFromUnsigned(let operand):
      return integer(operand, in: .all)
    case .textLength(let operand): return textDefinedness(operand).defined
    case .elementCount(let field, _):
      guard dialect == .yaraX, let column = FactSchema.countColumn(ofArray: program.path(field))
      else { return .everything }
      if set.contains(0...Int64.max) { return .everything }
      return set.contains(0)
        ? Self.column(column, set).or(Self.undefined(column: column)) : Self.column(column, set)
    case .field(let field, let owner):
      return columnName(field, owner).map { Self.column($0, set) }
        ?? keyed(program.path(field), owner, set)
    case .call(let index): return integerCall(index, in: set)
    default: return .everything
    }
  }

  /// The documents in which the number may be undefined.
  mutating func undefinedInteger(_ id: NodeID) -> IndexQuery {
    guard descend() else { return .everything }
    defer { ascend() }
    let id = resolved(id)
    switch program[id] {
    case .integer, .filesize, .patternCount: return .nothing
    case .fileInteger(let number, let offset): return undefinedNumber(number, offset)
    case .negate(let operand), .bitwiseNot(let operand), .saturatedFromUnsigned(let operand):
      return undefinedInteger(operand)
    case .integerFromBoolean(let operand): return answer(operand).isUndefined
    case .textLength(let operand): return textDefinedness(operand).undefined
    case .integerArithmetic(let operation, let list):
      let operands = Array(program.children(list))
      guard isAlwaysDefined(operation, operands.dropFirst()) else { return .everything }
      return operands.reduce(.nothing) { $0.or(undefinedInteger($1)) }
    case .elementCount(let field, _):
      return dialect == .yaraX && FactSchema.countColumn(ofArray: program.path(field)) != nil
        ? .nothing : .everything
    case .field(let field, let owner):
      return columnName(field, owner).map { Self.undefined(column: $0) } ?? .everything
    case .call(let index):
      let call = program.call(index)
      let column = "\(call.path)()"
      return dialect == .yaraX && call.arguments.isEmpty && FactSchema.columnIndices[column] != nil
        ? Self.undefined(column: column) : .everything
    default: return .everything
    }
  }

  /// The value, where it is the same for every document.
  func constant(_ id: NodeID) -> Int64? {
    let id = resolved(id)
    switch program[id] {
    case .integer(let value): return value
    case .negate(let operand):
      if case .integer(let value) = program[operand] { return 0 &- value }
      return nil
    default: return nil
    }
  }

  private func keyed(_ path: String, _ owner: NodeID?, _ set: NumberRanges) -> IndexQuery {
    let present = presence(path, owner)
    let key = Self.canonical(path)
    guard dialect == .yaraX, FactSchema.hasKeys(ofIntegers: key), let values = set.values(most: 16) else { return present }
    let facts = IndexQuery.any(
      of: values.map { .fact(.integer(key, $0)) } + [.fact(.overflow(of: key))])
    return .all(of: [present, facts])
  }

  // MARK: - Numbers of the file

  /// No document has more bytes than a machine can address.
  static let sizes: ClosedRange<Int64> = 0...(1 << 56)

  static func domain(bytes: Int, isSigned: Bool) -> ClosedRange<Int64> {
    if bytes >= 8 { return Int64.min...Int64.max }
    let bits = Int64(bytes * 8)
    return isSigned ? -(1 << (bits - 1))...(1 << (bits - 1)) - 1 : 0...(1 << bits) - 1
  }

  /// - Parameter set: nil is any value, of a number that is no integer.
  mutating func fileInteger(_ number: FileNumber, _ offset: NodeID, in set: NumberRanges?)
    -> IndexQuery
  {
    let bytes = Int(number.bytes)
    let domain = Self.domain(bytes: bytes, isSigned: number.isSigned)
    guard let start = constant(offset) else {
      guard let set, let column = distantColumn(number, offset) else {
        return .all(of: [
          integer(offset, in: .notNegative),
          Self.column("filesize", NumberRanges(Int64(bytes)...Int64.max)),
        ])
      }
      return Self.column(column, set.intersection(domain))
    }
    let (end, overflow) = start.addingReportingOverflow(Int64(bytes))
    if start < 0 || overflow { return .nothing }
    let isLongEnough = Self.column("filesize", NumberRanges(end...Int64.max))
    guard let set, end <= Int64(IndexQuery.headerBytes), bytes <= 4 else {
      if let set, let value = set.single, bytes == 8, end <= Int64(IndexQuery.headerBytes) {
        return Self.header(number, Int(start), value, mask: -1)
      }
      return isLongEnough
    }
    let values = set.intersection(domain)
    if values.isEmpty { return .nothing }
    return .headerNumber(
      HeaderNumberPredicate(
        offset: Int(start), bytes: bytes, isSigned: number.isSigned, isBigEndian: number.isBigEndian,
        ranges: values.widened(to: 64).ranges, matchesUndefined: false))
  }

  func undefinedNumber(_ number: FileNumber, _ offset: NodeID) -> IndexQuery {
    guard let start = constant(offset) else {
      return distantColumn(number, offset).map { Self.undefined(column: $0) } ?? .everything
    }
    let bytes = Int(number.bytes)
    let (end, overflow) = start.addingReportingOverflow(Int64(bytes))
    if start < 0 || overflow { return .everything }
    guard end <= Int64(IndexQuery.headerBytes), bytes <= 4, !number.isFloat else {
      return Self.column("filesize", NumberRanges(0...(end - 1)))
    }
    return .headerNumber(
      HeaderNumberPredicate(
        offset: Int(start), bytes: bytes, isSigned: number.isSigned, isBigEndian: number.isBigEndian,
        ranges: [], matchesUndefined: true))
  }

  /// The column of `uint16(uint32(0x3C) + 4)`.
  private func distantColumn(_ number: FileNumber, _ offset: NodeID) -> String? {
    guard !number.isSigned, !number.isBigEndian, !number.isFloat else { return nil }
    var (base, distance) = (offset, Int64(0))
    if case .integerArithmetic(.add, let list) = program[offset] {
      let operands = Array(program.children(list))
      guard operands.count == 2 else { return nil }
      if let value = constant(operands[1]) {
        (base, distance) = (operands[0], value)
      } else if let value = constant(operands[0]) {
        (base, distance) = (operands[1], value)
      } else {
        return nil
      }
    }
    guard case .fileInteger(let pointer, let place) = program[base], constant(place) == 0x3C,
      pointer.bytes == 4, !pointer.isSigned, !pointer.isBigEndian, distance >= 0, distance <= 4096
    else { return nil }
    let name = FactSchema.headerNumber(bytes: Int(number.bytes), distance: Int(distance))
    return FactSchema.columnIndices[name] == nil ? nil : name
  }

  /// The number's bits that the mask has are those of `value`.
  private static func header(_ number: FileNumber, _ offset: Int, _ value: Int64, mask: Int64)
    -> IndexQuery
  {
    func bytes(_ value: Int64) -> [UInt8] {
      let little = (0..<Int(number.bytes)).map { UInt8(truncatingIfNeeded: value >> Int64($0 * 8)) }
      return number.isBigEndian ? little.reversed() : little
    }
    return .header(HeaderPredicate(offset: offset, value: bytes(value), mask: bytes(mask)))
  }

  /// For numbers of eight bytes without a sign, of which only equality is asked of the header.
  func wideHeader(_ id: NodeID, _ other: NodeID) -> IndexQuery? {
    guard case .fileInteger(let number, let offset) = program[id], number.bytes == 8,
      case .integer(let value) = program[other], let start = constant(offset), start >= 0,
      start <= Int64(IndexQuery.headerBytes - 8)
    else { return nil }
    return Self.header(number, Int(start), value, mask: -1)
  }

  // MARK: - Arithmetic

  private mutating func arithmetic(
    _ operation: IntegerOperator, _ operands: ArraySlice<NodeID>, _ set: NumberRanges
  ) -> IndexQuery {
    guard let last = operands.last else { return .everything }
    if operands.count == 1 { return integer(last, in: set) }
    let rest = operands.dropLast()
    guard let value = constant(last) else {
      if rest.count == 1, let first = rest.first, let left = constant(first) {
        return arithmetic(operation, constant: left, last, set)
      }
      // Two that vary: all of them have to be defined.
      return .all(of: operands.map { integer($0, in: .all) })
    }
    let domain = rest.count == 1 ? rest.first.flatMap(domain) : nil
    switch operation {
    case .add: return arithmetic(operation, rest, set.shifted(by: 0 &- value))
    case .subtract: return arithmetic(operation, rest, set.shifted(by: value))
    case .multiply:
      if let domain, let inner = set.divided(by: value, in: domain) {
        return arithmetic(operation, rest, inner)
      }
    case .divide where value > 0: return arithmetic(operation, rest, set.multiplied(by: value))
    case .bitwiseAnd:
      if rest.count == 1, let first = rest.first { return masked(first, value, set) }
    case .divide where value == 0, .remainder where value == 0: return .nothing
    default:
      if rest.count == 1, let first = rest.first,
        let inner = enumerated(first, { Self.apply(operation, $0, value) }, set)
      {
        return integer(first, in: inner)
      }
    }
    return arithmetic(operation, rest, .all)
  }

  private mutating func arithmetic(
    _ operation: IntegerOperator, constant left: Int64, _ right: NodeID, _ set: NumberRanges
  ) -> IndexQuery {
    switch operation {
    case .add: return integer(right, in: set.shifted(by: 0 &- left))
    case .subtract: return integer(right, in: set.negated.shifted(by: left))
    case .multiply:
      if let domain = domain(right), let inner = set.divided(by: left, in: domain) {
        return integer(right, in: inner)
      }
    case .bitwiseAnd: return masked(right, left, set)
    default: break
    }
    return integer(right, in: .all)
  }

  /// Whether the operation is defined where its operands are.
  private func isAlwaysDefined(_ operation: IntegerOperator, _ operands: ArraySlice<NodeID>) -> Bool {
    switch operation {
    case .add, .subtract, .multiply, .bitwiseAnd, .bitwiseOr, .bitwiseXor: true
    case .divide, .remainder, .unsignedDivide, .unsignedRemainder:
      operands.allSatisfy { (constant($0) ?? 0) > 0 }
    case .shiftLeft, .shiftRight, .unsignedShiftRight:
      operands.allSatisfy { (constant($0) ?? -1) >= 0 }
    }
  }

  /// What a number lies in whatever the document.
  private func domain(_ id: NodeID) -> ClosedRange<Int64>? {
    switch program[id] {
    case .filesize: return Self.sizes
    case .fileInteger(let number, _): return Self.domain(bytes: Int(number.bytes), isSigned: number.isSigned)
    case .field(let field, _):
      // All numbers with keys for their bits but those of sections are of 16 bits.
      let path = program.path(field)
      return dialect == .yaraX && FactSchema.columnIndices[path] != nil
        && FactSchema.hasKeys(ofBits: path) ? 0...0xFFFF : nil
    default: return nil
    }
  }

  /// The numbers of a small domain for which `operation` gives one of the set.
  private func enumerated(
    _ id: NodeID, _ operation: (Int64) -> Int64?, _ set: NumberRanges
  ) -> NumberRanges? {
    guard let domain = domain(id), domain.lowerBound >= -0x8000, domain.upperBound <= 0xFFFF
    else { return nil }
    var found: [ClosedRange<Int64>] = []
    for value in domain {
      guard let result = operation(value) else { return nil }
      guard set.contains(result) else { continue }
      if let last = found.last, last.upperBound == value - 1 {
        found[found.count - 1] = last.lowerBound...value
      } else {
        found.append(value...value)
      }
    }
    return NumberRanges(joining: found)
  }

  /// nil where this is not worked out.
  private static func apply(_ operation: IntegerOperator, _ a: Int64, _ b: Int64) -> Int64? {
    switch operation {
    case .bitwiseAnd: a & b
    case .bitwiseOr: a | b
    case .bitwiseXor: a ^ b
    case .remainder: b > 0 ? a % b : nil
    case .shiftLeft: b >= 0 ? (b >= 64 ? 0 : a << b) : nil
    case .shiftRight: b >= 0 ? (b >= 64 ? 0 : a >> b) : nil
    default: nil
    }
  }

  /// Of `id & mask`.
  private mutating func masked(_ id: NodeID, _ mask: Int64, _ set: NumberRanges) -> IndexQuery {
    var results = mask >= 0 ? set.intersection(0...mask) : set
    if mask > 0, mask & (mask - 1) == 0 {
      // One bit: two results.
      results = NumberRanges(joining: [0, mask].filter { set.contains($0) }.map { $0...$0 })
    }
    if results.isEmpty { return .nothing }
    if let inner = enumerated(id, { $0 & mask }, results), inner.ranges.count <= 64 {
      return integer(id, in: inner)
    }
    if let value = results.single, value & ~mask == 0,
      case .fileInteger(let number, let offset) = program[id], let start = constant(offset),
      start >= 0, start <= Int64(IndexQuery.headerBytes) - Int64(number.bytes)
    {
      // A sign fills bits that the number itself does not have.
      let bits = Int64(number.bytes) * 8
      let own = bits >= 64 ? -1 : (Int64(1) << bits) - 1
      if mask & ~own == 0 { return Self.header(number, Int(start), value, mask: mask) }
    }
    guard case .field(let field, _) = program[id], dialect == .yaraX else {
      return integer(id, in: .all)
    }
    let path = Self.canonical(program.path(field))
    let defined = integer(id, in: .all)
    guard FactSchema.hasKeys(ofBits: path), mask > 0 else { return defined }
    func bits(_ value: Int64) -> [IndexQuery] {
      (0..<63).filter { value >> Int64($0) & 1 == 1 }.map { .fact(.bit(path, $0)) }
    }
    let overflow = IndexQuery.fact(.overflow(of: path))
    if let value = results.single, value != 0 {
      return .all(of: [defined, .any(of: [.all(of: bits(value)), overflow])])
    }
    if !results.contains(0) { return .all(of: [defined, .any(of: bits(mask) + [overflow])]) }
    return defined
  }
}
