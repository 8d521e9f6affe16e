import Bytes
import FileFormats
import Foundation
import GramIndex
import Testing

@testable import YaraEngine

/// Facts are what the modules say: nothing else, and all that their tables promise.
@Suite struct FactReaderTests {
  static let files: [(name: String, bytes: [UInt8])] = [
    ("pe32", PEBuilder.full(is64Bit: false).built()), ("pe64", PEBuilder.full(is64Bit: true).built()),
    ("elf", ModuleFiles.elf), ("macho", ModuleFiles.machO), ("fat", ModuleFiles.fat),
    ("dex", ModuleFiles.dex()), ("lnk", ModuleFiles.lnk), ("dotnet", DotNetSample.bytes),
    ("text", Array("nothing".utf8)), ("empty", []),
  ]

  /// The files with a byte changed here and there.
  static let damaged: [[UInt8]] = {
    var random = SeededNumbers(seed: 5)
    return (0..<400).map { round in
      var file = files[round % files.count].bytes
      guard !file.isEmpty else { return file }
      for _ in 0..<3 {
        file[Int.random(in: 0..<min(file.count, 300), using: &random)] = UInt8.random(in: 0...255, using: &random)
      }
      return Array(file.prefix(round % 5 == 0 ? Int.random(in: 0...file.count, using: &random) : file.count))
    }
  }()

  static func facts(_ bytes: [UInt8], digests: FileDigests? = nil) -> FileFacts? {
    ByteView.with(bytes) { FactReader().facts(of: $0, digests: digests) }
  }

  /// A module's values by path without indices, in order.
  static func values(_ module: String, _ bytes: [UInt8]) -> [(path: String, value: ModuleValue)] {
    var found: [(String, ModuleValue)] = []
    func walk(_ path: String, _ value: ModuleValue) {
      switch value {
      case .structure(let members): for member in members { walk("\(path).\(member.name)", member.value) }
      case .array(let elements): for case let element? in elements { walk(path, element) }
      case .map(let entries): for entry in entries { walk(path, entry.value) }
      default: found.append((path, value))
      }
    }
    ByteView.with(bytes) { view in
      var dump = ModuleDump()
      if let value = dump.values(of: module, in: view) { walk(module, value) }
    }
    return found
  }

  @Test func columnsAreWhatTheModulesSay() throws {
    var compared = 0
    for bytes in Self.files.map(\.bytes) + Self.damaged {
      let facts = try #require(Self.facts(bytes))
      #expect(facts.columns.count == FactSchema.columns.count)
      var numbers: [String: Int64] = [:]
      for module in FactTables.modules {
        for (path, value) in Self.values(module.name, bytes) {
          switch value {
          case .integer(let number): numbers[path] = number
          case .boolean(let flag): numbers[path] = flag ? 1 : 0
          default: break
          }
        }
      }
      for (name, value) in zip(FactSchema.columns, facts.columns)
      where !name.hasSuffix("()") && !name.hasPrefix("uint") && !name.contains("[") && !name.hasPrefix("math") {
        #expect(value == numbers[name], "\(name)")
        if value != nil { compared += 1 }
      }
    }
    #expect(compared > 5000)
  }

  /// In 256ths of a bit; nil where the stretch does not begin in the file.
  private static func entropy(_ bytes: [UInt8], _ offset: Int64, _ size: Int64) -> Int64? {
    guard offset >= 0, size >= 0, offset <= bytes.count else { return nil }
    let part = bytes[Int(offset)...].prefix(Int(size))
    var counts = Array(repeating: 0.0, count: 256)
    for byte in part { counts[Int(byte)] += 1 }
    let entropy = counts.filter { $0 > 0 }.reduce(0.0) { $0 - $1 / Double(part.count) * log2($1 / Double(part.count)) }
    return Int64((entropy * 256).rounded(.down))
  }

