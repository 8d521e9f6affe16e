// Unsafe here: vectors loaded from raw memory, in ranges that the entry points check.

/// XXH3, the 64-bit checksum of frames: two to three times as fast as XXH64, since it multiplies in
/// vectors. Finds damage, proves nothing against an attacker.
///
/// With the default secret and seed 0. Only inputs above 240 bytes: the published algorithm treats
/// shorter ones apart, and here XXH64 serves those. Source: the xxHash specification, "XXH3
/// algorithm description".
public enum XXH3 {
  /// Inputs up to this many bytes have other formulas, which are not implemented.
  public static let shortInput = 240

  private static let stripe = 64
  /// The last 64 bytes of the secret scramble; those before advance by 8 a stripe.
  private static let stripesPerBlock = (secretSize - 64) / 8
  private static let secretSize = 192
  private static let prime32: (UInt64, UInt64, UInt64) = (0x9E37_79B1, 0x85EB_CA77, 0xC2B2_AE3D)
  private static let prime64: (UInt64, UInt64, UInt64, UInt64, UInt64) = (
    0x9E37_79B1_85EB_CA87, 0xC2B2_AE3D_27D4_EB4F, 0x1656_67B1_9E37_79F9, 0x85EB_CA77_C2B2_AE63,
    0x27D4_EB2F_1656_67C5
  )
  /// `XXH3_kSecret` of the specification, as little-endian words.
  private static let secret: [UInt64] = ([
    0xBE4B_A423_396C_FEB8, 0x1CAD_21F7_2C81_017C, 0xDB97_9083_E96D_D4DE, 0x1F67_B3B7_A4A4_4072,
    0x78E5_C0CC_4EE6_79CB, 0x2172_FFCC_7DD0_5A82, 0x8E24_43F7_7446_08B8, 0x4C26_3A81_E690_35E0,
    0xCB00_C391_BB52_283C, 0xA32E_531B_8B65_D088, 0x4EF9_0DA2_9748_6471, 0xD8AC_DEA9_46EF_1938,
    0x3F34_9CE3_3F76_FAA8, 0x1D4F_0BC7_C7BB_DCF9, 0x3159_B4CD_4BE0_518A, 0x6473_78D9_C97E_9FC8,
    0xC3EB_D334_83AC_C5EA, 0xEB63_13FA_FFA0_81C5, 0x49DA_F0B7_51DD_0D17, 0x9E68_D429_2655_16D3,
    0xFCA1_477D_58BE_162B, 0xCE31_D07A_D1B8_F88F, 0x2804_1695_8F3A_CB45, 0x7E40_4BBB_CAFB_D7AF,
  ] as [UInt64]).map { $0.littleEndian }

  /// - Parameter data: more than `shortInput` bytes.
  public static func checksum(_ data: ByteView) -> UInt64 {
    precondition(data.count > shortInput, "shorter inputs have other formulas")
    return unsafe secret.withUnsafeBytes { secret in
      guard let secret = secret.baseAddress else { return 0 }
      let base = unsafe data.base
      return unsafe checksum(base, data.count, secret) { offset, _ in
        // SAFETY: `offset` is that of a whole stripe of the view.
        unsafe Stripe(base + offset)
      }
    }
  }

  /// Lays `key` over the bytes of `buffer` from `start` on (exclusive or, again and again) and gives
  /// the checksum of what comes out, in one pass.
  ///
  /// - Parameters:
  ///   - key: its period twice; the period is a multiple of 1,024 bytes.
  ///   - phase: the byte of the key that meets the byte at `start`, less than the period.
  ///   - start: more than `shortInput` bytes before the end.
  public static func checksum(
    maskingWith key: [UInt64], phase: Int, _ buffer: ByteBuffer, from start: Int
  ) -> UInt64 {
    let count = buffer.count - start
    let period = key.count / 2 * 8
    precondition(count > shortInput, "shorter inputs have other formulas")
    precondition(start >= 0 && period > 0 && period % 1024 == 0, "the range lies in the buffer")
    precondition(phase >= 0 && phase < period, "the phase lies in the first period")
    return unsafe key.withUnsafeBytes { key in
      unsafe secret.withUnsafeBytes { secret in
        guard let key = key.baseAddress, let secret = secret.baseAddress else { return 0 }
        let source = unsafe key + phase
        let target = unsafe buffer.base + start
        // The last bytes are read twice, so they have to be plain before.
        let masked = (count - 1) / stripe * stripe
        for offset in masked..<count {
          let byte = unsafe target.load(fromByteOffset: offset, as: UInt8.self)
          let mask = unsafe source.load(fromByteOffset: offset % period, as: UInt8.self)
          unsafe target.storeBytes(of: byte ^ mask, toByteOffset: offset, as: UInt8.self)
        }
        var cursor = 0
        return unsafe checksum(target, count, secret) { offset, isLast in
          // SAFETY: `offset` is that of a whole stripe; a stripe of the key that begins in its first
          // period ends in its second.
          var stripe = unsafe Stripe(target + offset)
          if !isLast {
            unsafe stripe.mask(with: Stripe(source + cursor))
            unsafe stripe.store(to: target + offset)
            cursor &+= Self.stripe
            if cursor == period { cursor = 0 }
          }
          return stripe
        }
      }
    }
  }

