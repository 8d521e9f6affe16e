internal import Foundation
internal import Hunt

/// How a hunt's matches and summary are printed.
enum HuntFormat {
  static func match(_ match: FileMatch, json: Bool, strings: Bool) -> JSONText {
    var text = JSONText()
    if json {
      match.write(to: &text)
      text.newline()
      return text
    }
    let name = match.names.first.map { "  " + Terminal.printable($0) } ?? ""
    for rule in match.rules {
      text.raw(line: "\(rule.identifier)  \(match.sha256)  \(Terminal.bytes(match.size))\(name)")
      if strings { ScanFormat.write(rule.strings, to: &text) }
    }
    return text
  }

  static func summary(_ summary: HuntSummary, json: Bool, quiet: Bool) -> JSONText {
    var text = JSONText()
    if json {
      summary.write(to: &text)
      text.newline()
      return text
    }
    guard !quiet else { return text }
    let counters = summary.counters
    let speed = summary.seconds > 0 ? Double(counters.scannedBytes) / summary.seconds : 0
    text.raw(line: "")
    text.raw(
      line: "\(counters.matches) matches in \(counters.files) files, "
        + String(format: "%.2f", summary.seconds) + " s")
    text.raw(
      line: "  pruned: \(counters.prunedByIndex) by index"
        + (counters.prunedByRegions > 0 ? " (\(counters.prunedByRegions) after a look at parts)" : "")
        + ", \(counters.prunedByFacts) by facts; "
        + "scanned: \(counters.scannedFiles) files, \(Terminal.bytes(counters.scannedBytes)) "
        + "(\(Terminal.bytes(Int64(speed)))/s); skipped: \(counters.skipped.count)")
    for file in counters.skipped { text.raw(line: "  skipped \(file.sha256): \(file.reason)") }
    for file in counters.limited {
      text.raw(line: "  limited \(file.sha256): \(Terminal.printable(file.limit.message))")
    }
    switch summary.ending {
    case .finished: break
    case .limitReached:
      text.raw(line: "  stopped at the match limit; \(summary.filesNotReached) files not looked at")
    case .cancelled:
      text.raw(line: "  stopped; \(summary.filesNotReached) files not looked at")
    }
    return text
  }
}
