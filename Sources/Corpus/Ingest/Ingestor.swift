public import Bytes
internal import FileFormats

/// The way in: files, folders, zip archives and streams become samples.
///
/// Bytes are hashed once; a known SHA-256 only counts a submission. New samples wait in a group,
/// which is synced and listed together: `report` hears of each when it is durable, in the order
/// offered. Running the same ingest again after any interruption adds only what is missing.
///
/// Errors: what concerns one file is an event (`skipped`) and the ingest goes on. A thrown error
/// (disk full, locked, catalogue) ends it; what was reported stays. Not thread-safe.
public final class Ingestor {
  public let corpus: CorpusName
  public private(set) var summary = IngestSummary()

  private let store: Store
  private let date: Int64
  private let options: IngestOptions
  private let report: (IngestEvent) -> Void
  private let preparer: SamplePreparer
  private let group = OfferGroup()
  /// Of the group's offers, in the same order, with skips in between.
  private var labels: [String] = []
  private var groupDeadline = Deadline.never
  private let sealed: SealedSegments

  init(
    _ store: Store, corpus: CorpusName, date: Int64, options: IngestOptions,
    report: @escaping (IngestEvent) -> Void
  ) {
    self.store = store
    self.corpus = corpus
    self.date = date
    self.options = options
    self.report = report
    preparer = SamplePreparer(store.layout, store.files, options)
    sealed = SealedSegments(store)
  }

  // MARK: What can be added

  /// A file, or a folder with all below it. Symbolic links are followed when named here, not
  /// inside folders; what cannot be read is reported and skipped.
  public func add(path: String, cancellation: Cancellation? = nil) throws(StoreError) {
    switch store.files.kind(path, following: true) {
    case nil: skip(path, .unreadable, "there is no such file or it may not be looked at")
    case .special: skip(path, .special, "not a regular file")
    case .symbolicLink: skip(path, .symbolicLink, "a symbolic link that leads nowhere")
    case .file: try addFile(path, given: true)
    case .folder: try addFolder(path, cancellation)
    }
  }

  /// Bytes at hand.
  public func add(bytes: ByteView, name: String?) throws(StoreError) {
    let label = name ?? "bytes"
    try prepared(label, name: name) { (preparer) throws(StoreError) in try preparer.append(bytes) }
  }

  /// A stream: `next` gives chunk after chunk and nil at the end. An error of `next` skips the
  /// sample and is reported.
  public func add(
    name: String?, stream next: () throws -> [UInt8]?
  ) throws(StoreError) {
    try prepared(name ?? "stream", name: name) { (preparer) throws(StoreError) in
      while true {
        let chunk: [UInt8]?
        do { chunk = try next() } catch {
          throw StoreError(.denied, "the stream broke off", underlying: String(describing: error))
        }
        guard let chunk else { return }
        let result: Result<Void, StoreError> = ByteView.with(chunk) { view in
          do throws(StoreError) { return .success(try preparer.append(view)) } catch {
            return .failure(error)
          }
        }
        try result.get()
      }
    }
  }

  /// Everything standard input gives, as one sample.
  public func addStandardInput(name: String?) throws(StoreError) {
    let file: StoredFile
    do throws(SystemFailure) { file = try FileSystem.standardInput() } catch {
      throw StoreError(error, doing: "cannot read standard input")
    }
    try prepared("standard input", name: name) { (preparer) throws(StoreError) in
      try preparer.append { (buffer, count) throws(StoreError) in
        do throws(SystemFailure) { return try file.readNext(count, into: buffer) } catch {
          throw StoreError(error, doing: "cannot read it")
        }
      }
    }
  }

