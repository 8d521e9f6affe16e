internal import Bytes

/// What the names and signatures of one file may still cost. Shared by all of them, so that a file
/// in which type specifications refer to each other a thousand times on sixteen levels ends.
struct DotNetBudget {
  var types = DotNetLimits.signatureTypes
  var madeBytes = DotNetLimits.madeBytes
  var methods = DotNetLimits.methods
  var parameters = DotNetLimits.parameters

  /// Whether another method can be read at all.
  var isLeft: Bool { types > 0 && madeBytes > 0 && methods > 0 && parameters > 0 }
}

extension DotNetFile {
  /// Whether a text of that many bytes may be made; if so, it is taken from the budget, else no
  /// further one may be made.
  func spend(madeBytes: Int) -> Bool {
    guard madeBytes <= budget.madeBytes else {
      budget.madeBytes = 0
      return false
    }
    budget.madeBytes -= madeBytes
    return true
  }
}

/// Writes the types of signature blobs as text (ECMA-335 II.23.2.12, II.23.1.16).
///
/// YARA-X gives up a whole signature where one type in it is unreadable; YARA leaves out unreadable
/// arguments and fails where something is left to depend on the type. Depth is bounded by both,
/// work by the budget.
struct DotNetTypeWriter {
  let file: DotNetFile
  let classParameters: [ByteView]
  var methodParameters: [ByteView]
  let names: DotNetTypeNames
  /// What is written so far.
  var text: [UInt8] = []

  init(
    _ file: DotNetFile, classParameters: [ByteView],
    methodParameters: [ByteView] = []
  ) {
    self.file = file
    names = DotNetTypeNames(file)
    self.classParameters = classParameters
    self.methodParameters = methodParameters
  }

  /// Names of the element types that stand for themselves.
  static func plainName(_ element: UInt8, _ dialect: FormatDialect) -> StaticString? {
    switch element {
    case 0x01: "void"
    case 0x02: "bool"
    case 0x03: "char"
    case 0x04: "sbyte"
    case 0x05: "byte"
    case 0x06: "short"
    case 0x07: "ushort"
    case 0x08: "int"
    case 0x09: "uint"
    case 0x0A: "long"
    case 0x0B: "ulong"
    case 0x0C: "float"
    case 0x0D: "double"
    case 0x0E: "string"
    case 0x16: "TypedReference"
    case 0x18: "IntPtr"
    case 0x19: dialect == .yaraX ? "UintPtr" : "UIntPtr"
    case 0x1C: "object"
    default: nil
    }
  }

  enum Element {
    static let pointer: UInt8 = 0x0F
    static let reference: UInt8 = 0x10
    static let valueType: UInt8 = 0x11
    static let `class`: UInt8 = 0x12
    static let typeParameter: UInt8 = 0x13
    static let array: UInt8 = 0x14
    static let genericInstance: UInt8 = 0x15
    static let functionPointer: UInt8 = 0x1B
    static let vector: UInt8 = 0x1D
    static let methodParameter: UInt8 = 0x1E
    static let requiredModifier: UInt8 = 0x1F
    static let optionalModifier: UInt8 = 0x20
  }

  /// One type more is looked at; false where no more may be.
  mutating func spend() -> Bool {
    guard file.budget.types > 0 else { return false }
    file.budget.types -= 1
    return true
  }

  /// Takes out what was written, as a text of its own.
  mutating func taken() -> FormatText? {
    guard file.spend(madeBytes: text.count) else { return nil }
    defer { text.removeAll(keepingCapacity: true) }
    return .owned(text)
  }

  /// Writes a name; false where too much was written already.
  mutating func write(_ name: ByteView) -> Bool {
    guard file.spend(madeBytes: name.count) else { return false }
    text.append(name)
    return true
  }

  mutating func write(_ name: FormatText) -> Bool {
    guard file.spend(madeBytes: name.count) else { return false }
    text.append(name)
    return true
  }

  mutating func write(_ literal: StaticString) {
    for index in 0..<literal.utf8CodeUnitCount {
      text.append(ByteView.byte(of: literal, at: index))
    }
  }

  mutating func write(_ number: Int32) { text.append(contentsOf: String(number).utf8) }

  // MARK: YARA-X

