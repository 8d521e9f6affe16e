internal import Bytes

/// Fact keys and the documents that have them, ascending by key.
protocol FactKeySource {
  /// The next key, shortened to `IndexLayout.keyBits`, and its documents, ascending.
  mutating func next() -> (key: UInt64, documents: [UInt32])?
}

extension FactKey {
  /// The high bits, which an index keeps.
  var shortened: UInt64 { hash >> (64 - IndexLayout.keyBits) }
}

/// What a builder collects: key and document in one number, so that sorting numbers sorts both.
struct CollectedFactKeys: FactKeySource {
  private static let documentBits: UInt64 = 64 - IndexLayout.keyBits
  private var entries: [UInt64] = []
  private var place = 0

  /// `document` lies below `IndexLayout.maximumDocuments`.
  mutating func append(_ key: FactKey, of document: Int) {
    entries.append(key.shortened << Self.documentBits | UInt64(document))
  }

  mutating func sort() { entries.sort() }

  mutating func next() -> (key: UInt64, documents: [UInt32])? {
    guard place < entries.count else { return nil }
    let key = entries[place] >> Self.documentBits
    var documents: [UInt32] = []
    while place < entries.count, entries[place] >> Self.documentBits == key {
      let document = UInt32(truncatingIfNeeded: entries[place] & ((1 << Self.documentBits) - 1))
      if documents.last != document { documents.append(document) }
      place += 1
    }
    return (key, documents)
  }
}

/// Writes keys as blocks of `IndexLayout.keysPerBlock`. Each key: the difference to the one before
/// (0 for a block's first), the bytes of its list, the list: documents as differences.
struct FactKeyEncoder {
  /// For each block its first key and where it begins: 16 bytes.
  private(set) var blocks = ByteWriter()
  private(set) var keyCount = 0
  private(set) var length: UInt64 = 0

  /// Gives the bytes of one block after the other to `write`.
  mutating func encode(_ source: inout some FactKeySource, write: ([UInt8]) throws -> Void) rethrows
  {
    var block = ByteWriter()
    var last: UInt64 = 0
    while let (key, documents) = source.next() {
      if keyCount % IndexLayout.keysPerBlock == 0 {
        try write(block.bytes)
        block = ByteWriter()
        blocks.append(key)
        blocks.append(length)
        last = key
      }
      let before = block.bytes.count
      var list = ByteWriter()
      var previous: UInt32 = 0
      for document in documents {
        list.append(variable: UInt64(document - previous))
        previous = document
      }
      block.append(variable: key - last)
      block.append(variable: UInt64(list.bytes.count))
      block.append(contentsOf: list.bytes)
      length += UInt64(block.bytes.count - before)
      last = key
      keyCount += 1
    }
    try write(block.bytes)
  }
}
