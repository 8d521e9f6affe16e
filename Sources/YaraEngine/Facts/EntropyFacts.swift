internal import Bytes

/// The entropy of the parts of a file for which rules ask: of all of it, and of the stretches that a
/// module names by offset and size.
///
/// Columns hold it in 256ths of a bit a byte, rounded down. Of an array's stretches they hold the
/// highest and the lowest.
enum EntropyFacts {
  static let scale = 256.0

  /// By the names that rules have for the two numbers.
  struct Stretches: Sendable {
    let module: String
    let offset: String
    let size: String
    var isArray: Bool { offset.contains("[]") }
    var highest: String { "math.entropy(\(offset), \(size))" + (isArray ? " highest" : "") }
    var lowest: String { isArray ? "math.entropy(\(offset), \(size)) lowest" : highest }
    var columns: [String] { isArray ? [highest, lowest] : [highest] }
  }

  static let ofFile = "math.entropy(0, filesize)"
  static let stretches = [
    Stretches(module: "pe", offset: "pe.overlay.offset", size: "pe.overlay.size"),
    Stretches(
      module: "pe", offset: "pe.sections[].raw_data_offset", size: "pe.sections[].raw_data_size"),
    Stretches(module: "elf", offset: "elf.sections[].offset", size: "elf.sections[].size"),
  ]

  static let columns = [ofFile] + stretches.flatMap(\.columns)

  /// More than any entropy: of what was not looked at.
  static let unknownHighest: Int64 = 1 << 16

  static func rounded(_ entropy: Double) -> Int64 { Int64((entropy * scale).rounded(.down)) }
}

extension FactPlan {
  /// Stretches with the readers of their offsets and sizes.
  struct Entropies: Sendable {
    let highest: Int
    let lowest: Int
    /// Calls with each stretch whose offset and size are defined, as long as it says to go on.
    let each: @Sendable (ModuleState, (_ offset: Int64, _ size: Int64) -> Bool) -> Void
  }
}

extension FactPlanBuilder {
  static func entropies(_ root: StructureType, module: String) -> [FactPlan.Entropies] {
    EntropyFacts.stretches.filter { $0.module == module }.map { stretches in
      guard let highest = FactSchema.columnIndices[stretches.highest],
        let lowest = FactSchema.columnIndices[stretches.lowest],
        let each = Self.each(root, stretches)
      else { preconditionFailure("the stretches \(stretches.offset) are not in the module's table") }
      return FactPlan.Entropies(highest: highest, lowest: lowest, each: each)
    }
  }

  private static func each(
    _ root: StructureType, _ stretches: EntropyFacts.Stretches
  ) -> (@Sendable (ModuleState, (Int64, Int64) -> Bool) -> Void)? {
    func parts(_ name: String) -> [Substring] { name.split(separator: ".").dropFirst().map { $0 } }
    let (offsetParts, sizeParts) = (parts(stretches.offset), parts(stretches.size))
    guard stretches.isArray else {
      guard let offset = column(root, offsetParts[...]), let size = column(root, sizeParts[...]) else { return nil }
      return { state, take in
        if let offset = offset(state, 0), let size = size(state, 0) { _ = take(offset, size) }
      }
    }
    guard let array = offsetParts.first, case .array(let field)? = root.field(String(array.dropLast(2)))?.kind,
      case .structure(let type, let owner) = field.element,
      let offset = column(type, offsetParts.dropFirst()), let size = column(type, sizeParts.dropFirst())
    else { return nil }
    return { state, take in
      for index in 0..<max(0, field.count(state, 0) ?? 0) {
        guard let handle = field.handle(state, 0, index).flatMap({ owner(state, $0) }),
          let offset = offset(state, handle), let size = size(state, handle)
        else { continue }
        if !take(offset, size) { return }
      }
    }
  }
}

extension FactReader {
  /// Bytes counted for the stretches of an array, in lengths of the file: hostile files have
  /// thousands that overlap.
  private static let countedLengths = 4

  /// Sets the columns of a module's stretches.
  func addEntropies(_ entropies: [FactPlan.Entropies], _ state: ModuleState, _ math: MathState) {
    for columns in entropies {
      var highest: Int64?
      var lowest: Int64?
      var left = Self.countedLengths * math.input.data.count
      columns.each(state) { offset, size in
        guard let part = math.part(offset, size) else { return true }
        left -= part.view.count
        guard left >= 0 else {
          (highest, lowest) = (EntropyFacts.unknownHighest, 0)
          return false
        }
        let entropy = EntropyFacts.rounded(MathState.entropy(math.distribution(part)))
        highest = max(highest ?? entropy, entropy)
        lowest = min(lowest ?? entropy, entropy)
        return true
      }
      set(columns.highest, highest)
      set(columns.lowest, lowest)
    }
  }

  func addEntropyOfFile(_ math: MathState) {
    guard let index = FactSchema.columnIndices[EntropyFacts.ofFile] else { return }
    set(index, EntropyFacts.rounded(MathState.entropy(math.distribution(math.whole))))
  }
}
