public import Bytes

/// A leaf of the resource tree (PE format, "The .rsrc Section"): type, then name, then language.
public struct PEResource: Sendable {
  /// How one level of the tree is labelled.
  public enum Label: Sendable {
    /// The tree ends above that level, or the name could not be read.
    case none
    /// An identifier; YARA reports it as a signed 32-bit number.
    case id(Int64)
    /// UTF-16, little-endian, as stored.
    case name(ByteView)
  }

  public let type: Label
  public let name: Label
  public let language: Label
  public let rva: UInt32
  /// Bytes.
  public let length: UInt32
  /// In the file; nil where the RVA has none.
  public let offset: Int64?

  /// `RT_VERSION`.
  static let versionType: Int64 = 16
}

public struct PEResourceTable: Sendable {
  /// Of the root directory.
  public let timestamp: UInt32
  public let version: PEVersion
  /// YARA-X: level by level. YARA: depth first.
  public let resources: [PEResource]
}

/// A resource directory's head; entries of 8 bytes follow it.
private struct ResourceDirectory {
  static let size = 16
  let characteristics: UInt32
  let timestamp: UInt32
  let version: PEVersion
  let namedEntries: UInt16
  let numberedEntries: UInt16

  init?(_ view: ByteView, at offset: Int) {
    guard let head = view.slice(at: offset, length: Self.size) else { return nil }
    func u16(_ at: Int) -> UInt16 { head.little(at: at, as: UInt16.self) ?? 0 }
    func u32(_ at: Int) -> UInt32 { head.little(at: at, as: UInt32.self) ?? 0 }
    characteristics = u32(0)
    timestamp = u32(4)
    version = PEVersion(major: u16(8), minor: u16(10))
    namedEntries = u16(12)
    numberedEntries = u16(14)
  }

  /// What both engines refuse.
  var isSane: Bool { characteristics == 0 && namedEntries <= 32768 && numberedEntries <= 32768 }
  var entries: Int { Int(namedEntries) + Int(numberedEntries) }
}

extension PEFile {
  public var resources: [PEResource] { resourceTable?.resources ?? [] }

  func parsedResources() -> PEResourceTable? {
    guard let directory = directory(.resource),
      dialect == .yaraX || directory.virtualAddress != 0,
      let start = fileOffset(rva: directory.virtualAddress), let section = data.slice(from: start)
    else { return nil }
    switch dialect {
    case .yaraX: return resourcesYaraX(section)
    case .yara:
      guard let root = ResourceDirectory(section, at: 0) else { return nil }
      var walk = ResourceWalkYara(file: self, section: section)
      _ = walk.walk(root, at: 0, level: 0, labels: [nil, nil, nil])
      if walk.isCut { isCut = true }
      return PEResourceTable(
        timestamp: root.timestamp, version: root.version, resources: walk.resources)
    }
  }

  private func resourcesYaraX(_ section: ByteView) -> PEResourceTable? {
    struct Pending {
      var level: Int
      var type: PEResource.Label = .none
      var name: PEResource.Label = .none
      var offset: Int
    }
    var queue = [Pending(level: 0, offset: 0)]
    var next = 0
    var examined = 0
    var root: ResourceDirectory?
    var resources: [PEResource] = []
    walk: while next < queue.count {
      let current = queue[next]
      next += 1
      guard let head = ResourceDirectory(section, at: current.offset), head.isSane else { continue }
      if current.level == 0 { root = head }
      for index in 0..<head.entries {
        let at = current.offset + ResourceDirectory.size + index * 8
        examined += 1
        guard examined <= PELimits.resourceEntries,
          let nameOrID = section.little(at: at, as: UInt32.self),
          let target = section.little(at: at + 4, as: UInt32.self)
        else { break }
        let offset = Int(target & 0x7FFF_FFFF)
        guard offset > 0, offset < section.count else { continue }
        let label = labelYaraX(nameOrID, section)
        var (type, name, language) = (current.type, current.name, PEResource.Label.none)
        switch current.level {
        case 0: type = label
        case 1: name = label
        case 2:
          if case .id(let id) = label, id > 0xFFFFF { continue }
          language = label
        default: continue
        }
        if target & 0x8000_0000 != 0 {
          queue.append(Pending(level: current.level + 1, type: type, name: name, offset: offset))
        }
        // A directory is tried as a leaf too; its first number is then zero, which no leaf has.
        if let rva = section.little(at: offset, as: UInt32.self),
          let length = section.little(at: offset + 4, as: UInt32.self),
          section.slice(at: offset, length: 16) != nil, length > 0, rva > 0,
          length <= PELimits.resourceLength
        {
          resources.append(
            PEResource(
              type: type, name: name, language: language, rva: rva, length: length,
              offset: fileOffset(rva: rva).map(Int64.init)))
          if resources.count == PELimits.resources { break walk }
        }
      }
    }
    if examined > PELimits.resourceEntries { isCut = true }
    guard !resources.isEmpty, let root else { return nil }
    return PEResourceTable(timestamp: root.timestamp, version: root.version, resources: resources)
  }

