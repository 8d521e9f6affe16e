public import Bytes

/// A metadata stream.
public struct DotNetStream: Sendable {
  /// Nil where it is not well-formed UTF-8 (YARA-X).
  public var name: ByteView?
  /// From the start of the file, as claimed.
  public var offset: Int64
  /// Bytes, as claimed.
  public var size: Int64
}

public struct DotNetVersion: Sendable, Equatable {
  public var major: UInt16
  public var minor: UInt16
  public var build: UInt16
  public var revision: UInt16
}

public struct DotNetAssembly: Sendable {
  public var version: DotNetVersion
  public var name: ByteView?
  /// Never empty.
  public var culture: ByteView?
}

public struct DotNetAssemblyReference: Sendable {
  public var version: DotNetVersion
  /// Never empty.
  public var publicKeyOrToken: ByteView?
  /// YARA leaves it out together with an unreadable key.
  public var name: ByteView?
}

/// A row of the manifest resources.
public struct DotNetResource: Sendable {
  public var name: ByteView?
  /// Of the data, behind their length, from the start of the file; nil for resources of other files.
  public var offset: Int64?
  /// Bytes, as claimed; YARA-X's lie in the resource directory.
  public var length: Int64?
}

/// What a type definition says of itself; its methods and base types are `DotNetClassDetails`.
public struct DotNetClass: Sendable {
  /// In the type definitions, counted from 0.
  let row: Int
  /// The namespace (of a nested class the enclosing classes' full name as well) and the name, with
  /// points between. Nil where a name on the way is unreadable.
  public let fullName: FormatText?
  /// Without the mark of generic types and what follows it.
  public let name: FormatText?
  public let namespace: FormatText?
  let flags: UInt32
  public let genericParameters: [ByteView]
  /// A coded index, as stored.
  let extends: UInt32
  /// Rows of the method table counted from 0, or nil where the engine reads no methods.
  let methods: Range<Int>?

  public var isInterface: Bool { flags & 0x20 != 0 }
  public var isAbstract: Bool { flags & 0x80 != 0 }
  public var isSealed: Bool { flags & 0x100 != 0 }

  /// In C#'s words.
  public var visibility: DotNetVisibility {
    switch flags & 7 {
    case 1, 2: .public
    case 3: .private
    case 4: .protected
    case 6: .privateProtected
    case 7: .protectedInternal
    default: .internal
    }
  }
}

public enum DotNetVisibility: String, Sendable {
  case `private`, `public`, protected, `internal`
  case privateProtected = "private protected"
  case protectedInternal = "protected internal"
}

/// What costs signatures to find out.
public struct DotNetClassDetails: Sendable {
  /// Full names: the class extended, then the interfaces in the order of their table.
  public var baseTypes: [FormatText] = []
  public var methods: [DotNetMethod] = []
  /// Nil where the engine reads no methods (YARA: too many, or an index of 0).
  public var numberOfMethods: Int?
}

public struct DotNetMethod: Sendable {
  public let name: ByteView
  let flags: UInt16
  public let genericParameters: [ByteView]
  /// Nil for constructors.
  public let returnType: FormatText?
  public let parameters: [DotNetParameter]
  /// YARA reads no parameters where the row of the first one is 0.
  public let hasParameters: Bool

  public var isStatic: Bool { flags & 0x10 != 0 }
  public var isFinal: Bool { flags & 0x20 != 0 }
  public var isVirtual: Bool { flags & 0x40 != 0 }
  public var isAbstract: Bool { flags & 0x400 != 0 }

  public var visibility: DotNetVisibility {
    switch flags & 7 {
    case 2: .privateProtected
    case 3: .internal
    case 4: .protected
    case 5: .protectedInternal
    case 6: .public
    default: .private
    }
  }
}

public struct DotNetParameter: Sendable {
  /// `P_` and the number where there is no row for it.
  public let name: FormatText?
  public let type: FormatText
}

/// User strings by number: where they lie in the file.
struct DotNetUserStrings {
  struct Entry {
    var offset: UInt32
    var length: UInt32
  }
  var entries: [Entry] = []
  /// False where YARA reads none at all.
  var isCounted = false
}
