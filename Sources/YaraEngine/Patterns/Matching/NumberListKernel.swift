/// A list of numbers of a fixed length that a hit's verification reads and writes: as an array of a
/// class each write would be checked for exclusive access and uniqueness.
@safe
final class NumberList {
  private let count: Int
  /// SAFETY: `count` initialised elements; indices are checked below.
  private let numbers: UnsafeMutablePointer<Int>

  init(repeating value: Int, count: Int) {
    self.count = count
    unsafe numbers = .allocate(capacity: count)
    unsafe numbers.initialize(repeating: value, count: count)
  }

  deinit { unsafe numbers.deallocate() }

  @inline(__always)
  subscript(index: Int) -> Int {
    get {
      precondition(index >= 0 && index < count, "an index inside the list")
      return unsafe numbers[index]
    }
    set {
      precondition(index >= 0 && index < count, "an index inside the list")
      unsafe numbers[index] = newValue
    }
  }
}
