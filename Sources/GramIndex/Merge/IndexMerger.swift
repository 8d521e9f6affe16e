public import Bytes

/// Makes one index of several, for their documents one after the other, without the documents.
///
/// Signatures never change, so rows are only put side by side: the file is the same, byte for byte,
/// as the builder would have made of all the documents. Memory: the directory, one column, and a
/// few pages.
public enum IndexMerger {
  /// - Parameters:
  ///   - parts: their documents are numbered on in this order.
  ///   - identity: that of the pack which holds all the documents.
  ///   - write: gets the file from its first byte to its last.
  /// - Throws: what `write` throws; `IndexError` with `differentKinds` when columns, facts' version
  ///   or grams differ, `damaged` when a part is, `tooManyDocuments`.
  public static func merge(
    _ parts: [IndexFile], identity: UInt64, write: (ByteView) throws -> Void
  ) throws {
    let merge = try IndexMerge(parts)
    try withoutActuallyEscaping(write) { try merge.write(identity: identity, $0) }
  }
}

private struct IndexMerge {
  private let parts: [IndexFile]
  private var directory = IndexDirectory()
  private let pieceLayout: RowLayout
  private let regionLayout: RowLayout
  /// The first document, piece and region of each part.
  private var firstDocument: [Int] = []
  private var firstPiece: [Int] = []
  private var firstRegion: [Int] = []

  init(_ parts: [IndexFile]) throws(IndexError) {
    guard let first = parts.first else {
      throw IndexError(.differentKinds, "there is no index to merge")
    }
    for part in parts {
      guard part.columns == first.columns, part.factsVersion == first.factsVersion,
        part.header.pieceGram == first.header.pieceGram
      else {
        throw IndexError(.differentKinds, "indexes of different facts or grams cannot be merged")
      }
      if let damage = part.verify().first {
        throw IndexError(.damaged, "an index to be merged is damaged: \(damage)")
      }
    }
    self.parts = parts
    let count = parts.reduce(0) { $0 + $1.documentCount }
    guard count <= IndexLayout.maximumDocuments else {
      throw IndexError(
        .tooManyDocuments, "an index numbers at most \(IndexLayout.maximumDocuments) documents")
    }
    directory.factsVersion = first.factsVersion
    directory.columns = first.columns.map { .init(name: $0, values: nil) }
    let classes = Set(parts.flatMap(\.directory.classes)).sorted()
    directory.classes = classes
    guard directory.classes.count <= Int(UInt8.max - IndexLayout.firstClass) else {
      throw IndexError(.differentKinds, "the indexes have signatures of too many sizes")
    }
    var unknown = DocumentSet(limit: count)
    var withoutFacts = DocumentSet(limit: count)
    for part in parts {
      let base = directory.sizes.count
      firstDocument.append(base)
      firstPiece.append(directory.pieces.count)
      firstRegion.append(directory.regions.count)
      directory.sizes += part.directory.sizes
      for document in part.directory.unknown { unknown.insert(base + document) }
      for document in part.directory.withoutFacts { withoutFacts.insert(base + document) }
      let numbers = part.directory.classes.map { bits in
        IndexLayout.firstClass + UInt8(classes.firstIndex(of: bits) ?? 0)
      }
      func renumbered(_ kinds: [UInt8]) -> [UInt8] {
        kinds.map { $0 < IndexLayout.firstClass ? $0 : numbers[Int($0 - IndexLayout.firstClass)] }
      }
      directory.pieces += renumbered(part.directory.pieces)
      directory.regions += renumbered(part.directory.regions)
      for (index, column) in part.directory.columns.enumerated() {
        guard let more = column.values else { continue }
        guard var values = directory.columns[index].values else {
          directory.columns[index].values = more
          continue
        }
        values.minimum = Swift.min(values.minimum, more.minimum)
        values.maximum = Swift.max(values.maximum, more.maximum)
        values.count += more.count
        directory.columns[index].values = values
      }
    }
    directory.unknown = unknown
    directory.withoutFacts = withoutFacts
    pieceLayout = RowLayout(classes: directory.classes, kinds: directory.pieces)
    regionLayout = RowLayout(classes: directory.classes, kinds: directory.regions)
  }

  private static let senseless = IndexError(
    .damaged, "the facts of an index to be merged make no sense")

  func write(identity: UInt64, _ write: @escaping (ByteView) throws -> Void) throws {
    var directory = directory
    let count = directory.sizes.count
    // Once for the length, once for the bytes: lists are not kept.
    var encoder = FactKeyEncoder()
    var keys = MergedFactKeys(parts, firstDocument)
    encoder.encode(&keys) { _ in }
    if keys.isBroken { throw Self.senseless }
    directory.keyCount = encoder.keyCount
    let encodedDirectory = directory.encoded
    var header = IndexHeader(
      identity: identity, documentCount: count, pieceGram: parts[0].header.pieceGram)
    header.place(lengths: [
      pieceLayout.length, regionLayout.length, UInt64(count * IndexQuery.headerBytes),
      directory.columnBytes,
      UInt64(encoder.blocks.bytes.count), encoder.length, UInt64(encodedDirectory.count),
    ])

    let writer = try IndexFileWriter(header, write: write)
    try writer.begin(.pieces)
    try writeRows(pieceLayout, firstPiece, of: .pieces, to: writer) { $0.pieceRows }
    try writer.begin(.regions)
    try writeRows(regionLayout, firstRegion, of: .regions, to: writer) { $0.regionRows }
    try writer.begin(.beginnings)
    for place in 0..<IndexQuery.headerBytes {
      for part in parts {
        try writer.append(
          part.bytes(of: .beginnings).clamped(
            at: place * part.documentCount, length: part.documentCount))
      }
    }
    try writer.begin(.columns)
    for column in directory.columns.indices {
      var values = ColumnValues()
      for (part, base) in zip(parts, firstDocument) {
        part.forEachValue(ofColumn: column) { values.append($1, of: base + $0) }
      }
      // Sums of what the parts say; a part with right checksums may still say what is not so.
      guard values.bounds == directory.columns[column].values else { throw Self.senseless }
      try writer.append(values.encoded(documents: count))
    }
    try writer.begin(.keyBlocks)
    try writer.append(encoder.blocks.bytes)
    try writer.begin(.keys)
    var again = FactKeyEncoder()
    keys = MergedFactKeys(parts, firstDocument)
    try again.encode(&keys) { try writer.append($0) }
    try writer.finish(directory: encodedDirectory)
  }

