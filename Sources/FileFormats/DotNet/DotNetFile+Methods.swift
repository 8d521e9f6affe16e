internal import Bytes

// What is known of a class only by its signatures: base types and methods.

extension DotNetFile {
  /// Of a class by its place in `classes`; kept.
  public func details(ofClass index: Int) -> DotNetClassDetails {
    if let known = classDetails[index] { return known }
    guard index >= 0, index < classes.count else { return DotNetClassDetails() }
    let found = parsedDetails(classes[index])
    classDetails[index] = found
    return found
  }

  private func parsedDetails(_ type: DotNetClass) -> DotNetClassDetails {
    var details = DotNetClassDetails()
    var writer = DotNetTypeWriter(self, classParameters: type.genericParameters)
    for index in [type.extends] + (interfaces[key(row: type.row)] ?? []) {
      writer.text.removeAll(keepingCapacity: true)
      let isNamed =
        dialect == .yaraX
        ? writer.writeNameYaraX(of: index, depth: 0) : writer.writeNameYara(of: index, depth: 0)
      if isNamed, let name = writer.taken() { details.baseTypes.append(name) }
    }
    guard let rows = type.methods else { return details }
    if let extent = tables.extent(.methodDef) {
      for row in rows where budget.isLeft {
        let method =
          dialect == .yaraX ? methodYaraX(extent, row, type) : methodYara(extent, row, type)
        if let method {
          details.methods.append(method)
          budget.methods -= 1
        }
      }
    }
    details.numberOfMethods = details.methods.count
    return details
  }

  private func methodYaraX(
    _ extent: DotNetTableStream.Extent, _ row: Int, _ type: DotNetClass
  ) -> DotNetMethod? {
    guard let name = name(extent, row, 3),
      let blob = extent.value(data, row: row, column: 4).flatMap({ heaps.blob($0) }),
      let flags = extent.value(data, row: row, column: 2),
      let parameterList = extent.value(data, row: row, column: 5)
    else { return nil }
    var reader = DotNetBlobReader(blob)
    guard let form = reader.byte() else { return nil }
    if form & Self.genericForm != 0, reader.unsigned() == nil { return nil }
    guard let count = reader.unsigned() else { return nil }
    let generic = generics.ofMethods[key(row: row)] ?? []
    var writer = DotNetTypeWriter(
      self, classParameters: type.genericParameters, methodParameters: generic)
    guard writer.writeTypeYaraX(&reader, depth: 0), let returnType = writer.taken() else {
      return nil
    }
    var parameters: [DotNetParameter] = []
    for index in 0..<count {
      writer.text.removeAll(keepingCapacity: true)
      guard budget.parameters > 0, writer.writeTypeYaraX(&reader, depth: 0),
        let type = writer.taken()
      else { return nil }
      budget.parameters -= 1
      let row = Int(parameterList).rowIndex + Int(index)
      var name: ByteView?
      if let table = tables.extent(.param), row < table.count { name = self.name(table, row, 2) }
      parameters.append(
        DotNetParameter(
          name: name.map(FormatText.inFile) ?? Self.defaultName(index), type: type))
    }
    return DotNetMethod(
      name: name, flags: UInt16(truncatingIfNeeded: flags), genericParameters: generic,
      returnType: Self.isConstructor(name) ? nil : returnType, parameters: parameters,
      hasParameters: true)
  }

  private func methodYara(
    _ extent: DotNetTableStream.Extent, _ row: Int, _ type: DotNetClass
  ) -> DotNetMethod? {
    guard extent.holds(data, row: row), let name = name(extent, row, 3), name.count > 0,
      let flags = extent.value(data, row: row, column: 2),
      let blob = extent.value(data, row: row, column: 4).flatMap({ heaps.blob($0) }),
      let parameterList = extent.value(data, row: row, column: 5)
    else { return nil }
    // Form, number of parameters and return type take three bytes at least.
    var reader = DotNetBlobReader(blob)
    guard blob.count >= 3, let form = reader.byte() else { return nil }
    if form & Self.genericForm != 0 { _ = reader.unsigned() }
    let count = reader.unsigned() ?? 0
    let generic = generics.ofMethods[key(row: row)] ?? []
    var writer = DotNetTypeWriter(
      self, classParameters: type.genericParameters, methodParameters: generic)
    guard writer.writeTypeYara(&reader, depth: 0), count <= DotNetLimits.parametersYara,
      let returnType = writer.taken()
    else { return nil }
    var parameters: [DotNetParameter] = []
    let hasParameters = parameterList > 0
    for index in 0..<(hasParameters ? count : 0) {
      var name: FormatText? = Self.defaultName(index)
      let number = parameterList &+ index
      if let table = tables.extent(.param), number >= 1, number <= table.count {
        let row = Int(number) - 1
        guard table.holds(data, row: row) else { return nil }
        name = self.name(table, row, 2).map(FormatText.inFile)
      }
      writer.text.removeAll(keepingCapacity: true)
      guard budget.parameters > 0, writer.writeTypeYara(&reader, depth: 0),
        let type = writer.taken()
      else { return nil }
      budget.parameters -= 1
      parameters.append(DotNetParameter(name: name, type: type))
    }
    return DotNetMethod(
      name: name, flags: UInt16(truncatingIfNeeded: flags), genericParameters: generic,
      returnType: Self.isConstructor(name) ? nil : returnType, parameters: parameters,
      hasParameters: hasParameters)
  }

  private static let genericForm: UInt8 = 0x10

  private static func defaultName(_ index: UInt32) -> FormatText {
    .owned(Array("P_\(index)".utf8))
  }

  private static func isConstructor(_ name: ByteView) -> Bool {
    name.isText(".ctor") || name.isText(".cctor")
  }
}
