import Synchronization

/// A point in time after which work stops; the targets below `Corpus` know no other clock.
public struct Deadline: Sendable {
  private let instant: ContinuousClock.Instant?
  public static let never = Deadline(instant: nil)
  private init(instant: ContinuousClock.Instant?) { self.instant = instant }

  public static func after(_ duration: Duration) -> Deadline {
    Deadline(instant: ContinuousClock.now.advanced(by: duration))
  }

  /// Never where there is no limit.
  public static func after(_ limit: Duration?) -> Deadline { limit.map { after($0) } ?? .never }

  /// Costs a clock read (some 25 ns): ask per block, not per byte.
  public var isPast: Bool {
    guard let instant else { return false }
    return ContinuousClock.now >= instant
  }
}

/// A flag that any thread may raise to make work stop soon. Once raised it stays raised.
public final class Cancellation: Sendable {
  private let flag = Atomic<Bool>(false)
  public init() {}
  public func cancel() { flag.store(true, ordering: .relaxed) }
  public var isCancelled: Bool { flag.load(ordering: .relaxed) }
}
