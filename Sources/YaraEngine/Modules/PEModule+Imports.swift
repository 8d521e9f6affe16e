internal import Bytes
internal import FileFormats

// What is imported and exported, and the functions that search it.
extension PETable {
  /// YARA's `IMPORT_ANY` has all bits.
  var importFlags: [ModuleField] {
    ModuleField.constants([
      ("IMPORT_STANDARD", PEState.standardImports), ("IMPORT_DELAYED", PEState.delayedImports),
      ("IMPORT_ANY", dialect == .yara ? -1 : 3),
    ])
  }

  var importFields: [ModuleField] {
    [
      of.integer("number_of_imports") { state, _ in state.file?.imports.count },
      of.integer("number_of_imported_functions") { state, _ in
        state.file?.numberOfImportedFunctions
      },
      of.integer("number_of_delayed_imports") { state, _ in state.file?.delayedImports.count },
      of.integer("number_of_delayed_imported_functions") { state, _ in
        state.file?.numberOfDelayedImportedFunctions
      },
      libraries("import_details", delayed: false),
      libraries("delayed_import_details", delayed: true),
    ]
  }

  private func libraries(_ name: String, delayed: Bool) -> ModuleField {
    let function = StructureType(
      "pe.\(name).function",
      [
        of.text("name") { state, handle in state.function(handle, delayed: delayed)?.name },
        of.integer("ordinal") { state, handle in
          state.function(handle, delayed: delayed)?.ordinal
        },
        of.integer("rva") { state, handle in
          state.function(handle, delayed: delayed).flatMap { state.rva(of: $0) }
        },
      ])
    let library = StructureType(
      "pe.\(name)",
      [
        of.text("library_name") { state, handle in
          state.library(handle, delayed: delayed)?.library
        },
        of.integer("number_of_functions") { state, handle in
          state.library(handle, delayed: delayed)?.functions.count
        },
        of.array(
          "functions", of: function,
          count: { state, owner in state.library(owner, delayed: delayed)?.functions.count },
          element: { PEState.function($0, $1) }),
      ])
    return of.array(name, of: library, count: { state, _ in state.imports(delayed: delayed).count })
  }

  // MARK: - Searches of imports

  var importFunctions: [ModuleField] {
    [
      ModuleField("imports", .function(importOverloads(flags: false) + importOverloads(flags: true))),
      ModuleField("import_rva", .function(addressOverloads(delayed: false))),
      ModuleField("delayed_import_rva", .function(addressOverloads(delayed: true))),
    ]
  }

  /// The overloads of `imports` for standard imports, or those whose first argument tells which.
  private func importOverloads(flags: Bool) -> [FunctionOverload] {
    let first = flags ? 1 : 0
    let head: [ParameterType] = flags ? [.integer] : []
    @Sendable func which(_ arguments: ModuleArguments) -> Int64 {
      flags ? arguments.integer(0) : PEState.standardImports
    }
    // An ordinal is counted by YARA-X where no flags are given; YARA says 1 or 0 for both.
    let ordinal: FunctionOverload =
      flags || dialect == .yara
      ? flag(head + [.text, .integer]) { state, _, arguments in
        state.count(which(arguments), arguments.text(first), .ordinal(arguments.integer(first + 1)))
          .map { $0 > 0 }
      }
      : .integer([.text, .integer], of: PEState.self) { state, arguments in
        state.count(which(arguments), arguments.text(0), .ordinal(arguments.integer(1)))
      }
    return [
      flag(head + [.text, .text]) { state, _, arguments in
        arguments.text(first + 1).withView { function in
          state.count(which(arguments), arguments.text(first), .name(state.argument(function)))
            .map { $0 > 0 }
        }
      },
      ordinal,
      .integer(head + [.text], of: PEState.self) { state, arguments in
        state.count(which(arguments), arguments.text(first), .any)
      },
      .integer(head + [.regex, .regex], of: PEState.self) { state, arguments in
        guard let library = arguments.regex(first), let function = arguments.regex(first + 1)
        else { return nil }
        return state.count(which(arguments), library: .regex(library), function: .regex(function))
      },
    ]
  }

  private func addressOverloads(delayed: Bool) -> [FunctionOverload] {
    [
      .integer([.text, .text], of: PEState.self) { state, arguments in
        arguments.text(0).withView { library in
          arguments.text(1).withView { function in
            state.address(delayed: delayed, library, .name(function))
          }
        }
      },
      .integer([.text, .integer], of: PEState.self) { state, arguments in
        arguments.text(0).withView { library in
          state.address(delayed: delayed, library, .ordinal(arguments.integer(1)))
        }
      },
    ]
  }

  // MARK: - Exports

  var exportFields: [ModuleField] {
    [
      of.integer("number_of_exports") { state, _ in state.file?.exports.count },
      of.text("dll_name") { state, _ in (state.file?.exportTable?.libraryName).map { .inFile($0) } },
      of.integer("export_timestamp") { state, _ in state.file?.exportTable?.timestamp },
      of.array("export_details", of: export, count: { state, _ in state.exports.count }),
    ]
  }

