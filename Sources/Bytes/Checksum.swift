/// XXH64, the 64-bit checksum of every file the store writes: finds damage, proves nothing
/// against an attacker (SHA-256 does that).
///
/// Little-endian input, result as a number. Source: the xxHash specification, "XXH64 algorithm
/// description". Some 8 GB/s on one core, so that it may stand on the hunt's read path.
public enum XXH64 {
  private static let prime1: UInt64 = 0x9E37_79B1_85EB_CA87
  private static let prime2: UInt64 = 0xC2B2_AE3D_27D4_EB4F
  private static let prime3: UInt64 = 0x1656_67B1_9E37_79F9
  private static let prime4: UInt64 = 0x85EB_CA77_C2B2_AE63
  private static let prime5: UInt64 = 0x27D4_EB2F_1656_67C5

  @inline(__always)
  private static func round(_ lane: UInt64, _ input: UInt64) -> UInt64 {
    rotated(lane &+ input &* prime2, 31) &* prime1
  }

  @inline(__always)
  private static func rotated(_ value: UInt64, _ bits: UInt64) -> UInt64 {
    (value &<< bits) | (value &>> (64 &- bits))
  }

  @inline(__always)
  private static func merged(_ hash: UInt64, _ lane: UInt64) -> UInt64 {
    (hash ^ round(0, lane)) &* prime1 &+ prime4
  }

  public static func checksum(_ data: ByteView, seed: UInt64 = 0) -> UInt64 {
    let count = data.count
    let base = unsafe data.base
    var offset = 0
    var hash: UInt64
    if count >= 32 {
      var a = seed &+ prime1 &+ prime2
      var b = seed &+ prime2
      var c = seed
      var d = seed &- prime1
      // SAFETY: offset + 32 <= count holds in each turn, and the view is valid for `count` bytes.
      while offset <= count - 32 {
        a = round(a, unsafe word(base, offset))
        b = round(b, unsafe word(base, offset + 8))
        c = round(c, unsafe word(base, offset + 16))
        d = round(d, unsafe word(base, offset + 24))
        offset += 32
      }
      hash = rotated(a, 1) &+ rotated(b, 7) &+ rotated(c, 12) &+ rotated(d, 18)
      hash = merged(hash, a)
      hash = merged(hash, b)
      hash = merged(hash, c)
      hash = merged(hash, d)
    } else {
      hash = seed &+ prime5
    }
    hash &+= UInt64(count)
    while offset <= count - 8 {
      hash = rotated(hash ^ round(0, unsafe word(base, offset)), 27) &* prime1 &+ prime4
      offset += 8
    }
    if let tail = data.little(at: offset, as: UInt32.self) {
      hash = rotated(hash ^ (UInt64(tail) &* prime1), 23) &* prime2 &+ prime3
      offset += 4
    }
    while let byte = data.byte(at: offset) {
      hash = rotated(hash ^ (UInt64(byte) &* prime5), 11) &* prime1
      offset += 1
    }
    hash = (hash ^ (hash &>> 33)) &* prime2
    hash = (hash ^ (hash &>> 29)) &* prime3
    return hash ^ (hash &>> 32)
  }

  @inline(__always)
  private static func word(_ base: UnsafeRawPointer, _ offset: Int) -> UInt64 {
    UInt64(littleEndian: unsafe base.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
  }
}
