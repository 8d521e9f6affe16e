internal import Bytes
internal import FileFormats

/// What the `lnk` module keeps of a file.
final class LNKState: ModuleState {
  private(set) lazy var file: LNKFile? = LNKFile.parse(data)
  private let data: ByteView

  init(_ input: ModuleInput) { data = input.data }
}

/// YARA-X's `lnk`, the same in both dialects: YARA has no such module.
extension ModuleDefinition {
  static let lnk = ModuleDefinition(
    name: "lnk",
    root: StructureType("lnk", ModuleField.constants(LNKConstants.values) + LNKTable.fields),
    makeState: { LNKState($0) })
}

private enum LNKTable {
  static let of = StateFields<LNKState>()

  static func enumeration(_ name: String, _ values: [(name: String, value: Int64)]) -> ModuleField {
    of.structure(name, StructureType(name, ModuleField.constants(values)))
  }

  static let fields: [ModuleField] = [
    enumeration("ShowCommand", LNKConstants.showCommands),
    enumeration("DriveType", LNKConstants.driveTypes),
    enumeration("ShellItemType", LNKConstants.shellItemTypes),
    of.boolean("is_lnk") { state, _ in state.file != nil },
    of.text("name") { state, _ in state.file?.name },
    of.integer("creation_time") { state, _ in state.file?.creationTime },
    of.integer("access_time") { state, _ in state.file?.accessTime },
    of.integer("write_time") { state, _ in state.file?.writeTime },
    of.integer("file_size") { state, _ in state.file?.fileSize },
    of.integer("file_attributes") { state, _ in state.file?.fileAttributes },
    of.text("icon_location") { state, _ in state.file?.iconLocation },
    of.integer("icon_index") { state, _ in state.file?.iconIndex },
    of.integer("show_command") { state, _ in state.file?.showCommand },
    of.integer("drive_type") { state, _ in state.file?.driveType },
    of.integer("drive_serial_number") { state, _ in state.file?.driveSerialNumber },
    of.text("volume_label") { state, _ in state.file?.volumeLabel },
    of.text("local_base_path") { state, _ in state.file?.localBasePath },
    of.text("common_path_suffix") { state, _ in state.file?.commonPathSuffix },
    of.text("relative_path") { state, _ in state.file?.relativePath },
    of.text("working_dir") { state, _ in state.file?.workingDirectory },
    of.text("cmd_line_args") { state, _ in state.file?.commandLineArguments },
    of.integer("overlay_size") { state, _ in state.file?.overlaySize },
    of.integer("overlay_offset") { state, _ in state.file?.overlayOffset },
    of.structure("tracker_data", tracker) { state, _ in state.file?.tracker == nil ? nil : 0 },
    of.array("target_id_list", of: item, count: { state, _ in state.file?.targets.count ?? 0 }),
  ]

  static let tracker = StructureType(
    "tracker_data",
    [
      of.integer("version") { state, _ in state.file?.tracker?.version },
      of.text("machine_id") { state, _ in state.file?.tracker?.machineID },
      of.text("droid_volume_id") { state, _ in
        (state.file?.tracker?.droidVolumeID.text).map(FormatText.owned)
      },
      of.text("droid_file_id") { state, _ in
        (state.file?.tracker?.droidFileID.text).map(FormatText.owned)
      },
      of.text("droid_birth_volume_id") { state, _ in
        (state.file?.tracker?.droidBirthVolumeID.text).map(FormatText.owned)
      },
      of.text("droid_birth_file_id") { state, _ in
        (state.file?.tracker?.droidBirthFileID.text).map(FormatText.owned)
      },
    ])

  static let item = StructureType(
    "shell item",
    [
      of.integer("item_type") { state, index in state.file?.targets[index].type },
      of.text("data") { state, index in state.file.map { .inFile($0.targets[index].data) } },
      of.text("cpl_file_path") { state, index in state.file?.targets[index].controlPanelPath },
      of.text("root_folder_id") { state, index in
        (state.file?.targets[index].rootFolderID?.text).map(FormatText.owned)
      },
      of.text("volume_name") { state, index in state.file?.targets[index].volumeName },
      of.text("volume_id") { state, index in
        (state.file?.targets[index].volumeID?.text).map(FormatText.owned)
      },
      of.text("file_entry_name") { state, index in state.file?.targets[index].fileEntryName },
      of.text("network_location") { state, index in state.file?.targets[index].networkLocation },
    ])
}