  @Test func entropiesAreThoseOfTheStretchesThatModulesName() throws {
    var compared = 0
    for bytes in Self.files.map(\.bytes) + Self.damaged {
      let facts = try #require(Self.facts(bytes))
      func column(_ name: String) -> Int64? { FactSchema.columnIndices[name].flatMap { facts.columns[$0] } }
      func numbers(_ module: String, _ path: String) -> [Int64] {
        Self.values(module, bytes).compactMap { name, value in
          if name == path, case .integer(let number) = value { number } else { nil }
        }
      }
      #expect(column("math.entropy(0, filesize)") == Self.entropy(bytes, 0, Int64(bytes.count)))
      for (module, array, offset, size) in [
        ("pe", "overlay", "offset", "size"), ("pe", "sections[]", "raw_data_offset", "raw_data_size"),
        ("elf", "sections[]", "offset", "size"),
      ] {
        let path = "\(module).\(array.replacing("[]", with: ""))."
        let stretches = zip(numbers(module, path + offset), numbers(module, path + size))
        let values = stretches.compactMap { Self.entropy(bytes, $0, $1) }
        let name = "math.entropy(\(module).\(array).\(offset), \(module).\(array).\(size))"
        let isArray = array.hasSuffix("[]")
        if column("\(name) highest") == EntropyFacts.unknownHighest {
          #expect(column("\(name) lowest") == 0)
          continue
        }
        #expect(column(isArray ? "\(name) highest" : name) == values.max(), "\(name)")
        #expect(column(isArray ? "\(name) lowest" : name) == values.min(), "\(name)")
        compared += values.count
      }
    }
    #expect(compared > 300)
  }

  /// Sections that lie over each other a hundred times are not all counted: nothing is known then.
  @Test func overlappingStretchesAreBounded() throws {
    var file = ModuleFiles.elf
    let start = Int(file[0x28]) | Int(file[0x29]) << 8
    let size = Int(file[0x3A]) | Int(file[0x3B]) << 8
    let last = Array(file[start..<start + size])
    file.removeSubrange(start...)
    for _ in 0..<100 {
      var header = last
      for place in 0x18..<0x28 { header[place] = 0 }
      header[0x22] = 1
      file += header
    }
    file[0x3C] = 100
    let facts = try #require(Self.facts(file))
    let name = "math.entropy(elf.sections[].offset, elf.sections[].size)"
    #expect(FactSchema.columnIndices["\(name) highest"].flatMap { facts.columns[$0] } == EntropyFacts.unknownHighest)
    #expect(FactSchema.columnIndices["\(name) lowest"].flatMap { facts.columns[$0] } == 0)
  }

  @Test func functionsAndHeaderNumbersAreColumns() throws {
    let facts = try #require(Self.facts(Self.files[1].bytes))
    func column(_ name: String) -> Int64? { FactSchema.columnIndices[name].flatMap { facts.columns[$0] } }
    #expect(column("pe.is_64bit()") == 1)
    #expect(column("pe.is_32bit()") == 0)
    #expect(column("pe.is_dll()") == 0)
    #expect(column("uint32(uint32(0x3C))") == 0x4550)
    #expect(column("uint16(uint32(0x3C) + 24)") == 0x20B)
    #expect(column("elf.type") == nil)
    let values = Self.values("pe", Self.files[1].bytes)
    let addresses = values.compactMap { path, value -> Int64? in
      guard path == "pe.data_directories.virtual_address", case .integer(let number) = value else { return nil }
      return number
    }
    for index in [1, 2, 4, 6, 9, 14] {
      #expect(column("pe.data_directories[\(index)].virtual_address") == addresses[index])
    }
    #expect(addresses[1] != 0 && addresses[6] != 0)
  }

