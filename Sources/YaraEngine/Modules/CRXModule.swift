internal import Bytes
internal import FileFormats

/// What the `crx` module keeps of a file.
final class CRXState: ModuleState {
  private(set) lazy var file: CRXFile? = CRXFile.parse(data)
  private(set) lazy var permissionsHash = file?.permissionsHash
  private let data: ByteView

  init(_ input: ModuleInput) { data = input.data }
}

/// YARA-X's `crx`, the same in both dialects: YARA has no such module.
extension ModuleDefinition {
  static let crx = ModuleDefinition(
    name: "crx", root: StructureType("crx", CRXTable.fields), makeState: { CRXState($0) })
}

private enum CRXTable {
  static let of = StateFields<CRXState>()

  static let fields = [
    of.boolean("is_crx") { state, _ in state.file != nil },
    of.integer("crx_version") { state, _ in state.file?.version },
    of.integer("header_size") { state, _ in state.file?.headerSize },
    of.text("id") { state, _ in (state.file?.id).map(FormatText.owned) },
    of.text("version") { state, _ in (state.file?.manifestVersion).map(FormatText.owned) },
    of.text("name") { state, _ in (state.file?.name).map(FormatText.owned) },
    of.text("description") { state, _ in (state.file?.description).map(FormatText.owned) },
    of.text("raw_name") { state, _ in (state.file?.rawName).map(FormatText.owned) },
    of.text("raw_description") { state, _ in (state.file?.rawDescription).map(FormatText.owned) },
    of.text("minimum_chrome_version") { state, _ in
      (state.file?.minimumChromeVersion).map(FormatText.owned)
    },
    of.text("homepage_url") { state, _ in (state.file?.homepageURL).map(FormatText.owned) },
    list("permissions") { $0.permissions },
    list("host_permissions") { $0.hostPermissions },
    list("optional_permissions") { $0.optionalPermissions },
    list("optional_host_permissions") { $0.optionalHostPermissions },
    of.array("signatures", of: signature, count: { state, _ in state.file?.signatures.count ?? 0 }),
    of.digest("permhash", digits: 64) { $0.permissionsHash },
  ]

  static func list(
    _ name: String, _ list: @escaping @Sendable (CRXFile) -> [[UInt8]]
  ) -> ModuleField {
    of.texts(name, count: { state, _ in state.file.map { list($0).count } ?? 0 }) { state, index in
      guard let texts = state.file.map(list), texts.indices.contains(index) else { return nil }
      return .owned(texts[index])
    }
  }

  static func signature(_ state: CRXState, _ index: Int) -> CRXFile.Signature? {
    guard let signatures = state.file?.signatures, signatures.indices.contains(index) else { return nil }
    return signatures[index]
  }

  static let signature = StructureType(
    "signature",
    [
      of.text("key") { state, index in (signature(state, index)?.key).map(FormatText.owned) },
      of.boolean("verified") { state, index in signature(state, index)?.isVerified },
    ])
}
