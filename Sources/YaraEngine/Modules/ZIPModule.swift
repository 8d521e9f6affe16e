internal import Bytes
internal import FileFormats

/// What the `zip` module keeps of a file.
final class ZIPState: ModuleState {
  private(set) lazy var archive: ZIPArchive? = ZIPArchive.parse(data)
  private let data: ByteView

  init(_ input: ModuleInput) { data = input.data }

  func entry(_ index: Int) -> ZIPEntry? {
    guard let entries = archive?.entries, entries.indices.contains(index) else { return nil }
    return entries[index]
  }
}

/// YARA-X's `zip`, the same in both dialects: YARA has no such module.
extension ModuleDefinition {
  static let zip = ModuleDefinition(
    name: "zip",
    root: StructureType("zip", ModuleField.constants(ZIPTable.methods) + ZIPTable.fields),
    makeState: { ZIPState($0) })
}

private enum ZIPTable {
  static let of = StateFields<ZIPState>()

  /// Numbers of APPNOTE.TXT 4.4.5; what has no name here is `UNKNOWN`.
  static let methods: [(name: String, value: Int64)] = [
    ("STORED", 0), ("SHRUNK", 1), ("REDUCED_1", 2), ("REDUCED_2", 3), ("REDUCED_3", 4),
    ("REDUCED_4", 5), ("IMPLODED", 6), ("DEFLATED", 8), ("DEFLATE64", 9), ("PKWARE_IMPLODING", 10),
    ("BZIP2", 12), ("LZMA", 14), ("ZSTD", 93), ("XZ", 95), ("UNKNOWN", unknownMethod),
  ]
  static let unknownMethod: Int64 = 255

  static let fields = [
    of.boolean("is_zip") { state, _ in state.archive != nil },
    of.array("entries", of: entry, count: { state, _ in state.archive?.entries.count ?? 0 }),
  ]

  static let entry = StructureType(
    "entry",
    [
      of.text("file_path") { state, index in state.entry(index).map { .repaired($0.path) } },
      of.integer("compression") { state, index in
        state.entry(index).map { entry in
          methods.contains { $0.value == entry.method } ? Int64(entry.method) : unknownMethod
        }
      },
      of.integer("uncompressed_size") { state, index in state.entry(index)?.uncompressedSize },
      of.integer("compressed_size") { state, index in state.entry(index)?.compressedSize },
    ])
}
