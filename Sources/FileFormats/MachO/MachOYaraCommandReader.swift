internal import Bytes

/// Reads the load commands of one binary as YARA does: segments in a first pass, the entry point
/// in a second. The commands' sizes must be true, their contents may reach past them up to the
/// binary's end.
struct MachOYaraCommandReader {
  let reader: FormatReader
  let header: MachOHeader

  static func read(
    _ reader: FormatReader, _ header: MachOHeader, budget: inout Int
  ) -> MachOCommands {
    let state = MachOYaraCommandReader(reader: reader, header: header)
    var commands = MachOCommands()
    state.forEachCommand(&budget) { type, offset, size in
      guard type == MachOCommandType.segment || type == MachOCommandType.segment64 else { return }
      commands.segmentCount += 1
      let is64Bit = type == MachOCommandType.segment64
      let fields = MachOSegment.fieldsSize(is64Bit: is64Bit)
      let layout = FormatReader(
        data: reader.data, isBigEndian: reader.isBigEndian, is64Bit: is64Bit)
      if let segment = MachOSegment(
        layout, at: offset + 8, sectionSpace: size - 8 - fields, dialect: .yara)
      {
        commands.segments.append(segment)
      }
    }
    state.forEachCommand(&budget) { type, offset, _ in
      switch type {
      case MachOCommandType.unixThread: state.readThread(at: offset, &commands)
      case MachOCommandType.main:
        guard let entry = reader.long(offset + 8), let stack = reader.long(offset + 16) else {
          return
        }
        commands.entryPoint = entry
        commands.stackSize = stack
      default: break
      }
    }
    return commands
  }

  private func forEachCommand(
    _ budget: inout Int, _ body: (_ type: UInt32, _ offset: Int, _ size: Int) -> Void
  ) {
    // Without a known magic number, YARA takes the layout of a 64-bit file.
    var offset = reader.is64Bit ? MachOHeader.size64 : MachOHeader.size32
    var remaining = header.commandCount
    while remaining > 0, budget > 0 {
      guard let type = reader.quarter(offset), let size = reader.quarter(offset + 4),
        Int(size) <= reader.data.count - offset, size >= 8
      else { return }
      body(type, offset, Int(size))
      offset += Int(size)
      remaining -= 1
      budget -= 1
    }
  }

  private func readThread(at offset: Int, _ commands: inout MachOCommands) {
    // YARA reads this size in the order of little-endian files, whatever the file's order is.
    guard let claimed = reader.data.little(at: offset + 4, as: UInt32.self) else { return }
    let size = min(reader.data.count - offset, Int(claimed))
    guard let layout = MachOThreadState.layout(cpuType: header.cpuType),
      size - 16 >= layout.size.yara,
      let address = layout.programCounter(reader, at: offset + 16)
    else { return }
    for segment in commands.segments {
      let end = segment.virtualAddress &+ segment.virtualSize
      if address >= segment.virtualAddress, address < end {
        commands.entryPoint = segment.fileOffset &+ (address &- segment.virtualAddress)
        return
      }
    }
  }
}
