import Testing

/// The one-way order of the targets and what each must not know.
@Suite struct OrderTests {
  let order = TargetOrder()
  let manifest: Manifest

  init() throws { manifest = try Manifest() }

  /// Which of our targets may stand on which system library.
  static let systemLibraries: [String: Set<String>] = [
    "CVectorscan": ["Bytes"], "CZstd": ["Bytes"], "CLZ4": ["Bytes"], "CCrypto": ["FileFormats"],
    "CArchive": ["Corpus"], "CZlib": ["FileFormats"], "CMagic": ["YaraEngine"],
  ]

  /// Modules that come with the toolchain, and who may not have them is said below.
  static let toolchain: Set<String> = [
    "Swift", "Foundation", "FoundationEssentials", "FoundationNetworking", "Synchronization",
    "Glibc", "Musl", "Darwin", "Dispatch", "RegexBuilder", "Testing", "_StringProcessing",
  ]

  /// Targets left of `Corpus` may have nothing else from outside.
  static let coreToolchain: Set<String> = [
    "Swift", "Synchronization", "Glibc", "Musl", "Darwin", "FoundationEssentials",
  ]

  /// Products of other packages, each with the targets that may see them.
  static let outside: [String: Set<String>] = [
    "GRDB": ["Corpus", "Jobs"],
    "ServiceLifecycle": ["Jobs", "HuntServer", "retrohunt"],
    "UnixSignals": ["retrohunt"],
    "Logging": ["Jobs", "HuntServer", "retrohunt"],
    "Hummingbird": ["HuntServer"],
    "HummingbirdCore": ["HuntServer"],
    "HTTPTypes": ["HuntServer"],
    "NIOCore": ["HuntServer"],
    "NIOPosix": ["HuntServer"],
    "ArgumentParser": ["retrohunt"],
    "AsyncHTTPClient": ["CorpusS3", "VirusTotalClient"],
  ]

  @Test func everyLibraryTargetHasAPlaceInTheOrder() {
    for target in manifest.targets where target.kind == "target" || target.kind == "executableTarget" {
      if Project.exists("Tests/\(target.name)") { continue }  // what only tests use
      #expect(order.targets.contains(target.name), "\(target.name) has no place in the order")
    }
    // The reading of the manifest itself must not silently give nothing.
    #expect(manifest.targets.count > 15)
    #expect(manifest["Hunt"]?.targets.contains("Corpus") == true)
    #expect(manifest["Corpus"]?.products == ["GRDB"])
  }

  @Test func manifestHasNoArrowAgainstTheOrder() {
    for target in manifest.targets where target.kind != "testTarget" && target.kind != "systemLibrary" {
      guard order.targets.contains(target.name) else { continue }
      for dependency in target.targets {
        if let users = Self.systemLibraries[dependency] {
          #expect(users.contains(target.name), "\(target.name) must not stand on \(dependency)")
        } else {
          #expect(
            order.allows(target.name, toImport: dependency),
            "Package.swift: \(target.name) must not depend on \(dependency)")
        }
      }
      for product in target.products {
        #expect(
          Self.outside[product]?.contains(target.name) == true,
          "Package.swift: \(target.name) must not depend on the product \(product)")
      }
    }
  }

  @Test func importsHaveNoArrowAgainstTheOrder() {
    for file in Project.sources {
      guard order.targets.contains(file.target) else { continue }
      for module in file.imports where module != file.target {
        if order.targets.contains(module) {
          #expect(
            order.allows(file.target, toImport: module),
            "\(file.path): \(file.target) must not import \(module)")
          #expect(
            manifest[file.target]?.targets.contains(module) == true,
            "\(file.path): \(module) is not among the dependencies of \(file.target)")
        } else if let users = Self.systemLibraries[module] {
          #expect(users.contains(file.target), "\(file.path): \(module) belongs to \(users.sorted())")
        } else if let users = Self.outside[module] {
          #expect(users.contains(file.target), "\(file.path): \(module) belongs to \(users.sorted())")
        } else {
          #expect(Self.toolchain.contains(module), "\(file.path): \(module) is not known to the house")
        }
      }
    }
    #expect(Project.sources.contains { !$0.imports.isEmpty })
  }

  /// The targets left of `Corpus` have no clock but a given deadline, no network, no database, no log.
  @Test func coreKnowsNoDatabaseNetworkLogOrClock() {
    let core = (order.left["Corpus"] ?? []).union(["YaraEngine"])
    #expect(core.isSuperset(of: ["Bytes", "YaraSyntax", "FileFormats"]))
    let clock = /ContinuousClock|SuspendingClock|\bDate\(\)|Date\.now|clock_gettime|gettimeofday|\btime\(nil\)/
    for file in Project.sources where core.contains(file.target) {
      for module in file.imports where !order.targets.contains(module) && Self.systemLibraries[module] == nil {
        #expect(Self.coreToolchain.contains(module), "\(file.path): the core must not import \(module)")
      }
      if file.path == "Sources/Bytes/Deadline.swift" { continue }
      #expect(file.lines(matching: clock) == [], "\(file.path) reads a clock")
    }
  }

  @Test func syntaxNeverThrows() {
    for file in Project.sources where file.target == "YaraSyntax" {
      #expect(file.lines(matching: /\b(throw|throws|fatalError|preconditionFailure)\b/) == [], "\(file.path)")
    }
  }

  @Test func onlyTheCommandLinePrints() {
    for file in Project.sources where file.target != "retrohunt" {
      // A declaration of that name is not a call.
      let calls = file.lines(matching: /(^|[^.\w])(print|debugPrint|dump|NSLog|puts|printf)\(/)
      let declarations = file.lines(matching: /func (print|dump)\(/)
      #expect(
        Set(calls).subtracting(declarations).isEmpty,
        "\(file.path) prints in \(calls); only the command line may")
    }
  }

  @Test func theOrderIsReadAsStated() {
    #expect(order.allows("Hunt", toImport: "Bytes"))
    #expect(order.allows("retrohunt", toImport: "VirusTotalModel"))
    #expect(!order.allows("Bytes", toImport: "YaraSyntax"))
    #expect(!order.allows("Corpus", toImport: "YaraEngine"))
    #expect(!order.allows("YaraEngine", toImport: "Corpus"))
    #expect(!order.allows("Hunt", toImport: "Jobs"))
    #expect(!order.allows("VirusTotalModel", toImport: "Bytes"))
    #expect(order.allows("HuntServer", toImport: "Corpus"))
  }
}
