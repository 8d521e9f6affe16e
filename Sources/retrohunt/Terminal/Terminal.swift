internal import Foundation

/// Standard error, for people: errors, warnings, notes. Output for programs goes to
/// `StandardOutput`.
enum Terminal {
  static let errorIsTerminal = isatty(STDERR_FILENO) == 1
  static let outputIsTerminal = isatty(STDOUT_FILENO) == 1

  static func error(_ message: String) { write("error: \(message)\n") }
  static func warning(_ message: String) { write("warning: \(message)\n") }
  static func note(_ message: String) { write(message + "\n") }

  static func write(_ text: String) {
    ProgressBar.interrupt { FileHandle.standardError.write(Data(text.utf8)) }
  }

  /// A name from outside made safe to print: control characters could steer the terminal.
  static func printable(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else {
      return text
    }
    var result = ""
    for scalar in text.unicodeScalars {
      if scalar.properties.generalCategory == .control {
        result += "\\x" + String(format: "%02x", scalar.value)
      } else {
        result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// 1234567 as 1.2 MB (10^6 bytes).
  static func bytes(_ count: Int64) -> String {
    var value = Double(count)
    for unit in ["bytes", "kB", "MB", "GB", "TB"] {
      if value < 1000 || unit == "TB" {
        return unit == "bytes" ? "\(count) bytes" : String(format: "%.1f %@", value, unit)
      }
      value /= 1000
    }
    return "\(count) bytes"
  }
}
