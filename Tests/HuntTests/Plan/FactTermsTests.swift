import Bytes
import Foundation
import GramIndex
import Testing
import YaraEngine

@testable import Hunt

/// What the terms of a condition ask for holds of every document for which the evaluator says so.
@Suite struct FactTermsTests {
  static let files: [[UInt8]] = {
    var signed = PEBuilder.full(is64Bit: true)
    let table = AuthenticodeBuilder.table([AuthenticodeBuilder().signature()])
    let start = signed.built().count
    signed.overlay += Array(repeating: 0, count: (8 - start % 8) % 8)
    signed.directories[4] = (signed.built().count, table.count)
    var library = PEBuilder()
    library.characteristics = 0x2102
    library.sectionName = ".text"
    return [
      PEBuilder.full(is64Bit: false).built(), PEBuilder.full(is64Bit: true).built(),
      signed.built() + table, library.built(), ModuleFiles.elf, ModuleFiles.machO, ModuleFiles.fat,
      ModuleFiles.dex(), ModuleFiles.dex(version: "041"), ModuleFiles.lnk, DotNetSample.bytes, [],
      Array("text".utf8), Array("MZ".utf8) + Array(repeating: 0, count: 70),
    ]
  }()

  /// The files and damaged ones, or real ones of a folder.
  static func documents(_ random: inout FactNumbers) throws -> [[UInt8]] {
    if let folder = ProcessInfo.processInfo.environment["RETROHUNT_FACTS_FILES"] {
      let names = try FileManager.default.subpathsOfDirectory(atPath: folder).sorted()
      return names.shuffled(using: &random).lazy.compactMap { name in
        FileManager.default.contents(atPath: folder + "/" + name).map { [UInt8]($0) }
      }.filter { $0.count < 200_000 }.prefix(40).map { $0 }
    }
    var documents = files
    for _ in 0..<30 {
      guard var file = files.randomElement(using: &random), !file.isEmpty else { continue }
      for _ in 0..<Int.random(in: 1...6, using: &random) {
        // Headers are where damage tells.
        let end = Bool.random(using: &random) ? min(file.count, 600) : file.count
        file[Int.random(in: 0..<end, using: &random)] = UInt8.random(in: 0...255, using: &random)
      }
      if Int.random(in: 0..<4, using: &random) == 0 {
        file = Array(file.prefix(Int.random(in: 0...file.count, using: &random)))
      }
      documents.append(file)
    }
    return documents
  }

  /// Conditions as rules of one set; those that do not compile are left out.
  private func compiled(_ conditions: [String], _ dialect: Dialect) throws -> RuleSet {
    func text(_ conditions: [(Int, String)]) -> String {
      FactConditions.imports
        + conditions.map { "\nrule r\($0) { condition: \($1) }" }.joined()
    }
    var accepted: [(Int, String)] = []
    for (index, condition) in conditions.enumerated() {
      var compiler = RuleCompiler(CompilerOptions(dialect: dialect))
      compiler.add(name: "rules", bytes: Array(text([(index, condition)]).utf8))
      if compiler.build().rules != nil { accepted.append((index, condition)) }
    }
    #expect(accepted.count > conditions.count * 8 / 10)
    var compiler = RuleCompiler(CompilerOptions(dialect: dialect))
    compiler.add(name: "rules", bytes: Array(text(accepted).utf8))
    return try #require(compiler.build().rules)
  }

  @Test(arguments: 1...seeds) func noDocumentIsLost(_ seed: Int) throws {
    let (ruledOut, isFalse) = try check(seed, .yaraX)
    // A property of the conditions and of these files; it falls when terms become everything.
    #expect(ruledOut > isFalse * 7 / 10, "ruled out \(ruledOut) of \(isFalse)")
  }

  @Test(arguments: 1...seeds) func noDocumentIsLostInTheOtherDialect(_ seed: Int) throws {
    #expect(try check(1000 + seed, .yara).ruledOut > 0)
  }

  private func check(_ seed: Int, _ dialect: Dialect) throws -> (ruledOut: Int, isFalse: Int) {
    var random = FactNumbers(seed: UInt64(seed))
    let reader = FactReader()
    let documents = try Self.documents(&random).compactMap { FactDocument($0, reader) }
    var conditions: [String] = []
    for document in documents {
      let values = FactConditions.values(of: document.bytes)
      for (path, value) in values.shuffled(using: &random).prefix(25) {
        conditions.append(FactConditions.condition(path, value, &random))
      }
      for _ in 0..<12 { conditions.append(FactConditions.header(of: document.bytes, &random)) }
      conditions += FactConditions.calls(of: document.bytes, values, &random).shuffled(using: &random).prefix(15)
    }
    let rules = try compiled(conditions, dialect)
    let terms = FactTerms(rules)
    let queries = rules.rules.map { rule in
      (isTrue: terms.mayBeTrue(rule.condition), isFalse: terms.mayBeFalse(rule.condition))
    }
    let scanner = Scanner(rules)
    var (ruledOut, isFalse) = (0, 0)
    for (number, document) in documents.enumerated() {
      let matching: Set<RuleID>? = ByteView.with(document.bytes) { view in
        guard case .finished(let result) = scanner.scan(view) else { return nil }
        return Set(result.matching)
      }
      let found = try #require(matching)
      for rule in rules.rules {
        let query = queries[Int(rule.id.rawValue)]
        let condition = { conditions[Int(rule.identifier.dropFirst()) ?? 0] }
        if found.contains(rule.id) {
          #expect(
            document.answers(query.isTrue), "true: \(condition()), document \(number), seed \(seed)")
        } else {
          #expect(
            document.answers(query.isFalse), "false: \(condition()), document \(number), seed \(seed)")
          isFalse += 1
          if !document.answers(query.isTrue) { ruledOut += 1 }
        }
      }
    }
    return (ruledOut, isFalse)
  }

  static let seeds =
    ProcessInfo.processInfo.environment["RETROHUNT_FACTS_SEEDS"].flatMap { Int($0) } ?? 6
}
