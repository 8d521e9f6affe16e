/// The bytes of a small .NET assembly, with one or two of everything that `dotnet` reports:
///
///     [assembly: Guid("guid")]  assembly Sample 1.2.3.4, culture de, of module Sample.dll
///     namespace App {
///       public abstract sealed class Tool<T> : System.Object, App.IRun {
///         public static void Start(string path, int count) {}
///         Tool() {}
///         public virtual U Map<U>(T item) {} }
///       internal interface IRun {} }
enum DotNetSample {
  static let sectionRVA = 0x1000
  static let sectionOffset = 0x200

  static let bytes = built()

  private static func little(_ value: Int, _ size: Int) -> [UInt8] {
    (0..<size).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }

  private static func words(_ values: Int...) -> [UInt8] { values.flatMap { little($0, 2) } }

  private static func padded(_ text: String, to size: Int) -> [UInt8] {
    Array(text.utf8) + Array(repeating: 0, count: max(0, size - text.utf8.count))
  }

  /// Names and blobs, each kept once more whenever it is asked for.
  private struct Heap {
    var bytes: [UInt8] = [0]
    mutating func name(_ text: String) -> Int {
      defer { bytes += Array(text.utf8) + [0] }
      return bytes.count
    }
    mutating func blob(_ content: [UInt8]) -> Int {
      defer { bytes += [UInt8(content.count)] + content }
      return bytes.count
    }
  }

  private static func metadata() -> [UInt8] {
    var strings = Heap()
    var blobs = Heap()
    var tables: [Int: [[UInt8]]] = [:]
    func type(_ flags: Int, _ name: String, _ space: String, _ extends: Int, _ method: Int) -> [UInt8] {
      little(flags, 4)
        + words(strings.name(name), space.isEmpty ? 0 : strings.name(space), extends, 1, method)
    }
    func method(_ flags: Int, _ name: String, _ signature: [UInt8], _ parameter: Int) -> [UInt8] {
      little(0, 6) + words(flags, strings.name(name), blobs.blob(signature), parameter)
    }
    tables[0x00] = [words(0, strings.name("Sample.dll"), 1, 0, 0)]
    tables[0x01] = [
      words(6, strings.name("Object"), strings.name("System")),
      words(6, strings.name("GuidAttribute"), strings.name("System")),
    ]
    tables[0x02] = [
      type(0, "<Module>", "", 0, 1), type(0x181, "Tool`1", "App", 1 << 2 | 1, 1),
      type(0x20, "IRun", "App", 1 << 2 | 1, 4),
    ]
    tables[0x06] = [
      method(0x96, "Start", [0, 2, 0x01, 0x0E, 0x08], 1),
      method(0x1881, ".ctor", [0x20, 0, 0x01], 3),
      method(0x46, "Map", [0x30, 1, 1, 0x1E, 0, 0x13, 0], 3),
    ]
    tables[0x08] = ["path", "count", "item"].map { words(0, 1, strings.name($0)) }
    tables[0x09] = [words(2, 3 << 2)]
    tables[0x0A] = [words(2 << 3 | 1, strings.name(".ctor"), 0)]
    tables[0x0B] = [words(0x0E, 1 << 2, blobs.blob(Array("constant".utf8)))]
    tables[0x0C] = [
      words(1 << 5 | 14, 1 << 3 | 3, blobs.blob([1, 0, 4] + Array("guid".utf8) + [0, 0]))
    ]
    tables[0x1A] = [words(strings.name("kernel32.dll"))]
    tables[0x1D] = [little(sectionRVA + 16, 4) + words(1)]
    tables[0x20] = [
      little(0x8004, 4) + words(1, 2, 3, 4, 0, 0, 0, strings.name("Sample"), strings.name("de"))
    ]
    tables[0x23] = [
      words(4, 0, 0, 0, 0, 0, blobs.blob([0xB7, 0x7A]), strings.name("mscorlib"), 0, 0)
    ]
    tables[0x28] = [little(0, 4) + little(1, 4) + words(strings.name("Data"), 0)]
    tables[0x2A] = [
      words(0, 0, 2 << 1, strings.name("T")), words(0, 0, 3 << 1 | 1, strings.name("U")),
    ]

    let present = tables.keys.sorted()
    var stream = little(0, 4) + [2, 0, 0, 1] + little(present.reduce(0) { $0 | 1 << $1 }, 8)
    stream += little(0, 8)
    for table in present { stream += little(tables[table]?.count ?? 0, 4) }
    for table in present { stream += (tables[table] ?? []).flatMap { $0 } }

    let user: [UInt8] = [0, 5, 0x48, 0, 0x69, 0, 0]
    let parts: [(String, [UInt8])] = [
      ("#~", stream), ("#Strings", strings.bytes), ("#US", user),
      ("#GUID", Array(0x01...0x10)), ("#Blob", blobs.bytes),
    ]
    var root = little(0x424A_5342, 4) + little(0x1_0001, 8) + little(12, 4)
    root += padded("v4.0.30319", to: 12) + words(0, parts.count)
    var place = root.count + parts.reduce(0) { $0 + 8 + ($1.0.utf8.count + 4) & ~3 }
    var content: [UInt8] = []
    for (name, bytes) in parts {
      root += little(place, 4) + little(bytes.count, 4)
      root += padded(name, to: (name.utf8.count + 4) & ~3)
      content += bytes
      place += bytes.count
    }
    return root + content
  }

  private static func built() -> [UInt8] {
    let resources = little(3, 4) + [1, 2, 3, 0]
    let metadata = metadata()
    let root = sectionRVA + 72 + resources.count
    var section = little(72, 4) + words(2, 5) + little(root, 4) + little(metadata.count, 4)
    section += little(1, 8) + little(sectionRVA + 72, 4) + little(resources.count, 4)
    section += Array(repeating: 0, count: 72 - section.count)
    section += resources + metadata

    var file = padded("MZ", to: 0x3C) + little(0x40, 4) + padded("PE", to: 4)
    file += words(0x14C, 1) + little(0, 12) + words(224, 0x102)
    var optional = words(0x10B) + Array(repeating: 0, count: 222)
    func put(_ value: Int, at offset: Int) {
      optional.replaceSubrange(offset..<offset + 4, with: little(value, 4))
    }
    for (offset, value) in [(28, 0x40_0000), (32, 0x1000), (36, 0x200), (56, 0x3000), (60, 0x200), (92, 16)] {
      put(value, at: offset)
    }
    put(sectionRVA, at: 96 + 14 * 8)
    put(72, at: 100 + 14 * 8)
    file += optional + padded(".text", to: 8)
    for value in [section.count, sectionRVA, section.count, sectionOffset, 0, 0, 0, 0x6000_0020] {
      file += little(value, 4)
    }
    return file + Array(repeating: 0, count: sectionOffset - file.count) + section
  }
}
