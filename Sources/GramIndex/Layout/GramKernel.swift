internal import Bytes

/// The hash of a gram. ASCII letters are folded to lower case before.
protocol Gram {
  static var length: Int { get }
  static func hash(_ bytes: UInt64) -> UInt64
}

extension Gram {
  /// Two multiplications with a fold between: every bit of the gram reaches the high bits.
  @inline(__always)
  static func mixed(_ gram: UInt64, _ first: UInt64, _ second: UInt64) -> UInt64 {
    let product = gram &* first
    return (product ^ (product &>> 32)) &* second
  }
}

// Constants: odd, of irregular bits, different for each length so that levels are independent.
enum Gram3: Gram {
  static let length = 3
  @inline(__always) static func hash(_ bytes: UInt64) -> UInt64 {
    mixed(bytes & 0xFF_FFFF, 0xD6E8_FEB8_6659_FD93, 0xA076_1D64_78BD_642F)
  }
}
enum Gram4: Gram {
  static let length = 4
  @inline(__always) static func hash(_ bytes: UInt64) -> UInt64 {
    mixed(bytes & 0xFFFF_FFFF, 0x9E37_79B9_7F4A_7C15, 0xE703_7ED1_A0B4_28DB)
  }
}
enum Gram5: Gram {
  static let length = 5
  @inline(__always) static func hash(_ bytes: UInt64) -> UInt64 {
    mixed(bytes & 0xFF_FFFF_FFFF, 0x8EBC_6AF0_9C88_C6E3, 0x5899_65CC_7537_4CC3)
  }
}

@inline(__always)
func folded(_ byte: UInt8) -> UInt8 { byte &- 65 < 26 ? byte | 32 : byte }

/// Turns a piece of a document into signatures. One for each builder; its memory is used again.
///
/// The idea: a bitmap over the high bits of the hashes finds the distinct ones without sorting;
/// when their number is known, the bitmap is folded to the size of the signature.
@safe
final class GramKernel {
  /// A piece with its overlap, folded, and room for a word read at its last byte.
  private static let pieceCapacity = SignatureScheme.pieceBytes + SignatureScheme.overlap
  private let piece = UnsafeMutableRawPointer.allocate(
    byteCount: pieceCapacity + 16, alignment: 64)
  private var pieceLength = 0
  /// All zero between the calls.
  private let bitmap: UnsafeMutablePointer<UInt64>
  private let bitmapWords: Int
  private let signature: UnsafeMutablePointer<UInt64>
  private let signatureWords: Int

  init() {
    let most = SignatureScheme.maximumBits(length: Self.pieceCapacity)
    bitmapWords = 1 << Int(SignatureScheme.resolution(of: most) - 6)
    unsafe bitmap = .allocate(capacity: bitmapWords)
    unsafe bitmap.initialize(repeating: 0, count: bitmapWords)
    signatureWords = Int(most / 64) + 1
    unsafe signature = .allocate(capacity: signatureWords)
    unsafe signature.initialize(repeating: 0, count: signatureWords)
  }

  deinit {
    unsafe piece.deallocate()
    unsafe bitmap.deallocate()
    unsafe signature.deallocate()
  }

  /// Takes a piece with its overlap, folding letters.
  func load(_ bytes: ByteView) {
    precondition(bytes.count <= Self.pieceCapacity, "a piece and its overlap")
    pieceLength = bytes.count
    // SAFETY: both sides hold bytes.count bytes, and `piece` 16 more.
    let source = unsafe bytes.base
    let target = unsafe piece.assumingMemoryBound(to: UInt8.self)
    for index in 0..<bytes.count {
      unsafe target[index] = folded(source.load(fromByteOffset: index, as: UInt8.self))
    }
    unsafe (piece + bytes.count).storeBytes(of: 0, as: UInt64.self)
  }

