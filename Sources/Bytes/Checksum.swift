/// XXH64, the 64-bit checksum of every file the store writes: finds damage, proves nothing
/// against an attacker (SHA-256 does that).
///
/// Little-endian input, result as a number. Source: the xxHash specification, "XXH64 algorithm
/// description".
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
    let base = unsafe data.base
    var lanes = Lanes(seed: seed)
    var offset = 0
    // SAFETY: offset + 32 <= count holds in each turn, and the view is valid for `count` bytes.
    while offset <= data.count - 32 {
      unsafe lanes.add(
        word(base, offset), word(base, offset + 8), word(base, offset + 16), word(base, offset + 24)
      )
      offset += 32
    }
    return finish(lanes, data, from: offset)
  }

  /// The state of the part of the data that comes in stripes of 32 bytes.
  private struct Lanes {
    var a: UInt64
    var b: UInt64
    var c: UInt64
    var d: UInt64

    init(seed: UInt64) {
      a = seed &+ prime1 &+ prime2
      b = seed &+ prime2
      c = seed
      d = seed &- prime1
    }

    @inline(__always)
    mutating func add(_ first: UInt64, _ second: UInt64, _ third: UInt64, _ fourth: UInt64) {
      a = round(a, first)
      b = round(b, second)
      c = round(c, third)
      d = round(d, fourth)
    }
  }

  /// The checksum of `data`, of which the stripes before `start` are in `lanes`.
  private static func finish(_ lanes: Lanes, _ data: ByteView, from start: Int) -> UInt64 {
    let base = unsafe data.base
    let count = data.count
    var offset = start
    var hash: UInt64
    if count >= 32 {
      hash =
        rotated(lanes.a, 1) &+ rotated(lanes.b, 7) &+ rotated(lanes.c, 12) &+ rotated(lanes.d, 18)
      hash = merged(hash, lanes.a)
      hash = merged(hash, lanes.b)
      hash = merged(hash, lanes.c)
      hash = merged(hash, lanes.d)
    } else {
      // Without a stripe the third lane is still the seed.
      hash = lanes.c &+ prime5
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
