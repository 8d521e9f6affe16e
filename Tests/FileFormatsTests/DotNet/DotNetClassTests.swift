import Bytes
import Testing

@testable import FileFormats

/// Classes, methods and the texts of their types, by both engines' rules. The expected values were
/// asked of both.
@Suite struct DotNetClassTests {
  static func with<R>(
    _ builder: AssemblyBuilder, _ dialect: FormatDialect = .yaraX, _ body: (DotNetFile) throws -> R
  ) rethrows -> R? {
    try DotNetFileTests.with(builder, dialect, body)
  }

  static func text(_ text: FormatText?) -> String? { DotNetFileTests.text(text) }

  /// A line of text for each class and each method.
  static func lines(_ builder: AssemblyBuilder, _ dialect: FormatDialect) -> [String] {
    with(builder, dialect) { file in
      file.classes.indices.flatMap { index -> [String] in
        let type = file.classes[index]
        let details = file.details(ofClass: index)
        var words = [type.visibility.rawValue]
        if type.isAbstract { words.append("abstract") }
        if type.isSealed { words.append("sealed") }
        words.append(type.isInterface ? "interface" : "class")
        words.append(text(type.namespace) ?? "-")
        words.append(text(type.name) ?? "-")
        words.append(text(type.fullName) ?? "-")
        let parameters = type.genericParameters.compactMap { DotNetFileTests.text($0) }
        if !parameters.isEmpty { words.append("<\(parameters.joined(separator: ","))>") }
        words.append(":")
        words += details.baseTypes.compactMap { text($0) }
        let count = details.numberOfMethods.map(String.init) ?? "no"
        return [(words + [count]).joined(separator: " ")] + details.methods.map(line)
      }
    } ?? []
  }

  static func line(_ method: DotNetMethod) -> String {
    var words = [method.visibility.rawValue]
    if method.isAbstract { words.append("abstract") }
    if method.isStatic { words.append("static") }
    if method.isVirtual { words.append("virtual") }
    if method.isFinal { words.append("final") }
    words.append(text(method.returnType) ?? "-")
    words.append(DotNetFileTests.text(method.name) ?? "-")
    let generics = method.genericParameters.compactMap { DotNetFileTests.text($0) }
    if !generics.isEmpty { words.append("<\(generics.joined(separator: ","))>") }
    let parameters = method.parameters.map { "\(text($0.type) ?? "-") \(text($0.name) ?? "-")" }
    return words.joined(separator: " ")
      + (method.hasParameters ? "(\(parameters.joined(separator: ", ")))" : "(?)")
  }

