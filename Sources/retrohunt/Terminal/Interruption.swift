internal import Bytes
internal import Foundation
internal import Synchronization

/// Ctrl-C and termination: the first asks the work to stop, the second ends the process at once.
enum Interruption {
  static let cancellation = Cancellation()

  private static let queue = DispatchQueue(label: "interruption")
  /// Kept for the life of the process: a source that is gone handles nothing.
  private static let sources = Mutex<[any DispatchSourceSignal]>([])

  static func install() {
    signal(SIGPIPE, SIG_IGN)
    sources.withLock { sources in
      for number in [SIGINT, SIGTERM] {
        signal(number, SIG_IGN)
        let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
        source.setEventHandler {
          if cancellation.isCancelled { _exit(ExitStatus.interrupted.rawValue) }
          cancellation.cancel()
        }
        source.resume()
        sources.append(source)
      }
    }
  }

  static func throwIfCancelled() throws {
    if cancellation.isCancelled { throw CommandFailure.interrupted }
  }
}
