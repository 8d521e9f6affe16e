internal import Bytes

extension DotNetTypeWriter {
  /// Writes the next type; false, with nothing written, where YARA has no text for it. What was
  /// read stays read. An integer that is cut off counts as 0.
  mutating func writeTypeYara(
    _ reader: inout DotNetBlobReader, depth: Int, inMethod: Bool = true
  ) -> Bool {
    let start = text.count
    guard depth <= DotNetLimits.typeDepthYara, spend(), let element = reader.byte() else {
      return false
    }
    if let name = Self.plainName(element, .yara) {
      write(name)
      return true
    }
    if writeCompositeYara(element, &reader, depth: depth + 1, inMethod: inMethod) { return true }
    text.removeSubrange(start...)
    return false
  }

  private mutating func writeCompositeYara(
    _ element: UInt8, _ reader: inout DotNetBlobReader, depth: Int, inMethod: Bool
  ) -> Bool {
    switch element {
    case Element.pointer:
      write("Ptr<")
      guard writeTypeYara(&reader, depth: depth, inMethod: inMethod) else { return false }
      write(">")
      return true
    case Element.reference:
      write("ref ")
      return writeTypeYara(&reader, depth: depth, inMethod: inMethod)
    case Element.vector:
      guard writeTypeYara(&reader, depth: depth, inMethod: inMethod) else { return false }
      write("[]")
      return true
    case Element.requiredModifier, Element.optionalModifier:
      _ = reader.unsigned()
      return writeTypeYara(&reader, depth: depth, inMethod: inMethod)
    case Element.valueType, Element.class:
      return writeNameYara(of: reader.unsigned() ?? 0, depth: depth)
    case Element.typeParameter, Element.methodParameter:
      let index = reader.unsigned() ?? 0
      let parameters =
        element == Element.typeParameter ? classParameters : inMethod ? methodParameters : []
      guard index < parameters.count else { return false }
      return write(parameters[Int(index)])
    case Element.array:
      return writeTypeYara(&reader, depth: depth, inMethod: inMethod) && writeShapeYara(&reader)
    case Element.genericInstance:
      guard writeTypeYara(&reader, depth: depth, inMethod: inMethod) else { return false }
      let count = reader.unsigned() ?? 0
      guard count <= DotNetLimits.genericArgumentsYara else { return false }
      write("<")
      writeArgumentsYara(count, ",", &reader, depth: depth, inMethod: inMethod)
      write(">")
      return true
    case Element.functionPointer:
      guard reader.byte() != nil else { return false }
      let count = reader.unsigned() ?? 0
      guard count <= DotNetLimits.parametersYara else { return false }
      write("FnPtr<")
      guard writeTypeYara(&reader, depth: depth, inMethod: inMethod) else { return false }
      write("(")
      writeArgumentsYara(count, ", ", &reader, depth: depth, inMethod: inMethod)
      write(")>")
      return true
    default:
      return false
    }
  }

  /// Arguments without a text are left out, with the comma before them.
  private mutating func writeArgumentsYara(
    _ count: UInt32, _ separator: StaticString, _ reader: inout DotNetBlobReader, depth: Int,
    inMethod: Bool
  ) {
    for index in 0..<count {
      // None of the rest can be read.
      if reader.isAtEnd || depth > DotNetLimits.typeDepthYara || file.budget.types == 0 { return }
      let start = text.count
      if index > 0 { write(separator) }
      if !writeTypeYara(&reader, depth: depth, inMethod: inMethod) {
        text.removeSubrange(start...)
      }
    }
  }

  /// Writes the full name of a coded index (`TypeDefOrRef`), as stored; 0 is none.
  mutating func writeNameYara(of index: UInt32, depth: Int) -> Bool {
    let number = index >> 2
    guard number > 0 else { return false }
    let row = Int(number) - 1
    switch index & 3 {
    case 0:
      return names.fullNameYara(number: number).map { write($0) } ?? false
    case 1:
      return names.referenceYara(row: row).map { write($0) } ?? false
    case 2:
      guard let specs = file.tables.extent(.typeSpec), row < specs.count,
        let blob = specs.value(file.data, row: row, column: 0).flatMap({ file.heaps.blob($0) })
      else { return false }
      var reader = DotNetBlobReader(blob)
      return writeTypeYara(&reader, depth: depth, inMethod: false)
    default:
      return false
    }
  }

  private mutating func writeShapeYara(_ reader: inout DotNetBlobReader) -> Bool {
    let rank = reader.unsigned() ?? 0
    guard rank > 0, rank <= DotNetLimits.arrayRank else { return false }
    let sizeCount = reader.unsigned() ?? 0
    guard sizeCount <= rank else { return false }
    var sizes: [Int32] = []
    for _ in 0..<sizeCount { sizes.append(Int32(bitPattern: reader.unsigned() ?? 0)) }
    let boundCount = reader.unsigned() ?? 0
    guard boundCount <= rank else { return false }
    var bounds: [Int32] = []
    for index in 0..<Int(boundCount) {
      let bound = reader.signed() ?? 0
      bounds.append(bound)
      // A size becomes the highest index.
      if index < sizes.count, bound != 0 { sizes[index] += bound - 1 }
    }
    write("[")
    for index in 0..<Int(rank) {
      if index > 0 { write(",") }
      if index < bounds.count, bounds[index] != 0 {
        write(bounds[index])
        write("...")
      }
      if index < sizes.count { write(sizes[index]) }
    }
    write("]")
    return true
  }
}
