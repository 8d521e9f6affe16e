public import Bytes

/// What rules can ask of a report of the Cuckoo sandbox.
///
/// In: the report's JSON. Out: its requests, names and paths, in order; or the first thing in it
/// that is not as the engine of the dialect needs it, which refuses the whole report. YARA passes
/// over entries of an unexpected form and asks that the pieces it looks at are there together;
/// YARA-X takes any piece alone but refuses a report with one of a wrong type.
public struct CuckooReport: Sendable, Equatable {
  public struct Request: Sendable, Equatable {
    public let uri: [UInt8]?
    public let method: [UInt8]?
    public let userAgent: [UInt8]?
  }

  public struct Connection: Sendable, Equatable {
    /// Address and name, as far as known.
    public let destinations: [[UInt8]]
    /// As the engine compares it: YARA keeps 32 bits with sign.
    public let port: UInt64?
  }

  public internal(set) var domains: [[UInt8]] = []
  public internal(set) var requests: [Request] = []
  public internal(set) var tcp: [Connection] = []
  public internal(set) var udp: [Connection] = []
  public internal(set) var hosts: [[UInt8]] = []
  public internal(set) var mutexes: [[UInt8]] = []
  public internal(set) var files: [[UInt8]] = []
  public internal(set) var registryKeys: [[UInt8]] = []

  /// A report in which nothing happened.
  init() {}

  public static func parse(
    _ data: ByteView, dialect: FormatDialect
  ) throws(JSONDamage) -> CuckooReport {
    switch dialect {
    case .yara: try CuckooReport(lenient: data)
    case .yaraX: try CuckooReport(strict: data)
    }
  }
}

// MARK: - YARA

extension CuckooReport {
  private init(lenient data: ByteView) throws(JSONDamage) {
    var reader = JSONReader(data, maximumDepth: 2048, hasShortIntegers: true)
    let first = reader.peek()
    guard first == UInt8(ascii: "{") || first == UInt8(ascii: "[") else { throw reader.damage }
    let root = try reader.value()
    try reader.end()
    guard Self.hasPlainKeys(root) else { throw JSONDamage(offset: 0) }
    let network = root["network"]
    let isNew = network?["domains"] != nil
    domains = Self.elements(network?[isNew ? "domains" : "dns"]).compactMap { entry in
      entry["ip"]?.text == nil ? nil : Self.text(entry[isNew ? "domain" : "hostname"])
    }
    requests = Self.elements(network?["http"]).map { entry in
      let (uri, method) = (Self.text(entry["uri"]), Self.text(entry["method"]))
      let isWhole = uri != nil && method != nil
      return Request(
        uri: isWhole ? uri : nil, method: isWhole ? method : nil,
        userAgent: Self.text(entry["user-agent"]))
    }
    tcp = Self.elements(network?["tcp"]).compactMap(Self.connection)
    udp = Self.elements(network?["udp"]).compactMap(Self.connection)
    hosts = Self.elements(network?["hosts"]).compactMap(Self.text)
    let summary = root["behavior"]?["summary"]
    mutexes = Self.elements(summary?["mutexes"]).compactMap(Self.text)
    files = Self.elements(summary?["files"]).compactMap(Self.text)
    registryKeys = Self.elements(summary?["keys"]).compactMap(Self.text)
  }

  private static func elements(_ value: JSONValue?) -> [JSONValue] { value?.elements ?? [] }

  /// Up to the first zero byte.
  private static func text(_ value: JSONValue?) -> [UInt8]? {
    value?.text.map { Array($0.prefix { $0 != 0 }) }
  }

  private static func connection(_ value: JSONValue) -> Connection? {
    guard case .integer(let port) = value["dport"], let destination = text(value["dst"]) else {
      return nil
    }
    let kept = Int64(Int32(truncatingIfNeeded: port))
    return Connection(destinations: [destination], port: UInt64(bitPattern: kept))
  }

  /// YARA's reader takes no keys with a zero byte.
  private static func hasPlainKeys(_ root: JSONValue) -> Bool {
    var open = [root]
    while let value = open.popLast() {
      switch value {
      case .array(let elements): open += elements
      case .object(let members):
        guard !members.keys.contains(where: { $0.contains(0) }) else { return false }
        open += members.values
      default: break
      }
    }
    return true
  }
}