  /// 64 bytes.
  private struct Stripe {
    var a: SIMD2<UInt64>
    var b: SIMD2<UInt64>
    var c: SIMD2<UInt64>
    var d: SIMD2<UInt64>

    /// SAFETY: of the caller: 64 bytes are readable.
    @inline(__always)
    init(_ base: UnsafeRawPointer) {
      unsafe a = base.loadUnaligned(as: SIMD2<UInt64>.self)
      unsafe b = base.loadUnaligned(fromByteOffset: 16, as: SIMD2<UInt64>.self)
      unsafe c = base.loadUnaligned(fromByteOffset: 32, as: SIMD2<UInt64>.self)
      unsafe d = base.loadUnaligned(fromByteOffset: 48, as: SIMD2<UInt64>.self)
    }

    @inline(__always)
    init(_ a: SIMD2<UInt64>, _ b: SIMD2<UInt64>, _ c: SIMD2<UInt64>, _ d: SIMD2<UInt64>) {
      self.a = a
      self.b = b
      self.c = c
      self.d = d
    }

    @inline(__always)
    mutating func mask(with other: Stripe) {
      a ^= other.a
      b ^= other.b
      c ^= other.c
      d ^= other.d
    }

    /// SAFETY: of the caller: 64 bytes are writable.
    @inline(__always)
    func store(to base: UnsafeMutableRawPointer) {
      unsafe base.storeBytes(of: a, as: SIMD2<UInt64>.self)
      unsafe base.storeBytes(of: b, toByteOffset: 16, as: SIMD2<UInt64>.self)
      unsafe base.storeBytes(of: c, toByteOffset: 32, as: SIMD2<UInt64>.self)
      unsafe base.storeBytes(of: d, toByteOffset: 48, as: SIMD2<UInt64>.self)
    }

    @inline(__always)
    mutating func accumulate(_ input: Stripe, _ secret: Stripe) {
      Self.accumulate(&a, input.a, secret.a)
      Self.accumulate(&b, input.b, secret.b)
      Self.accumulate(&c, input.c, secret.c)
      Self.accumulate(&d, input.d, secret.d)
    }

    @inline(__always)
    private static func accumulate(
      _ lanes: inout SIMD2<UInt64>, _ input: SIMD2<UInt64>, _ secret: SIMD2<UInt64>
    ) {
      let keyed = input ^ secret
      let low = keyed & SIMD2(repeating: 0xFFFF_FFFF)
      lanes &+= SIMD2(input[1], input[0]) &+ low &* (keyed &>> SIMD2(repeating: 32))
    }

    @inline(__always)
    mutating func scramble(_ secret: Stripe) {
      Self.scramble(&a, secret.a)
      Self.scramble(&b, secret.b)
      Self.scramble(&c, secret.c)
      Self.scramble(&d, secret.d)
    }

    @inline(__always)
    private static func scramble(_ lanes: inout SIMD2<UInt64>, _ secret: SIMD2<UInt64>) {
      lanes ^= lanes &>> SIMD2(repeating: 47)
      lanes ^= secret
      lanes &*= SIMD2(repeating: prime32.0)
    }
  }

  /// SAFETY: of the caller: `base` has `count` bytes, more than `shortInput`, and `secret` 192.
  /// `load` gives the stripe at an offset; the last one overlaps others that were given before.
  @inline(__always)
  private static func checksum(
    _ base: UnsafeRawPointer, _ count: Int, _ secret: UnsafeRawPointer,
    load: (_ offset: Int, _ isLast: Bool) -> Stripe
  ) -> UInt64 {
    var lanes = Stripe(
      SIMD2(prime32.2, prime64.0), SIMD2(prime64.1, prime64.2), SIMD2(prime64.3, prime32.1),
      SIMD2(prime64.4, prime32.0))
    let scrambling = unsafe Stripe(secret + (secretSize - stripe))
    let stripes = (count - 1) / stripe
    var done = 0
    while done < stripes {
      let end = min(stripes, done + stripesPerBlock)
      var key = unsafe secret
      var offset = done * stripe
      while offset < end * stripe {
        unsafe lanes.accumulate(load(offset, false), Stripe(key))
        unsafe key += 8
        offset += stripe
      }
      done = end
      if done % stripesPerBlock == 0 { lanes.scramble(scrambling) }
    }
    unsafe lanes.accumulate(load(count - stripe, true), Stripe(secret + (secretSize - stripe - 7)))
    return unsafe merged(lanes, UInt64(count) &* prime64.0, secret + 11)
  }

  private static func merged(_ lanes: Stripe, _ start: UInt64, _ secret: UnsafeRawPointer) -> UInt64 {
    var hash = start
    for (index, pair) in [lanes.a, lanes.b, lanes.c, lanes.d].enumerated() {
      // SAFETY: of the caller: 64 bytes are readable.
      let key = unsafe secret.loadUnaligned(fromByteOffset: 16 * index, as: SIMD2<UInt64>.self)
      let product = (pair[0] ^ key[0]).multipliedFullWidth(by: pair[1] ^ key[1])
      hash &+= product.low ^ product.high
    }
    hash = (hash ^ (hash &>> 37)) &* 0x1656_6791_9E37_79F9
    return hash ^ (hash &>> 32)
  }
}
