/// The automata of a thread, made as they are needed, and what runs remember of a file.
///
/// The law: together they take no more memory than the limit, about, and what a single one may take.
/// A large set of rules has many thousands, each of which may take megabytes: beyond the limit all
/// are given up, between runs, and made anew as they are needed.
struct AutomatonPool {
  private var forward: [LazyAutomaton?]
  private var backward: [LazyAutomaton?]
  /// By program.
  private var startFinders: [Int32: LazyAutomaton] = [:]
  /// By sub-pattern.
  private var traces: [Int32: BackwardTrace] = [:]
  private let memory = AutomatonMemory()
  private let limit: Int

  /// - Parameters:
  ///   - count: programs.
  ///   - limit: bytes.
  init(count: Int, limit: Int) {
    forward = Array(repeating: nil, count: count)
    backward = Array(repeating: nil, count: count)
    self.limit = limit
  }

  @inline(__always)
  private static func automaton(
    _ known: inout [LazyAutomaton?], _ index: Int, _ make: (Int) -> LazyAutomaton
  ) -> LazyAutomaton {
    if let made = known[index] { return made }
    let automaton = make(index)
    known[index] = automaton
    return automaton
  }

  /// For the preferred match from a place on.
  @inline(__always)
  mutating func forward(_ program: Int32, of set: PatternSet) -> LazyAutomaton {
    Self.automaton(&forward, Int(program)) {
      LazyAutomaton(set.programs[$0], .preferred, isBackward: false, memory)
    }
  }

  /// For all matches that end at a place.
  @inline(__always)
  mutating func backward(_ program: Int32, of set: PatternSet) -> LazyAutomaton {
    Self.automaton(&backward, Int(program)) {
      LazyAutomaton(set.programs[$0], .exhaustive, isBackward: true, memory)
    }
  }

  /// For the places where a match may begin.
  mutating func startFinder(_ program: Int32, of set: PatternSet) -> LazyAutomaton {
    if let made = startFinders[program] { return made }
    let automaton = LazyAutomaton(set.programs[Int(program)], .unanchored, isBackward: true, memory)
    startFinders[program] = automaton
    return automaton
  }

  mutating func trace(of subPattern: Int32, file: Int) -> BackwardTrace {
    let trace = traces[subPattern] ?? BackwardTrace(memory)
    traces[subPattern] = trace
    trace.start(file: file)
    return trace
  }

  /// To be called after each run.
  @inline(__always)
  mutating func keepLimit() {
    if memory.used > limit { giveUp() }
  }

  private mutating func giveUp() {
    for index in forward.indices {
      forward[index] = nil
      backward[index] = nil
    }
    startFinders.removeAll()
    traces.removeAll()
  }
}

/// How much memory the automata of a thread and what they remember take together.
final class AutomatonMemory {
  /// Bytes, about.
  var used = 0
}
