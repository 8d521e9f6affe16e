import Bytes
import Testing

@testable import FileFormats

/// Types of signature blobs as text. The expected values were asked of both engines.
@Suite struct DotNetSignatureTests {
  /// The text of a return type, or nil where the method is left out.
  static func text(_ type: [UInt8], _ dialect: FormatDialect) -> String? {
    DotNetFileTests.with(.returning(type), dialect) { file in
      DotNetFileTests.text(file.details(ofClass: 0).methods.first?.returnType)
    } ?? nil
  }

  // The coded indexes: 5 is System.Object, 9 is Bare, 6 is the specification int[], 4 is Holder.
  static let cases: [(type: [UInt8], yaraX: String?, yara: String?)] = [
    ([0x01], "void", "void"), ([0x02], "bool", "bool"), ([0x03], "char", "char"),
    ([0x04], "sbyte", "sbyte"), ([0x05], "byte", "byte"), ([0x06], "short", "short"),
    ([0x07], "ushort", "ushort"), ([0x08], "int", "int"), ([0x09], "uint", "uint"),
    ([0x0A], "long", "long"), ([0x0B], "ulong", "ulong"), ([0x0C], "float", "float"),
    ([0x0D], "double", "double"), ([0x0E], "string", "string"),
    ([0x16], "TypedReference", "TypedReference"), ([0x18], "IntPtr", "IntPtr"),
    // Spelled differently.
    ([0x19], "UintPtr", "UIntPtr"), ([0x1C], "object", "object"),
    ([0x00], nil, nil), ([0x17], nil, nil), ([0x1A], nil, nil), ([0x21], nil, nil),
    ([0x41], nil, nil), ([0x45, 8], nil, nil), ([0xFF], nil, nil), ([], nil, nil),
    ([0x0F, 0x08], "Ptr<int>", "Ptr<int>"), ([0x10, 0x08], "ref int", "ref int"),
    ([0x1D, 0x0E], "string[]", "string[]"), ([0x0F], nil, nil), ([0x1D, 0x00], nil, nil),
    ([0x12, 0x05], "System.Object", "System.Object"), ([0x11, 0x05], "System.Object", "System.Object"),
    ([0x12, 0x09], ".Bare", "Bare"), ([0x12, 0x06], "int[]", "int[]"),
    ([0x12, 0x04], "Holder", "Holder"),
    // Index 0 is the first row to YARA-X; 3 is no table; rows that are not there.
    ([0x12, 0x00], "Holder", nil), ([0x12, 0x07], nil, nil), ([0x12, 0x0D], nil, nil),
    ([0x12], nil, nil), ([0x12, 0xE0], nil, nil),
    ([0x13, 0], "T", "T"), ([0x1E, 0], "M", "M"), ([0x13, 1], nil, nil), ([0x1E, 1], nil, nil),
    ([0x13], nil, "T"),
    ([0x1F, 0x05, 0x08], "int", "int"), ([0x20, 0x05, 0x08], "int", "int"), ([0x20, 0x05], nil, nil),
    // Arrays: rank, sizes, lower bounds.
    ([0x14, 0x08, 2, 0, 0], "int[,]", "int[,]"), ([0x14, 0x08, 1, 1, 5, 0], "int[5]", "int[5]"),
    ([0x14, 0x08, 1, 1, 5, 1, 0], "int[5]", "int[5]"),
    ([0x14, 0x08, 1, 1, 5, 1, 4], "int[2...6]", "int[2...6]"),
    ([0x14, 0x08, 1, 1, 5, 1, 0x7B], "int[-3...1]", "int[-3...1]"),
    ([0x14, 0x08, 2, 1, 3, 1, 2], "int[1...3,]", "int[1...3,]"),
    ([0x14, 0x08, 1, 0, 1, 4], "int[2...]", "int[2...]"),
    ([0x14, 0x08, 1, 0, 1, 0], "int[0...]", "int[]"),
    ([0x14, 0x08, 1, 1, 0, 1, 4], "int[]", "int[2...1]"),
    ([0x14, 0x08, 1, 2, 3, 4, 0], "int[3]", nil), ([0x14, 0x08, 1, 0, 2, 2, 2], "int[1...]", nil),
    ([0x14, 0x08, 0, 0, 0], "int[]", nil), ([0x14, 0x08, 51, 0, 0], nil, nil),
    ([0x14, 0x08, 2], nil, "int[,]"), ([0x14, 0x00, 2, 0, 0], nil, nil),
    ([0x14, 0x08, 1, 1, 0x80, 0x80, 1, 0xBF, 0xFF], "int[-1...126]", "int[-1...126]"),
    // Generic instances.
    ([0x15, 0x12, 0x05, 1, 0x08], "System.Object<int>", "System.Object<int>"),
    ([0x15, 0x12, 0x05, 2, 0x08, 0x0E], "System.Object<int,string>", "System.Object<int,string>"),
    ([0x15, 0x12, 0x05, 0], "System.Object<>", "System.Object<>"),
    ([0x15, 0x12, 0x05, 2, 0x00, 0x0E], nil, "System.Object<,string>"),
    ([0x15, 0x12, 0x05, 2, 0x0E], nil, "System.Object<string>"),
    ([0x15, 0x12, 0x05], nil, "System.Object<>"), ([0x15, 0x00, 1, 8], nil, nil),
    ([0x15, 0x12, 0x05, 0x83, 0xE8, 8], nil, "System.Object<int>"),
    ([0x15, 0x12, 0x05, 0x83, 0xE9, 8], nil, nil),
    // Pointers to functions: a byte of form, the number of parameters, the result, the parameters.
    ([0x1B, 0x00, 0, 0x01], "FnPtr<void()>", "FnPtr<void()>"),
    ([0x1B, 0x00, 2, 0x01, 0x08, 0x0E], "FnPtr<void(int, string)>", "FnPtr<void(int, string)>"),
    ([0x1B, 0x00, 2, 0x01, 0x00, 0x0E], nil, "FnPtr<void(, string)>"), ([0x1B], nil, nil),
    ([0x1B, 0x00, 1], nil, nil),
  ]

