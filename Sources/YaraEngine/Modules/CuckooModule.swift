internal import Bytes
internal import FileFormats

/// The sandbox's report of the file, and how the dialect's engine asks it.
final class CuckooState: ModuleState {
  let report: CuckooReport?
  let isYara: Bool

  init(_ input: ModuleInput) {
    report = input.reports.cuckoo
    isYara = input.dialect == .yara
  }

  /// How many elements fulfil a test; YARA stops at the first. Without a report there are none.
  func count<Element>(
    _ elements: (CuckooReport) -> [Element], where test: (Element) -> Bool
  ) -> Int64 {
    guard let report else { return 0 }
    let elements = elements(report)
    return isYara ? (elements.contains(where: test) ? 1 : 0) : Int64(elements.count(where: test))
  }

  /// Whether the first argument, a regex, matches.
  func matches(_ arguments: ModuleArguments, _ text: [UInt8]) -> Bool {
    guard let regex = arguments.regex(0) else { return false }
    return ByteView.with(text) { text in
      // YARA looks at so many bytes only.
      isYara ? regex.isMatchInside(text.clamped(at: 0, length: 4096)) : regex.isMatch(text)
    }
  }
}

/// YARA's `cuckoo`: what a file did in a sandbox, by the report that comes with the scan.
extension ModuleDefinition {
  static let cuckoo = ModuleDefinition(
    name: "cuckoo",
    root: StructureType(
      "cuckoo",
      [
        CuckooTable.structure("network", CuckooTable.network),
        CuckooTable.structure("registry", [CuckooTable.texts("key_access") { $0.registryKeys }]),
        CuckooTable.structure("filesystem", [CuckooTable.texts("file_access") { $0.files }]),
        CuckooTable.structure("sync", [CuckooTable.texts("mutex") { $0.mutexes }]),
      ]),
    makeState: { CuckooState($0) })
}

private enum CuckooTable {
  static func structure(_ name: String, _ fields: [ModuleField]) -> ModuleField {
    StateFields<CuckooState>().structure(name, StructureType(name, fields))
  }

  static func function(
    _ name: String, _ parameters: [ParameterType] = [.regex],
    _ body: @escaping @Sendable (CuckooState, ModuleArguments) -> Int64
  ) -> ModuleField {
    ModuleField(name, .function([.integer(parameters, of: CuckooState.self, body)]))
  }

  static func texts(
    _ name: String, _ texts: @escaping @Sendable (CuckooReport) -> [[UInt8]]
  ) -> ModuleField {
    function(name) { state, arguments in
      state.count(texts) { state.matches(arguments, $0) }
    }
  }

  /// Requests by a method, nil for any: in YARA one of GET and POST.
  static func requests(_ name: String, method: String?) -> ModuleField {
    function(name) { state, arguments in
      state.count({ $0.requests }) { request in
        guard let uri = request.uri, let found = request.method else { return false }
        let lowered = found.map { $0 >= 0x41 && $0 <= 0x5A ? $0 | 0x20 : $0 }
        let wanted = method.map { [$0] } ?? ["get", "post"]
        let isWanted =
          wanted.contains { $0.utf8.elementsEqual(lowered) } || (method == nil && !state.isYara)
        return isWanted && state.matches(arguments, uri)
      }
    }
  }

  static func connections(
    _ name: String, _ connections: @escaping @Sendable (CuckooReport) -> [CuckooReport.Connection]
  ) -> ModuleField {
    function(name, [.regex, .integer]) { state, arguments in
      state.count(connections) { connection in
        connection.port == UInt64(bitPattern: arguments.integer(1))
          && connection.destinations.contains { state.matches(arguments, $0) }
      }
    }
  }

  static let network = [
    texts("dns_lookup") { $0.domains },
    requests("http_get", method: "get"),
    requests("http_post", method: "post"),
    requests("http_request", method: nil),
    function("http_user_agent") { state, arguments in
      state.count({ $0.requests }) { request in
        request.userAgent.map { state.matches(arguments, $0) } ?? false
      }
    },
    texts("host") { $0.hosts },
    connections("tcp") { $0.tcp },
    connections("udp") { $0.udp },
  ]
}
