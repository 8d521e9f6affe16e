internal import CVectorscan

/// Finds long literals by looking at every `stride`th place of a file only: a literal of enough bytes
/// covers one of these with a sample of four to eight bytes. Samples are looked up in a table, and
/// where one is known the literal is compared.
///
/// The safe twin is in the tests: literals compared at every place.
@safe
final class SampledSearch: @unchecked Sendable {
  /// The texts of one sample.
  private struct Entry {
    var literal: Int32
    /// In the pool.
    var start: Int32
    var count: Int16
    /// From the text's start to the sample.
    var back: Int16
    /// From the sample to the literal's end.
    var forth: Int16
    var isCaseless: Bool
    /// Of this sample.
    var isLast: Bool
  }
  private struct Slot {
    var sample: UInt64
    /// In `entries`, -1 where the slot is free.
    var first: Int
  }

  let stride: Int
  /// Bytes before a hit's end and behind it that belong to a text, at most.
  let before: Int
  let after: Int
  private let sampleLength: Int
  /// Of eight bytes those that are the sample.
  private let mask: UInt64
  /// Set in all samples where some text is found in either case.
  private let fold: UInt64
  /// What eight bytes are multiplied with: the bytes that are no part of the sample fall out at the top.
  private let factor: UInt64
  private let size: FilterSize
  private let slotMask: Int
  /// SAFETY: all four are written once in `init`, read only afterwards. `filter` has a byte a hash,
  /// `slots` a power of two of which half at least is free; entries hold ranges inside the pool.
  private let filter: UnsafeMutablePointer<UInt8>
  private let slots: UnsafeMutablePointer<Slot>
  private let entries: UnsafeMutablePointer<Entry>
  private let pool: UnsafeMutablePointer<UInt8>
  /// In bytes.
  let memory: Int

  /// Entries of a filter, each a byte: what the processor's first cache holds where that is enough.
  enum FilterSize {
    case small, large

    /// Of a hash.
    @inline(__always) var bits: UInt64 { self == .small ? 14 : 16 }

    init(_ samples: Int) { self = samples <= 256 ? .small : .large }

    /// The share of all hashes that such a number of samples takes.
    static func taken(_ samples: Int) -> Double {
      Double(samples) / Double(1 << FilterSize(samples).bits)
    }
  }

  /// What tells upper from lower case.
  private static let caseBits: UInt64 = 0x2020_2020_2020_2020

  /// - Parameter choice: texts of at most 32,000 bytes.
  init(_ choice: SampledChoice) {
    stride = choice.stride
    sampleLength = choice.sampleLength
    let ignoresCase = choice.texts.contains(where: \.isCaseless)
    mask = UInt64.max >> UInt64(64 - 8 * choice.sampleLength)
    fold = ignoresCase ? Self.caseBits & mask : 0
    before = choice.texts.reduce(0) { max($0, $1.literalEnd) }
    after = choice.texts.reduce(0) { max($0, $1.bytes.count - $1.literalEnd) }
    var waiting: [UInt64: [Entry]] = [:]
    var texts: [UInt8] = []
    for (literal, text) in choice.texts.enumerated() {
      for place in text.places {
        let sample = Self.sample(
          text.bytes[place..<place + choice.sampleLength], ignoresCase: ignoresCase)
        waiting[sample, default: []].append(
          Entry(
            literal: Int32(clamping: literal), start: Int32(clamping: texts.count),
            count: Int16(clamping: text.bytes.count), back: Int16(clamping: place),
            forth: Int16(clamping: text.literalEnd - place), isCaseless: text.isCaseless,
            isLast: false))
      }
      texts += text.bytes
    }
    size = FilterSize(waiting.count)
    let lost = UInt64(64 - 8 * choice.sampleLength)
    factor = Self.factor(for: waiting.keys, size, lost, mask, fold)
    var slotCount = 16
    while slotCount < 2 * waiting.count { slotCount *= 2 }
    slotMask = slotCount - 1
    let filterCount = 1 << size.bits
    let entryCount = choice.texts.count * stride
    unsafe filter = .allocate(capacity: filterCount)
    unsafe filter.initialize(repeating: 0, count: filterCount)
    unsafe slots = .allocate(capacity: slotCount)
    unsafe slots.initialize(repeating: Slot(sample: 0, first: -1), count: slotCount)
    unsafe entries = .allocate(capacity: entryCount)
    unsafe pool = .allocate(capacity: texts.count)
    for (index, byte) in texts.enumerated() { unsafe (pool + index).initialize(to: byte) }
    memory =
      filterCount + texts.count + slotCount * MemoryLayout<Slot>.stride
      + entryCount * MemoryLayout<Entry>.stride
    var used = 0
    for (sample, list) in waiting {
      let hash = (sample &* factor) &>> (64 &- size.bits)
      unsafe filter[Int(hash)] = 1
      var slot = Self.slotHash(sample) & slotMask
      while unsafe slots[slot].first >= 0 { slot = (slot + 1) & slotMask }
      unsafe slots[slot] = Slot(sample: sample, first: used)
      for (index, entry) in list.enumerated() {
        var entry = entry
        entry.isLast = index == list.count - 1
        unsafe (entries + used).initialize(to: entry)
        used += 1
      }
    }
  }

