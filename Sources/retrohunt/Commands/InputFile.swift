internal import Bytes

/// A file that the command line names as input: rules, lists of paths, reports.
enum InputFile {
  /// An input above this is a mistake (a sample given as rules, say).
  static let limit = 256 << 20

  /// - Parameter allowsDash: whether `-` is standard input rather than a file of that name.
  /// - Throws: `CommandFailure.wrongInput`, which names the file and says why it cannot be read.
  static func read(_ path: String, allowsDash: Bool) throws -> [UInt8] {
    let buffer = ByteBuffer()
    do {
      if path == "-", allowsDash {
        try FileReading.readStandardInput(into: buffer, limit: limit)
      } else {
        try FileReading.read(path: path, into: buffer, limit: limit)
      }
    } catch {
      throw CommandFailure.wrongInput("\(Terminal.printable(path)): \(error.reason)")
    }
    return buffer.view.array
  }
}
