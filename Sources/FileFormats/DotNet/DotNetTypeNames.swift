internal import Bytes

/// Names of types that were put together already, and those found to have none, by row.
///
/// One signature can name a type a thousand times, and what is left of a name after its mark of
/// generic types may be far shorter than what has to be read: without these, a small file costs
/// half a minute that no budget of bytes made would notice.
struct DotNetKnownNames {
  /// Of type definitions and of type references; there are no more than rows of the tables.
  fileprivate var definitions: [Int: FormatText?] = [:]
  fileprivate var references: [Int: FormatText?] = [:]
}

/// Puts together the full names of type definitions and references, of which nested ones are named
/// after the types around them.
///
/// YARA-X joins all readable parts, innermost last, cuts each name at its last backtick and takes
/// the last point of the result for the border between namespace and name. YARA joins two at a
/// time, cuts the result at its first backtick and skips what is empty.
struct DotNetTypeNames {
  struct Parts {
    var fullName: FormatText?
    var name: FormatText?
    var namespace: FormatText?
  }

  private let file: DotNetFile

  init(_ file: DotNetFile) { self.file = file }

  private func known(
    _ names: WritableKeyPath<DotNetKnownNames, [Int: FormatText?]>, _ row: Int,
    _ make: () -> FormatText?
  ) -> FormatText? {
    if let known = file.knownNames[keyPath: names][row] { return known }
    let name = make()
    file.knownNames[keyPath: names].updateValue(name, forKey: row)
    return name
  }

  // MARK: YARA-X

  func partsYaraX(row: Int) -> Parts {
    guard let full = fullNameYaraX(row: row) else { return Parts() }
    let (namespace, name) = full.splitAtLastPoint()
    return Parts(fullName: full, name: name, namespace: namespace)
  }

  /// - Parameter row: of a type definition, counted from 0.
  func fullNameYaraX(row: Int) -> FormatText? {
    guard let types = file.tables.extent(.typeDef), row < types.count else { return nil }
    return known(\.definitions, row) { madeFullNameYaraX(types, row) }
  }

  private func madeFullNameYaraX(_ types: DotNetTableStream.Extent, _ row: Int) -> FormatText? {
    var parts: [ByteView] = []
    var next: UInt32? = UInt32(exactly: row)
    while let current = next {
      guard current < types.count, parts.count < DotNetLimits.nameDepthYaraX,
        let name = file.name(types, Int(current), 1), name.count > 0,
        let flags = file.data.little(at: types.row(Int(current)), as: UInt32.self)
      else { return nil }
      parts.append(name.withoutGenericMarkYaraX)
      if let namespace = file.name(types, Int(current), 2), namespace.count > 0 {
        parts.append(namespace)
      }
      next = flags & 7 >= 2 ? file.enclosingTypes[current] : nil
    }
    if parts.count == 1, let only = parts.first { return .inFile(only) }
    let bytes = parts.reduce(parts.count) { $0 + $1.count }
    guard file.spend(madeBytes: bytes) else { return nil }
    var full: [UInt8] = []
    full.reserveCapacity(bytes)
    for (index, part) in parts.reversed().enumerated() {
      if index > 0 { full.append(UInt8(ascii: ".")) }
      full.append(part)
    }
    return .owned(full)
  }

  /// The name of a type reference, with its namespace before it.
  ///
  /// - Parameter row: counted from 0.
  func referenceYaraX(row: Int) -> FormatText? {
    guard let types = file.tables.extent(.typeRef), row < types.count else { return nil }
    return known(\.references, row) { madeReferenceYaraX(types, row) }
  }

  private func madeReferenceYaraX(_ types: DotNetTableStream.Extent, _ row: Int) -> FormatText? {
    guard let name = file.name(types, row, 1)?.withoutGenericMarkYaraX else { return nil }
    guard let namespace = file.name(types, row, 2) else { return .inFile(name) }
    return joined(.inFile(namespace), .inFile(name)).map(FormatText.owned)
  }

  /// `namespace.name`; nil where no more bytes may be made.
  private func joined(_ namespace: FormatText, _ name: FormatText) -> [UInt8]? {
    let bytes = namespace.count + 1 + name.count
    guard file.spend(madeBytes: bytes) else { return nil }
    var full: [UInt8] = []
    full.reserveCapacity(bytes)
    full.append(namespace)
    full.append(UInt8(ascii: "."))
    full.append(name)
    return full
  }

  // MARK: YARA

  /// - Parameter row: of a type definition, counted from 0.
  func partsYara(
    _ types: DotNetTableStream.Extent, row: Int, name: ByteView, isNested: Bool
  ) -> Parts {
    var namespace = file.name(types, row, 2).map(FormatText.inFile)
    if isNested {
      namespace = joinedYara(namespace, in: enclosingNameYara(UInt32(truncatingIfNeeded: row + 1), depth: 1))
    }
    let shown = name.clamped(at: 0, length: name.index(of: UInt8(ascii: "`")) ?? name.count)
    return Parts(
      fullName: joinedYara(.inFile(name), in: namespace), name: .inFile(shown), namespace: namespace)
  }

