public import Bytes

/// Scans one file after the other with a rule set. One per thread, reused: it owns the match table,
/// the pattern matcher and the evaluator's scratch.
///
/// The idea: conditions are evaluated before the patterns are searched for, with what the file's
/// size, its first bytes and the modules tell. Rules that this decides need no search; only the
/// patterns of the others are searched for, in one pass, and after it the others are decided too.
public final class Scanner {
  /// What every file asks of a rule, without its texts: copying a `Rule` counts references.
  private struct Entry {
    let namespace: Int32
    let isPrivate: Bool
    /// Runs of `patternLists`.
    let patterns: Range<Int32>
    let reportedPatterns: Range<Int32>
  }

  public let rules: RuleSet
  public let options: ScanOptions
  private let allRules: RuleSelection
  private let table: MatchTable
  private let matcher: PatternMatcher
  private var evaluator: Evaluator
  private let entries: [Entry]
  private let conditions: [Evaluator.Entry]
  private let patternLists: [PatternID]
  /// By namespace: the answer of its global rules together.
  private var globalAnswers: [Truth]
  private var undecided: [RuleID] = []
  /// Whether a global rule is false.
  private var hasFalseGlobal = false
  /// What the guards say of the file at hand; nil where each rule is evaluated.
  private var verdict: EarlyVerdict?
  private var verdicts: [Int: EarlyVerdict] = [:]
  private var guardAnswers: [Truth] = []
  /// One a node.
  private var guardValues: [Truth] = []
  /// Rules whose answers differ from the verdict's.
  private var answered: [RuleID] = []
  /// By rule, the number of the file for which it was last put on a list.
  private var listed: [Int] = []
  private var fileNumber = 0
  private var deadline = Deadline.never
  /// By namespace: whether one of its rules writes to the console.
  private let namespacesWithEffects: [Bool]

  public init(_ rules: RuleSet, options: ScanOptions = ScanOptions()) {
    self.rules = rules
    self.options = options
    allRules = RuleSelection(allOf: rules)
    table = MatchTable(
      patternCount: rules.patterns.count,
      enough: options.reportsMatches ? nil : MatchDemand.counts(rules.program, rules.patterns.count))
    matcher = PatternMatcher(rules.patterns)
    evaluator = Evaluator(
      rules.program, patterns: rules.patterns, dialect: rules.dialect, ruleCount: rules.rules.count,
      matches: table, reports: options.reports)
    var entries: [Entry] = []
    var lists: [PatternID] = []
    for rule in rules.rules {
      let start = Int32(clamping: lists.count)
      lists += rule.patterns.filter { !$0.isPrivate }.map(\.pattern)
      let middle = Int32(clamping: lists.count)
      lists += rule.patterns.filter(\.isPrivate).map(\.pattern)
      entries.append(
        Entry(
          namespace: Int32(clamping: rule.namespaceIndex), isPrivate: rule.isPrivate, patterns: start..<Int32(clamping: lists.count),
          reportedPatterns: start..<middle))
    }
    self.entries = entries
    conditions = rules.rules.map {
      Evaluator.Entry(condition: $0.condition, hasEffects: $0.hasEffects)
    }
    patternLists = lists
    var withEffects = Array(repeating: false, count: rules.namespaces.count)
    for rule in rules.rules where rule.hasEffects { withEffects[rule.namespaceIndex] = true }
    namespacesWithEffects = withEffects
    globalAnswers = Array(repeating: .isTrue, count: rules.namespaces.count)
  }

  /// Scans the bytes of a file.
  /// - Parameters:
  ///   - data: the file; valid during the call.
  ///   - only: the rules asked for, a selection of this scanner's rules; nil is all.
  ///   - cancellation: looked at as often as the time limit.
  public func scan(
    _ data: ByteView, only: RuleSelection? = nil, cancellation: Cancellation? = nil
  ) -> ScanOutcome {
    withStack {
      begin(data, cancellation: cancellation)
      defer { evaluator.end() }
      let selection = only ?? allRules
      decideEarly(selection)
      if let outcome = stopped(cancellation) { return outcome }
      return search(selection, cancellation) { (data, nil) }
    } ?? .timedOut(at: .search)
  }

