internal import YaraSyntax

// What the checker finds suspicious or slow while it settles names and types. Warnings that the
// text alone gives away are in `Warnings/`.
extension ConditionChecker {
  // MARK: - Ignored modules and global rules

  /// Whether a name stands for an ignored module, or for a rule that was left out because of one:
  /// then the rule at hand is left out as well.
  mutating func isIgnored(_ name: String, _ range: SourceRange) -> Bool {
    if ignoredModules.contains(name) {
      warn(
        .ignoredModule, "module `\(name)` is ignored", at: range, "used here",
        notes: ["The whole rule `\(ruleName)` is left out."])
      neededIgnoredModule = name
      return true
    }
    guard let module = namespace.ignoredRules[name] else { return false }
    warn(
      .ignoredRule, "rule `\(ruleName)` is left out with a rule that it needs", at: range,
      "`\(name)` needs module `\(module)`, which is ignored")
    neededIgnoredModule = module
    return true
  }

  mutating func warnAboutGlobalRule(_ range: SourceRange) {
    warn(
      .globalRuleMisuse, "global rule in a condition", at: range, "this rule is global",
      notes: [
        "Unless a global rule matches no other rule of the namespace does: naming it changes nothing, and `not` makes the condition false."
      ])
  }

  // MARK: - Numbers with and without a sign

  mutating func warnIfUnsigned(_ operand: CheckedExpression, _ sign: Character) {
    guard operand.isUnsigned else { return }
    warn(
      .unsignedOperator, "`\(sign)` before a number without a sign", at: operand.range,
      "this goes from 0 to 18446744073709551615",
      notes: [
        sign == "-"
          ? "The result has a sign; above 9223372036854775807 it wraps around."
          : "The result has no sign: all 64 bits are inverted."
      ])
  }

  /// A negative constant that a division takes for one without a sign.
  mutating func warnAboutDivision(_ operands: [CheckedExpression]) {
    var isUnsigned = false
    for (index, operand) in operands.enumerated() {
      let wasUnsigned = isUnsigned
      isUnsigned = isUnsigned || operand.isUnsigned
      guard index > 0, isUnsigned else { continue }
      // The first operand takes part in the first division; after it, each right one in its own.
      if index == 1, !wasUnsigned || operands[0].constant != nil { warnIfConverted(operands[0]) }
      warnIfConverted(operand)
    }
  }

  /// Items of a list of which one has no sign.
  mutating func warnAboutMixedSigns(_ items: [CheckedExpression]) {
    guard items.contains(where: \.isUnsigned) else { return }
    for item in items { warnIfConverted(item) }
  }

  private mutating func warnIfConverted(_ operand: CheckedExpression) {
    guard !operand.isUnsigned, case .integer(let value)? = operand.constant, value < 0 else {
      return
    }
    warn(
      .signConversion, "a negative number is taken for one without a sign", at: operand.range,
      "this counts as \(UInt64(bitPattern: value))",
      notes: ["Beside a number without a sign the others have none either."])
  }

  /// A constant above 2^63 - 1 given to a function, whose integers have signs.
  mutating func warnAboutSignedParameter(_ argument: CheckedExpression) {
    guard argument.isUnsigned, case .integer(let value)? = argument.constant, value < 0 else {
      return
    }
    warn(
      .signConversion, "the function takes this for a negative number", at: argument.range,
      "this counts as \(value)", notes: ["Integers of functions have signs."])
  }

  // MARK: - Booleans and integers

  /// `flag == 1`: the flag alone says as much.
  mutating func warnAboutBoolean(
    _ comparison: Comparison, _ a: CheckedExpression, _ b: CheckedExpression, _ range: SourceRange
  ) {
    guard !(a.type.isBoolean && b.type.isBoolean) else { return }
    let (flag, number) = a.type.isBoolean ? (a, b) : (b, a)
    var notes: [String] = []
    if case .integer(let value)? = number.constant {
      switch value {
      case 0, 1:
        let wants = (value == 1) == (comparison == .equal)
        notes = [
          wants ? "Write the Boolean alone." : "Write `not` and the Boolean."
        ]
      default:
        notes = ["This is always \(comparison == .equal ? "false" : "true")."]
      }
    }
    diagnostics.append(
      Diagnostic(
        .booleanComparison, "comparison of a Boolean with an integer",
        labels: [
          Diagnostic.Label(range, "a Boolean counts as 1 or 0 here"),
          Diagnostic.Label(flag.range, "this is a Boolean"),
        ], notes: notes))
  }

