/// What kind of file a sample is, in VirusTotal's vocabulary as far as that is public.
///
/// The raw values stand in packs and in indexes: add new ones, never change or reuse one.
/// `FileType.identify` finds the type from the bytes; names and extensions are never asked.
public enum FileType: UInt16, Sendable, Hashable, CaseIterable {
  case unknown = 0
  case empty = 1
  case peExecutable = 10
  case peLibrary = 11
  case neExecutable = 12
  case neLibrary = 13
  case dosExecutable = 14
  case leExecutable = 15
  case coff = 16
  case msi = 17
  case lnk = 18
  case chm = 19
  case windowsRegistry = 20
  case minidump = 21
  case windowsEventLog = 22
  case windowsPrefetch = 23
  case pdb = 24
  case terseExecutable = 25
  case elf = 40
  case linuxKernel = 41
  case rpm = 42
  case deb = 43
  case arArchive = 44
  case squashfs = 45
  case wasm = 46
  case machO = 60
  case machOUniversal = 61
  case dmg = 62
  case xar = 63
  case plist = 64
  case appleDouble = 65
  case appleScript = 66
  case dex = 80
  case apk = 81
  case odex = 82
  case vdex = 83
  case androidXML = 84
  case androidResources = 85
  case ipa = 86
  case javaClass = 100
  case jar = 101
  case pyc = 102
  case luaBytecode = 103
  case zip = 120
  case rar = 121
  case sevenZip = 122
  case gzip = 123
  case bzip2 = 124
  case xz = 125
  case zstandard = 126
  case lz4Frame = 127
  case lzip = 128
  case unixCompress = 129
  case tar = 130
  case cab = 131
  case arj = 132
  case ace = 133
  case lzh = 134
  case iso = 135
  case cpio = 136
  case msCompress = 137
  case virtualDisk = 138
  case vhdx = 139
  case vmdk = 140
  case qcow = 141
  case wim = 142
  case zlib = 143
  case pdf = 160
  case rtf = 161
  case oleCompound = 162
  case doc = 163
  case xls = 164
  case ppt = 165
  case outlook = 166
  case docx = 167
  case xlsx = 168
  case pptx = 169
  case odt = 170
  case ods = 171
  case odp = 172
  case epub = 173
  case oneNote = 174
  case hwp = 175
  case postScript = 176
  case djvu = 177
  case latex = 178
  case email = 179
  case openPackaging = 180
  case msix = 181
  case xps = 182
  case jpeg = 200
  case png = 201
  case gif = 202
  case bmp = 203
  case tiff = 204
  case ico = 205
  case cur = 206
  case webp = 207
  case svg = 208
  case psd = 209
  case emf = 210
  case wmf = 211
  case heif = 212
  case xcf = 213
  case ani = 214
  case mp3 = 220
  case wav = 221
  case ogg = 222
  case flac = 223
  case midi = 224
  case avi = 225
  case mp4 = 226
  case quickTime = 227
  case matroska = 228
  case flv = 229
  case asf = 230
  case mpeg = 231
  case flash = 232
  case text = 240
  case html = 241
  case xml = 242
  case json = 243
  case javascript = 244
  case vba = 245
  case powershell = 246
  case shell = 247
  case python = 248
  case perl = 249
  case ruby = 250
  case php = 251
  case lua = 252
  case awk = 253
  case tcl = 254
  case node = 255
  case batch = 256
  case css = 257
  case c = 258
  case cpp = 259
  case java = 260
  case windowsScript = 261
  case hta = 262
  case iniFile = 263
  case desktopEntry = 264
  case internetShortcut = 265
  case script = 266
  case autoit = 267
  case jsp = 268
  case asp = 269
  case yara = 270
  case pem = 271
  case troff = 272
  case gettextSource = 273
  case sql = 274
  case pcap = 300
  case pcapng = 301
  case torrent = 302
  case sqlite = 303
  case msAccess = 304
  case crx = 305
  case xpi = 306
  case trueType = 307
  case openType = 308
  case woff = 309
  case woff2 = 310
  case eot = 311
  case gettextCatalogue = 312
  case llvmBitcode = 313
  case terminfo = 314
  case timezone = 315
  case pkcs7 = 316
  case derCertificate = 317
  case jks = 318
  case pgp = 319
  case hdf5 = 320
  case numpy = 321
  case emacsBytecode = 322
  case gitPack = 323
  case pst = 324
  case fatImage = 325
  case javaModule = 326

  /// VirusTotal's `type_tag`: lower-case, stable, for programs.
  public var tag: String { entry.tag }
  /// VirusTotal's `type_description`: for people.
  public var description: String { entry.description }
  /// The usual file name extension without the dot, VirusTotal's `type_extension`; nil for none.
  public var fileExtension: String? { entry.fileExtension.isEmpty ? nil : entry.fileExtension }

  /// The type of that tag.
  public init?(tag: String) {
    guard let type = FileTypeTables.byTag[tag] else { return nil }
    self = type
  }

  private var entry: FileTypeTables.Entry {
    FileTypeTables.byType[self] ?? FileTypeTables.Entry(tag: "unknown", description: "Unknown", fileExtension: "")
  }
}
