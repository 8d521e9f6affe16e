internal import CVectorscan

/// One literal to look for.
public struct SearchLiteral: Hashable, Sendable {
  /// 1 or more bytes, any values.
  public var bytes: [UInt8]
  /// ASCII letters match in either case; then capitals in `bytes` stand in small ones.
  public var isCaseless: Bool
  /// Bytes that stand before and behind it wherever anybody cares for it: elsewhere it may be found or
  /// not. They make searching faster.
  public var before: [UInt8] = []
  public var after: [UInt8] = []
  public init(bytes: [UInt8], isCaseless: Bool) {
    self.bytes = bytes
    self.isCaseless = isCaseless
  }
}

/// One occurrence of a literal, packed so that a million of them are 8 MB.
public struct LiteralHit: Hashable, Sendable {
  let packed: UInt64
  /// - Parameters:
  ///   - literal: index in the database's list, below 2^24
  ///   - end: offset after the last byte, below 2^40
  @inlinable
  public init(literal: Int, end: Int) {
    self.init(packed: UInt64(truncatingIfNeeded: end) << 24 | UInt64(truncatingIfNeeded: literal))
  }
  @usableFromInline init(packed: UInt64) { self.packed = packed }
  @usableFromInline var bits: UInt64 { packed }
  @inlinable public var literal: Int { Int(truncatingIfNeeded: bits & 0xFF_FFFF) }
  @inlinable public var end: Int { Int(truncatingIfNeeded: bits >> 24) }
}

/// Why a literal database could not be made.
public struct LiteralDatabaseError: Error, Sendable {
  public let reason: String
}

/// A set of literals compiled for one pass over a block: every occurrence of every literal is
/// delivered, overlapping ones included.
///
/// A set of long literals is found by sampling (`SampledSearch`) where that is faster, any other by
/// vectorscan (`hs_compile_lit_multi`). Its pure literal compiler refuses a literal that
/// begins with a zero byte: small sets with such literals are made by the expression compiler
/// instead, in large ones they stand in a second database.
/// Another kernel may stand here: the contract is the hit list, not the library.
///
/// Databases are made for vectored scanning, of one piece: searching costs the same, and the
/// automaton for tiny inputs is left out that block databases have, and that takes ten times as long
/// to compile as all the rest of some hundred literals.
@safe
public final class LiteralDatabase: @unchecked Sendable {
  /// SAFETY: written once in `init`, read only afterwards; vectorscan databases are immutable.
  private var databases: [OpaquePointer] = unsafe []
  /// Then there is no database.
  private let sampled: SampledSearch?
  public let longestLiteral: Int
  public let count: Int
  /// Whether all hits of a search come in rising order of their ends.
  public let isOrdered: Bool
  /// The expression compiler takes some ten times longer per literal.
  private static let expressionLimit = 2000

  /// - Parameter literals: 1 to 2^24 - 1 literals, none empty; a hit's `literal` is the index here.
  public init(_ literals: [SearchLiteral]) throws(LiteralDatabaseError) {
    count = literals.count
    longestLiteral = literals.reduce(0) { max($0, $1.bytes.count) }
    guard !literals.isEmpty, literals.count < 1 << 24 else {
      throw LiteralDatabaseError(reason: "a literal database holds 1 to 2^24 - 1 literals")
    }
    guard literals.allSatisfy({ !$0.bytes.isEmpty }) else {
      throw LiteralDatabaseError(reason: "a literal may not be empty")
    }
    sampled = SampledChoice(literals).map { SampledSearch($0) }
    if sampled != nil {
      isOrdered = true
      return
    }
    var plain = literals.indices.filter { literals[$0].bytes[0] != 0 }
    var zeroFirst = literals.indices.filter { literals[$0].bytes[0] == 0 }
    if !zeroFirst.isEmpty, literals.count <= Self.expressionLimit {
      plain = []
      zeroFirst = Array(literals.indices)
    }
    isOrdered = plain.isEmpty || zeroFirst.isEmpty
    if !plain.isEmpty {
      try unsafe databases.append(Self.compileLiterals(literals, plain))
    }
    if !zeroFirst.isEmpty {
      try unsafe databases.append(Self.compileExpressions(literals, zeroFirst))
    }
  }

  deinit {
    for unsafe database in unsafe databases { unsafe hs_free_database(database) }
  }

