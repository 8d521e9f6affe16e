public import Bytes

/// Makes the index of one segment: documents in, in the order of their numbers; a file out.
///
/// The file is a pure function of documents, facts and identity. Memory: the finished signatures (8
/// to 15 % of the documents' bytes), at most `signatureLimit`, and some 100 bytes a document.
/// Not thread-safe: one owner at a time.
public final class IndexBuilder {
  /// Signatures of so many bytes are kept; what comes after them gets none and is always a
  /// candidate. Segments are far smaller; only a document of several GB that will not compress
  /// reaches it.
  private static let signatureLimit = 320 << 20

  private let identity: UInt64
  private let pieceGram: Int
  private let kernel = GramKernel()
  private let pieceStore = ByteBuffer()
  private let regionStore = ByteBuffer()
  private let limit: Int
  private var directory = IndexDirectory()
  /// Bits of each piece's and region's signature: 0 where it is too short for a gram, nil where it has none.
  private var pieceBits: [UInt32?] = []
  private var regionBits: [UInt32?] = []
  private var beginnings: [UInt8] = []
  private var columns: [ColumnValues]
  private var keys = CollectedFactKeys()
  private var unknown: [Int] = []
  private var withoutFacts: [Int] = []
  private var hasTooMany = false

  /// - Parameters:
  ///   - identity: that of the pack whose documents these are.
  ///   - factsVersion: what made the facts; a reader that would make others must not ask for them.
  ///   - columns: names of the facts' columns. `filesize` is kept beside them, for every document.
  public convenience init(identity: UInt64, factsVersion: String, columns: [String]) {
    self.init(identity: identity, factsVersion: factsVersion, columns: columns, pieceGram: 5)
  }

  init(
    identity: UInt64, factsVersion: String, columns: [String], pieceGram: Int,
    signatureLimit: Int = IndexBuilder.signatureLimit
  ) {
    self.identity = identity
    self.pieceGram = pieceGram
    self.limit = signatureLimit
    directory.factsVersion = factsVersion
    directory.columns = columns.map { .init(name: $0, values: nil) }
    self.columns = Array(repeating: ColumnValues(), count: columns.count)
  }

  /// The next document.
  ///
  /// - Parameter facts: nil when they are not known: then the document always satisfies what is
  ///   asked about facts and columns, `filesize` excepted.
  public func add(_ bytes: ByteView, facts: DocumentFacts?) {
    guard let number = nextNumber() else { return }
    appendRecord(size: bytes.count, beginning: bytes.clamped(at: 0, length: IndexQuery.headerBytes))
    append(facts, of: number)
    for start in stride(from: 0, to: bytes.count, by: SignatureScheme.pieceBytes) {
      let own = Swift.min(SignatureScheme.pieceBytes, bytes.count - start)
      addPiece(bytes.clamped(at: start, length: Self.window), own: own)
    }
  }

  /// The next document, part by part, for one that is not to be in memory whole: the same index as
  /// if it were.
  ///
  /// - Parameters:
  ///   - size: in bytes.
  ///   - read: hands the bytes over in order. Where it throws, or gives another number of bytes, the
  ///     document is one that could not be read.
  public func add(
    size: Int, facts: DocumentFacts?, read: (_ take: (ByteView) -> Void) throws -> Void
  ) {
    guard let number = nextNumber() else { return }
    let firstBeginning = beginnings.count
    appendRecord(size: size, beginning: .empty)
    append(facts, of: number)
    let part = ByteBuffer()
    var start = 0
    var taken = 0
    var hasMemory = true
    func sign() {
      let own = Swift.min(SignatureScheme.pieceBytes, size - start)
      addPiece(part.view.clamped(at: 0, length: Self.window), own: own)
      let rest = part.view.clamped(at: SignatureScheme.pieceBytes, length: part.count).array
      part.truncate()
      hasMemory = part.append(rest) && hasMemory
      start += own
    }
    let isRead = (try? read { bytes in
      var offset = 0
      while offset < bytes.count, hasMemory, start < size {
        let count = Swift.min(Self.window - part.count, bytes.count - offset)
        hasMemory = part.append(bytes.clamped(at: offset, length: count))
        if taken < IndexQuery.headerBytes {
          for (place, byte) in part.view.clamped(at: 0, length: IndexQuery.headerBytes).array.enumerated() {
            beginnings[firstBeginning + place] = byte
          }
        }
        offset += count
        taken += count
        if part.count == Self.window { sign() }
      }
      taken += bytes.count - offset
    }) != nil
    if isRead, hasMemory, taken == size {
      while start < size { sign() }
    } else {
      unknown.append(number)
      while start < size {
        let own = Swift.min(SignatureScheme.pieceBytes, size - start)
        addOpenPiece(own: own)
        start += own
      }
    }
  }

  /// A piece with its overlap.
  private static let window = SignatureScheme.pieceBytes + SignatureScheme.overlap

  private func nextNumber() -> Int? {
    guard directory.sizes.count < IndexLayout.maximumDocuments else {
      hasTooMany = true
      return nil
    }
    return directory.sizes.count
  }

  private func append(_ facts: DocumentFacts?, of number: Int) {
    guard let facts else {
      withoutFacts.append(number)
      return
    }
    for (column, value) in zip(columns.indices, facts.columns) {
      if let value { columns[column].append(value, of: number) }
    }
    for key in facts.keys { keys.append(key, of: number) }
  }

  /// A document that could not be read: always a candidate, whatever is asked.
  public func addUnknown() {
    guard let number = nextNumber() else { return }
    unknown.append(number)
    withoutFacts.append(number)
    appendRecord(size: 0, beginning: .empty)
  }

