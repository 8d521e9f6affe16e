internal import Bytes

/// What rules can ask of an extension's `manifest.json`. One field of a wrong type makes the whole
/// manifest worthless, as in YARA-X.
struct CRXManifest {
  var version: [UInt8]?
  var name: [UInt8]?
  var description: [UInt8]?
  var minimumChromeVersion: [UInt8]?
  var homepageURL: [UInt8]?
  var defaultLocale: [UInt8]?
  var permissions: [[UInt8]] = []
  var hostPermissions: [[UInt8]] = []
  var optionalPermissions: [[UInt8]] = []
  var optionalHostPermissions: [[UInt8]] = []

  private enum Field {
    case text(WritableKeyPath<CRXManifest, [UInt8]?>)
    case list(WritableKeyPath<CRXManifest, [[UInt8]]>)
  }

  /// In the order that a list has them in. The texts come first.
  private static let names = [
    "version", "name", "description", "minimum_chrome_version", "homepage_url", "default_locale",
    "permissions", "host_permissions", "optional_permissions", "optional_host_permissions",
  ]
  private static var fields: [Field] {
    [
      .text(\.version), .text(\.name), .text(\.description), .text(\.minimumChromeVersion),
      .text(\.homepageURL), .text(\.defaultLocale), .list(\.permissions), .list(\.hostPermissions),
      .list(\.optionalPermissions), .list(\.optionalHostPermissions),
    ]
  }

  static func parse(_ data: ByteView) -> CRXManifest? {
    var reader = JSONReader(data)
    let fields = fields
    do {
      var manifest = CRXManifest()
      try reader.fields(names, required: 6) { (reader, index) throws(JSONDamage) in
        switch fields[index] {
        case .text(let path): manifest[keyPath: path] = try reader.null() ? nil : try reader.text()
        case .list(let path):
          var list: [[UInt8]] = []
          try reader.array { (reader) throws(JSONDamage) in list.append(try reader.text()) }
          manifest[keyPath: path] = list
        }
      }
      try reader.end()
      return manifest
    } catch {
      return nil
    }
  }
}

/// The texts of an extension in one language: `_locales/LANGUAGE/messages.json`.
struct CRXMessages {
  private var messages: [[UInt8]: [UInt8]] = [:]

  static func parse(_ data: ByteView) -> CRXMessages? {
    var reader = JSONReader(data)
    do {
      var result = CRXMessages()
      try reader.object { (reader, name) throws(JSONDamage) in
        var message: [UInt8]?
        try reader.fields(["message"], required: 1) { (reader, _) throws(JSONDamage) in
          message = try reader.text()
        }
        guard let message else { throw reader.damage }
        result.messages[name] = message
      }
      try reader.end()
      return result
    } catch {
      return nil
    }
  }

  /// The text that `__MSG_name__` stands for.
  subscript(_ reference: [UInt8]?) -> [UInt8]? {
    let (prefix, suffix) = (Array("__MSG_".utf8), Array("__".utf8))
    guard let reference, reference.starts(with: prefix), reference.count >= prefix.count + suffix.count,
      reference.suffix(2).elementsEqual(suffix)
    else { return nil }
    return messages[Array(reference[prefix.count..<(reference.count - suffix.count)])]
  }
}