  /// Compiled size in bytes.
  public var memory: Int {
    var total = sampled?.memory ?? 0
    for unsafe database in unsafe databases {
      var size = 0
      if unsafe hs_database_size(database, &size) == HS_SUCCESS { total += size }
    }
    return total
  }

  private static func compileLiterals(
    _ literals: [SearchLiteral], _ chosen: [Int]
  ) throws(LiteralDatabaseError) -> OpaquePointer {
    var pool: [CChar] = []
    var places: [Int] = []
    var lengths: [Int] = []
    for index in chosen {
      places.append(pool.count)
      lengths.append(literals[index].bytes.count)
      pool.append(contentsOf: literals[index].bytes.lazy.map { CChar(bitPattern: $0) })
    }
    let flags = chosen.map { literals[$0].isCaseless ? UInt32(HS_FLAG_CASELESS) : 0 }
    let ids = chosen.map { UInt32($0) }
    var database: OpaquePointer?
    var failure: UnsafeMutablePointer<hs_compile_error_t>?
    // SAFETY: every pointer handed over is into an array that lives until the call returns; the
    // lengths are those of the pieces of the pool.
    let code = unsafe pool.withUnsafeBufferPointer { pool in
      var pointers: [UnsafePointer<CChar>?] = unsafe []
      for place in places { unsafe pointers.append(pool.baseAddress.map { unsafe $0 + place }) }
      return unsafe hs_compile_lit_multi(
        &pointers, flags, ids, lengths, UInt32(chosen.count), UInt32(HS_MODE_VECTORED), nil, &database,
        &failure)
    }
    return try unsafe finish(code, database, failure)
  }

  private static func compileExpressions(
    _ literals: [SearchLiteral], _ chosen: [Int]
  ) throws(LiteralDatabaseError) -> OpaquePointer {
    let digits = Array("0123456789abcdef".utf8)
    var pool: [CChar] = []
    var places: [Int] = []
    for index in chosen {
      places.append(pool.count)
      for byte in literals[index].bytes {
        for character in [0x5C, 0x78, digits[Int(byte >> 4)], digits[Int(byte & 15)]] {
          pool.append(CChar(bitPattern: character))
        }
      }
      pool.append(0)
    }
    let flags = chosen.map {
      UInt32(HS_FLAG_DOTALL) | (literals[$0].isCaseless ? UInt32(HS_FLAG_CASELESS) : 0)
    }
    let ids = chosen.map { UInt32($0) }
    var database: OpaquePointer?
    var failure: UnsafeMutablePointer<hs_compile_error_t>?
    // SAFETY: as above; every piece of the pool ends with a zero.
    let code = unsafe pool.withUnsafeBufferPointer { pool in
      var pointers: [UnsafePointer<CChar>?] = unsafe []
      for place in places { unsafe pointers.append(pool.baseAddress.map { unsafe $0 + place }) }
      return unsafe hs_compile_multi(
        &pointers, flags, ids, UInt32(chosen.count), UInt32(HS_MODE_VECTORED), nil, &database, &failure)
    }
    return try unsafe finish(code, database, failure)
  }

  private static func finish(
    _ code: hs_error_t, _ database: OpaquePointer?,
    _ failure: UnsafeMutablePointer<hs_compile_error_t>?
  ) throws(LiteralDatabaseError) -> OpaquePointer {
    if code == HS_SUCCESS, let database = unsafe database { return unsafe database }
    var reason = "vectorscan error \(code)"
    if let failure = unsafe failure {
      if let message = unsafe failure.pointee.message { reason = unsafe String(cString: message) }
      unsafe hs_free_compile_error(failure)
    }
    throw LiteralDatabaseError(reason: reason)
  }

  fileprivate func forEach(_ body: (OpaquePointer) -> Bool) {
    for unsafe database in unsafe databases {
      guard unsafe body(database) else { return }
    }
  }
}

/// The memory a literal pass needs: one per thread, for any number of databases.
@safe
public final class LiteralScratch {
  /// SAFETY: owned; given to vectorscan by one pass at a time since the class is not Sendable.
  fileprivate var scratch: OpaquePointer?
  fileprivate var prepared: Set<ObjectIdentifier> = []
  /// The database searched for last.
  fileprivate var last: ObjectIdentifier?
  fileprivate let hits: UnsafeMutableBufferPointer<LiteralHit>
  private static let capacity = 8192
  /// Of sampled literals, found but not delivered yet.
  fileprivate let sampled = HitList(capacity: 64)
  /// The end of a file, with what pads it.
  fileprivate var tail: UnsafeMutableRawBufferPointer = unsafe .init(
    start: nil, count: 0)

