internal import Bytes

/// Answers conditions for one file after the other. One per scanner; reuses its memory.
///
/// A value with one owner, so that its scratch is written without checks at run time: that, not the
/// walk over the nodes, was most of a loop's cost while it was a class.
///
/// What enters: the program, the file, the matches found so far. What leaves: for each rule true,
/// false, undefined or, while the matches are not complete, unknown.
///
/// The law: an answer other than unknown is the answer that the complete matches would give. So
/// found matches are a lower bound (a match found is a match for good), the absence of one is
/// knowledge only when the table is complete, and calls with effects are not made early at all.
struct Evaluator: ~Copyable {
  let program: ConditionProgram
  /// In bytes, by pattern.
  private let minimumLengths: [Int]
  /// As in `RuleSet`.
  let prefixes: [[PatternPrefix]?]
  let dialect: Dialect
  let matches: MatchTable
  let console = ConsoleOutput()
  private let reports: ModuleReports
  let scratch = ModuleScratch()

  // The file at hand.
  /// What of the file may be read: its first bytes, then all.
  var data: ByteView
  /// Of the whole file in bytes.
  private(set) var size = 0
  /// True while `data` is only the first bytes: what lies behind them, and what modules say, is
  /// unknown then.
  private(set) var isPartial = false
  /// Whether something was unknown for that reason.
  private(set) var needsMore = false
  var now: Int64 = 0
  /// True once every pattern that is asked about has been searched for.
  var isComplete = false
  /// Answers of rules, by id; unknown where not evaluated.
  var ruleAnswers: [Truth]
  private var states: [ModuleState?]
  private var isLoaded: [Bool]
  private var entrypointKnown = false
  private var entrypointValue: Int64?

  // Scratch.
  var booleans: [Truth]
  var integers: [IntegerResult]
  var floats: [FloatResult]
  var texts: [TextResult]
  var handles: [HandleResult]
  var patterns: [PatternID]
  let arguments = ArgumentStack()

  // Bounds on the work.
  private(set) var deadline = Deadline.never
  private(set) var cancellation: Cancellation?
  /// Since limits were last looked at.
  private var steps = 0
  private static let stepsBetweenLooks = 1024
  /// Raised by the deadline or a cancellation: answers are worthless from then on.
  private(set) var isStopped = false
  /// The rule that was being answered then.
  private(set) var stoppedAt: RuleID?
  /// How many loop iterations may still be made while the matches are not complete; a loop that
  /// needs more stays unknown.
  private var earlyIterations = 0
  static let maximumEarlyIterations = 4096
  /// How many places of ranges may still be looked at before the search.
  var placesLeft = 0

  init(
    _ program: ConditionProgram, patterns set: PatternSet, prefixes: [[PatternPrefix]?],
    dialect: Dialect, ruleCount: Int, matches: MatchTable, reports: ModuleReports
  ) {
    self.reports = reports
    self.program = program
    self.prefixes = prefixes
    minimumLengths = (0..<set.count).map { set.minimumLength(PatternID(UInt32($0))) }
    self.dialect = dialect
    self.matches = matches
    data = ByteView.empty
    ruleAnswers = Array(repeating: .unknown, count: ruleCount)
    states = Array(repeating: nil, count: program.modules.count)
    isLoaded = Array(repeating: false, count: program.modules.count)
    booleans = Array(repeating: .undefined, count: program.slotCounts.booleans)
    integers = Array(repeating: .undefined, count: program.slotCounts.integers)
    floats = Array(repeating: .undefined, count: program.slotCounts.floats)
    texts = Array(repeating: .undefined, count: program.slotCounts.texts)
    handles = Array(repeating: .undefined, count: program.slotCounts.handles)
    patterns = Array(repeating: PatternID(0), count: program.slotCounts.patterns)
  }

  /// Begins a file; the view must stay valid until `end`.
  /// - Parameter size: of the file, where the view is only of its first bytes.
  mutating func begin(
    _ data: ByteView, size: Int? = nil, now: Int64, deadline: Deadline, cancellation: Cancellation?
  ) {
    show(data, size: size)
    self.now = now
    self.deadline = deadline
    self.cancellation = cancellation
    scratch.deadline = deadline
    scratch.cancellation = cancellation
    isComplete = false
    isStopped = false
    stoppedAt = nil
    steps = 0
    earlyIterations = Self.maximumEarlyIterations
    placesLeft = PlaceCheck.mostPlacesOfFile
    console.reset()
  }