  /// Scans a file that was started, fetching of it only what the rules need: its first bytes decide
  /// most rules.
  ///
  /// - Throws: `FileReadError` where the rest of the file cannot be read.
  public func scan(
    _ file: FileContents, only: RuleSelection? = nil, cancellation: Cancellation? = nil
  ) throws(FileReadError) -> ScanOutcome {
    let result: Result<ScanOutcome, FileReadError>? = withStack {
      begin(file.first, size: file.size, cancellation: cancellation)
      defer { evaluator.end() }
      let selection = only ?? allRules
      decideEarly(selection)
      do throws(FileReadError) {
        if evaluator.needsMore, !undecided.isEmpty, !evaluator.isStopped {
          evaluator.show(try file.everything())
          decideEarly(selection)
        }
        if let outcome = stopped(cancellation) { return .success(outcome) }
        return .success(
          try search(selection, cancellation) { () throws(FileReadError) in
            (try file.everythingToRead(), file)
          })
      } catch {
        return .failure(error)
      }
    }
    return try result?.get() ?? .timedOut(at: .search)
  }

  /// nil where there is no memory for the stack: then there is no answer, and what is not answered
  /// is reported as skipped.
  private func withStack<R>(_ body: () -> R) -> R? {
    guard rules.needsDeepStack else { return body() }
    var result: R?
    let ran = DeepStack.run { result = body() }
    return ran ? result : nil
  }

  private func begin(_ data: ByteView, size: Int? = nil, cancellation: Cancellation?) {
    deadline = options.fileTimeLimit.map { Deadline.after($0) } ?? .never
    table.reset()
    evaluator.begin(
      data, size: size, now: options.now, deadline: deadline, cancellation: cancellation)
  }

  /// Searches for the patterns that undecided rules wait for, and decides these.
  /// - Parameter fetch: gives the whole file, and what it is a view of.
  private func search<E: Error>(
    _ selection: RuleSelection, _ cancellation: Cancellation?,
    _ fetch: () throws(E) -> (ByteView, FileContents?)
  ) throws(E) -> ScanOutcome {
    var wasSearched = false
    if let wanted = wantedPatterns(selection) {
      wasSearched = true
      let (data, file) = try fetch()
      evaluator.show(data)
      let outcome = matcher.findMatches(
        in: data, of: file, choice: wanted.choice, into: table,
        deadline: deadline, cancellation: cancellation)
      switch outcome {
      case .complete: break
      case .timedOut: return .timedOut(at: matcher.stoppedAt.map { .pattern($0) } ?? .search)
      case .cancelled: return .cancelled
      }
    } else if evaluator.isPartial {
      // What is left waits for no pattern: for a costly function, or to write something.
      if !undecided.isEmpty || verdict?.unbound.isEmpty == false { evaluator.show(try fetch().0) }
    }
    table.isComplete = true
    evaluator.isComplete = true
    answerLate()
    return stopped(cancellation) ?? .finished(result(selection, wasSearched: wasSearched))
  }

  /// The matches of a pattern in the file scanned last, in order of offset; complete for the
  /// patterns of matching rules where `ScanOptions.reportsMatches` is set.
  public func matches(of pattern: PatternID) -> [PatternMatch] { table.all(of: pattern) }

  /// Those that are listed for a rule: the same, or only what stands at the pattern's `listedPlace`.
  public func listedMatches(of pattern: RulePattern) -> [PatternMatch] {
    let all = matches(of: pattern.pattern)
    guard let place = pattern.listedPlace else { return all }
    return all.filter { $0.offset == place }
  }

  /// nil where the evaluator was not stopped.
  private func stopped(_ cancellation: Cancellation?) -> ScanOutcome? {
    guard evaluator.isStopped else { return nil }
    if cancellation?.isCancelled == true { return .cancelled }
    return .timedOut(at: evaluator.stoppedAt.map { .condition($0) } ?? .search)
  }

  // MARK: - Before the search

