internal import GramIndex

// The two forms of an explanation: lines for people, an object for programs.
extension PlanExplanation {
  /// Lines of the query that are shown; the rest is counted.
  private static let shownLines = 40

  public var text: String {
    var lines = ["rule \(identifier)" + (place.map { " (\($0.text))" } ?? "")]
    switch query {
    case .everything: lines.append("  index: nothing can be asked; every file must be scanned")
    case .nothing: lines.append("  index: no file can match")
    default:
      lines.append("  index: asks for")
      let all = query.lines(indent: 4)
      lines += all.prefix(Self.shownLines)
      if all.count > Self.shownLines { lines.append("    ... and \(all.count - Self.shownLines) lines more") }
      if !asksForContent { lines.append("  content: nothing is asked; facts alone decide") }
      lines.append("  evidence: \(Self.evidence(bits))")
    }
    if !facts.isEmpty {
      lines.append("  facts: " + facts.map { "`\($0.text)`" }.joined(separator: ", "))
    }
    if let weakest {
      let at = weakest.part.place.map { " (\($0.text))" } ?? ""
      lines.append("  weakest: \(weakest.reason)\(at)")
      if let suggestion = weakest.suggestion { lines.append("  suggestion: \(suggestion)") }
    }
    if let estimate {
      lines.append(
        "  candidates: \(estimate.candidates) files, \(estimate.bytes) bytes, "
          + "\(estimate.firstBytes) of them to look at first, about "
          + "\(Self.rounded(estimate.seconds)) s"
          + (estimate.contentCandidates > estimate.candidates
            ? "; \(estimate.contentCandidates - estimate.candidates) more decided by facts" : ""))
    }
    return lines.map { $0 + "\n" }.joined()
  }

  private static func evidence(_ bits: Double) -> String {
    let whole = Int(bits.rounded(.down))
    if whole < 1 { return "hardly any file is ruled out" }
    if whole >= 30 { return "other files pass hardly ever" }
    return "about one other file in \(1 << whole) passes"
  }

  private static func rounded(_ seconds: Double) -> String {
    "\((seconds * 100).rounded() / 100)"
  }

  public func write(to json: inout JSONText) {
    json.object { json in
      json.key("rule")
      json.string(identifier)
      json.key("namespace")
      json.string(namespace)
      write(place, to: &json)
      json.key("scans_everything")
      json.boolean(mustScanEverything)
      json.key("asks_for_content")
      json.boolean(asksForContent)
      json.key("evidence_bits")
      json.float((bits * 10).rounded() / 10)
      json.key("query")
      query.write(to: &json)
      json.key("facts")
      json.array { json in
        for part in facts { json.object { write(part, to: &$0) } }
      }
      json.key("weakest")
      if let weakest {
        json.object { json in
          write(weakest.part, to: &json)
          json.key("code")
          json.string(weakest.code)
          json.key("reason")
          json.string(weakest.reason)
          json.key("suggestion")
          if let suggestion = weakest.suggestion { json.string(suggestion) } else { json.null() }
        }
      } else {
        json.null()
      }
      json.key("estimate")
      if let estimate {
        json.object { json in
          json.key("candidates")
          json.integer(estimate.candidates)
          json.key("bytes")
          json.integer(estimate.bytes)
          json.key("first_bytes")
          json.integer(estimate.firstBytes)
          json.key("seconds")
          json.float(estimate.seconds)
          json.key("content_candidates")
          json.integer(estimate.contentCandidates)
          json.key("content_bytes")
          json.integer(estimate.contentBytes)
          json.key("asking")
          json.object { json in
            json.key("seconds")
            json.float(estimate.asking.seconds)
            json.key("first_seconds")
            json.float(estimate.asking.firstSeconds)
            json.key("bytes")
            json.integer(estimate.asking.bytes)
            json.key("places")
            json.integer(estimate.asking.places)
          }
        }
      } else {
        json.null()
      }
    }
  }

  private func write(_ part: Part, to json: inout JSONText) {
    json.key("term")
    json.string(part.text)
    write(part.place, to: &json)
  }

  private func write(_ place: Place?, to json: inout JSONText) {
    guard let place else { return }
    json.key("source")
    json.string(place.source)
    json.key("line")
    json.integer(place.line)
    json.key("column")
    json.integer(place.column)
  }
}

extension PlanExplanation.Place {
  /// `file:line:column`.
  public var text: String { "\(source):\(line):\(column)" }
}