  public init() {
    unsafe hits = .allocate(capacity: Self.capacity)
    unsafe hits.initialize(repeating: LiteralHit(packed: 0))
  }

  fileprivate static func grow(_ memory: inout UnsafeMutableRawBufferPointer, to count: Int) {
    guard memory.count < count else { return }
    unsafe memory.deallocate()
    unsafe memory = .allocate(byteCount: count, alignment: 64)
  }

  deinit {
    unsafe hits.deallocate()
    unsafe tail.deallocate()
    if let scratch = unsafe scratch { unsafe hs_free_scratch(scratch) }
  }
}

/// What one callback needs; lives on the stack of `search`.
@unsafe
private struct PassState {
  let hits: UnsafeMutableBufferPointer<LiteralHit>
  var used = 0
  var base = 0
  /// Hits that end at or before this offset of the whole were delivered with the block before.
  var floor = 0
  /// Hits that end after this offset are delivered with the next block.
  var ceiling = 0
  var stopped = false
  let deliver: (Span<LiteralHit>) -> Bool
}

extension LiteralDatabase {
  /// Bytes searched between two looks at `deliver`'s caller: also when nothing is found.
  private static let blockSize = 8 << 20
  /// Searched by sampling before hits are put in order.
  private static let sampledBlockSize = 1 << 20
  /// A file up to this size is searched in one piece, in the copy that its end needs anyway.
  private static let copiedUpTo = 4096

  /// Vectorscan 5.4.9 loses hits close to the end of what it is given: of `a` and `a\0` together,
  /// seen up to 29 bytes before the end on a processor with AVX-512. So nothing is believed of the
  /// last bytes of a block: the next block looks at them again, and after the last one a copy of
  /// the file's end does, with as many bytes behind it.
  private static let untrusted = 128

  /// Searches the whole of `data`, calling `deliver` with batches of hits; `deliver` also gets an
  /// empty batch after every 8 MiB or so, so that time limits can be looked at.
  /// - Parameters:
  ///   - from: hits that end at or before this offset are not delivered.
  ///   - deliver: gives false to stop.
  /// - Returns: false where `deliver` stopped it.
  public func search(
    _ data: ByteView, from: Int = 0, scratch: LiteralScratch,
    deliver: (Span<LiteralHit>) -> Bool
  ) throws(LiteralDatabaseError) -> Bool {
    if let sampled { return search(data, sampled, from: max(0, from), scratch.sampled, deliver) }
    try prepare(scratch)
    var failure: hs_error_t = HS_SUCCESS
    var finished = true
    withoutActuallyEscaping(deliver) { deliver in
      let state = UnsafeMutablePointer<PassState>.allocate(capacity: 1)
      unsafe state.initialize(to: PassState(hits: scratch.hits, deliver: deliver))
      defer {
        unsafe state.deinitialize(count: 1)
        unsafe state.deallocate()
      }
      unsafe forEach { database in
        finished = unsafe pass(database, data, from: max(0, from), scratch, state, &failure)
        return finished
      }
    }
    if failure != HS_SUCCESS {
      throw LiteralDatabaseError(reason: "the literal search failed with code \(failure)")
    }
    return finished
  }

  private func prepare(_ scratch: LiteralScratch) throws(LiteralDatabaseError) {
    let name = ObjectIdentifier(self)
    if scratch.last != name, !scratch.prepared.contains(name) {
      var failed = false
      unsafe forEach { database in
        failed = unsafe hs_alloc_scratch(database, &scratch.scratch) != HS_SUCCESS
        return !failed
      }
      if failed { throw LiteralDatabaseError(reason: "no memory for the literal search") }
      // Object identifiers are reused after a database is freed, and scratch only grows: at worst
      // the next database finds scratch that is too small, which vectorscan reports.
      if scratch.prepared.count > 64 { scratch.prepared.removeAll() }
      scratch.prepared.insert(name)
    }
    scratch.last = name
  }