// MARK: - YARA-X

extension CuckooReport {
  private init(strict data: ByteView) throws(JSONDamage) {
    self.init()
    var report = self
    var reader = JSONReader(data)
    try reader.fields(["network", "behavior"], required: 2) { (reader, index) throws(JSONDamage) in
      if try reader.null() { return }
      if index == 0 {
        try report.readNetwork(&reader)
      } else {
        try reader.fields(["summary"], required: 1) { (reader, _) throws(JSONDamage) in
          if try !reader.null() { try report.readSummary(&reader) }
        }
      }
    }
    try reader.end()
    self = report
  }

  private mutating func readSummary(_ reader: inout JSONReader) throws(JSONDamage) {
    let paths: [WritableKeyPath<CuckooReport, [[UInt8]]>] = [\.mutexes, \.files, \.registryKeys]
    var report = self
    try reader.fields(["mutexes", "files", "keys"], required: 3) { (reader, index) throws(JSONDamage) in
      if try reader.null() { return }
      var texts: [[UInt8]] = []
      try reader.array { (reader) throws(JSONDamage) in texts.append(try reader.text()) }
      report[keyPath: paths[index]] = texts
    }
    self = report
  }

  private mutating func readNetwork(_ reader: inout JSONReader) throws(JSONDamage) {
    var domains: JSONValue?
    var lookups: JSONValue?
    var report = self
    try reader.object { (reader, key) throws(JSONDamage) in
      let value = try reader.value()
      let damage = reader.damage
      switch String(decoding: key, as: UTF8.self) {
      case "domains": domains = value
      case "dns": if domains == nil { lookups = value }
      case "http" where value != .null:
        report.requests = try Self.structures(value, ["user-agent", "method", "uri"], damage).map {
          (fields) throws(JSONDamage) in
          Request(
            uri: try Self.text(fields[2], damage), method: try Self.text(fields[1], damage),
            userAgent: try Self.text(fields[0], damage))
        }
      case "tcp" where value != .null: report.tcp = try Self.connections(value, damage)
      case "udp" where value != .null: report.udp = try Self.connections(value, damage)
      case "hosts" where value != .null:
        guard let elements = value.elements else { throw damage }
        report.hosts = try elements.map { (element) throws(JSONDamage) in
          guard let text = element.text else { throw damage }
          return text
        }
      default: break
      }
    }
    let names = domains ?? lookups ?? .null
    if names != .null {
      let damage = reader.damage
      report.domains = try Self.structures(names, [domains == nil ? "hostname" : "domain"], damage)
        .map { (fields) throws(JSONDamage) in try Self.text(fields[0], damage) }.compactMap { $0 }
    }
    self = report
  }

  /// The named fields of each structure of a list; a structure is an object or a list of all
  /// fields.
  private static func structures(
    _ value: JSONValue, _ names: [String], _ damage: JSONDamage
  ) throws(JSONDamage) -> [[JSONValue]] {
    guard let elements = value.elements else { throw damage }
    return try elements.map { (element) throws(JSONDamage) in
      switch element {
      case .object: return names.map { element[$0] ?? .null }
      case .array(let fields) where fields.count == names.count: return fields
      default: throw damage
      }
    }
  }

  private static func text(_ value: JSONValue, _ damage: JSONDamage) throws(JSONDamage) -> [UInt8]? {
    if value == .null { return nil }
    guard let text = value.text else { throw damage }
    return text
  }

  private static func connections(
    _ value: JSONValue, _ damage: JSONDamage
  ) throws(JSONDamage) -> [Connection] {
    try structures(value, ["dst", "dst_domain", "dport"], damage).map { (fields) throws(JSONDamage) in
      let destinations = [try text(fields[0], damage), try text(fields[1], damage)].compactMap { $0 }
      switch fields[2] {
      case .null: return Connection(destinations: destinations, port: nil)
      case .integer(let port) where port >= 0:
        return Connection(destinations: destinations, port: UInt64(port))
      case .unsigned(let port): return Connection(destinations: destinations, port: port)
      default: throw damage
      }
    }
  }
}
