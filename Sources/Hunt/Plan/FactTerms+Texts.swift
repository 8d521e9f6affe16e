internal import GramIndex
internal import YaraEngine

// Texts of modules against texts of the rule.
extension FactWalk {
  /// The bytes, where they are the same for every document.
  func text(_ id: NodeID) -> [UInt8]? {
    if case .text(let index) = program[resolved(id)] { program.texts[Int(index)].bytes } else { nil }
  }

  mutating func compareTexts(_ comparison: Comparison, _ a: NodeID, _ b: NodeID) -> FactAnswer {
    var answer = FactAnswer(strict: [textDefinedness(a), textDefinedness(b)])
    guard comparison == .equal || comparison == .notEqual else { return answer }
    let equal: IndexQuery
    if let value = text(b) {
      equal = equals(a, value)
    } else if let value = text(a) {
      equal = equals(b, value)
    } else {
      return answer
    }
    let both = IndexQuery.all(of: [equal, answer.isTrue])
    if comparison == .equal { answer.isTrue = both } else { answer.isFalse = both }
    return answer
  }

  mutating func relate(_ relation: TextRelation, _ a: NodeID, _ b: NodeID) -> FactAnswer {
    var answer = FactAnswer(strict: [textDefinedness(a), textDefinedness(b)])
    guard let value = text(b) else { return answer }
    let folds: Bool =
      switch relation {
      case .contains, .startswith, .endswith: false
      case .icontains, .istartswith, .iendswith, .iequals: true
      }
    answer.isTrue = .all(of: [answer.isTrue, holds(a, value, folds: folds)])
    return answer
  }

  mutating func textDefinedness(_ id: NodeID) -> FactDefinedness {
    let id = resolved(id)
    switch program[id] {
    case .text: return .always
    case .field(let field, let owner):
      return FactDefinedness(defined: presence(program.path(field), owner), undefined: .everything)
    case .textVariable:
      guard let path = elementPath(id) else { return .unknown }
      return FactDefinedness(defined: presence(path, nil), undefined: .everything)
    case .call(let index):
      let call = program.call(index)
      if call.path.hasPrefix("hash.") {
        if call.arguments.count == 1 { return definedness(.text, call.arguments[0]) }
        return FactDefinedness(
          defined: range(call.arguments) ?? .everything, undefined: .everything)
      }
      // `elf.import_md5` alone has a value for files of other kinds.
      guard FactSchema.keys(ofTexts: "\(call.path)()") != nil, call.path != "elf.import_md5"
      else { return .unknown }
      return FactDefinedness(defined: presence(call.path, nil), undefined: .everything)
    default: return .unknown
    }
  }

  /// The documents long enough for `hash.md5(offset, size)`, which is undefined elsewhere.
  private func range(_ arguments: [NodeID]) -> IndexQuery? {
    guard dialect == .yaraX, arguments.count == 2, let start = constant(arguments[0]) else { return nil }
    let size = constant(arguments[1]) ?? 0
    let (end, overflow) = start.addingReportingOverflow(size)
    if start < 0 || size < 0 || overflow { return .nothing }
    return end == 0 ? .everything : Self.column("filesize", NumberRanges(end...Int64.max))
  }

  // MARK: - Equality

  /// The documents in which the text may be `value`.
  private func equals(_ id: NodeID, _ value: [UInt8]) -> IndexQuery {
    guard dialect == .yaraX else { return .everything }
    let id = resolved(id)
    switch program[id] {
    case .text(let index):
      return program.texts[Int(index)].bytes == value ? .everything : .nothing
    case .textVariable: return elementPath(id).map { equals($0, value) } ?? .everything
    case .field(let field, let owner):
      let path = program.path(field)
      if path == "pe.version_info[]", case .entry(_, _, let key) = program[owner],
        let key = text(key)
      {
        return Self.fact(.pair("pe.version_info", key, value), of: "pe.version_info")
      }
      return equals(path, value)
    case .call(let index):
      let call = program.call(index)
      if call.arguments.count == 1, case .field(let field, _) = program[resolved(call.arguments[0])],
        let path = FactSchema.keys(ofDigest: call.path, ofTexts: program.path(field))
      {
        return Self.fact(FactKey(path: path, value: value), of: path)
      } else if call.path.hasPrefix("hash.") {
        guard isWholeFile(call.arguments), FactSchema.digests.contains("\(call.path)()")
        else { return .everything }
      } else if !call.arguments.isEmpty {
        return .everything
      } else if call.path == "elf.import_md5", value == FactSchema.importMD5OfNothing {
        return .everything
      } else if FactSchema.keys(ofTexts: "\(call.path)()") == nil {
        return .everything
      }
      return Self.fact(FactKey(path: "\(call.path)()", value: value), of: "\(call.path)()")
    default: return .everything
    }
  }

