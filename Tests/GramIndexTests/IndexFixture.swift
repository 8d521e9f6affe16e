import Bytes

@testable import GramIndex

/// SplitMix64: the same numbers for the same seed.
struct SeededNumbers: RandomNumberGenerator {
  private var state: UInt64
  init(_ seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}

/// A document of a test: nil bytes for one that cannot be read.
struct TestDocument {
  var bytes: [UInt8]?
  var facts: DocumentFacts?
}

/// Keeps the bytes of an index file in place.
@safe
final class HeldBytes: Sendable {
  private nonisolated(unsafe) let memory: UnsafeMutableRawBufferPointer

  init(_ bytes: [UInt8]) {
    unsafe memory = .allocate(byteCount: bytes.count, alignment: 64)
    unsafe memory.copyBytes(from: bytes)
  }
  deinit { unsafe memory.deallocate() }

  var view: ByteView { unsafe ByteView(unsafe: UnsafeRawBufferPointer(memory)) }
}

enum Fixture {
  static let columns = ["pe.number_of_sections", "pe.timestamp", "never"]

  static func bytes(
    of documents: [TestDocument], identity: UInt64 = 7, columns: [String] = columns,
    pieceGram: Int? = nil,
    signatureLimit: Int? = nil
  ) throws -> [UInt8] {
    let builder: IndexBuilder
    if pieceGram == nil, signatureLimit == nil {
      builder = IndexBuilder(identity: identity, factsVersion: "v1", columns: columns)
    } else {
      builder = IndexBuilder(
        identity: identity, factsVersion: "v1", columns: columns, pieceGram: pieceGram ?? 4,
        signatureLimit: signatureLimit ?? 1 << 30)
    }
    for document in documents {
      if let bytes = document.bytes {
        ByteView.with(bytes) { builder.add($0, facts: document.facts) }
      } else {
        builder.addUnknown()
      }
    }
    var file: [UInt8] = []
    try builder.finish { file += $0.array }
    return file
  }

  /// Makes all checksums fit what was changed behind the header.
  static func seal(_ bytes: inout [UInt8], _ header: IndexHeader) {
    func checksum(_ range: Range<Int>) -> UInt64 {
      ByteView.with(Array(bytes[range])) { XXH64.checksum($0) }
    }
    func store(_ value: UInt64, at place: Int, count: Int) {
      for index in 0..<count {
        bytes[place + index] = UInt8(truncatingIfNeeded: value >> UInt64(index * 8))
      }
    }
    let directory = Int(header[.directory].lowerBound)..<Int(header[.directory].upperBound) - 8
    store(checksum(directory), at: directory.upperBound, count: 8)
    var sums = ByteWriter()
    for start in stride(
      from: 0, to: Int(header[.directory].lowerBound), by: IndexLayout.pageSize)
    {
      sums.append(UInt32(truncatingIfNeeded: checksum(start..<start + IndexLayout.pageSize)))
    }
    bytes.replaceSubrange(
      Int(header[.checksums].lowerBound)..<Int(header[.checksums].upperBound),
      with: PageChecksums.encoded(sums.bytes))
  }

  static func open(_ bytes: [UInt8]) throws(IndexError) -> IndexFile {
    let held = HeldBytes(bytes)
    return try IndexFile(held.view, owner: held)
  }

  static func index(_ documents: [TestDocument], pieceGram: Int? = nil) throws -> IndexFile {
    try open(try bytes(of: documents, pieceGram: pieceGram))
  }

  /// Bytes of one of several kinds: words, structured binary, noise, runs.
  static func content(_ length: Int, _ random: inout SeededNumbers) -> [UInt8] {
    let kind = Int.random(in: 0..<4, using: &random)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(length + 32)
    while bytes.count < length {
      switch kind {
      case 0:
        for _ in 0..<Int.random(in: 2...9, using: &random) {
          bytes.append(
            UInt8.random(in: 97...122, using: &random) & (Bool.random(using: &random) ? 0xDF : 0xFF)
          )
        }
        bytes.append(32)
      case 1:
        bytes += [
          0x48, 0x8B, UInt8.random(in: 0...63, using: &random), 0, 0,
          UInt8.random(in: 0...9, using: &random),
        ]
      case 2:
        var word = random.next()
        for _ in 0..<8 {
          bytes.append(UInt8(truncatingIfNeeded: word))
          word >>= 8
        }
      default:
        let byte = UInt8.random(in: 0...255, using: &random)
        bytes += Array(repeating: byte, count: Int.random(in: 1...300, using: &random))
      }
    }
    return Array(bytes.prefix(length))
  }

