internal import Bytes

// The heads of the classes: names, flags and generic parameters; no signature is read for them.

/// The names of generic parameters by owner (rows counted as the dialect does).
struct DotNetGenericParameters {
  var ofTypes: [UInt32: [ByteView]] = [:]
  var ofMethods: [UInt32: [ByteView]] = [:]
}

extension DotNetFile {
  // MARK: lists by owner

  /// YARA-X knows rows by their number less one, of which 0 and 1 become the same; YARA by their
  /// number.
  private func owner(_ stored: UInt32) -> UInt32 {
    dialect == .yaraX && stored > 0 ? stored - 1 : stored
  }

  /// The key in the lists by owner of a row counted from 0.
  func key(row: Int) -> UInt32 { UInt32(truncatingIfNeeded: dialect == .yaraX ? row : row + 1) }

  func parsedGenericParameters() -> DotNetGenericParameters {
    var parameters = DotNetGenericParameters()
    guard let (extent, rows) = wholeRows(.genericParam) else { return parameters }
    // YARA gives an owner no parameters at all where one of them has no name.
    var nameless: Set<UInt32> = []
    for row in rows {
      guard let stored = extent.value(data, row: row, column: 2) else { continue }
      let key = owner(stored >> 1)
      let name = name(extent, row, 3)
      if dialect == .yara {
        if name == nil || name?.count == 0 { nameless.insert(stored) }
        if nameless.contains(stored) {
          if stored & 1 == 0 { parameters.ofTypes[key] = nil } else { parameters.ofMethods[key] = nil }
          continue
        }
      }
      guard let name else { continue }
      if stored & 1 == 0 {
        parameters.ofTypes[key, default: []].append(name)
      } else {
        parameters.ofMethods[key, default: []].append(name)
      }
    }
    return parameters
  }

  func parsedEnclosingTypes() -> [UInt32: UInt32] {
    var enclosing: [UInt32: UInt32] = [:]
    guard let (extent, rows) = wholeRows(.nestedClass) else { return enclosing }
    for row in rows {
      guard let nested = extent.value(data, row: row, column: 0).map(owner),
        let outer = extent.value(data, row: row, column: 1).map(owner), enclosing[nested] == nil
      else { continue }
      // YARA-X looks on where a class encloses itself.
      if dialect == .yaraX, nested == outer { continue }
      enclosing[nested] = outer
    }
    return enclosing
  }

  /// Coded indexes of the interfaces that a type implements, in the order of their rows.
  func parsedInterfaces() -> [UInt32: [UInt32]] {
    var interfaces: [UInt32: [UInt32]] = [:]
    guard let (extent, rows) = wholeRows(.interfaceImpl) else { return interfaces }
    for row in rows {
      guard let type = extent.value(data, row: row, column: 0).map(owner),
        let interface = extent.value(data, row: row, column: 1)
      else { continue }
      interfaces[type, default: []].append(interface)
    }
    return interfaces
  }

  // MARK: classes

  func parsedClasses() -> [DotNetClass] {
    guard let (extent, rows) = wholeRows(.typeDef), dialect == .yaraX || tables.isComplete else {
      return []
    }
    var classes: [DotNetClass] = []
    classes.reserveCapacity(rows.count)
    let names = DotNetTypeNames(self)
    var methodBudget = DotNetLimits.methodRows
    for row in rows {
      guard let name = name(extent, row, 1), name.count > 0, !name.isText("<Module>"),
        let flags = data.little(at: extent.row(row), as: UInt32.self),
        let extends = extent.value(data, row: row, column: 3)
      else { continue }
      var methods = methodRows(extent, row)
      if let range = methods {
        // A file can give one method to many classes; that ends here.
        methods = range.prefix(methodBudget)
        methodBudget -= min(range.count, methodBudget)
      }
      let parts: DotNetTypeNames.Parts
      switch dialect {
      case .yaraX: parts = names.partsYaraX(row: row)
      case .yara:
        // Nothing is left of such a name without the mark of generic types.
        guard name.byte(at: 0) != UInt8(ascii: "`") else { continue }
        parts = names.partsYara(extent, row: row, name: name, isNested: flags & 7 >= 2)
      }
      classes.append(
        DotNetClass(
          row: row, fullName: parts.fullName, name: parts.name, namespace: parts.namespace,
          flags: flags, genericParameters: generics.ofTypes[key(row: row)] ?? [],
          extends: extends, methods: methods))
    }
    return classes
  }

  /// The methods of a type end where those of the next type begin.
  private func methodRows(_ types: DotNetTableStream.Extent, _ row: Int) -> Range<Int>? {
    guard let first = types.value(data, row: row, column: 5) else { return nil }
    let count = tables.extent(.methodDef)?.count ?? 0
    let isLast = row + 1 >= types.count
    switch dialect {
    case .yaraX:
      let start = Int(first).rowIndex
      let end = isLast ? count : types.value(data, row: row + 1, column: 5).map { Int($0).rowIndex }
      // What is no range inside the table has no methods.
      guard let end, start <= end, end <= count else { return 0..<0 }
      return start..<end
    case .yara:
      guard first > 0 else { return nil }
      var wanted: UInt32 = 0
      if isLast {
        if UInt32(count) >= first { wanted = UInt32(count) + 1 - first }
      } else if types.holds(data, row: row + 1),
        let next = types.value(data, row: row + 1, column: 5), next >= first
      {
        wanted = next - first
      }
      guard wanted <= DotNetLimits.classMethodsYara else { return nil }
      let start = Int(first) - 1
      return start < count ? start..<min(start + Int(wanted), count) : 0..<0
    }
  }
}

extension Range<Int> {
  /// The first `limit` numbers at most.
  fileprivate func prefix(_ limit: Int) -> Range<Int> {
    lowerBound..<Swift.min(upperBound, lowerBound + limit)
  }
}