  @Test(arguments: cases)
  func types(_ type: [UInt8], _ yaraX: String?, _ yara: String?) {
    #expect(Self.text(type, .yaraX) == yaraX)
    #expect(Self.text(type, .yara) == yara)
  }

  @Test func depthIsBounded() {
    // Fifteen pointers and an int are sixteen types in each other; YARA takes one level more.
    func pointers(_ count: Int) -> [UInt8] { Array(repeating: 0x0F, count: count) + [0x08] }
    func text(_ count: Int) -> String {
      String(repeating: "Ptr<", count: count) + "int" + String(repeating: ">", count: count)
    }
    #expect(Self.text(pointers(15), .yaraX) == text(15) && Self.text(pointers(16), .yaraX) == nil)
    #expect(Self.text(pointers(16), .yara) == text(16) && Self.text(pointers(17), .yara) == nil)
  }

  @Test(arguments: FormatDialect.allCases) func aSpecificationOfItselfEnds(_ dialect: FormatDialect) {
    var builder = AssemblyBuilder.returning([0x12, 2 << 2 | 2])
    builder.typeSpec([0x12, 2 << 2 | 2])
    #expect(
      DotNetFileTests.with(builder, dialect) { $0.details(ofClass: 0).methods.isEmpty } == true)
  }

  @Test(arguments: FormatDialect.allCases)
  func specificationsThatDoubleEachOtherEnd(_ dialect: FormatDialect) {
    // Each of six is a generic instance over ninety of the next one: 90^6 types.
    var builder = AssemblyBuilder.returning([0x12, 2 << 2 | 2])
    for level in 3..<9 {
      builder.typeSpec(
        [0x15, 0x12, 5, 90] + Array(repeating: [0x12, UInt8(level << 2 | 2)], count: 90).flatMap { $0 })
    }
    builder.typeSpec([0x08])
    let spent = DotNetFileTests.with(builder, dialect) { file in
      _ = file.details(ofClass: 0)
      return file.budget.types
    }
    #expect(spent == 0)
  }

  @Test(arguments: FormatDialect.allCases)
  func methodsThatManyClassesShareAreBounded(_ dialect: FormatDialect) throws {
    var builder = AssemblyBuilder()
    for index in 0..<400 {
      builder.row(.typeDef) { writer in
        writer.u32(0)
        for value in [1, 0, 0, 1, index % 2 == 0 ? 1 : 1001] { writer.u16(value) }
      }
    }
    builder.strings = [0, 0x41, 0]
    builder.blobs = [0, 3, 0, 0, 1]
    for _ in 0..<1000 {
      builder.row(.methodDef) { writer in
        writer.zeros(8)
        for value in [1, 1, 1] { writer.u16(value) }
      }
    }
    let total = DotNetFileTests.with(builder, dialect) { file in
      file.classes.indices.reduce(0) { $0 + file.details(ofClass: $1).methods.count }
    }
    #expect(total == DotNetLimits.methods)
  }
}
