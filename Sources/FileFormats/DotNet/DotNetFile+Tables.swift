public import Bytes

// The parts that need tables and heaps but no signature.

extension DotNetFile {
  // MARK: streams of values

  func parsedGUIDs() -> [[UInt8]] {
    guard let stream = guidStream else { return [] }
    let bytes: ByteView
    switch dialect {
    case .yaraX:
      guard let view = stream.view(in: data) else { return [] }
      bytes = view
    case .yara:
      guard stream.offset >= 0, stream.offset <= data.count else { return [] }
      bytes = data.clamped(at: stream.offset, length: stream.size)
    }
    return (0..<min(bytes.count / 16, DotNetLimits.guids)).map { index in
      Self.guidText(bytes.clamped(at: index * 16, length: 16))
    }
  }

  /// The first three groups are stored as little-endian integers.
  private static func guidText(_ guid: ByteView) -> [UInt8] {
    var text: [UInt8] = []
    text.reserveCapacity(36)
    let order = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15]
    for (position, index) in order.enumerated() {
      if position == 4 || position == 6 || position == 8 || position == 10 {
        text.append(UInt8(ascii: "-"))
      }
      guard let byte = guid.byte(at: index) else { continue }
      for digit in [byte >> 4, byte & 15] {
        text.append(digit < 10 ? 0x30 + digit : 0x57 + digit)
      }
    }
    return text
  }

  func parsedUserStrings() -> DotNetUserStrings {
    var strings = DotNetUserStrings()
    guard let stream = userStringStream, let view = stream.view(in: data) else { return strings }
    func keep(_ offset: Int, _ length: Int) {
      // What lies beyond four gigabytes is left out.
      guard let offset = UInt32(exactly: offset), let length = UInt32(exactly: length) else { return }
      strings.entries.append(.init(offset: offset, length: length))
    }
    switch dialect {
    case .yaraX:
      // Blobs of UTF-16 with one byte of flags behind it; shorter ones hold no character. A blob
      // that leaves the stream takes all of them away; bytes that are no length end them.
      var reader = DotNetBlobReader(view)
      while strings.entries.count < DotNetLimits.userStrings, let length = reader.unsigned() {
        guard let string = reader.skip(Int(length)) else {
          strings.entries = []
          break
        }
        if length >= 3 { keep(stream.offset + string, Int(length) - 1) }
      }
      strings.isCounted = true
    case .yara:
      // The first entry is one zero byte. The flags of each string are read as an entry of their
      // own, whose bytes are not skipped unless they too look like a string.
      guard view.count > 0, view[0] == 0 else { return strings }
      var offset = stream.offset + 1
      let end = stream.offset + stream.size
      while offset < end, strings.entries.count < DotNetLimits.userStrings,
        let blob = heaps.blobExtentYara(at: offset)
      {
        offset = blob.offset
        if blob.size > 1 {
          keep(offset, blob.size - 1)
          offset += blob.size - 1
        }
      }
      strings.isCounted = true
    }
    return strings
  }

  public var numberOfUserStrings: Int? {
    dialect == .yaraX || userStringTable.isCounted ? userStringTable.entries.count : nil
  }

  /// UTF-16 in little-endian order, without the byte of flags.
  public func userString(_ index: Int) -> ByteView? {
    let entries = userStringTable.entries
    guard index >= 0, index < entries.count else { return nil }
    return data.slice(at: Int(entries[index].offset), length: Int(entries[index].length))
  }

  // MARK: how many there are

  public var numberOfGUIDs: Int? { count(of: guids.count, if: guidStream != nil) }
  public var numberOfConstants: Int? { count(of: constants.count, if: tables.extent(.constant) != nil) }
  public var numberOfModuleReferences: Int? {
    count(of: moduleReferences.count, if: tables.extent(.moduleRef) != nil)
  }
  public var numberOfAssemblyReferences: Int? {
    count(of: assemblyReferences.count, if: tables.extent(.assemblyRef) != nil)
  }
  public var numberOfResources: Int? {
    count(of: resources.count, if: tables.extent(.manifestResource) != nil)
  }
  public var numberOfFieldOffsets: Int? {
    count(of: fieldOffsets.count, if: tables.extent(.fieldRVA) != nil)
  }
  public var numberOfClasses: Int? { count(of: classes.count, if: tables.isComplete) }

  /// YARA counts what it has looked for only.
  private func count(of list: @autoclosure () -> Int, if isPresent: Bool) -> Int? {
    dialect == .yaraX || isPresent ? list() : nil
  }

  // MARK: tables

  func name(_ extent: DotNetTableStream.Extent, _ row: Int, _ column: Int) -> ByteView? {
    extent.value(data, row: row, column: column).flatMap { heaps.name($0) }
  }

  private func version(at offset: Int) -> DotNetVersion? {
    guard let major = data.little(at: offset, as: UInt16.self),
      let minor = data.little(at: offset + 2, as: UInt16.self),
      let build = data.little(at: offset + 4, as: UInt16.self),
      let revision = data.little(at: offset + 6, as: UInt16.self)
    else { return nil }
    return DotNetVersion(major: major, minor: minor, build: build, revision: revision)
  }

  func parsedModuleName() -> ByteView? {
    // YARA reads the first row even where the table has none.
    guard let extent = tables.extent(.module), dialect == .yara || extent.count > 0 else {
      return nil
    }
    return name(extent, 0, 1)
  }

  func parsedAssembly() -> DotNetAssembly? {
    guard let extent = tables.extent(.assembly), dialect == .yara || extent.count > 0,
      let version = version(at: extent.start + 4)
    else { return nil }
    let culture = name(extent, 0, 8)
    return DotNetAssembly(
      version: version, name: name(extent, 0, 7),
      culture: culture.flatMap { $0.count > 0 ? $0 : nil })
  }

  func parsedAssemblyReferences() -> [DotNetAssemblyReference] {
    guard let (extent, rows) = wholeRows(.assemblyRef) else { return [] }
    return rows.compactMap { row in
      guard let version = version(at: extent.row(row)) else { return nil }
      let key = extent.value(data, row: row, column: 5).flatMap { heaps.blob($0) }
      return DotNetAssemblyReference(
        version: version, publicKeyOrToken: key.flatMap { $0.count > 0 ? $0 : nil },
        name: dialect == .yara && key == nil ? nil : name(extent, row, 6))
    }
  }

  func parsedModuleReferences() -> [ByteView] {
    guard let (extent, rows) = wholeRows(.moduleRef) else { return [] }
    var names: [ByteView] = []
    for row in rows {
      // YARA wants room for the wider form of a row.
      if dialect == .yara, data.slice(at: extent.row(row), length: 4) == nil { break }
      if let name = name(extent, row, 0) { names.append(name) }
    }
    return names
  }

  func parsedConstants() -> [ByteView] {
    guard let (extent, rows) = wholeRows(.constant) else { return [] }
    return rows.compactMap { row in
      guard data.byte(at: extent.row(row)) == Self.stringElement else { return nil }
      // YARA reads the padding as part of the type.
      if dialect == .yara, data.byte(at: extent.row(row) + 1) != 0 { return nil }
      guard let index = extent.value(data, row: row, column: 3),
        let blob = heaps.blobExtent(index)
      else { return nil }
      // YARA leaves out what ends with the file.
      if dialect == .yara, blob.offset + blob.size >= data.count { return nil }
      return blob.view(in: data)
    }
  }

  private static let stringElement: UInt8 = 0x0E

  func parsedFieldOffsets() -> [Int64] {
    guard let (extent, rows) = wholeRows(.fieldRVA) else { return [] }
    var offsets: [Int64] = []
    offsets.reserveCapacity(rows.count)
    for row in rows {
      let start = extent.row(row)
      // YARA wants room for the wider form of a row.
      if dialect == .yara, data.slice(at: start, length: 8) == nil { break }
      guard let rva = data.little(at: start, as: UInt32.self) else { break }
      if let offset = pe.fileOffset(rva: rva) { offsets.append(Int64(offset)) }
    }
    return offsets
  }

  func parsedResources() -> [DotNetResource] {
    guard let (extent, rows) = wholeRows(.manifestResource) else { return [] }
    let base = pe.fileOffset(rva: resourceDirectory.virtualAddress)
    return rows.map { row in
      var resource = DotNetResource(name: name(extent, row, 2))
      guard let offset = data.little(at: extent.row(row), as: UInt32.self),
        let implementation = extent.value(data, row: row, column: 3)
      else { return resource }
      switch dialect {
      case .yaraX:
        // The first file counts as this one.
        guard implementation & 3 == 0, implementation >> 2 <= 1, let base,
          base <= data.count
        else { return resource }
        let directory = data.clamped(at: base, length: Int(resourceDirectory.size))
        guard let length = directory.little(at: Int(offset), as: UInt32.self) else {
          return resource
        }
        // Sums end at the largest number of 32 bits.
        let start = min(Int(offset) + 4, Int(UInt32.max))
        resource.offset = Int64(min(base + start, Int(UInt32.max)))
        if directory.slice(at: start, length: Int(length)) != nil {
          resource.length = Int64(length)
        }
      case .yara:
        // A directory that lies nowhere is taken to begin one byte before the file.
        let start = (base ?? -1) + Int(offset)
        guard implementation == 0, let length = data.little(at: start, as: UInt32.self) else {
          return resource
        }
        resource.offset = Int64(start + 4)
        resource.length = Int64(length)
      }
      return resource
    }
  }

  // MARK: type library

  func parsedTypeLibrary() -> ByteView? {
    guard let (attributes, rows) = wholeRows(.customAttribute),
      let members = tables.extent(.memberRef), let types = tables.extent(.typeRef)
    else { return nil }
    var found: ByteView?
    for row in rows {
      // The tags of an assembly (as parent) and of a member reference (as type).
      guard let parent = attributes.value(data, row: row, column: 0), parent & 31 == 14,
        let type = attributes.value(data, row: row, column: 1), type & 7 == 3
      else { continue }
      let member = Int(type >> 3).rowIndex
      switch dialect {
      case .yaraX:
        guard member < members.count,
          let parent = members.value(data, row: member, column: 0), parent & 7 == 1,
          Int(parent >> 3).rowIndex < types.count,
          name(types, Int(parent >> 3).rowIndex, 1)?.isText("GuidAttribute") == true
        else { continue }
        // The first one decides, whatever its value holds.
        guard let blob = attributes.value(data, row: row, column: 2).flatMap({ heaps.blob($0) }),
          let length = blob.byte(at: 2), let text = blob.slice(at: 3, length: Int(length)),
          text.isUTF8
        else { return nil }
        return text
      case .yara:
        // A row that lies outside ends the search; an unreadable name is taken for the right one.
        // Its place is computed in 32 bits.
        let place = members.start + Int(UInt32(truncatingIfNeeded: member * members.rowSize))
        guard data.slice(at: place, length: members.rowSize) != nil,
          let parent = data.little(at: place, as: UInt16.self)
        else { return found }
        guard parent & 7 == 1 else { continue }
        let type = Int(parent >> 3).rowIndex
        guard types.holds(data, row: type) else { return found }
        if let name = name(types, type, 1), !name.has("GuidAttribute") { continue }
        guard let index = attributes.value(data, row: row, column: 2), index != 0,
          let text = typeLibraryYara(index)
        else { continue }
        found = text
      }
    }
    return found
  }

  /// The text of an attribute's value: two bytes of prolog, a length, the characters.
  private func typeLibraryYara(_ index: UInt32) -> ByteView? {
    guard let blob = heaps.blobExtent(index), blob.size >= 3, blob.offset + blob.size < data.count,
      data.little(at: blob.offset, as: UInt16.self) == 1,
      let length = data.byte(at: blob.offset + 2), let first = data.byte(at: blob.offset + 3),
      // The text may be longer than the blob.
      let text = data.slice(at: blob.offset + 3, length: Int(length))
    else { return nil }
    if first == 0 || first == 0xFF { return text.clamped(at: 0, length: 0) }
    return text.clamped(at: 0, length: text.zeroIndex ?? text.count)
  }
}

extension Int {
  /// Rows are counted from 1; 0, which is no row, is taken for the first one.
  var rowIndex: Int { self > 0 ? self - 1 : 0 }
}

extension DotNetResource {
  init(name: ByteView?) { self.init(name: name, offset: nil, length: nil) }
}
