internal import Bytes
internal import FileFormats

/// YARA's `hash`: digests and checksums of parts of the file or of texts.
///
/// A range that does not lie wholly inside the file is undefined in YARA-X; YARA cuts what lies
/// beyond the end, but asks that the range begins inside. Results of ranges are kept per file.
final class HashState: ModuleState {
  let input: ModuleInput
  private struct Range: Hashable {
    let function: Int
    let start: Int
    let length: Int
  }
  private var digests: [Range: ByteText] = [:]
  private var checksums: [Range: Int64] = [:]

  init(_ input: ModuleInput) { self.input = input }

  private func part(_ arguments: ModuleArguments) -> (start: Int, view: ByteView)? {
    let start = arguments.integer(0)
    let length = arguments.integer(1)
    guard start >= 0, length >= 0 else { return nil }
    if input.dialect == .yara {
      guard start < input.data.count else { return nil }
      return (Int(start), input.data.clamped(at: Int(start), length: Int(length)))
    }
    guard let view = input.data.slice(at: Int(start), length: Int(length)) else { return nil }
    return (Int(start), view)
  }

  func digest(_ algorithm: DigestAlgorithm, _ arguments: ModuleArguments) -> ByteText? {
    guard let (start, view) = part(arguments) else { return nil }
    let range = Range(function: algorithm.byteCount, start: start, length: view.count)
    if let known = digests[range] { return known }
    if digests.count == Self.keptRanges { digests.removeAll(keepingCapacity: true) }
    let digest = digest(algorithm, of: view)
    digests[range] = digest
    return digest
  }

  func digest(_ algorithm: DigestAlgorithm, of view: ByteView) -> ByteText {
    let stream = DigestStream(algorithm)
    input.scratch.forEachBlock(of: view) { stream.update($0) }
    return ByteText(Digest.hexadecimal(stream.finished()))
  }

  /// A loop may ask for millions of ranges.
  private static let keptRanges = 4096

  func checksum(
    _ function: Int, _ arguments: ModuleArguments, _ compute: (ByteView) -> UInt32
  ) -> Int64? {
    guard let (start, view) = part(arguments) else { return nil }
    let range = Range(function: function, start: start, length: view.count)
    if let known = checksums[range] { return known }
    if checksums.count == Self.keptRanges { checksums.removeAll(keepingCapacity: true) }
    let value = Int64(compute(view))
    checksums[range] = value
    return value
  }
}

extension ModuleDefinition {
  static let hash = ModuleDefinition(
    name: "hash",
    root: StructureType(
      "hash",
      [
        digestField("md5", .md5), digestField("sha1", .sha1), digestField("sha256", .sha256),
        checksumField("crc32", 1) { CRC32.checksum($0) },
        checksumField("checksum32", 2) { data in
          var sum: UInt32 = 0
          for offset in 0..<data.count { sum &+= UInt32(data[offset]) }
          return sum
        },
      ]),
    makeState: { HashState($0) })

  private static func digestField(_ name: String, _ algorithm: DigestAlgorithm) -> ModuleField {
    let form = FunctionOverload.ResultForm.lowercaseHexadecimal(digits: algorithm.byteCount * 2)
    return ModuleField(
      name,
      .function([
        .text([.integer, .integer], of: HashState.self, resultForm: form) { state, arguments in
          state.digest(algorithm, arguments)
        }.reading(.length(argument: 1)),
        .text([.text], of: HashState.self, resultForm: form) { state, arguments in
          arguments.text(0).withView { state.digest(algorithm, of: $0) }
        },
      ]))
  }

  private static func checksumField(
    _ name: String, _ function: Int, _ compute: @escaping @Sendable (ByteView) -> UInt32
  ) -> ModuleField {
    ModuleField(
      name,
      .function([
        .integer([.integer, .integer], of: HashState.self) { state, arguments in
          state.checksum(function, arguments, compute)
        }.reading(.length(argument: 1)),
        .integer([.text], of: HashState.self) { _, arguments in
          arguments.text(0).withView { Int64(compute($0)) }
        },
      ]))
  }
}
