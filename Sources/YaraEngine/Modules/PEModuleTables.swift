/// The constants of the `pe` module: those of both engines. Where both have one, its value is the
/// same; `IMPORT_ANY`, which differs, stands in the module's own table.
enum PEConstants {
  /// Of `machine` (PE format, "Machine Types"). YARA lacks those of ARM64EC, LoongArch and RISC-V.
  static let machines: [(name: String, value: Int64)] = [
    ("MACHINE_UNKNOWN", 0x0),
    ("MACHINE_ALPHA", 0x184),
    ("MACHINE_ALPHA64", 0x284),
    ("MACHINE_AM33", 0x1D3),
    ("MACHINE_AMD64", 0x8664),
    ("MACHINE_ARM", 0x1C0),
    ("MACHINE_ARM64", 0xAA64),
    ("MACHINE_ARM64EC", 0xA641),
    ("MACHINE_ARM64X", 0xA64E),
    ("MACHINE_ARMNT", 0x1C4),
    ("MACHINE_AXP64", 0x284),
    ("MACHINE_EBC", 0xEBC),
    ("MACHINE_I386", 0x14C),
    ("MACHINE_IA64", 0x200),
    ("MACHINE_LOONGARCH32", 0x6232),
    ("MACHINE_LOONGARCH64", 0x6264),
    ("MACHINE_M32R", 0x9041),
    ("MACHINE_MIPS16", 0x266),
    ("MACHINE_MIPSFPU", 0x366),
    ("MACHINE_MIPSFPU16", 0x466),
    ("MACHINE_POWERPC", 0x1F0),
    ("MACHINE_POWERPCFP", 0x1F1),
    ("MACHINE_R3000BE", 0x160),
    ("MACHINE_R3000", 0x162),
    ("MACHINE_R4000", 0x166),
    ("MACHINE_R10000", 0x168),
    ("MACHINE_RISCV32", 0x5032),
    ("MACHINE_RISCV64", 0x5064),
    ("MACHINE_RISCV128", 0x5128),
    ("MACHINE_SH3", 0x1A2),
    ("MACHINE_SH3DSP", 0x1A3),
    ("MACHINE_SH4", 0x1A6),
    ("MACHINE_SH5", 0x1A8),
    ("MACHINE_THUMB", 0x1C2),
    ("MACHINE_WCEMIPSV2", 0x169),
    ("MACHINE_TARGET_HOST", 0x1),
    ("MACHINE_SH3E", 0x1A4),
    ("MACHINE_TRICORE", 0x520),
    ("MACHINE_CEF", 0xCEF),
    ("MACHINE_CEE", 0xC0EE),
  ]

  /// Of `subsystem` (PE format, "Windows Subsystem").
  static let subsystems: [(name: String, value: Int64)] = [
    ("SUBSYSTEM_UNKNOWN", 0),
    ("SUBSYSTEM_NATIVE", 1),
    ("SUBSYSTEM_WINDOWS_GUI", 2),
    ("SUBSYSTEM_WINDOWS_CUI", 3),
    ("SUBSYSTEM_OS2_CUI", 5),
    ("SUBSYSTEM_POSIX_CUI", 7),
    ("SUBSYSTEM_NATIVE_WINDOWS", 8),
    ("SUBSYSTEM_WINDOWS_CE_GUI", 9),
    ("SUBSYSTEM_EFI_APPLICATION", 10),
    ("SUBSYSTEM_EFI_BOOT_SERVICE_DRIVER", 11),
    ("SUBSYSTEM_EFI_RUNTIME_DRIVER", 12),
    ("SUBSYSTEM_EFI_ROM_IMAGE", 13),
    ("SUBSYSTEM_XBOX", 14),
    ("SUBSYSTEM_WINDOWS_BOOT_APPLICATION", 16),
  ]

  /// Bits of `characteristics`.
  static let characteristics: [(name: String, value: Int64)] = [
    ("RELOCS_STRIPPED", 0x1),
    ("EXECUTABLE_IMAGE", 0x2),
    ("LINE_NUMS_STRIPPED", 0x4),
    ("LOCAL_SYMS_STRIPPED", 0x8),
    ("AGGRESIVE_WS_TRIM", 0x10),
    ("LARGE_ADDRESS_AWARE", 0x20),
    ("BYTES_REVERSED_LO", 0x80),
    ("MACHINE_32BIT", 0x100),
    ("DEBUG_STRIPPED", 0x200),
    ("REMOVABLE_RUN_FROM_SWAP", 0x400),
    ("NET_RUN_FROM_SWAP", 0x800),
    ("SYSTEM", 0x1000),
    ("DLL", 0x2000),
    ("UP_SYSTEM_ONLY", 0x4000),
    ("BYTES_REVERSED_HI", 0x8000),
  ]

