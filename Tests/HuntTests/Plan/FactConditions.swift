import Bytes
import FileFormats
import Foundation
import YaraEngine

/// The same numbers in every run (SplitMix64).
struct FactNumbers: RandomNumberGenerator {
  private var state: UInt64
  init(seed: UInt64) { state = seed }
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

/// Conditions about the values that modules find in files, and about some that they do not find.
struct FactConditions {
  static let modules = ["pe", "elf", "macho", "dotnet", "lnk", "dex", "crx"]
  static let imports = (modules + ["hash", "math"]).map { "import \"\($0)\"" }.joined(separator: "\n")

  /// A module's values as conditions write them: `pe.sections[2].name`.
  static func values(of bytes: [UInt8]) -> [(path: String, value: ModuleValue)] {
    var found: [(String, ModuleValue)] = []
    func walk(_ path: String, _ value: ModuleValue) {
      switch value {
      case .structure(let members): for member in members { walk("\(path).\(member.name)", member.value) }
      case .array(let elements):
        for (index, element) in elements.enumerated() {
          if let element { walk("\(path)[\(index)]", element) }
        }
      case .map(let entries):
        for entry in entries {
          if case .text(let key) = entry.key { walk("\(path)[\(quoted(key))]", entry.value) }
        }
      default: found.append((path, value))
      }
    }
    ByteView.with(bytes) { view in
      for module in modules {
        var dump = ModuleDump()
        if let value = dump.values(of: module, in: view) { walk(module, value) }
      }
    }
    return found
  }

  static func quoted(_ text: [UInt8]) -> String {
    let digits = Array("0123456789abcdef")
    return "\""
      + text.map { byte in
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: String(UnicodeScalar(byte))
        default: "\\x\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
        }
      }.joined() + "\""
  }

  private static func swapped(_ text: [UInt8]) -> [UInt8] {
    text.map { ($0 | 0x20) >= 0x61 && ($0 | 0x20) <= 0x7A ? $0 ^ 0x20 : $0 }
  }

  /// A condition about a value, true of it or nearly so.
  static func condition(
    _ path: String, _ value: ModuleValue, _ random: inout FactNumbers
  ) -> String {
    switch value {
    case .boolean: return ["\(path)", "not \(path)", "defined \(path)"].randomElement(using: &random) ?? path
    case .integer(let value) where value >= 0 && value < 1 << 40: return number(path, value, &random)
    case .text(let text) where text.count <= 2048: return self.text(path, text, &random)
    default: return "defined \(path)"
    }
  }

  static func number(_ path: String, _ value: Int64, _ random: inout FactNumbers) -> String {
    let near = value + Int64.random(in: -1...1, using: &random)
    let bit = Int64(1) << Int64.random(in: 0..<16, using: &random)
    let small = Int64.random(in: 1...9, using: &random)
    return [
      "\(path) == \(near)", "\(path) != \(near)", "\(path) < \(near)", "\(path) >= \(near)",
      "\(near) <= \(path)", "\(near) > \(path)", "\(path) & \(bit) != 0", "\(path) & \(bit) == 0",
      "\(path) & \(bit) == \(bit)", "\(path) & \(value) == \(value)", "\(path) | \(bit) == \(value)",
      "\(path) + \(small) == \(near + small)", "\(path) - \(small) < \(near - small)",
      "\(near) - \(path) == \(small)", "\(path) * \(small) >= \(near * small)",
      "\(path) \\ \(small) == \(value / small)", "\(path) % \(small) == \(value % small)",
      "\(path) >> 4 == \(value >> 4)", "~\(path) == \(~near)", "-\(path) < -\(near)",
      "defined \(path)", "\(path) == filesize", "\(path) + filesize > \(near)",
      "not \(path) == \(near)", "\(path) == \(near) or \(path) == \(value + small)",
      "not (\(path) > \(near) and filesize > \(small * 100))", "\(path)", "not defined \(path)",
    ].randomElement(using: &random) ?? path
  }

  static func text(_ path: String, _ text: [UInt8], _ random: inout FactNumbers) -> String {
    var near = text
    if let place = near.indices.randomElement(using: &random), Bool.random(using: &random) {
      near[place] &+= UInt8.random(in: 0...1, using: &random)
    }
    let start = Int.random(in: 0...near.count, using: &random)
    let part = Array(near[start..<Int.random(in: start...near.count, using: &random)])
    return [
      "\(path) == \(quoted(near))", "\(quoted(near)) == \(path)", "\(path) != \(quoted(near))",
      "\(path) contains \(quoted(part))", "\(path) icontains \(quoted(swapped(part)))",
      "\(path) startswith \(quoted(Array(near.prefix(part.count))))",
      "\(path) iendswith \(quoted(swapped(Array(near.suffix(part.count)))))",
      "\(path) iequals \(quoted(swapped(near)))", "\(path) matches /a/", "defined \(path)",
      "not \(path) == \(quoted(near))", "not \(path) contains \(quoted(part))", "\(path) < \"m\"",
      "not (\(path) == \(quoted(near)) or filesize < 10)", "\(path)",
    ].randomElement(using: &random) ?? path
  }

