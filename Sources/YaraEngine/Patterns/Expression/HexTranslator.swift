internal import YaraSyntax

/// From the tokens of a hex pattern to a `PatternNode`.
///
/// As YARA-X: consecutive jumps are added up (with a warning), reversed bounds are
/// errors, jumps take as little as they can.
struct HexTranslator {
  let name: String
  var diagnostics: [Diagnostic] = []

  init(name: String) { self.name = name }

  /// nil after an error.
  mutating func translate(_ pattern: HexPattern) -> PatternNode? {
    translate(pattern.tokens, depth: 0, range: pattern.range)
  }

  private mutating func translate(
    _ tokens: [HexToken], depth: Int, range: SourceRange
  ) -> PatternNode? {
    guard depth < 100 else {
      diagnostics.append(Diagnostic(.tooDeep, "alternatives are nested too deep", at: range))
      return nil
    }
    guard !tokens.isEmpty else {
      diagnostics.append(Diagnostic(.emptyPattern, "this hex pattern is empty", at: range))
      return nil
    }
    var items: [PatternNode] = []
    var index = 0
    var isGood = true
    for (edge, place) in [(tokens.first, "begin"), (tokens.last, "end")] {
      guard let edge, case .jump = edge.kind else { continue }
      diagnostics.append(
        Diagnostic(
          .invalidJump, "a hex pattern or alternative can not \(place) with a jump", at: edge.range))
      return nil
    }
    while index < tokens.count {
      let token = tokens[index]
      index += 1
      switch token.kind {
      case .byte(let value, let mask, let negated):
        if negated, mask == 0 {
          diagnostics.append(
            Diagnostic(.invalidHexPattern, "`??` can not be negated", at: token.range))
          isGood = false
          continue
        }
        if mask == 0xFF, !negated {
          items.append(.bytes([value]))
        } else {
          var set = ByteSet()
          for byte in UInt8.min...UInt8.max where byte & mask == value & mask { set.insert(byte) }
          items.append(.set(negated ? set.inverted : set))
        }
      case .alternatives(let branches):
        var nodes: [PatternNode] = []
        for branch in branches {
          if let node = translate(branch, depth: depth + 1, range: token.range) {
            nodes.append(node)
          } else {
            isGood = false
          }
        }
        if nodes.isEmpty { isGood = false } else { items.append(PatternNode.choice(nodes)) }
      case .jump(var low, var high):
        var place = token.range
        var coalesced = false
        var isKnownToYARA = max(low, high ?? 0) <= Int(Int32.max)
        while index < tokens.count, case .jump(let moreLow, let moreHigh) = tokens[index].kind {
          low = saturatingSum(low, moreLow)
          if max(moreLow, moreHigh ?? 0) > Int(Int32.max) { isKnownToYARA = false }
          if let a = high, let b = moreHigh { high = saturatingSum(a, b) } else { high = nil }
          place = place.union(tokens[index].range)
          index += 1
          coalesced = true
        }
        if coalesced {
          let jump = "[\(low)-\(high.map(String.init) ?? "")]"
          diagnostics.append(
            Diagnostic(
              .consecutiveJumps, "consecutive jumps in the hex pattern `\(name)`", at: place,
              "these are treated as \(jump)", fixes: [Diagnostic.Fix(place, jump)]))
        }
        // YARA-X has a bound for the sum, YARA, which adds nothing up, a lower one for each jump.
        if max(low, high ?? 0) > Int(UInt32.max), !isKnownToYARA {
          diagnostics.append(
            Diagnostic(
              .invalidJump, "the jumps are too large together", at: place, "at most 4294967295"))
          isGood = false
        } else if let high, high < low {
          diagnostics.append(
            Diagnostic(
              .invalidJump, "the lower bound of this jump, \(low), is above its upper bound, \(high)",
              at: place))
          isGood = false
        } else if low == 0, high == 0 {
          // YARA accepts `[0-0]`, YARA-X refuses it.
          continue
        } else {
          items.append(.repetition(.set(.all), min: low, max: high, isGreedy: false))
        }
      }
    }
    return isGood ? PatternNode.sequence(items) : nil
  }
}
