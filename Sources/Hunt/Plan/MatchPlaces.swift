internal import YaraEngine

/// One place of a match, or a stretch of it.
enum MatchPlace: Equatable {
  /// One of these bytes; of a letter's two cases only one stands here, since the index folds them.
  case byte([UInt8])
  /// Any bytes, or none.
  case open
  /// What one of these sequences describes; with the number of places in all of them.
  case branches([[MatchPlace]], weight: Int)

  var weight: Int {
    if case .branches(_, let weight) = self { weight } else { 1 }
  }
}

/// Reads a pattern expression as the sequence of places that every match has.
///
/// What enters: the expression, and whether every byte is followed by a zero. What leaves: places,
/// or nil where nothing can match. The law: every match is described by the sequence; whatever is
/// not understood, or would be too much, is `open`.
struct MatchPlaces {
  let isWide: Bool
  /// Whether an optional part is there once or not at all.
  let countsExactly: Bool
  /// How many more places may be written.
  private var room: Int

  /// More members than this say too little.
  static let maximumMembers = 16
  private static let maximumPlaces = 32_768
  private static let maximumDepth = 64
  /// Of one repeated part, as far as it is written out.
  private static let maximumCopies = 64
  private static let maximumCopied = 512
  /// A longer optional part is left out.
  private static let longestOption = 16

  static func of(_ node: PatternNode, isWide: Bool) -> [MatchPlace]? {
    var reader = MatchPlaces(
      isWide: isWide, countsExactly: node.isMatchedAsWritten, room: maximumPlaces)
    var places: [MatchPlace] = []
    return reader.append(node, to: &places, depth: 0) ? places : nil
  }

  private init(isWide: Bool, countsExactly: Bool, room: Int) {
    self.isWide = isWide
    self.countsExactly = countsExactly
    self.room = room
  }

  private mutating func write(_ place: MatchPlace, to places: inout [MatchPlace]) {
    if room <= 0 || place == .open {
      if places.last != .open { places.append(.open) }
      return
    }
    room -= 1
    places.append(place)
    // Behind a byte that may be any, YARA's chains of pieces do not ask for the zero.
    if isWide, case .byte = place { places.append(.byte([0])) }
  }

  /// False where nothing can match.
  private mutating func append(
    _ node: PatternNode, to places: inout [MatchPlace], depth: Int
  ) -> Bool {
    guard depth < Self.maximumDepth, room > 0 else {
      write(.open, to: &places)
      return true
    }
    switch node {
    case .empty, .look: return true
    case .bytes(let bytes):
      for byte in bytes { write(.byte([byte]), to: &places) }
      return true
    case .set(let set):
      if set.isEmpty { return false }
      write(Self.place(of: set), to: &places)
      return true
    case .concat(let items):
      for item in items {
        guard append(item, to: &places, depth: depth + 1) else { return false }
      }
      return true
    case .alternation(let branches):
      var possible: [[MatchPlace]] = []
      for branch in branches {
        var inner: [MatchPlace] = []
        if append(branch, to: &inner, depth: depth + 1) { possible.append(inner) }
        if room <= 0 {
          write(.open, to: &places)
          return true
        }
      }
      guard let first = possible.first else { return false }
      if possible.count == 1 {
        for place in first { places.append(place) }
      } else {
        let weight = possible.reduce(1) { $0 + $1.reduce(0) { $0 + $1.weight } }
        places.append(.branches(possible, weight: weight))
      }
      return true
    case .repetition(let sub, let min, let max, _):
      return append(sub, min, max, to: &places, depth: depth)
    }
  }

  /// So many turns: those that must be stand at the beginning and at the end of the stretch.
  private mutating func append(
    _ sub: PatternNode, _ min: Int, _ max: Int?, to places: inout [MatchPlace], depth: Int
  ) -> Bool {
    if max == 0 { return true }
    guard min > 0 || max == 1 && countsExactly else {
      write(.open, to: &places)
      return true
    }
    var turn: [MatchPlace] = []
    guard append(sub, to: &turn, depth: depth + 1) else { return min == 0 }
    guard !turn.isEmpty else { return true }
    let weight = turn.reduce(0) { $0 + $1.weight }
    if min == 0 {
      let isShort = weight <= Self.longestOption && !turn.contains(.open)
      write(isShort ? .branches([turn, []], weight: weight + 1) : .open, to: &places)
      return true
    }
    let copies = Swift.min(min, Swift.max(1, Swift.min(Self.maximumCopies, Self.maximumCopied / weight)))
    guard weight * copies <= room else {
      write(.open, to: &places)
      return true
    }
    let isExact = max == min && copies == min
    room -= isExact ? weight * copies : 2 * weight * copies
    for _ in 0..<copies { join(turn, to: &places) }
    if !isExact {
      write(.open, to: &places)
      for _ in 0..<copies { join(turn, to: &places) }
    }
    return true
  }

  private func join(_ turn: [MatchPlace], to places: inout [MatchPlace]) {
    for place in turn where place != .open || places.last != .open { places.append(place) }
  }

  private static func place(of set: ByteSet) -> MatchPlace {
    guard set.count <= 2 * maximumMembers else { return .open }
    let members = set.bytes.filter { byte in
      !(byte >= 0x41 && byte <= 0x5A && set.contains(byte | 0x20))
    }
    return members.count <= maximumMembers ? .byte(members) : .open
  }
}
