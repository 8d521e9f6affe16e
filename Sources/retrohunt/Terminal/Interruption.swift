internal import Bytes
internal import Foundation

/// Ctrl-C and termination: the first asks the work to stop, the second ends the process at once.
enum Interruption {
  static let cancellation = Cancellation()

  private static let queue = DispatchQueue(label: "interruption")
  // Made once, before any thread, and never touched again.
  nonisolated(unsafe) private static let sources: [any DispatchSourceSignal] = [SIGINT, SIGTERM].map { number in
    signal(number, SIG_IGN)
    let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
    source.setEventHandler {
      if cancellation.isCancelled { _exit(ExitStatus.interrupted.rawValue) }
      cancellation.cancel()
    }
    return source
  }

  static func install() {
    signal(SIGPIPE, SIG_IGN)
    for source in unsafe sources { source.resume() }
  }

  static func throwIfCancelled() throws {
    if cancellation.isCancelled { throw CommandFailure.interrupted }
  }
}