  /// Gives a view of more of the file, or of all of it somewhere else; what modules have made of the
  /// view before stays valid as long as that view.
  mutating func show(_ data: ByteView, size: Int? = nil) {
    self.data = data
    self.size = size ?? data.count
    isPartial = self.size > data.count
    needsMore = false
  }

  /// What is known of something that is not there.
  var missing: Known { isPartial ? .unknown : .undefined }

  /// Whether a number lies in the file, but not in what of it may be read.
  @inline(__always)
  mutating func isHidden(_ offset: Int, bytes: Int) -> Bool {
    guard isPartial, offset >= 0, offset <= size &- bytes, offset > data.count &- bytes else {
      return false
    }
    needsMore = true
    return true
  }

  /// Notes that an answer is unknown only because more of the file has to be seen.
  mutating func noteHidden() { needsMore = true }

  /// Lets go of the file and of everything that points into it.
  mutating func end() {
    data = ByteView.empty
    for index in states.indices where isLoaded[index] {
      states[index] = nil
      isLoaded[index] = false
    }
    for index in texts.indices { texts[index] = .undefined }
    arguments.drop(to: 0)
    entrypointKnown = false
    entrypointValue = nil
    cancellation = nil
    scratch.cancellation = nil
  }

  /// What the evaluator needs of a rule. Copying a `Rule` would count references.
  struct Entry {
    let condition: NodeID
    let hasEffects: Bool
  }

  /// Answers rules in order, as far as the matches allow, and gives the undecided ones. Before the
  /// matches are complete, rules with effects are left alone: what they write they write once.
  mutating func answer(
    _ rules: [RuleID], _ entries: [Entry], undecided: inout [RuleID]
  ) {
    for id in rules {
      let entry = entries[id.index]
      // Conditions without loops are short, but there may be very many.
      spend(1)
      var answer = Truth.unknown
      if isComplete || !entry.hasEffects { answer = boolean(entry.condition).decided }
      if isStopped {
        stoppedAt = id
        return
      }
      ruleAnswers[id.index] = answer
      if answer == .unknown { undecided.append(id) }
    }
  }

  mutating func state(_ module: Int) -> ModuleState? {
    if isPartial {
      needsMore = true
      return nil
    }
    if isLoaded[module] { return states[module] }
    isLoaded[module] = true
    states[module] = program.modules[module].makeState(
      ModuleInput(data: data, dialect: dialect, now: now, console: console, reports: reports,
        scratch: scratch))
    return states[module]
  }

  /// The modules that a bound kept from telling all that rules asked of this file.
  var cutModules: [String] {
    states.indices.filter { states[$0]?.isCut ?? false }.map { program.modules[$0].name }
  }

  @inline(__always)
  private mutating func spend(_ count: Int) {
    steps &+= count
    if steps >= Self.stepsBetweenLooks { checkLimits() }
  }

  /// Counts bytes of texts that are looked at: one text may be as long as the file.
  @inline(__always)
  mutating func spend(bytes: Int) { spend(bytes >> 8) }

  /// Counts members of a set that are looked at.
  @inline(__always)
  mutating func spend(items: Int) { spend(items >> 4) }

  /// Counts an iteration of a loop; false where the loop has to stop.
  @inline(__always)
  mutating func mayIterate() -> Bool {
    spend(1)
    if isStopped { return false }
    if !isComplete {
      earlyIterations -= 1
      return earlyIterations >= 0
    }
    return true
  }

  @inline(never)
  mutating func checkLimits() {
    steps = 0
    if deadline.isPast || cancellation?.isCancelled == true { isStopped = true }
  }

  /// Where the file's code begins, as YARA's `entrypoint` has it.
  mutating func entrypoint() -> IntegerResult {
    if isPartial {
      needsMore = true
      return .unknown
    }
    if !entrypointKnown {
      entrypointKnown = true
      entrypointValue = EntryPoint.offset(in: data)
    }
    return IntegerResult(entrypointValue)
  }

  @inline(__always)
  func minimumLength(_ pattern: PatternID) -> Int { minimumLengths[pattern.index] }

  @inline(__always)
  func pattern(_ operand: PatternOperand) -> PatternID {
    switch operand {
    case .pattern(let id): id
    case .loop(let slot): patterns[slot.index]
    }
  }
}
