/// The stable codes. `E1xx` lexical, `E2xx` syntax, `E3xx` names and types, `E4xx` patterns,
/// `E5xx` limits, `W6xx` suspicious, `W7xx` slow, `W8xx` asked for by the user. A code is never
/// reused for another meaning.
public enum DiagnosticCode: String, Sendable, Hashable, CaseIterable {
  // Lexical.
  case unexpectedCharacter = "E101"
  case unterminatedString = "E102"
  case unterminatedComment = "E103"
  case unterminatedRegex = "E104"
  case invalidEscape = "E105"
  case invalidNumber = "E106"
  case invalidUTF8 = "E107"

  // Syntax.
  case expected = "E201"
  case missingCondition = "E202"
  case duplicateSection = "E203"
  case invalidModifier = "E204"
  case duplicateModifier = "E205"
  case modifierConflict = "E206"
  case invalidHexPattern = "E207"
  case invalidJump = "E208"
  case emptyPattern = "E209"
  case reservedWord = "E210"

  // Names and types.
  case duplicateRule = "E301"
  case duplicateTag = "E302"
  case duplicatePattern = "E303"
  case unknownPattern = "E304"
  case unknownIdentifier = "E305"
  case unknownModule = "E306"
  case unknownField = "E307"
  case wrongType = "E308"
  case wrongArguments = "E309"
  case unusedPattern = "E310"
  case unknownRule = "E311"
  case invalidRange = "E312"
  case invalidValue = "E313"
  case includeNotFound = "E314"
  case includeCycle = "E315"
  case includeNotAllowed = "E316"
  case notIterable = "E317"
  case duplicateVariable = "E318"
  case moduleNotAvailable = "E319"
  case anonymousOutsideLoop = "E320"
  case lateRule = "E321"

  // Patterns.
  case invalidRegex = "E401"
  case mixedGreediness = "E402"
  case invalidRegexFlag = "E403"
  case invalidBase64Alphabet = "E404"
  case invalidXorRange = "E405"

  // Limits.
  case tooDeep = "E501"
  case tooLarge = "E502"
  case tooMany = "E503"

  // Suspicious.
  case constantCondition = "W601"
  case unsatisfiable = "W602"
  case redundantModifier = "W603"
  case consecutiveJumps = "W604"
  case ignoredModule = "W605"
  case deprecated = "W606"
  case nonBooleanCondition = "W607"
  case duplicateImport = "W608"
  case unknownEscape = "W609"
  case ambiguousExpression = "W610"
  case textAsHex = "W611"
  case caseMismatch = "W612"
  case openCommentAtEnd = "W613"
  case booleanComparison = "W614"
  case ignoredRule = "W615"
  case unintendedPattern = "W616"
  case unusedIdentifier = "W617"
  case globalRuleMisuse = "W618"
  case duplicatePatternValue = "W619"
  case unsignedOperator = "W620"
  case signConversion = "W621"
  case undefinedHere = "W630"

  // Slow.
  case slowPattern = "W701"
  case slowLoop = "W702"
  case tooManyIterations = "W703"

  // What the user wants of rules beyond the language (`LintOptions`).
  case ruleNameNotAllowed = "W801"
  case tagNotAllowed = "W802"
  case missingMetadata = "W803"
  case invalidMetadata = "W804"

  public var severity: Severity { rawValue.utf8.first == UInt8(ascii: "E") ? .error : .warning }
}