  private func appendRecord(size: Int, beginning: ByteView) {
    directory.sizes.append(UInt64(size))
    beginnings += beginning.array
    beginnings += Array(repeating: 0, count: IndexQuery.headerBytes - beginning.count)
  }

  /// - Parameter own: how many of the bytes are not overlap.
  private func addPiece(_ bytes: ByteView, own: Int) {
    guard pieceStore.count + regionStore.count <= limit else { return addOpenPiece(own: own) }
    kernel.load(bytes)
    pieceBits.append(signPiece(length: bytes.count))
    for start in stride(from: 0, to: own, by: SignatureScheme.regionBytes) {
      let length = Swift.min(
        SignatureScheme.regionBytes + SignatureScheme.overlap, bytes.count - start)
      regionBits.append(signRegion(from: start, length: length))
    }
  }

  /// One that nothing is known of: whatever is asked, it may be there.
  private func addOpenPiece(own: Int) {
    pieceBits.append(nil)
    for _ in stride(from: 0, to: own, by: SignatureScheme.regionBytes) {
      regionBits.append(nil)
    }
  }

  private func signPiece(length: Int) -> UInt32? {
    guard length >= pieceGram else { return 0 }
    let choose = { (grams: Int) -> UInt64? in
      SignatureScheme.classBits(
        near: SignatureScheme.idealBits(grams: grams, length: length, isPiece: true), isPiece: true)
    }
    let bits =
      pieceGram == 4
      ? kernel.sign(Gram4.self, from: 0, length: length, into: pieceStore, choose: choose)
      : kernel.sign(Gram5.self, from: 0, length: length, into: pieceStore, choose: choose)
    return bits.map { UInt32($0) }
  }

  private func signRegion(from start: Int, length: Int) -> UInt32? {
    guard length >= SignatureScheme.regionGram else { return 0 }
    let bits = kernel.sign(Gram3.self, from: start, length: length, into: regionStore) { grams in
      SignatureScheme.isDense(grams: grams, length: length)
        ? nil
        : SignatureScheme.classBits(
          near: SignatureScheme.idealBits(grams: grams, length: length, isPiece: false),
          isPiece: false)
    }
    return bits.map { UInt32($0) }
  }

  /// Streams the file to `write`, from its first byte to its last; the builder is of no use
  /// afterwards.
  ///
  /// - Throws: what `write` throws; `IndexError` with `tooManyDocuments` or `noMemory`.
  public func finish(_ write: (ByteView) throws -> Void) throws {
    guard !hasTooMany else {
      throw IndexError(
        .tooManyDocuments, "an index numbers at most \(IndexLayout.maximumDocuments) documents")
    }
    let count = directory.sizes.count
    directory.unknown = DocumentSet(limit: count)
    for number in unknown { directory.unknown.insert(number) }
    directory.withoutFacts = DocumentSet(limit: count)
    for number in withoutFacts { directory.withoutFacts.insert(number) }
    for (index, values) in columns.enumerated() { directory.columns[index].values = values.bounds }
    directory.classes = Set((pieceBits + regionBits).compactMap { $0 }.filter { $0 > 0 }).sorted()
      .map { UInt64($0) }
    let (pieces, pieceOffsets) = classified(pieceBits)
    let (regions, regionOffsets) = classified(regionBits)
    directory.pieces = pieces
    directory.regions = regions
    let pieceLayout = RowLayout(classes: directory.classes, kinds: pieces)
    let regionLayout = RowLayout(classes: directory.classes, kinds: regions)
    keys.sort()
    var encoder = FactKeyEncoder()
    var keyBytes: [UInt8] = []
    encoder.encode(&keys) { keyBytes += $0 }
    directory.keyCount = encoder.keyCount
    let encodedDirectory = directory.encoded

    var header = IndexHeader(identity: identity, documentCount: count, pieceGram: pieceGram)
    header.place(lengths: [
      pieceLayout.length, regionLayout.length, UInt64(beginnings.count), directory.columnBytes,
      UInt64(encoder.blocks.bytes.count), encoder.length, UInt64(encodedDirectory.count),
    ])
    try withoutActuallyEscaping(write) { write in
      let writer = try IndexFileWriter(header, write: write)
      try writer.begin(.pieces)
      try RowWriter(pieceLayout) { try writer.append($0) }.write(pieceOffsets, in: pieceStore.view)
      try writer.begin(.regions)
      try RowWriter(regionLayout) { try writer.append($0) }.write(regionOffsets, in: regionStore.view)
      try writer.begin(.beginnings)
      for place in 0..<IndexQuery.headerBytes {
        try writer.append((0..<count).map { beginnings[$0 * IndexQuery.headerBytes + place] })
      }
      try writer.begin(.columns)
      for values in columns { try writer.append(values.encoded(documents: count)) }
      try writer.begin(.keyBlocks)
      try writer.append(encoder.blocks.bytes)
      try writer.begin(.keys)
      try writer.append(keyBytes)
      try writer.finish(directory: encodedDirectory)
    }
  }

  /// The kind of each piece or region, and where its signature begins in its store.
  private func classified(_ sizes: [UInt32?]) -> (kinds: [UInt8], offsets: [Int]) {
    var numbers: [UInt32: UInt8] = [0: IndexLayout.emptyStretch]
    for (index, bits) in directory.classes.enumerated() {
      numbers[UInt32(bits)] = IndexLayout.firstClass + UInt8(index)
    }
    var offsets: [Int] = []
    var offset = 0
    let kinds = sizes.map { bits in
      offsets.append(offset)
      guard let bits else { return IndexLayout.openStretch }
      offset += Int(bits / 8)
      return numbers[bits] ?? IndexLayout.openStretch
    }
    return (kinds, offsets)
  }
}
