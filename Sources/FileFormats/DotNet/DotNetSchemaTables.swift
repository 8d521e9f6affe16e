// The columns of every metadata table, from which row sizes follow.
// Sources: ECMA-335 (6th edition), II.22 for the tables and II.24.2.6 for the coded indexes; the
// `Ptr`, `Enc` tables are not in the standard and known from public descriptions of `#-` streams.

/// A metadata table; the raw value is its bit in the `Valid` mask, and tables lie in that order.
enum DotNetTable: Int, CaseIterable, Sendable {
  case module, typeRef, typeDef, fieldPtr, field, methodPtr, methodDef, paramPtr, param
  case interfaceImpl, memberRef, constant, customAttribute, fieldMarshal, declSecurity
  case classLayout, fieldLayout, standAloneSig, eventMap, eventPtr, event, propertyMap
  case propertyPtr, property, methodSemantics, methodImpl, moduleRef, typeSpec, implMap, fieldRVA
  case encLog, encMap, assembly, assemblyProcessor, assemblyOS, assemblyRef
  case assemblyRefProcessor, assemblyRefOS, file, exportedType, manifestResource, nestedClass
  case genericParam, methodSpec, genericParamConstraint
}

/// An index into one of several tables: the low bits say which.
enum DotNetCodedIndex: Int, CaseIterable, Sendable {
  case typeDefOrRef, hasConstant, hasCustomAttribute, hasFieldMarshal, hasDeclSecurity
  case memberRefParent, hasSemantics, methodDefOrRef, memberForwarded, implementation
  case resourceImplementation, customAttributeType, resolutionScope, typeOrMethodDef

  /// By tag; nil is a tag that is allowed and names no table.
  var tables: [DotNetTable?] {
    switch self {
    case .typeDefOrRef: [.typeDef, .typeRef, .typeSpec]
    case .hasConstant: [.field, .param, .property]
    case .hasCustomAttribute:
      [
        .methodDef, .field, .typeRef, .typeDef, .param, .interfaceImpl, .memberRef, .module, nil,
        .property, .event, .standAloneSig, .moduleRef, .typeSpec, .assembly, .assemblyRef, .file,
        .exportedType, .manifestResource, .genericParam, .genericParamConstraint, .methodSpec,
      ]
    case .hasFieldMarshal: [.field, .param]
    case .hasDeclSecurity: [.typeDef, .methodDef, .assembly]
    case .memberRefParent: [.typeDef, .typeRef, .moduleRef, .methodDef, .typeSpec]
    case .hasSemantics: [.event, .property]
    case .methodDefOrRef: [.methodDef, .memberRef]
    case .memberForwarded: [.field, .methodDef]
    case .implementation: [.file, .assemblyRef, .exportedType]
    // Both engines leave the exported types out here.
    case .resourceImplementation: [.file, .assemblyRef, nil]
    case .customAttributeType: [nil, nil, .methodDef, .memberRef, nil]
    case .resolutionScope: [.module, .moduleRef, .assemblyRef, .typeRef]
    case .typeOrMethodDef: [.typeDef, .methodDef]
    }
  }

  /// Bits of the tag.
  var tagBits: Int {
    switch self {
    case .hasFieldMarshal, .hasSemantics, .methodDefOrRef, .memberForwarded, .typeOrMethodDef: 1
    case .typeDefOrRef, .hasConstant, .hasDeclSecurity, .implementation, .resourceImplementation,
      .resolutionScope:
      2
    case .memberRefParent, .customAttributeType: 3
    case .hasCustomAttribute: 5
    }
  }

  /// Tags from 0 below this are allowed.
  var tagCount: Int { tables.count }
}

enum DotNetColumn: Sendable {
  /// A number of that many bytes.
  case fixed(Int)
  /// An element type (II.23.1.16), one byte.
  case elementType
  /// Offsets into `#Strings` and `#Blob`, a number in `#GUID`.
  case string, blob, guid
  /// A row of a table, counted from 1; 0 is none.
  case row(DotNetTable)
  case coded(DotNetCodedIndex)
}

