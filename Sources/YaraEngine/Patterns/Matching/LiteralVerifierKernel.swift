internal import Bytes

/// Compares a literal of the pool with the bytes at a place of the file: the innermost step of
/// verification. The safe twin is in the tests' reference matcher.
enum LiteralVerifier {
  /// - Parameters:
  ///   - start: of the literal in `pool`; with `count` inside it
  ///   - place: in `data`; may be anything, what does not lie wholly inside does not match
  @inline(__always)
  static func matches(
    _ pool: [UInt8], start: Int, count: Int, _ data: ByteView, at place: Int
  ) -> Bool {
    guard isInside(pool, start, count, data, place) else { return false }
    // SAFETY: both ranges were checked to lie inside.
    return unsafe pool.withUnsafeBufferPointer { pool in
      guard let base = pool.baseAddress else { return true }
      let bytes = unsafe data.base.assumingMemoryBound(to: UInt8.self) + place
      for index in 0..<count {
        if unsafe base[start &+ index] != bytes[index] { return false }
      }
      return true
    }
  }

  /// As above, ASCII letters in either case.
  static func matchesCaseless(
    _ pool: [UInt8], start: Int, count: Int, _ data: ByteView, at place: Int
  ) -> Bool {
    guard isInside(pool, start, count, data, place) else { return false }
    // SAFETY: both ranges were checked to lie inside.
    return unsafe pool.withUnsafeBufferPointer { pool in
      guard let base = pool.baseAddress else { return true }
      let bytes = unsafe data.base.assumingMemoryBound(to: UInt8.self) + place
      for index in 0..<count {
        let a = unsafe base[start &+ index]
        let b = unsafe bytes[index]
        if a != b {
          let lower = a | 0x20
          guard a ^ b == 0x20, lower >= 0x61, lower <= 0x7A else { return false }
        }
      }
      return true
    }
  }

  /// The key with which the literal stands at `place`, or nil where it does not.
  static func xorKey(
    _ pool: [UInt8], start: Int, count: Int, _ data: ByteView, at place: Int
  ) -> UInt8? {
    guard count > 0, isInside(pool, start, count, data, place) else { return nil }
    // SAFETY: both ranges were checked to lie inside.
    return unsafe pool.withUnsafeBufferPointer { pool in
      guard let base = pool.baseAddress else { return nil }
      let bytes = unsafe data.base.assumingMemoryBound(to: UInt8.self) + place
      let key = unsafe base[start] ^ bytes[0]
      for index in 1..<count {
        if unsafe base[start &+ index] ^ bytes[index] != key { return nil }
      }
      return key
    }
  }

  @inline(__always)
  private static func isInside(
    _ pool: [UInt8], _ start: Int, _ count: Int, _ data: ByteView, _ place: Int
  ) -> Bool {
    place >= 0 && count <= data.count && place <= data.count &- count
      && start >= 0 && start &+ count <= pool.count
  }
}
