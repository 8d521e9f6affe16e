public import Bytes

/// The index of one segment, read in place. Immutable; any number of threads may ask at once, each
/// with its own `IndexScratch`.
///
/// Whatever the bytes are, opening gives an error or an index whose answers hold every document
/// they should: header and directory are verified when it is opened, other pages when they are first
/// touched. A damaged page lets everything pass.
public final class IndexFile: Sendable {
  let file: ByteView
  private let owner: any AnyObject & Sendable
  let header: IndexHeader
  let directory: IndexDirectory
  let pages: PageGuard
  let pieceSignatures: SignatureKernel
  let regionSignatures: SignatureKernel
  /// The first piece of each document, and one more: their number.
  let firstPiece: [UInt32]
  /// Each piece, and one more: whose first region is their number.
  let pieces: [Piece]
  /// Documents that no literal excludes: unknown ones and those with an open piece.
  let open: DocumentSet
  let columnNumbers: [String: Int]
  /// Where each column begins in the file.
  let columnPlaces: [Int]

  struct Piece {
    let document: UInt32
    let firstRegion: UInt32
  }

  /// - Parameter owner: keeps the bytes valid; held as long as the index.
  /// - Throws: `notAnIndex`, `unknownVersion`, `wrongLength` or `damaged`.
  public init(_ bytes: ByteView, owner: any AnyObject & Sendable) throws(IndexError) {
    let header = try IndexHeader(of: bytes)
    func section(_ section: IndexSection) -> ByteView {
      bytes.clamped(at: Int(header[section].lowerBound), length: header[section].count)
    }
    // The end of the file, from the directory on, is read from front to back.
    MappedPages.fetch(
      bytes, at: Int(header[.directory].lowerBound), length: header[.directory].count)
    let pages = try PageChecksums.pages(
      of: bytes, section: section(.checksums),
      count: Int(header[.directory].lowerBound) >> IndexLayout.pageBits)
    let directory = try IndexDirectory(section(.directory), documents: header.documentCount)
    let pieceLayout = RowLayout(classes: directory.classes, kinds: directory.pieces)
    let regionLayout = RowLayout(classes: directory.classes, kinds: directory.regions)
    // Lengths of what the directory describes; keys have none of their own.
    let expected: [(IndexSection, UInt64)] = [
      (.pieces, pieceLayout.length), (.regions, regionLayout.length),
      (.beginnings, UInt64(header.documentCount * IndexQuery.headerBytes)),
      (.columns, directory.columnBytes), (.keyBlocks, UInt64(directory.keyBlockCount * 16)),
    ]
    for (section, length) in expected where UInt64(header[section].count) != length {
      throw IndexError(.damaged, "the index's \(section.name) do not have the size they should")
    }

    file = bytes
    self.owner = owner
    self.header = header
    self.directory = directory
    self.pages = pages
    pieceSignatures = SignatureKernel(
      file: bytes, pages: pages, header[.pieces], RowPlaces(pieceLayout, kinds: directory.pieces))
    regionSignatures = SignatureKernel(
      file: bytes, pages: pages, header[.regions], RowPlaces(regionLayout, kinds: directory.regions))

    var columnPlaces: [Int] = []
    var columnPlace = Int(header[.columns].lowerBound)
    for column in directory.columns {
      columnPlaces.append(columnPlace)
      columnPlace += Int(column.values?.length(documents: header.documentCount) ?? 0)
    }
    self.columnPlaces = columnPlaces
    columnNumbers = Dictionary(
      zip(directory.columns.map(\.name), 0...), uniquingKeysWith: { first, _ in first })

    var firstPiece: [UInt32] = []
    var pieces: [Piece] = []
    var open = directory.unknown
    pieces.reserveCapacity(directory.pieces.count + 1)
    var region = 0
    for (document, size) in directory.sizes.enumerated() {
      firstPiece.append(UInt32(pieces.count))
      let end = region + Int(SignatureScheme.regionCount(of: size))
      for _ in 0..<SignatureScheme.pieceCount(of: size) {
        if directory.pieces[pieces.count] == IndexLayout.openStretch { open.insert(document) }
        pieces.append(Piece(document: UInt32(document), firstRegion: UInt32(region)))
        region = Swift.min(region + SignatureScheme.regionsPerPiece, end)
      }
    }
    firstPiece.append(UInt32(pieces.count))
    pieces.append(Piece(document: UInt32(directory.sizes.count), firstRegion: UInt32(region)))
    self.firstPiece = firstPiece
    self.pieces = pieces
    self.open = open
  }

  var pieceRows: RowPlaces { pieceSignatures.places }
  var regionRows: RowPlaces { regionSignatures.places }

  /// Bytes of the file.
  public var byteCount: Int { file.count }
  public var documentCount: Int { header.documentCount }
  public var identity: UInt64 { header.identity }
  public var factsVersion: String { directory.factsVersion }
  /// As the builder was told; `filesize` is there beside them.
  public var columns: [String] { directory.columns.map(\.name) }
  /// Bytes of a document; 0 for one that could not be read.
  public func size(of document: Int) -> UInt64 { directory.sizes[document] }

  func bytes(of section: IndexSection) -> ByteView {
    file.clamped(at: Int(header[section].lowerBound), length: header[section].count)
  }

  /// Where the bytes of the file go, in the order of the file; paddings are left out.
  public var sections: [(name: String, bytes: Int)] {
    [("header", IndexLayout.headerSize)] + IndexSection.allCases.map { ($0.name, header[$0].count) }
  }

  /// Checks every page.
  ///
  /// - Returns: each damaged run of pages and what lies in it; empty when the file is intact.
  public func verify() -> [String] {
    var damage: [String] = []
    var page = 0
    while page < pages.count {
      let first = page
      while page < pages.count, !pages.check(page) { page += 1 }
      if page > first {
        let range = UInt64(first * IndexLayout.pageSize)..<UInt64(page * IndexLayout.pageSize)
        let names = IndexSection.allCases.filter { header[$0].overlaps(range) }.map(\.name)
        damage.append(
          "bytes \(range.lowerBound) to \(range.upperBound - 1): \(names.joined(separator: ", "))")
      } else {
        page += 1
      }
    }
    return damage
  }
}
