internal import Bytes

/// A deterministic automaton made while it runs: each state is the ordered list of live states of
/// an `AutomatonProgram` without look-around, so its answers are those of `PikeMatcher`, at a few
/// instructions per byte.
///
/// Owned by one thread. Its memory is bounded: when full, all states are forgotten.
@safe
final class LazyAutomaton {
  let program: AutomatonProgram
  enum Mode {
    /// Only preferred matches: what is less preferred than a match is cut off.
    case preferred
    /// All matches.
    case exhaustive
    /// All matches that begin anywhere; look-around conditions are taken to hold, so that the
    /// answer is a superset where the program has any.
    case unanchored
  }
  private let mode: Mode

  private var sets: [[Int32]] = []
  private var index: [[Int32]: Int32] = [:]
  /// `stateCapacity * classCount` next states; 0 is not made yet.
  private let transitions: UnsafeMutablePointer<Int32>
  private let accepting: UnsafeMutablePointer<Bool>
  private let classes: UnsafeMutablePointer<UInt8>
  private let classCount: Int
  private let capacity: Int
  /// Rises whenever the states are forgotten; numbers of states are valid within one generation.
  private(set) var generation = 0
  private var listMemory = 0
  private var marks: [UInt32]
  private var markGeneration: UInt32 = 0
  private var stack: [Int32] = []

  static let dead: Int32 = 1
  private static let start: Int32 = 2
  private static let memoryLimit = 2 << 20

  init(_ program: AutomatonProgram, _ mode: Mode) {
    self.program = program
    self.mode = mode
    classCount = max(1, program.classCount)
    capacity = max(64, min(4096, Self.memoryLimit / (4 * classCount)))
    marks = Array(repeating: 0, count: program.instructions.count)
    unsafe transitions = .allocate(capacity: capacity * classCount)
    unsafe accepting = .allocate(capacity: capacity)
    unsafe accepting.initialize(repeating: false, count: capacity)
    unsafe classes = .allocate(capacity: 256)
    for byte in 0..<256 {
      unsafe (classes + byte).initialize(to: program.byteClasses[byte])
    }
    forget()
  }

  deinit {
    unsafe transitions.deallocate()
    unsafe accepting.deallocate()
    unsafe classes.deallocate()
  }

  private func forget() {
    generation += 1
    sets = [[], [], []]
    index = [:]
    listMemory = 0
    // State 0 stands for "not made yet", 1 is dead, 2 the start.
    unsafe transitions.initialize(repeating: 0, count: 3 * classCount)
    for byteClass in 0..<classCount {
      unsafe transitions[Int(Self.dead) * classCount + byteClass] = Self.dead
    }
    unsafe accepting[0] = false
    unsafe accepting[1] = false
    var list: [Int32] = []
    startList()
    close(program.entry, into: &list)
    sets[2] = list
    index[list] = Self.start
    unsafe accepting[2] = list.contains { program.instructions[Int($0)].kind == .match }
  }

  private func startList() {
    if markGeneration == .max {
      for index in marks.indices { marks[index] = 0 }
      markGeneration = 0
    }
    markGeneration += 1
  }

  /// Adds what is reachable from `pc` without reading.
  /// - Returns: false once a match has been added that cuts off everything less preferred.
  @discardableResult
  private func close(_ pc: Int32, into list: inout [Int32]) -> Bool {
    stack.append(pc)
    while let pc = stack.popLast() {
      guard marks[Int(pc)] != markGeneration else { continue }
      marks[Int(pc)] = markGeneration
      let instruction = program.instructions[Int(pc)]
      switch instruction.kind {
      case .consume: list.append(pc)
      case .match:
        list.append(pc)
        if mode == .preferred {
          stack.removeAll(keepingCapacity: true)
          return false
        }
      case .split:
        stack.append(instruction.other)
        stack.append(instruction.next)
      case .look: if mode == .unanchored { stack.append(instruction.next) }
      }
    }
    return true
  }

  /// Makes the transition out of `state` on bytes of `byteClass`.
  private func make(_ state: Int32, _ byte: UInt8) -> Int32 {
    let byteClass = unsafe Int(classes[Int(byte)])
    let sources = sets[Int(state)]
    var list: [Int32] = []
    startList()
    for pc in sources {
      let instruction = program.instructions[Int(pc)]
      if instruction.kind == .consume, program.sets[Int(instruction.argument)].contains(byte) {
        if !close(instruction.next, into: &list) { break }
      }
    }
    if mode == .unanchored { close(program.entry, into: &list) }
    if list.isEmpty {
      unsafe transitions[Int(state) * classCount + byteClass] = Self.dead
      return Self.dead
    }
    if let known = index[list] {
      unsafe transitions[Int(state) * classCount + byteClass] = known
      return known
    }
    if sets.count >= capacity || listMemory > 4 * Self.memoryLimit {
      forget()
      if let known = index[list] { return known }
      return insert(list)
    }
    let made = insert(list)
    unsafe transitions[Int(state) * classCount + byteClass] = made
    return made
  }

