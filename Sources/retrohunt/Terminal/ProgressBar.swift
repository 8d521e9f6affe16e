internal import Foundation
internal import Synchronization

/// One line on standard error that tells how far the work is; only on a terminal.
///
/// Whoever prints while it stands does so inside `interrupt`, which clears it first.
final class ProgressBar: Sendable {
  private struct State {
    var fraction = 0.0
    var label = ""
    var lastDrawn = ContinuousClock.now
    var isShown = false
  }

  private static let current = Mutex<ProgressBar?>(nil)
  private let state = Mutex(State())
  private let title: String

  private init(title: String) { self.title = title }

  /// nil where standard error is no terminal or the user asked for quiet.
  static func start(_ title: String, quiet: Bool) -> ProgressBar? {
    guard Terminal.errorIsTerminal, !quiet else { return nil }
    let bar = ProgressBar(title: title)
    current.withLock { $0 = bar }
    return bar
  }

  /// Draws at most ten times a second.
  func update(_ fraction: Double, _ label: String) {
    state.withLock { state in
      state.fraction = min(max(fraction, 0), 1)
      state.label = label
      let now = ContinuousClock.now
      guard !state.isShown || now - state.lastDrawn > .milliseconds(100) else { return }
      state.lastDrawn = now
      state.isShown = true
      let width = 24
      let filled = Int(state.fraction * Double(width))
      let bar =
        String(repeating: "#", count: filled) + String(repeating: ".", count: width - filled)
      let text =
        "\r\u{1b}[2K\(title) [\(bar)] \(Int(state.fraction * 100))% \(state.label)"
      FileHandle.standardError.write(Data(text.utf8))
    }
  }

  func finish() {
    Self.current.withLock { $0 = nil }
    clear()
  }

  private func clear() {
    state.withLock { state in
      guard state.isShown else { return }
      state.isShown = false
      FileHandle.standardError.write(Data("\r\u{1b}[2K".utf8))
    }
  }

  static func interrupt<E: Error>(_ body: () throws(E) -> Void) throws(E) {
    current.withLock { $0 }?.clear()
    try body()
  }
}
