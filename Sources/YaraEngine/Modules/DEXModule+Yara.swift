internal import Bytes
internal import FileFormats

// What YARA's `dex` module has and YARA-X's has not.
extension DEXTable {
  static let yaraFields: [ModuleField] = [
    of.array(
      "string_ids",
      of: StructureType(
        "string_id",
        [
          of.integer("offset") { state, index in state.yaraFile?.string(index)?.offset },
          of.integer("size") { state, index in state.yaraFile?.string(index)?.size },
          of.text("value") { state, index in
            (state.yaraFile?.string(index)?.value).map(FormatText.inFile)
          },
        ]), count: { state, _ in state.yaraFile?.stringCount ?? 0 }),
    of.array(
      "type_ids",
      of: StructureType(
        "type_id",
        [of.integer("descriptor_idx") { state, index in state.yaraFile?.typeDescriptor(index) }]),
      count: { state, _ in state.yaraFile?.typeCount ?? 0 }),
    of.array(
      "proto_ids",
      of: StructureType(
        "proto_id",
        ["shorty_idx", "return_type_idx", "parameters_offset"].enumerated().map { part, name in
          of.integer(name) { state, index in state.yaraFile?.prototype(index, part: part) }
        }), count: { state, _ in state.yaraFile?.prototypeCount ?? 0 }),
    of.array(
      "field_ids",
      of: memberID("type_idx") { state, index in state.yaraFile?.fieldID(index) },
      count: { state, _ in state.yaraFile?.fieldIDCount ?? 0 }),
    of.array(
      "method_ids",
      of: memberID("proto_idx") { state, index in state.yaraFile?.methodID(index) },
      count: { state, _ in state.yaraFile?.methodIDCount ?? 0 }),
    of.array(
      "class_data_item",
      of: StructureType(
        "class_data_item",
        [
          of.integer("static_fields_size") { $0.yaraFile?.classData[$1].staticFields },
          of.integer("instance_fields_size") { $0.yaraFile?.classData[$1].instanceFields },
          of.integer("direct_methods_size") { $0.yaraFile?.classData[$1].directMethods },
          of.integer("virtual_methods_size") { $0.yaraFile?.classData[$1].virtualMethods },
        ]), count: { state, _ in state.yaraFile?.classData.count ?? 0 }),
    of.integer("number_of_fields") { state, _ in state.yaraFile?.numberOfFields },
    of.array("field", of: field, count: { state, _ in state.yaraFile?.fields.count ?? 0 }),
    of.integer("number_of_methods") { state, _ in state.yaraFile?.numberOfMethods },
    of.array("method", of: method, count: { state, _ in state.yaraFile?.methods.count ?? 0 }),
  ]

  private static func memberID(
    _ typeName: String, _ read: @escaping StateFields<DEXState>.Read<DEXYaraFile.MemberID>
  ) -> StructureType {
    StructureType(
      "member_id",
      [
        of.integer("class_idx") { read($0, $1)?.classIndex },
        of.integer(typeName) { read($0, $1)?.typeIndex },
        of.integer("name_idx") { read($0, $1)?.nameIndex },
      ])
  }

  private static let field = StructureType(
    "field",
    [
      of.text("class_name") { ($0.fieldNames($1)?.className).map(FormatText.inFile) },
      of.text("name") { ($0.fieldNames($1)?.name).map(FormatText.inFile) },
      of.text("proto") { ($0.fieldNames($1)?.prototype).map(FormatText.inFile) },
      of.integer("static") { state, index in state.field(index).map { $0.isFirstKind ? 1 : 0 } },
      of.integer("instance") { state, index in
        state.field(index).map { $0.isFirstKind ? 0 : 1 }
      },
      of.integer("field_idx_diff") { state, index in state.field(index)?.difference },
      of.integer("access_flags") { state, index in state.field(index)?.accessFlags },
    ])

  private static let method = StructureType(
    "method",
    [
      of.text("class_name") { ($0.methodNames($1)?.className).map(FormatText.inFile) },
      of.text("name") { ($0.methodNames($1)?.name).map(FormatText.inFile) },
      of.text("proto") { ($0.methodNames($1)?.prototype).map(FormatText.inFile) },
      of.integer("direct") { state, index in state.method(index).map { $0.isFirstKind ? 1 : 0 } },
      of.integer("virtual") { state, index in
        state.method(index).map { $0.isFirstKind ? 0 : 1 }
      },
      of.integer("method_idx_diff") { state, index in state.method(index)?.difference },
      of.integer("access_flags") { state, index in state.method(index)?.accessFlags },
      of.integer("code_off") { state, index in state.method(index)?.codeOffset },
      of.structure(
        "code_item",
        StructureType(
          "code_item",
          [
            of.integer("registers_size") { state, index in state.code(index)?.registers },
            of.integer("ins_size") { state, index in state.code(index)?.ins },
            of.integer("outs_size") { state, index in state.code(index)?.outs },
            of.integer("tries_size") { state, index in state.code(index)?.tries },
            of.integer("debug_info_off") { state, index in state.code(index)?.debugInfoOffset },
            of.integer("insns_size") { state, index in state.code(index)?.instructionCount },
            of.text("insns") { (($0.code($1)?.instructions)).map(FormatText.inFile) },
          ])),
    ])

  // MARK: - Functions

  /// They give 1 or 0, and undefined where YARA could not read all classes.
  static let yaraFunctions: [ModuleField] = [
    ModuleField(
      "has_method",
      .function([
        has([.text]) { file, test in file.hasMethod(class: nil, name: test(0)) },
        has([.text, .text]) { file, test in file.hasMethod(class: test(0), name: test(1)) },
        has([.regex]) { file, test in file.hasMethod(class: nil, name: test(0)) },
        has([.regex, .regex]) { file, test in file.hasMethod(class: test(0), name: test(1)) },
      ])),
    ModuleField(
      "has_class",
      .function([
        has([.text]) { file, test in file.hasMethod(class: test(0), name: nil) },
        has([.regex]) { file, test in file.hasMethod(class: test(0), name: nil) },
      ])),
  ]

  /// `test` gives what an argument asks of a name: that a text is the name, or a regex matches.
  private static func has(
    _ parameters: [ParameterType],
    _ body: @escaping @Sendable (DEXYaraFile, (Int) -> (ByteView) -> Bool) -> Bool?
  ) -> FunctionOverload {
    .integer(parameters, of: DEXState.self) { state, arguments in
      guard let file = state.yaraFile else { return nil }
      let found = body(file) { index in
        if parameters[index] == .regex {
          let regex = arguments.regex(index)
          return { regex?.isMatch($0) ?? false }
        }
        // As a text of C, the argument ends at its first NUL.
        let wanted = FormatText.owned(Array(arguments.text(index).bytes.prefix { $0 != 0 }))
        return { wanted == .inFile($0) }
      }
      return found.map { $0 ? 1 : 0 }
    }
  }
}
