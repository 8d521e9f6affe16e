/// Rules and patterns.
extension SyntaxWriter {
  mutating func write(_ rule: RuleDeclaration) {
    if rule.isGlobal { write("global ") }
    if rule.isPrivate { write("private ") }
    write("rule \(rule.identifier.name)")
    if !rule.tags.isEmpty { write(" : \(rule.tags.map(\.name).joined(separator: " "))") }
    write(" {\n")
    if !rule.meta.isEmpty {
      write("  meta:\n")
      for entry in rule.meta {
        write("    \(entry.identifier.name) = ")
        write(entry.value)
        write("\n")
      }
    }
    if !rule.patterns.isEmpty {
      write("  strings:\n")
      for pattern in rule.patterns {
        write("    ")
        write(pattern)
        write("\n")
      }
    }
    write("  condition:\n    ")
    write(rule.condition)
    write("\n}\n")
  }

  private mutating func write(_ value: MetaValue) {
    switch value {
    case .integer(let integer): write(String(integer))
    case .float(let float): writeFloat(float)
    case .boolean(let boolean): write(boolean ? "true" : "false")
    case .text(let content): writeText(content)
    }
  }

  mutating func write(_ pattern: PatternDeclaration) {
    write("\(pattern.identifier.name) = ")
    switch pattern.value {
    case .text(let literal): writeText(literal.bytes)
    case .hex(let hex): write(hex)
    case .regex(let regex): writeRegex(regex)
    }
    for modifier in pattern.modifiers {
      write(" \(RuleParser.word(of: modifier.kind))")
      switch modifier.kind {
      case .xor(0, 255): break
      case .xor(let low, let high): write(low == high ? "(\(low))" : "(\(low)-\(high))")
      case .base64(let alphabet?), .base64wide(let alphabet?):
        write("(")
        writeText(alphabet)
        write(")")
      default: break
      }
    }
  }

  mutating func write(_ hex: HexPattern) {
    write("{ ")
    writeHex(hex.tokens)
    write(" }")
  }

  private mutating func writeHex(_ tokens: [HexToken]) {
    writeList(tokens, " ") { writer, token in
      switch token.kind {
      case .byte(let value, let mask, let negated):
        if negated { writer.write("~") }
        let digits = Array(Hex.twoDigits(value).utf8)
        writer.bytes.append(mask & 0xF0 == 0 ? UInt8(ascii: "?") : digits[0])
        writer.bytes.append(mask & 0x0F == 0 ? UInt8(ascii: "?") : digits[1])
      case .jump(let low, let high):
        // `[0]` is refused where `[0-0]` is not.
        if low == high, low != 0 {
          writer.write("[\(low)]")
        } else {
          writer.write("[\(low == 0 && high == nil ? "" : String(low))-\(high.map(String.init) ?? "")]")
        }
      case .alternatives(let branches):
        writer.write("( ")
        writer.writeList(branches, " | ") { $0.writeHex($1) }
        writer.write(" )")
      }
    }
  }
}
