public import Corpus
import Bytes
import FileFormats
import Foundation
import Synchronization
public import VirusTotalModel

/// The samples of a store.
///
/// Reading works beside any other process. Writing the corpus is the right of one process at a
/// time: an upload takes it only for the moment in which its sample is stored, so that
/// `retrohunt ingest` works beside a running server.
public final class StoreSamples: SampleLibrary {
  private let store: Store
  private let uploads: URL
  /// Uploads of this process store their samples one after the other.
  private let turn = Mutex(())

  /// Uploads go to the corpus `main`.
  public init(store: Store) {
    self.store = store
    uploads = URL(fileURLWithPath: store.directory).appendingPathComponent("uploads")
  }

  public func sample(digest: String) throws -> FileAttributes? {
    try refusing { try store.document(hex: digest) }.map(Self.attributes)
  }

  public func samples(sha256: [String]) throws -> [String: FileAttributes] {
    var found: [String: FileAttributes] = [:]
    for hex in sha256 {
      guard let digest = SHA256Digest(hex: hex) else { continue }
      if let record = try refusing({ try store.document(sha256: digest) }) {
        found[hex] = Self.attributes(record)
      }
    }
    return found
  }

  public func bytes(sha256: String) throws -> [UInt8]? {
    guard let digest = SHA256Digest(hex: sha256) else { return nil }
    return try refusing {
      do {
        return try store.read(digest)
      } catch let error as StoreError where error.code == .notFound {
        return nil
      }
    }
  }

  public func beginUpload() throws -> any SampleUpload {
    guard store.mode != .readOnly else {
      throw SampleRefused(.notAllowed, "This server takes no samples: its store is read-only")
    }
    do {
      return try StoreUpload(in: uploads) { [self] upload, name, password in
        try store(upload, name: name, password: password)
      }
    } catch {
      throw SampleRefused(
        .unavailable, "The upload cannot be kept: \(error.localizedDescription)")
    }
  }

  /// Runs `body` with the store's errors in the words of the API's.
  private func refusing<R>(_ body: () throws -> R) throws -> R {
    do { return try body() } catch let error as StoreError { throw SampleRefused(error) }
  }

  // MARK: Uploads

  /// How long an upload waits for another process to finish writing.
  private static let patience: Duration = .seconds(10)

  private func store(_ upload: StoreUpload, name: String?, password: String?) throws -> String {
    try turn.withLock { _ in
      try refusing {
        try ingest(upload, into: try writableStore(), name: name, password: password)
      }
    }
  }

  private func writableStore() throws(StoreError) -> Store {
    if store.mode == .readWrite { return store }
    let deadline = Deadline.after(Self.patience)
    while true {
      do throws(StoreError) {
        return try Store(directory: store.directory, mode: .readWrite, indexer: store.indexer)
      } catch {
        guard error.code == .locked, !deadline.isPast else { throw error }
        Thread.sleep(forTimeInterval: 0.05)
      }
    }
  }

  private func ingest(
    _ upload: StoreUpload, into store: Store, name: String?, password: String?
  ) throws -> String {
    var options = IngestOptions()
    options.source = "api"
    if let password {
      options.givenArchives = .expand
      options.passwords = [password]
    }
    let heard = Heard()
    let ingestor = try store.makeIngestor(
      corpus: .main, date: Int64(Date().timeIntervalSince1970), options: options
    ) { heard.take($0) }
    if password == nil {
      try ingestor.add(name: name) { try upload.next() }
      try ingestor.finish()
    } else {
      // Archives are opened by path.
      try ingestor.add(path: try upload.plainCopy(named: name))
      try ingestor.finish()
      if let refusal = heard.refusal {
        throw SampleRefused(.refused, "The archive cannot be opened: \(refusal)")
      }
    }
    guard let sha256 = heard.stored else {
      throw SampleRefused(.refused, heard.refusal ?? "There is no sample in the upload")
    }
    return sha256.hex
  }

  /// What the ingestor reports.
  private final class Heard {
    var stored: SHA256Digest?
    var refusal: String?

    func take(_ event: IngestEvent) {
      switch event.outcome {
      case .added(let sha256, _), .duplicate(let sha256, _): stored = stored ?? sha256
      case .skipped(_, let reason): refusal = refusal ?? reason
      }
    }
  }

  // MARK: Attributes