  /// Writes the next type of `reader`; false where it is unreadable, and then the signature is.
  mutating func writeTypeYaraX(_ reader: inout DotNetBlobReader, depth: Int) -> Bool {
    guard depth < DotNetLimits.typeDepthYaraX, spend(), let element = reader.byte() else {
      return false
    }
    if let name = Self.plainName(element, .yaraX) {
      write(name)
      return true
    }
    let inner = depth + 1
    switch element {
    case Element.pointer:
      write("Ptr<")
      guard writeTypeYaraX(&reader, depth: inner) else { return false }
      write(">")
      return true
    case Element.reference:
      write("ref ")
      return writeTypeYaraX(&reader, depth: inner)
    case Element.vector:
      guard writeTypeYaraX(&reader, depth: inner) else { return false }
      write("[]")
      return true
    case Element.requiredModifier, Element.optionalModifier:
      return reader.unsigned() != nil && writeTypeYaraX(&reader, depth: inner)
    case Element.valueType, Element.class:
      guard let index = reader.unsigned() else { return false }
      return writeNameYaraX(of: index, depth: inner)
    case Element.typeParameter, Element.methodParameter:
      let parameters = element == Element.typeParameter ? classParameters : methodParameters
      guard let index = reader.unsigned(), index < parameters.count else { return false }
      return write(parameters[Int(index)])
    case Element.array:
      return writeTypeYaraX(&reader, depth: inner) && writeShapeYaraX(&reader)
    case Element.genericInstance:
      guard writeTypeYaraX(&reader, depth: inner), let count = reader.unsigned(),
        count < DotNetLimits.argumentsYaraX
      else { return false }
      write("<")
      for index in 0..<count {
        if index > 0 { write(",") }
        guard writeTypeYaraX(&reader, depth: inner) else { return false }
      }
      write(">")
      return true
    case Element.functionPointer:
      guard reader.byte() != nil, let count = reader.unsigned(),
        count < DotNetLimits.argumentsYaraX
      else { return false }
      write("FnPtr<")
      guard writeTypeYaraX(&reader, depth: inner) else { return false }
      write("(")
      for index in 0..<count {
        if index > 0 { write(", ") }
        guard writeTypeYaraX(&reader, depth: inner) else { return false }
      }
      write(")>")
      return true
    default:
      return false
    }
  }

  /// Writes the full name of a coded index (`TypeDefOrRef`), as stored.
  mutating func writeNameYaraX(of index: UInt32, depth: Int) -> Bool {
    let row = Int(index >> 2).rowIndex
    switch index & 3 {
    case 0:
      return names.fullNameYaraX(row: row).map { write($0) } ?? false
    case 1:
      return names.referenceYaraX(row: row).map { write($0) } ?? false
    case 2:
      guard let specs = file.tables.extent(.typeSpec), row < specs.count,
        let blob = specs.value(file.data, row: row, column: 0).flatMap({ file.heaps.blob($0) })
      else { return false }
      var reader = DotNetBlobReader(blob)
      return writeTypeYaraX(&reader, depth: depth)
    default:
      return false
    }
  }

  private mutating func writeShapeYaraX(_ reader: inout DotNetBlobReader) -> Bool {
    let limit = DotNetLimits.arrayRank
    guard let rank = reader.unsigned(), rank <= limit, let sizeCount = reader.unsigned(),
      sizeCount <= limit
    else { return false }
    var sizes: [Int32] = []
    for _ in 0..<sizeCount {
      guard let size = reader.unsigned() else { return false }
      sizes.append(Int32(bitPattern: size))
    }
    guard let boundCount = reader.unsigned(), boundCount <= limit else { return false }
    var bounds: [Int32] = []
    for _ in 0..<boundCount {
      guard let bound = reader.signed() else { return false }
      bounds.append(bound)
    }
    write("[")
    for index in 0..<Int(rank) {
      if index > 0 { write(",") }
      let size = index < sizes.count ? sizes[index] : nil
      switch (index < bounds.count ? bounds[index] : nil, size) {
      case (0, let size?): write(size)
      case (let bound?, let size?):
        if size >= 1 {
          write(bound)
          write("...")
          write(bound + size - 1)
        }
      case (let bound?, nil):
        write(bound)
        write("...")
      case (nil, let size?): write(size)
      case (nil, nil): break
      }
    }
    write("]")
    return true
  }
}
