/// Where the signatures of one level, pieces or regions, stand in their section.
///
/// Stretches of one class (signatures of the same size) are ordered by number and cut into blocks of
/// 512, the last with what is left. A block of `width` signatures has `bits` rows of `width` bits. A
/// gram asks one row of every block, at about the same share of its height; so all blocks are cut
/// into equally many *stripes*, and the stripes of the blocks stand side by side: what a gram asks
/// for lies together. Nothing of this is stored: it follows from the class of each stretch.
struct RowLayout {
  struct Block {
    let bits: UInt64
    let width: Int
    /// Rows of a stripe.
    let rows: UInt64
    /// A hash shifted right by this is the number of its stripe.
    let stripeShift: UInt32
    /// From a stripe's beginning to the next one's, and where the block's part of the first stripe
    /// begins in the section: in bits.
    let stride: UInt64
    let start: UInt64
    /// Where its members begin in `members`.
    let first: Int

    /// The first bit of the row that a gram's hash asks, from the beginning of the section.
    @inline(__always)
    func place(of hash: UInt32) -> UInt64 {
      let stripe = UInt64(hash &>> stripeShift)
      let row = SignatureScheme.position(of: hash, in: bits) &- stripe &* rows
      return start &+ stripe &* stride &+ row &* UInt64(width)
    }

    /// The first bit of a row, from the beginning of the section.
    func place(ofRow row: UInt64) -> UInt64 {
      start + row / rows * stride + row % rows * UInt64(width)
    }
  }

  /// Blocks with the same number of stripes.
  struct Group {
    let blocks: Range<Int>
    let stripes: Int
    /// Bits of a stripe.
    let stride: UInt64
    /// From the beginning of the section, in bytes.
    let offset: UInt64
    var length: UInt64 { UInt64(stripes) / 8 * stride }
  }

  /// Numbers of the pieces or regions with a signature, in the order of blocks and columns.
  private(set) var members: [UInt32] = []
  private(set) var blocks: [Block] = []
  private(set) var groups: [Group] = []
  /// Of the section, in bytes; 0 without blocks.
  let length: UInt64

  /// - Parameters:
  ///   - classes: bits of a signature, by class, ascending; sizes that the scheme allows.
  ///   - kinds: for each piece or region `emptyStretch`, `openStretch` or `firstClass` + class; a number
  ///     without class counts as an open one.
  init(classes: [UInt64], kinds: [UInt8]) {
    var lists: [[UInt32]] = Array(repeating: [], count: classes.count)
    for (number, kind) in kinds.enumerated() where kind >= IndexLayout.firstClass {
      let index = Int(kind - IndexLayout.firstClass)
      if index < lists.count { lists[index].append(UInt32(number)) }
    }
    members.reserveCapacity(kinds.count)
    var offset: UInt64 = 0
    for stripes in Set(classes.map { SignatureScheme.stripes(of: $0) }).sorted() {
      var parts: [(bits: UInt64, width: Int, start: UInt64, first: Int)] = []
      var stride: UInt64 = 0
      for (bits, list) in zip(classes, lists) where SignatureScheme.stripes(of: bits) == stripes {
        for start in Swift.stride(from: 0, to: list.count, by: IndexLayout.blockWidth) {
          let width = Swift.min(IndexLayout.blockWidth, list.count - start)
          parts.append((bits, width, stride, members.count + start))
          stride += bits / UInt64(stripes) * UInt64(width)
        }
        members += list
      }
      let first = blocks.count
      blocks += parts.map { part in
        Block(
          bits: part.bits, width: part.width, rows: part.bits / UInt64(stripes),
          stripeShift: UInt32(32 - stripes.trailingZeroBitCount), stride: stride,
          start: offset * 8 + part.start, first: part.first)
      }
      guard blocks.count > first else { continue }
      groups.append(
        Group(blocks: first..<blocks.count, stripes: stripes, stride: stride, offset: offset))
      offset = IndexLayout.aligned(offset + UInt64(stripes) / 8 * stride)
    }
    length = blocks.isEmpty ? 0 : offset + IndexLayout.rowPadding
  }
}

/// Where each piece or region stands among the rows.
struct RowPlaces {
  /// One place; in four bytes, since they are looked up here and there.
  struct Place: Equatable {
    private let number: UInt32
    private static let columnBits = UInt32(IndexLayout.blockWidth.trailingZeroBitCount)
    /// Too short for a gram.
    static let empty = Place(number: .max)
    /// Without signature: may hold anything.
    static let open = Place(number: .max - 1)

    private init(number: UInt32) { self.number = number }
    init(block: Int, column: Int) { number = UInt32(block) << Self.columnBits | UInt32(column) }

    var isInRow: Bool { number < Self.open.number }
    var block: Int { Int(number &>> Self.columnBits) }
    var column: Int { Int(number & (1 &<< Self.columnBits &- 1)) }
  }

  let layout: RowLayout
  private let places: [Place]

  init(_ layout: RowLayout, kinds: [UInt8]) {
    var places = kinds.map { $0 == IndexLayout.emptyStretch ? Place.empty : .open }
    for (index, block) in layout.blocks.enumerated() {
      for column in 0..<block.width {
        places[Int(layout.members[block.first + column])] = Place(block: index, column: column)
      }
    }
    self.layout = layout
    self.places = places
  }

  @inline(__always)
  subscript(number: Int) -> Place { places[number] }
}
