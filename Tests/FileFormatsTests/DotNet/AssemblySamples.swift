extension AssemblyBuilder {
  /// One of everything that needs no signature.
  static var whole: AssemblyBuilder {
    var file = AssemblyBuilder()
    let module = file.string("Sample.dll")
    file.row(.module) { writer in
      writer.u16(0)
      for value in [module, 1, 0, 0] { writer.u16(value) }
    }
    file.guids = Array(0x01...0x10) + Array(0xF0...0xFF)
    file.typeRef("GuidAttribute", in: "System")
    file.row(.memberRef, 1 << 3 | 1, file.string(".ctor"), 0)
    let value = file.blob([1, 0, 4] + Array("guid".utf8) + [0, 0])
    file.row(.customAttribute, 1 << 5 | 14, 1 << 3 | 3, value)
    for (type, content) in [(0x0E, "first"), (0x08, "number"), (0x0E, "second")] {
      let blob = file.blob(Array(content.utf8))
      file.row(.constant, type, 1 << 2, blob)
    }
    file.row(.moduleRef, file.string("kernel32.dll"))
    // The second address lies nowhere.
    for rva in [PEBuilder.sectionRVA + 8, 0x70_0000] {
      file.row(.fieldRVA) { writer in
        writer.u32(rva)
        writer.u16(1)
      }
    }
    file.assembly("Sample", culture: "de", version: [1, 2, 3, 4])
    file.assemblyRef("mscorlib", key: [0xB7, 0x7A], version: [4, 0, 0, 0])
    file.assemblyRef("Keyless", key: [], version: [0, 0, 0, 9])
    file.resources = [0, 0, 0, 0, 3, 0, 0, 0, 1, 2, 3]
    // Embedded, and in another file.
    for (offset, name, implementation) in [(4, "inside", 0), (0, "elsewhere", 2 << 2)] {
      let name = file.string(name)
      file.row(.manifestResource) { writer in
        writer.u32(offset)
        writer.u32(1)
        writer.u16(name)
        writer.u16(implementation)
      }
    }
    file.userString("Hi")
    file.userString("")
    file.userString("You")
    return file
  }

  /// Classes of all kinds; `object` is the type reference 1, so its coded index is 5.
  static var classes: AssemblyBuilder {
    var file = AssemblyBuilder()
    file.typeRef("Object", in: "System")
    file.typeRef("IList`1", in: "System.Collections")
    file.typeDef("<Module>", flags: 0)
    let outer = file.typeDef("Outer`1", in: "App.Core", flags: 0x101, extends: 5, methods: 1)
    let inner = file.typeDef("Inner", flags: 0x83, extends: outer << 2, methods: 3)
    let deep = file.typeDef("Deep", in: "Odd", flags: 0x22, extends: 5, methods: 4)
    file.typeDef("Plain", flags: 0, extends: 0, methods: 4)
    file.row(.nestedClass, inner, outer)
    file.row(.nestedClass, deep, inner)
    let list = file.typeSpec([0x15, 0x12, 2 << 2 | 1, 1, 0x13, 0])
    file.row(.interfaceImpl, outer, list << 2 | 2)
    file.row(.interfaceImpl, deep, outer << 2)
    file.method(".ctor", flags: 0x1886, signature: [0x20, 1, 1, 0x0E], parameters: 1)
    file.method("Get", flags: 0x66, signature: [0x30, 1, 2, 0x1E, 0, 0x08, 0x13, 0], parameters: 2)
    file.method("Help", flags: 0x91, signature: [0, 1, 1, 0x1C], parameters: 4)
    file.method("Last", flags: 0x4C4, signature: [0x20, 0, 2], parameters: 4)
    for name in ["text", "index", "item"] { file.param(name) }
    file.genericParam("TItem", owner: outer << 1)
    file.genericParam("TKey", owner: 2 << 1 | 1)
    return file
  }

  /// One class with one method of that return type, and the types that signatures refer to.
  static func returning(_ type: [UInt8]) -> AssemblyBuilder {
    var file = AssemblyBuilder()
    file.typeRef("Object", in: "System")
    file.typeRef("Bare", in: nil)
    file.typeSpec([0x1D, 0x08])
    let type1 = file.typeDef("Holder", extends: 5)
    file.method("Call", signature: [0, 0] + type)
    file.genericParam("T", owner: type1 << 1)
    file.genericParam("M", owner: 1 << 1 | 1)
    return file
  }
}