  /// - Parameter number: of a type definition, counted from 1.
  func fullNameYara(number: UInt32) -> FormatText? {
    guard let types = file.tables.extent(.typeDef), number >= 1, number <= types.count else {
      return nil
    }
    return known(\.definitions, Int(number) - 1) { madeFullNameYara(types, number) }
  }

  private func madeFullNameYara(
    _ types: DotNetTableStream.Extent, _ number: UInt32
  ) -> FormatText? {
    guard let (name, namespace, isNested) = rowYara(types, number) else { return nil }
    guard isNested else { return joinedYara(name, in: namespace) }
    let outer = enclosingNameYara(number, depth: 1)
    return joinedYara(name, in: joinedYara(namespace, in: outer))
  }

  /// The name of a type reference, with its namespace before it.
  ///
  /// - Parameter row: counted from 0.
  func referenceYara(row: Int) -> FormatText? {
    guard let types = file.tables.extent(.typeRef), row < types.count else { return nil }
    return known(\.references, row) {
      types.holds(file.data, row: row)
        ? joinedYara(
          file.name(types, row, 1).map(FormatText.inFile),
          in: file.name(types, row, 2).map(FormatText.inFile)) : nil
    }
  }

  private func rowYara(
    _ types: DotNetTableStream.Extent, _ number: UInt32
  ) -> (name: FormatText?, namespace: FormatText?, isNested: Bool)? {
    let row = Int(number) - 1
    guard types.holds(file.data, row: row),
      let flags = file.data.little(at: types.row(row), as: UInt32.self)
    else { return nil }
    return (
      file.name(types, row, 1).map(FormatText.inFile),
      file.name(types, row, 2).map(FormatText.inFile), flags & 7 >= 2
    )
  }

  /// The full name of the type around a nested one.
  private func enclosingNameYara(_ nested: UInt32, depth: Int) -> FormatText? {
    guard depth <= DotNetLimits.nameDepthYara, let outer = file.enclosingTypes[nested],
      let types = file.tables.extent(.typeDef), outer >= 1, outer <= types.count,
      let (name, namespace, isNested) = rowYara(types, outer), name?.isText("<Module>") != true
    else { return nil }
    guard isNested, outer != nested else { return joinedYara(name, in: namespace) }
    let further = enclosingNameYara(outer, depth: depth + 1)
    return joinedYara(name, in: joinedYara(namespace, in: further))
  }

  /// `namespace.name`, cut at the first backtick; the namespace alone, uncut, where there is no
  /// name.
  func joinedYara(_ name: FormatText?, in namespace: FormatText?) -> FormatText? {
    guard let name, !name.isEmpty else { return namespace }
    guard let namespace, !namespace.isEmpty else {
      return name.prefix(before: UInt8(ascii: "`"))
    }
    guard var full = joined(namespace, name) else { return nil }
    if let mark = full.firstIndex(of: UInt8(ascii: "`")) { full.removeSubrange(mark...) }
    return .owned(full)
  }
}

extension ByteView {
  /// Without the last backtick and what follows it.
  var withoutGenericMarkYaraX: ByteView {
    clamped(at: 0, length: lastIndex(of: UInt8(ascii: "`")) ?? count)
  }

  func index(of byte: UInt8) -> Int? {
    var index = 0
    while let found = self.byte(at: index) {
      if found == byte { return index }
      index += 1
    }
    return nil
  }

  func lastIndex(of byte: UInt8) -> Int? {
    var index = count - 1
    while let found = self.byte(at: index) {
      if found == byte { return index }
      index -= 1
    }
    return nil
  }
}

extension [UInt8] {
  mutating func append(_ view: ByteView) {
    var index = 0
    while let byte = view.byte(at: index) {
      append(byte)
      index += 1
    }
  }

  mutating func append(_ text: FormatText) {
    switch text {
    case .inFile(let view): append(view)
    case .owned(let bytes): append(contentsOf: bytes)
    }
  }
}

extension FormatText {
  /// What stands before the last point, if there is one, and what stands behind it.
  fileprivate func splitAtLastPoint() -> (before: FormatText?, behind: FormatText) {
    let point = UInt8(ascii: ".")
    switch self {
    case .inFile(let view):
      guard let index = view.lastIndex(of: point) else { return (nil, self) }
      return (
        .inFile(view.clamped(at: 0, length: index)),
        .inFile(view.clamped(at: index + 1, length: view.count))
      )
    case .owned(let bytes):
      guard let index = bytes.lastIndex(of: point) else { return (nil, self) }
      return (.owned(Array(bytes[..<index])), .owned(Array(bytes[(index + 1)...])))
    }
  }

  fileprivate func prefix(before byte: UInt8) -> FormatText {
    switch self {
    case .inFile(let view):
      return view.index(of: byte).map { .inFile(view.clamped(at: 0, length: $0)) } ?? self
    case .owned(let bytes):
      return bytes.firstIndex(of: byte).map { .owned(Array(bytes[..<$0])) } ?? self
    }
  }

  fileprivate func isText(_ text: StaticString) -> Bool { withView { $0.isText(text) } }
}
