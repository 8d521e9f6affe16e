public import Bytes

/// A dylib that the file loads, re-exports or is.
public struct MachODylib: Sendable {
  /// The bytes of the command after its fixed fields, up to a NUL.
  public let name: ByteView
  /// Seconds since 1970.
  public let timestamp: UInt32
  public let compatibilityVersion: MachOVersion
  public let currentVersion: MachOVersion
}

/// A version packed in 32 bits: 16 bits major, 8 minor, 8 patch.
public struct MachOVersion: Sendable, Equatable {
  public let packed: UInt32

  /// "major.minor.patch" in ASCII.
  public var text: [UInt8] {
    Array("\(packed >> 16).\(packed >> 8 & 0xFF).\(packed & 0xFF)".utf8)
  }

  /// "major.minor" in ASCII, as build tools are reported.
  public var shortText: [UInt8] { Array("\(packed >> 16).\(packed >> 8 & 0xFF)".utf8) }
}

/// The version of the sources, packed in 64 bits: 24 bits, then four times 10 bits.
public struct MachOSourceVersion: Sendable, Equatable {
  public let packed: UInt64

  /// "a.b.c.d.e" in ASCII. YARA-X shows only the low six bits of the last four numbers.
  public var text: [UInt8] {
    let parts = [30, 20, 10, 0].map { (shift: UInt64) in String(packed >> shift & 0x3F) }
    return Array(([String(packed >> 40)] + parts).joined(separator: ".").utf8)
  }
}

/// LC_SYMTAB.
public struct MachOSymbolTable: Sendable, Equatable {
  public let symbolOffset: UInt32
  public let symbolCount: UInt32
  public let stringOffset: UInt32
  public let stringSize: UInt32
}

/// LC_DYSYMTAB, its sixteen numbers in the order of YARA-X's field names.
///
/// The command has eighteen numbers. YARA-X leaves out the sixth and seventh names
/// (iundefsym, nundefsym) but not their places, so that from `tocoff` on each of its names shows
/// the number two places before; it is kept, since rules are written against what it reports.
public struct MachODynamicSymbolTable: Sendable, Equatable {
  public let values: [UInt32]
  public static let names = [
    "ilocalsym", "nlocalsym", "iextdefsym", "nextdefsym", "tocoff", "ntoc", "modtaboff",
    "nmodtab", "extrefsymoff", "nextrefsyms", "indirectsymoff", "nindirectsyms", "extreloff",
    "nextrel", "locreloff", "nlocrel",
  ]
}

/// LC_DYLD_INFO and LC_DYLD_INFO_ONLY: where the dynamic linker's tables lie in the file.
public struct MachODynamicLinkerInfo: Sendable, Equatable {
  public struct Table: Sendable, Equatable {
    public let offset: UInt32
    public let size: UInt32
  }
  public let rebase: Table
  public let bind: Table
  public let weakBind: Table
  public let lazyBind: Table
  public let export: Table
}

/// A range of the file that a command points to.
public struct MachODataRange: Sendable, Equatable {
  public let offset: UInt32
  public let size: UInt32
}

/// LC_BUILD_VERSION.
public struct MachOBuildVersion: Sendable, Equatable {
  public struct Tool: Sendable, Equatable {
    public let tool: UInt32
    /// Reported in its short form.
    public let version: MachOVersion
  }
  public let platform: UInt32
  public let minimumOS: MachOVersion
  public let sdk: MachOVersion
  public let toolCount: UInt32
  public let tools: [Tool]
}

/// LC_VERSION_MIN_MACOSX and its siblings.
public struct MachOMinimumVersion: Sendable, Equatable {
  /// The command's number, by which the kind of device is named.
  public let device: UInt32
  public let version: MachOVersion
  public let sdk: MachOVersion
}

/// LC_UUID.
public struct MachOUUID: Sendable {
  /// The 16 bytes without the NULs at the end.
  public let bytes: ByteView

  /// Upper-case hexadecimal digits in groups of 4, 2, 2, 2 and 6 bytes.
  public var text: [UInt8] {
    var text: [UInt8] = []
    for (index, byte) in bytes.array.enumerated() {
      for digit in [byte >> 4, byte & 0x0F] {
        text.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "A") + digit - 10)
      }
      if [3, 5, 7, 9].contains(index) { text.append(UInt8(ascii: "-")) }
    }
    return text
  }
}