  /// Answers what can be answered without matches; the rest is `undecided`.
  private func decideEarly(_ selection: RuleSelection) {
    undecided.removeAll(keepingCapacity: true)
    if let guards = rules.guards, selection === allRules {
      let verdict = self.verdict(of: guards)
      show(verdict)
      evaluator.answer(verdict.open, conditions, undecided: &undecided)
      answered += verdict.open
    } else {
      verdict = nil
      evaluator.answer(selection.evaluated, conditions, undecided: &undecided)
    }
    answerGlobals(selection)
    hasFalseGlobal = selection.namespaces.contains { globalAnswers[$0] == .isFalse }
    if hasFalseGlobal { undecided.removeAll { !matters($0) } }
  }

  /// Where a global rule is false no rule of the namespace matters any more, unless for what one
  /// of them writes.
  private func matters(_ id: RuleID) -> Bool {
    let namespace = Int(entries[id.index].namespace)
    return globalAnswers[namespace] != .isFalse || namespacesWithEffects[namespace]
  }

  private func answerGlobals(_ selection: RuleSelection) {
    for namespace in selection.namespaces {
      var answer = Truth.isTrue
      for id in rules.globals[namespace] {
        switch evaluator.ruleAnswers[id.index] {
        case .isTrue: continue
        case .unknown: if answer == .isTrue { answer = .unknown }
        default: answer = .isFalse
        }
      }
      globalAnswers[namespace] = answer
    }
  }

  /// What the guards of the rules say of the file at hand.
  private func verdict(of guards: RuleGuards) -> EarlyVerdict {
    guardAnswers.removeAll(keepingCapacity: true)
    var hash = 0
    for node in guards.guards {
      let answer = evaluator.boolean(node)
      guardAnswers.append(answer)
      hash = (hash &* 31 &+ Int(answer.rawValue)) &* 0x9E37_79B9_7F4A_7C1
    }
    if let known = verdicts[hash], known.key == guardAnswers { return known }
    if guardValues.isEmpty {
      guardValues = Array(repeating: .unknown, count: rules.program.nodes.count)
    }
    let answers = guards.verdicts(guardAnswers, conditions, rules.program, &guardValues)
    var undecided: [RuleID] = []
    var open: [RuleID] = []
    var trueRules: [RuleID] = []
    var unbound: [RuleID] = []
    var wanted = PatternSelection()
    for id in allRules.evaluated {
      switch answers[id.index] {
      case .isTrue: trueRules.append(id)
      case .unknown:
        guard guards.isSimple[id.index] else {
          open.append(id)
          continue
        }
        undecided.append(id)
        if !guards.needsMatch[id.index] { unbound.append(id) }
        for index in entries[id.index].patterns { wanted.insert(patternLists[Int(index)]) }
      default: break
      }
    }
    let made = EarlyVerdict(
      key: guardAnswers, answers: answers, undecided: undecided, open: open, trueRules: trueRules,
      wanted: wanted, unbound: unbound)
    if verdicts.count >= Self.verdictLimit { verdicts.removeAll() }
    verdicts[hash] = made
    return made
  }

  /// Kept of one rule set: each takes some bytes a rule.
  private static let verdictLimit = 256

  /// Takes the verdict's answers, changing only those that differ.
  private func show(_ verdict: EarlyVerdict) {
    if self.verdict === verdict {
      for id in answered { evaluator.ruleAnswers[id.index] = verdict.answers[id.index] }
    } else {
      evaluator.ruleAnswers = verdict.answers
      self.verdict = verdict
    }
    answered.removeAll(keepingCapacity: true)
  }

  private struct Wanted {
    /// nil: all patterns.
    let choice: AtomChoice?
  }

  /// The patterns that somebody waits for, nil where nobody does.
  private func wantedPatterns(_ selection: RuleSelection) -> Wanted? {
    if verdict == nil, undecided.count == selection.evaluated.count {
      if selection.patterns.isEmpty { return nil }
      return Wanted(
        choice: selection.hasAllPatterns ? nil : rules.patterns.choice(for: selection.patterns))
    }
    let isVerdictOnly =
      undecided.isEmpty && !hasFalseGlobal
      && verdict.map { !options.reportsMatches || $0.trueRules.isEmpty } ?? false
    if let verdict, isVerdictOnly, let known = verdict.search { return Wanted(choice: known) }
    var wanted = hasFalseGlobal ? PatternSelection() : verdict?.wanted ?? PatternSelection()
    func want(_ run: Range<Int32>) {
      for index in run { wanted.insert(patternLists[Int(index)]) }
    }
    for id in undecided { want(entries[id.index].patterns) }
    if let verdict, hasFalseGlobal {
      for id in verdict.undecided where matters(id) { want(entries[id.index].patterns) }
    }
    if options.reportsMatches {
      for id in selection.reported where evaluator.ruleAnswers[id.index] == .isTrue {
        let entry = entries[id.index]
        guard globalAnswers[Int(entry.namespace)] != .isFalse else { continue }
        want(entry.reportedPatterns)
      }
    }
    guard !wanted.isEmpty else { return nil }
    let choice = rules.patterns.choice(for: wanted)
    if isVerdictOnly { verdict?.search = choice }
    return Wanted(choice: choice)
  }

