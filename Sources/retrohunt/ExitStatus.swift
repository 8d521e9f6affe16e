internal import ArgumentParser
internal import Corpus
internal import Foundation

/// What the process says to its caller, decided in this file alone.
///
/// 0 done; 1 the input is wrong (rules, arguments, files); 2 the operation failed; 130 interrupted.
enum ExitStatus: Int32 {
  case done = 0
  case wrongInput = 1
  case failed = 2
  case interrupted = 130

  /// Ends the process with the status of `error`, after telling what it is.
  static func exit(for error: any Error, of root: (some ParsableCommand).Type) -> Never {
    switch error {
    case let failure as CommandFailure:
      if let message = failure.message { Terminal.error(message) }
      Foundation.exit(failure.status.rawValue)
    case let error as StoreError:
      Terminal.error(error.description)
      Foundation.exit(failed.rawValue)
    default:
      // Help and version come as errors too; everything else here is wrong usage.
      if root.exitCode(for: error) == .success {
        print(root.fullMessage(for: error))
        Foundation.exit(done.rawValue)
      }
      FileHandle.standardError.write(Data((root.fullMessage(for: error) + "\n").utf8))
      Foundation.exit(wrongInput.rawValue)
    }
  }
}

/// Ends a command with a status; the message, where there is one, is one line that names the place
/// and the remedy.
struct CommandFailure: Error {
  let status: ExitStatus
  let message: String?

  /// The input is wrong, and it has been said already (diagnostics, for example).
  static let reported = CommandFailure(status: .wrongInput, message: nil)
  static let interrupted = CommandFailure(status: .interrupted, message: nil)
  static func wrongInput(_ message: String) -> CommandFailure {
    CommandFailure(status: .wrongInput, message: message)
  }
  static func failed(_ message: String) -> CommandFailure {
    CommandFailure(status: .failed, message: message)
  }
}
