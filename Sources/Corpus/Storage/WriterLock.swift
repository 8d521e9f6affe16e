internal import Bytes

/// The right to change the corpus: one process at a time. The kernel gives it back when the
/// process ends in any way, so nobody ever has to clean up after a crash.
final class WriterLock: Sendable {
  private let file: StoredFile

  /// Throws `locked`, naming the holder, when somebody else has it.
  init(_ layout: StoreLayout, _ files: FileSystem) throws(StoreError) {
    let file: StoredFile
    let gotten: Bool
    do throws(SystemFailure) {
      file = try files.open(layout.lockPath, .createOrOpen)
      gotten = try Self.lock(file)
    } catch {
      throw StoreError(error, doing: "cannot take the writer's lock")
    }
    guard gotten else {
      let buffer = ByteBuffer()
      _ = try? file.read(at: 0, count: 256, into: buffer)
      let text = String(decoding: buffer.view.array.filter { $0 != 0 }, as: UTF8.self)
      let holder = text.split(separator: "\n").first.map(String.init) ?? "another process"
      throw StoreError(
        .locked, "\(holder) writes to this store; wait until it ends or stop it",
        subject: .store(layout.directory))
    }
    self.file = file
    // The holder's name is a courtesy: failing to write it changes nothing.
    let name = CommandLine.arguments.first.map {
      $0.split(separator: "/").last.map(String.init) ?? $0
    }
    let text = "process \(FileSystem.processIdentifier) (\(name ?? "retrohunt"))\n"
    try? file.truncate(to: 0)
    ByteView.with(Array(text.utf8)) { try? file.write($0, at: 0) }
  }

  /// Tries for a moment: where the last holder has just started another program, that one keeps the
  /// lock until it has replaced the copy of its parent.
  private static func lock(_ file: StoredFile) throws(SystemFailure) -> Bool {
    for _ in 0..<20 {
      if try file.tryLock() { return true }
      FileSystem.pause(milliseconds: 10)
    }
    return try file.tryLock()
  }
}