  static func attributes(_ record: SampleRecord) -> FileAttributes {
    var file = FileAttributes(sha256: record.sha256.hex, size: record.size)
    file.sha1 = Hexadecimal.text(record.sha1)
    file.md5 = Hexadecimal.text(record.md5)
    file.typeTag = record.type.tag
    file.typeDescription = record.type.description
    file.typeExtension = record.type.fileExtension
    file.typeTags = [record.type.tag]
    file.names = record.names
    file.meaningfulName = record.meaningfulName
    file.firstSubmissionDate = record.firstSubmission
    file.lastSubmissionDate = record.lastSubmission
    file.lastModificationDate = record.lastSubmission
    file.timesSubmitted = Int64(record.timesSubmitted)
    file.uniqueSources = 1
    file.reputation = 0
    file.totalVotes = .init()
    file.tags = [record.type.tag]
    file.lastAnalysisStats = .init()
    file.lastAnalysisResults = [:]
    file.downloadable = true
    return file
  }
}

extension SampleRefused {
  init(_ error: StoreError) {
    switch error.code {
    case .readOnly, .denied:
      self.init(.notAllowed, "This server takes no samples: its store cannot be changed")
    case .tooLarge, .archive, .invalidArgument:
      self.init(.refused, error.reason)
    default:
      // Paths of the server are nobody else's business.
      self.init(.unavailable, "The store cannot do this now: \(error.code.rawValue)")
    }
  }
}

/// An upload's bytes in a file without a name, which goes with the process, masked so that no
/// scanner of the host takes it for an infection.
private final class StoreUpload: SampleUpload {
  typealias Finish = @Sendable (StoreUpload, String?, String?) throws -> String
  private struct Spool {
    var position: UInt64 = 0
    var copy: URL?
  }

  private let folder: URL
  private let file: FileHandle
  private let mask: [UInt8]
  private let spool = Mutex(Spool())
  private let finishing: Finish

  init(in folder: URL, _ finishing: @escaping Finish) throws {
    self.folder = folder
    self.finishing = finishing
    mask = (0..<61).map { _ in UInt8.random(in: 1...255) }
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let url = folder.appendingPathComponent("\(UUID().uuidString).part")
    guard FileManager.default.createFile(atPath: url.path, contents: nil) else {
      throw CocoaError(.fileWriteUnknown)
    }
    file = try FileHandle(forUpdating: url)
    try FileManager.default.removeItem(at: url)
  }

  /// The same twice gives the plain bytes.
  private func masked(_ bytes: [UInt8], from position: UInt64) -> [UInt8] {
    var bytes = bytes
    var index = Int(position % UInt64(mask.count))
    for offset in bytes.indices {
      bytes[offset] ^= mask[index]
      index += 1
      if index == mask.count { index = 0 }
    }
    return bytes
  }

  func append(_ bytes: [UInt8]) throws {
    try spool.withLock { spool in
      do {
        try file.write(contentsOf: Data(masked(bytes, from: spool.position)))
      } catch {
        throw SampleRefused(.unavailable, "The upload cannot be kept: the disk may be full")
      }
      spool.position += UInt64(bytes.count)
    }
  }

  func finish(name: String?, password: String?) throws -> String {
    try rewind()
    return try finishing(self, name, password)
  }

  private func rewind() throws {
    try file.seek(toOffset: 0)
    spool.withLock { $0.position = 0 }
  }

  /// The next piece of the bytes; nil at the end.
  func next() throws -> [UInt8]? {
    try spool.withLock { spool in
      guard let data = try file.read(upToCount: 1 << 20), !data.isEmpty else { return nil }
      let bytes = masked(Array(data), from: spool.position)
      spool.position += UInt64(data.count)
      return bytes
    }
  }

  /// Writes the bytes to a file of that name; it goes with this object.
  func plainCopy(named name: String?) throws -> String {
    let copyFolder = folder.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: copyFolder, withIntermediateDirectories: true)
    spool.withLock { $0.copy = copyFolder }
    let last = (name ?? "").split(whereSeparator: { $0 == "/" || $0 == "\0" }).last.map(String.init)
    let isPlain = last.map { $0 != "." && $0 != ".." && $0.utf8.count <= 200 } ?? false
    let url = copyFolder.appendingPathComponent(isPlain ? last ?? "upload" : "upload")
    guard FileManager.default.createFile(atPath: url.path, contents: nil) else {
      throw CocoaError(.fileWriteUnknown)
    }
    let copy = try FileHandle(forWritingTo: url)
    while let bytes = try next() { try copy.write(contentsOf: Data(bytes)) }
    try copy.close()
    return url.path
  }

  func discard() {
    try? file.close()
    if let copy = spool.withLock({ $0.copy }) { try? FileManager.default.removeItem(at: copy) }
  }
}