  /// What presence promises: where its columns say no, nothing of the module is defined but the
  /// columns themselves.
  @Test func nothingIsDefinedOfWhatIsNotThere() throws {
    var absent = 0
    for bytes in Self.files.map(\.bytes) + Self.damaged {
      let facts = try #require(Self.facts(bytes))
      for module in FactTables.modules {
        let presence = try #require(FactSchema.presence(ofModule: module.name))
        let isPresent = presence.contains { predicate in
          let index = FactSchema.columnIndices[predicate.column]
          return index.flatMap { facts.columns[$0] }.map { value in
            predicate.ranges.contains { $0.contains(value) }
          } ?? false
        }
        guard !isPresent else { continue }
        absent += 1
        for (path, _) in Self.values(module.name, bytes) {
          #expect(path == module.flag, "\(path)")
        }
        ByteView.with(bytes) { view in
          for planned in FactPlan.standard.modules where planned.definition.name == module.name {
            let input = ModuleInput(data: view, dialect: .yaraX, now: 0, console: ConsoleOutput())
            guard let state = planned.definition.makeState(input) else { return }
            for column in planned.columns {
              #expect(column.read(state) == nil, "\(FactSchema.columns[column.index])")
            }
          }
        }
      }
    }
    #expect(absent > 2000)
  }

  @Test func textsHaveKeysOrStandInTheFile() throws {
    var counts = (keys: 0, verbatim: 0, wide: 0)
    for bytes in Self.files.map(\.bytes) + Self.damaged {
      let facts = try #require(Self.facts(bytes))
      let keys = Set(facts.keys)
      for module in FactTables.modules {
        for case (let path, .text(let text)) in Self.values(module.name, bytes) {
          switch FactSchema.keys(ofTexts: path) {
          case .exact(let key):
            counts.keys += 1
            #expect(keys.contains(FactKey(path: key, value: text)), "\(path)")
          case .folded(let key):
            counts.keys += 1
            #expect(keys.contains(FactKey(path: key, value: FactReader.folded(text))), "\(path)")
          case nil: break
          }
          if FactSchema.isVerbatim(path), !text.isEmpty, !Self.holds(text, [0xEF, 0xBF, 0xBD]) {
            counts.verbatim += 1
            #expect(Self.holds(bytes, text), "\(path)")
          }
          if FactSchema.isWide(path), !text.isEmpty, text.allSatisfy({ $0 < 0x80 }) {
            counts.wide += 1
            #expect(Self.holds(bytes, text.flatMap { [$0, 0] }), "\(path)")
          }
        }
      }
    }
    #expect(counts.keys > 2000 && counts.verbatim > 1000 && counts.wide > 100, "\(counts)")
  }

  static func holds(_ bytes: [UInt8], _ part: [UInt8]) -> Bool {
    bytes.count >= part.count
      && (0...(bytes.count - part.count)).contains { bytes[$0..<$0 + part.count].elementsEqual(part) }
  }

