internal import Bytes

/// Remembers the ways of runs read forwards, of all automata of a thread: a run that comes to a place
/// in a state in which another was there has that one's rest.
///
/// In: places and states passed. Out: where such a way ends, or from where it is to be gone on with.
/// The law: a run gets from another's way only what lies before its own limit. Runs of one stamp (an
/// automaton in a file, with its states' numbers) share ways. The memory is a table that forgets:
/// what is forgotten is run again.
@safe
final class ForwardTrace {
  enum Passing {
    /// Nobody was here; noted.
    case isNew
    /// The way ends without another match than the one that ends at `last`, or -1.
    case ends(last: Int)
    /// The way was cut at `from`: to be gone on with there, as way `onto`.
    case goesOn(onto: Int32, from: Int, inState: Int32, last: Int)
  }

  // Stamps and numbers of ways begin with 1: an entry of zeros is nobody's.
  private struct Slot: BitwiseCopyable {
    var place = 0
    var state: Int32 = 0
    var stamp: Int32 = 0
    var way: Int32 = 0
  }

  private struct Way: BitwiseCopyable {
    var number: Int32 = 0
    /// Whether it leads into another way at `place`, and then which.
    var next: Int32 = -1
    var place = -1
    var state: Int32 = 0
    var isFinal = false
    /// The end of the last match on it, or -1.
    var last = -1
  }

  private let slots: UnsafeMutablePointer<Slot>
  private let ways: UnsafeMutablePointer<Way>
  private var nextWay: Int32 = 0
  private var nextStamp: Int32 = 0
  private static let slotCount = 1 << 16
  private static let wayCount = 1 << 14
  /// Ways followed one into the other before the run goes by itself.
  private static let hops = 32

  init() {
    unsafe slots = ZeroedTable.make(of: Slot.self, count: Self.slotCount)
    unsafe ways = ZeroedTable.make(of: Way.self, count: Self.wayCount)
  }

  deinit {
    unsafe ZeroedTable.release(slots)
    unsafe ZeroedTable.release(ways)
  }

  func newStamp() -> Int32 {
    nextStamp = nextStamp == .max ? 1 : nextStamp + 1
    return nextStamp
  }

  func newWay() -> Int32 {
    nextWay = nextWay == .max ? 1 : nextWay + 1
    // SAFETY: the index is masked to the table's size.
    unsafe ways[Int(nextWay) & (Self.wayCount - 1)] = Way(number: nextWay)
    return nextWay
  }

  /// Where the way was left: nothing more can match (`isFinal`), or its limit was reached.
  func end(_ way: Int32, place: Int, state: Int32, last: Int, isFinal: Bool) {
    let index = Int(way) & (Self.wayCount - 1)
    // SAFETY: as above.
    guard unsafe ways[index].number == way else { return }
    unsafe ways[index] = Way(
      number: way, next: -1, place: place, state: state, isFinal: isFinal,
      last: max(last, ways[index].last))
  }

  /// Notes the place for `way`, or tells of the way that passed it in this state.
  /// - Parameters:
  ///   - last: the end of the run's last match on `way`, or -1
  ///   - stop: no place behind it may be read
  @inline(__always)
  func passes(
    _ place: Int, _ state: Int32, stamp: Int32, way: Int32, last: Int, stop: Int
  ) -> Passing {
    // SAFETY: indices are masked to the tables' sizes.
    let slot = unsafe slots + ((place &+ Int(state) &* 40_503) & (Self.slotCount - 1))
    if unsafe slot.pointee.place == place, unsafe slot.pointee.state == state,
      unsafe slot.pointee.stamp == stamp, unsafe slot.pointee.way != way
    {
      let other = unsafe slot.pointee.way
      let found = follow(other, from: place, stop: stop)
      if case .isNew = found {} else {
        let index = Int(way) & (Self.wayCount - 1)
        if unsafe ways[index].number == way {
          unsafe ways[index] = Way(
            number: way, next: other, place: place, state: state, isFinal: false,
            last: max(last, ways[index].last))
        }
        return found
      }
    }
    unsafe slot.pointee = Slot(place: place, state: state, stamp: stamp, way: way)
    return .isNew
  }

  private func follow(_ first: Int32, from start: Int, stop: Int) -> Passing {
    var number = first
    var place = start
    var last = -1
    for _ in 0..<Self.hops {
      // SAFETY: the index is masked to the table's size.
      let way = unsafe ways[Int(number) & (Self.wayCount - 1)]
      guard way.number == number, way.place >= place, way.last <= stop else { return .isNew }
      if way.last >= place { last = way.last }
      // It may have been allowed to go further, but has found nothing there.
      if way.place > stop { return .ends(last: last) }
      if way.next >= 0 {
        number = way.next
        place = way.place
        continue
      }
      if way.isFinal { return .ends(last: last) }
      // At its very end it is to be gone on with by who asks.
      guard way.place > start else { return .isNew }
      return .goesOn(onto: number, from: way.place, inState: way.state, last: last)
    }
    return .isNew
  }
}

