internal import Bytes

/// A deterministic automaton made while it runs: each state is the ordered list of live states of
/// an `AutomatonProgram`, so its answers are those of `PikeMatcher`, at a few instructions per byte.
///
/// Whether a state matches, and whether a look-around condition holds, is decided when the next
/// byte (or the end of the data) is seen: a transition says "there was a match before this byte".
/// A state remembers of the byte before only whether it was a word character, or none at all.
///
/// Owned by one thread. Its memory is bounded: when full, all states are forgotten. It takes what its
/// states need and says so to the thread's `AutomatonMemory`. Runs that come
/// to the same state at the same place as the run before share its rest, so that many overlapping
/// runs cost little more than one.
@safe
final class LazyAutomaton {
  enum Mode {
    /// Only preferred matches: what is less preferred than a match is cut off.
    case preferred
    /// All matches.
    case exhaustive
    /// All matches that begin anywhere; look-around conditions are taken to hold, so that the
    /// answer is a superset where the program has any.
    case unanchored
  }

  /// What was read last, as far as conditions need it.
  private enum Context: UInt8 {
    case nothing, word, other, lineFeed, carriageReturn

    /// A byte of this kind.
    var byte: UInt8? {
      switch self {
      case .nothing: nil
      case .word: 0x61
      case .other: 0x20
      case .lineFeed: 0x0A
      case .carriageReturn: 0x0D
      }
    }
  }

  private struct State: Hashable {
    var list: [Int32]
    var context: Context
  }

  let program: AutomatonProgram
  private let mode: Mode
  private let isBackward: Bool
  private let looks: Bool

  private var states: [State] = []
  private var index: [State: Int32] = [:]
  /// `rows * rowSize` transitions; the last class of a row is the end of the data. 0 is not made
  /// yet; else the next state times two, plus one where there is a match before the byte.
  private var transitions: UnsafeMutablePointer<Int32>
  private var rows: Int
  private let classes: UnsafeMutablePointer<UInt8>
  private let rowSize: Int
  private let capacity: Int
  /// Rises whenever the states are forgotten; numbers of states are valid within one generation.
  private var generation = 0
  private var listMemory = 0
  private let memory: AutomatonMemory
  /// What `memory` has been told.
  private var counted = 0
  private var marks: [UInt32]
  private var markGeneration: UInt32 = 0
  private var stack: [Int32] = []
  private var resolved: [Int32] = []
  private var startStates: [Int32] = []
  /// Steps taken since the owner last set it to 0; made states count for more.
  var work = 0

  private static let dead: Int32 = 1
  private static let firstRows = 8
  /// Of the object, the classes and the tables of states, about.
  private static let fixedMemory = 1024
  private static let memoryLimit = 1 << 20
  private static let listLimit = 8 << 20

  init(
    _ program: AutomatonProgram, _ mode: Mode, isBackward: Bool,
    _ memory: AutomatonMemory = AutomatonMemory()
  ) {
    self.program = program
    self.mode = mode
    self.isBackward = isBackward
    looks = program.hasLook && mode != .unanchored
    rowSize = max(1, program.classCount) + 1
    capacity = max(64, min(8192, Self.memoryLimit / (4 * rowSize)))
    self.memory = memory
    marks = Array(repeating: 0, count: program.instructions.count)
    rows = Self.firstRows
    unsafe transitions = .allocate(capacity: Self.firstRows * rowSize)
    unsafe classes = .allocate(capacity: 256)
    for byte in 0..<256 {
      unsafe (classes + byte).initialize(to: program.byteClasses[byte])
    }
    forget()
  }

  deinit {
    memory.used &-= counted
    unsafe transitions.deallocate()
    unsafe classes.deallocate()
  }

  // MARK: - States

  private func forget() {
    generation += 1
    index = [:]
    listMemory = 0
    // State 0 stands for "not made yet", 1 is dead.
    states = [State(list: [], context: .nothing), State(list: [], context: .nothing)]
    unsafe transitions.initialize(repeating: 2 * Self.dead, count: 2 * rowSize)
    startStates = [0, 0, 0, 0, 0]
    tell()
  }