  private func insert(_ list: [Int32]) -> Int32 {
    let made = Int32(sets.count)
    sets.append(list)
    index[list] = made
    listMemory += list.count * 8 + 64
    unsafe (transitions + Int(made) * classCount).initialize(repeating: 0, count: classCount)
    unsafe accepting[Int(made)] = list.contains { program.instructions[Int($0)].kind == .match }
    return made
  }

  // MARK: - Running

  /// Length in bytes of the preferred match that begins at `position`, or -1.
  /// - Parameter limit: characters; no match is longer.
  func preferredLength(
    _ data: ByteView, at position: Int, stride: Int, limit: Int
  ) -> Int {
    guard position >= 0, position <= data.count else { return -1 }
    let base = unsafe data.base
    var state = Self.start
    var place = position
    // SAFETY: `place + stride <= end` is checked before every read; position is not negative.
    let end = min(data.count, saturatingSum(position, limit &* stride))
    var last = unsafe accepting[Int(state)] ? place : -1
    while place &+ stride <= end {
      let byte = unsafe base.load(fromByteOffset: place, as: UInt8.self)
      if stride == 2, unsafe base.load(fromByteOffset: place &+ 1, as: UInt8.self) != 0 { break }
      var next = unsafe transitions[
        Int(state) &* classCount &+ Int(classes[Int(byte)])]
      if next == 0 { next = make(state, byte) }
      if next == Self.dead { break }
      state = next
      place &+= stride
      if unsafe accepting[Int(state)] { last = place }
    }
    return last < 0 ? -1 : last - position
  }

  /// Appends to `lengths` all lengths in bytes, rising, of matches that end at `position`, read
  /// backwards.
  func appendBackwardLengths(
    _ data: ByteView, at position: Int, stride: Int, limit: Int, to lengths: inout [Int]
  ) {
    guard position >= 0, position <= data.count else { return }
    let base = unsafe data.base
    var state = Self.start
    var place = position
    // SAFETY: `place - stride >= floor >= 0` is checked before every read.
    let floor = max(0, position &- limit &* stride)
    if unsafe accepting[Int(state)] { lengths.append(0) }
    while place &- stride >= floor {
      place &-= stride
      let byte = unsafe base.load(fromByteOffset: place, as: UInt8.self)
      if stride == 2, unsafe base.load(fromByteOffset: place &+ 1, as: UInt8.self) != 0 { break }
      var next = unsafe transitions[
        Int(state) &* classCount &+ Int(classes[Int(byte)])]
      if next == 0 { next = make(state, byte) }
      if next == Self.dead { break }
      state = next
      if unsafe accepting[Int(state)] { lengths.append(position - place) }
    }
  }

  /// Marks in `starts` (bit i for offset `from + i`) every place in `from..<to` where a match may
  /// begin; for the unanchored automaton of a reversed expression. Reads from `reading` down.
  func markStarts(
    _ data: ByteView, from: Int, to: Int, reading: Int, stride: Int, in starts: inout [UInt64]
  ) {
    guard from >= 0, to <= reading, reading <= data.count,
      starts.count &* 64 >= to &- from
    else { return }
    let base = unsafe data.base
    // SAFETY: `from <= place - stride` and `place <= reading <= count` hold at every read; bits are
    // set below `to - from` only, in a checked array.
    for phase in 0..<stride {
      var place = reading &- phase
      var state = Self.start
      while true {
        if place < to, place >= from, unsafe accepting[Int(state)] {
          let bit = place &- from
          starts[bit >> 6] |= 1 &<< UInt64(bit & 63)
        }
        if place &- stride < from { break }
        place &-= stride
        if stride == 2, unsafe base.load(fromByteOffset: place &+ 1, as: UInt8.self) != 0 {
          state = Self.start
          continue
        }
        let byte = unsafe base.load(fromByteOffset: place, as: UInt8.self)
        let next = unsafe transitions[Int(state) &* classCount &+ Int(classes[Int(byte)])]
        state = next == 0 ? make(state, byte) : next
      }
    }
  }
}
