/// Tells a runner in the same process that job rows have changed. A runner also looks by itself
/// from time to time, for changes by other processes, so a lost signal only costs time.
public struct RunnerSignal: Sendable {
  let changes: AsyncStream<Void>
  private let continuation: AsyncStream<Void>.Continuation

  public init() {
    (changes, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
  }

  func send() { continuation.yield() }
}
