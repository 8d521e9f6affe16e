internal import Corpus
internal import FileFormats
internal import Foundation
internal import HuntServer
internal import Synchronization
internal import VirusTotalModel

/// The store's samples as the API gives and takes them.
struct StoredSamples: SampleLibrary {
  let store: Store
  /// Bytes of an uploaded sample at most.
  let sizeLimit: Int

  func sample(digest: String) throws -> FileAttributes? {
    try store.document(hex: digest.lowercased()).map(Self.attributes)
  }

  func samples(sha256: [String]) throws -> [String: FileAttributes] {
    var found: [String: FileAttributes] = [:]
    for text in sha256 {
      if let digest = SHA256Digest(hex: text), let record = try store.document(sha256: digest) {
        found[text] = Self.attributes(record)
      }
    }
    return found
  }

  func bytes(sha256: String) throws -> [UInt8]? {
    guard let digest = SHA256Digest(hex: sha256) else { return nil }
    do {
      return try store.read(digest)
    } catch {
      if error.code == .notFound { return nil }
      throw error
    }
  }

  func beginUpload() throws -> any SampleUpload {
    try StoredUpload(directory: store.directory, sizeLimit: sizeLimit)
  }

  /// Uploads that a crash left behind; their clients were never told that they were taken.
  func forgetUnfinishedUploads() {
    try? FileManager.default.removeItem(atPath: StoredUpload.folder(in: store.directory))
  }

  private static func attributes(_ record: SampleRecord) -> FileAttributes {
    var file = FileAttributes(sha256: record.sha256.hex, size: record.size)
    file.sha1 = hexadecimal(record.sha1)
    file.md5 = hexadecimal(record.md5)
    file.typeTag = record.type.tag
    file.typeDescription = record.type.description
    file.typeExtension = record.type.fileExtension
    file.meaningfulName = record.meaningfulName
    file.names = record.names
    file.firstSubmissionDate = record.firstSubmission
    file.lastSubmissionDate = record.lastSubmission
    file.lastModificationDate = record.lastSubmission
    file.timesSubmitted = Int64(record.timesSubmitted)
    file.uniqueSources = 1
    file.downloadable = true
    return file
  }

  private static func hexadecimal(_ bytes: [UInt8]) -> String {
    String(decoding: Digest.hexadecimal(bytes), as: UTF8.self)
  }
}

/// An upload on its way: masked in a file until it is whole, then ingested like any other sample.
///
/// The store's writer lock is taken for the moment of `finish` only, so that `retrohunt ingest`
/// and uploads take turns.
private final class StoredUpload: SampleUpload {
  private struct State {
    var file: FileHandle?
    var count = 0
  }

  private let directory: String
  private let path: String
  private let sizeLimit: Int
  private let state: Mutex<State>

  /// Against accidents: an unfinished upload cannot be run, and no scanner deletes it.
  private static let mask: UInt8 = 0x5A
  private static let chunk = 1 << 20

  static func folder(in directory: String) -> String { directory + "/uploads" }

  init(directory: String, sizeLimit: Int) throws {
    self.directory = directory
    self.sizeLimit = sizeLimit
    let folder = Self.folder(in: directory)
    path = folder + "/" + UUID().uuidString
    try FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    guard FileManager.default.createFile(
      atPath: path, contents: nil, attributes: [.posixPermissions: 0o600]),
      let file = FileHandle(forUpdatingAtPath: path)
    else { throw SampleRefused(.unavailable, "the upload cannot be kept on the disk") }
    state = Mutex(State(file: file))
  }

  deinit { discard() }

  func append(_ bytes: [UInt8]) throws {
    try state.withLock { state in
      guard let file = state.file else { throw SampleRefused(.refused, "the upload is over") }
      state.count += bytes.count
      guard state.count <= sizeLimit else {
        throw SampleRefused(.refused, "the file is larger than the limit of \(sizeLimit) bytes")
      }
      do {
        try file.write(contentsOf: Data(bytes.map { $0 ^ Self.mask }))
      } catch {
        throw SampleRefused(.unavailable, "the upload cannot be kept: \(error.localizedDescription)")
      }
    }
  }

  func discard() {
    state.withLock { state in
      guard let file = state.file else { return }
      state.file = nil
      try? file.close()
      try? FileManager.default.removeItem(atPath: path)
    }
  }

  func finish(name: String?, password: String?) throws -> String {
    defer { discard() }
    return try state.withLock { state in
      guard let file = state.file else { throw SampleRefused(.refused, "the upload is over") }
      try file.seek(toOffset: 0)
      let store = try openStore()
      var options = IngestOptions()
      options.source = "api"
      options.sizeLimit = sizeLimit
      var digest: SHA256Digest?
      var added = 0
      var refusal: String?
      if let password { options.passwords = [password] }
      let ingestor = try store.makeIngestor(
        corpus: .main, date: Int64(Date().timeIntervalSince1970), options: options
      ) { event in
        switch event.outcome {
        case .added(let sha256, _), .duplicate(let sha256, _):
          digest = sha256
          added += 1
        case .skipped(_, let reason): refusal = refusal ?? reason
        }
      }
      if password == nil {
        try ingestor.add(name: name) { try Self.next(file) }
      } else {
        try expand(file, into: ingestor)
      }
      try ingestor.finish()
      guard let digest, added == 1, refusal == nil else {
        throw SampleRefused(
          .refused, refusal ?? "the archive holds \(added) files; exactly one is taken")
      }
      return digest.hex
    }
  }

  /// The archive is written out as it came: it is encrypted, so it is as harmless as masked.
  private func expand(_ file: FileHandle, into ingestor: Ingestor) throws {
    let archive = path + ".zip"
    defer { try? FileManager.default.removeItem(atPath: archive) }
    guard FileManager.default.createFile(atPath: archive, contents: nil),
      let target = FileHandle(forWritingAtPath: archive)
    else { throw SampleRefused(.unavailable, "the upload cannot be kept on the disk") }
    while let bytes = try Self.next(file) { try target.write(contentsOf: Data(bytes)) }
    try target.close()
    try ingestor.add(path: archive)
  }

  private static func next(_ file: FileHandle) throws -> [UInt8]? {
    guard let data = try file.read(upToCount: chunk), !data.isEmpty else { return nil }
    return data.map { $0 ^ mask }
  }

  /// Waits for another writer for a while, as an upload is worth some seconds.
  private func openStore() throws -> Store {
    let deadline = ContinuousClock.now + .seconds(20)
    while true {
      do {
        return try Store(directory: directory, mode: .readWrite)
      } catch {
        guard error.code == .locked else { throw error }
        guard ContinuousClock.now < deadline else {
          throw SampleRefused(.unavailable, "another process writes to the store; try again later")
        }
        Thread.sleep(forTimeInterval: 0.1)
      }
    }
  }
}
