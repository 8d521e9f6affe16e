/// The attributes of a `file` that a self-hosted store can fill. Unknown ones are left out.
public struct FileAttributes: Codable, Sendable, Hashable {
  public static let type = "file"

  public struct Votes: Codable, Sendable, Hashable {
    public var harmless = 0
    public var malicious = 0
    public init() {}
  }

  /// What VirusTotal's engines said; a store without engines has seen nothing either way.
  public struct AnalysisStats: Codable, Sendable, Hashable {
    public var harmless = 0
    public var malicious = 0
    public var suspicious = 0
    public var undetected = 0
    public var timeout = 0
    public var confirmedTimeout = 0
    public var failure = 0
    public var typeUnsupported = 0
    public init() {}

    enum CodingKeys: String, CodingKey {
      case harmless, malicious, suspicious, undetected, timeout, failure
      case confirmedTimeout = "confirmed-timeout"
      case typeUnsupported = "type-unsupported"
    }
  }

  public var sha256: String
  public var sha1: String?
  public var md5: String?
  public var size: Int64
  public var ssdeep: String?
  public var tlsh: String?
  public var typeDescription: String?
  public var typeTag: String?
  public var typeExtension: String?
  public var typeTags: [String]?
  public var magic: String?
  public var meaningfulName: String?
  public var names: [String]?
  public var firstSubmissionDate: Int64?
  public var lastSubmissionDate: Int64?
  public var lastAnalysisDate: Int64?
  public var lastModificationDate: Int64?
  /// When the file was built, not when its record was.
  public var creationDate: Int64?
  public var timesSubmitted: Int64?
  public var uniqueSources: Int64?
  public var reputation: Int?
  public var totalVotes: Votes?
  public var tags: [String]?
  public var lastAnalysisStats: AnalysisStats?
  public var lastAnalysisResults: [String: JSONValue]?
  public var downloadable: Bool?

  public init(sha256: String, size: Int64) {
    self.sha256 = sha256
    self.size = size
  }

  enum CodingKeys: String, CodingKey {
    case sha256, sha1, md5, size, ssdeep, tlsh, magic, names, reputation, tags, downloadable
    case typeDescription = "type_description"
    case typeTag = "type_tag"
    case typeExtension = "type_extension"
    case typeTags = "type_tags"
    case meaningfulName = "meaningful_name"
    case firstSubmissionDate = "first_submission_date"
    case lastSubmissionDate = "last_submission_date"
    case lastAnalysisDate = "last_analysis_date"
    case lastModificationDate = "last_modification_date"
    case creationDate = "creation_date"
    case timesSubmitted = "times_submitted"
    case uniqueSources = "unique_sources"
    case totalVotes = "total_votes"
    case lastAnalysisStats = "last_analysis_stats"
    case lastAnalysisResults = "last_analysis_results"
  }

  public init(from decoder: any Decoder) throws {
    let from = try decoder.container(keyedBy: CodingKeys.self)
    sha256 = try from.decode(String.self, forKey: .sha256)
    size = try from.decodeIfPresent(Int64.self, forKey: .size) ?? 0
    sha1 = try from.decodeIfPresent(String.self, forKey: .sha1)
    md5 = try from.decodeIfPresent(String.self, forKey: .md5)
    ssdeep = try from.decodeIfPresent(String.self, forKey: .ssdeep)
    tlsh = try from.decodeIfPresent(String.self, forKey: .tlsh)
    typeDescription = try from.decodeIfPresent(String.self, forKey: .typeDescription)
    typeTag = try from.decodeIfPresent(String.self, forKey: .typeTag)
    typeExtension = try from.decodeIfPresent(String.self, forKey: .typeExtension)
    typeTags = try from.decodeIfPresent([String].self, forKey: .typeTags)
    magic = try from.decodeIfPresent(String.self, forKey: .magic)
    meaningfulName = try from.decodeIfPresent(String.self, forKey: .meaningfulName)
    names = try from.decodeIfPresent([String].self, forKey: .names)
    firstSubmissionDate = try from.decodeIfPresent(Int64.self, forKey: .firstSubmissionDate)
    lastSubmissionDate = try from.decodeIfPresent(Int64.self, forKey: .lastSubmissionDate)
    lastAnalysisDate = try from.decodeIfPresent(Int64.self, forKey: .lastAnalysisDate)
    lastModificationDate = try from.decodeIfPresent(Int64.self, forKey: .lastModificationDate)
    creationDate = try from.decodeIfPresent(Int64.self, forKey: .creationDate)
    timesSubmitted = try from.decodeIfPresent(Int64.self, forKey: .timesSubmitted)
    uniqueSources = try from.decodeIfPresent(Int64.self, forKey: .uniqueSources)
    tags = try from.decodeIfPresent([String].self, forKey: .tags)
    downloadable = try from.decodeIfPresent(Bool.self, forKey: .downloadable)
    // Verdicts are free to take other shapes elsewhere; they are not worth losing the file for.
    reputation = try? from.decodeIfPresent(Int.self, forKey: .reputation)
    totalVotes = try? from.decodeIfPresent(Votes.self, forKey: .totalVotes)
    lastAnalysisStats = try? from.decodeIfPresent(AnalysisStats.self, forKey: .lastAnalysisStats)
    lastAnalysisResults = try? from.decodeIfPresent(
      [String: JSONValue].self, forKey: .lastAnalysisResults)
  }
}