  /// Makes everything added so far durable and reports it.
  public func flush() throws(StoreError) {
    guard !group.offers.isEmpty else { return }
    let outcomes = try store.commit(
      group, corpus: corpus, date: date, source: options.source, nameLimit: options.nameLimit)
    for (index, outcome) in outcomes.enumerated() {
      let offer = group.offers[index]
      switch outcome {
      case .added:
        summary.added += 1
        summary.addedBytes += Int64(offer.size)
        report(IngestEvent(label: labels[index], outcome: .added(offer.sha256, size: offer.size)))
      case .duplicate:
        summary.duplicates += 1
        report(
          IngestEvent(label: labels[index], outcome: .duplicate(offer.sha256, size: offer.size)))
      }
    }
    labels.removeAll(keepingCapacity: true)
    group.clear()
    groupDeadline = .never
    try seal(from: options.segmentBytes, documents: options.segmentDocuments)
  }

  /// Flushes, seals the batch if it is worth a segment, and waits for the indexes of the segments
  /// that were sealed. The ingestor may be used again.
  @discardableResult
  public func finish() throws(StoreError) -> IngestSummary {
    try flush()
    try seal(from: options.sealAtFinish, documents: options.segmentDocuments)
    summary.indexFailures = sealed.finish()
    return summary
  }

  private func seal(from bytes: Int64, documents: Int) throws(StoreError) {
    guard let batch = store.openBatch(corpus),
      batch.rawBytes >= bytes || batch.documents >= documents
    else { return }
    if let id = try store.seal(corpus, compression: options.compression) { sealed.add(id) }
  }

  // MARK: Folders and files

