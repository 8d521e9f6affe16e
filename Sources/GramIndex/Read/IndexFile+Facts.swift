internal import Bytes

extension IndexFile {
  // MARK: Fact keys

  /// The documents with a fact, and those whose facts are not known.
  func documents(having key: FactKey, within: DocumentSet, _ scratch: IndexScratch) -> DocumentSet {
    let blocks = header[.keyBlocks]
    guard pages.isSound(Int(blocks.lowerBound)..<Int(blocks.upperBound)) else { return within }
    let start = Int(blocks.lowerBound)
    let wanted = key.shortened
    // The last block whose first key is not above the wanted one.
    var low = 0
    var high = directory.keyBlockCount
    while low < high {
      let middle = (low + high) / 2
      scratch.touch(start + middle * 16..<start + middle * 16 + 16)
      if let first = file.little(at: start + middle * 16, as: UInt64.self), first <= wanted {
        low = middle + 1
      } else {
        high = middle
      }
    }
    var result = directory.withoutFacts
    if low > 0 {
      guard insert(documentsOf: wanted, inBlock: low - 1, into: &result, scratch) else {
        return within
      }
    }
    return result.intersection(within)
  }

  /// False when the block is damaged or makes no sense.
  private func insert(
    documentsOf wanted: UInt64, inBlock block: Int, into result: inout DocumentSet,
    _ scratch: IndexScratch
  ) -> Bool {
    let table = Int(header[.keyBlocks].lowerBound)
    let keys = header[.keys]
    guard var key = file.little(at: table + block * 16, as: UInt64.self),
      let begin = file.little(at: table + block * 16 + 8, as: UInt64.self),
      begin <= UInt64(keys.count)
    else { return false }
    var end = UInt64(keys.count)
    if block + 1 < directory.keyBlockCount {
      guard let next = file.little(at: table + block * 16 + 24, as: UInt64.self), next >= begin,
        next <= end
      else { return false }
      end = next
    }
    let range = Int(keys.lowerBound + begin)..<Int(keys.lowerBound + end)
    guard pages.isSound(range), let bytes = file.slice(at: range.lowerBound, length: range.count)
    else {
      return false
    }
    scratch.touch(range)
    var reader = NumberReader(bytes)
    while reader.left > 0 {
      guard let difference = reader.next(), let length = reader.next(upTo: reader.left),
        let list = reader.take(length)
      else { return false }
      key = key &+ difference
      if key > wanted { return true }
      guard key == wanted else { continue }
      var documents = NumberReader(list)
      var document = 0
      while documents.left > 0 {
        guard let step = documents.next(upTo: documentCount - 1 - document) else { return false }
        document += step
        result.insert(document)
      }
      return true
    }
    return true
  }

  // MARK: Columns

  func documents(
    satisfying predicate: ColumnPredicate, within: DocumentSet, _ scratch: IndexScratch
  ) -> DocumentSet {
    if predicate.column == "filesize" {
      return documents(withSizeIn: predicate.ranges, within: within)
    }
    guard let index = columnNumbers[predicate.column] else { return within }
    guard let values = directory.columns[index].values else {
      return predicate.matchesUndefined ? within : within.intersection(directory.withoutFacts)
    }
    guard let bytes = bytes(ofColumn: index, values) else { return within }
    scratch.touch(columnPlaces[index]..<columnPlaces[index] + bytes.count)
    let ranges = ColumnRanges(predicate.ranges, of: values)
    let packed = (documentCount + 7) / 8
    var rank = 0
    var result = within
    for word in within.words.indices {
      let present = Self.word(of: bytes, at: word * 8, end: packed)
      let wanted = within.words[word]
      if wanted != 0 {
        let factless = directory.withoutFacts.words[word]
        var passing = factless
        if predicate.matchesUndefined { passing |= ~present }
        if ranges.holdsAll {
          passing |= present
        } else if !ranges.isEmpty {
          var rest = present & wanted & ~passing
          while rest != 0 {
            let bit = UInt64(rest.trailingZeroBitCount)
            rest &= rest &- 1
            let before = (present & ((1 &<< bit) &- 1)).nonzeroBitCount
            let number = rank + before
            // More bits than values: only in a file made to be wrong.
            guard number < values.count else { return within }
            let value = bytes.bits(at: packed * 8 + number * values.width, width: values.width)
            if ranges.contains(value) { passing |= 1 &<< bit }
          }
        }
        result.words[word] = wanted & passing
      }
      rank += present.nonzeroBitCount
    }
    return result
  }

  /// Nil where they are damaged.
  private func bytes(ofColumn index: Int, _ values: IndexDirectory.Column.Values) -> ByteView? {
    let place = columnPlaces[index]
    let length = Int(values.length(documents: documentCount))
    return pages.isSound(place..<place + length) ? file.slice(at: place, length: length) : nil
  }

  /// The value of one document; nil where it has none, or it is not known.
  func value(ofColumn name: String, _ document: Int, _ scratch: IndexScratch) -> Int64? {
    guard let index = columnNumbers[name], let values = directory.columns[index].values,
      !directory.withoutFacts.contains(document)
    else { return nil }
    guard let bytes = bytes(ofColumn: index, values) else { return nil }
    let packed = (documentCount + 7) / 8
    scratch.touch(columnPlaces[index]..<columnPlaces[index] + packed)
    let present = Self.word(of: bytes, at: document >> 6 * 8, end: packed)
    let bit = UInt64(1) << UInt64(document & 63)
    guard present & bit != 0 else { return nil }
    var number = (present & (bit - 1)).nonzeroBitCount
    for word in 0..<document >> 6 {
      number += Self.word(of: bytes, at: word * 8, end: packed).nonzeroBitCount
    }
    // More bits than values: only in a file made to be wrong.
    guard number < values.count else { return nil }
    let offset = bytes.bits(at: packed * 8 + number * values.width, width: values.width)
    return values.minimum &+ Int64(bitPattern: offset)
  }

