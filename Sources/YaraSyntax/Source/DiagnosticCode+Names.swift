/// Names of codes for people: `slow_pattern` is easier to write in a comment than `W701`.
extension DiagnosticCode {
  /// The case's name in small letters and underscores: `slow_pattern`.
  public var name: String {
    var result = ""
    // `invalidUTF8` is one word more, not five.
    var wasUpper = true
    for scalar in String(describing: self).unicodeScalars {
      let isUpper = scalar.value >= 0x41 && scalar.value <= 0x5A
      if isUpper, !wasUpper { result += "_" }
      result.unicodeScalars.append(isUpper ? Unicode.Scalar(UInt8(scalar.value | 0x20)) : scalar)
      wasUpper = isUpper
    }
    return result
  }

  /// What a word in `// suppress:` or after `--disable-warning` means: our code, our name, or
  /// YARA-X's name for the same thing. Nothing for a word that names no warning.
  public static func warnings(named word: String) -> [DiagnosticCode] {
    warningsByName[word] ?? []
  }

  private static let warningsByName: [String: [DiagnosticCode]] = {
    var table: [String: [DiagnosticCode]] = [:]
    for code in allCases where code.severity == .warning {
      table[code.rawValue, default: []].append(code)
      table[code.name, default: []].append(code)
    }
    for (name, codes) in namesInYaraX {
      for code in codes where !(table[name] ?? []).contains(code) {
        table[name, default: []].append(code)
      }
    }
    return table
  }()

  /// YARA-X's names, so that comments written for it hold here.
  private static let namesInYaraX: [(String, [DiagnosticCode])] = [
    ("ambiguous_expr", [.ambiguousExpression]),
    ("bool_int_comparison", [.booleanComparison]),
    ("deprecated_field", [.deprecated]),
    ("global_rule_misuse", [.globalRuleMisuse]),
    ("ignored_rule", [.ignoredRule]),
    ("invalid_rule_name", [.ruleNameNotAllowed]),
    ("invalid_tag", [.tagNotAllowed]),
    ("invariant_expr", [.constantCondition]),
    ("non_bool_expr", [.nonBooleanCondition]),
    ("potentially_slow_loop", [.slowLoop]),
    ("sign_conversion", [.signConversion]),
    ("text_as_hex", [.textAsHex]),
    ("duplicate_pattern_value", [.duplicatePatternValue]),
    ("too_many_iterations", [.tooManyIterations]),
    ("unintended_pattern_in_set", [.unintendedPattern]),
    ("unknown_tag", [.tagNotAllowed]),
    ("unsatisfiable_expr", [.unsatisfiable, .caseMismatch]),
    ("unsigned_unary_op", [.unsignedOperator]),
    ("unsupported_module", [.ignoredModule]),
  ]
}
