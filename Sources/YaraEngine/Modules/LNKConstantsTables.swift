/// The constants of the `lnk` module ([MS-SHLLINK]); those of the three enumerations at the end
/// stand under the name of theirs.
enum LNKConstants {
  static let values: [(name: String, value: Int64)] = [
    ("FILE_ATTRIBUTE_READONLY", 1), ("FILE_ATTRIBUTE_HIDDEN", 2), ("FILE_ATTRIBUTE_SYSTEM", 4),
    ("RESERVED_1", 8), ("FILE_ATTRIBUTE_DIRECTORY", 16), ("FILE_ATTRIBUTE_ARCHIVE", 32),
    ("RESERVED_2", 64), ("FILE_ATTRIBUTE_NORMAL", 128), ("FILE_ATTRIBUTE_TEMPORARY", 0x100),
    ("FILE_ATTRIBUTE_SPARSE_FILE", 0x200), ("FILE_ATTRIBUTE_REPARSE_POINT", 0x400),
    ("FILE_ATTRIBUTE_COMPRESSED", 0x800), ("FILE_ATTRIBUTE_OFFLINE", 0x1000),
    ("FILE_ATTRIBUTE_NOT_CONTENT_INDEXED", 0x2000), ("FILE_ATTRIBUTE_ENCRYPTED", 0x4000),
  ]

  static let showCommands: [(name: String, value: Int64)] = [
    ("NORMAL", 1), ("MAXIMIZED", 3), ("MIN_NO_ACTIVE", 7),
  ]

  static let driveTypes: [(name: String, value: Int64)] = [
    ("UNKNOWN", 0), ("NO_ROOT_DIR", 1), ("REMOVABLE", 2), ("FIXED", 3), ("REMOTE", 4), ("CDROM", 5),
    ("RAMDISK", 6),
  ]

  static let shellItemTypes: [(name: String, value: Int64)] = [
    ("CONTROL_PANEL_CPL", 0), ("CONTROL_PANEL_CATEGORY", 1), ("ROOT_FOLDER", 31), ("VOLUME", 32),
    ("FILE_ENTRY", 48), ("NETWORK_LOCATION", 64), ("COMPRESSED_FOLDER", 82), ("URI", 97),
    ("CONTROL_PANEL", 113), ("PRINTERS", 114), ("COMMON_PLACES_FOLDER", 115),
    ("USERS_FILES_FOLDER", 116),
  ]
}
