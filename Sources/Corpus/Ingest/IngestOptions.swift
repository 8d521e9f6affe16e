public import Bytes
public import FileFormats

/// How samples are taken in. The defaults suit a command line.
public struct IngestOptions: Sendable {
  /// What is done with a zip archive. Only plain zip archives are meant: a JAR, an APK or a DOCX
  /// is one sample.
  public enum ArchiveTreatment: String, Sendable, CaseIterable {
    /// One sample like any other file.
    case keep
    /// Its members are the samples; the archive was only their envelope. It is still kept when
    /// something in it could not be taken out.
    case expand
    /// Both.
    case expandAndKeep = "both"
    /// `expand` where its members are encrypted, which only an envelope is; else `keep`.
    case expandEncrypted = "encrypted"
  }

  /// Where the samples come from, kept with each: "cli", "api", a user's name.
  public var source = "cli"
  /// Files beyond this many bytes are skipped.
  public var sizeLimit = 650 << 20
  /// An archive that was named itself.
  public var givenArchives = ArchiveTreatment.expand
  /// An archive found in a folder or in another archive: there a plain one is as likely a sample
  /// as an envelope, and a hunt should report the file that was collected.
  public var foundArchives = ArchiveTreatment.expandEncrypted
  /// Tried in this order on encrypted archives.
  public var passwords = ["infected"]
  /// Archives within archives: 1 opens the outer one only.
  public var archiveDepth = 3
  /// Members of one given archive, those of nested ones included.
  public var archiveMembers = 200_000
  /// Bytes of all members of one given archive, those of nested ones included.
  public var archiveBytes = 16 << 30
  /// An archive that unpacks to more than this many times its size, and beyond 64 MiB, is a bomb.
  public var archiveRatio = 250
  /// Names kept per sample, and UTF-8 bytes of one.
  public var nameLimit = 32
  public var nameLength = 512
  public var compression = CompressionChoice.lz4
  /// A batch is sealed when it holds this much.
  public var segmentBytes: Int64 = 256 << 20
  public var segmentDocuments = 20_000
  /// `finish` seals a batch that holds at least this much; a smaller one stays open for the next.
  public var sealAtFinish: Int64 = 32 << 20
  /// Samples are acknowledged together when so much waits.
  public var groupBytes = 16 << 20
  public var groupSamples = 512
  public var groupDelay = Duration.milliseconds(100)
  /// Samples up to this size wait uncompressed for their SHA-256, so that a known one costs
  /// nothing but that hash; larger ones go through a spool file.
  var window = 8 << 20

  public init() {}
}

/// What became of one thing that was offered. Reported when it is acknowledged, not before.
public struct IngestEvent: Sendable {
  public enum Outcome: Sendable {
    /// New, and durable from now on.
    case added(SHA256Digest, size: Int)
    /// Known; the submission was counted, durably.
    case duplicate(SHA256Digest, size: Int)
    case skipped(SkipReason, String)
  }
  public enum SkipReason: String, Sendable, CaseIterable {
    case tooLarge = "too-large"
    case unreadable
    /// A device, a pipe, a socket.
    case special
    case symbolicLink = "symbolic-link"
    /// An archive's member, or what remains of an archive, that cannot be read.
    case archiveDamaged = "archive-damaged"
    case archivePassword = "archive-password"
    /// A bomb, or more members or depth than allowed.
    case archiveLimit = "archive-limit"
  }
  /// The path, or archive and member with " > " between; a label for people.
  public let label: String
  public let outcome: Outcome
}

/// Counts of one ingestor.
public struct IngestSummary: Sendable, Equatable {
  public var added = 0
  public var duplicates = 0
  public var skipped = 0
  /// Bytes of the new samples.
  public var addedBytes: Int64 = 0
  /// Bytes of all samples read.
  public var readBytes: Int64 = 0
  /// Segments that were sealed but not indexed, and why: hunts read them whole until `reindex`.
  public var indexFailures: [StoreError] = []
}