  deinit {
    unsafe filter.deallocate()
    unsafe slots.deallocate()
    unsafe entries.deallocate()
    unsafe pool.deallocate()
  }

  /// - Parameter bytes: at most eight.
  static func sample(_ bytes: ArraySlice<UInt8>, ignoresCase: Bool) -> UInt64 {
    var value: UInt64 = 0
    for byte in bytes.reversed() { value = value << 8 | UInt64(ignoresCase ? byte | 0x20 : byte) }
    return value
  }

  private static func slotHash(_ sample: UInt64) -> Int {
    Int(truncatingIfNeeded: (sample &* 0xC2B2_AE3D_27D4_EB4F) >> 40)
  }

  /// A factor that takes none of what files are full of for a sample.
  private static func factor(
    for samples: Dictionary<UInt64, [Entry]>.Keys, _ size: FilterSize, _ lost: UInt64,
    _ mask: UInt64,
    _ fold: UInt64
  ) -> UInt64 {
    let common = [0, .max, caseBits, 1, 0x100, 0x1_0000, 0x100_0000, 0xFF].map { $0 & mask | fold }
      .filter { !samples.contains($0) }
    var factor: UInt64 = 0x9E37_79B9_7F4A_7C15
    for _ in 0..<16 {
      func hash(_ sample: UInt64) -> UInt64 { (sample &* (factor << lost)) >> (64 - size.bits) }
      let avoided = Set(common.map(hash))
      if !samples.contains(where: { avoided.contains(hash($0)) }) { break }
      factor = factor &* 0x5851_F42D_4C95_7F2D | 1
    }
    return factor << lost
  }

  /// How far ahead of the samples memory is asked for, in bytes.
  private static let ahead = 2048

  /// Looks at the samples from `place` on that lie before `end`; `place` is then the next one's.
  ///
  /// - Parameters:
  ///   - place: not negative.
  ///   - hits: those found are appended, not in order.
  func search(_ data: ByteView, from place: inout Int, to end: Int, into hits: HitList) {
    // The last places where a sample is, and where eight bytes are.
    let last = min(end - 1, data.count - sampleLength)
    let lastOfFour = min(last, data.count - 8) - 3 * stride
    switch (size, fold == 0) {
    case (.small, true): fours(data, &place, lastOfFour, hits, .small, folds: false)
    case (.small, false): fours(data, &place, lastOfFour, hits, .small, folds: true)
    case (.large, true): fours(data, &place, lastOfFour, hits, .large, folds: false)
    case (.large, false): fours(data, &place, lastOfFour, hits, .large, folds: true)
    }
    while place <= last {
      look(data, place, hits)
      place &+= stride
    }
  }

  /// Four samples at a time. Compiled for each kind of filter by itself.
  /// - Parameter last: the last place at which eight bytes from each of four samples are in the view.
  @inline(__always)
  private func fours(
    _ data: ByteView, _ place: inout Int, _ last: Int, _ hits: HitList, _ size: FilterSize,
    folds: Bool
  ) {
    let stride = stride
    let factor = factor
    let filter = unsafe UnsafePointer(filter)
    let base = unsafe data.base
    // SAFETY: eight bytes from each place are in the view, see `last`; the filter has a byte a hash.
    // What is asked for ahead may lie anywhere.
    @inline(__always) func isKnown(_ place: Int) -> UInt8 {
      var sample = unsafe base.loadUnaligned(fromByteOffset: place, as: UInt64.self).littleEndian
      if folds { sample |= Self.caseBits }
      let hash = (sample &* factor) &>> (64 &- size.bits)
      return unsafe filter[Int(truncatingIfNeeded: hash)]
    }
    var next = place
    while next <= last {
      unsafe asksForMemory(base + (next &+ Self.ahead))
      // Four strides are more than a line.
      if stride > 16 { unsafe asksForMemory(base + (next &+ Self.ahead &+ 64)) }
      let a = isKnown(next)
      let b = isKnown(next &+ stride)
      let c = isKnown(next &+ 2 &* stride)
      let d = isKnown(next &+ 3 &* stride)
      if a | b | c | d != 0 {
        if a != 0 { look(data, next, hits) }
        if b != 0 { look(data, next &+ stride, hits) }
        if c != 0 { look(data, next &+ 2 &* stride, hits) }
        if d != 0 { look(data, next &+ 3 &* stride, hits) }
      }
      next &+= 4 &* stride
    }
    place = next
  }