  private func search(
    _ data: ByteView, _ sampled: SampledSearch, from: Int, _ hits: HitList,
    _ deliver: (Span<LiteralHit>) -> Bool
  ) -> Bool {
    hits.removeAll()
    var start = from
    var sample = max(0, from - sampled.before)
    while start < data.count {
      let end = min(data.count, start + Self.sampledBlockSize)
      sampled.search(data, from: &sample, to: end + sampled.after, into: hits)
      hits.sort()
      guard hits.deliverFirst(after: from, through: end, deliver) else { return false }
      start = end
    }
    return true
  }

  /// - Returns: false where it was stopped or failed.
  @unsafe
  private func pass(
    _ database: OpaquePointer, _ data: ByteView, from: Int, _ scratch: LiteralScratch,
    _ state: UnsafeMutablePointer<PassState>, _ failure: inout hs_error_t
  ) -> Bool {
    var start = from
    while start < data.count {
      let end = min(data.count, start + Self.blockSize)
      let isTail = data.count - start <= (start == 0 ? Self.copiedUpTo : Self.untrusted)
      unsafe state.pointee.floor = start
      unsafe state.pointee.ceiling = isTail ? data.count : end - Self.untrusted
      unsafe scan(database, data, start, end, isTail: isTail, scratch, state, &failure)
      if failure != HS_SUCCESS || (unsafe state.pointee.stopped) || !(unsafe flush(state)) {
        return false
      }
      start = isTail ? data.count : end - Self.untrusted
    }
    return true
  }

  /// Lets vectorscan search `start..<end`, or what is from `start` to the end of the data.
  @unsafe
  private func scan(
    _ database: OpaquePointer, _ data: ByteView, _ start: Int, _ end: Int, isTail: Bool,
    _ scratch: LiteralScratch, _ state: UnsafeMutablePointer<PassState>, _ failure: inout hs_error_t
  ) {
    let begin = max(0, start - (longestLiteral - 1))
    unsafe state.pointee.base = begin
    var place = unsafe data.base + begin
    var count = end - begin
    if isTail {
      unsafe LiteralScratch.grow(&scratch.tail, to: count + Self.untrusted)
      // SAFETY: `tail` holds `count` and `untrusted` bytes more, see the line above.
      unsafe scratch.tail.copyMemory(from: UnsafeRawBufferPointer(start: place, count: count))
      for index in count..<count + Self.untrusted { unsafe scratch.tail[index] = 0xAA }
      count += Self.untrusted
      if let copy = unsafe scratch.tail.baseAddress { unsafe place = UnsafeRawPointer(copy) }
    }
    // SAFETY: the bytes lie inside the view or the tail; `state` outlives the call, which
    // does not keep the pointer; the scratch was made for this database and is used by one
    // thread.
    var piece: UnsafePointer<CChar>? = unsafe place.assumingMemoryBound(to: CChar.self)
    var length = UInt32(count)
    let search = {
      unsafe hs_scan_vector(database, &piece, &length, 1, 0, scratch.scratch, onHit, state)
    }
    var code = search()
    if code == HS_INVALID, unsafe hs_alloc_scratch(database, &scratch.scratch) == HS_SUCCESS {
      unsafe state.pointee.used = 0
      code = search()
    }
    if code != HS_SUCCESS && code != HS_SCAN_TERMINATED { failure = code }
  }
}

/// Delivers what is in the buffer.
private func flush(_ state: UnsafeMutablePointer<PassState>) -> Bool {
  // SAFETY: `used` elements from the start were written by `onHit`.
  let batch = unsafe Span(
    _unsafeElements: UnsafeBufferPointer(rebasing: state.pointee.hits[..<state.pointee.used]))
  unsafe state.pointee.used = 0
  return unsafe state.pointee.deliver(batch)
}

/// SAFETY: `context` is the `PassState` that `search` passes for the duration of the scan.
private func onHit(
  id: UInt32, from: UInt64, to: UInt64, flags: UInt32, context: UnsafeMutableRawPointer?
) -> Int32 {
  guard let context = unsafe context else { return 1 }
  let state = unsafe context.assumingMemoryBound(to: PassState.self)
  let end = unsafe state.pointee.base &+ Int(truncatingIfNeeded: to)
  if unsafe end <= state.pointee.floor || end > state.pointee.ceiling { return 0 }
  unsafe state.pointee.hits[state.pointee.used] = LiteralHit(literal: Int(id), end: end)
  unsafe state.pointee.used &+= 1
  if unsafe state.pointee.used == state.pointee.hits.count {
    if !(unsafe flush(state)) {
      unsafe state.pointee.stopped = true
      return 1
    }
  }
  return 0
}