/// Remembers in which states places were passed when read backwards, for one sub-pattern in one
/// file.
///
/// The law: a run stops where another has been in the same state only if that one has seen all that
/// this one may still see. One that was cut by its own limit is gone on with from there.
@safe
final class BackwardTrace {
  enum Passing {
    /// Nobody was here, or nobody knows any more; noted.
    case isNew
    /// All before has been seen.
    case ends
    /// All down to `from` has been seen; the other run was cut there.
    case goesOn(from: Int, inState: Int32)
  }

  // Files and ways are numbered from 1: an entry of zeros is nobody's.
  private struct Passed: BitwiseCopyable {
    var place = 0
    var state: Int32 = 0
    var generation: Int32 = 0
    var way: Int32 = 0
    var file = 0
  }
  private struct Way: BitwiseCopyable {
    var number: Int32 = 0
    var generation: Int32 = -1
    /// Where it was left; Int.max while it goes on.
    var place = Int.max
    /// -1 where nothing more can match.
    var state: Int32 = -1
  }
  /// `size` places and a quarter of that many ways; a power of two, which grows when as many places
  /// have been noted.
  private var ring: UnsafeMutablePointer<Passed>
  private var ways: UnsafeMutablePointer<Way>
  private var size: Int
  private var noted = 0
  private var nextWay: Int32 = 0
  private let memory: AutomatonMemory
  private static let firstSize = 1 << 8
  private static let largestSize = 1 << 14
  private(set) var file = -1

  init(_ memory: AutomatonMemory = AutomatonMemory()) {
    self.memory = memory
    size = Self.firstSize
    unsafe ring = ZeroedTable.make(of: Passed.self, count: Self.firstSize)
    unsafe ways = ZeroedTable.make(of: Way.self, count: Self.firstSize / 4)
    memory.used &+= bytes
  }

  deinit {
    memory.used &-= bytes
    unsafe ZeroedTable.release(ring)
    unsafe ZeroedTable.release(ways)
  }

  private var bytes: Int { size * MemoryLayout<Passed>.stride + size / 4 * MemoryLayout<Way>.stride }

  /// What was noted with another number is forgotten.
  func start(file: Int) {
    guard self.file != file else { return }
    self.file = file
    noted = 0
  }

  /// What was noted is forgotten.
  private func grow() {
    unsafe ZeroedTable.release(ring)
    unsafe ZeroedTable.release(ways)
    memory.used &-= bytes
    size *= 4
    noted = 0
    unsafe ring = ZeroedTable.make(of: Passed.self, count: size)
    unsafe ways = ZeroedTable.make(of: Way.self, count: size / 4)
    memory.used &+= bytes
  }

  func newWay() -> Int32 {
    if noted >= size, size < Self.largestSize { grow() }
    nextWay = nextWay == .max ? 1 : nextWay + 1
    // SAFETY: the index is masked to the table's size.
    unsafe ways[Int(nextWay) & (size / 4 - 1)] = Way(number: nextWay)
    return nextWay
  }

  /// Where the way was left: in `state` by its limit, or for ever (nil).
  func end(_ way: Int32, place: Int, state: Int32?, _ generation: Int) {
    let index = Int(way) & (size / 4 - 1)
    // SAFETY: the index is masked to the table's size.
    guard unsafe ways[index].number == way else { return }
    unsafe ways[index] = Way(
      number: way, generation: Int32(truncatingIfNeeded: generation), place: place,
      state: state ?? -1)
  }

  /// Notes the place for `way`, or tells of the way that passed it in this state.
  /// - Parameter stop: no place before it is read.
  @inline(__always)
  func passes(_ place: Int, _ state: Int32, _ generation: Int, way: Int32, stop: Int) -> Passing {
    let generation = Int32(truncatingIfNeeded: generation)
    // SAFETY: the index is masked to the ring's size.
    let slot = unsafe ring + ((place &+ Int(state) &* 40_503) & (size - 1))
    if unsafe slot.pointee.place == place, unsafe slot.pointee.state == state,
      unsafe slot.pointee.generation == generation, unsafe slot.pointee.file == file
    {
      let number = unsafe slot.pointee.way
      // SAFETY: the index is masked to the table's size.
      let other = unsafe ways[Int(number) & (size / 4 - 1)]
      if other.number == number, other.place <= place {
        if other.state < 0 || other.place <= stop { return .ends }
        if other.generation == generation {
          return .goesOn(from: other.place, inState: other.state)
        }
      }
    }
    noted &+= 1
    unsafe slot.pointee = Passed(
      place: place, state: state, generation: generation, way: way, file: file)
    return .isNew
  }
}