  /// Verifies what waits for the sample at a place, which lies in the view.
  @inline(never)
  private func look(_ data: ByteView, _ place: Int, _ hits: HitList) {
    var sample: UInt64 = 0
    if place <= data.count &- 8 {
      // SAFETY: eight bytes from the place are in the view.
      sample = unsafe data.base.loadUnaligned(fromByteOffset: place, as: UInt64.self).littleEndian
    } else {
      for index in (0..<sampleLength).reversed() {
        sample = sample << 8 | UInt64(data[place + index])
      }
    }
    sample = sample & mask | fold
    // SAFETY: the slots are followed until a free one, of which there are; entries until their last.
    var slot = Self.slotHash(sample) & slotMask
    while unsafe slots[slot].first >= 0 {
      if unsafe slots[slot].sample == sample {
        var index = unsafe slots[slot].first
        while true {
          let entry = unsafe entries[index]
          if matches(entry, data, place &- Int(entry.back)) {
            hits.append(LiteralHit(literal: Int(entry.literal), end: place &+ Int(entry.forth)))
          }
          if entry.isLast { return }
          index &+= 1
        }
      }
      slot = (slot &+ 1) & slotMask
    }
  }

  @inline(__always)
  private func matches(_ entry: Entry, _ data: ByteView, _ start: Int) -> Bool {
    let count = Int(entry.count)
    guard start >= 0, start <= data.count &- count else { return false }
    // SAFETY: the text lies inside the pool, and as many bytes from `start` inside the view.
    let text = unsafe pool + Int(entry.start)
    let bytes = unsafe data.base + start
    for index in 0..<count {
      let wanted = unsafe text[index]
      let found = unsafe bytes.load(fromByteOffset: index, as: UInt8.self)
      if wanted != found {
        guard entry.isCaseless, wanted ^ found == 0x20, (0x61...0x7A).contains(wanted | 0x20) else {
          return false
        }
      }
    }
    return true
  }
}

/// Hits in growing memory that is used again; appended to in the innermost loop.
@safe
final class HitList {
  /// SAFETY: `capacity` elements of a trivial type, of which `count` are initialised.
  private var memory: UnsafeMutablePointer<LiteralHit>
  private var capacity: Int
  private(set) var count = 0
  /// Those before are in order.
  private var sorted = 0

  init(capacity: Int) {
    self.capacity = capacity
    unsafe memory = .allocate(capacity: capacity)
  }

  deinit { unsafe memory.deallocate() }

  func removeAll() {
    count = 0
    sorted = 0
  }

  func append(_ hit: LiteralHit) {
    if count == capacity {
      let grown = UnsafeMutablePointer<LiteralHit>.allocate(capacity: 2 * capacity)
      unsafe grown.moveInitialize(from: memory, count: count)
      unsafe memory.deallocate()
      unsafe memory = grown
      capacity *= 2
    }
    unsafe (memory + count).initialize(to: hit)
    count &+= 1
  }

  /// By their ends. Those appended since are nearly in order.
  func sort() {
    for index in sorted..<count {
      let hit = unsafe memory[index]
      var place = index
      while place > 0, unsafe memory[place - 1].bits > hit.bits {
        unsafe memory[place] = memory[place - 1]
        place &-= 1
      }
      unsafe memory[place] = hit
    }
    sorted = count
  }

  /// Takes those that end at `end` or before away from a list in order, and delivers what of them ends after
  /// `floor`.
  func deliverFirst(after floor: Int, through end: Int, _ deliver: (Span<LiteralHit>) -> Bool) -> Bool {
    var low = 0
    while low < count, unsafe memory[low].end <= floor { low += 1 }
    var high = low
    while high < count, unsafe memory[high].end <= end { high += 1 }
    // SAFETY: all up to `count` are initialised, and the span is used during the call only.
    let goesOn = deliver(
      unsafe Span(_unsafeElements: UnsafeBufferPointer(start: memory + low, count: high - low)))
    unsafe memory.update(from: memory + high, count: count - high)
    count -= high
    sorted = count
    return goesOn
  }
}
