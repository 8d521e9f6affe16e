/// Which engine's reading of a file format is wanted where the two disagree.
///
/// The formats are the same; what an engine does with a damaged table, an overlong name or an
/// empty list is not. A parser takes the dialect at its door, so that its values need no second
/// name for each difference.
public enum FormatDialect: Sendable, Hashable, CaseIterable {
  /// The modules of YARA-X 1.x, the default of hunts.
  case yaraX
  /// The modules of YARA 4.5.
  case yara
}
