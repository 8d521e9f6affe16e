import Bytes
import Testing

@testable import YaraEngine

/// Rules that ask `dotnet`. The answers were asked of both engines.
@Suite struct DotNetModuleTests {
  static func holds(_ condition: String, _ data: [UInt8], _ dialect: Dialect) -> Bool? {
    Engine.holds(condition, data, dialect, imports: #"import "dotnet""#)
  }

  /// Conditions of which every part is true, in both engines.
  @Test(arguments: [
    #"dotnet.is_dotnet"#,
    #"dotnet.module_name == "Sample.dll" and dotnet.version == "v4.0.30319""#,
    ##"dotnet.number_of_streams == 5 and dotnet.streams[0].name == "#~" and dotnet.streams[4].name == "#Blob""##,
    #"dotnet.streams[1].offset > dotnet.streams[0].offset and dotnet.streams[3].size == 16"#,
    #"dotnet.number_of_guids == 1 and dotnet.guids[0] == "04030201-0605-0807-090a-0b0c0d0e0f10""#,
    #"dotnet.number_of_resources == 1 and dotnet.resources[0].offset == 588 and dotnet.resources[0].length == 3"#,
    #"dotnet.resources[0].name == "Data""#,
    #"dotnet.assembly.name == "Sample" and dotnet.assembly.culture == "de""#,
    #"dotnet.assembly.version.major == 1 and dotnet.assembly.version.minor == 2"#,
    #"dotnet.assembly.version.build_number == 3 and dotnet.assembly.version.revision_number == 4"#,
    #"dotnet.number_of_assembly_refs == 1 and dotnet.assembly_refs[0].name == "mscorlib""#,
    #"dotnet.assembly_refs[0].version.major == 4 and dotnet.assembly_refs[0].public_key_or_token == "\xb7z""#,
    #"dotnet.number_of_modulerefs == 1 and dotnet.modulerefs[0] == "kernel32.dll""#,
    #"dotnet.typelib == "guid""#,
    #"dotnet.number_of_user_strings == 1 and dotnet.user_strings[0] == "H\x00i\x00""#,
    #"dotnet.number_of_constants == 1 and dotnet.constants[0] == "constant""#,
    #"dotnet.number_of_field_offsets == 1 and dotnet.field_offsets[0] == 528"#,
    #"dotnet.number_of_classes == 2 and dotnet.classes[0].fullname == "App.Tool""#,
    #"dotnet.classes[0].name == "Tool" and dotnet.classes[0].namespace == "App""#,
    #"dotnet.classes[0].visibility == "public" and dotnet.classes[0].type == "class""#,
    #"dotnet.classes[0].abstract and dotnet.classes[0].sealed"#,
    #"dotnet.classes[0].number_of_generic_parameters == 1 and dotnet.classes[0].generic_parameters[0] == "T""#,
    #"dotnet.classes[0].number_of_base_types == 2 and dotnet.classes[0].base_types[0] == "System.Object""#,
    #"dotnet.classes[0].base_types[1] == "App.IRun" and not defined dotnet.classes[0].base_types[2]"#,
    #"dotnet.classes[0].number_of_methods == 3 and dotnet.classes[0].methods[0].name == "Start""#,
    #"dotnet.classes[0].methods[0].visibility == "public" and dotnet.classes[0].methods[0].static"#,
    #"not dotnet.classes[0].methods[0].virtual and not dotnet.classes[0].methods[0].final"#,
    #"not dotnet.classes[0].methods[0].abstract and dotnet.classes[0].methods[0].return_type == "void""#,
    #"dotnet.classes[0].methods[0].number_of_parameters == 2"#,
    #"dotnet.classes[0].methods[0].parameters[0].name == "path" and dotnet.classes[0].methods[0].parameters[0].type == "string""#,
    #"dotnet.classes[0].methods[0].parameters[1].name == "count" and dotnet.classes[0].methods[0].parameters[1].type == "int""#,
    #"dotnet.classes[0].methods[0].number_of_generic_parameters == 0"#,
    #"dotnet.classes[0].methods[1].name == ".ctor" and not defined dotnet.classes[0].methods[1].return_type"#,
    #"dotnet.classes[0].methods[1].visibility == "private""#,
    #"dotnet.classes[0].methods[2].return_type == "U" and dotnet.classes[0].methods[2].generic_parameters[0] == "U""#,
    #"dotnet.classes[0].methods[2].parameters[0].type == "T" and dotnet.classes[0].methods[2].virtual"#,
    #"dotnet.classes[1].type == "interface" and dotnet.classes[1].visibility == "internal""#,
    #"dotnet.classes[1].number_of_methods == 0 and not defined dotnet.classes[2].name"#,
    #"for any c in dotnet.classes : (c.name == "Tool" and for any m in c.methods : (m.name == "Map"))"#,
    #"for all m in dotnet.classes[0].methods : (m.number_of_parameters <= 2)"#,
    #"for any m in dotnet.classes[0].methods : (for any p in m.parameters : (p.type == "int"))"#,
    #"for any b in dotnet.classes[0].base_types : (b startswith "App.")"#,
    #"for any s in dotnet.user_strings : (s contains "H")"#,
    #"for any n in (0..dotnet.number_of_classes - 1) : (dotnet.classes[n].name matches /^I[A-Z]/)"#,
    #"not defined dotnet.classes[0].methods[9].name and not defined dotnet.streams[5].name"#,
    #"not defined dotnet.resources[1].offset and not defined dotnet.assembly_refs[1].version.major"#,
  ])
  func whatTheSampleSays(_ condition: String) {
    for dialect in Dialect.allCases {
      #expect(Self.holds(condition, DotNetSample.bytes, dialect) == true, "\(dialect)")
    }
  }

  /// Flags are booleans in YARA-X and integers in YARA; `not` of what is undefined is undefined.
  @Test func aFileThatIsNoDotNetFile() {
    var portable = DotNetSample.bytes
    // The size of the CLI header.
    portable[DotNetSample.sectionOffset] = 71
    for (data, isPortable) in [(portable, true), ([0x4D, 0x5A], false), ([], false)] {
      #expect(Self.holds("not dotnet.is_dotnet", data, .yaraX) == true)
      #expect(Self.holds("defined dotnet.is_dotnet", data, .yaraX) == true)
      #expect(Self.holds("defined dotnet.is_dotnet", data, .yara) == isPortable)
      for dialect in Dialect.allCases {
        #expect(Self.holds("dotnet.is_dotnet", data, dialect) == false)
        for field in ["version", "number_of_streams", "assembly.name", "classes[0].name"] {
          #expect(Self.holds("defined dotnet.\(field)", data, dialect) == false)
        }
        #expect(Self.holds("for any c in dotnet.classes : (true)", data, dialect) == false)
      }
    }
  }

  @Test func flagsCountAsNumbersInYara() {
    #expect(Self.holds("dotnet.is_dotnet + dotnet.classes[0].abstract == 2", DotNetSample.bytes, .yara) == true)
    for dialect in Dialect.allCases {
      #expect(Self.holds("dotnet.is_dotnet == 1", DotNetSample.bytes, dialect) == true)
      #expect(Self.holds("dotnet.classes[1].abstract == 0", DotNetSample.bytes, dialect) == true)
    }
  }

  @Test func everyFieldOfTheSampleIsDefined() {
    // What is undefined for every file, or for this one by its nature.
    let undefined: Set<String> = ["number_of_generic_parameters"]
    for dialect in Dialect.allCases {
      ByteView.with(DotNetSample.bytes) { view in
        var dump = ModuleDump()
        guard case .structure(let members)? = dump.values(of: "dotnet", in: view, dialect: dialect) else {
          Issue.record("no values")
          return
        }
        let names = Set(members.map(\.name))
        let fields = ModuleDefinition.dotnet.root(in: dialect).fields.map(\.name)
        #expect(Set(fields).subtracting(names) == undefined)
        #expect(fields.count == 24)
      }
    }
  }
}