  // MARK: - Comparisons that cannot be true

  mutating func warnAboutRange(_ a: CheckedExpression, _ b: CheckedExpression) {
    for (read, value) in [(a, b), (b, a)] {
      guard read.constant == nil, case .integer(let constant)? = value.constant else { continue }
      let isNegative = constant < 0 && !value.isUnsigned
      let isHuge = constant < 0 && value.isUnsigned
      let low: String
      let high: String
      let isOutside: Bool
      if case .fileInteger(let number, _) = builder.node(read.node), number.bytes < 8 {
        let bits = Int64(number.bytes) * 8
        let least: Int64 = number.isSigned ? -(1 << (bits - 1)) : 0
        let most: Int64 = number.isSigned ? (1 << (bits - 1)) - 1 : (1 << bits) - 1
        (low, high) = (String(least), String(most))
        isOutside = isHuge || constant < least || constant > most
      } else if read.isUnsigned {
        (low, high) = ("0", String(UInt64.max))
        isOutside = isNegative
      } else {
        (low, high) = (String(Int64.min), String(Int64.max))
        isOutside = isHuge
      }
      guard isOutside else { continue }
      let shown = value.isUnsigned ? String(UInt64(bitPattern: constant)) : String(constant)
      warnNeverEqual(
        .unsatisfiable, (read.range, "this is between \(low) and \(high)"),
        (value.range, "this is \(shown)"))
    }
  }

  mutating func warnAboutForm(_ a: CheckedExpression, _ b: CheckedExpression) {
    for (result, value) in [(a, b), (b, a)] {
      guard case .text(let constant)? = value.constant else { continue }
      let length: Int
      let isLower: Bool
      switch result.form {
      case .any: continue
      case .lowercaseHexadecimal(let digits): (length, isLower) = (digits, true)
      case .uppercase(let count): (length, isLower) = (count, false)
      }
      if constant.count != length {
        warnNeverEqual(
          .unsatisfiable, (result.range, "this has \(length) characters"),
          (value.range, "this has \(constant.count)"))
      } else if isLower, constant.contains(where: { $0 >= 0x41 && $0 <= 0x5A }) {
        warnAboutCase(result, value, constant.map { $0 >= 0x41 && $0 <= 0x5A ? $0 | 0x20 : $0 })
      } else if !isLower, constant.contains(where: { $0 >= 0x61 && $0 <= 0x7A }) {
        warnAboutCase(result, value, constant.map { $0 >= 0x61 && $0 <= 0x7A ? $0 & 0xDF : $0 })
      }
    }
  }

  private mutating func warnAboutCase(
    _ result: CheckedExpression, _ value: CheckedExpression, _ mended: [UInt8]
  ) {
    let isLower = if case .uppercase = result.form { false } else { true }
    warnNeverEqual(
      .caseMismatch,
      (result.range, isLower ? "this has no capital letters" : "this has capital letters only"),
      (value.range, isLower ? "this has capital letters" : "this has small letters"),
      notes: ["Texts are compared letter by letter; `iequals` takes no notice of case."],
      fixes: [Diagnostic.Fix(value.range, TextSyntax.quoted(mended))])
  }

  private mutating func warnNeverEqual(
    _ code: DiagnosticCode, _ first: (SourceRange, String), _ second: (SourceRange, String),
    notes: [String] = [], fixes: [Diagnostic.Fix] = []
  ) {
    // In the order of the text.
    let (a, b) = first.0.start <= second.0.start ? (first, second) : (second, first)
    diagnostics.append(
      Diagnostic(
        code, "comparison is never true",
        labels: [Diagnostic.Label(a.0, a.1), Diagnostic.Label(b.0, b.1)], notes: notes,
        fixes: fixes))
  }

