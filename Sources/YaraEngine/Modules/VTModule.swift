internal import Bytes
internal import FileFormats

/// What of VirusTotal's data the file itself tells.
final class VTState: ModuleState {
  private let input: ModuleInput
  init(_ input: ModuleInput) { self.input = input }

  private(set) lazy var sha256 = ByteText(Digest.hexadecimal(.sha256, of: input.data))
  private(set) lazy var sha1 = ByteText(Digest.hexadecimal(.sha1, of: input.data))
  private(set) lazy var md5 = ByteText(Digest.hexadecimal(.md5, of: input.data))
  var size: Int64 { Int64(input.data.count) }
  private(set) lazy var importHash = PEFile.parse(input.data).flatMap { file in
    file.imports.isEmpty ? nil : file.importHash
  }
  private(set) lazy var telfhash = ELFFile.parse(input.data)?.telfhash
  /// VirusTotal's number of the type, where it is one of those that are certain.
  private(set) lazy var type: Int64? = VTFileTypes.number(of: FileType.identify(input.data))
}

/// YARA-X's `vt`: what VirusTotal knows of a file, so that rules written for it compile.
///
/// Size, digests, type and the hashes of imports are answered from the file; all else is undefined, and the
/// compiler tells each rule that asks for it. Enumerations are constants as everywhere.
extension ModuleDefinition {
  static let vt = ModuleDefinition(
    name: "vt",
    root: StructureType("vt", VTEnumerations.fields + VTStructures.root.fields),
    makeState: { VTState($0) })
}

/// Writes the fields of `VTStructures`.
struct VTFields: Sendable {
  private static let owner = "VirusTotal"

  private func unknown(_ name: String, _ kind: FieldKind) -> ModuleField {
    ModuleField(name, kind, isKnownOnlyTo: Self.owner)
  }

  func text(_ name: String) -> ModuleField { unknown(name, .text { _, _ in nil }) }
  func integer(_ name: String) -> ModuleField { unknown(name, .integer { _, _ in nil }) }
  func boolean(_ name: String) -> ModuleField { unknown(name, .boolean { _, _ in nil }) }

  func structure(_ name: String, _ type: StructureType) -> ModuleField {
    unknown(name, .structure(type) { _, _ in nil })
  }

  private func array(_ name: String, of element: FieldKind) -> ModuleField {
    unknown(
      name,
      .array(ArrayField(count: { _, _ in nil }, handle: { _, _, _ in nil }, element: element)))
  }

  func texts(_ name: String) -> ModuleField { array(name, of: .text { _, _ in nil }) }
  func integers(_ name: String) -> ModuleField { array(name, of: .integer { _, _ in nil }) }
  func structures(_ name: String, _ type: StructureType) -> ModuleField {
    array(name, of: .structure(type) { _, handle in handle })
  }

  func textMap(_ name: String) -> ModuleField {
    unknown(
      name,
      .map(
        MapField(
          count: { _, _ in nil }, handle: { _, _, _ in nil },
          keys: .text(at: { _, _, _ in nil }, find: { _, _, _ in nil }),
          value: .text { _, _ in nil })))
  }

  /// A function that tells something of an address or a domain, which are never known.
  func predicate(_ name: String, _ overloads: [[ParameterType]]) -> ModuleField {
    unknown(name, .function(overloads.map { FunctionOverload($0, .boolean { _, _, _ in nil }) }))
  }

  func metadata(_ type: StructureType) -> ModuleField {
    ModuleField("metadata", .structure(type) { _, handle in handle })
  }

  /// A field of the metadata that the file itself tells.
  func known(_ name: String) -> ModuleField {
    guard let kind = Self.known[name] else { return text(name) }
    return ModuleField(name, kind)
  }

  private static let known: [String: FieldKind] = [
    "sha256": .text { state, _ in (state as? VTState)?.sha256 },
    "sha1": .text { state, _ in (state as? VTState)?.sha1 },
    "md5": .text { state, _ in (state as? VTState)?.md5 },
    "imphash": .text { state, _ in (state as? VTState)?.importHash.map { ByteText($0) } },
    "telfhash": .text { state, _ in (state as? VTState)?.telfhash.map { ByteText($0) } },
    "file_size": .integer { state, _ in (state as? VTState)?.size },
    "file_type": .integer { state, _ in (state as? VTState)?.type },
  ]
}