  /// Columns of one part's block that stay side by side.
  private struct Run {
    let rows: ByteView
    let block: RowLayout.Block
    /// The first of them in `block`.
    let column: Int
    var width: Int
  }

  /// - Parameter first: the number of each part's first piece or region.
  private func writeRows(
    _ layout: RowLayout, _ first: [Int], of section: IndexSection, to writer: IndexFileWriter,
    places: (IndexFile) -> RowPlaces
  ) throws {
    let places = parts.map { places($0) }
    let all = layout.blocks.map { block in
      runs(of: layout.members[block.first..<block.first + block.width], places, first, section)
    }
    try RowWriter(layout) { try writer.append($0) }.writeAll { number, start, target in
      let block = layout.blocks[number]
      let runs = all[number]
      for row in start..<start + 64 * block.rows {
        var goal = block.place(ofRow: row)
        for run in runs {
          var place = Int(run.block.place(ofRow: row)) + run.column
          var left = run.width
          while left > 0 {
            let width = Swift.min(left, 64)
            target.put(run.rows.bits(at: place, width: width), width: width, at: goal)
            goal += UInt64(width)
            place += width
            left -= width
          }
        }
      }
    }
  }

  private func runs(
    of members: ArraySlice<UInt32>, _ places: [RowPlaces], _ first: [Int], _ section: IndexSection
  ) -> [Run] {
    var runs: [Run] = []
    var last: (part: Int, block: Int, column: Int) = (-1, -1, 0)
    var index = 0
    for member in members {
      while index + 1 < parts.count, Int(member) >= first[index + 1] { index += 1 }
      let local = Int(member) - first[index]
      let rows = places[index]
      let place = (part: index, block: rows[local].block, column: rows[local].column)
      if !runs.isEmpty, place.part == last.part, place.block == last.block,
        place.column == last.column + 1
      {
        runs[runs.count - 1].width += 1
      } else {
        runs.append(
          Run(
            rows: parts[index].bytes(of: section), block: rows.layout.blocks[place.block],
            column: place.column, width: 1))
      }
      last = place
    }
    return runs
  }
}

/// The keys of several indexes, ascending, their documents numbered on.
private struct MergedFactKeys: FactKeySource {
  private var sources: [StoredFactKeys]
  private var heads: [(key: UInt64, documents: [UInt32])?]

  init(_ parts: [IndexFile], _ firstDocument: [Int]) {
    sources = zip(parts, firstDocument).map { StoredFactKeys($0, from: UInt32($1)) }
    heads = []
    for index in sources.indices { heads.append(sources[index].next()) }
  }

  /// Whether a list ended before its end.
  var isBroken: Bool { sources.contains { $0.isBroken } }

  mutating func next() -> (key: UInt64, documents: [UInt32])? {
    guard let key = heads.lazy.compactMap({ $0?.key }).min() else { return nil }
    var documents: [UInt32] = []
    for index in heads.indices where heads[index]?.key == key {
      documents += heads[index]?.documents ?? []
      heads[index] = sources[index].next()
    }
    return (key, documents)
  }
}

/// The keys of one index from first to last; ends early, and is broken, where they make no sense.
private struct StoredFactKeys: FactKeySource {
  private let blocks: ByteView
  private var reader: NumberReader
  private let first: UInt32
  private let documentCount: Int
  private let keyCount: Int
  private var number = 0
  private var key: UInt64 = 0
  private(set) var isBroken = false

  init(_ index: IndexFile, from first: UInt32) {
    blocks = index.bytes(of: .keyBlocks)
    reader = NumberReader(index.bytes(of: .keys))
    self.first = first
    documentCount = index.documentCount
    keyCount = index.directory.keyCount
  }

  mutating func next() -> (key: UInt64, documents: [UInt32])? {
    guard number < keyCount, !isBroken else { return nil }
    guard let entry = read() else {
      isBroken = true
      return nil
    }
    number += 1
    return entry
  }

  private mutating func read() -> (key: UInt64, documents: [UInt32])? {
    let last = key
    if number % IndexLayout.keysPerBlock == 0 {
      guard let first = blocks.little(at: number / IndexLayout.keysPerBlock * 16, as: UInt64.self)
      else {
        return nil
      }
      key = first
    }
    guard let difference = reader.next(), let length = reader.next(upTo: reader.left),
      let list = reader.take(length)
    else { return nil }
    key = key &+ difference
    guard number == 0 || key > last else { return nil }
    var documents: [UInt32] = []
    var numbers = NumberReader(list)
    var document = 0
    while numbers.left > 0 {
      guard let step = numbers.next(upTo: documentCount - 1 - document) else { return nil }
      document += step
      documents.append(first + UInt32(document))
    }
    return (key, documents)
  }
}
