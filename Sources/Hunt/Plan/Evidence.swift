#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif
internal import GramIndex

/// How much a query tells, estimated without an index: n bits let through about one in 2^n documents
/// that do not match. Only orders choices and words explanations; nothing depends on its being right.
///
/// An index of two half-full signatures gives some two bits for each four bytes of a literal; bytes
/// that stand in nearly every file give less.
enum Evidence {
  /// More makes no difference in any corpus.
  static let enough = 40.0
  private static let most = 1000.0

  static func bits(of query: IndexQuery) -> Double {
    switch query {
    case .everything: 0
    case .nothing: most
    case .literal(let bytes): bits(of: bytes)
    case .together(let runs): min(most, runs.reduce(0) { $0 + bits(of: $1) })
    case .local(_, let inner), .inside(_, let inner): bits(of: inner)
    case .fact: 8
    case .column: 1
    case .header(let header): header.mask.reduce(0) { $0 + Double($1.nonzeroBitCount) } / 8
    case .headerNumber(let number): Double(number.bytes)
    case .and(let parts): min(most, parts.reduce(0) { $0 + bits(of: $1) })
    case .or(let parts): any(parts.map { bits(of: $0) })
    case .atLeast(let count, let parts):
      any(parts.map { bits(of: $0) }.sorted().suffix(parts.count - count + 1)) * Double(count)
    }
  }

  /// Of alternatives, each of which lets its share through.
  static func any(_ bits: some Collection<Double>) -> Double {
    max(0, -log2(bits.reduce(0) { $0 + exp2(-$1) }))
  }

  static func bits(of literal: [UInt8]) -> Double {
    guard literal.count >= shortest else { return 0 }
    var total = literal.allSatisfy { $0 == literal[0] } ? 0.1 : 1
    for start in 0..<max(0, literal.count - 3) {
      total += weight(literal[start], literal[start + 1], literal[start + 2], literal[start + 3])
    }
    return total
  }

  /// The index serves no shorter literals.
  static let shortest = 3

  /// Of four bytes in a row.
  static func weight(_ a: UInt8, _ b: UInt8, _ c: UInt8, _ d: UInt8) -> Double {
    if a == b, b == c, c == d { return 0.02 }
    var filling = 0
    for byte in [a, b, c, d] where byte == 0 || byte == 0xFF || byte == 0x20 || byte == 0x90 || byte == 0xCC {
      filling += 1
    }
    return filling >= 3 ? 0.5 : filling == 2 ? 1.2 : 2
  }

  /// What alternatives cost: the bits they let through, and a little for asking about each.
  static func loss(of alternatives: Int) -> Double {
    alternatives > 1 ? log2(Double(alternatives)) + 0.05 * Double(alternatives) : 0
  }
}
