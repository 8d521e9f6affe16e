internal import Foundation
internal import Synchronization

/// Buffered standard output shared by threads: a call's bytes stay together.
enum StandardOutput {
  private static let buffer = Mutex<[UInt8]>([])
  private static let flushAt = 1 << 16

  static func write(_ bytes: [UInt8], flush: Bool = false) {
    buffer.withLock { pending in
      pending.append(contentsOf: bytes)
      if flush || pending.count >= flushAt || Terminal.outputIsTerminal { drain(&pending) }
    }
  }

  static func line(_ text: String, flush: Bool = false) {
    write(Array((text + "\n").utf8), flush: flush)
  }

  static func flush() { buffer.withLock { drain(&$0) } }

  /// A reader that has gone away (`| head`) ends the process quietly, as it does for other tools.
  private static func drain(_ pending: inout [UInt8]) {
    guard !pending.isEmpty else { return }
    do {
      try ProgressBar.interrupt { try FileHandle.standardOutput.write(contentsOf: pending) }
    } catch {
      Foundation.exit(ExitStatus.failed.rawValue)
    }
    pending.removeAll(keepingCapacity: true)
  }
}
