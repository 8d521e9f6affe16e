internal import Bytes

extension Evaluator {
  // MARK: - Integers

  /// As `integer`, without a call for the commonest leaves.
  @inline(__always)
  mutating func leafOrInteger(_ id: NodeID) -> IntegerResult {
    switch program.nodes[id.index] {
    case .integer(let value): IntegerResult(value)
    case .filesize: IntegerResult(Int64(size))
    case .integerVariable(let slot): integers[slot.index]
    default: integer(id)
    }
  }

  mutating func integer(_ id: NodeID) -> IntegerResult {
    switch program.nodes[id.index] {
    case .integer(let value): return IntegerResult(value)
    case .integerVariable(let slot): return integers[slot.index]
    case .filesize: return IntegerResult(Int64(size))
    case .entrypoint: return entrypoint()
    case .patternCount(let operand):
      let pattern = pattern(operand)
      if isComplete || !couldMatch(pattern) { return IntegerResult(Int64(matches.count(of: pattern))) }
      return .unknown
    case .patternCountIn(let operand, let low, let high):
      let low = integer(low)
      let high = integer(high)
      let known = Known.strict(low.known, high.known)
      guard known == .value else { return IntegerResult(value: 0, known: known) }
      guard isComplete else { return .unknown }
      return IntegerResult(
        Int64(matches.count(of: pattern(operand), from: Int(low.value), through: Int(high.value))))
    case .patternOffset(let operand, let index):
      return match(operand, index) { Int64($0.offset) }
    case .patternLength(let operand, let index):
      return match(operand, index) { Int64($0.length) }
    case .negate(let operand):
      let value = integer(operand)
      return IntegerResult(value: 0 &- value.value, known: value.known)
    case .bitwiseNot(let operand):
      let value = integer(operand)
      return IntegerResult(value: ~value.value, known: value.known)
    case .integerArithmetic(let operation, let list): return arithmetic(operation, list)
    case .integerFromBoolean(let operand):
      switch boolean(operand) {
      case .isFalse: return IntegerResult(0)
      case .isTrue: return IntegerResult(1)
      case .undefined: return .undefined
      case .unknown: return .unknown
      }
    case .signedFromUnsigned(let operand):
      let value = integer(operand)
      return value.known == .value && value.value < 0 ? .undefined : value
    case .textLength(let operand):
      switch text(operand) {
      case .value(let text): return IntegerResult(Int64(text.count))
      case .undefined: return .undefined
      case .unknown: return .unknown
      }
    case .elementCount(let field, let owner): return elementCount(field, owner)
    case .saturatedFromUnsigned(let operand):
      let value = integer(operand)
      return value.known == .value && value.value < 0 ? IntegerResult(Int64.max) : value
    case .fileInteger(let number, let offset):
      let offset = leafOrInteger(offset)
      guard offset.known == .value else { return IntegerResult(value: 0, known: offset.known) }
      let place = Int(offset.value)
      if isHidden(place, bytes: Int(number.bytes)) { return .unknown }
      return IntegerResult(fileInteger(number, place))
    case .field(let field, let owner):
      let access = program.fields[field.index]
      let owner = handle(owner)
      guard owner.known == .value else { return IntegerResult(value: 0, known: owner.known) }
      guard case .integer(let read) = access.kind, let state = state(access.module)
      else { return IntegerResult(value: 0, known: missing) }
      return IntegerResult(read(state, owner.handle))
    case .call(let index):
      return call(index) { state, handle, arguments, code in
        guard case .integer(let body) = code else { return .undefined }
        return IntegerResult(body(state, handle, arguments))
      } otherwise: { IntegerResult(value: 0, known: $0) }
    default: return .undefined
    }
  }

  private mutating func elementCount(_ field: FieldID, _ owner: NodeID) -> IntegerResult {
    let access = program.fields[field.index]
    let owner = handle(owner)
    guard owner.known == .value else { return IntegerResult(value: 0, known: owner.known) }
    guard let state = state(access.module) else { return IntegerResult(value: 0, known: missing) }
    return switch access.kind {
    case .array(let array): IntegerResult(array.count(state, owner.handle).map { Int64($0) })
    case .map(let map): IntegerResult(map.count(state, owner.handle).map { Int64($0) })
    default: .undefined
    }
  }

  private func couldMatch(_ pattern: PatternID) -> Bool {
    minimumLength(pattern) <= size
  }