  /// A signature of `length` bytes of the piece, appended in whole words.
  ///
  /// - Parameter choose: gets the number of distinct grams; gives the bits of the signature, at most
  ///   `SignatureScheme.maximumBits(length:)`, or nil for none.
  /// - Returns: the bits; nil when none were chosen or memory could not be had.
  func sign<G: Gram>(
    _ gram: G.Type, from start: Int, length: Int, into store: ByteBuffer, choose: (Int) -> UInt64?
  ) -> UInt64? {
    precondition(
      start >= 0 && length >= G.length && start + length <= pieceLength, "inside the piece")
    let most = SignatureScheme.maximumBits(length: length)
    let resolution = SignatureScheme.resolution(of: most)
    let words = 1 << Int(Swift.max(resolution, 6) - 6)
    precondition(words <= bitmapWords, "the bitmap is as large as the largest piece asks for")
    mark(gram, from: start, count: length - G.length + 1, resolution: resolution)
    var grams = 0
    // SAFETY: words <= bitmapWords was checked.
    for index in 0..<words { unsafe grams &+= bitmap[index].nonzeroBitCount }
    guard let bits = choose(grams) else {
      unsafe bitmap.update(repeating: 0, count: words)
      return nil
    }
    precondition(bits > 0 && bits <= most, "no larger than the bitmap can serve")
    fold(words: words, resolution: resolution, bits: bits)
    let size = Int((bits + 63) / 64) * 8
    guard store.reserve(size) else {
      unsafe signature.update(repeating: 0, count: size / 8)
      return nil
    }
    // SAFETY: `size` bytes were reserved behind those in use; the signature holds as many.
    unsafe (store.base + store.count).copyMemory(from: signature, byteCount: size)
    store.advance(size)
    unsafe signature.update(repeating: 0, count: size / 8)
    return bits
  }

  @inline(__always)
  private func mark<G: Gram>(_: G.Type, from start: Int, count: Int, resolution: UInt64) {
    let shift = 64 &- resolution
    let bitmap = unsafe bitmap
    // SAFETY: the caller checked that start + count + G.length - 1 lies inside the piece, which has
    // 16 bytes of room; a hash shifted so far lies below 2^resolution bits, all inside the bitmap.
    var place = unsafe UnsafeRawPointer(piece + start)
    for _ in 0..<count {
      let hash = G.hash(unsafe place.loadUnaligned(as: UInt64.self)) &>> shift
      unsafe bitmap[Int(truncatingIfNeeded: hash &>> 6)] |= 1 &<< (hash & 63)
      unsafe place += 1
    }
  }

  /// Moves the bits of the bitmap to their places in the signature; the bitmap is zero afterwards.
  private func fold(words: Int, resolution: UInt64, bits: UInt64) {
    let finest = SignatureScheme.resolution(of: bits)
    let shift = resolution &- finest
    let bitmap = unsafe bitmap
    let signature = unsafe signature
    for index in 0..<words {
      var rest = unsafe bitmap[index]
      guard rest != 0 else { continue }
      unsafe bitmap[index] = 0
      let base = UInt64(truncatingIfNeeded: index) &<< 6
      repeat {
        let hash = (base | UInt64(truncatingIfNeeded: rest.trailingZeroBitCount)) &>> shift
        let place = (hash &* bits) &>> finest
        // SAFETY: hash < 2^finest, so place < bits, and the signature has room for the most bits.
        unsafe signature[Int(truncatingIfNeeded: place &>> 6)] |= 1 &<< (place & 63)
        rest &= rest &- 1
      } while rest != 0
    }
  }
}

extension Gram {
  /// The distinct hashes of a literal's grams, those far apart from each other first: neighbours
  /// share bytes and so tell less together. Grams of one repeated byte, the commonest, come last.
  static func hashes(of literal: [UInt8]) -> [UInt32] {
    guard literal.count >= length else { return [] }
    let bytes = literal.map(folded)
    var seen: Set<UInt32> = []
    var common: [UInt32] = []
    var result: [UInt32] = []
    let last = bytes.count - length
    for (step, skipped) in [(8, 0), (4, 8), (2, 4), (1, 2)] {
      for start in stride(from: 0, through: last, by: step)
      where skipped == 0 || start % skipped != 0 {
        var gram: UInt64 = 0
        for index in (0..<length).reversed() { gram = gram << 8 | UInt64(bytes[start + index]) }
        let hash = UInt32(truncatingIfNeeded: self.hash(gram) >> 32)
        guard seen.insert(hash).inserted else { continue }
        let isRun = bytes[start..<start + length].allSatisfy { $0 == bytes[start] }
        if isRun { common.append(hash) } else { result.append(hash) }
      }
    }
    return result + common
  }
}
