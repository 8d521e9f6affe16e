import Bytes
import Testing

@testable import YaraEngine

/// Damaged files have values too: whatever a byte says, every field can be read, in both dialects.
@Suite struct ModuleMutationTests {
  @Test(arguments: [
    ("elf", ModuleFiles.elf), ("macho", ModuleFiles.machO), ("macho", ModuleFiles.fat),
    ("dex", ModuleFiles.dex()), ("lnk", ModuleFiles.lnk),
  ])
  func everyFieldCanBeReadOfEveryMutation(_ module: String, _ file: [UInt8]) {
    func read(_ bytes: [UInt8]) {
      for dialect in Dialect.allCases {
        ByteView.with(bytes) { view in
          var dump = ModuleDump()
          _ = dump.values(of: module, in: view, dialect: dialect)
          #expect(!dump.isTruncated)
        }
      }
    }
    for length in stride(from: 0, through: file.count, by: 7) { read(Array(file.prefix(length))) }
    var changed = file
    for index in file.indices {
      for value in [0xFF, file[index] &+ 1] {
        changed[index] = value
        read(changed)
      }
      changed[index] = file[index]
    }
  }
}
