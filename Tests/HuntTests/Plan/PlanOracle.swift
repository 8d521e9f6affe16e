import Bytes
import GramIndex
import Testing
import YaraEngine
import YaraSyntax

@testable import Hunt

/// Answers an `IndexQuery` from the file itself, the plain way. Facts and columns, which are not in
/// the bytes, are taken for true.
final class PlanOracle {
  private let data: [UInt8]
  private let folded: [UInt8]
  private var known: [[UInt8]: Bool] = [:]

  init(_ data: [UInt8]) {
    self.data = data
    folded = Self.folded(data)
  }

  private static func folded(_ bytes: [UInt8]) -> [UInt8] {
    bytes.map { $0 >= 0x41 && $0 <= 0x5A ? $0 | 0x20 : $0 }
  }

  func holds(_ query: IndexQuery) -> Bool {
    switch query {
    case .everything, .fact, .column: return true
    case .nothing: return false
    case .literal(let bytes):
      if let answer = known[bytes] { return answer }
      let answer = contains(Self.folded(bytes))
      known[bytes] = answer
      return answer
    case .together(let runs): return hasTogether(runs.map(Self.folded))
    // Where it begins is not this oracle's question.
    case .local(_, let inner), .inside(_, let inner): return holds(inner)
    case .header(let header):
      return header.value.indices.allSatisfy { index in
        let place = header.offset + index
        return place < data.count && data[place] & header.mask[index] == header.value[index]
      }
    case .headerNumber(let number):
      guard number.offset + number.bytes <= data.count else { return number.matchesUndefined }
      var bytes = Array(data[number.offset..<number.offset + number.bytes])
      if !number.isBigEndian { bytes.reverse() }
      let raw = bytes.reduce(Int64(0)) { $0 << 8 | Int64($1) }
      let limit = Int64(1) << Int64(8 * number.bytes - 1)
      let value = number.isSigned && raw >= limit ? raw - 2 * limit : raw
      return number.ranges.contains { $0.contains(value) }
    case .and(let parts):
      for part in parts where !holds(part) { return false }
      return true
    case .or(let parts):
      for part in parts where holds(part) { return true }
      return false
    case .atLeast(let count, let parts):
      var found = 0
      for part in parts where holds(part) { found += 1 }
      return found >= count
    }
  }

  /// Whether some stretch of `IndexQuery.span` bytes holds all runs.
  private func hasTogether(_ runs: [[UInt8]]) -> Bool {
    let places = runs.map { run in
      folded.indices.filter { folded[$0] == run.first && folded[$0...].starts(with: run) }
    }
    return places.joined().contains { start in
      zip(runs, places).allSatisfy { run, places in
        places.contains { $0 >= start && $0 + run.count <= start + IndexQuery.span }
      }
    }
  }

  private func contains(_ literal: [UInt8]) -> Bool {
    guard literal.count <= folded.count, let first = literal.first else { return literal.isEmpty }
    for start in 0...(folded.count - literal.count) where folded[start] == first {
      var offset = 1
      while offset < literal.count, folded[start + offset] == literal[offset] { offset += 1 }
      if offset == literal.count { return true }
    }
    return false
  }
}

enum Planning {
  static func compile(
    _ text: String, _ dialect: Dialect = .yaraX, externals: [String: ExternalValue] = [:]
  ) -> RuleSet? {
    var options = CompilerOptions(dialect: dialect, externals: externals)
    // Half of the time of compiling such patterns.
    options.disabledWarnings = [.slowPattern]
    var compiler = RuleCompiler(options)
    compiler.add(name: "rules.yar", bytes: Array(text.utf8))
    return compiler.build().rules
  }

  /// The query of one rule's condition over its strings.
  static func query(
    _ condition: String, strings: String = "", before: String = "", _ dialect: Dialect = .yaraX,
    externals: [String: ExternalValue] = [:]
  ) throws -> IndexQuery {
    let section = strings.isEmpty ? "" : "strings: \(strings)"
    let rules = try #require(
      compile("\(before) rule r { \(section) condition: \(condition) }", dialect, externals: externals))
    return try #require(HuntQueries(rules).rules.last).query
  }

  /// The names of the rules that match.
  static func matching(_ rules: RuleSet, _ data: [UInt8]) -> Set<RuleID>? {
    ByteView.with(data) { view in
      guard case .finished(let result) = Scanner(rules).scan(view) else { return nil }
      return Set(result.matching)
    }
  }
}
