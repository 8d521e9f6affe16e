import Bytes
import Testing

@testable import YaraEngine

/// The mechanics of module tables, tried with a module made for it: the file is read as a list of
/// pairs (a letter and a number), and nothing is read that no condition asks for.
@Suite struct ModuleTableTests {
  final class PairsState: ModuleState {
    let data: ByteView
    init(_ data: ByteView) { self.data = data }
    var count: Int { data.count / 2 }
  }

  /// A field reader for this module's state.
  static func read<Value>(_ body: @escaping @Sendable (PairsState, Handle) -> Value?)
    -> @Sendable (ModuleState, Handle) -> Value?
  {
    { state, handle in (state as? PairsState).flatMap { body($0, handle) } }
  }

  static let pair = StructureType(
    "pair",
    [
      ModuleField("name", .text(read { ByteText(slice: $0.data.clamped(at: $1 * 2, length: 1)) })),
      ModuleField("value", .integer(read { Int64($0.data[$1 * 2 + 1]) })),
      ModuleField("half", .float(read { Double($0.data[$1 * 2 + 1]) / 2 })),
      ModuleField("even", .boolean(read { $0.data[$1 * 2 + 1] % 2 == 0 })),
      // Undefined for values of 100 and more.
      ModuleField("small", .integer(read { $0.data[$1 * 2 + 1] < 100 ? Int64($0.data[$1 * 2 + 1]) : nil })),
      ModuleField(
        "plus",
        .function([
          FunctionOverload(
            [.integer],
            .integer { state, handle, arguments in
              (state as? PairsState).map { Int64($0.data[handle * 2 + 1]) + arguments.integer(0) }
            })
        ])),
    ])

  static let pairs = ArrayField(
    count: { state, _ in (state as? PairsState)?.count }, handle: { _, _, index in index },
    element: .structure(pair, { _, handle in handle }))

  static let names = MapField.Keys.text(
    at: { state, _, index in
      (state as? PairsState).map { ByteText(slice: $0.data.clamped(at: index * 2, length: 1)) }
    },
    find: { state, _, key in
      guard let pairs = state as? PairsState, key.count == 1 else { return nil }
      return (0..<pairs.count).first { pairs.data[$0 * 2] == key[0] }
    })

  /// A structure without a defined field for values of 100 and more.
  static let small = FieldKind.structure(
    StructureType("small", pair.fields.filter { $0.name == "small" }), { _, handle in handle })

  static let definition = ModuleDefinition(
    name: "pairs",
    root: StructureType(
      "pairs",
      [
        ModuleField("count", .integer(read { state, _ in Int64(state.count) })),
        ModuleField("FIRST", .constant(.integer(1))),
        ModuleField("KIND", .constant(.text(Array("pairs".utf8)))),
        ModuleField("list", .array(pairs), deprecation: "Use `items`."),
        ModuleField("items", .array(pairs)),
        ModuleField(
          "numbers",
          .array(
            ArrayField(
              count: { state, _ in (state as? PairsState)?.count }, handle: { _, _, index in index },
              element: .integer(read { Int64($0.data[$1 * 2 + 1]) })))),
        ModuleField(
          "by_name",
          .map(
            MapField(
              count: { state, _ in (state as? PairsState)?.count }, handle: { _, _, index in index },
              keys: names, value: .structure(pair, { _, handle in handle })))),
        ModuleField("smalls", .array(ArrayField(count: pairs.count, handle: pairs.handle, element: small))),
        ModuleField(
          "small_of", .map(MapField(count: pairs.count, handle: pairs.handle, keys: names, value: small))),
        ModuleField(
          "by_value",
          .map(
            MapField(
              count: { state, _ in (state as? PairsState)?.count }, handle: { _, _, index in index },
              keys: .integer(
                at: { state, _, index in
                  (state as? PairsState).map { Int64($0.data[index * 2 + 1]) }
                },
                find: { state, _, key in
                  guard let pairs = state as? PairsState else { return nil }
                  return (0..<pairs.count).first { Int64(pairs.data[$0 * 2 + 1]) == key }
                }),
              value: .text(read { ByteText(slice: $0.data.clamped(at: $1 * 2, length: 1)) })))),
        ModuleField("last", .structure(pair, read { state, _ in state.count > 0 ? state.count - 1 : nil })),
        ModuleField(
          "has",
          .function([
            .boolean([.regex], of: PairsState.self) { state, arguments in
              arguments.regex(0).map { $0.isMatch(state.data) }
            },
            .boolean([.text, .boolean], of: PairsState.self) { state, arguments in
              arguments.text(0).withView { text in
                text.count == 1 && (0..<state.count).contains { state.data[$0 * 2] == text[0] }
              } == arguments.boolean(1)
            },
          ])),
        ModuleField(
          "find",
          .function([
            FunctionOverload(
              [.text],
              .structure(
                pair,
                { state, _, arguments in
                  guard let pairs = state as? PairsState else { return nil }
                  return arguments.text(0).withView { key in
                    (0..<pairs.count).first { key.count == 1 && pairs.data[$0 * 2] == key[0] }
                  }
                }))
          ])),
      ]),
    // No state at all for files that begin with a zero.
    makeState: { $0.data.byte(at: 0) == 0 ? nil : PairsState($0.data) })