  /// Bits of `dll_characteristics`.
  static let dllCharacteristics: [(name: String, value: Int64)] = [
    ("HIGH_ENTROPY_VA", 0x20),
    ("DYNAMIC_BASE", 0x40),
    ("FORCE_INTEGRITY", 0x80),
    ("NX_COMPAT", 0x100),
    ("NO_ISOLATION", 0x200),
    ("NO_SEH", 0x400),
    ("NO_BIND", 0x800),
    ("APPCONTAINER", 0x1000),
    ("WDM_DRIVER", 0x2000),
    ("GUARD_CF", 0x4000),
    ("TERMINAL_SERVER_AWARE", 0x8000),
  ]

  /// Of `opthdr_magic`.
  static let optionalMagics: [(name: String, value: Int64)] = [
    ("IMAGE_NT_OPTIONAL_HDR32_MAGIC", 0x10B),
    ("IMAGE_NT_OPTIONAL_HDR64_MAGIC", 0x20B),
    ("IMAGE_ROM_OPTIONAL_HDR_MAGIC", 0x107),
  ]

  /// Indices of `data_directories`; number 7 has two names.
  static let directoryEntries: [(name: String, value: Int64)] = [
    ("IMAGE_DIRECTORY_ENTRY_EXPORT", 0),
    ("IMAGE_DIRECTORY_ENTRY_IMPORT", 1),
    ("IMAGE_DIRECTORY_ENTRY_RESOURCE", 2),
    ("IMAGE_DIRECTORY_ENTRY_EXCEPTION", 3),
    ("IMAGE_DIRECTORY_ENTRY_SECURITY", 4),
    ("IMAGE_DIRECTORY_ENTRY_BASERELOC", 5),
    ("IMAGE_DIRECTORY_ENTRY_DEBUG", 6),
    ("IMAGE_DIRECTORY_ENTRY_COPYRIGHT", 7),
    ("IMAGE_DIRECTORY_ENTRY_ARCHITECTURE", 7),
    ("IMAGE_DIRECTORY_ENTRY_GLOBALPTR", 8),
    ("IMAGE_DIRECTORY_ENTRY_TLS", 9),
    ("IMAGE_DIRECTORY_ENTRY_LOAD_CONFIG", 10),
    ("IMAGE_DIRECTORY_ENTRY_BOUND_IMPORT", 11),
    ("IMAGE_DIRECTORY_ENTRY_IAT", 12),
    ("IMAGE_DIRECTORY_ENTRY_DELAY_IMPORT", 13),
    ("IMAGE_DIRECTORY_ENTRY_COM_DESCRIPTOR", 14),
  ]

  /// Bits of a section's `characteristics`.
  static let sectionCharacteristics: [(name: String, value: Int64)] = [
    ("SECTION_NO_PAD", 0x8),
    ("SECTION_CNT_CODE", 0x20),
    ("SECTION_CNT_INITIALIZED_DATA", 0x40),
    ("SECTION_CNT_UNINITIALIZED_DATA", 0x80),
    ("SECTION_LNK_OTHER", 0x100),
    ("SECTION_LNK_INFO", 0x200),
    ("SECTION_LNK_REMOVE", 0x800),
    ("SECTION_LNK_COMDAT", 0x1000),
    ("SECTION_NO_DEFER_SPEC_EXC", 0x4000),
    ("SECTION_GPREL", 0x8000),
    ("SECTION_ALIGN_1BYTES", 0x100000),
    ("SECTION_ALIGN_2BYTES", 0x200000),
    ("SECTION_ALIGN_4BYTES", 0x300000),
    ("SECTION_ALIGN_8BYTES", 0x400000),
    ("SECTION_ALIGN_16BYTES", 0x500000),
    ("SECTION_ALIGN_32BYTES", 0x600000),
    ("SECTION_ALIGN_64BYTES", 0x700000),
    ("SECTION_ALIGN_128BYTES", 0x800000),
    ("SECTION_ALIGN_256BYTES", 0x900000),
    ("SECTION_ALIGN_512BYTES", 0xA00000),
    ("SECTION_ALIGN_1024BYTES", 0xB00000),
    ("SECTION_ALIGN_2048BYTES", 0xC00000),
    ("SECTION_ALIGN_4096BYTES", 0xD00000),
    ("SECTION_ALIGN_8192BYTES", 0xE00000),
    ("SECTION_ALIGN_MASK", 0xF00000),
    ("SECTION_LNK_NRELOC_OVFL", 0x1000000),
    ("SECTION_MEM_DISCARDABLE", 0x2000000),
    ("SECTION_MEM_NOT_CACHED", 0x4000000),
    ("SECTION_MEM_NOT_PAGED", 0x8000000),
    ("SECTION_MEM_SHARED", 0x10000000),
    ("SECTION_MEM_EXECUTE", 0x20000000),
    ("SECTION_MEM_READ", 0x40000000),
    ("SECTION_MEM_WRITE", 0x80000000),
    ("SECTION_SCALE_INDEX", 0x1),
    ("SECTION_MEM_FARDATA", 0x8000),
    ("SECTION_MEM_PURGEABLE", 0x20000),
    ("SECTION_MEM_16BIT", 0x20000),
    ("SECTION_MEM_LOCKED", 0x40000),
    ("SECTION_MEM_PRELOAD", 0x80000),
  ]

