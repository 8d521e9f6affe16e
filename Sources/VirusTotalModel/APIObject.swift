/// Links of an object, a collection or a relationship: absolute URLs.
public struct Links: Codable, Sendable, Hashable {
  /// The page or object itself; a page's own link contains the cursor that led to it.
  public var own: String?
  /// The next page; present only when there are more items, together with `meta.cursor`.
  public var next: String?
  /// Of a relationship: the full objects.
  public var related: String?

  public init(own: String? = nil, next: String? = nil, related: String? = nil) {
    self.own = own
    self.next = next
    self.related = related
  }

  enum CodingKeys: String, CodingKey {
    case own = "self"
    case next, related
  }
}

/// What names an object: type and id together are unique.
public struct Descriptor: Codable, Sendable, Hashable {
  public var type: String
  public var id: String

  public init(type: String, id: String) {
    self.type = type
    self.id = id
  }
}

/// The body of an error: `code` is one of the API's names, `message` is for people.
public struct ErrorBody: Codable, Sendable, Hashable {
  public var code: String
  public var message: String

  public init(code: String, message: String) {
    self.code = code
    self.message = message
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    code = try container.decode(String.self, forKey: .code)
    message = try container.decodeIfPresent(String.self, forKey: .message) ?? ""
  }
}

/// The envelope of an error answer: `{"error": {...}}`.
public struct ErrorAnswer: Codable, Sendable, Hashable {
  public var error: ErrorBody
  public init(error: ErrorBody) { self.error = error }
}

/// One object as the API shows it: full (`attributes`), as a descriptor (none), or as an entry
/// whose object is gone (`error` in place of attributes).
public struct APIObject<Attributes: Codable & Sendable>: Codable, Sendable {
  public var type: String
  public var id: String
  public var links: Links?
  public var attributes: Attributes?
  /// Only where a request asked for them.
  public var relationships: [String: Relationship]?
  /// What belongs to the place of the object in this listing, such as the rule that matched.
  public var contextAttributes: [String: JSONValue]?
  public var error: ErrorBody?

  public init(
    type: String, id: String, links: Links? = nil, attributes: Attributes? = nil,
    relationships: [String: Relationship]? = nil, contextAttributes: [String: JSONValue]? = nil,
    error: ErrorBody? = nil
  ) {
    self.type = type
    self.id = id
    self.links = links
    self.attributes = attributes
    self.relationships = relationships
    self.contextAttributes = contextAttributes
    self.error = error
  }

  enum CodingKeys: String, CodingKey {
    case type, id, links, attributes, relationships, error
    case contextAttributes = "context_attributes"
  }
}

extension APIObject: Equatable where Attributes: Equatable {}
extension APIObject: Hashable where Attributes: Hashable {}

/// The envelope of one value: `{"data": ...}`.
public struct DataAnswer<Value: Codable & Sendable>: Codable, Sendable {
  public var data: Value
  public init(data: Value) { self.data = data }
}

/// Size and continuation of a collection.
public struct PageMeta: Codable, Sendable, Hashable {
  /// Items of the whole collection, not of the page.
  public var count: Int?
  /// Opaque; present only when there are more items.
  public var cursor: String?

  public init(count: Int? = nil, cursor: String? = nil) {
    self.count = count
    self.cursor = cursor
  }
}

/// One page of a collection.
public struct PageAnswer<Item: Codable & Sendable>: Codable, Sendable {
  public var data: [Item]
  public var meta: PageMeta?
  public var links: Links?

  public init(data: [Item], meta: PageMeta?, links: Links?) {
    self.data = data
    self.meta = meta
    self.links = links
  }
}

/// A relationship embedded in an object: one descriptor (or null) or a page of them.
public struct Relationship: Codable, Sendable, Hashable {
  public enum Target: Sendable, Hashable {
    case one(Entry?)
    case many([Entry])
  }

  /// A descriptor with what the relationship says about it.
  public struct Entry: Codable, Sendable, Hashable {
    public var type: String
    public var id: String
    public var contextAttributes: [String: JSONValue]?

    public init(type: String, id: String, contextAttributes: [String: JSONValue]? = nil) {
      self.type = type
      self.id = id
      self.contextAttributes = contextAttributes
    }

    enum CodingKeys: String, CodingKey {
      case type, id
      case contextAttributes = "context_attributes"
    }
  }

  public var data: Target
  public var meta: PageMeta?
  public var links: Links?

  public init(data: Target, meta: PageMeta? = nil, links: Links?) {
    self.data = data
    self.meta = meta
    self.links = links
  }

  enum CodingKeys: String, CodingKey { case data, meta, links }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    if let many = try? container.decode([Entry].self, forKey: .data) {
      data = .many(many)
    } else {
      data = .one(try container.decodeIfPresent(Entry.self, forKey: .data))
    }
    meta = try container.decodeIfPresent(PageMeta.self, forKey: .meta)
    links = try container.decodeIfPresent(Links.self, forKey: .links)
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    switch data {
    case .one(let entry): try container.encode(entry, forKey: .data)
    case .many(let entries): try container.encode(entries, forKey: .data)
    }
    try container.encodeIfPresent(meta, forKey: .meta)
    try container.encodeIfPresent(links, forKey: .links)
  }
}

/// Attributes of an object that has none of interest.
public struct NoAttributes: Codable, Sendable, Hashable {
  public init() {}
}