  @Test func integersHaveKeys() throws {
    var count = 0
    for bytes in Self.files.map(\.bytes) + Self.damaged {
      let keys = Set(try #require(Self.facts(bytes)).keys)
      for module in FactTables.modules {
        for (path, value) in Self.values(module.name, bytes) where FactSchema.hasKeys(ofIntegers: path) {
          count += 1
          switch value {
          case .integer(let number): #expect(keys.contains(.integer(path, number)), "\(path)")
          case .boolean(let flag): #expect(keys.contains(.integer(path, flag ? 1 : 0)), "\(path)")
          default: Issue.record("\(path)")
          }
        }
      }
    }
    #expect(count > 2000)
  }

  @Test func digestsHaveKeysWhereTheyAreGiven() throws {
    let bytes = Array("abc".utf8)
    let digests = ByteView.with(bytes) {
      FileDigests(
        md5: Digest.bytes(.md5, of: $0), sha1: Digest.bytes(.sha1, of: $0),
        sha256: Digest.bytes(.sha256, of: $0))
    }
    let key = FactKey(path: "hash.md5()", value: Array("900150983cd24fb0d6963f7d28e17f72".utf8))
    #expect(try #require(Self.facts(bytes, digests: digests)).keys.contains(key))
    let without = try #require(Self.facts(bytes)).keys
    #expect(!without.contains(key))
    #expect(without.contains(.overflow(of: "hash.md5()")))
  }

  @Test func tooManyKeysOfAPathAreSaidToBe() throws {
    var builder = PEBuilder()
    let names = (0..<FactKeyCollector.mostOfPath + 100).map { (name: "f\($0)", index: 0) }
    builder.addExports(library: "many.dll", base: 1, functions: [0x1004], names: names)
    // A name belongs to a function: as many functions as names.
    builder = PEBuilder()
    builder.addExports(
      library: "many.dll", base: 1, functions: names.indices.map { _ in 0x1004 },
      names: names.enumerated().map { (name: $1.name, index: $0) })
    let facts = try #require(Self.facts(builder.built()))
    #expect(facts.keys.contains(.overflow(of: "pe.exports()")))
    #expect(!facts.keys.contains(.overflow(of: "pe.sections.name")))
    #expect(facts.keys.count <= FactKeyCollector.mostOfFile + 300)
    #expect(facts.keys == facts.keys.sorted() && Set(facts.keys).count == facts.keys.count)
    #expect(!(try #require(Self.facts(Self.files[0].bytes))).keys.contains(.overflow(of: "pe.exports()")))
  }

  /// Sections that all have one endless name: nothing is known of such a file.
  @Test func aFileThatClaimsTooMuchHasNoFacts() {
    let names = 20_000
    var out = FileWriter()
    out.bytes = [0x7F, 0x45, 0x4C, 0x46, 2, 1, 1, 3] + Array(repeating: 0, count: 8)
    out.put(3 as UInt16, 62)
    out.put(1 as UInt32)
    out.put(0 as UInt64, 0, 64)
    out.put(0 as UInt32)
    out.put(64 as UInt16, 56, 0, 64, UInt16(names), 0)
    let text = 64 + 64 * names
    for _ in 0..<names {
      out.put(0 as UInt32, 3)
      out.put(0 as UInt64, 0, UInt64(text), 60_000)
      out.put(0 as UInt32, 0)
      out.put(1 as UInt64, 0)
    }
    out.bytes += Array(repeating: 0x61, count: 60_000)
    #expect(Self.facts(out.bytes) == nil)
  }

  @Test func aReaderForgetsTheFileBefore() throws {
    let reader = FactReader()
    let fresh = Self.files.map { Self.facts($0.bytes) }
    for _ in 0..<2 {
      for (file, expected) in zip(Self.files, fresh) {
        #expect(ByteView.with(file.bytes) { reader.facts(of: $0) } == expected)
      }
    }
    #expect(Set(fresh.compactMap { $0 }).count == Self.files.count)
  }

  /// A path that is written wrongly in a table would only be slow.
  @Test func everyPathOfTheTablesIsOneOfAModule() {
    var paths: Set<String> = []
    func walk(_ kind: FieldKind, _ path: String) {
      paths.insert(path)
      switch kind {
      case .structure(let type, _): walk(type, path)
      case .array(let array): walk(array.element, path)
      case .function: paths.insert("\(path)()")
      default: break
      }
    }
    func walk(_ type: StructureType, _ path: String) {
      for field in type.fields { walk(field.kind, "\(path).\(field.name)") }
    }
    for module in FactTables.modules {
      if let definition = ModuleRegistry.standard.module(module.name) {
        walk(definition.root(in: .yaraX), module.name)
      }
    }
    let stretches = EntropyFacts.stretches.flatMap { [$0.offset, $0.size] }
    let columns = (FactTables.columns.filter { !$0.hasPrefix("uint") && !$0.hasPrefix("math.") } + stretches)
      .map { $0.replacing(#/\[[0-9]*\]/#, with: "") }
    for path in columns + FactTables.withoutKeys + FactTables.integerKeys + FactTables.bitKeys
      + FactTables.foldedKeys.keys + FactTables.foldedKeys.values + FactTables.sharedKeys.keys
      + FactTables.sharedKeys.values + FactTables.textFunctions + FactTables.gramKeys
      + FactTables.verbatim + FactTables.wide + FactTables.counts.keys + FactTables.counts.values
    {
      #expect(paths.contains(path), "\(path)")
    }
    #expect(Set(FactSchema.columns).count == FactSchema.columns.count)
    #expect(FactSchema.columnIndices.count == FactSchema.columns.count)
  }
}
