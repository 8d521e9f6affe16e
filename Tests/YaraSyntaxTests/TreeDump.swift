import YaraSyntax

/// A tree as indented lines, one node a line, without places: two trees are equal if their dumps
/// are. Bytes that are not printable ASCII are escaped.
struct TreeDump {
  private var lines: [String] = []
  private var indent = 0

  static func dump(_ tree: RuleTree) -> String {
    var dump = TreeDump()
    for item in tree.items { dump.add(item) }
    return dump.lines.joined(separator: "\n") + "\n"
  }

  static func dump(_ expression: Expression) -> String {
    var dump = TreeDump()
    dump.add(expression)
    return dump.lines.joined(separator: "\n") + "\n"
  }

  private mutating func line(_ text: String) {
    lines.append(String(repeating: "  ", count: indent) + text)
  }

  private mutating func line(_ text: String, _ children: (inout TreeDump) -> Void) {
    line(text)
    indent += 1
    children(&self)
    indent -= 1
  }

  private func quoted(_ bytes: [UInt8]) -> String {
    var text = "\""
    for byte in bytes {
      switch byte {
      case 0x22, 0x5C: text += "\\" + String(UnicodeScalar(byte))
      case 0x20..<0x7F: text += String(UnicodeScalar(byte))
      default: text += "\\x" + String(byte >> 4, radix: 16) + String(byte & 15, radix: 16)
      }
    }
    return text + "\""
  }

  private mutating func add(_ item: TopLevelItem) {
    switch item {
    case .importModule(let declaration): line("import \(declaration.module)")
    case .include(let declaration): line("include \(declaration.path)")
    case .rule(let rule):
      let flags = (rule.isGlobal ? " global" : "") + (rule.isPrivate ? " private" : "")
      line("rule \(rule.identifier.name)\(flags)") { dump in
        for tag in rule.tags { dump.line("tag \(tag.name)") }
        for entry in rule.meta {
          let value =
            switch entry.value {
            case .integer(let integer): "integer \(integer)"
            case .float(let float): "float \(float)"
            case .boolean(let boolean): "boolean \(boolean)"
            case .text(let text): "text \(dump.quoted(text))"
            }
          dump.line("meta \(entry.identifier.name) = \(value)")
        }
        for pattern in rule.patterns { dump.add(pattern) }
        dump.line("condition") { $0.add(rule.condition) }
      }
    }
  }

  private mutating func add(_ pattern: PatternDeclaration) {
    let modifiers = pattern.modifiers.map { modifier -> String in
      switch modifier.kind {
      case .base64(let alphabet?): " base64(\(quoted(alphabet)))"
      case .base64wide(let alphabet?): " base64wide(\(quoted(alphabet)))"
      case .base64(nil): " base64"
      case .base64wide(nil): " base64wide"
      default: " \(modifier.kind)"
      }
    }.joined()
    switch pattern.value {
    case .text(let literal):
      line("\(pattern.identifier.name) text \(quoted(literal.bytes))\(modifiers)")
    case .regex(let regex): line("\(pattern.identifier.name) \(describe(regex))\(modifiers)")
    case .hex(let hex):
      line("\(pattern.identifier.name) hex\(modifiers)") { $0.add(hex.tokens) }
    }
  }

  private func describe(_ regex: RegexLiteral) -> String {
    "regex \(quoted(regex.pattern))"
      + (regex.caseInsensitive ? " i" : "") + (regex.dotMatchesNewline ? " s" : "")
  }

  private mutating func add(_ tokens: [HexToken]) {
    for token in tokens {
      switch token.kind {
      case .byte(let value, let mask, let negated):
        line(
          "\(negated ? "not " : "")byte \(String(value, radix: 16)) mask \(String(mask, radix: 16))")
      case .jump(let low, let high): line("jump \(low) to \(high.map(String.init) ?? "any")")
      case .alternatives(let branches):
        line("alternatives") { dump in
          for branch in branches { dump.line("branch") { $0.add(branch) } }
        }
      }
    }
  }

