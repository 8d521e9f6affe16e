public import Bytes

/// The record of the tools that made the file, which Microsoft's linker leaves, XORed, between the
/// DOS stub and the PE header.
public struct PERichSignature: Sendable {
  /// One kind of tool and how many objects it made.
  public struct Tool: Sendable, Equatable {
    public var toolID: UInt16
    public var version: UInt16
    public var times: UInt32
  }

  /// From the start of the file.
  public let offset: Int
  public let key: UInt32
  /// From the encrypted `DanS` up to the `Rich` mark.
  public let rawData: ByteView
  /// `rawData` decrypted.
  public let clearData: [UInt8]
  public let tools: [Tool]

  public var length: Int { rawData.count }

  /// Every tool's version and identifier, four bytes each (YARA's `version_data`). Kept, since
  /// every condition that names it asks for it anew.
  public let versionData: [UInt8]

  /// How often tools that have this identifier and this version were used; nil is any.
  public func times(toolID: Int64?, version: Int64?) -> Int64 {
    var sum: Int64 = 0
    for tool in tools {
      if let toolID, toolID != Int64(tool.toolID) { continue }
      if let version, version != Int64(tool.version) { continue }
      sum += Int64(tool.times)
    }
    return sum
  }

  static let richMark: UInt32 = 0x6863_6952
  static let dansMark: UInt32 = 0x536E_6144
  /// `DanS` and three padding words.
  static let headerSize = 16

  init?(_ data: ByteView, offset: Int, length: Int, key: UInt32) {
    guard length <= PELimits.richBytes else { return nil }
    let raw = data.clamped(at: offset, length: length)
    var clear = raw.array
    for index in clear.indices {
      clear[index] ^= UInt8(truncatingIfNeeded: key >> UInt32(8 * (index & 3)))
    }
    self.offset = offset
    self.key = key
    rawData = raw
    clearData = clear
    (tools, versionData) = ByteView.with(clear) { clear in
      var tools: [Tool] = []
      var versionData: [UInt8] = []
      versionData.reserveCapacity(clear.count / 2)
      var at = Self.headerSize
      while let version = clear.little(at: at, as: UInt16.self),
        let toolID = clear.little(at: at + 2, as: UInt16.self),
        let times = clear.little(at: at + 4, as: UInt32.self)
      {
        tools.append(Tool(toolID: toolID, version: version, times: times))
        for number in [version, toolID] {
          versionData.append(UInt8(truncatingIfNeeded: number))
          versionData.append(UInt8(truncatingIfNeeded: number >> 8))
        }
        at += 8
      }
      return (tools, versionData)
    }
  }
}

extension PEFile {
  /// `PERichSignature.times`. Without a signature YARA-X says 0 and YARA nothing.
  public func toolUses(toolID: Int64?, version: Int64?) -> Int64? {
    guard let richSignature,
      dialect == .yaraX || richSignature.length >= PERichSignature.headerSize
    else { return dialect == .yaraX ? 0 : nil }
    return richSignature.times(toolID: toolID, version: version)
  }

  func parsedRichSignature() -> PERichSignature? {
    dialect == .yaraX ? richSignatureYaraX() : richSignatureYara()
  }

  /// Both marks are searched backwards, at any alignment, in all that precedes the PE header.
  private func richSignatureYaraX() -> PERichSignature? {
    let stub = data.clamped(at: 0, length: signatureOffset)
    guard let rich = stub.lastIndex(of: PERichSignature.richMark),
      let key = stub.little(at: rich + 4, as: UInt32.self),
      let start = stub.clamped(at: 0, length: rich)
        .lastIndex(of: key ^ PERichSignature.dansMark)
    else { return nil }
    return PERichSignature(data, offset: start, length: rich - start, key: key)
  }

  /// The marks are searched in steps of four bytes from the PE header back to the DOS header's
  /// end, and the key must not be zero.
  private func richSignatureYara() -> PERichSignature? {
    let dosHeaderEnd = 64
    func word(_ at: Int) -> UInt32 { data.little(at: at, as: UInt32.self) ?? 0 }
    var rich = signatureOffset - 4
    while rich >= dosHeaderEnd, word(rich) != PERichSignature.richMark { rich -= 4 }
    guard rich >= dosHeaderEnd else { return nil }
    let key = word(rich + 4)
    guard key != 0 else { return nil }
    var start = rich - 4
    while start >= dosHeaderEnd, word(start) ^ key != PERichSignature.dansMark { start -= 4 }
    guard start >= dosHeaderEnd else { return nil }
    return PERichSignature(data, offset: start, length: rich - start, key: key)
  }
}