  private func equals(_ path: String, _ value: [UInt8]) -> IndexQuery {
    let path = path == "pe.version_info[]" ? "pe.version_info_list.value" : Self.canonical(path)
    switch FactSchema.keys(ofTexts: path) {
    case .exact(let key): return Self.fact(FactKey(path: key, value: value), of: key)
    case .folded(let key):
      return .all(of: [
        Self.fact(FactKey(path: key, value: Self.folded(value)), of: key), literals(path, value, folds: false),
      ])
    case nil: return literals(path, value, folds: false)
    }
  }

  /// Whether a function's range is `0, filesize`.
  private func isWholeFile(_ arguments: [NodeID]) -> Bool {
    guard arguments.count == 2, case .filesize = program[arguments[1]] else { return false }
    return constant(arguments[0]) == 0
  }

  /// ASCII letters in lower case.
  static func folded(_ text: [UInt8]) -> [UInt8] {
    text.map { $0 >= 0x41 && $0 <= 0x5A ? $0 | 0x20 : $0 }
  }

  // MARK: - Parts

  /// The documents in which the text may hold `value`, at any place, in any case where it folds.
  private func holds(_ id: NodeID, _ value: [UInt8], folds: Bool) -> IndexQuery {
    guard dialect == .yaraX else { return .everything }
    let id = resolved(id)
    switch program[id] {
    case .textVariable:
      return elementPath(id).map { literals($0, value, folds: folds) } ?? .everything
    case .field(let field, _): return literals(program.path(field), value, folds: folds)
    default: return .everything
    }
  }

  private func literals(_ path: String, _ value: [UInt8], folds: Bool) -> IndexQuery {
    let path = Self.canonical(path)
    let length = FactSchema.gramLength
    var queries: [IndexQuery] = []
    if FactSchema.isVerbatim(path) {
      // What is repaired has U+FFFD, EF BF BD, where the file has something else.
      let isPartOfU = value.contains { [0xEF, 0xBF, 0xBD].contains($0) }
      for piece in pieces(value, folds: folds, isASCII: isPartOfU) where !piece.isEmpty {
        queries.append(.literal(piece))
      }
    }
    if FactSchema.isWide(path) {
      for piece in pieces(value, folds: folds, isASCII: true) where !piece.isEmpty {
        queries.append(.literal(piece.flatMap { [$0, 0] }))
      }
    }
    if FactSchema.hasKeys(ofGrams: path) {
      var grams: [IndexQuery] = []
      for piece in pieces(value, folds: folds, isASCII: false) where piece.count >= length {
        let piece = Self.folded(piece)
        for start in 0...(piece.count - length) {
          grams.append(.fact(.gram(path, Array(piece[start..<start + length]))))
        }
      }
      if !grams.isEmpty {
        queries.append(.any(of: [.all(of: grams.prefix(32)), .fact(.overflow(of: "\(path) ~"))]))
      }
    }
    return .all(of: queries)
  }

  /// The parts of a text that another which holds it has as they are, but for the case of ASCII
  /// letters. When all letters are folded, the Kelvin sign becomes a `k` and the dotted capital I an
  /// `i` with a dot, so that these two stand for others too; other ASCII letters for none.
  private func pieces(_ text: [UInt8], folds: Bool, isASCII: Bool) -> [[UInt8]] {
    guard folds || isASCII else { return [text] }
    return text.split {
      $0 >= 0x80 || (folds && ($0 | 0x20 == UInt8(ascii: "k") || $0 | 0x20 == UInt8(ascii: "i")))
    }.map(Array.init)
  }
}
