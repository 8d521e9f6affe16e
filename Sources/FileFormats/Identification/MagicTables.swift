/// Magic numbers, from the formats' own specifications. At one first byte the earlier entry wins,
/// so longer numbers stand before shorter ones.
enum MagicTables {
  struct Signature: Sendable {
    let offset: Int
    let bytes: [UInt8]
    let type: FileType
  }

  /// Signatures at offset 0, by their first byte.
  static let byFirstByte: [[Signature]] = {
    var table = [[Signature]](repeating: [], count: 256)
    for (bytes, type) in atStart where !bytes.isEmpty {
      table[Int(bytes[0])].append(Signature(offset: 0, bytes: bytes, type: type))
    }
    for first in table.indices { table[first].sort { $0.bytes.count > $1.bytes.count } }
    return table
  }()

  static let displaced: [Signature] = [
    Signature(offset: 4, bytes: ascii("ftyp"), type: .mp4),
    Signature(offset: 4, bytes: ascii("moov"), type: .quickTime),
    Signature(offset: 4, bytes: ascii("SCCA"), type: .windowsPrefetch),
    Signature(offset: 2, bytes: ascii("-lh"), type: .lzh),
    Signature(offset: 257, bytes: ascii("ustar"), type: .tar),
    Signature(offset: 0x202, bytes: ascii("HdrS"), type: .linuxKernel),
    Signature(offset: 7, bytes: ascii("**ACE**"), type: .ace),
    Signature(offset: 0x8001, bytes: ascii("CD001"), type: .iso),
  ]

  private static func ascii(_ text: String) -> [UInt8] { Array(text.utf8) }

