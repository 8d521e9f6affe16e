internal import GramIndex
internal import YaraEngine

// Functions of modules.
extension FactWalk {
  mutating func booleanCall(_ index: UInt32) -> FactAnswer {
    guard dialect == .yaraX else { return .unknown }
    let call = program.call(index)
    if call.arguments.isEmpty, FactSchema.columnIndices["\(call.path)()"] != nil {
      return Self.flag(column: "\(call.path)()")
    }
    return FactAnswer(isTrue: found(index), isFalse: .everything, isUndefined: .everything)
  }

  mutating func integerCall(_ index: UInt32, in set: NumberRanges) -> IndexQuery {
    guard dialect == .yaraX else { return .everything }
    let call = program.call(index)
    if call.arguments.isEmpty, FactSchema.columnIndices["\(call.path)()"] != nil {
      return Self.column("\(call.path)()", set)
    }
    switch call.path {
    // Numbers of what is found: 0 where there is nothing.
    case "pe.imports", "pe.rich_signature.version", "pe.rich_signature.toolid":
      return set.contains(0) ? .everything : found(index)
    // Undefined where nothing is found.
    case "pe.exports_index", "pe.section_index", "pe.import_rva", "pe.delayed_import_rva",
      "pe.rva_to_offset", "pe.offset_to_rva", "pe.calculate_checksum",
      "macho.file_index_for_arch", "macho.entry_point_for_arch", "dex.checksum":
      return found(index)
    default: return .everything
    }
  }

  /// The documents in which a function may find what it searches for: its answer may be true, not 0,
  /// or defined.
  private func found(_ index: UInt32) -> IndexQuery {
    let call = program.call(index)
    let arguments = call.arguments
    func isRegex(_ position: Int) -> Bool {
      position < arguments.count && arguments[position] == NodeID.none
    }
    func text(_ position: Int) -> [UInt8]? {
      guard position < arguments.count, !isRegex(position) else { return nil }
      return self.text(arguments[position])
    }
    func number(_ position: Int) -> Int64? {
      guard position < arguments.count, !isRegex(position) else { return nil }
      return constant(arguments[position])
    }
    let fact: IndexQuery
    switch call.path {
    case "pe.imports": fact = imported(arguments, program.argumentTypes(ofCall: index))
    case "pe.import_rva": fact = imported("pe.imports", arguments)
    case "pe.delayed_import_rva": fact = imported("pe.delayed_imports", arguments)
    case "pe.exports", "pe.exports_index":
      fact =
        text(0).map { Self.fact(FactKey(path: "pe.exports()", value: Self.folded($0)), of: "pe.exports()") }
        ?? Self.column("pe.number_of_exports", NumberRanges(1...Int64.max))
    case "pe.section_index":
      fact =
        text(0).map { Self.fact(FactKey(path: "pe.sections.name", value: $0), of: "pe.sections.name") }
        ?? Self.column("pe.number_of_sections", NumberRanges(1...Int64.max))
    case "pe.locale", "pe.language":
      fact =
        number(0).map { Self.fact(.integer("\(call.path)()", $0), of: "\(call.path)()") }
        ?? Self.column("pe.number_of_resources", NumberRanges(1...Int64.max))
    case "pe.rich_signature.version": fact = tool(id: number(1), version: number(0), arguments.count)
    case "pe.rich_signature.toolid": fact = tool(id: number(0), version: number(1), arguments.count)
    case "macho.has_dylib", "macho.has_rpath", "macho.has_entitlement", "macho.has_import",
      "macho.has_export":
      let key = "\(call.path)()"
      fact = text(0).map { Self.fact(FactKey(path: key, value: Self.folded($0)), of: key) } ?? .everything
    case "dex.contains_string", "dex.contains_method", "dex.contains_class":
      // Strings in the file are in UTF-8 but for NUL and what lies beyond 16 bits.
      fact = text(0).flatMap { $0.allSatisfy { $0 < 0x80 && $0 > 0 } && !$0.isEmpty ? .literal($0) : nil }
        ?? .everything
    case "pe.rva_to_offset", "pe.offset_to_rva", "pe.calculate_checksum", "pe.signatures[].valid_on",
      "macho.file_index_for_arch", "macho.entry_point_for_arch", "dex.checksum":
      fact = .everything
    default: return .everything
    }
    return .all(of: [presence(call.path, nil), fact])
  }

  private func tool(id: Int64?, version: Int64?, _ arguments: Int) -> IndexQuery {
    let path = "pe.rich_signature.toolid()"
    if arguments == 2, let id, let version {
      guard 0...0xFFFF ~= id, 0...0xFFFF ~= version else { return .nothing }
      return Self.fact(.integer(path, id << 16 | version), of: path)
    }
    if let id { return Self.fact(.integer("pe.rich_signature.tools.toolid", id), of: "pe.rich_signature.tools.toolid") }
    if let version {
      return Self.fact(
        .integer("pe.rich_signature.tools.version", version), of: "pe.rich_signature.tools.version")
    }
    return .everything
  }

  // MARK: - Imports

  /// Of `pe.imports`, whose first argument may tell which imports are meant.
  private func imported(_ arguments: [NodeID], _ types: [ValueType?]) -> IndexQuery {
    var rest = arguments[...]
    var flags: Int64? = 1
    if types.first == .integer, let first = rest.popFirst() { flags = constant(first) }
    var kinds: [IndexQuery] = []
    if (flags ?? 1) & 1 != 0 { kinds.append(imported("pe.imports", Array(rest))) }
    if (flags ?? 2) & 2 != 0 { kinds.append(imported("pe.delayed_imports", Array(rest))) }
    return .any(of: kinds)
  }

  /// Of a library and, where there are two arguments, a function by name or ordinal.
  private func imported(_ path: String, _ arguments: [NodeID]) -> IndexQuery {
    let count = path == "pe.imports" ? "pe.number_of_imports" : "pe.number_of_delayed_imports"
    let any = Self.column(count, NumberRanges(1...Int64.max))
    guard let first = arguments.first, first != NodeID.none, let library = text(first).map(Self.folded)
    else { return any }
    guard arguments.count == 2, arguments[1] != NodeID.none else {
      let path = "\(path)(library)"
      return Self.fact(FactKey(path: path, value: library), of: path)
    }
    if let name = text(arguments[1]) {
      return Self.fact(.pair("\(path)()", library, Self.folded(name)), of: "\(path)()")
    }
    if let ordinal = constant(arguments[1]) {
      return Self.fact(.pair("\(path)()", library, number: ordinal), of: "\(path)()")
    }
    return any
  }
}