  /// Every document that has a value, ascending, with the value.
  func forEachValue(ofColumn index: Int, _ body: (Int, Int64) -> Void) {
    guard let values = directory.columns[index].values else { return }
    let bytes = file.clamped(
      at: columnPlaces[index], length: Int(values.length(documents: documentCount)))
    let packed = (documentCount + 7) / 8
    let present = DocumentSet(
      limit: documentCount, bytes: bytes.clamped(at: 0, length: packed).array)
    for (number, document) in present.enumerated() where number < values.count {
      let offset = bytes.bits(at: packed * 8 + number * values.width, width: values.width)
      body(document, values.minimum &+ Int64(bitPattern: offset))
    }
  }

  /// Eight bytes of a bit set that ends at `end`; those behind it are 0.
  private static func word(of bytes: ByteView, at offset: Int, end: Int) -> UInt64 {
    let word = bytes.little(at: offset, as: UInt64.self) ?? 0
    let left = end - offset
    return left >= 8 ? word : word & ((1 << UInt64(Swift.max(left, 0) * 8)) - 1)
  }

  private func documents(withSizeIn ranges: [ClosedRange<Int64>], within: DocumentSet)
    -> DocumentSet
  {
    var result = within
    for document in within {
      let size = Int64(clamping: directory.sizes[document])
      if !ranges.contains(where: { $0.contains(size) }), !directory.unknown.contains(document) {
        result.remove(document)
      }
    }
    return result
  }

  // MARK: First bytes

  func documents(
    satisfying predicate: HeaderPredicate, within: DocumentSet, _ scratch: IndexScratch
  ) -> DocumentSet {
    let length = predicate.value.count
    guard predicate.offset >= 0, length > 0, predicate.mask.count == length,
      predicate.offset <= IndexQuery.headerBytes,
      length <= IndexQuery.headerBytes - predicate.offset
    else { return within }
    var left = within
    for index in 0..<length {
      let mask = predicate.mask[index]
      let value = predicate.value[index] & mask
      guard mask != 0 else { continue }
      guard let plane = plane(predicate.offset + index, scratch) else { return left }
      left.keep { plane[$0] & mask == value || directory.unknown.contains($0) }
      if left.isEmpty { return left }
    }
    let end = UInt64(predicate.offset + length)
    left.keep { directory.sizes[$0] >= end || directory.unknown.contains($0) }
    return left
  }

  func documents(
    satisfying predicate: HeaderNumberPredicate, within: DocumentSet, _ scratch: IndexScratch
  ) -> DocumentSet {
    guard predicate.offset >= 0, [1, 2, 4].contains(predicate.bytes),
      predicate.offset <= IndexQuery.headerBytes - predicate.bytes
    else { return within }
    var planes: [ByteView] = []
    for index in 0..<predicate.bytes {
      guard let plane = plane(predicate.offset + index, scratch) else { return within }
      planes.append(plane)
    }
    // Lowest byte first.
    if predicate.isBigEndian { planes.reverse() }
    let signBit: UInt64 = 1 << UInt64(predicate.bytes * 8 - 1)
    let end = UInt64(predicate.offset + predicate.bytes)
    var left = within
    left.keep { document in
      if directory.unknown.contains(document) { return true }
      if directory.sizes[document] < end { return predicate.matchesUndefined }
      var value: UInt64 = 0
      for (index, plane) in planes.enumerated() {
        value |= UInt64(plane[document]) << UInt64(index * 8)
      }
      if predicate.isSigned, value & signBit != 0 { value |= ~((signBit << 1) &- 1) }
      let number = Int64(bitPattern: value)
      return predicate.ranges.contains { $0.contains(number) }
    }
    return left
  }

  /// Byte `place` of every document's beginning; nil when damaged.
  private func plane(_ place: Int, _ scratch: IndexScratch) -> ByteView? {
    let start = Int(header[.beginnings].lowerBound) + place * documentCount
    guard documentCount > 0, pages.isSound(start..<start + documentCount) else { return nil }
    scratch.touch(start..<start + documentCount)
    return file.slice(at: start, length: documentCount)
  }
}

extension DocumentSet {
  /// Removes those for which `predicate` is false.
  @inline(__always)
  mutating func keep(_ predicate: (Int) -> Bool) {
    for index in words.indices {
      var rest = words[index]
      var kept: UInt64 = rest
      while rest != 0 {
        let bit = rest.trailingZeroBitCount
        rest &= rest &- 1
        if !predicate(index &* 64 &+ bit) { kept &= ~(1 &<< UInt64(bit)) }
      }
      words[index] = kept
    }
  }
}

/// Ranges of a column's values, moved to where the packed values are.
private struct ColumnRanges {
  private var ranges: [ClosedRange<UInt64>] = []
  let holdsAll: Bool

  init(_ wanted: [ClosedRange<Int64>], of values: IndexDirectory.Column.Values) {
    func offset(_ value: Int64) -> UInt64 {
      UInt64(bitPattern: value) &- UInt64(bitPattern: values.minimum)
    }
    for range in wanted where range.overlaps(values.minimum...values.maximum) {
      ranges.append(
        offset(
          Swift.max(range.lowerBound, values.minimum))...offset(
            Swift.min(range.upperBound, values.maximum)))
    }
    holdsAll = ranges.contains { $0.lowerBound == 0 && $0.upperBound == offset(values.maximum) }
  }

  var isEmpty: Bool { ranges.isEmpty }
  func contains(_ value: UInt64) -> Bool { ranges.contains { $0.contains(value) } }
}
