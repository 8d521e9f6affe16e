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
    // Where the threads after the last LC_MAIN begin.
    var threads: [UInt64] = []
    state.forEachCommand(&budget) { type, offset, _ in
      switch type {
      case MachOCommandType.unixThread:
        if let address = state.threadAddress(at: offset) { threads.append(address) }
      case MachOCommandType.main:
        guard let entry = reader.long(offset + 8), let stack = reader.long(offset + 16) else {
          return
        }
        commands.entryPoint = entry
        commands.stackSize = stack
        threads = []
      default: break
      }
    }
    if let place = entryPoint(ofThreads: threads, commands.segments) {
      commands.entryPoint = place
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

  private func threadAddress(at offset: Int) -> UInt64? {
    // YARA reads this size in the order of little-endian files, whatever the file's order is.
    guard let claimed = reader.data.little(at: offset + 4, as: UInt32.self) else { return nil }
    let size = min(reader.data.count - offset, Int(claimed))
    guard let layout = MachOThreadState.layout(cpuType: header.cpuType),
      size - 16 >= layout.size.yara
    else { return nil }
    return layout.programCounter(reader, at: offset + 16)
  }

  /// The last thread that begins in a segment counts, by the first segment that holds it. There
  /// can be many of both, so segments are sorted instead of tried with each thread.
  private static func entryPoint(
    ofThreads addresses: [UInt64], _ segments: [MachOSegment]
  ) -> UInt64? {
    guard !addresses.isEmpty else { return nil }
    let covered = covered(by: segments)
    guard let address = addresses.last(where: { contains(covered, $0) }),
      let segment = segments.first(where: { memory(of: $0)?.contains(address) ?? false })
    else { return nil }
    return segment.fileOffset &+ (address &- segment.virtualAddress)
  }

  /// Nil for a segment that is empty or wraps around: it holds no address.
  private static func memory(of segment: MachOSegment) -> Range<UInt64>? {
    let end = segment.virtualAddress &+ segment.virtualSize
    return segment.virtualAddress < end ? segment.virtualAddress..<end : nil
  }

  /// The addresses in any of the segments, as ascending ranges that do not touch.
  private static func covered(by segments: [MachOSegment]) -> [Range<UInt64>] {
    var covered: [Range<UInt64>] = []
    for range in segments.compactMap(memory).sorted(by: { $0.lowerBound < $1.lowerBound }) {
      if let last = covered.last, range.lowerBound <= last.upperBound {
        covered[covered.count - 1] = last.lowerBound..<max(last.upperBound, range.upperBound)
      } else {
        covered.append(range)
      }
    }
    return covered
  }

  private static func contains(_ ranges: [Range<UInt64>], _ address: UInt64) -> Bool {
    var low = 0
    var high = ranges.count
    while low < high {
      let middle = (low + high) / 2
      if ranges[middle].upperBound <= address { low = middle + 1 } else { high = middle }
    }
    return low < ranges.count && ranges[low].contains(address)
  }
}
