import Bytes

@testable import GramIndex

extension FuzzTarget {
  static let indexTargets = [
    FuzzTarget(
      name: "index", summary: "changes to a small index file, with checksums that fit or do not",
      seeds: { IndexTarget.seeds }, run: { IndexTarget.read($0) })
  ]
}

/// Checksums guard every page of an index, so the input says which bytes of an intact file to
/// change and whether checksums are made to fit afterwards. Where they are not, nothing may be lost.
enum IndexTarget {
  private static let documents: [[UInt8]] = [
    [], Array("MZ".utf8),
    Array(repeating: Array("a document of many words. ".utf8), count: 40).flatMap { $0 },
    (0..<3000).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 3) },
    (0..<5000).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 13) },
  ]

  private static let intact: [UInt8] = {
    let builder = IndexBuilder(identity: 1, factsVersion: "1", columns: ["a", "b"])
    for (number, bytes) in documents.enumerated() {
      let keys = (0..<50).map { FactKey(hash: UInt64($0 * (number + 1)) << 40) }
      let facts = DocumentFacts(
        columns: [Int64(number * 1000), number == 2 ? nil : -1], keys: keys)
      ByteView.with(bytes) { builder.add($0, facts: number == 3 ? nil : facts) }
    }
    builder.addUnknown()
    var file: [UInt8] = []
    do { try builder.finish { file += $0.array } } catch {
      fatalError("the seed cannot be built: \(error)")
    }
    return file
  }()

  /// A choice, then changes: section, offset in it, value.
  static let seeds: [[UInt8]] = {
    var seeds: [[UInt8]] = [[0], [1], [2]]
    for section in 0..<UInt8(IndexSection.allCases.count + 1) {
      seeds.append([1, section, 0, 0, 255, section, 9, 0, 0, section, 17, 0, 128])
      seeds.append([0, section, 3, 1, 7])
    }
    return seeds
  }()

  static func read(_ input: [UInt8]) {
    var reader = InputReader(input)
    let choice = reader.next(UInt8.self)
    var bytes = intact
    guard let header = ByteView.with(intact, { try? IndexHeader(of: $0) }) else { return }
    while !reader.isEmpty {
      let section = Int(reader.next(UInt8.self)) % (IndexSection.allCases.count + 1)
      let offset = Int(reader.next(UInt16.self))
      let value = reader.next(UInt8.self)
      let range = section == 0 ? 0..<UInt64(IndexLayout.headerSize) : header.sections[section - 1]
      guard !range.isEmpty else { continue }
      bytes[Int(range.lowerBound) + offset % range.count] = value
    }
    if choice & 2 != 0 { bytes.removeLast(min(bytes.count, Int(choice) * 16)) }
    let isRepaired = choice & 1 != 0
    if isRepaired { repair(&bytes, header) }
    ask(bytes, mustHold: !isRepaired)
  }

  private static func repair(_ bytes: inout [UInt8], _ header: IndexHeader) {
    guard bytes.count == intact.count else { return }
    func seal(_ range: Range<Int>) {
      let sum = checksum(of: bytes[range])
      for index in 0..<8 {
        bytes[range.upperBound + index] = UInt8(truncatingIfNeeded: sum >> UInt64(index * 8))
      }
    }
    seal(0..<IndexLayout.headerSize - 8)
    let directory = header[.directory]
    seal(Int(directory.lowerBound)..<Int(directory.upperBound) - 8)
    var sums = Bytes.ByteWriter()
    for start in stride(from: 0, to: Int(directory.lowerBound), by: IndexLayout.pageSize) {
      sums.append(
        UInt32(truncatingIfNeeded: checksum(of: bytes[start..<start + IndexLayout.pageSize])))
    }
    bytes.replaceSubrange(
      Int(header[.checksums].lowerBound)..<Int(header[.checksums].upperBound),
      with: PageChecksums.encoded(sums.bytes))
  }

  private static func checksum(of bytes: ArraySlice<UInt8>) -> UInt64 {
    ByteView.with(Array(bytes)) { XXH64.checksum($0) }
  }

  /// Each input needs a copy of its own, so that AddressSanitizer sees where it ends.
  @safe private final class Holder: Sendable {
    nonisolated(unsafe) let memory: UnsafeMutableRawBufferPointer
    init(_ bytes: [UInt8]) {
      unsafe memory = .allocate(byteCount: bytes.count, alignment: 64)
      unsafe memory.copyBytes(from: bytes)
    }
    deinit { unsafe memory.deallocate() }
  }

  private static func ask(_ bytes: [UInt8], mustHold: Bool) {
    let holder = Holder(bytes)
    let view = unsafe ByteView(unsafe: UnsafeRawBufferPointer(holder.memory))
    guard let index = try? IndexFile(view, owner: holder) else { return }
    let scratch = IndexScratch()
    for (number, document) in documents.enumerated() {
      for length in [3, 4, 9, 600] where document.count >= length {
        let found = index.candidates(.literal(Array(document.suffix(length))), using: scratch)
        FuzzTarget.require(!mustHold || found.contains(number), "document \(number) is lost")
        guard number < index.documentCount else { continue }
        let regions = index.regions(
          of: number, holding: .literal(Array(document.suffix(length))), using: scratch)
        FuzzTarget.require(
          !mustHold || regions.contains((document.count - length) >> IndexQuery.regionBits),
          "a region of document \(number) is lost")
      }
      let size = ColumnPredicate(
        column: "filesize", ranges: [Int64(document.count)...Int64(document.count)],
        matchesUndefined: false)
      let value = ColumnPredicate(
        column: "a", ranges: [Int64(number * 1000)...Int64(number * 1000)], matchesUndefined: false)
      let query = IndexQuery.atLeast(
        3,
        [
          .column(size), .column(value), .fact(FactKey(hash: UInt64(number + 1) << 40)),
          .headerNumber(
            HeaderNumberPredicate(
              offset: 0, bytes: 4, isSigned: true, isBigEndian: true, ranges: [.min ... .max],
              matchesUndefined: true)),
          .or([
            .header(HeaderPredicate(offset: 62, value: [0, 0], mask: [0, 0])), .literal([1, 2, 3]),
          ]),
        ])
      let found = index.candidates(query, using: scratch)
      FuzzTarget.require(
        !mustHold || found.contains(number), "document \(number) is lost to its facts")
    }
    FuzzTarget.use(index.verify())
    FuzzTarget.use(index.sections.count)
    var merged = 0
    try? IndexMerger.merge([index, index], identity: 2) { merged += $0.count }
    FuzzTarget.use(merged)
  }
}
