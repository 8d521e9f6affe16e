internal import Bytes

/// What a scanner knows of its rules and of the file at hand, and how it goes about one.
///
/// A value with one owner: as variables of a class all this would be checked for exclusive access at
/// run time, some fifty times a file.
struct ScanState: ~Copyable {
  /// What every file asks of a rule, without its texts: copying a `Rule` counts references.
  private struct Entry {
    let namespace: Int32
    let isPrivate: Bool
    /// Runs of `patternLists`.
    let patterns: Range<Int32>
    let reportedPatterns: Range<Int32>
  }

  let rules: RuleSet
  let options: ScanOptions
  private let allRules: RuleSelection
  let table: MatchTable
  private var matcher: PatternMatcher
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
  /// By all patterns that somebody waits for.
  private var plans: [PatternSelection: SearchPlan] = [:]
  /// By the undecided rules, where there is no verdict.
  private let plansOfWaiting = PlansOfWaiting()
  private var guardAnswers: [Truth] = []
  /// One a node.
  private var guardValues: [Truth] = []
  /// Rules whose answers differ from the verdict's.
  private var answered: [RuleID] = []
  /// By rule, the number of the list that it was last put on.
  private var listed: [Int]
  private var listNumber = 0
  /// Undecided rules with a key found in the file at hand, and the patterns of which are not all
  /// searched for.
  private var rulesWithKeys: [RuleID] = []
  /// By rule.
  private var restChoices: [Int: AtomChoice] = [:]
  private var deadline = Deadline.never
  /// By namespace: whether one of its rules writes to the console.
  private let namespacesWithEffects: [Bool]