/// The enumerations as structures of constants.
private enum VTEnumerations {
  static let fields: [ModuleField] = {
    var inner: [String: [ModuleField]] = [:]
    var order: [String] = []
    for (path, values) in VTConstants.enumerations {
      let parts = path.split(separator: ".").map(String.init)
      guard let outermost = parts.first, let last = parts.last else { continue }
      if inner[outermost] == nil { order.append(outermost) }
      let constants = ModuleField.constants(values)
      inner[outermost, default: []] += parts.count == 1 ? constants : [structure(last, constants)]
    }
    return order.map { structure($0, inner[$0] ?? []) }
  }()

  private static func structure(_ name: String, _ fields: [ModuleField]) -> ModuleField {
    ModuleField(name, .structure(StructureType(name, fields)) { _, handle in handle })
  }
}

/// VirusTotal's numbers of file types (`vt.FileType`) for ours.
private enum VTFileTypes {
  static func number(of type: FileType) -> Int64? {
    names[type].flatMap { name in
      VTConstants.enumerations.first { $0.path == "FileType" }?.values.first { $0.name == name }?.value
    }
  }

  private static let names: [FileType: String] = [
    .peExecutable: "PE_EXE", .peLibrary: "PE_DLL", .neExecutable: "NE_EXE", .neLibrary: "NE_DLL",
    .dosExecutable: "DOS_EXE", .coff: "COFF", .msi: "MSI", .lnk: "LNK", .chm: "CHM", .elf: "ELF",
    .rpm: "RPM", .deb: "DEB", .squashfs: "SQUASHFS", .machO: "MACH_O", .machOUniversal: "MACH_O",
    .dmg: "DMG", .plist: "APPLE_PLIST", .appleDouble: "APPLEDOUBLE", .apk: "ANDROID",
    .dex: "ANDROID", .ipa: "IPHONE", .javaClass: "JAVA_BYTECODE", .jar: "JAR", .pyc: "PYC",
    .zip: "ZIP", .rar: "RAR", .sevenZip: "SEVENZIP", .gzip: "GZIP", .bzip2: "BZIP",
    .zstandard: "ZST", .tar: "TAR", .cab: "CAB", .arj: "ARJ", .ace: "ACE", .iso: "ISOIMAGE",
    .msCompress: "MSCOMPRESS", .vhdx: "VHDX", .zlib: "ZLIB", .pdf: "PDF", .rtf: "RTF", .doc: "DOC",
    .xls: "XLS", .ppt: "PPT", .outlook: "OUTLOOK", .docx: "DOCX", .xlsx: "XLSX", .pptx: "PPTX",
    .odt: "ODT", .ods: "ODS", .odp: "ODP", .epub: "EBOOK", .oneNote: "ONE_NOTE", .hwp: "HWP",
    .postScript: "PS", .latex: "LATEX", .email: "EMAIL", .msix: "MSIX", .jpeg: "JPEG", .png: "PNG",
    .gif: "GIF", .bmp: "BMP", .tiff: "TIFF", .ico: "ICO", .webp: "WEBP", .svg: "SVG", .psd: "PSD",
    .emf: "EMF", .mp3: "MP3", .wav: "WAV", .ogg: "OGG", .flac: "FLAC", .midi: "MIDI", .avi: "AVI",
    .mp4: "MP4", .quickTime: "QUICKTIME", .flv: "FLV", .asf: "ASF", .mpeg: "MPEG", .flash: "SWF",
    .text: "TEXT", .html: "HTML", .xml: "XML", .json: "JSON", .javascript: "JAVASCRIPT",
    .vba: "VBA", .powershell: "POWERSHELL", .shell: "SHELLSCRIPT", .python: "PYTHON",
    .perl: "PERL", .ruby: "RUBY", .php: "PHP", .awk: "AWK", .batch: "BAT", .css: "CSS", .c: "C",
    .cpp: "CPP", .java: "JAVA", .hta: "HTA", .iniFile: "INI", .desktopEntry: "DESKTOP_ENTRY",
    .internetShortcut: "INTERNET_SHORTCUT", .sql: "SQL", .pem: "PEM", .pcap: "CAP", .pcapng: "CAP",
    .torrent: "TORRENT", .crx: "CRX", .xpi: "XPI", .trueType: "TTF", .woff: "WOFF", .eot: "EOT",
    .pgp: "PGP", .derCertificate: "CRT",
  ]
}