extension DotNetTable {
  var columns: [DotNetColumn] { Self.schema[rawValue] }

  private static let schema: [[DotNetColumn]] = allCases.map { table in
    switch table {
    case .module: [.fixed(2), .string, .guid, .guid, .guid]
    case .typeRef: [.coded(.resolutionScope), .string, .string]
    case .typeDef:
      [.fixed(4), .string, .string, .coded(.typeDefOrRef), .row(.field), .row(.methodDef)]
    case .fieldPtr: [.row(.field)]
    case .field: [.fixed(2), .string, .blob]
    case .methodPtr: [.row(.methodDef)]
    case .methodDef: [.fixed(4), .fixed(2), .fixed(2), .string, .blob, .row(.param)]
    case .paramPtr: [.row(.param)]
    case .param: [.fixed(2), .fixed(2), .string]
    case .interfaceImpl: [.row(.typeDef), .coded(.typeDefOrRef)]
    case .memberRef: [.coded(.memberRefParent), .string, .blob]
    case .constant: [.elementType, .fixed(1), .coded(.hasConstant), .blob]
    case .customAttribute: [.coded(.hasCustomAttribute), .coded(.customAttributeType), .blob]
    case .fieldMarshal: [.coded(.hasFieldMarshal), .blob]
    case .declSecurity: [.fixed(2), .coded(.hasDeclSecurity), .blob]
    case .classLayout: [.fixed(2), .fixed(4), .row(.typeDef)]
    case .fieldLayout: [.fixed(4), .row(.field)]
    case .standAloneSig: [.blob]
    case .eventMap: [.row(.typeDef), .row(.event)]
    case .eventPtr: [.row(.event)]
    case .event: [.fixed(2), .string, .coded(.typeDefOrRef)]
    case .propertyMap: [.row(.typeDef), .row(.property)]
    case .propertyPtr: [.row(.property)]
    case .property: [.fixed(2), .string, .blob]
    case .methodSemantics: [.fixed(2), .row(.methodDef), .coded(.hasSemantics)]
    case .methodImpl: [.row(.typeDef), .coded(.methodDefOrRef), .coded(.methodDefOrRef)]
    case .moduleRef: [.string]
    case .typeSpec: [.blob]
    case .implMap: [.fixed(2), .coded(.memberForwarded), .string, .row(.moduleRef)]
    case .fieldRVA: [.fixed(4), .row(.field)]
    case .encLog: [.fixed(4), .fixed(4)]
    case .encMap: [.fixed(4)]
    case .assembly:
      [
        .fixed(4), .fixed(2), .fixed(2), .fixed(2), .fixed(2), .fixed(4), .blob, .string, .string,
      ]
    case .assemblyProcessor: [.fixed(4)]
    case .assemblyOS: [.fixed(4), .fixed(4), .fixed(4)]
    case .assemblyRef:
      [
        .fixed(2), .fixed(2), .fixed(2), .fixed(2), .fixed(4), .blob, .string, .string, .blob,
      ]
    case .assemblyRefProcessor: [.fixed(4), .row(.assemblyRef)]
    case .assemblyRefOS: [.fixed(4), .fixed(4), .fixed(4), .row(.assemblyRef)]
    case .file: [.fixed(4), .string, .blob]
    case .exportedType: [.fixed(4), .fixed(4), .string, .string, .coded(.implementation)]
    case .manifestResource: [.fixed(4), .fixed(4), .string, .coded(.resourceImplementation)]
    case .nestedClass: [.row(.typeDef), .row(.typeDef)]
    case .genericParam: [.fixed(2), .fixed(2), .coded(.typeOrMethodDef), .string]
    case .methodSpec: [.coded(.methodDefOrRef), .blob]
    case .genericParamConstraint: [.row(.genericParam), .coded(.typeDefOrRef)]
    }
  }

  /// Which element types the format defines (II.23.1.16), by value.
  static func isElementType(_ value: UInt8) -> Bool {
    switch value {
    case 0...0x16, 0x18, 0x19, 0x1B...0x21, 0x40, 0x41, 0x45: true
    default: false
    }
  }
}
