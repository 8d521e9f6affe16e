import OracleSupport

@testable import RuleGeneration

/// Why an engine's answer is not ours, where Documentation/Compatibility.md says that it need not be and
/// the reason can be tried: by the lists of matches, or by asking the engines once more in other words,
/// in which what is one engine's own cannot show. Where both engines say the same of a pattern, nothing is
/// explained.
enum DocumentedDifference: String, CaseIterable {
  /// YARA-X answers as if there were no matches where an undefined part of the condition comes before its
  /// search.
  case unsearched = "YARA-X had not searched"
  /// YARA counts the body of a loop, instead of taking it for true.
  case numberAsBody = "YARA counts a number as a body"
  case both = "YARA counts a number as a body, and YARA-X had not searched"
  /// The phases of one byte in base64 begin at the same place, with different lengths.
  case encodedRun = "base64 of one and the same byte"
  /// YARA-X ends `.*` one byte before the end of the file.
  case endOfFile = "YARA-X stops before the last byte of the file"

  /// YARA-X loses matches with the longest of two gaps around a negated byte.
  case negatedBetweenGaps = "YARA-X loses long gaps around a negated byte"

  /// Alternatives, loops and words end at the places that an engine's own literals lead to.
  case ends = "YARA-X reads alternatives from other literals, ours is as YARA"
  /// YARA folds `>>` as `<<` and accepts what it should not.
  case shiftedConstant = "YARA shifts constants to the wrong side"
  /// Of a wide and a plain match at one place one is listed, and asked for its length.
  case twoForms = "the length of a wide or a plain match"
  /// Each engine leaves out other matches where the condition says `at`.
  case anchored = "matches elsewhere of a pattern that is asked for at a place"

  /// The engines say different things of a pattern by itself; which one ours follows is its row of the document.
  case asYara = "YARA-X says otherwise of a pattern by itself, ours is as YARA"
  case asYaraX = "YARA says otherwise of a pattern by itself, ours is as YARA-X"

  /// The other words, or nil where the lists of matches tell.
  var wording: GeneratedCase.Wording? {
    switch self {
    case .unsearched: .searchedFirst
    case .numberAsBody: .booleanBodies
    case .both: [.searchedFirst, .booleanBodies]
    case .encodedRun, .endOfFile, .negatedBetweenGaps, .ends, .shiftedConstant, .twoForms, .anchored, .asYara, .asYaraX: nil
    }
  }

  /// - Parameters:
  ///   - found: our matches of the pattern.
  ///   - known: those of the engines that accept the rules.
  static func reason(
    for found: [OracleString], where known: [[OracleString]], of pattern: String, in rule: String,
    of question: GeneratedCase
  ) -> DocumentedDifference? {
    if question.isEncodedRun(pattern, in: rule),
      known.contains(where: { $0.map(\.offset) == found.map(\.offset) })
    {
      return .encodedRun
    }
    if question.isRegex(pattern, in: rule),
      known.contains(where: { isShortAtTheEnd($0, found, question.data.count) })
    {
      return .endOfFile
    }
    return nil
  }

  /// Whether the matches are the same but for one byte at the end of the file.
  private static func isShortAtTheEnd(_ known: [OracleString], _ found: [OracleString], _ end: Int) -> Bool {
    known.count == found.count
      && zip(known, found).allSatisfy { known, found in
        known == found
          || known.offset == found.offset && known.length + 1 == found.length && found.offset + found.length == end
      }
  }
}