  /// What is asked of the match with a number from 1. Before the search is complete a match found
  /// later may come first, so nothing is known.
  @inline(__always)
  private mutating func match(
    _ operand: PatternOperand, _ index: NodeID, _ value: (PatternMatch) -> Int64
  ) -> IntegerResult {
    var number: Int64 = 1
    if index != NodeID.none {
      let result = integer(index)
      guard result.known == .value else { return IntegerResult(value: 0, known: result.known) }
      number = result.value
    }
    guard number >= 1 else { return .undefined }
    let pattern = pattern(operand)
    guard isComplete || !couldMatch(pattern) else { return .unknown }
    guard let match = matches.match(of: pattern, at: Int(number - 1)) else { return .undefined }
    return IntegerResult(value(match))
  }

  private mutating func arithmetic(_ operation: IntegerOperator, _ list: NodeList) -> IntegerResult {
    var result = integer(program.children[Int(list.start)])
    for index in 1..<max(1, Int(list.count)) {
      let next = leafOrInteger(program.children[Int(list.start) + index])
      let known = Known.strict(result.known, next.known)
      if known == .undefined { return .undefined }
      if known == .unknown {
        result = .unknown
        continue
      }
      guard let value = Arithmetic.apply(operation, result.value, next.value, dialect)
      else { return .undefined }
      result.value = value
    }
    return result
  }

  private func fileInteger(_ number: FileNumber, _ offset: Int) -> Int64? {
    // 64 bits without a sign stay the same bits: the checker knows which numbers those are.
    func read<T: FixedWidthInteger & BitwiseCopyable>(_ type: T.Type) -> Int64? {
      (number.isBigEndian ? data.big(at: offset, as: T.self) : data.little(at: offset, as: T.self))
        .map { Int64(truncatingIfNeeded: $0) }
    }
    return switch (number.bytes, number.isSigned) {
    case (1, false): read(UInt8.self)
    case (1, true): read(Int8.self)
    case (2, false): read(UInt16.self)
    case (2, true): read(Int16.self)
    case (4, false): read(UInt32.self)
    case (4, true): read(Int32.self)
    case (_, false): read(UInt64.self)
    case (_, true): read(Int64.self)
    }
  }

  // MARK: - Floats

  mutating func float(_ id: NodeID) -> FloatResult {
    switch program.nodes[id.index] {
    case .float(let value): return FloatResult(value)
    case .floatVariable(let slot): return floats[slot.index]
    case .floatFromInteger(let operand):
      let value = integer(operand)
      return FloatResult(value: Double(value.value), known: value.known)
    case .floatFromUnsigned(let operand):
      let value = integer(operand)
      return FloatResult(value: Double(UInt64(bitPattern: value.value)), known: value.known)
    case .floatNegate(let operand):
      let value = float(operand)
      return FloatResult(value: -value.value, known: value.known)
    case .floatArithmetic(let operation, let list):
      var result = float(program.children[Int(list.start)])
      for index in 1..<max(1, Int(list.count)) {
        let next = float(program.children[Int(list.start) + index])
        result.known = Known.strict(result.known, next.known)
        if result.known == .undefined { return result }
        result.value = Arithmetic.apply(operation, result.value, next.value)
      }
      return result
    case .fileFloat(let number, let offset):
      let offset = integer(offset)
      guard offset.known == .value else { return FloatResult(offset.known) }
      let place = Int(offset.value)
      if isHidden(place, bytes: Int(number.bytes)) { return FloatResult(.unknown) }
      if number.bytes == 4 {
        let bits =
          number.isBigEndian
          ? data.big(at: place, as: UInt32.self) : data.little(at: place, as: UInt32.self)
        return FloatResult(bits.map { Double(Float(bitPattern: $0)) })
      }
      let bits =
        number.isBigEndian
        ? data.big(at: place, as: UInt64.self) : data.little(at: place, as: UInt64.self)
      return FloatResult(bits.map { Double(bitPattern: $0) })
    case .field(let field, let owner):
      let access = program.fields[field.index]
      let owner = handle(owner)
      guard owner.known == .value else { return FloatResult(owner.known) }
      guard case .float(let read) = access.kind, let state = state(access.module)
      else { return FloatResult(missing) }
      return FloatResult(read(state, owner.handle))
    case .call(let index):
      return call(index) { state, handle, arguments, code in
        guard case .float(let body) = code else { return .undefined }
        return FloatResult(body(state, handle, arguments))
      } otherwise: { FloatResult($0) }
    default: return .undefined
    }
  }

  // MARK: - Texts

