/// How a hunt ended and what it covered.
public struct HuntSummary: Hashable, Sendable {
  public enum Ending: String, Hashable, Sendable {
    case finished
    /// The match limit was reached; the rest was not looked at.
    case limitReached = "limit_reached"
    case cancelled
  }

  public let counters: HuntCounters
  /// Files of units that were not run: 0 unless the hunt ended early.
  public let filesNotReached: Int
  public let ending: Ending
  public let seconds: Double

  /// Appends the last line of `hunt --json`, without the line end.
  public func write(to json: inout JSONText) {
    json.object { json in
      json.key("summary")
      json.object { json in
        json.key("files")
        json.integer(counters.files)
        json.key("pruned_by_index")
        json.integer(counters.prunedByIndex)
        json.key("pruned_by_facts")
        json.integer(counters.prunedByFacts)
        json.key("scanned_files")
        json.integer(counters.scannedFiles)
        json.key("scanned_bytes")
        json.integer(counters.scannedBytes)
        json.key("pruned_by_regions")
        json.integer(counters.prunedByRegions)
        json.key("region_bytes")
        json.integer(counters.regionBytes)
        json.key("skipped")
        json.array { json in
          for file in counters.skipped {
            json.object { json in
              json.key("sha256")
              json.string(file.sha256)
              json.key("reason")
              json.string(file.reason)
            }
          }
        }
        if !counters.limited.isEmpty {
          json.key("limits")
          json.array { json in
            for file in counters.limited { file.limit.write(to: &json, sha256: file.sha256) }
          }
        }
        json.key("matches")
        json.integer(counters.matches)
        json.key("seconds")
        json.float(seconds)
        json.key("index_seconds")
        json.float(counters.indexSeconds)
        json.key("index_bytes")
        json.integer(counters.indexBytes)
        json.key("ending")
        json.string(ending.rawValue)
        if filesNotReached > 0 {
          json.key("files_not_reached")
          json.integer(filesNotReached)
        }
      }
    }
  }
}