  // MARK: - After it

  /// Answers what is undecided, now that all matches are known.
  private func answerLate() {
    var left: [RuleID] = []
    guard let guards = rules.guards, let verdict else {
      return evaluator.answer(undecided, conditions, undecided: &left)
    }
    // Of the verdict's rules only those that have a match, or may do without.
    fileNumber += 1
    if listed.isEmpty { listed = Array(repeating: 0, count: rules.rules.count) }
    var candidates: [RuleID] = []
    func list(_ id: RuleID) {
      guard listed[id.index] != fileNumber, evaluator.ruleAnswers[id.index] == .unknown else { return }
      listed[id.index] = fileNumber
      candidates.append(id)
    }
    for id in verdict.unbound { list(id) }
    for id in undecided where !guards.needsMatch[id.index] { list(id) }
    for pattern in table.touched {
      for slot in guards.starts[pattern.index]..<guards.starts[pattern.index + 1] {
        list(guards.owners[Int(slot)])
      }
    }
    candidates.sort()
    evaluator.answer(candidates, conditions, undecided: &left)
    answered += candidates
  }

  private func result(_ selection: RuleSelection, wasSearched: Bool) -> ScanResult {
    answerGlobals(selection)
    let matching: [RuleID]
    if let verdict {
      var found = verdict.trueRules
      for id in answered where evaluator.ruleAnswers[id.index] == .isTrue { found.append(id) }
      // An open rule that is decided late was answered twice.
      found.sort()
      matching = found.indices.lazy.filter { $0 == 0 || found[$0] != found[$0 - 1] }.map { found[$0] }
        .filter { isReported($0) }
    } else {
      matching = selection.reported.filter {
        evaluator.ruleAnswers[$0.index] == .isTrue && isReported($0)
      }
    }
    var cuts: [ScanCut] = []
    for pattern in table.touched where table.isTruncated(pattern) { cuts.append(.matches(pattern)) }
    if evaluator.console.isTruncated { cuts.append(.console) }
    if let failure = evaluator.scratch.failure { cuts.append(.module(failure)) }
    return ScanResult(
      matching: matching, console: evaluator.console.lines, cuts: cuts, wasSearched: wasSearched)
  }

  private func isReported(_ id: RuleID) -> Bool {
    let entry = entries[id.index]
    return !entry.isPrivate && globalAnswers[Int(entry.namespace)] == .isTrue
  }

  // MARK: - The law's two sides

  /// What is known of each rule's condition before the search, by rule id: nil is unknown.
  func earlyAnswers(_ data: ByteView) -> [Bool?] {
    table.reset()
    evaluator.begin(data, now: options.now, deadline: .never, cancellation: nil)
    defer { evaluator.end() }
    decideEarly(allRules)
    return evaluator.ruleAnswers.map { $0 == .unknown ? nil : $0 == .isTrue }
  }

  /// What each rule's condition says when everything has been searched for first: the oracle of
  /// `earlyAnswers` and of `scan`.
  func lateAnswers(_ data: ByteView) -> [Bool] {
    verdict = nil
    table.reset()
    evaluator.begin(data, now: options.now, deadline: .never, cancellation: nil)
    defer { evaluator.end() }
    _ = matcher.findMatches(
      in: data, wanted: nil, into: table, deadline: .never, cancellation: nil)
    table.isComplete = true
    evaluator.isComplete = true
    var left: [RuleID] = []
    evaluator.answer(allRules.evaluated, conditions, undecided: &left)
    return evaluator.ruleAnswers.map { $0 == .isTrue }
  }
}
