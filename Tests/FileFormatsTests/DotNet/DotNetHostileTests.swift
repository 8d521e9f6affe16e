import Bytes
import Testing

@testable import FileFormats

/// Any bytes give a value; nothing is parsed that is not asked for.
@Suite struct DotNetHostileTests {
  /// Reads every value there is, and counts them.
  static func walked(_ file: DotNetFile) -> Int {
    var values = file.streams.count + file.guids.count + file.constants.count
    values += file.assemblyReferences.count + file.moduleReferences.count + file.resources.count
    values += file.fieldOffsets.count + (file.numberOfUserStrings ?? 0)
    values += file.moduleName?.count ?? 0
    values += file.typeLibrary?.count ?? 0
    values += file.assembly?.name?.count ?? 0
    for index in 0..<(file.numberOfUserStrings ?? 0) { values += file.userString(index)?.count ?? 0 }
    for index in file.classes.indices {
      values += file.classes[index].fullName?.count ?? 0
      let details = file.details(ofClass: index)
      values += details.baseTypes.reduce(0) { $0 + $1.count }
      for method in details.methods {
        values += method.parameters.reduce(method.name.count) { $0 + $1.type.count }
      }
    }
    return values
  }

  @Test(arguments: FormatDialect.allCases) func damagedMetadataGivesValuesOrNothing(_ dialect: FormatDialect) {
    for builder in [AssemblyBuilder.whole, .classes] {
      let file = builder.built()
      let sound = ByteView.with(file) { DotNetFile.parse($0, as: dialect).map(Self.walked) } ?? 0
      var read = 0
      // Everything from the section on: heaps, tables, headers.
      let start = PEBuilder.sectionOffset
      var changed = file
      for index in start..<(start + builder.metadataBytes().count + 100) where index < file.count {
        for value in [0, 0xFF, 0x7F, file[index] ^ 1, file[index] &+ 2] where value != file[index] {
          changed[index] = value
          let values = ByteView.with(changed) { DotNetFile.parse($0, as: dialect).map(Self.walked) }
          if let values { read = max(read, values) }
        }
        changed[index] = file[index]
      }
      for length in start...file.count {
        _ = ByteView.with(Array(file.prefix(length))) { DotNetFile.parse($0, as: dialect).map(Self.walked) }
      }
      #expect(sound > 0 && read >= sound)
    }
  }

  /// Which parts of a file were parsed.
  static func parsedParts(_ file: DotNetFile) -> Set<String> {
    let prefix = "$__lazy_storage_$_"
    var parts: Set<String> = []
    for child in Mirror(reflecting: file).children {
      guard let label = child.label, label.hasPrefix(prefix) else { continue }
      let value = Mirror(reflecting: child.value)
      if value.displayStyle == .optional, value.children.isEmpty { continue }
      parts.insert(String(label.dropFirst(prefix.count)))
    }
    return parts
  }

  @Test func nothingIsParsedThatIsNotAskedFor() {
    DotNetFileTests.read(.classes) { file in
      #expect(file.version != nil && file.streams.count == 5)
      #expect(Self.parsedParts(file) == [])
      #expect(file.moduleName == nil)
      #expect(Self.parsedParts(file) == ["tables", "moduleName"])
      #expect(file.classes.count == 4)
      #expect(Self.parsedParts(file).contains("classes"))
      // No signature was read.
      #expect(file.budget.types == DotNetLimits.signatureTypes && file.classDetails.isEmpty)
      #expect(file.details(ofClass: 1).methods.count == 1)
      #expect(file.classDetails.count == 1 && file.budget.types < DotNetLimits.signatureTypes)
    }
  }

  @Test(arguments: FormatDialect.allCases) func longNamesAreLookedAtOnlySoOften(_ dialect: FormatDialect) {
    // A thousand names of ever fewer bytes of one endless one.
    var builder = AssemblyBuilder()
    builder.strings = [0] + Array(repeating: 0x41, count: 200_000) + [0]
    for index in 0..<1000 { builder.row(.moduleRef, 1 + index) }
    let names = DotNetFileTests.with(builder, dialect) { $0.moduleReferences.count } ?? -1
    // 64 MB are some 335 of them; YARA takes no name of this length.
    #expect(dialect == .yaraX ? names > 300 && names < 340 : names == 0)
  }

  /// Names are put together once, however often signatures ask for them.
  @Test(arguments: FormatDialect.allCases) func namesArePutTogetherOnce(_ dialect: FormatDialect) {
    var builder = AssemblyBuilder()
    let outer = builder.typeDef("Outer", in: "N")
    let inner = builder.typeDef("Inner", flags: 2)
    let reference = builder.typeRef("Other", in: "M")
    builder.row(.nestedClass, inner, outer)
    DotNetFileTests.read(builder, dialect) { file in
      let names = DotNetTypeNames(file)
      func asked() -> [String?] {
        let found =
          switch dialect {
          case .yaraX:
            [names.fullNameYaraX(row: inner - 1), names.referenceYaraX(row: reference - 1)]
          case .yara:
            [names.fullNameYara(number: UInt32(inner)), names.referenceYara(row: reference - 1)]
          }
        return found.map { DotNetFileTests.text($0) }
      }
      #expect(asked() == ["N.Outer.Inner", "M.Other"])
      let left = file.budget.madeBytes
      #expect(left < DotNetLimits.madeBytes)
      #expect(asked() == ["N.Outer.Inner", "M.Other"])
      #expect(file.budget.madeBytes == left)
    }
  }

  @Test func enclosingTypesInACircleEnd() {
    var builder = AssemblyBuilder()
    builder.typeDef("A", flags: 2)
    builder.typeDef("B", flags: 2)
    builder.row(.nestedClass, 1, 2)
    builder.row(.nestedClass, 2, 1)
    #expect(DotNetFileTests.with(builder) { $0.classes.map { $0.fullName == nil } } == [true, true])
    DotNetFileTests.read(builder, .yara) { file in
      let name = DotNetFileTests.text(file.classes[0].fullName) ?? ""
      #expect(name.hasSuffix("B.A") && name.count == 21)
    }
  }

  @Test func aTypeAroundItself() {
    var builder = AssemblyBuilder()
    let type = builder.typeDef("Self", in: "N", flags: 2)
    builder.row(.nestedClass, type, type)
    for (dialect, expected) in [(FormatDialect.yaraX, "N.Self"), (.yara, "N.Self.N.Self")] {
      #expect(
        DotNetFileTests.with(builder, dialect) { DotNetFileTests.text($0.classes[0].fullName) }
          == expected)
    }
  }
}