  /// Of a resource's `type`.
  static let resourceTypes: [(name: String, value: Int64)] = [
    ("RESOURCE_TYPE_CURSOR", 1),
    ("RESOURCE_TYPE_BITMAP", 2),
    ("RESOURCE_TYPE_ICON", 3),
    ("RESOURCE_TYPE_MENU", 4),
    ("RESOURCE_TYPE_DIALOG", 5),
    ("RESOURCE_TYPE_STRING", 6),
    ("RESOURCE_TYPE_FONTDIR", 7),
    ("RESOURCE_TYPE_FONT", 8),
    ("RESOURCE_TYPE_ACCELERATOR", 9),
    ("RESOURCE_TYPE_RCDATA", 10),
    ("RESOURCE_TYPE_MESSAGETABLE", 11),
    ("RESOURCE_TYPE_GROUP_CURSOR", 12),
    ("RESOURCE_TYPE_GROUP_ICON", 14),
    ("RESOURCE_TYPE_VERSION", 16),
    ("RESOURCE_TYPE_DLGINCLUDE", 17),
    ("RESOURCE_TYPE_PLUGPLAY", 19),
    ("RESOURCE_TYPE_VXD", 20),
    ("RESOURCE_TYPE_ANICURSOR", 21),
    ("RESOURCE_TYPE_ANIICON", 22),
    ("RESOURCE_TYPE_HTML", 23),
    ("RESOURCE_TYPE_MANIFEST", 24),
  ]

  /// Known to YARA alone, which has no field of such values.
  static let debugTypes: [(name: String, value: Int64)] = [
    ("IMAGE_DEBUG_TYPE_UNKNOWN", 0),
    ("IMAGE_DEBUG_TYPE_COFF", 1),
    ("IMAGE_DEBUG_TYPE_CODEVIEW", 2),
    ("IMAGE_DEBUG_TYPE_FPO", 3),
    ("IMAGE_DEBUG_TYPE_MISC", 4),
    ("IMAGE_DEBUG_TYPE_EXCEPTION", 5),
    ("IMAGE_DEBUG_TYPE_FIXUP", 6),
    ("IMAGE_DEBUG_TYPE_OMAP_TO_SRC", 7),
    ("IMAGE_DEBUG_TYPE_OMAP_FROM_SRC", 8),
    ("IMAGE_DEBUG_TYPE_BORLAND", 9),
    ("IMAGE_DEBUG_TYPE_RESERVED10", 10),
    ("IMAGE_DEBUG_TYPE_CLSID", 11),
    ("IMAGE_DEBUG_TYPE_VC_FEATURE", 12),
    ("IMAGE_DEBUG_TYPE_POGO", 13),
    ("IMAGE_DEBUG_TYPE_ILTCG", 14),
    ("IMAGE_DEBUG_TYPE_MPX", 15),
    ("IMAGE_DEBUG_TYPE_REPRO", 16),
  ]

  static let all = machines + subsystems + characteristics + dllCharacteristics
    + optionalMagics + directoryEntries + sectionCharacteristics
    + resourceTypes + debugTypes
}