  /// Of the file's size and first bytes.
  static func header(of bytes: [UInt8], _ random: inout FactNumbers) -> String {
    if Int.random(in: 0..<5, using: &random) == 0 {
      return number("filesize", Int64(bytes.count), &random)
    }
    let name = ["uint8", "uint16", "uint32", "int8", "int16", "int32"].randomElement(using: &random) ?? ""
    let order = Bool.random(using: &random) ? "be" : ""
    let size = name.hasSuffix("8") ? 1 : name.hasSuffix("16") ? 2 : 4
    let distant = Int.random(in: 0..<4, using: &random) == 0
    var offset = Int.random(in: 0..<70, using: &random)
    var place = "\(offset)"
    if distant, bytes.count > 64 {
      let base = (0..<4).reduce(0) { $0 | Int(bytes[0x3C + $1]) << ($1 * 8) }
      let distance = [0, 4, 0x16, 0x18, 6].randomElement(using: &random) ?? 0
      offset = base + distance
      place = distance == 0 ? "uint32(0x3C)" : "uint32(0x3C) + \(distance)"
    }
    var value: UInt64 = 0
    for index in 0..<size where offset + index < bytes.count {
      let byte = UInt64(bytes[offset + index])
      value |= byte << UInt64((order.isEmpty ? index : size - 1 - index) * 8)
    }
    var number = Int64(value)
    if !name.hasPrefix("u"), number >= Int64(1) << Int64(size * 8 - 1) { number -= Int64(1) << Int64(size * 8) }
    return self.number("\(name)\(order)(\(distant ? place : "\(offset)"))", number, &random)
  }

  /// Entropies near those of the file, and what looks like those that are facts.
  static func entropies(of bytes: [UInt8], _ random: inout FactNumbers) -> [String] {
    var counts = [UInt8: Double]()
    for byte in bytes { counts[byte, default: 0] += 1 }
    let entropy = counts.values.reduce(0) { $0 - $1 / Double(bytes.count) * log2($1 / Double(bytes.count)) }
    func number() -> String {
      ["\(entropy)", "\(entropy + 0.003)", "\(max(0, entropy - 0.003))", "0.0", "0", "1", "0.5", "2.25", "3.75", "7.9", "8"]
        .randomElement(using: &random) ?? "1"
    }
    func comparison() -> String { ["<", "<=", ">", ">=", "==", "!="].randomElement(using: &random) ?? "<" }
    let section = "s.raw_data_offset, s.raw_data_size"
    var conditions: [String] = []
    for call in [
      "0, filesize", "0, filesize", "pe.overlay.offset, pe.overlay.size", "0, 100", "1, filesize",
      "pe.sections[0].raw_data_offset, pe.sections[0].raw_data_size",
      "pe.sections[0].raw_data_offset, pe.sections[1].raw_data_size",
      "pe.sections[1].raw_data_size, pe.sections[1].raw_data_offset",
      "elf.sections[1].offset, elf.sections[1].size",
    ] {
      let condition = "math.entropy(\(call)) \(comparison()) \(number())"
      conditions += [condition, "not \(condition)"]
    }
    conditions += [
      "\(number()) \(comparison()) math.entropy(0, filesize)", "defined math.entropy(0, filesize)",
      "not defined math.entropy(pe.overlay.offset, pe.overlay.size)",
      "for any s in pe.sections : (math.entropy(\(section)) \(comparison()) \(number()))",
      "for all s in pe.sections : (math.entropy(\(section)) \(comparison()) \(number()))",
      "for any s in pe.sections : (not math.entropy(\(section)) \(comparison()) \(number()))",
      "for any s in elf.sections : (math.entropy(s.offset, s.size) \(comparison()) \(number()))",
      "with s = pe.sections[1] : (math.entropy(\(section)) \(comparison()) \(number()))",
    ]
    return conditions.shuffled(using: &random).prefix(4).map { $0 }
  }

