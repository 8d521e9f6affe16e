/// How a document becomes signatures: the constants of the format and the builder's choices.
///
/// A signature of M bits has a bit set for every gram of its stretch of the document. Two levels:
/// *pieces* of 4 MiB, searched bit-sliced through a whole index, and *regions* of 256 KiB inside
/// them, asked only where the piece passed. Each stretch reaches `overlap` bytes into the next, so
/// that a literal of up to `overlap` bytes lies whole in the piece and in the region it starts in.
enum SignatureScheme {
  static let pieceBits = 22
  static let pieceBytes = 1 << pieceBits
  static let regionBits = 18
  static let regionBytes = 1 << regionBits
  static let regionsPerPiece = pieceBytes / regionBytes
  static let overlap = 512
  /// The gram of the regions; shorter literals ask nothing.
  static let regionGram = 3

  static func pieceCount(of size: UInt64) -> UInt64 { stretches(of: size, pieceBits) }
  static func regionCount(of size: UInt64) -> UInt64 { stretches(of: size, regionBits) }

  private static func stretches(of size: UInt64, _ bits: Int) -> UInt64 {
    (size >> UInt64(bits)) + (size & (1 << UInt64(bits) - 1) == 0 ? 0 : 1)
  }

  /// Hashes count with so many of their high bits in a signature of `bits` bits: four to eight times
  /// finer than the signature, so that the builder can collect them in a bitmap.
  @inline(__always)
  static func resolution(of bits: UInt64) -> UInt64 {
    UInt64(Swift.min(32, 66 &- (Swift.max(bits, 2) &- 1).leadingZeroBitCount))
  }

  /// Where a gram's hash stands in a signature of `bits` bits; below `bits`.
  @inline(__always)
  static func position(of hash: UInt32, in bits: UInt64) -> UInt64 {
    let resolution = resolution(of: bits)
    return ((UInt64(hash) &>> (32 &- resolution)) &* bits) &>> resolution
  }

  /// More bits than any piece gets: what a reader accepts.
  static let maximumBits: UInt64 = 1 << 26

  /// Bits a gram, of 1024: such that half of the bits are set, bits = grams / -ln(1 - fill).
  private static let half: UInt64 = 1477
  /// 42 % set. Pieces are asked first and for every document, so that evidence is cheapest there: a
  /// quarter more of their bytes makes a fifth fewer false candidates.
  private static let sparse: UInt64 = 1880
  /// 52 % set: where nearly every gram is new (compressed or encrypted bytes) there are no regions, and
  /// what strings are looked for hardly ever stands there. With 70 % one of 300 pieces passed a string of
  /// 20 bytes by chance, and most of what passed was such pieces.
  private static let packed: UInt64 = 1400

  /// The size of a signature for `grams` distinct grams, from `length` bytes.
  static func idealBits(grams: Int, length: Int, isPiece: Bool) -> UInt64 {
    let perGram = isDense(grams: grams, length: length) ? packed : isPiece ? sparse : half
    return Swift.max(1, (UInt64(grams) &* perGram &+ 512) &>> 10)
  }

  /// More than 0.8 distinct grams a byte. Short texts have that as well, and cost nothing.
  static func isDense(grams: Int, length: Int) -> Bool {
    length >= 4096 && grams &* 10 > length &* 8
  }

  /// The smallest signature. Fewer sizes are fewer blocks to be asked; a file of a few hundred bytes pays
  /// for it with a hundred.
  static let minimumBits: UInt64 = 1024

  /// How many stripes a block of such signatures is cut into: what a gram asks for in a segment of 1 GiB
  /// then lies in one or two pages of memory for the small sizes and in as many for the large.
  static func stripes(of bits: UInt64) -> Int { bits < 1 << 16 ? 1 << 10 : 1 << 14 }

  /// Whether signatures may have this size: their stripes are whole rows.
  static func isClass(bits: UInt64) -> Bool {
    bits >= minimumBits && bits <= maximumBits && bits % UInt64(stripes(of: bits)) == 0
  }

  /// Signatures of smaller pieces, of files of some 15 KB, have sizes of 2^k only.
  private static let coarsePieceBits: UInt64 = 1 << 15

  /// Sizes of signatures: few, so that many share one and are searched together; nearest in ratio, so that
  /// they are right on average. 2^k, and 3 * 2^k where a size further off costs more than asking one more
  /// block: too small a signature is passed by chance. Of regions only those of pieces that passed are asked.
  static func classBits(near ideal: UInt64, isPiece: Bool) -> UInt64 {
    let ideal = Swift.min(Swift.max(ideal, minimumBits), maximumBits / 4)
    let low: UInt64 = 1 << UInt64(63 - ideal.leadingZeroBitCount)
    let isCoarse = low < (isPiece ? coarsePieceBits : minimumBits * 2)
    let steps: [UInt64] = isCoarse ? [low, low * 2] : [low, low / 2 * 3, low * 2]
    for (a, b) in zip(steps, steps.dropFirst()) where ideal &* ideal < a &* b { return a }
    return low * 2
  }

  /// The most bits that a stretch of `length` bytes gets, on either level.
  static func maximumBits(length: Int) -> UInt64 {
    let ideal = (UInt64(length) &* sparse &+ 512) &>> 10
    return Swift.max(classBits(near: ideal, isPiece: true), classBits(near: ideal, isPiece: false))
  }
}