  @Test func classesOfYaraX() {
    #expect(
      Self.lines(.classes, .yaraX) == [
        "public sealed class App.Core Outer App.Core.Outer <TItem> : System.Object System.Collections.IList<TItem> 2",
        "public - .ctor(string text)",
        "public virtual final TKey Get <TKey>(int index, TItem item)",
        "private abstract class App.Core.Outer Inner App.Core.Outer.Inner : App.Core.Outer 1",
        "private static void Help(object P_0)",
        "public interface App.Core.Outer.Inner.Odd Deep App.Core.Outer.Inner.Odd.Deep : System.Object App.Core.Outer 0",
        // An index of 0 is the first type.
        "internal class - Plain Plain : <Module> 1",
        "protected abstract virtual bool Last()",
      ])
  }

  @Test func classesOfYara() {
    #expect(
      Self.lines(.classes, .yara) == [
        "public sealed class App.Core Outer App.Core.Outer <TItem> : System.Object System.Collections.IList<TItem> 2",
        "public - .ctor(string text)",
        "public virtual final TKey Get <TKey>(int index, TItem item)",
        "private abstract class App.Core.Outer Inner App.Core.Outer.Inner : App.Core.Outer 1",
        "private static void Help(object P_0)",
        "public interface App.Core.Outer.Inner.Odd Deep App.Core.Outer.Inner.Odd.Deep : System.Object App.Core.Outer 0",
        "internal class  Plain Plain : 1",
        "protected abstract virtual bool Last()",
      ])
  }

  /// Odd type definitions: what is made, and a line for each class and method by either engine.
  static let oddities: [(name: String, make: @Sendable (inout AssemblyBuilder) -> Void, yaraX: [String], yara: [String])] = [
    (
      "points in a name", { $0.typeDef("A.B", in: "N", extends: 5) },
      ["public class N.A B N.A.B : System.Object 0"], ["public class N A.B N.A.B : System.Object 0"]
    ),
    (
      "two backticks", { $0.typeDef("Odd`x`2", in: "N", extends: 5) },
      ["public class N Odd`x N.Odd`x : System.Object 0"], ["public class N Odd N.Odd : System.Object 0"]
    ),
    (
      "a backtick in the namespace", { $0.typeDef("C", in: "N`1", extends: 5) },
      ["public class N`1 C N`1.C : System.Object 0"], ["public class N`1 C N : System.Object 0"]
    ),
    (
      "nothing but a backtick", { $0.typeDef("`1", in: "N", extends: 5) },
      ["public class N  N. : System.Object 0"], []
    ),
    ("no name", { $0.typeDef("", in: "N", extends: 5) }, [], []),
    (
      "methods from row 0, parameters from row 0",
      {
        $0.typeDef("Zero", extends: 5, methods: 0)
        $0.typeDef("One", extends: 5, methods: 1)
        $0.method("Call", signature: [0, 1, 1, 8], parameters: 0)
        $0.param("first")
      },
      [
        "public class - Zero Zero : System.Object 0", "public class - One One : System.Object 1",
        "public void Call(int first)",
      ],
      [
        "public class  Zero Zero : System.Object no", "public class  One One : System.Object 1",
        "public void Call(?)",
      ]
    ),
    (
      "methods that end before they begin, and beyond the table",
      {
        $0.typeDef("Back", extends: 5, methods: 2)
        $0.typeDef("Far", extends: 5, methods: 1)
        $0.typeDef("Last", extends: 5, methods: 20_002)
        $0.method("Call", signature: [0, 0, 1])
      },
      [
        "public class - Back Back : System.Object 0", "public class - Far Far : System.Object 0",
        "public class - Last Last : System.Object 0",
      ],
      [
        "public class  Back Back : System.Object 0", "public class  Far Far : System.Object no",
        "public class  Last Last : System.Object 0",
      ]
    ),
    (
      "methods without a name or a readable signature",
      {
        $0.typeDef("C", extends: 5)
        $0.method("", signature: [0, 0, 1])
        $0.method("Short", signature: [0, 0])
        $0.method("Unreadable", signature: [0, 0, 0x45, 8])
        $0.method("Parameter", signature: [0, 1, 1, 0x45])
        $0.method(".cctor", flags: 0x1891, signature: [0, 0, 1])
      },
      ["public class - C C : System.Object 2", "public void ()", "private static - .cctor()"],
      ["public class  C C : System.Object 1", "private static - .cctor()"]
    ),
    (
      "generic parameters of which one has no name",
      {
        $0.typeDef("G", extends: 5)
        $0.genericParam("T", owner: 1 << 1)
        $0.genericParam("", owner: 1 << 1)
        $0.typeDef("H", extends: 5)
        $0.genericParam("U", owner: 2 << 1)
      },
      ["public class - G G <T,> : System.Object 0", "public class - H H <U> : System.Object 0"],
      ["public class  G G : System.Object 0", "public class  H H <U> : System.Object 0"]
    ),
    (
      "a class in a class that is not there",
      {
        let type = $0.typeDef("Inner", in: "N", flags: 2, extends: 5)
        $0.row(.nestedClass, type, 9)
      },
      ["public class - - - : System.Object 0"], ["public class N Inner N.Inner : System.Object 0"]
    ),
  ]

  @Test(arguments: oddities.indices) func oddTypeDefinitions(_ index: Int) {
    let (name, make, yaraX, yara) = Self.oddities[index]
    var builder = AssemblyBuilder()
    builder.typeRef("Object", in: "System")
    make(&builder)
    #expect(Self.lines(builder, .yaraX) == yaraX, "\(name)")
    #expect(Self.lines(builder, .yara) == yara, "\(name)")
  }
}
