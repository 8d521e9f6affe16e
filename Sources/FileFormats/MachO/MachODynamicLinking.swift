internal import Bytes

/// The numbers of variable length in the dynamic linker's tables (DWARF, section 7.6).
enum LEB128 {
  /// Reads an unsigned number and moves `offset` past it. Nil if it is cut off or has more than
  /// ten bytes; bits past the 64th are lost.
  static func unsigned(_ data: ByteView, _ offset: inout Int) -> UInt64? {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while let byte = data.byte(at: offset), shift < 64 {
      offset += 1
      value |= UInt64(byte & 0x7F) << shift
      if byte & 0x80 == 0 { return value }
      shift += 7
    }
    return nil
  }
}

/// The export trie: a tree whose edges carry pieces of names (mach-o/loader.h, "export trie").
enum MachOExportTrie {
  private struct Node {
    let offset: Int
    let prefix: [UInt8]
  }

  /// Longest name put together.
  private static let longestName = 1 << 16

  /// The names of the terminal nodes, the last edge of a node first. Damage ends the walk; the
  /// names before it are kept. Every node is visited once, so loops end.
  static func names(_ data: ByteView, limits: MachOLimits) -> [[UInt8]] {
    var names: [[UInt8]] = []
    var stack = [Node(offset: 0, prefix: [])]
    var visited: Set<Int> = []
    while let node = stack.popLast(), data.count > 0 {
      guard visited.insert(node.offset).inserted, node.offset <= data.count else { continue }
      guard let isTerminal = visit(node, data, &stack, limits) else { break }
      if isTerminal { names.append(node.prefix) }
    }
    return names
  }

  /// Pushes the node's children. Nil if the node is damaged.
  private static func visit(
    _ node: Node, _ data: ByteView, _ stack: inout [Node], _ limits: MachOLimits
  ) -> Bool? {
    var offset = node.offset
    guard let length = LEB128.unsigned(data, &offset) else { return nil }
    if length != 0, !skipTerminal(data, &offset, limits) { return nil }
    guard let edges = data.byte(at: offset) else { return nil }
    offset += 1
    for _ in 0..<edges {
      guard let label = limits.text(in: data, at: offset), label.isTerminated else { return nil }
      offset += label.text.count + 1
      guard let child = LEB128.unsigned(data, &offset) else { return nil }
      limits.exportBytes -= node.prefix.count + label.text.count + 64
      guard limits.exportBytes > 0, node.prefix.count + label.text.count <= longestName else {
        return nil
      }
      guard case .inFile = FormatText.repaired(label.text), let place = Int(exactly: child) else {
        continue
      }
      stack.append(Node(offset: place, prefix: node.prefix + label.text.array))
    }
    return length != 0
  }

  private static let reexport: UInt64 = 0x08
  private static let stubAndResolver: UInt64 = 0x10

  /// Moves past what a terminal node tells of its symbol: by its parts, not by the length that
  /// stands before them.
  private static func skipTerminal(
    _ data: ByteView, _ offset: inout Int, _ limits: MachOLimits
  ) -> Bool {
    guard let flags = LEB128.unsigned(data, &offset),
      LEB128.unsigned(data, &offset) != nil
    else { return false }
    switch flags {
    case stubAndResolver:
      // Two offsets.
      return LEB128.unsigned(data, &offset) != nil
    case reexport:
      // A dylib's ordinal and the symbol's name there.
      guard let label = limits.text(in: data, at: offset), label.isTerminated else { return false }
      offset += label.text.count + 1
      return true
    default: return true
    }
  }
}

/// The opcodes that tell the dynamic linker what to bind (mach-o/loader.h, BIND_OPCODE_...).
enum MachOBindOpcodes {
  /// Appends the symbols' names. Damage ends the reading; names that are no UTF-8 are left out.
  static func appendNames(_ data: ByteView, to names: inout [ByteView], limits: MachOLimits) {
    guard limits.mayRead(data.count) else { return }
    var offset = 0
    while let byte = data.byte(at: offset) {
      offset += 1
      switch byte & 0xF0 {
      case 0x20, 0x60, 0x70, 0x80, 0xA0:
        // A dylib ordinal, an addend, an offset in a segment, or an address to add.
        guard LEB128.unsigned(data, &offset) != nil else { return }
      case 0xC0:
        // A count and a distance.
        guard LEB128.unsigned(data, &offset) != nil, LEB128.unsigned(data, &offset) != nil else {
          return
        }
      case 0x40:
        guard let found = data.text(at: offset, limit: data.count), found.isTerminated,
          limits.imports > 0
        else { return }
        limits.imports -= 1
        offset += found.text.count + 1
        if case .inFile = FormatText.repaired(found.text) { names.append(found.text) }
      default: break
      }
    }
  }
}

/// The imports of a file with chained fixups (mach-o/fixup-chains.h).
enum MachOChainedFixups {
  /// Appends the names; those that leave the data or are no UTF-8 are left out.
  static func appendNames(
    _ fixups: FormatReader, to names: inout [ByteView], limits: MachOLimits
  ) {
    let data = fixups.data
    guard let importsOffset = fixups.quarter(8), let symbolsOffset = fixups.quarter(12),
      let count = fixups.quarter(16), let format = fixups.quarter(20), data.count >= 28
    else { return }
    let recordSize = format == 2 ? 8 : format == 3 ? 16 : 4
    guard data.slice(at: Int(importsOffset), length: Int(count) * recordSize) != nil,
      let symbols = data.slice(at: Int(symbolsOffset), length: data.count - Int(symbolsOffset))
    else { return }
    for index in 0..<Int(count) {
      guard limits.imports > 0 else { return }
      limits.imports -= 1
      let offset = Int(importsOffset) + index * recordSize
      // The name's offset is the upper part of the first word, of 32 or of 64 bits.
      let place =
        format == 3
        ? Int((fixups.long(offset) ?? 0) >> 32) : Int((fixups.quarter(offset) ?? 0) >> 9)
      guard limits.nameBytes > 0, let found = symbols.text(at: place, limit: longestName) else {
        continue
      }
      limits.nameBytes -= found.text.count + 1
      guard found.isTerminated, case .inFile = FormatText.repaired(found.text) else { continue }
      names.append(found.text)
    }
  }

  /// Longest name that is read; imports can all point at one endless name.
  private static let longestName = 1 << 16
}