  static let registry = ModuleRegistry([definition])
  static let data = Array("a".utf8) + [3] + Array("b".utf8) + [200] + Array("c".utf8) + [4]

  @Test(arguments: [
    ("pairs.count == 3", true), ("pairs.FIRST == 1 and pairs.KIND == \"pairs\"", true),
    ("pairs.items[0].name == \"a\" and pairs.items[2].value == 4", true),
    ("pairs.items[1].half == 100.0", true), ("pairs.items[2].even and not pairs.items[0].even", true),
    ("defined pairs.items[3].value", false), ("defined pairs.items[pairs.count - 9].value", false),
    ("defined pairs.items[1].small", false), ("pairs.items[uint8(1) - 3].plus(2) == 5", true),
    ("pairs.numbers[1] == 200", true), ("defined pairs.numbers[3]", false),
    ("for any p in pairs.items : (p.name == \"c\" and p.value == 4)", true),
    ("for all p in pairs.items : (defined p.small)", false),
    ("for 2 p in pairs.items : (p.small < 100)", true),
    ("for all n in pairs.numbers : (n > 2)", true), ("for 50% n in pairs.numbers : (n < 5)", true),
    ("for any p in pairs.items : (for any q in pairs.items : (p.value + 1 == q.value))", true),
    ("pairs.by_name[\"b\"].value == 200", true), ("defined pairs.by_name[\"x\"].value", false),
    ("pairs.by_value[4] == \"c\"", true), ("defined pairs.by_value[5]", false),
    ("for any name, p in pairs.by_name : (name == \"c\" and p.even)", true),
    ("for all value, name in pairs.by_value : (value > 2 and name != \"z\")", true),
    ("pairs.last.name == \"c\"", true), ("pairs.has(/b/) and not pairs.has(/x/)", true),
    ("pairs.has(\"a\", true) and pairs.has(\"x\", false)", true),
    ("pairs.has(\"x\", uint8(100) == 1)", false), ("pairs.find(\"b\").value == 200", true),
    ("defined pairs.find(\"x\").value", false),
    ("with p = pairs.items[2] : (p.value == 4 and p.even)", true),
    ("with list = pairs.items : (list[0].value == 3 and for any p in list : (p.value == 4))", true),
    ("with map = pairs.by_name, f = pairs.find : (map[\"a\"].value == 3 and f(\"c\").even)", true),
    ("with p = pairs.items[9] : (defined p.value)", false),
  ])
  func values(_ condition: String, _ expected: Bool) {
    let answer = Engine.holds(
      condition, Self.data, imports: #"import "pairs""#, modules: Self.registry)
    #expect(answer == expected)
  }

  @Test func aModuleWithoutAStateIsUndefinedThroughout() {
    for condition in [
      "defined pairs.count", "defined pairs.items[0].value", "for all p in pairs.items : (true)",
      "for none p in pairs.items : (true)", "defined pairs.has(/a/)", "defined pairs.last.name",
    ] {
      let answer = Engine.holds(condition, [0, 1], imports: #"import "pairs""#, modules: Self.registry)
      #expect(answer == false, "\(condition)")
    }
  }

  @Test func keysAndIndicesHaveTypes() {
    for (condition, code) in [
      ("pairs.items[\"a\"].value == 1", "E308"), ("pairs.items[-1].value == 1", "E313"),
      ("pairs.by_name[1].value == 1", "E308"), ("pairs.by_value[\"a\"] == \"a\"", "E308"),
      ("for any p in pairs.by_name : (true)", "E309"), ("for any a, b in pairs.items : (true)", "E309"),
      ("pairs.items == 1", "E308"), ("pairs.item[0].value == 1", "E307"),
      ("pairs.list[0].value == 3", "W606"), ("for any n in pairs.numbers : (n.value == 1)", "E308"),
    ] {
      let compilation = Engine.compile(
        #"import "pairs" rule r { condition: \#(condition) }"#, modules: Self.registry)
      #expect(Engine.codes(compilation) == [code], "\(condition)")
    }
  }

  /// The dump of a file as one line of text, in the order of the table.
  static func dump(_ data: [UInt8]) -> String? {
    func show(_ value: ModuleValue?) -> String {
      switch value {
      case nil: "-"
      case .integer(let value): "\(value)"
      case .float(let value): "\(value)"
      case .boolean(let value): "\(value)"
      case .text(let bytes): String(decoding: bytes, as: UTF8.self)
      case .structure(let members):
        "{" + members.map { "\($0.name)=\(show($0.value))" }.joined(separator: " ") + "}"
      case .array(let elements): "[" + elements.map(show).joined(separator: " ") + "]"
      case .map(let entries):
        "("
          + entries.map {
            switch $0.key {
            case .integer(let key): "\(key):" + show($0.value)
            case .text(let key): String(decoding: key, as: UTF8.self) + ":" + show($0.value)
            }
          }.joined(separator: " ") + ")"
      }
    }
    return ByteText(data).withView { view in
      var dump = ModuleDump()
      let input = ModuleInput(data: view, dialect: .yaraX, now: 0, console: ConsoleOutput())
      return dump.values(of: definition, input).map(show)
    }
  }

  @Test func theDumpHoldsEveryDefinedFieldInOrder() {
    let a = "{name=a value=3 half=1.5 even=false small=3}"
    let b = "{name=b value=200 half=100.0 even=true}"
    #expect(
      Self.dump(Array(Self.data[..<4]))
        == "{count=2 list=[\(a) \(b)] items=[\(a) \(b)] numbers=[3 200] "
        + "by_name=(a:\(a) b:\(b)) smalls=[{small=3} {}] small_of=(a:{small=3} b:{}) by_value=(3:a 200:b) last=\(b)}")
    #expect(Self.dump([0, 1]) == nil)
  }

  @Test func theTableCanBeWalked() {
    // Every field has a name and is found by it, as the dump of all fields needs.
    func walk(_ structure: StructureType, depth: Int) -> Int {
      structure.fields.reduce(0) { total, field in
        #expect(structure.field(field.name)?.name == field.name)
        if depth < 4, case .structure(let inner, _) = field.kind { return total + walk(inner, depth: depth + 1) }
        return total + 1
      }
    }
    #expect(walk(Self.definition.root, depth: 0) > 10)
    for name in ModuleRegistry.standard.names {
      #expect(ModuleRegistry.standard.module(name).map { walk($0.root, depth: 0) > 0 } == true)
    }
  }
}
