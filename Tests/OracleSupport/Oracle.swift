internal import Foundation

/// A question: rules and the bytes they are asked of.
public struct OracleCase: Sendable, Encodable {
  /// An external variable; YARA knows these four types.
  public enum Value: Sendable, Encodable {
    case integer(Int64)
    case float(Double)
    case boolean(Bool)
    case text(String)

    public func encode(to encoder: any Encoder) throws {
      var container = encoder.singleValueContainer()
      switch self {
      case .integer(let value): try container.encode(value)
      case .float(let value): try container.encode(value)
      case .boolean(let value): try container.encode(value)
      case .text(let value): try container.encode(value)
      }
    }
  }

  public var id: Int
  public var rules: String
  public var data: [UInt8]
  public var externals: [String: Value]

  public init(id: Int, rules: String, data: [UInt8], externals: [String: Value] = [:]) {
    self.id = id
    self.rules = rules
    self.data = data
    self.externals = externals
  }

  private enum CodingKeys: String, CodingKey { case id, rules, data_hex, externals }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(id, forKey: .id)
    try container.encode(rules, forKey: .rules)
    let digits = Array("0123456789abcdef".utf8)
    var hex: [UInt8] = []
    hex.reserveCapacity(data.count * 2)
    for byte in data { hex += [digits[Int(byte >> 4)], digits[Int(byte & 15)]] }
    try container.encode(String(decoding: hex, as: UTF8.self), forKey: .data_hex)
    if !externals.isEmpty { try container.encode(externals, forKey: .externals) }
  }
}

/// One match of one pattern, as an engine reports it.
public struct OracleString: Sendable, Hashable, Decodable, Comparable {
  public var identifier: String
  public var offset: Int
  public var length: Int
  public var xorKey: Int?

  public init(identifier: String, offset: Int, length: Int, xorKey: Int? = nil) {
    self.identifier = identifier
    self.offset = offset
    self.length = length
    self.xorKey = xorKey
  }

  private enum CodingKeys: String, CodingKey {
    case identifier, offset, length
    case xorKey = "xor_key"
  }

  public static func < (a: Self, b: Self) -> Bool {
    (a.identifier, a.offset, a.length) < (b.identifier, b.offset, b.length)
  }
}

public struct OracleRule: Sendable, Hashable, Decodable {
  public var identifier: String
  /// Sorted by identifier, offset, length.
  public var strings: [OracleString]

  public init(identifier: String, strings: [OracleString]) {
    self.identifier = identifier
    self.strings = strings.sorted()
  }
}

/// What one engine said.
public struct OracleOpinion: Sendable, Decodable {
  public enum Stage: String, Sendable, Decodable {
    case compile, scan
    /// It crashed or gave no answer in time: it has no opinion.
    case outage
  }

  public var ok: Bool
  public var stage: Stage?
  public var error: String?
  /// Matching rules, private ones left out, sorted by name.
  public var rules: [OracleRule]?

  public var isOutage: Bool { stage == .outage || stage == .scan }
  public var refusesToCompile: Bool { stage == .compile }
}

public struct OracleAnswer: Sendable, Decodable {
  public var id: Int
  public var yara: OracleOpinion
  public var yaraX: OracleOpinion

  private enum CodingKeys: String, CodingKey {
    case id, yara
    case yaraX = "yara_x"
  }
}

/// The oracles, reached through a Python with `yara-python` and `yara-x` (`scripts/install-oracles`).
public enum Oracle {
  public struct Failure: Error, CustomStringConvertible {
    public let description: String
  }

  private static let root = URL(filePath: #filePath).resolvingSymlinksInPath()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// Where it is looked for: `RETROHUNT_ORACLE_PYTHON`, else what `scripts/install-oracles` made.
  public static var python: String {
    ProcessInfo.processInfo.environment["RETROHUNT_ORACLE_PYTHON"]
      ?? root.appending(path: ".build-oracles/bin/python").path
  }

  /// False only where somebody said so: a missing oracle fails its tests, it does not hide them.
  public static var isWanted: Bool {
    ProcessInfo.processInfo.environment["RETROHUNT_ORACLES"] != "none"
  }

  /// Asks both engines each case.
  /// - Returns: answers in the order of the cases.
  /// - Throws: `Failure` when the oracles cannot be reached; a case that breaks an engine is an
  ///   answer with an outage instead.
  public static func ask(_ cases: [OracleCase]) throws -> [OracleAnswer] {
    guard !cases.isEmpty else { return [] }
    guard FileManager.default.isExecutableFile(atPath: python) else {
      throw Failure(
        description: "there is no \(python): run `make oracles`, or set RETROHUNT_ORACLES=none")
    }
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "retrohunt-oracle-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }

    let encoder = JSONEncoder()
    encoder.outputFormatting = .withoutEscapingSlashes
    var lines = Data()
    for question in cases {
      lines += try encoder.encode(question)
      lines.append(0x0A)
    }
    // Files, not pipes: neither side can block the other.
    let input = folder.appending(path: "in")
    let output = folder.appending(path: "out")
    let errors = folder.appending(path: "errors")
    try lines.write(to: input)
    for file in [output, errors] { try Data().write(to: file) }

    let process = Process()
    process.executableURL = URL(filePath: python)
    process.arguments = [root.appending(path: "Tests/Oracles/oracle.py").path]
    process.standardInput = try FileHandle(forReadingFrom: input)
    process.standardOutput = try FileHandle(forWritingTo: output)
    process.standardError = try FileHandle(forWritingTo: errors)
    try process.run()
    process.waitUntilExit()

    let decoder = JSONDecoder()
    let answers = try Data(contentsOf: output).split(separator: 0x0A).map {
      try decoder.decode(OracleAnswer.self, from: Data($0))
    }
    guard process.terminationStatus == 0, answers.map(\.id) == cases.map(\.id) else {
      let said = String(decoding: try Data(contentsOf: errors).suffix(2000), as: UTF8.self)
      throw Failure(
        description: "the oracle ended with \(process.terminationStatus) after \(answers.count) of \(cases.count) answers: \(said)")
    }
    return answers
  }
}
