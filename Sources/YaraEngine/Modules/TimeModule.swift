/// YARA's `time`: the time of the scan, as the caller of the scan gives it.
extension ModuleDefinition {
  static let time = ModuleDefinition(
    name: "time",
    root: StructureType(
      "time",
      [
        ModuleField(
          "now", .function([.integer([], of: PlainState.self) { state, _ in state.input.now }]))
      ]),
    makeState: { PlainState($0) })
}