  // MARK: - Quantifiers

  mutating func warnNever(_ wanted: Int64, of count: Int, _ range: SourceRange) {
    warn(
      .constantCondition, "condition is always false", at: range, "this needs \(wanted) of \(count)")
  }

  mutating func warnAboutSelection(
    _ of: OfExpression, _ quantifier: CheckedQuantifier, _ count: Int, _ range: SourceRange
  ) {
    var written: SourceRange?
    if case .count(let expression) = of.quantifier { written = expression.range }
    if case .percentage(let expression) = of.quantifier { written = expression.range }
    if case .count = quantifier.node, let wanted = quantifier.constant {
      if wanted == 0 {
        warn(
          .ambiguousExpression, "ambiguous `0 of`", at: range,
          dialect == .yara
            ? "YARA takes this for `none of`" : "YARA-X takes this for `none of` or for \"0 or more\"",
          notes: ["Write `none of` where nothing may match."],
          fixes: written.map { [Diagnostic.Fix($0, "none")] } ?? [])
      } else if wanted > Int64(count) {
        warnNever(wanted, of: count, range)
      }
    }
    guard case .at(let offset)? = of.anchor else { return }
    let needsSeveral: Bool =
      switch quantifier.node {
      case .all: count > 1
      case .count: (quantifier.constant ?? 0) >= 2
      case .percentage: Double(quantifier.constant ?? 0) * Double(count) / 100 >= 2
      case .none, .any, .atLeast: false
      }
    if needsSeveral {
      diagnostics.append(
        Diagnostic(
          .unsatisfiable, "condition is hardly ever true",
          labels: [
            Diagnostic.Label(range, "this needs several patterns to match at one offset"),
            Diagnostic.Label(offset.range, "the offset"),
          ], notes: ["`any of` and `none of` go with `at`; or ask for each pattern at its own offset."]))
    }
  }

  // MARK: - Slow loops

  /// More iterations than this, nested loops multiplied, earn a warning.
  static let manyIterations: Int64 = 1_000_000

  /// Multiplies the iterations of the loops around by those of one more.
  mutating func countIterations(_ count: Int64, _ loop: SourceRange) {
    let total = iterations.multipliedReportingOverflow(by: max(count, 1))
    let isHuge = total.overflow || total.partialValue == Int64.max
    iterations = isHuge ? Int64.max : total.partialValue
    guard iterations > Self.manyIterations else { return }
    warn(
      .tooManyIterations, "the loop has too many iterations", at: loop,
      isHuge ? "more than can be counted" : "\(iterations) iterations, the loops around it counted in",
      notes: ["The time limit of a file may end the scan first."])
  }

  mutating func warnAboutIterations(
    _ low: CheckedExpression, _ high: CheckedExpression, _ range: SourceRange, loop: SourceRange
  ) {
    guard case .integer(let first)? = low.constant else { return }
    if case .integer(let last)? = high.constant {
      let count = (last &- first).addingReportingOverflow(1)
      countIterations(count.overflow ? Int64.max : count.partialValue, loop)
    } else if growsWithFile(high.node) {
      warn(
        .slowLoop, "slow loop", at: range, "the number of iterations grows with the file",
        notes: ["`math.min` can bound it."])
    }
  }

  /// Whether a number grows with the file; what `math.min` cuts does not.
  private func growsWithFile(_ id: NodeID) -> Bool {
    switch builder.node(id) {
    case .filesize, .patternCount, .patternCountIn: true
    case .integerArithmetic(_, let list):
      builder.program.children(list).contains { growsWithFile($0) }
    case .negate(let operand), .bitwiseNot(let operand), .fileInteger(_, let operand),
      .signedFromUnsigned(let operand):
      growsWithFile(operand)
    case .call(let index):
      builder.program.calls[Int(index)].path != "math.min"
        && builder.program.calls[Int(index)].arguments.contains {
          $0 != NodeID.none && growsWithFile($0)
        }
    default: false
    }
  }
}
