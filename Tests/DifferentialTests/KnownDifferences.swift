/// Cases of the fixed run of `make test` in which an engine's answer is not ours, each looked at and
/// put down to one reason. A case that is not listed fails the run.
enum KnownDifferences {
  static func reason(seed: UInt64, index: Int) -> String? {
    seed == 20_260_101 ? cases[index] : nil
  }

  private static let cases = [
    2377: "YARA alone finds `\\b^` in a wide text whose anchor is not at a boundary",
  ]
}
