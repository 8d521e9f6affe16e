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
}