  private func labelYaraX(_ nameOrID: UInt32, _ section: ByteView) -> PEResource.Label {
    guard nameOrID & 0x8000_0000 != 0 else { return .id(Int64(nameOrID)) }
    let at = Int(nameOrID & 0x7FFF_FFFF)
    guard let length = section.little(at: at, as: UInt16.self), length < 1000,
      let name = section.slice(at: at + 2, length: Int(length) * 2)
    else { return .none }
    return .name(name)
  }
}

/// YARA's walk: depth first, at most three levels. The labels of a level keep their last value
/// when a later branch ends higher up, which rules can see.
private struct ResourceWalkYara {
  let file: PEFile
  let section: ByteView
  var resources: [PEResource] = []
  private var ids: [Int64] = [-1, -1, -1]
  private var examined = 0
  var isCut: Bool { examined > PELimits.resourceEntries }

  init(file: PEFile, section: ByteView) {
    self.file = file
    self.section = section
  }

  /// - Parameter labels: the strings of the levels above; those below are not yet set.
  /// - Returns: false when a bound is reached and the walk is to end.
  mutating func walk(
    _ directory: ResourceDirectory, at offset: Int, level: Int, labels: [ByteView?]
  ) -> Bool {
    let first = offset + ResourceDirectory.size
    guard directory.isSane, section.slice(at: first, length: directory.entries * 8) != nil else {
      return true
    }
    var labels = labels
    for index in 0..<directory.entries {
      let at = first + index * 8
      examined += 1
      guard examined <= PELimits.resourceEntries, resources.count < PELimits.resources,
        let nameOrID = section.little(at: at, as: UInt32.self),
        let target = section.little(at: at + 4, as: UInt32.self)
      else { return false }
      // YARA stays at an entry that leads nowhere, which ends the directory.
      if target == 0 { return true }
      ids[level] = Int64(Int32(bitPattern: nameOrID))
      labels[level] = name(nameOrID)
      let targetOffset = Int(target & 0x7FFF_FFFF)
      if target & 0x8000_0000 != 0, level < 2 {
        guard let next = ResourceDirectory(section, at: targetOffset) else { continue }
        guard walk(next, at: targetOffset, level: level + 1, labels: labels) else { return false }
      } else if let leaf = section.slice(at: targetOffset, length: 16),
        let rva = leaf.little(at: 0, as: UInt32.self),
        let length = leaf.little(at: 4, as: UInt32.self), length > 0,
        length <= PELimits.resourceLength
      {
        func label(_ level: Int) -> PEResource.Label {
          if let name = labels[level] { return .name(name) }
          return ids[level] == -1 ? .none : .id(ids[level])
        }
        resources.append(
          PEResource(
            type: label(0), name: label(1), language: label(2), rva: rva, length: length,
            offset: file.fileOffset(rva: rva).map(Int64.init)))
      }
    }
    return true
  }

  private func name(_ nameOrID: UInt32) -> ByteView? {
    guard nameOrID & 0x8000_0000 != 0 else { return nil }
    let at = Int(nameOrID & 0x7FFF_FFFF)
    guard let length = section.little(at: at, as: UInt16.self) else { return nil }
    return section.slice(at: at + 2, length: Int(length) * 2)
  }
}

extension PEFile {
  /// Whether a resource is of that locale, a 16-bit language identifier.
  public func hasLocale(_ locale: Int64) -> Bool { hasLanguage(locale, mask: 0xFFFF) }

  /// Whether a resource is of that primary language, the low byte of the locale.
  public func hasLanguage(_ language: Int64) -> Bool { hasLanguage(language, mask: 0xFF) }

  private static let undefinedYara = Int64(bitPattern: 0xFFFA_BADA_FABA_DAFF)

  private func hasLanguage(_ wanted: Int64, mask: Int64) -> Bool {
    resources.contains { resource in
      guard case .id(let id) = resource.language else {
        // YARA compares the number that stands for "undefined", too.
        return dialect == .yara && Self.undefinedYara & mask == wanted
      }
      return id & mask == wanted
    }
  }
}
