/// A nondeterministic automaton in the order of preference of its branches: what `AutomatonCompiler`
/// makes of a `PatternNode`, for one direction of reading.
///
/// Immutable and shared by all threads; `PikeMatcher` and `LazyAutomaton` run it.
struct AutomatonProgram: Sendable {
  enum Kind: UInt8, Sendable {
    /// Reads one byte that must be in `sets[argument]`, then goes to `next`.
    case consume
    /// Prefers `next` to `other`.
    case split
    /// Goes to `next` where the `PatternNode.Look` with raw value `argument` holds.
    case look
    case match
  }

  struct Instruction: Sendable {
    var kind: Kind
    var argument: UInt16 = 0
    var next: Int32 = 0
    var other: Int32 = 0
  }

  var instructions: [Instruction] = []
  var sets: [ByteSet] = []
  var entry: Int32 = 0
  var hasLook = false
  /// Whether a condition asks for the ends of lines.
  var hasLineLook = false
  /// Maps a byte to its class: bytes of one class are in the same sets throughout.
  var byteClasses: [UInt8] = []
  var classCount = 0

  /// What each of the first bytes that any match reads may be, conditions taken to hold; fewer than
  /// `count` where a match may be shorter, or where it would take long to tell.
  func firstSets(_ count: Int) -> [ByteSet] {
    var found: [ByteSet] = []
    var next = [entry]
    var work = 4096
    while found.count < count {
      var set = ByteSet()
      var seen: Set<Int32> = []
      var stack = next
      next = []
      while let pc = stack.popLast() {
        guard seen.insert(pc).inserted else { continue }
        work -= 1
        let instruction = instructions[Int(pc)]
        switch instruction.kind {
        case .consume:
          set = set.union(sets[Int(instruction.argument)])
          next.append(instruction.next)
        case .split: stack += [instruction.next, instruction.other]
        case .look: stack.append(instruction.next)
        case .match: return found
        }
        if work < 0 { return found }
      }
      found.append(set)
    }
    return found
  }
}

/// Builds a program from its end to its beginning, so that every instruction knows where to go on.
struct AutomatonCompiler {
  private var program = AutomatonProgram()
  private var setIndex: [ByteSet: UInt16] = [:]

  /// No match of a pattern is longer than the scan limit, so a bound above it is as good as none.
  static let repetitionLimit = 8192
  private var isBounded = true
  /// Instructions; about 12 bytes each.
  static let maximumSize = 300_000

  /// nil where the program would be too large.
  /// - Parameter isBounded: whether matches are no longer than the scan limit.
  static func compile(_ node: PatternNode, isBounded: Bool) -> AutomatonProgram? {
    var compiler = AutomatonCompiler()
    compiler.isBounded = isBounded
    compiler.program.instructions.append(.init(kind: .match))
    guard let entry = compiler.compile(node, next: 0) else { return nil }
    compiler.program.entry = entry
    compiler.classifyBytes()
    return compiler.program
  }

  private mutating func emit(_ instruction: AutomatonProgram.Instruction) -> Int32? {
    guard program.instructions.count < Self.maximumSize else { return nil }
    program.instructions.append(instruction)
    return Int32(program.instructions.count - 1)
  }

  private mutating func consume(_ set: ByteSet, next: Int32) -> Int32? {
    let index: UInt16
    if let known = setIndex[set] {
      index = known
    } else {
      guard program.sets.count < Int(UInt16.max) else { return nil }
      index = UInt16(program.sets.count)
      program.sets.append(set)
      setIndex[set] = index
    }
    return emit(.init(kind: .consume, argument: index, next: next))
  }

  private mutating func compile(_ node: PatternNode, next: Int32) -> Int32? {
    switch node {
    case .empty: return next
    case .bytes(let bytes):
      var next = next
      for byte in bytes.reversed() {
        guard let entry = consume(ByteSet(byte), next: next) else { return nil }
        next = entry
      }
      return next
    case .set(let set): return consume(set, next: next)
    case .look(let look):
      program.hasLook = true
      if look.asksForLines { program.hasLineLook = true }
      return emit(.init(kind: .look, argument: UInt16(look.rawValue), next: next))
    case .concat(let items):
      var next = next
      for item in items.reversed() {
        guard let entry = compile(item, next: next) else { return nil }
        next = entry
      }
      return next
    case .alternation(let branches):
      var entry: Int32?
      for branch in branches.reversed() {
        guard let start = compile(branch, next: next) else { return nil }
        if let other = entry {
          guard let split = emit(.init(kind: .split, next: start, other: other)) else { return nil }
          entry = split
        } else {
          entry = start
        }
      }
      return entry ?? next
    case .repetition(let sub, let min, let max, let isGreedy):
      var entry = next
      let limit = isBounded ? Self.repetitionLimit : Self.maximumSize
      var low = Swift.min(min, limit)
      if let max, max <= limit / 2 || max == min {
        for _ in 0..<(Swift.max(0, Swift.min(max, limit) - low)) {
          guard let body = compile(sub, next: entry),
            let split = emit(fork(body, next, isGreedy))
          else { return nil }
          entry = split
        }
      } else {
        guard let split = emit(.init(kind: .split)),
          let body = compile(sub, next: split)
        else { return nil }
        program.instructions[Int(split)] = fork(body, next, isGreedy)
        entry = split
        // As in both engines the last turn asked for is the loop's own, so that after a turn of no
        // bytes the way out is preferred to what else the turn may be.
        if low > 0 {
          entry = body
          low -= 1
        }
      }
      for _ in 0..<low {
        guard let body = compile(sub, next: entry) else { return nil }
        entry = body
      }
      return entry
    }
  }

  private func fork(_ body: Int32, _ exit: Int32, _ isGreedy: Bool) -> AutomatonProgram.Instruction {
    isGreedy
      ? .init(kind: .split, next: body, other: exit) : .init(kind: .split, next: exit, other: body)
  }

  /// Bytes that no set tells apart share a class.
  private mutating func classifyBytes() {
    var classes = [UInt8](repeating: 0, count: 256)
    var sizes = [Int](repeating: 0, count: 256)
    sizes[0] = 256
    var count = 1
    // Conditions ask whether a byte is a word character, or ends a line.
    var sets = program.sets
    if program.hasLook { sets.append(.word) }
    if program.hasLineLook { sets += [ByteSet(0x0A), ByteSet(0x0D)] }
    var inside = [Int](repeating: 0, count: 256)
    var renamed = [UInt8](repeating: 0, count: 256)
    for set in sets where count < 256 {
      // A set splits like its complement: the smaller one's members leave their classes, unless
      // they are all of it.
      let members = (set.count <= 128 ? set : set.inverted).bytes
      for byte in members {
        let name = Int(classes[Int(byte)])
        inside[name] += 1
        renamed[name] = UInt8(name)
      }
      for byte in members {
        let name = Int(classes[Int(byte)])
        guard inside[name] > 0 else { continue }
        if inside[name] < sizes[name] {
          renamed[name] = UInt8(count)
          sizes[count] = inside[name]
          sizes[name] -= inside[name]
          count += 1
        }
        // Looked at.
        inside[name] = 0
      }
      for byte in members { classes[Int(byte)] = renamed[Int(classes[Int(byte)])] }
    }
    program.byteClasses = classes
    program.classCount = count
  }
}
