internal import Bytes

/// What may still be read, over all binaries of one file: a fat file can name the same bytes in
/// any number of architectures. The engines have no such bounds; real files stay far below them.
final class MachOLimits {
  var commands = 1 << 20
  var symbols = 1 << 24
  var imports = 1 << 20
  /// Linker options and build tools.
  var listed = 1 << 20
  /// Bytes of names that may overlap: those of symbols and of chained fixups.
  var nameBytes = 1 << 26
  /// Bytes of memory for the imports and exports that are taken from symbols.
  var symbolNameMemory = 1 << 26
  /// Bytes of symbol names gathered for `symhash`, which can all be one long name.
  var symhashBytes = 1 << 26
  /// Bytes of export names put together, and edges followed.
  var exportBytes = 1 << 26
  /// Bytes of code signature blobs examined.
  var signatureBytes = 1 << 24
  /// Bytes of texts in entitlements, counted again for each array around them.
  var entitlementBytes = 1 << 26
  /// Bytes of everything else that binaries can share and whose length the file chooses.
  var bytes: Int

  init(fileSize: Int) { bytes = 4 * fileSize + (1 << 26) }

  /// Whether something was left out, by one of the bounds that are counted down.
  var isReached: Bool {
    [
      commands, symbols, imports, listed, nameBytes, symbolNameMemory, symhashBytes, exportBytes,
      signatureBytes, entitlementBytes, bytes,
    ].contains { $0 <= 0 }
  }

  /// Counts `count` bytes as read. False if so many may not be read any more.
  func mayRead(_ count: Int) -> Bool {
    bytes -= count
    return bytes > 0
  }

  /// The text at `offset` up to a NUL or the end, counted as read whether it ends or not. Nil past
  /// the end, and if nothing may be read any more.
  func text(in data: ByteView, at offset: Int) -> (text: ByteView, isTerminated: Bool)? {
    guard bytes > 0, let found = data.text(at: offset, limit: data.count) else { return nil }
    bytes -= found.text.count + 1
    return found
  }
}