  mutating func text(_ id: NodeID) -> TextResult {
    switch program.nodes[id.index] {
    case .text(let index): return .value(program.texts[Int(index)])
    case .textVariable(let slot): return texts[slot.index]
    case .field(let field, let owner):
      let access = program.fields[field.index]
      let owner = handle(owner)
      guard owner.known == .value else { return TextResult(owner.known) }
      guard case .text(let read) = access.kind, let state = state(access.module)
      else { return TextResult(missing) }
      return TextResult(read(state, owner.handle))
    case .call(let index):
      return call(index) { state, handle, arguments, code in
        guard case .text(let body) = code else { return .undefined }
        return TextResult(body(state, handle, arguments))
      } otherwise: { TextResult($0) }
    default: return .undefined
    }
  }

  // MARK: - Structures

  mutating func handle(_ id: NodeID) -> HandleResult {
    switch program.nodes[id.index] {
    case .root: return HandleResult(handle: 0, known: .value)
    case .handleVariable(let slot): return handles[slot.index]
    case .field(let field, let owner):
      let access = program.fields[field.index]
      let owner = handle(owner)
      guard owner.known == .value else { return owner }
      guard case .structure(_, let read) = access.kind, let state = state(access.module)
      else { return HandleResult(missing) }
      return HandleResult(read(state, owner.handle))
    case .element(let field, let owner, let index):
      let access = program.fields[field.index]
      let owner = handle(owner)
      let index = integer(index)
      let known = Known.strict(owner.known, index.known)
      guard known == .value else { return HandleResult(known) }
      guard case .array(let array) = access.kind, let state = state(access.module),
        let count = array.count(state, owner.handle), index.value >= 0, index.value < Int64(count)
      else { return HandleResult(missing) }
      return HandleResult(array.handle(state, owner.handle, Int(index.value)))
    case .entry(let field, let owner, let key): return entry(field, owner, key)
    case .call(let index):
      return call(index) { state, handle, arguments, code in
        guard case .structure(_, let body) = code else { return .undefined }
        return HandleResult(body(state, handle, arguments))
      } otherwise: { HandleResult($0) }
    default: return .undefined
    }
  }

  private mutating func entry(_ field: FieldID, _ owner: NodeID, _ key: NodeID) -> HandleResult {
    let access = program.fields[field.index]
    let owner = handle(owner)
    guard owner.known != .undefined, case .map(let map) = access.kind,
      let state = state(access.module)
    else { return HandleResult(owner.known == .undefined ? .undefined : missing) }
    switch map.keys {
    case .integer(_, let find):
      let key = integer(key)
      let known = Known.strict(owner.known, key.known)
      guard known == .value else { return HandleResult(known) }
      return HandleResult(find(state, owner.handle, key.value))
    case .text(_, let find):
      let key = text(key)
      guard owner.known == .value, case .value(let bytes) = key else {
        return HandleResult(Known.strict(owner.known, key.known))
      }
      return HandleResult(bytes.withView { find(state, owner.handle, $0) })
    }
  }

  // MARK: - Calls

  /// Evaluates the arguments and makes the call; where one of them is undefined, so is the result.
  @inline(__always)
  mutating func call<Result>(
    _ index: UInt32,
    _ body: (ModuleState, Handle, ModuleArguments, FunctionOverload.Code) -> Result,
    otherwise: (Known) -> Result
  ) -> Result {
    let call = program.calls[Int(index)]
    let arguments = arguments
    let base = arguments.count
    defer { arguments.drop(to: base) }
    let receiver = handle(call.receiver)
    var known = receiver.known
    for (position, node) in call.arguments.enumerated() {
      if let regex = call.regexes[position] {
        arguments.push(.regex(program.regexes[Int(regex)]))
        continue
      }
      known = Known.strict(known, push(call.overload.parameters[position], node))
      if known == .undefined { return otherwise(.undefined) }
    }
    let given = ModuleArguments(stack: arguments, base: base)
    if known == .value, !isComplete,
      call.overload.hasEffects || call.overload.isCostly(given, fileSize: size)
    {
      known = .unknown
    }
    guard known == .value else { return otherwise(known) }
    guard let state = state(call.module) else { return otherwise(missing) }
    // A function may read the whole file.
    checkLimits()
    if isStopped { return otherwise(.undefined) }
    return body(state, receiver.handle, given, call.overload.code)
  }

  private mutating func push(_ type: ParameterType, _ node: NodeID) -> Known {
    switch type {
    case .integer:
      let value = integer(node)
      arguments.push(.integer(value.value))
      return value.known
    case .float:
      let value = float(node)
      arguments.push(.float(value.value))
      return value.known
    case .boolean:
      let value = boolean(node)
      arguments.push(.boolean(value == .isTrue))
      return value == .undefined ? .undefined : value == .unknown ? .unknown : .value
    case .text:
      let value = text(node)
      if case .value(let text) = value { arguments.push(.text(text)) } else { arguments.push(.integer(0)) }
      return value.known
    case .regex: return .undefined
    }
  }
}