  init(_ rules: RuleSet, _ options: ScanOptions) {
    self.rules = rules
    self.options = options
    allRules = RuleSelection(allOf: rules)
    table = MatchTable(
      patternCount: rules.patterns.count,
      enough: options.reportsMatches ? nil : MatchDemand.counts(rules.program, rules.patterns.count))
    matcher = PatternMatcher(rules.patterns)
    evaluator = Evaluator(
      rules.program, patterns: rules.patterns, prefixes: rules.prefixes, dialect: rules.dialect,
      ruleCount: rules.rules.count, matches: table, reports: options.reports)
    var entries: [Entry] = []
    var lists: [PatternID] = []
    for rule in rules.rules {
      let start = Int32(clamping: lists.count)
      lists += rule.patterns.filter { !$0.isPrivate }.map(\.pattern)
      let middle = Int32(clamping: lists.count)
      lists += rule.patterns.filter(\.isPrivate).map(\.pattern)
      entries.append(
        Entry(
          namespace: Int32(clamping: rule.namespaceIndex), isPrivate: rule.isPrivate,
          patterns: start..<Int32(clamping: lists.count),
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
    listed = Array(repeating: 0, count: rules.rules.count)
    globalAnswers = Array(repeating: .isTrue, count: rules.namespaces.count)
  }

  mutating func scan(
    _ data: ByteView, only: RuleSelection?, _ cancellation: Cancellation?
  ) -> ScanOutcome {
    begin(data, cancellation: cancellation)
    let selection = only ?? allRules
    decideEarly(selection)
    let outcome = stopped(cancellation) ?? search(selection, cancellation) { data }
    evaluator.end()
    return outcome
  }

  mutating func scan(
    _ file: FileContents, only: RuleSelection?, _ cancellation: Cancellation?
  ) throws(FileReadError) -> ScanOutcome {
    try scan(
      first: file.first, size: file.size, only: only, cancellation,
      look: { () throws(FileReadError) in try file.everything() },
      read: { () throws(FileReadError) in try file.everythingToRead() })
  }

  /// - Parameters:
  ///   - first: the file's first bytes.
  ///   - look: gives the whole file, to be looked at here and there.
  ///   - read: gives the whole file, to be read through.
  mutating func scan<E: Error>(
    first: ByteView, size: Int, only: RuleSelection?, _ cancellation: Cancellation?,
    look: () throws(E) -> ByteView, read: () throws(E) -> ByteView
  ) throws(E) -> ScanOutcome {
    begin(first, size: size, cancellation: cancellation)
    defer { evaluator.end() }
    let selection = only ?? allRules
    decideEarly(selection)
    let isOpen = !undecided.isEmpty || verdict?.undecided.isEmpty == false
    if evaluator.needsMore, isOpen, !evaluator.isStopped {
      evaluator.show(try look())
      decideMore(selection)
    }
    if let outcome = stopped(cancellation) { return outcome }
    return try search(selection, cancellation, read)
  }

  private mutating func begin(_ data: ByteView, size: Int? = nil, cancellation: Cancellation?) {
    deadline = Deadline.after(options.fileTimeLimit)
    table.reset()
    evaluator.begin(
      data, size: size, now: options.now, deadline: deadline, cancellation: cancellation)
  }

  /// Searches for the patterns that undecided rules wait for, and decides these.
  /// - Parameter fetch: gives the whole file.
  private mutating func search<E: Error>(
    _ selection: RuleSelection, _ cancellation: Cancellation?,
    _ fetch: () throws(E) -> ByteView
  ) throws(E) -> ScanOutcome {
    var wasSearched = false
    if let plan = searchPlan(selection) {
      wasSearched = true
      let data = try fetch()
      evaluator.show(data)
      let first = plan.first
      plan.note(bytes: data.count, isAgain: false)
      if let stopped = find(first, data, cancellation) { return stopped }
      listRulesWithKeys(beyond: first.wanted)
      if !rulesWithKeys.isEmpty {
        plan.note(bytes: data.count, isAgain: true)
        if let stopped = findRest(beyond: first.wanted, data, cancellation) { return stopped }
      }
    } else if evaluator.isPartial {
      // What is left waits for no pattern: for a costly function, or to write something.
      if !undecided.isEmpty || verdict?.unbound.isEmpty == false { evaluator.show(try fetch()) }
    }
    table.isComplete = true
    evaluator.isComplete = true
    answerLate()
    return stopped(cancellation) ?? .finished(result(selection, wasSearched: wasSearched))
  }

  /// Searches for the patterns of rules with a found key that were not searched for yet: of few rules
  /// one after the other, with small databases that are used again for every file with these keys;
  /// of many together.
  private mutating func findRest(
    beyond first: PatternSelection, _ data: ByteView, _ cancellation: Cancellation?
  ) -> ScanOutcome? {
    let isApart = rulesWithKeys.count <= Self.rulesSearchedApart
    var together = PatternSelection()
    var apart: [AtomChoice] = []
    for id in rulesWithKeys {
      if isApart {
        let choice = restChoice(of: id)
        if choice.hasOwnAtoms(of: rules.patterns, length: data.count) {
          apart.append(choice)
          continue
        }
      }
      for index in entries[id.index].patterns { together.insert(patternLists[Int(index)]) }
    }
    var searched = first
    together.subtract(searched)
    if !together.isEmpty {
      let choice = rules.patterns.choice(for: together)
      if let stopped = find(choice, data, cancellation) { return stopped }
      searched.formUnion(together)
    }
    for choice in apart {
      var wanted = choice.wanted
      wanted.subtract(searched)
      if wanted.isEmpty { continue }
      if let stopped = find(choice, wanted: wanted, data, cancellation) { return stopped }
      searched.formUnion(wanted)
    }
    return nil
  }

  /// Each costs about a fifth of a search for the patterns of all.
  private static let rulesSearchedApart = 5

  /// How the patterns of a rule are searched for that are not its keys.
  private mutating func restChoice(of id: RuleID) -> AtomChoice {
    if let known = restChoices[id.index] { return known }
    var rest = PatternSelection()
    for index in entries[id.index].patterns { rest.insert(patternLists[Int(index)]) }
    for key in rules.keys.keys[id.index] ?? [] { rest.remove(key) }
    let made = rules.patterns.choice(for: rest)
    if restChoices.count >= verdictLimit { restChoices.removeAll() }
    restChoices[id.index] = made
    return made
  }

  /// - Parameter wanted: of the choice's patterns, those to be searched for; nil for all.
  /// - Returns: nil where the search came to its end.
  private mutating func find(
    _ choice: AtomChoice, wanted: PatternSelection? = nil, _ data: ByteView, _ cancellation: Cancellation?
  ) -> ScanOutcome? {
    let outcome = matcher.findMatches(
      in: data, choice: choice, wanted: wanted ?? choice.wanted, into: table,
      deadline: deadline, cancellation: cancellation)
    switch outcome {
    case .complete: return nil
    case .timedOut: return .timedOut(at: matcher.stoppedAt.map { .pattern($0) } ?? .search)
    case .cancelled: return .cancelled
    }
  }

  /// nil where the evaluator was not stopped.
  private func stopped(_ cancellation: Cancellation?) -> ScanOutcome? {
    guard evaluator.isStopped else { return nil }
    if cancellation?.isCancelled == true { return .cancelled }
    return .timedOut(at: evaluator.stoppedAt.map { .condition($0) } ?? .search)
  }

  // MARK: - Before the search

  /// Answers what can be answered without matches; the rest is `undecided`.
  private mutating func decideEarly(_ selection: RuleSelection) {
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
    judgeGlobals(selection)
  }

  /// Answers what more of the file tells: only what was unknown can have changed.
  private mutating func decideMore(_ selection: RuleSelection) {
    if verdict != nil, guardsHaveChanged() { return decideEarly(selection) }
    let waiting = undecided
    undecided.removeAll(keepingCapacity: true)
    evaluator.answer(waiting, conditions, undecided: &undecided)
    judgeGlobals(selection)
  }

  private mutating func guardsHaveChanged() -> Bool {
    guard let guards = rules.guards else { return false }
    for (guardNode, answer) in zip(guards.guards, guardAnswers)
    where answer == .unknown && evaluator.boolean(guardNode) != .unknown { return true }
    return false
  }

  private mutating func judgeGlobals(_ selection: RuleSelection) {
    answerGlobals(selection)
    hasFalseGlobal = selection.namespaces.contains { globalAnswers[$0] == .isFalse }
    if hasFalseGlobal { undecided = undecided.filter { matters($0) } }
  }

  /// Where a global rule is false no rule of the namespace matters any more, unless for what one
  /// of them writes.
  private func matters(_ id: RuleID) -> Bool {
    let namespace = Int(entries[id.index].namespace)
    return globalAnswers[namespace] != .isFalse || namespacesWithEffects[namespace]
  }

  private mutating func answerGlobals(_ selection: RuleSelection) {
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
  private mutating func verdict(of guards: RuleGuards) -> EarlyVerdict {
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
    for id in allRules.evaluated {
      switch answers[id.index] {
      case .isTrue: trueRules.append(id)
      case .unknown:
        guard guards.isSimple[id.index] else {
          open.append(id)
          continue
        }
        undecided.append(id)
        if rules.keys.keys[id.index] == nil { unbound.append(id) }
      default: break
      }
    }
    let made = EarlyVerdict(
      key: guardAnswers, answers: answers, undecided: undecided, open: open, trueRules: trueRules,
      unbound: unbound)
    if verdicts.count >= verdictLimit { verdicts.removeAll() }
    verdicts[hash] = made
    return made
  }

  /// Verdicts and plans kept: each takes some bytes a rule.
  private var verdictLimit: Int { max(2, min(256, 2_000_000 / max(1, rules.rules.count))) }

  /// Takes the verdict's answers, changing only those that differ.
  private mutating func show(_ verdict: EarlyVerdict) {
    if self.verdict === verdict {
      for id in answered { evaluator.ruleAnswers[id.index] = verdict.answers[id.index] }
    } else {
      evaluator.ruleAnswers = verdict.answers
      self.verdict = verdict
    }
    answered.removeAll(keepingCapacity: true)
  }

  /// How the patterns are searched for that somebody waits for, nil where nobody does.
  private mutating func searchPlan(_ selection: RuleSelection) -> SearchPlan? {
    let early = options.reportsMatches ? earlyMatches(selection) : []
    guard early.isEmpty, !hasFalseGlobal else {
      var wanted = WantedPatterns()
      if let verdict {
        for id in verdict.undecided where matters(id) { add(id, to: &wanted) }
      }
      for id in undecided { add(id, to: &wanted) }
      add(reportedOf: early, to: &wanted)
      return plan(for: wanted)
    }
    let plans = verdict?.plans ?? plansOfWaiting
    if let known = plans.plan(of: undecided) { return known }
    var wanted = verdict.map { self.wanted(by: $0) } ?? WantedPatterns()
    for id in undecided { add(id, to: &wanted) }
    let made = plan(for: wanted)
    plans.keep(made, of: undecided)
    return made
  }

  /// Rules that match already and whose matches are reported.
  private func earlyMatches(_ selection: RuleSelection) -> [RuleID] {
    selection.reported.filter { id in
      evaluator.ruleAnswers[id.index] == .isTrue
        && globalAnswers[Int(entries[id.index].namespace)] != .isFalse
    }
  }

  private func add(reportedOf early: [RuleID], to wanted: inout WantedPatterns) {
    for id in early {
      for index in entries[id.index].reportedPatterns { wanted.keys.insert(patternLists[Int(index)]) }
    }
  }

  private func add(_ id: RuleID, to wanted: inout WantedPatterns) {
    for index in entries[id.index].patterns { wanted.all.insert(patternLists[Int(index)]) }
    if rules.searchesKeysFirst, let some = rules.keys.keys[id.index] {
      for key in some { wanted.keys.insert(key) }
    } else {
      for index in entries[id.index].patterns { wanted.keys.insert(patternLists[Int(index)]) }
    }
  }

  private func wanted(by verdict: EarlyVerdict) -> WantedPatterns {
    if let known = verdict.wanted { return known }
    var wanted = WantedPatterns()
    for id in verdict.undecided { add(id, to: &wanted) }
    verdict.wanted = wanted
    return wanted
  }

  private mutating func plan(for wanted: WantedPatterns) -> SearchPlan? {
    let keys = wanted.keys
    var all = wanted.all
    all.formUnion(keys)
    guard !all.isEmpty else { return nil }
    let known = plans[all]
    if let known, known.keys.wanted == keys { return known }
    let choice = rules.patterns.choice(for: keys)
    let made = SearchPlan(keys: choice, all: all == keys ? nil : rules.patterns.choice(for: all))
    if plans.count >= verdictLimit { plans.removeAll() }
    plans[all] = made
    return made
  }

  private mutating func listRulesWithKeys(beyond searched: PatternSelection) {
    rulesWithKeys.removeAll(keepingCapacity: true)
    listNumber += 1
    if verdict == nil {
      for id in undecided { listed[id.index] = listNumber }
    }
    for pattern in table.touched {
      for slot in rules.keys.starts[pattern.index]..<rules.keys.starts[pattern.index + 1] {
        let id = rules.keys.owners[Int(slot)]
        guard takeWaiting(id) else { continue }
        let isSearched = entries[id.index].patterns.allSatisfy {
          searched.contains(patternLists[Int($0)])
        }
        if !isSearched { rulesWithKeys.append(id) }
      }
    }
  }

  /// Whether a rule is undecided and was not taken yet. Without a verdict the answers of rules that were
  /// not asked for are those of another file, and the undecided ones are those on the last list.
  private mutating func takeWaiting(_ id: RuleID) -> Bool {
    let isListed = listed[id.index] == listNumber
    if verdict == nil {
      if isListed { listed[id.index] = 0 }
      return isListed
    }
    guard !isListed, evaluator.ruleAnswers[id.index] == .unknown else { return false }
    listed[id.index] = listNumber
    return true
  }

  // MARK: - After it

  /// Answers what is undecided, now that all matches are known.
  private mutating func answerLate() {
    var left: [RuleID] = []
    guard let verdict else { return evaluator.answer(undecided, conditions, undecided: &left) }
    // Only rules that have a key found, or may do without.
    listNumber += 1
    var candidates: [RuleID] = []
    func list(_ id: RuleID) {
      if takeWaiting(id) { candidates.append(id) }
    }
    for id in verdict.unbound { list(id) }
    for id in undecided where rules.keys.keys[id.index] == nil { list(id) }
    for pattern in table.touched {
      for slot in rules.keys.starts[pattern.index]..<rules.keys.starts[pattern.index + 1] {
        list(rules.keys.owners[Int(slot)])
      }
    }
    candidates.sort()
    evaluator.answer(candidates, conditions, undecided: &left)
    answered += candidates
  }

  private mutating func result(_ selection: RuleSelection, wasSearched: Bool) -> ScanResult {
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
    cuts += evaluator.cutModules.map(ScanCut.moduleLimit)
    return ScanResult(
      matching: matching, console: evaluator.console.lines, cuts: cuts, wasSearched: wasSearched)
  }

  private func isReported(_ id: RuleID) -> Bool {
    let entry = entries[id.index]
    return !entry.isPrivate && globalAnswers[Int(entry.namespace)] == .isTrue
  }

  // MARK: - The law's two sides

  /// What is known of each rule's condition before the search, by rule id: nil is unknown.
  mutating func earlyAnswers(_ data: ByteView) -> [Bool?] {
    table.reset()
    evaluator.begin(data, now: options.now, deadline: .never, cancellation: nil)
    defer { evaluator.end() }
    decideEarly(allRules)
    return evaluator.ruleAnswers.map { $0 == .unknown ? nil : $0 == .isTrue }
  }

  /// What each rule's condition says when everything has been searched for first: the oracle of
  /// `earlyAnswers` and of `scan`.
  mutating func lateAnswers(_ data: ByteView) -> [Bool] {
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