  static func facts(_ random: inout SeededNumbers) -> DocumentFacts? {
    guard Int.random(in: 0..<5, using: &random) > 0 else { return nil }
    let values: [Int64?] = [
      Bool.random(using: &random) ? Int64.random(in: 1...12, using: &random) : nil,
      Bool.random(using: &random) ? Int64(bitPattern: random.next() >> (random.next() & 63)) : nil,
      nil,
    ]
    let keys = (0..<Int.random(in: 0..<40, using: &random)).map { _ in
      FactKey(path: "key", value: [UInt8.random(in: 0..<120, using: &random)])
    }
    return DocumentFacts(columns: values, keys: keys)
  }

  static func documents(_ count: Int, upTo length: Int, seed: UInt64) -> [TestDocument] {
    var random = SeededNumbers(seed)
    return (0..<count).map { _ in
      if Int.random(in: 0..<25, using: &random) == 0 { return TestDocument(bytes: nil, facts: nil) }
      // Many small ones, some as large as may be.
      let most = Swift.max(1, length >> Int.random(in: 0...12, using: &random))
      return TestDocument(
        bytes: content(Int.random(in: 0...most, using: &random), &random), facts: facts(&random))
    }
  }
}

/// What a question means, asked of the documents themselves.
enum PlainOracle {
  static func holds(
    _ query: IndexQuery, _ document: TestDocument, columns: [String] = Fixture.columns
  ) -> Bool {
    // What could not be read satisfies whatever is asked of a document.
    switch query {
    case .literal, .together, .fact, .column, .header, .headerNumber:
      if document.bytes == nil { return true }
    default: break
    }
    let bytes = document.bytes ?? []
    switch query {
    case .everything: return true
    case .nothing: return false
    case .literal(let literal): return contains(bytes.map(folded), literal.map(folded))
    case .together(let runs):
      return hasTogether(bytes.map(folded), runs.map { $0.map(folded) })
    case .local(_, let inner), .inside(_, let inner):
      return holds(inner, document, columns: columns)
    case .fact(let key): return document.facts?.keys.contains(key) ?? true
    case .column(let predicate):
      if predicate.column == "filesize" {
        return predicate.ranges.contains { $0.contains(Int64(bytes.count)) }
      }
      guard let facts = document.facts, let index = columns.firstIndex(of: predicate.column) else {
        return true
      }
      guard let value = facts.columns[index] else { return predicate.matchesUndefined }
      return predicate.ranges.contains { $0.contains(value) }
    case .header(let predicate):
      guard bytes.count >= predicate.offset + predicate.value.count else { return false }
      return predicate.value.indices.allSatisfy {
        (bytes[predicate.offset + $0] ^ predicate.value[$0]) & predicate.mask[$0] == 0
      }
    case .headerNumber(let predicate):
      guard bytes.count >= predicate.offset + predicate.bytes else {
        return predicate.matchesUndefined
      }
      let digits = bytes[predicate.offset..<predicate.offset + predicate.bytes]
      var value: Int64 = 0
      for byte in predicate.isBigEndian ? Array(digits) : digits.reversed() {
        value = value << 8 | Int64(byte)
      }
      if predicate.isSigned, value >= 1 << Int64(predicate.bytes * 8 - 1) {
        value -= 1 << Int64(predicate.bytes * 8)
      }
      return predicate.ranges.contains { $0.contains(value) }
    case .and(let parts): return parts.allSatisfy { holds($0, document, columns: columns) }
    case .or(let parts): return parts.contains { holds($0, document, columns: columns) }
    case .atLeast(let count, let parts):
      return parts.count { holds($0, document, columns: columns) } >= count
    }
  }

  /// Whether some stretch of `IndexQuery.span` bytes holds all runs.
  static func hasTogether(_ bytes: [UInt8], _ runs: [[UInt8]]) -> Bool {
    let places = runs.map { run in
      bytes.indices.filter { bytes[$0...].starts(with: run) }
    }
    return places.joined().contains { start in
      zip(runs, places).allSatisfy { run, places in
        places.contains { $0 >= start && $0 + run.count <= start + IndexQuery.span }
      }
    }
  }

  static func contains(_ bytes: [UInt8], _ literal: [UInt8]) -> Bool {
    guard let first = literal.first else { return true }
    guard literal.count <= bytes.count else { return false }
    for start in 0...(bytes.count - literal.count)
    where bytes[start] == first && bytes[start..<start + literal.count].elementsEqual(literal) {
      return true
    }
    return false
  }
}