  private var export: StructureType {
    StructureType(
      "pe.export",
      [
        of.integer("offset") { state, handle in state.exports.element(at: handle)?.offset },
        of.text("name") { state, handle in
          (state.exports.element(at: handle)?.name).map { .inFile($0) }
        },
        of.text("forward_name") { state, handle in
          (state.exports.element(at: handle)?.forwardName).map { .inFile($0) }
        },
        of.integer("ordinal") { state, handle in state.exports.element(at: handle)?.ordinal },
        of.integer("rva") { state, handle in state.exports.element(at: handle)?.rva },
      ])
  }

  var exportFunctions: [ModuleField] {
    [
      ModuleField(
        "exports",
        .function(
          searches.map { parameter, search in
            flag([parameter]) { state, _, arguments in
              guard state.file != nil || state.dialect == .yaraX else { return nil }
              return search(state, arguments) != nil
            }
          })),
      ModuleField(
        "exports_index",
        .function(
          searches.map { parameter, search in
            .integer([parameter], of: PEState.self) { state, arguments in
              search(state, arguments).map(Int64.init)
            }
          })),
    ]
  }

  /// What finds the index of the first export that fits the argument.
  private var searches: [(ParameterType, @Sendable (PEState, ModuleArguments) -> Int?)] {
    [
      (
        .text,
        { state, arguments in
          arguments.text(0).withView { name in
            state.exports.firstIndex { export in
              export.name.map { FormatText.inFile($0).equalsIgnoringASCIICase(name) } == true
            }
          }
        }
      ),
      (
        .regex,
        { state, arguments in
          guard let regex = arguments.regex(0) else { return nil }
          return state.exports.firstIndex { $0.name.map(regex.isMatch) == true }
        }
      ),
      (
        .integer,
        { state, arguments in
          let ordinal = arguments.integer(0)
          // YARA takes the number of exports for the highest ordinal.
          if state.dialect == .yara, ordinal == 0 || ordinal > state.exports.count { return nil }
          return state.exports.firstIndex { Int64($0.ordinal) == ordinal }
        }
      ),
    ]
  }
}

extension PEState {
  static let standardImports: Int64 = 1
  static let delayedImports: Int64 = 2

  /// What a library's or a function's name or ordinal is compared with.
  enum Criterion {
    case any
    /// The case of ASCII letters does not matter.
    case name(ByteView)
    case regex(ConditionRegex)
    case ordinal(Int64)

    func fits(_ name: FormatText, ordinal: UInt16?, _ dialect: FormatDialect) -> Bool {
      switch self {
      case .any: true
      case .name(let wanted): name.equalsIgnoringASCIICase(wanted)
      case .regex(let regex): name.withView { regex.isMatch($0) }
      case .ordinal(let wanted): ordinal.map(Int64.init) == wanted
      }
    }
  }

  fileprivate var exports: [PEExportTable.Function] { file?.exports ?? [] }

  /// YARA takes names given to `imports` for C strings, which end at a zero.
  fileprivate func argument(_ name: ByteView) -> ByteView {
    guard dialect == .yara else { return name }
    return name.clamped(at: 0, length: (0..<name.count).first { name[$0] == 0 } ?? name.count)
  }

  /// YARA calls address 0 undefined.
  fileprivate func rva(of function: PEImportedFunction) -> Int64? {
    dialect == .yara && function.rva == 0 ? nil : function.rva
  }

  fileprivate func count(_ flags: Int64, _ library: ByteText, _ function: Criterion) -> Int64? {
    library.withView { count(flags, library: .name(argument($0)), function: function) }
  }

  /// How many functions fit; nothing is imported by what is no PE file, about which YARA is silent.
  fileprivate func count(_ flags: Int64, library: Criterion, function: Criterion) -> Int64? {
    guard file != nil || dialect == .yaraX else { return nil }
    var count = 0
    for delayed in [false, true] {
      let flag = delayed ? Self.delayedImports : Self.standardImports
      guard flags & flag != 0 else { continue }
      for entry in imports(delayed: delayed)
      where library.fits(entry.library, ordinal: nil, dialect) {
        if case .any = function {
          count += entry.functions.count
        } else {
          for one in entry.functions where function.fits(one.name, ordinal: one.ordinal, dialect) {
            count += 1
          }
        }
      }
    }
    return Int64(count)
  }

  /// The address of the first function that fits.
  fileprivate func address(
    delayed: Bool, _ library: ByteView, _ function: Criterion
  ) -> Int64? {
    for entry in imports(delayed: delayed)
    where entry.library.equalsIgnoringASCIICase(library) {
      for one in entry.functions where function.fits(one.name, ordinal: one.ordinal, dialect) {
        return rva(of: one)
      }
    }
    return nil
  }
}
