import Bytes
import OracleSupport
import YaraEngine
import YaraSyntax

@testable import RuleGeneration

/// What the engine under test says to a case, in the oracles' form.
enum EngineAnswer: Equatable {
  case refused(String)
  case scanned([OracleRule])
  /// The scan ended without an answer.
  case gaveUp(String)

  static func ask(_ question: GeneratedCase, dialect: Dialect) -> EngineAnswer {
    ask(rules: question.rules, data: question.data, dialect: dialect)
  }

  static func ask(rules text: String, data: [UInt8], dialect: Dialect) -> EngineAnswer {
    var compiler = RuleCompiler(CompilerOptions(dialect: dialect))
    compiler.add(name: "rules", bytes: Array(text.utf8))
    let compilation = compiler.build()
    guard let rules = compilation.rules else {
      return .refused(
        compilation.diagnostics.filter { $0.severity == .error }
          .map { "\($0.code.rawValue) \($0.message)" }.joined(separator: "; "))
    }
    let scanner = Scanner(rules, options: ScanOptions(fileTimeLimit: .seconds(20)))
    return ByteView.with(data) { view in
      switch scanner.scan(view) {
      case .timedOut: return .gaveUp("timed out")
      case .cancelled: return .gaveUp("cancelled")
      case .finished(let result):
        var found: [OracleRule] = []
        for id in result.matching {
          var strings: [OracleString] = []
          for pattern in rules[id].patterns where !pattern.isPrivate {
            for match in scanner.listedMatches(of: pattern) {
              strings.append(
                OracleString(
                  identifier: pattern.identifier, offset: match.offset, length: match.length,
                  xorKey: match.xorKey.map(Int.init)))
            }
          }
          found.append(OracleRule(identifier: rules[id].identifier, strings: strings))
        }
        return .scanned(found.sorted { $0.identifier < $1.identifier })
      }
    }
  }
}
