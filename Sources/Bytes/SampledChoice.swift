/// How a set of long literals is found by sampling (`SampledSearch`): how far apart the samples lie, how
/// long they are, and which places of each literal they are.
struct SampledChoice {
  /// Between two samples, in bytes.
  let stride: Int
  /// Bytes of a sample, 4 to 8.
  let sampleLength: Int
  let texts: [SampledText]

  /// As far apart as pays.
  private static let longestStride = 32
  /// Texts that wait for one sample, at most: verification at a place is bounded.
  fileprivate static let mostSharers = 8
  /// With more of them vectorscan is about as fast.
  private static let mostSamples = 1024
  private static let leastGain = 0.01

  /// nil where vectorscan is as good.
  init?(_ literals: [SearchLiteral]) {
    guard let shortest = literals.map(\.textLength).min(), literals.count <= Self.mostSamples else {
      return nil
    }
    var best: SampledChoice?
    var bestCost = Self.costOfVectorscan(literals.count) - Self.leastGain
    for sampleLength in 4...8 {
      let stride = min(
        Self.longestStride, shortest - sampleLength + 1, Self.mostSamples / literals.count)
      guard stride > 1, Self.cost(stride: stride, known: 0, count: 0) < bestCost,
        let choice = SampledChoice(literals, stride, sampleLength)
      else { continue }
      let known = choice.texts.reduce(0) { $0 + $1.rate }
      let cost = Self.cost(stride: stride, known: known, count: literals.count)
      if cost < bestCost {
        bestCost = cost
        best = choice
      }
    }
    guard let best else { return nil }
    self = best
  }

  private init?(_ literals: [SearchLiteral], _ stride: Int, _ sampleLength: Int) {
    let ignoresCase = literals.contains(where: \.isCaseless)
    var sharers: [UInt64: Int] = [:]
    var texts: [SampledText] = []
    for literal in literals {
      guard let text = SampledText(literal, stride, sampleLength, ignoresCase, &sharers) else {
        return nil
      }
      texts.append(text)
    }
    self.stride = stride
    self.sampleLength = sampleLength
    self.texts = texts
  }

  /// Measured nanoseconds a byte of vectorscan, over mapped files.
  private static func costOfVectorscan(_ count: Int) -> Double {
    switch count {
    case 1: 0.04
    case ...8: 0.08
    case ...24: 0.11
    case ...64: 0.14
    default: 0.15
    }
  }

  /// Of sampling, measured as well: each sample is looked up in a table, and some are known there or
  /// mistaken for one that is.
  private static func cost(stride: Int, known: Double, count: Int) -> Double {
    let mistaken = SampledSearch.FilterSize.taken(count * stride)
    return 0.012 + (0.45 + 20 * known + 10 * mistaken) / Double(stride)
  }
}

/// A literal with the bytes known around it, and those of its places one of which is a sample.
struct SampledText {
  let bytes: [UInt8]
  let isCaseless: Bool
  /// Where the literal ends.
  let literalEnd: Int
  /// Places of samples: as many in a row as lie between two.
  let places: Range<Int>
  /// How often a sample is found to be one of these, estimated.
  let rate: Double

  /// nil where too many texts wait for its samples already.
  /// - Parameter source: with all around it of `stride` + `sampleLength` - 1 bytes at least.
  init?(
    _ source: SearchLiteral, _ stride: Int, _ sampleLength: Int, _ ignoresCase: Bool,
    _ sharers: inout [UInt64: Int]
  ) {
    let bytes = source.before + source.bytes + source.after
    let starts = 0...(bytes.count - sampleLength)
    let samples = starts.map {
      SampledSearch.sample(bytes[$0..<$0 + sampleLength], ignoresCase: ignoresCase)
    }
    let rates = starts.map { start in
      let sample = bytes[start..<start + sampleLength]
      // Without regard to case a space is a zero.
      return Self.rate(ignoresCase ? sample.map { $0 == 0x20 ? 0 : $0 } : Array(sample), ignoresCase)
    }
    // The rarest places first; of equals the first.
    var windows: [(start: Int, rate: Double)] = []
    for start in 0...(rates.count - stride) {
      windows.append((start, rates[start..<start + stride].reduce(0, +)))
    }
    windows.sort { $0.rate != $1.rate ? $0.rate < $1.rate : $0.start < $1.start }
    let found = windows.first {
      samples[$0.start..<$0.start + stride].allSatisfy {
        sharers[$0, default: 0] < SampledChoice.mostSharers
      }
    }
    guard let found else { return nil }
    for sample in samples[found.start..<found.start + stride] { sharers[sample, default: 0] += 1 }
    places = found.start..<found.start + stride
    rate = found.rate
    self.bytes = bytes
    isCaseless = source.isCaseless
    literalEnd = source.before.count + source.bytes.count
  }

  /// Measured: even what looks rare is found that often.
  private static let leastRate = [1.8e-6, 5.2e-7, 2.1e-7, 1e-7, 5e-8]

  private static func rate(_ sample: [UInt8], _ ignoresCase: Bool) -> Double {
    let rate = LiteralRarity.rate(sample[...], isCaseless: ignoresCase)
    let isFrequent = (0...(sample.count - 4)).allSatisfy { start in
      let word = sample[start..<start + 4].reversed().reduce(0) { $0 << 8 | UInt32($1) }
      return FrequentSamples.words.contains(word)
    }
    return max(rate, isFrequent ? FrequentSamples.rate : leastRate[sample.count - 4])
  }
}

extension SearchLiteral {
  fileprivate var textLength: Int { before.count + bytes.count + after.count }
}
