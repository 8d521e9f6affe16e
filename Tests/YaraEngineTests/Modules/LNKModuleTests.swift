import Testing

@testable import YaraEngine

/// The `lnk` module of YARA-X as rules see it, the same in both dialects.
@Suite struct LNKModuleTests {
  @Test(arguments: [
    "lnk.is_lnk and lnk.file_attributes & lnk.FILE_ATTRIBUTE_ARCHIVE != 0",
    "lnk.creation_time == 1606926400 and not defined lnk.access_time and lnk.write_time == 0",
    "lnk.file_size == 7 and lnk.icon_index == 2 and lnk.show_command == lnk.ShowCommand.MAXIMIZED",
    "lnk.name matches /^n{260}$/ and lnk.cmd_line_args == \"/c ab\"",
    "not defined lnk.relative_path and not defined lnk.drive_type and lnk.DriveType.FIXED == 3",
    "lnk.target_id_list[0].item_type == lnk.ShellItemType.ROOT_FOLDER",
    "lnk.target_id_list[0].root_folder_id == \"03020100-0504-0706-0809-0a0b0c0d0e0f\"",
    "lnk.target_id_list[1].file_entry_name == \"a.exe\"",
    "lnk.target_id_list[1].data startswith \"\\x09\\x09\"",
    "lnk.target_id_list[2].item_type == lnk.ShellItemType.CONTROL_PANEL",
    "for any item in lnk.target_id_list : (item.file_entry_name iequals \"A.EXE\")",
    "lnk.tracker_data.machine_id == \"host\" and lnk.tracker_data.version == 0",
    "lnk.tracker_data.droid_volume_id == \"03020100-0504-0706-0809-0a0b0c0d0e0f\"",
    "lnk.overlay_size == 1 and lnk.overlay_offset == filesize - 1",
  ])
  func values(_ condition: String) {
    for dialect in Dialect.allCases {
      let answer = Engine.holds(condition, ModuleFiles.lnk, dialect, imports: #"import "lnk""#)
      #expect(answer == true, "\(condition)")
    }
  }

  @Test func aDamagedLinkKeepsWhatStandsBeforeTheDamage() {
    let cut = Array(ModuleFiles.lnk.prefix(400))
    for condition in [
      "lnk.is_lnk and lnk.target_id_list[1].file_entry_name == \"a.exe\"",
      "not defined lnk.tracker_data.version and not defined lnk.overlay_size",
    ] {
      #expect(Engine.holds(condition, cut, imports: #"import "lnk""#) == true, "\(condition)")
    }
    #expect(
      Engine.holds(
        "not lnk.is_lnk and not defined lnk.file_size", Array(ModuleFiles.lnk.prefix(75)),
        imports: #"import "lnk""#) == true)
  }
}
