internal import Bytes

/// What libmagic says of a file, asked once for each question.
final class MagicState: ModuleState {
  private let input: ModuleInput
  private(set) lazy var type = answer(.type)
  private(set) lazy var mimeType = answer(.mimeType)

  init(_ input: ModuleInput) { self.input = input }

  private func answer(_ question: MagicDatabase.Question) -> ByteText? {
    // YARA asks nothing of a file of no bytes.
    if input.data.count == 0, input.dialect == .yara { return nil }
    return input.scratch.magic?.answer(question, of: input.data).map { ByteText($0) }
  }
}

/// YARA's `magic`: the type of a file as libmagic, the library of the `file` program, has it.
extension ModuleDefinition {
  static let magic = ModuleDefinition(
    name: "magic",
    root: StructureType("magic", [function("type") { $0.type }, function("mime_type") { $0.mimeType }]),
    makeState: { MagicState($0) },
    whyUnusable: {
      do throws(MagicFailure) {
        _ = try MagicDatabase()
        return nil
      } catch {
        return error.reason
      }
    })

  private static func function(
    _ name: String, _ answer: @escaping @Sendable (MagicState) -> ByteText?
  ) -> ModuleField {
    let code = FunctionOverload.Code.text { state, _, _ in (state as? MagicState).flatMap(answer) }
    return ModuleField(name, .function([FunctionOverload([], code, isCostly: true)]))
  }
}