  private mutating func add(_ expression: Expression) {
    let mark = expression.isParenthesized ? " ( )" : ""
    switch expression.kind {
    case .boolean(let value): line("boolean \(value)\(mark)")
    case .integer(let value): line("integer \(value)\(mark)")
    case .float(let value): line("float \(value)\(mark)")
    case .text(let bytes): line("text \(quoted(bytes))\(mark)")
    case .regex(let regex): line("\(describe(regex))\(mark)")
    case .filesize: line("filesize\(mark)")
    case .entrypoint: line("entrypoint\(mark)")
    case .invalid: line("invalid\(mark)")
    case .identifier(let identifier): line("identifier \(identifier.name)\(mark)")
    case .patternMatch(let reference, let anchor):
      line("match $\(reference.name)\(mark)") { $0.add(anchor) }
    case .patternCount(let reference, let range):
      line("count #\(reference.name)\(mark)") { dump in if let range { dump.add(range) } }
    case .patternOffset(let reference, let index):
      line("offset @\(reference.name)\(mark)") { dump in if let index { dump.add(index) } }
    case .patternLength(let reference, let index):
      line("length !\(reference.name)\(mark)") { dump in if let index { dump.add(index) } }
    case .field(let base, let field):
      line("field \(field.name)\(mark)") { $0.add(base) }
    case .index(let base, let index):
      line("index\(mark)") {
        $0.add(base)
        $0.add(index)
      }
    case .call(let function, let arguments):
      line("call\(mark)") { dump in
        dump.add(function)
        for argument in arguments { dump.add(argument) }
      }
    case .unary(let sign, let operand): line("\(sign.rawValue)\(mark)") { $0.add(operand) }
    case .binary(let sign, let left, let right):
      line("\(sign.rawValue)\(mark)") {
        $0.add(left)
        $0.add(right)
      }
    case .nary(let sign, let operands):
      line("\(sign.rawValue) ...\(mark)") { dump in for operand in operands { dump.add(operand) } }
    case .of(let of):
      line("of\(mark)") {
        $0.add(of.quantifier)
        $0.add(of.items)
        $0.add(of.anchor)
      }
    case .forOf(let loop):
      line("for of\(mark)") {
        $0.add(loop.quantifier)
        $0.add(loop.items)
        $0.add(loop.body)
      }
    case .forIn(let loop):
      line("for \(loop.variables.map(\.name).joined(separator: ", "))\(mark)") { dump in
        dump.add(loop.quantifier)
        switch loop.iterable {
        case .range(let range): dump.add(range)
        case .tuple(let items):
          dump.line("tuple") { dump in for item in items { dump.add(item) } }
        case .expression(let value): dump.line("each of") { $0.add(value) }
        }
        dump.add(loop.body)
      }
    case .with(let bindings, let body):
      line("with\(mark)") { dump in
        for binding in bindings {
          dump.line("let \(binding.identifier.name)") { $0.add(binding.value) }
        }
        dump.add(body)
      }
    }
  }

  private mutating func add(_ anchor: PatternAnchor?) {
    switch anchor {
    case .at(let place): line("at") { $0.add(place) }
    case .in(let range): line("in") { $0.add(range) }
    case nil: break
    }
  }

  private mutating func add(_ range: RangeExpression) {
    line("range") {
      $0.add(range.low)
      $0.add(range.high)
    }
  }

  private mutating func add(_ quantifier: Quantifier) {
    switch quantifier {
    case .none: line("none")
    case .all: line("all")
    case .any: line("any")
    case .count(let value): line("at least") { $0.add(value) }
    case .percentage(let value): line("percent") { $0.add(value) }
    }
  }

  private mutating func add(_ items: OfExpression.Items) {
    switch items {
    case .them: line("them")
    case .patterns(let patterns):
      line("patterns " + patterns.map { "$\($0.name)\($0.isWildcard ? "*" : "")" }.joined(separator: " "))
    case .tuple(let items):
      line("items") { dump in
        for item in items {
          switch item {
          case .expression(let expression): dump.add(expression)
          case .ruleWildcard(let prefix): dump.line("rules \(prefix.name)*")
          }
        }
      }
    }
  }
}
