/// Why a creation body was refused, in words for the one who sent it.
public struct MalformedCreation: Error, Sendable, Hashable {
  /// True when the argument is there but has a wrong value; false when the body has a wrong form.
  public let isArgument: Bool
  public let reason: String

  static func form(_ reason: String) -> Self { Self(isArgument: false, reason: reason) }
  static func argument(_ reason: String) -> Self { Self(isArgument: true, reason: reason) }
}

extension RetrohuntJobCreation {
  /// Reads a whole request body. What known clients send is accepted: null is the same as absent,
  /// read-only and unknown attributes are ignored, e-mail addresses come as one string or as a list.
  public init(body: JSONValue) throws(MalformedCreation) {
    guard let data = body["data"], data.isObject else {
      throw .form("The body has no object \"data\"")
    }
    guard let type = data["type"]?.string, type == RetrohuntJobAttributes.type else {
      throw .form("\"data.type\" is not \"\(RetrohuntJobAttributes.type)\"")
    }
    guard let attributes = data["attributes"], attributes.isObject else {
      throw .form("\"data\" has no object \"attributes\"")
    }
    guard let rules = attributes["rules"] else { throw .form("The attribute \"rules\" is missing") }
    guard let text = rules.string else { throw .form("The attribute \"rules\" is not a string") }
    self.init(
      rules: text,
      corpus: try Self.corpus(attributes["corpus"]),
      notificationEmail: try Self.addresses(attributes["notification_email"]),
      timeRange: try Self.range(attributes["time_range"]))
  }

  private static func corpus(_ value: JSONValue?) throws(MalformedCreation) -> String? {
    guard let value else { return nil }
    guard let name = value.string else { throw .argument("\"corpus\" is not a string") }
    return name
  }

  private static func addresses(_ value: JSONValue?) throws(MalformedCreation) -> String? {
    guard let value else { return nil }
    var addresses: [String] = []
    for item in value.array ?? [value] {
      guard let address = item.string else {
        throw .argument("\"notification_email\" is neither a string nor a list of strings")
      }
      guard !address.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }) else {
        throw .argument("\"notification_email\" contains control characters")
      }
      if !address.isEmpty { addresses.append(address) }
    }
    let joined = addresses.joined(separator: ",")
    guard joined.utf8.count <= 2000 else { throw .argument("\"notification_email\" is too long") }
    return joined.isEmpty ? nil : joined
  }

  private static func range(_ value: JSONValue?) throws(MalformedCreation) -> Range? {
    guard let value else { return nil }
    guard value.isObject else { throw .argument("\"time_range\" is not an object") }
    func end(_ name: String) throws(MalformedCreation) -> Int64? {
      guard let item = value[name] else { return nil }
      guard let seconds = item.integer else {
        throw .argument("\"time_range.\(name)\" is not a whole number of seconds")
      }
      return seconds
    }
    let range = Range(start: try end("start"), end: try end("end"))
    return range.start == nil && range.end == nil ? nil : range
  }
}
