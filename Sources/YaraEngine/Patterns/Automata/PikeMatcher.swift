internal import Bytes

/// Runs an `AutomatonProgram` by keeping the list of its live states in order of preference:
/// linear in the bytes read times the states. Used where a program looks around (`\b`, `^`, `$`),
/// and as the oracle of `LazyAutomaton`.
struct PikeMatcher {
  private var current: [Int32] = []
  private var following: [Int32] = []
  private var stack: [Int32] = []
  /// Generation in which each instruction was last put in a list.
  private var marks: [UInt32] = []
  private var generation: UInt32 = 0

  init() {}

  struct Reading {
    /// 1, or 2 for wide patterns, whose second bytes must be zero.
    var stride: Int
    var isBackward: Bool
    /// Characters; no match is longer.
    var limit: Int
  }

  /// The length in bytes of the preferred match that begins at `position` (that ends there when
  /// read backwards), or nil.
  mutating func preferredLength(
    _ program: AutomatonProgram, _ data: ByteView, at position: Int, _ reading: Reading
  ) -> Int? {
    var result: Int?
    run(program, data, at: position, reading, isExhaustive: false) { result = $0 }
    return result
  }

  /// Calls `found` with all lengths in bytes at which the program matches, rising (exhaustive), or
  /// with those of ever more preferred matches, of which the last counts.
  mutating func run(
    _ program: AutomatonProgram, _ data: ByteView, at position: Int, _ reading: Reading,
    isExhaustive: Bool, found: (Int) -> Void
  ) {
    if marks.count < program.instructions.count {
      marks = Array(repeating: 0, count: program.instructions.count)
      generation = 0
    }
    var place = position
    var length = 0
    startList()
    following.removeAll(keepingCapacity: true)
    add(program, program.entry, data, place, reading)
    swap(&current, &following)
    while !current.isEmpty {
      let byte = Self.read(data, place, reading)
      startList()
      following.removeAll(keepingCapacity: true)
      let next = reading.isBackward ? place &- reading.stride : place &+ reading.stride
      for pc in current {
        let instruction = program.instructions[Int(pc)]
        if instruction.kind == .match {
          found(length &* reading.stride)
          if !isExhaustive { break }
        } else if let byte, program.sets[Int(instruction.argument)].contains(byte) {
          add(program, instruction.next, data, next, reading)
        }
      }
      swap(&current, &following)
      place = next
      length &+= 1
      if length > reading.limit { break }
    }
  }

  /// Whether the program matches anywhere in `data`.
  mutating func hasMatch(_ program: AutomatonProgram, _ data: ByteView) -> Bool {
    if marks.count < program.instructions.count {
      marks = Array(repeating: 0, count: program.instructions.count)
      generation = 0
    }
    let reading = Reading(stride: 1, isBackward: false, limit: .max)
    current.removeAll(keepingCapacity: true)
    for place in 0...data.count {
      // `current` was reached by reading the byte before; a new start joins at every place.
      startList()
      following.removeAll(keepingCapacity: true)
      for pc in current { add(program, pc, data, place, reading) }
      add(program, program.entry, data, place, reading)
      swap(&current, &following)
      if current.contains(where: { program.instructions[Int($0)].kind == .match }) { return true }
      guard let byte = data.byte(at: place) else { break }
      following.removeAll(keepingCapacity: true)
      for pc in current {
        let instruction = program.instructions[Int(pc)]
        if program.sets[Int(instruction.argument)].contains(byte) {
          following.append(instruction.next)
        }
      }
      swap(&current, &following)
    }
    return false
  }

  /// The byte to consume at `place`, or nil at the end, or where a wide character has no zero.
  private static func read(_ data: ByteView, _ place: Int, _ reading: Reading) -> UInt8? {
    if reading.stride == 1 { return data.byte(at: reading.isBackward ? place &- 1 : place) }
    let low = reading.isBackward ? place &- 2 : place
    guard let byte = data.byte(at: low), data.byte(at: low &+ 1) == 0 else { return nil }
    return byte
  }

  private mutating func startList() {
    if generation == .max {
      for index in marks.indices { marks[index] = 0 }
      generation = 0
    }
    generation &+= 1
  }

  /// Puts what is reachable from `pc` without reading in `following`.
  private mutating func add(
    _ program: AutomatonProgram, _ pc: Int32, _ data: ByteView, _ place: Int, _ reading: Reading
  ) {
    stack.append(pc)
    while let pc = stack.popLast() {
      guard marks[Int(pc)] != generation else { continue }
      marks[Int(pc)] = generation
      let instruction = program.instructions[Int(pc)]
      switch instruction.kind {
      case .consume, .match: following.append(pc)
      case .split:
        stack.append(instruction.other)
        stack.append(instruction.next)
      case .look:
        if let look = PatternNode.Look(rawValue: UInt8(truncatingIfNeeded: instruction.argument)),
          Self.holds(look, data, place, stride: reading.stride)
        {
          stack.append(instruction.next)
        }
      }
    }
  }

  /// Whether a look-around condition holds between the bytes before and at `place`. Wide patterns
  /// see every second byte; whether the bytes between are zero does not matter here (as YARA-X).
  static func holds(
    _ look: PatternNode.Look, _ data: ByteView, _ place: Int, stride: Int
  ) -> Bool {
    let before = data.byte(at: place &- stride)
    let after = stride == 1 || place &+ 1 < data.count ? data.byte(at: place) : nil
    return look.holds(before: before, after: after)
  }
}
