/// One searchable form of a pattern: its ascii or wide text, one phase of its base64, one branch of
/// its regex, one piece of its chain. Plain numbers only, so that the matcher's loop counts no
/// references.
struct SubPattern: Sendable {
  enum Kind: UInt8, Sendable {
    /// `literal` in the pool, compared byte by byte or without regard to case.
    case literal
    /// `literal` in the pool, every byte combined with one key.
    case xor
    /// `base64` in the set's list of phases; `literal` is what is searched.
    case base64
    /// The automata `forward` and, unless -1, `backward`, which meet at the atom's position.
    case expression
  }

  var pattern: PatternID
  var kind: Kind
  /// 1, or 2 for the wide form of an expression.
  var stride = 1
  var isWide = false
  var isCaseless = false
  var fullwordLeft = false
  var fullwordRight = false
  /// Whether the neighbours of an xor match are decoded with its key, as YARA-X does; YARA looks at
  /// them as they are.
  var decodesNeighbours = true
  var replacement: MatchTable.Replacement = .keepFirst
  /// Range in the literal pool.
  var literalStart: Int32 = 0
  var literalCount: Int32 = 0
  /// Whether the atom is the whole literal, so that finding it is proof.
  var isAtomProof = false
  /// Whether a hit of the atom is a match, with nothing else to be asked.
  var isPlainProof: Bool { isAtomProof && !fullwordLeft && !fullwordRight && rivals < 0 && chain < 0 }
  var lowKey: UInt8 = 0
  var highKey: UInt8 = 255
  var base64: Int32 = -1
  var forward: Int32 = -1
  var backward: Int32 = -1
  /// The automaton that tells the end of a match from its beginning, where `forward` only tells that
  /// there is one; else -1.
  var whole: Int32 = -1
  /// Of the place where `backward` and `forward` meet.
  var neighbourhood = CutNeighbourhood()
  /// Without atoms: what `forward` and those of the followers read, the other way round; else -1.
  var finder: Int32 = -1
  /// Without atoms: how many sub-patterns after this one begin where `finder` finds them, too.
  var followers: Int32 = 0
  /// Without atoms: index into the set's probes, or -1.
  var probe: Int32 = -1
  /// The part before the atom may be long and later atoms make matches longer: hits are verified
  /// backwards from the last to the first, after the pass.
  var defersBackward = false
  /// The part before the atom may be long: runs that meet an earlier one stop.
  var tracesBackward = false
  /// Whether `fullword` looks at one byte on each side of a wide match: YARA forgets the width where
  /// it has no atom to begin at.
  var hasPlainNeighbours = false
  /// Characters read at most in either direction from the atom.
  var limit = SubPattern.scanLimit
  var chain: Int32 = -1
  var piece: Int32 = 0
  /// Other literals of the same alternation that win where both match at one offset; index into
  /// the set's lists, or -1.
  var rivals: Int32 = -1

  /// YARA-X reads at most 4096 bytes from an atom in either direction; its general machine sees
  /// matches of up to 4095.
  static let scanLimit = 4095
  static let scanLimitOfSimple = 4096
  /// YARA 4.5 reads 1024 bytes.
  static let scanLimitOfYARA = 1024
}

/// Who waits for an atom: `anchor` bytes before the atom's end lies the sub-pattern's position (the
/// start of its literal, the cut of its expression).
struct AtomOwner: Sendable {
  var subPattern: Int32
  var anchor: Int32
}

/// A pattern with a large gap, taken apart: pieces are found on their own, then joined where they
/// lie at the right distance.
struct PatternChain: Sendable {
  var pattern: PatternID
  /// Sub-patterns of each piece are many (branches); pieces are numbered from 0.
  var pieceCount: Int
  /// Bytes between the end of piece i and the start of piece i + 1; nil is unbounded.
  var gaps: [(low: Int, high: Int?)]
  var isGreedy: Bool
}