  private static let atStart: [([UInt8], FileType)] = [
    // Executables
    (ascii("MZ"), .dosExecutable),
    ([0x7F] + ascii("ELF"), .elf),
    ([0xCA, 0xFE, 0xBA, 0xBE], .javaClass),
    ([0xCA, 0xFE, 0xBA, 0xBF], .machOUniversal),
    ([0xFE, 0xED, 0xFA, 0xCE], .machO), ([0xFE, 0xED, 0xFA, 0xCF], .machO),
    ([0xCE, 0xFA, 0xED, 0xFE], .machO), ([0xCF, 0xFA, 0xED, 0xFE], .machO),
    (ascii("dex\n"), .dex), (ascii("dey\n"), .odex), (ascii("vdex"), .vdex),
    ([0x00] + ascii("asm"), .wasm), (ascii("VZ"), .terseExecutable),
    ([0x1B] + ascii("Lua"), .luaBytecode), ([0x1B] + ascii("LJ"), .luaBytecode),
    (ascii("BC") + [0xC0, 0xDE], .llvmBitcode), ([0xDE, 0xC0, 0x17, 0x0B], .llvmBitcode),
    ([0x03, 0x00, 0x08, 0x00], .androidXML), ([0x02, 0x00, 0x0C, 0x00], .androidResources),
    (ascii(";ELC"), .emacsBytecode), ([0x4C, 0x00, 0x00, 0x00, 0x01, 0x14, 0x02, 0x00], .lnk),
    (ascii("FasdUAS"), .appleScript),
    // Python 2.7 and 3.x: a magic number that ends in CR LF, then flags or a time stamp.
    ([0x03, 0xF3, 0x0D, 0x0A], .pyc), ([0x33, 0x0D, 0x0D, 0x0A], .pyc),
    ([0x42, 0x0D, 0x0D, 0x0A], .pyc), ([0x55, 0x0D, 0x0D, 0x0A], .pyc),
    ([0x61, 0x0D, 0x0D, 0x0A], .pyc), ([0x6F, 0x0D, 0x0D, 0x0A], .pyc),
    ([0xA7, 0x0D, 0x0D, 0x0A], .pyc), ([0xCB, 0x0D, 0x0D, 0x0A], .pyc),
    ([0xF3, 0x0D, 0x0D, 0x0A], .pyc), ([0x2B, 0x0E, 0x0D, 0x0A], .pyc),
    ([0xEE, 0x0C, 0x0D, 0x0A], .pyc), ([0x17, 0x0D, 0x0D, 0x0A], .pyc),
    // Packages and archives
    (ascii("PK") + [3, 4], .zip), (ascii("PK") + [5, 6], .zip), (ascii("PK00PK") + [3, 4], .zip),
    (ascii("Rar!") + [0x1A, 0x07], .rar), ([0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C], .sevenZip),
    ([0x1F, 0x8B], .gzip), (ascii("BZh"), .bzip2), ([0xFD] + ascii("7zXZ") + [0], .xz),
    ([0x28, 0xB5, 0x2F, 0xFD], .zstandard), ([0x04, 0x22, 0x4D, 0x18], .lz4Frame),
    (ascii("LZIP"), .lzip), ([0x1F, 0x9D], .unixCompress), (ascii("MSCF") + [0, 0, 0, 0], .cab),
    (ascii("ISc("), .cab), (ascii("SZDD"), .msCompress), (ascii("KWAJ"), .msCompress),
    (ascii("070701"), .cpio), (ascii("070702"), .cpio), (ascii("070707"), .cpio),
    ([0xC7, 0x71], .cpio), ([0xED, 0xAB, 0xEE, 0xDB], .rpm), (ascii("!<arch>\n"), .arArchive),
    (ascii("!<thin>\n"), .arArchive), (ascii("hsqs"), .squashfs), (ascii("sqsh"), .squashfs),
    (ascii("xar!"), .xar), (ascii("koly"), .dmg), (ascii("Cr24"), .crx),
    (ascii("MSWIM") + [0, 0, 0], .wim), (ascii("conectix"), .virtualDisk), (ascii("vhdxfile"), .vhdx),
    (ascii("KDMV"), .vmdk), (ascii("# Disk DescriptorFile"), .vmdk), (ascii("QFI") + [0xFB], .qcow),
    ([0x4A, 0x4D, 0x01, 0x00], .javaModule), (ascii("PACK") + [0, 0, 0, 2], .gitPack),
    // Documents
    (ascii("%PDF-"), .pdf), ([0xEF, 0xBB, 0xBF] + ascii("%PDF-"), .pdf), (ascii("{\\rt"), .rtf),
    ([0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1], .oleCompound),
    ([0xE4, 0x52, 0x5C, 0x7B, 0x8C, 0xD8, 0xA7, 0x4D], .oneNote), (ascii("%!PS"), .postScript),
    ([0xC5, 0xD0, 0xD3, 0xC6], .postScript), (ascii("AT&TFORM"), .djvu), (ascii("ITSF"), .chm),
    (ascii("!BDN"), .pst), (ascii("HWP Document File"), .hwp),
    // Images
    ([0xFF, 0xD8, 0xFF], .jpeg), ([0x89] + ascii("PNG\r\n") + [0x1A, 0x0A], .png),
    (ascii("GIF87a"), .gif), (ascii("GIF89a"), .gif), (ascii("BM"), .bmp),
    (ascii("II*") + [0], .tiff), (ascii("MM") + [0] + ascii("*"), .tiff),
    ([0, 0, 1, 0], .ico), ([0, 0, 2, 0], .cur), (ascii("8BPS"), .psd),
    ([1, 0, 0, 0, 0x58, 0, 0, 0], .emf), ([1, 0, 0, 0, 0x6C, 0, 0, 0], .emf),
    ([0xD7, 0xCD, 0xC6, 0x9A], .wmf), ([1, 0, 9, 0, 0, 3], .wmf), (ascii("gimp xcf"), .xcf),
    // Sound and pictures that move
    (ascii("RIFF"), .wav), (ascii("ID3"), .mp3), (ascii("OggS"), .ogg), (ascii("fLaC"), .flac),
    (ascii("MThd"), .midi), ([0x1A, 0x45, 0xDF, 0xA3], .matroska), (ascii("FLV") + [1], .flv),
    ([0x30, 0x26, 0xB2, 0x75, 0x8E, 0x66, 0xCF, 0x11], .asf), ([0, 0, 1, 0xBA], .mpeg),
    ([0, 0, 1, 0xB3], .mpeg), (ascii("FWS"), .flash), (ascii("CWS"), .flash), (ascii("ZWS"), .flash),
    // Windows
    (ascii("regf"), .windowsRegistry), (ascii("MDMP"), .minidump), (ascii("PAGEDU"), .minidump),
    (ascii("ElfFile") + [0], .windowsEventLog), (ascii("MAM") + [4], .windowsPrefetch),
    (ascii("Microsoft C/C++ MSF 7.00"), .pdb), (ascii("BSJB"), .pdb),
    ([0, 1, 0, 0] + ascii("Standard"), .msAccess),
    // macOS
    (ascii("bplist0"), .plist), ([0, 5, 0x16, 7], .appleDouble), ([0, 5, 0x16, 0], .appleDouble),
    // Data
    ([0xD4, 0xC3, 0xB2, 0xA1], .pcap), ([0xA1, 0xB2, 0xC3, 0xD4], .pcap),
    ([0x4D, 0x3C, 0xB2, 0xA1], .pcap), ([0x0A, 0x0D, 0x0D, 0x0A], .pcapng),
    (ascii("d8:announce"), .torrent), (ascii("d10:created by"), .torrent),
    (ascii("d13:announce-list"), .torrent), (ascii("SQLite format 3") + [0], .sqlite),
    ([0, 1, 0, 0, 0], .trueType), (ascii("true") + [0], .trueType), (ascii("ttcf"), .trueType),
    (ascii("OTTO"), .openType), (ascii("wOFF"), .woff), (ascii("wOF2"), .woff2),
    ([0xDE, 0x12, 0x04, 0x95], .gettextCatalogue), ([0x95, 0x04, 0x12, 0xDE], .gettextCatalogue),
    (ascii("TZif"), .timezone), ([0xFE, 0xED, 0xFE, 0xED], .jks),
    (ascii("-----BEGIN PGP"), .pgp), ([0x89] + ascii("HDF\r\n") + [0x1A, 0x0A], .hdf5),
    ([0x93] + ascii("NUMPY"), .numpy),
  ]
}
