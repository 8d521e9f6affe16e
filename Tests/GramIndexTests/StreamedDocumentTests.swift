import Bytes
import Testing

@testable import GramIndex

/// A document that comes in parts gives the index of the whole one.
@Suite struct StreamedDocumentTests {
  private struct Broken: Error {}

  private func index(_ body: (IndexBuilder) throws -> Void) throws -> [UInt8] {
    let builder = IndexBuilder(identity: 1, factsVersion: "v", columns: [])
    try body(builder)
    var file: [UInt8] = []
    try builder.finish { file += $0.array }
    return file
  }

  @Test(arguments: [0, 1, 63, 64, 65, 100_000, 1, 513])
  func partsGiveTheSameBytes(_ beyond: Int) throws {
    var numbers = SeededNumbers(UInt64(beyond))
    let piece = SignatureScheme.pieceBytes
    for size in [beyond, piece + beyond, 2 * piece + SignatureScheme.overlap - 1 + beyond] {
      let bytes = (0..<size).map { $0 & 7 == 0 ? UInt8.random(in: 0...255, using: &numbers) : UInt8($0 >> 12 & 0xFF) }
      let whole = try index { builder in ByteView.with(bytes) { builder.add($0, facts: nil) } }
      let parts = try index { builder in
        builder.add(size: size, facts: nil) { take in
          var offset = 0
          while offset < size {
            let count = min(size - offset, [7, 200_000, 5_000_000][Int.random(in: 0...2, using: &numbers)])
            ByteView.with(Array(bytes[offset..<offset + count])) { take($0) }
            offset += count
          }
        }
      }
      #expect(whole == parts)
    }
  }

  @Test func whatBreaksOffIsAlwaysACandidate() throws {
    let size = 2 * SignatureScheme.pieceBytes
    let file = try index { builder in
      builder.add(size: size, facts: nil) { take in
        ByteView.with([UInt8](repeating: 0x41, count: SignatureScheme.pieceBytes + 900_000)) { take($0) }
        throw Broken()
      }
      builder.add(size: size, facts: nil) { take in ByteView.with([1, 2, 3]) { take($0) } }
      ByteView.with([UInt8](repeating: 0x42, count: 5000)) { builder.add($0, facts: nil) }
    }
    let held = HeldBytes(file)
    let index = try IndexFile(held.view, owner: held)
    let found = index.candidates(.literal(Array("no such text".utf8)), using: IndexScratch())
    #expect(Array(found) == [0, 1])
  }
}