  private func addFolder(_ root: String, _ cancellation: Cancellation?) throws(StoreError) {
    // An explicit stack: depth is bounded by the path length, not by ours.
    var folders = [root]
    while let folder = folders.popLast() {
      if cancellation?.isCancelled == true { return }
      let names: [String]
      do throws(SystemFailure) { names = try store.files.names(in: folder) } catch {
        skip(folder, .unreadable, error.reason)
        continue
      }
      var below: [String] = []
      for name in names {
        if cancellation?.isCancelled == true { return }
        let path = folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)"
        switch store.files.kind(path) {
        case nil: skip(path, .unreadable, "it may not be looked at")
        case .special: skip(path, .special, "not a regular file")
        case .symbolicLink: skip(path, .symbolicLink, "symbolic links are not followed")
        case .file: try addFile(path, given: false)
        case .folder: below.append(path)
        }
      }
      folders.append(contentsOf: below.reversed())
    }
  }

  private func addFile(_ path: String, given: Bool) throws(StoreError) {
    let file: StoredFile
    let size: Int
    do throws(SystemFailure) {
      file = try store.files.openSource(path, following: given)
      size = try file.length()
    } catch {
      return skip(path, .unreadable, error.reason)
    }
    let name = path.split(separator: "/").last.map(String.init) ?? path
    let treatment = given ? options.givenArchives : options.foundArchives
    var keep = true
    if treatment != .keep, let isEncrypted = zipEncryption(file),
      isEncrypted || treatment != .expandEncrypted
    {
      let budget = ArchiveBudget(options, archiveSize: size)
      let complete = try expand(fileInput(file, size), label: path, depth: 1, budget)
      keep = treatment == .expandAndKeep || !complete
    }
    guard keep else { return }
    guard size <= options.sizeLimit else {
      return skip(path, .tooLarge, "\(size) bytes; the limit is \(options.sizeLimit)")
    }
    var offset = 0
    try prepared(path, name: name) { (preparer) throws(StoreError) in
      try preparer.append { (buffer, count) throws(StoreError) in
        do throws(SystemFailure) {
          let got = try file.read(at: offset, count: count, into: buffer)
          offset += got
          return got
        } catch { throw StoreError(error, doing: "cannot read it") }
      }
    }
  }

  /// Whether a plain zip archive's first member is encrypted; nil for any other file.
  private func zipEncryption(_ file: StoredFile) -> Bool? {
    let head = ByteBuffer()
    guard let got = try? file.read(at: 0, count: 4, into: head), got == 4,
      head.view.big(at: 0, as: UInt32.self) == 0x504B_0304,
      (try? file.read(at: 4, count: (256 << 10) - 4, into: head)) != nil,
      FileType.identify(head.view) == .zip
    else { return nil }
    return Self.isEncrypted(head.view)
  }

  /// Bit 0 of the first local header's general purpose flags (APPNOTE 4.4.4).
  private static func isEncrypted(_ zip: ByteView) -> Bool {
    (zip.little(at: 6, as: UInt16.self) ?? 0) & 1 == 1
  }

  private func fileInput(_ file: StoredFile, _ size: Int) -> ArchiveInput {
    ArchiveInput(size: size) { (offset, count, buffer) throws(StoreError) in
      do throws(SystemFailure) { try file.read(at: offset, count: count, into: buffer) } catch {
        throw StoreError(error, doing: "cannot read it")
      }
    }
  }

  // MARK: Archives

  /// Adds the members of a zip archive. False when anything in it could not be taken out; each
  /// such thing is reported.
  private func expand(
    _ input: ArchiveInput, label: String, depth: Int, _ budget: ArchiveBudget
  ) throws(StoreError) -> Bool {
    var complete = true
    var failure: StoreError?
    do throws(ArchiveReader.Flaw) {
      let archive = try ArchiveReader(input, passwords: options.passwords)
      while failure == nil, let member = try archive.next() {
        guard member.isFile else { continue }
        let memberLabel = "\(label) > \(member.name)"
        guard budget.takeMember() else {
          skip(label, .archiveLimit, "more than \(options.archiveMembers) members")
          return false
        }
        if let size = member.size, size > options.sizeLimit {
          skip(memberLabel, .tooLarge, "\(size) bytes; the limit is \(options.sizeLimit)")
          complete = false
          continue
        }
        switch try take(member, of: archive, label: memberLabel, depth: depth, budget) {
        case .success(true): break
        case .success(false): complete = false
        case .failure(let error): failure = error
        }
        if budget.isSpent {
          skip(
            label, .archiveLimit,
            "it unpacks to more than \(budget.limit) bytes, which only a zip bomb does")
          return false
        }
      }
    } catch {
      switch error {
      case .archive(let text), .member(let text), .password(let text):
        skip(label, .archiveDamaged, input.failure?.description ?? text)
      }
      return false
    }
    if let failure { throw failure }
    return complete
  }

  /// One member as a sample, and its own members where it is an archive. The result's failure
  /// ends the ingest; false means that it or something in it was skipped.
  private func take(
    _ member: ArchiveMember, of archive: ArchiveReader, label: String, depth: Int,
    _ budget: ArchiveBudget
  ) throws(ArchiveReader.Flaw) -> Result<Bool, StoreError> {
    var flaw: ArchiveReader.Flaw?
    do throws(StoreError) {
      try preparer.append { (buffer, count) throws(StoreError) in
        do throws(ArchiveReader.Flaw) {
          let got = try archive.read(count, into: buffer)
          guard budget.take(bytes: got) else { throw .member("") }
          return got
        } catch {
          flaw = error
          throw StoreError(.archive, "the archive's member cannot be read")
        }
      }
    } catch {
      preparer.abandon()
      if budget.isSpent { return .success(false) }
      switch flaw {
      case .password(let text): skip(label, .archivePassword, text)
      case .member(let text): skip(label, .archiveDamaged, text)
      case .archive(let text):
        skip(label, .archiveDamaged, text)
        throw .archive(text)
      case nil:
        guard error.code == .tooLarge else { return .failure(error) }
        skip(label, .tooLarge, error.reason)
      }
      return .success(false)
    }
    do throws(StoreError) {
      return .success(try finishMember(member, label: label, depth: depth, budget))
    } catch {
      return .failure(error)
    }
  }

  private func finishMember(
    _ member: ArchiveMember, label: String, depth: Int, _ budget: ArchiveBudget
  ) throws(StoreError) -> Bool {
    // The bytes leave the preparer with `finish`: a nested archive's are copied before.
    let inner =
      options.foundArchives == .keep
      ? nil
      : preparer.bytesInMemory.flatMap { view in
        FileType.identify(view) == .zip ? view.array : nil
      }
    let isPlain = inner.map { !ByteView.with($0, Self.isEncrypted) } ?? false
    let offered = try finishSample(label, name: member.name)
    guard offered == .zip, options.foundArchives != .keep else { return true }
    if isPlain, options.foundArchives == .expandEncrypted { return true }
    guard let inner else {
      skip(label, .archiveLimit, "an archive of this size within an archive is kept, not opened")
      return true
    }
    guard depth < options.archiveDepth else {
      skip(label, .archiveLimit, "archives are opened \(options.archiveDepth) deep; it is kept")
      return true
    }
    let input = ArchiveInput(size: inner.count) { (offset, count, buffer) throws(StoreError) in
      ByteView.with(inner) { _ = buffer.append($0.clamped(at: offset, length: count)) }
    }
    return try expand(input, label: label, depth: depth + 1, budget)
  }

  // MARK: One sample

  /// Runs `fill` to give the preparer a sample's bytes, then offers it. What concerns the source
  /// alone is reported as skipped.
  private func prepared(
    _ label: String, name: String?, _ fill: (SamplePreparer) throws(StoreError) -> Void
  ) throws(StoreError) {
    do throws(StoreError) {
      try fill(preparer)
    } catch {
      preparer.abandon()
      switch error.code {
      case .tooLarge: return skip(label, .tooLarge, error.reason)
      case .diskFull, .memory, .readOnly: throw error
      default: return skip(label, .unreadable, error.description)
      }
    }
    _ = try finishSample(label, name: name)
  }

  @discardableResult
  private func finishSample(_ label: String, name: String?) throws(StoreError) -> FileType {
    let corpus = corpus
    let (offer, type) = try preparer.finish(name: name.map(bounded), into: group) {
      (digest) throws(StoreError) in
      if group.digests.contains(digest) { return true }
      return try store.read { try Catalogue.document(digest, corpus, $0) } != nil
    }
    if group.offers.isEmpty { groupDeadline = .after(options.groupDelay) }
    group.offers.append(offer)
    labels.append(label)
    summary.readBytes += Int64(offer.size)
    if case .new(let sample) = offer {
      group.digests.insert(sample.sha256)
      group.storedBytes += sample.storedSize
    }
    if group.storedBytes >= options.groupBytes || group.offers.count >= options.groupSamples
      || groupDeadline.isPast
    {
      try flush()
    }
    return type
  }

  /// At most `nameLength` bytes, cut between characters.
  private func bounded(_ name: String) -> String {
    var text = name
    while text.utf8.count > options.nameLength { text.removeLast() }
    return text
  }

  private func skip(_ label: String, _ reason: IngestEvent.SkipReason, _ text: String) {
    summary.skipped += 1
    report(IngestEvent(label: label, outcome: .skipped(reason, text)))
  }
}

/// What one given archive, with all that is nested in it, may still unpack to.
private final class ArchiveBudget {
  let limit: Int
  private var bytes = 0
  private var members = 0
  private let memberLimit: Int

  init(_ options: IngestOptions, archiveSize: Int) {
    let (byRatio, overflow) = archiveSize.multipliedReportingOverflow(
      by: max(options.archiveRatio, 1))
    limit = min(options.archiveBytes, max(overflow ? Int.max : byRatio, 64 << 20))
    memberLimit = options.archiveMembers
  }

  var isSpent: Bool { bytes > limit }

  func take(bytes count: Int) -> Bool {
    bytes += count
    return !isSpent
  }

  func takeMember() -> Bool {
    members += 1
    return members <= memberLimit
  }
}