  /// Calls of functions with arguments of the file's own values.
  static func calls(
    of bytes: [UInt8], _ values: [(path: String, value: ModuleValue)], _ random: inout FactNumbers
  ) -> [String] {
    func md5(of text: [UInt8]) -> [UInt8] { ByteView.with(text) { Digest.hexadecimal(.md5, of: $0) } }
    var texts: [String: [[UInt8]]] = [:]
    var numbers: [String: [Int64]] = [:]
    for (path, value) in values {
      let path = path.replacing(#/\[[^\]]*\]/#, with: "")
      if case .text(let text) = value { texts[path, default: []].append(text) }
      if case .integer(let number) = value { numbers[path, default: []].append(number) }
    }
    func text(_ path: String) -> String {
      var text = texts[path]?.randomElement(using: &random) ?? Array("none".utf8)
      if Bool.random(using: &random) { text = swapped(text) }
      if Int.random(in: 0..<4, using: &random) == 0 { text.append(0x61) }
      return quoted(text)
    }
    func number(_ path: String) -> Int64 {
      (numbers[path]?.randomElement(using: &random) ?? 3) + (Int.random(in: 0..<4, using: &random) == 0 ? 1 : 0)
    }
    let library = text("pe.import_details.library_name")
    let delayed = text("pe.delayed_import_details.library_name")
    let function = text("pe.import_details.functions.name")
    let ordinal = number("pe.import_details.functions.ordinal")
    let lazy = text("pe.delayed_import_details.functions.name")
    var conditions = entropies(of: bytes, &random) + [
      "pe.imports(\(library), \(function))", "pe.imports(\(library))", "pe.imports(\(library)) == 2",
      "pe.imports(\(library)) == 0", "pe.imports(\(library)) < 2", "pe.imports(\(library), \(ordinal))",
      "pe.imports(pe.IMPORT_ANY, \(delayed), \(lazy))", "pe.imports(pe.IMPORT_DELAYED, \(delayed))",
      "pe.imports(pe.IMPORT_DELAYED, \(library), \(function))", "pe.imports(/k/i, /c/i)",
      "pe.imports(filesize, \(delayed), \(lazy))", "pe.imports(pe.IMPORT_ANY, \(library), \(ordinal))",
      "pe.imports(pe.IMPORT_DELAYED, /u/i, /m/i)",
      "pe.import_rva(\(library), \(function)) > 0", "defined pe.delayed_import_rva(\(delayed), \(lazy))",
      "pe.exports(\(text("pe.export_details.name")))", "pe.exports(/a/)", "pe.exports(5)",
      "pe.exports_index(\(text("pe.export_details.name"))) >= 0",
      "pe.section_index(\(text("pe.sections.name"))) == 0", "pe.section_index(1024) == 0",
      "pe.locale(\(number("pe.resources.language")))", "pe.language(\(number("pe.resources.language") & 0xFF))",
      "pe.rich_signature.toolid(\(number("pe.rich_signature.tools.toolid")))",
      "pe.rich_signature.version(\(number("pe.rich_signature.tools.version")))",
      "pe.rich_signature.version(\(number("pe.rich_signature.tools.version")), \(number("pe.rich_signature.tools.toolid"))) > 1",
      "pe.rich_signature.toolid(\(number("pe.rich_signature.tools.toolid")), \(number("pe.rich_signature.tools.version")))",
      "pe.is_dll()", "not pe.is_32bit()", "pe.is_64bit()", "defined pe.is_dll()", "pe.calculate_checksum() != 1",
      "pe.rva_to_offset(4096) == 1024", "pe.sections.len() == \(number("pe.number_of_sections"))",
      "pe.sections.len() == 0", "pe.export_details.len() < 1", "dotnet.guids.len() == 1",
      "macho.has_dylib(\(text("macho.dylibs.name")))", "macho.has_rpath(\(text("macho.rpaths")))",
      "macho.has_import(\(text("macho.imports")))", "macho.has_export(\(text("macho.exports")))",
      "macho.has_entitlement(\(text("macho.entitlements")))",
      "dex.contains_string(\(text("dex.strings")))", "dex.contains_class(\(text("dex.class_defs.class")))",
      "dex.contains_method(\(text("dex.methods.name")))",
      "pe.signatures[0].valid_on(1600000000)", "not pe.signatures[0].valid_on(1)",
      "for any s in pe.sections : (s.name == \(text("pe.sections.name")))",
      "for any u in dotnet.user_strings : (u == \(text("dotnet.user_strings")))",
      "hash.md5(0, filesize) == \"d41d8cd98f00b204e9800998ecf8427e\"", "hash.md5(0, 100) == \"x\"",
      "not hash.sha1(0, 1000) == \"x\"", "pe.imphash() == \"d41d8cd98f00b204e9800998ecf8427e\"",
      "elf.import_md5() == \"d41d8cd98f00b204e9800998ecf8427e\"", "not elf.import_md5() == \"x\"",
      "hash.md5(pe.rich_signature.clear_data) == \"x\"", "defined hash.sha256(pe.rich_signature.clear_data)",
      "hash.md5(pe.rich_signature.clear_data) == \(quoted(md5(of: texts["pe.rich_signature.clear_data"]?.first ?? [])))",
      "hash.md5(0, filesize) == \(quoted(md5(of: bytes)))", "hash.md5(\"a\") == \"x\"",
      "pe.data_directories[14].virtual_address == \(number("pe.data_directories.virtual_address"))",
      "pe.data_directories[1].size != \(number("pe.data_directories.size"))",
      "not pe.data_directories[9].size == 0", "defined pe.data_directories[6].size",
      "uint64(0) == 0x10000905A4D", "defined uint64be(60)", "float32(100) > 1.0", "int64(8) == 0",
      "for any n in (1, 2) : (n == uint8(n))", "with s = pe.sections[0] : (s.name == \".all\")",
    ]
    for (name, path) in [("imphash", "pe"), ("telfhash", "elf"), ("import_md5", "elf"), ("symhash", "macho")] {
      conditions.append("defined \(path).\(name)()")
    }
    return conditions
  }
}
