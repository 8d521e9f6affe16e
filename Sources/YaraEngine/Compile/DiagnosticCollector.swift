internal import YaraSyntax

/// Gathers what the stages of a compilation have to say: leaves out what comments silence, keeps a
/// bounded number of errors and of warnings, and counts the rest.
struct DiagnosticCollector {
  private let limit: Int
  private let disabled: Set<DiagnosticCode>
  private var kept: [Diagnostic] = []
  private var errors = 0
  private var warnings = 0
  /// Of a source and a code, the places that comments silence.
  private var suppressions: [SuppressionKey: SuppressedRanges] = [:]

  private struct SuppressionKey: Hashable {
    let source: SourceID
    let code: DiagnosticCode
  }

  var hasErrors: Bool { errors > 0 }
  var isFull: Bool { errors >= limit }
  /// Reported but not kept.
  var omittedErrors: Int { max(0, errors - limit) }
  var omittedWarnings: Int { max(0, warnings - limit) }

  /// - Parameters:
  ///   - limit: how many errors are kept, and how many warnings.
  ///   - disabled: warnings that nobody wants to hear.
  init(limit: Int, disabled: Set<DiagnosticCode>) {
    self.limit = limit
    self.disabled = disabled
  }

  mutating func add(_ found: [WarningSuppression], _ source: SourceID) {
    var ranges: [DiagnosticCode: [SourceRange]] = [:]
    for suppression in found {
      for code in Set(suppression.names.flatMap(DiagnosticCode.warnings(named:))) {
        ranges[code, default: []].append(suppression.range)
      }
    }
    for (code, list) in ranges {
      suppressions[SuppressionKey(source: source, code: code)] = SuppressedRanges(list)
    }
  }

  mutating func report(_ diagnostic: Diagnostic) {
    if diagnostic.severity == .warning {
      guard !disabled.contains(diagnostic.code), !isSuppressed(diagnostic) else { return }
      warnings += 1
      if warnings <= limit { kept.append(diagnostic) }
    } else {
      errors += 1
      if errors <= limit { kept.append(diagnostic) }
    }
  }

  private func isSuppressed(_ diagnostic: Diagnostic) -> Bool {
    guard !suppressions.isEmpty else { return false }
    return diagnostic.labels.contains { label in
      suppressions[SuppressionKey(source: label.range.source, code: diagnostic.code)]?
        .contains(label.range) ?? false
    }
  }

  /// By source and place; what stands at one place keeps its order.
  var sorted: [Diagnostic] {
    kept.enumerated().sorted { a, b in
      let (x, y) = (a.element.range, b.element.range)
      if let x, let y, x.source != y.source { return x.source < y.source }
      if let x, let y, x.start != y.start { return x.start < y.start }
      return a.offset < b.offset
    }.map(\.element)
  }
}

/// Answers whether one of many ranges holds another, in logarithmic time.
private struct SuppressedRanges {
  private let starts: [UInt32]
  /// The greatest end among the ranges up to each.
  private let ends: [UInt32]

  init(_ ranges: [SourceRange]) {
    let sorted = ranges.sorted { $0.start < $1.start }
    starts = sorted.map(\.start)
    var greatest: UInt32 = 0
    ends = sorted.map { range in
      greatest = max(greatest, range.end)
      return greatest
    }
  }

  func contains(_ range: SourceRange) -> Bool {
    var low = 0
    var high = starts.count
    while low < high {
      let middle = (low + high) / 2
      if starts[middle] <= range.start { low = middle + 1 } else { high = middle }
    }
    return low > 0 && ends[low - 1] >= range.end
  }
}
