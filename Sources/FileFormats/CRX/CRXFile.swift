public import Bytes

/// What YARA-X's `crx` module reports of a Chrome extension.
///
/// In: the bytes of a file, hostile or not. Out: header, checked signatures and what the manifest
/// in the archive says; nil where header or archive cannot be read. The law: nothing here traps,
/// and what is unpacked is bounded. Knowledge: Chromium's components/crx_file (crx3.proto,
/// crx_verifier.cc) and the manifest's documentation. YARA has no such module.
public struct CRXFile: Sendable {
  public struct Signature: Sendable {
    /// The public key in base 64.
    public let key: [UInt8]
    public let isVerified: Bool
  }

  /// 2 or 3.
  public let version: UInt32
  /// Bytes of key and signature (version 2) or of the header's protocol buffer (version 3).
  public let headerSize: UInt32
  /// The identifier, two letters from a to p for each byte.
  public let id: [UInt8]
  public let signatures: [Signature]
  // Of the manifest; nil or empty without one.
  public private(set) var manifestVersion: [UInt8]?
  /// In the default language if the extension has texts in it.
  public private(set) var name: [UInt8]?
  public private(set) var description: [UInt8]?
  /// As in the manifest, where the extension has texts in its default language.
  public private(set) var rawName: [UInt8]?
  public private(set) var rawDescription: [UInt8]?
  public private(set) var minimumChromeVersion: [UInt8]?
  public private(set) var homepageURL: [UInt8]?
  public private(set) var permissions: [[UInt8]] = []
  public private(set) var hostPermissions: [[UInt8]] = []
  public private(set) var optionalPermissions: [[UInt8]] = []
  public private(set) var optionalHostPermissions: [[UInt8]] = []

  /// Larger manifests and texts are not unpacked.
  static let maximumText = 16 << 20
  /// Signatures beyond this many count as not verified.
  static let maximumVerifications = 64

  public static func parse(_ data: ByteView) -> CRXFile? {
    guard let header = CRXHeader(data), let archive = ZIPDirectorySearch(header.archive) else { return nil }
    return CRXFile(header, archive)
  }

  private init(_ header: CRXHeader, _ archive: ZIPDirectorySearch) {
    version = header.version
    headerSize = header.size
    id = header.identifier.flatMap { [UInt8(ascii: "a") + $0 >> 4, UInt8(ascii: "a") + $0 & 0x0F] }
    signatures = CRXSignatureCheck.signatures(header)
    guard let bytes = archive.contents(of: Array("manifest.json".utf8), limit: Self.maximumText),
      let manifest = ByteView.with(bytes, CRXManifest.parse)
    else { return }
    let language = manifest.defaultLocale ?? Array("en".utf8)
    let messages = archive.contents(of: Self.messagesPath(language), limit: Self.maximumText)
      .flatMap { ByteView.with($0, CRXMessages.parse) }
    name = messages?[manifest.name] ?? manifest.name
    description = messages?[manifest.description] ?? manifest.description
    if messages != nil {
      rawName = manifest.name
      rawDescription = manifest.description
    }
    manifestVersion = manifest.version
    minimumChromeVersion = manifest.minimumChromeVersion
    homepageURL = manifest.homepageURL
    permissions = manifest.permissions
    hostPermissions = manifest.hostPermissions
    optionalPermissions = manifest.optionalPermissions
    optionalHostPermissions = manifest.optionalHostPermissions
  }

  /// The path of a language's texts, with `.` and `..` resolved.
  static func messagesPath(_ language: [UInt8]) -> [UInt8] {
    let path = Array("_locales/".utf8) + language + Array("/messages.json".utf8)
    var parts: [ArraySlice<UInt8>] = []
    for part in path.split(separator: UInt8(ascii: "/")) where part != [UInt8(ascii: ".")] {
      if part == [UInt8(ascii: "."), UInt8(ascii: ".")] { _ = parts.popLast() } else { parts.append(part) }
    }
    return Array(parts.joined(separator: [UInt8(ascii: "/")]))
  }

  /// The SHA-256 of the permissions put together, in hexadecimal.
  public var permissionsHash: [UInt8] {
    let stream = DigestStream(.sha256)
    for permission in permissions { stream.update(permission) }
    return Digest.hexadecimal(stream.finished())
  }
}
