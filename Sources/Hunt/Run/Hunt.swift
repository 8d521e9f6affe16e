public import Bytes
public import Corpus
internal import FileFormats

/// A hunt over one store: its plan, and any unit of it, run where and when the caller likes.
public struct Hunt: Sendable {
  public let store: Store
  public let request: HuntRequest
  /// What its rules ask of indexes; nil where these are not to be used.
  let queries: HuntQueries?
  let reads: SharedReads

  /// - Parameter reads: the same for all hunts of a process, so that they share what they read.
  public init(store: Store, request: HuntRequest, reads: SharedReads = SharedReads()) {
    self.store = store
    self.request = request
    self.reads = reads
    queries = request.usesIndex ? HuntQueries(request.rules) : nil
  }

  /// The units that hold the files of the corpus now, in a stable order.
  public func plan() throws(StoreError) -> HuntPlan {
    let segments = try store.segments(corpus: request.corpus)
    return HuntPlan(
      steps: segments.filter { $0.documents > 0 }.map {
        HuntPlan.Step(
          unit: WorkUnit(segment: $0.id), files: $0.documents, bytes: $0.rawBytes)
      })
  }

  /// Runs one unit on this thread.
  ///
  /// - Parameter onMatch: called for each matching file as it is found, before the unit is done;
  ///   returning false ends the unit as if it were cancelled; what it throws is passed on.
  /// - Throws: `HuntInterruption` when told to stop; `StoreError` where the store cannot be read
  ///   at all. A damaged sample or segment is no error: its files are skipped and listed.
  public func run(
    _ unit: WorkUnit, cancellation: Cancellation, progress: HuntProgress? = nil,
    onMatch: (FileMatch) throws -> Bool = { _ in true }
  ) throws -> UnitResult {
    let worker = HuntWorker(self)
    return try worker.run(unit, cancellation: cancellation, progress: progress, onMatch: onMatch)
  }
}

/// A unit was left before its end. For whoever keeps results by unit, nothing of it counts; a hunt
/// that only reports has `covered` to tell how far it came.
public struct HuntInterruption: Error, Sendable {
  public let covered: HuntCounters
}
