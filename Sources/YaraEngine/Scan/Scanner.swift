public import Bytes

/// Scans one file after the other with a rule set. One per thread, reused: it owns the match table,
/// the pattern matcher and the evaluator's scratch.
///
/// The idea: conditions are evaluated before the patterns are searched for, with what the file's
/// size, its first bytes and the modules tell. Rules that this decides need no search; only the
/// patterns of the others are searched for, in one pass, and after it the others are decided too.
public final class Scanner {
  public let rules: RuleSet
  public let options: ScanOptions
  private var state: ScanState

  public init(_ rules: RuleSet, options: ScanOptions = ScanOptions()) {
    self.rules = rules
    self.options = options
    state = ScanState(rules, options)
  }

  /// Scans the bytes of a file.
  /// - Parameters:
  ///   - data: the file; valid during the call.
  ///   - only: the rules asked for, a selection of this scanner's rules; nil is all.
  ///   - cancellation: looked at as often as the time limit.
  public func scan(
    _ data: ByteView, only: RuleSelection? = nil, cancellation: Cancellation? = nil
  ) -> ScanOutcome {
    withStack { $0.scan(data, only: only, cancellation) } ?? .timedOut(at: .search)
  }

  /// Scans a file that was started, fetching of it only what the rules need: its first bytes decide
  /// most rules.
  ///
  /// - Throws: `FileReadError` where the rest of the file cannot be read.
  public func scan(
    _ file: FileContents, only: RuleSelection? = nil, cancellation: Cancellation? = nil
  ) throws(FileReadError) -> ScanOutcome {
    let result = withStack { state -> Result<ScanOutcome, FileReadError> in
      do throws(FileReadError) {
        return .success(try state.scan(file, only: only, cancellation))
      } catch {
        return .failure(error)
      }
    }
    return try result?.get() ?? .timedOut(at: .search)
  }

  /// Scans a file whose first bytes are at hand; they decide most rules.
  ///
  /// - Parameters:
  ///   - first: the file's first bytes, valid until `everything` is called.
  ///   - size: of the whole file, in bytes.
  ///   - everything: gives the whole file, valid during the call of `scan`; called once at most.
  /// - Throws: what `everything` throws.
  public func scan<E: Error>(
    first: ByteView, size: Int, only: RuleSelection? = nil, cancellation: Cancellation? = nil,
    everything: () throws(E) -> ByteView
  ) throws(E) -> ScanOutcome {
    var whole: ByteView?
    func fetch() throws(E) -> ByteView {
      if let whole { return whole }
      let fetched = try everything()
      whole = fetched
      return fetched
    }
    let result = withStack { state -> Result<ScanOutcome, E> in
      do throws(E) {
        return .success(
          try state.scan(
            first: first, size: size, only: only, cancellation,
            look: { () throws(E) in try fetch() }, read: { () throws(E) in try fetch() }))
      } catch {
        return .failure(error)
      }
    }
    return try result?.get() ?? .timedOut(at: .search)
  }

  /// nil where there is no memory for the stack: then there is no answer, and what is not answered
  /// is reported as skipped.
  private func withStack<R>(_ body: (inout ScanState) -> R) -> R? {
    guard rules.needsDeepStack else { return body(&state) }
    var result: R?
    let ran = DeepStack.run { result = body(&state) }
    return ran ? result : nil
  }

  /// The matches of a pattern in the file scanned last, in order of offset; complete for the
  /// patterns of matching rules where `ScanOptions.reportsMatches` is set.
  public func matches(of pattern: PatternID) -> [PatternMatch] { state.table.all(of: pattern) }

  /// Those that are listed for a rule: the same, or only what stands at the pattern's `listedPlace`.
  public func listedMatches(of pattern: RulePattern) -> [PatternMatch] {
    let all = matches(of: pattern.pattern)
    guard let place = pattern.listedPlace else { return all }
    return all.filter { $0.offset == place }
  }

  // MARK: - The law's two sides

  /// What is known of each rule's condition before the search, by rule id: nil is unknown.
  func earlyAnswers(_ data: ByteView) -> [Bool?] { state.earlyAnswers(data) }

  /// What each rule's condition says when everything has been searched for first: the oracle of
  /// `earlyAnswers` and of `scan`.
  func lateAnswers(_ data: ByteView) -> [Bool] { state.lateAnswers(data) }
}