  private func tell() {
    let now = Self.fixedMemory &+ 4 &* (rows &* rowSize &+ marks.count) &+ listMemory
    memory.used &+= now &- counted
    counted = now
  }

  /// Room for more states. Runs read `transitions` anew after each state that is made.
  private func grow() {
    let more = min(2 * rows, capacity)
    let grown = UnsafeMutablePointer<Int32>.allocate(capacity: more * rowSize)
    // SAFETY: the rows of all states but the one that is being made are initialised.
    unsafe grown.moveInitialize(from: transitions, count: states.count * rowSize)
    unsafe transitions.deallocate()
    unsafe transitions = grown
    rows = more
  }

  private func startState(_ context: Context) -> Int32 {
    let context = looks ? context : .nothing
    let known = startStates[Int(context.rawValue)]
    if known != 0 { return known }
    var list: [Int32] = []
    startMarks()
    close(program.entry, into: &list)
    let made = number(of: State(list: list, context: context))
    startStates[Int(context.rawValue)] = made
    return made
  }

  private func startMarks() {
    if markGeneration == .max {
      for index in marks.indices { marks[index] = 0 }
      markGeneration = 0
    }
    markGeneration += 1
  }

  /// Adds what is reachable from `pc` without reading; conditions wait in the list.
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
      case .look:
        if mode == .unanchored { stack.append(instruction.next) } else { list.append(pc) }
      }
    }
    return true
  }

  /// Fills `resolved` with the consuming states that are live once the next byte is known.
  /// - Returns: whether there is a match.
  private func resolve(_ state: State, _ next: UInt8?) -> Bool {
    resolved.removeAll(keepingCapacity: true)
    startMarks()
    var hasMatch = false
    for pc in state.list {
      stack.append(pc)
      while let pc = stack.popLast() {
        guard marks[Int(pc)] != markGeneration else { continue }
        marks[Int(pc)] = markGeneration
        let instruction = program.instructions[Int(pc)]
        switch instruction.kind {
        case .consume: resolved.append(pc)
        case .match:
          hasMatch = true
          if mode == .preferred {
            stack.removeAll(keepingCapacity: true)
            return true
          }
        case .split:
          stack.append(instruction.other)
          stack.append(instruction.next)
        case .look:
          let look = PatternNode.Look(rawValue: UInt8(truncatingIfNeeded: instruction.argument))
          let read = state.context.byte
          let holds =
            look?.holds(before: isBackward ? next : read, after: isBackward ? read : next) ?? false
          if holds { stack.append(instruction.next) }
        }
      }
    }
    return hasMatch
  }

  /// Makes the transition out of `state` on `byte`, or at the end of the data.
  private func make(_ state: Int32, _ byte: UInt8?) -> Int32 {
    let source = states[Int(state)]
    work += 32 + 4 * source.list.count
    let hasMatch = resolve(source, byte)
    let before = generation
    var target = Self.dead
    if let byte {
      var list: [Int32] = []
      startMarks()
      let consuming = resolved
      for pc in consuming {
        let instruction = program.instructions[Int(pc)]
        if program.sets[Int(instruction.argument)].contains(byte) {
          if !close(instruction.next, into: &list) { break }
        }
      }
      if mode == .unanchored { close(program.entry, into: &list) }
      if !list.isEmpty {
        target = number(of: State(list: list, context: looks ? context(of: byte) : .nothing))
      }
    }
    let value = 2 * target + (hasMatch ? 1 : 0)
    if generation == before {
      let byteClass = byte.map { unsafe Int(classes[Int($0)]) } ?? rowSize - 1
      unsafe transitions[Int(state) * rowSize + byteClass] = value
    }
    return value
  }

  private func number(of state: State) -> Int32 {
    if let known = index[state] { return known }
    if states.count >= capacity || listMemory > Self.listLimit { forget() }
    let made = Int32(states.count)
    if states.count == rows { grow() }
    states.append(state)
    index[state] = made
    listMemory += state.list.count * 8 + 96
    tell()
    unsafe (transitions + Int(made) * rowSize).initialize(repeating: 0, count: rowSize)
    return made
  }

  @inline(__always)
  private func context(_ data: ByteView, _ place: Int, stride: Int) -> Context {
    guard looks else { return .nothing }
    let byte: UInt8?
    if isBackward {
      byte = stride == 1 || place &+ 1 < data.count ? data.byte(at: place) : nil
    } else {
      byte = data.byte(at: place &- stride)
    }
    return byte.map { context(of: $0) } ?? .nothing
  }

  private func context(of byte: UInt8) -> Context {
    if program.hasLineLook {
      if byte == 0x0A { return .lineFeed }
      if byte == 0x0D { return .carriageReturn }
    }
    return ByteSet.word.contains(byte) ? .word : .other
  }

  // MARK: - Forward

  /// Steps before a run is traced: most are shorter.
  private static let untraced = 32

  /// Length in bytes of the preferred match that begins at `position`, or -1.
  ///
  /// Runs that come to a state at a place where an earlier run has been in it share its way from
  /// there on, so that the runs of a file cost together little more than the distinct pairs of place
  /// and state that they pass.
  /// - Parameters:
  ///   - limit: characters; no match is longer
  ///   - trace: the thread's, for all automata
  ///   - file: differs from file to file
  func preferredLength(
    _ data: ByteView, at position: Int, stride: Int, limit: Int, trace: ForwardTrace, file: Int
  ) -> Int {
    guard position >= 0, position <= data.count else { return -1 }
    let base = unsafe data.base
    let count = data.count
    var state = startState(context(data, position, stride: stride))
    var transitions = unsafe transitions
    var place = position
    let stop = saturatingSum(position, limit &* stride)
    var last = -1
    var untraced = saturatingSum(position, Self.untraced &* stride)
    /// The way that this run makes or goes on with, or -1.
    var way: Int32 = -1
    /// The last match before the run came onto the way.
    var before = -1
    var uncounted = position
    var isFinal = true
    while true {
      if place >= untraced {
        if way < 0 {
          if traceFile != file || traceStride != stride || traceGeneration != generation {
            traceFile = file
            traceStride = stride
            traceGeneration = generation
            traceStamp = trace.newStamp()
          }
          way = trace.newWay()
        } else if traceGeneration != generation {
          // The states' numbers have changed: what was traced is worthless.
          traceFile = -1
          way = -1
          untraced = .max
        }
        if way >= 0 {
          switch trace.passes(
            place, state, stamp: traceStamp, way: way, last: last > before ? last : -1, stop: stop)
          {
          case .isNew: break
          case .ends(let end):
            work &+= (place &- uncounted) &+ 16
            let result = max(last, end)
            return result < 0 ? -1 : result &- position
          case .goesOn(let onto, let from, let inState, let found):
            work &+= (place &- uncounted) &+ 16
            last = max(last, found)
            before = last
            way = onto
            place = from
            uncounted = from
            state = inState
          }
        }
      }
      // SAFETY: `place + stride <= count` is checked before a read; place is not negative.
      guard place &+ stride <= count else {
        var value = unsafe transitions[Int(state) &* rowSize &+ rowSize &- 1]
        if value == 0 { value = make(state, nil) }
        if value & 1 != 0 { last = place }
        break
      }
      let byte = unsafe base.load(fromByteOffset: place, as: UInt8.self)
      var value = unsafe transitions[Int(state) &* rowSize &+ Int(classes[Int(byte)])]
      if value == 0 {
        value = make(state, byte)
        unsafe transitions = self.transitions
      }
      if value & 1 != 0 { last = place }
      let next = value >> 1
      if next == Self.dead { break }
      if place >= stop {
        isFinal = false
        break
      }
      if stride == 2, unsafe base.load(fromByteOffset: place &+ 1, as: UInt8.self) != 0 { break }
      state = next
      place &+= stride
    }
    work &+= (place &- uncounted) &+ 8
    if way >= 0, traceGeneration == generation {
      trace.end(
        way, place: place, state: state, last: last > before ? last : -1, isFinal: isFinal)
    }
    return last < 0 ? -1 : last &- position
  }

  private var traceGeneration = -1
  private var traceStride = 0
  private var traceStamp: Int32 = 0
  private var traceFile = -1

  // MARK: - Backward

  /// Appends to `lengths` all lengths in bytes, rising, of matches that end at `position`, read
  /// backwards.
  /// - Parameter trace: where given, a run leaves out what a run before it has seen from the same
  ///   state on; the caller has reported those matches then.
  func appendBackwardLengths(
    _ data: ByteView, at position: Int, stride: Int, limit: Int, to lengths: inout [Int],
    trace: BackwardTrace?
  ) {
    guard position >= 0, position <= data.count else { return }
    let base = unsafe data.base
    var state = startState(context(data, position, stride: stride))
    var transitions = unsafe transitions
    var place = position
    let stop = max(0, position &- limit &* stride)
    let untraced = position &- 16 &* stride
    var way: Int32 = -1
    var isCut = false
    var skipped = 0
    run: while true {
      // SAFETY: `place - stride >= 0` is checked before a read; place is at most count, and one that
      // another run of this file came to where it is taken over.
      guard place >= stride else {
        var value = unsafe transitions[Int(state) &* rowSize &+ rowSize &- 1]
        if value == 0 { value = make(state, nil) }
        if value & 1 != 0 { lengths.append(position &- place) }
        break
      }
      let byte = unsafe base.load(fromByteOffset: place &- stride, as: UInt8.self)
      var value = unsafe transitions[Int(state) &* rowSize &+ Int(classes[Int(byte)])]
      if value == 0 {
        value = make(state, byte)
        unsafe transitions = self.transitions
      }
      if value & 1 != 0 { lengths.append(position &- place) }
      let next = value >> 1
      if next == Self.dead { break }
      if stride == 2, unsafe base.load(fromByteOffset: place &- 1, as: UInt8.self) != 0 { break }
      if place &- stride < stop {
        isCut = true
        break
      }
      state = next
      place &-= stride
      if place < untraced, let trace {
        if way < 0 { way = trace.newWay() }
        switch trace.passes(place, state, generation, way: way, stop: stop) {
        case .isNew: break
        case .ends: break run
        case .goesOn(let from, let inState):
          skipped &+= place &- from
          place = from
          state = inState
        }
      }
    }
    if way >= 0 { trace?.end(way, place: place, state: isCut ? state : nil, generation) }
    work &+= (position &- place &- skipped) &+ 8
  }

  /// Marks in `starts` (bit i for offset `from + i`) every place in `from..<to` where a match may
  /// begin; for the unanchored automaton of a reversed expression. Reads from `reading` down.
  func markStarts(
    _ data: ByteView, from: Int, to: Int, reading: Int, stride: Int, in starts: inout [UInt64]
  ) {
    guard from >= 0, to <= reading, reading <= data.count, starts.count &* 64 >= to &- from,
      mode == .unanchored
    else { return }
    let base = unsafe data.base
    // SAFETY: `0 <= place - stride` and `place <= reading <= count` hold at every read; bits are set
    // below `to - from` only, in a checked array.
    for phase in 0..<stride {
      var place = reading &- phase
      var state = startState(.nothing)
      var transitions = unsafe transitions
      while place >= from {
        let byte: UInt8? =
          place >= stride ? unsafe base.load(fromByteOffset: place &- stride, as: UInt8.self) : nil
        let byteClass = byte.map { unsafe Int(classes[Int($0)]) } ?? rowSize &- 1
        var value = unsafe transitions[Int(state) &* rowSize &+ byteClass]
        if value == 0 {
          value = make(state, byte)
          unsafe transitions = self.transitions
        }
        if value & 1 != 0, place < to {
          let bit = place &- from
          starts[bit >> 6] |= 1 &<< UInt64(bit & 63)
        }
        guard byte != nil else { break }
        if stride == 2, unsafe base.load(fromByteOffset: place &- 1, as: UInt8.self) != 0 {
          state = startState(.nothing)
          unsafe transitions = self.transitions
        } else {
          state = value >> 1
          // With the entry joining at every byte no state is dead.
        }
        place &-= stride
      }
    }
  }
}
