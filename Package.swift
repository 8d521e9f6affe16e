// swift-tools-version:6.2
// The one-way order of the targets is law: see ARCHITECTURE.md. Tests/HouseTests reads this
// file and every import and fails on an arrow against the order.
import PackageDescription

let house: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .strictMemorySafety(),
]

let package = Package(
  name: "retrohunt",
  platforms: [.macOS(.v15)],
  products: [.executable(name: "retrohunt", targets: ["retrohunt"])],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser.git", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-log.git", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-nio.git", from: "2.101.2"),
    .package(url: "https://github.com/apple/swift-http-types.git", from: "1.8.0"),
    .package(url: "https://github.com/groue/GRDB.swift.git", from: "7.10.0"),
    .package(
      url: "https://github.com/hummingbird-project/hummingbird.git", from: "2.28.1",
      traits: ["FullFoundation"]),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle.git", from: "2.13.0"),
  ],
  targets: [
    .systemLibrary(
      name: "CVectorscan", pkgConfig: "libhs", providers: [.apt(["libvectorscan-dev"])]),
    .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
    .systemLibrary(name: "CLZ4", pkgConfig: "liblz4", providers: [.apt(["liblz4-dev"])]),
    .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(name: "CMagic", pkgConfig: "libmagic", providers: [.apt(["libmagic-dev"])]),
    .systemLibrary(
      name: "CArchive", pkgConfig: "libarchive", providers: [.apt(["libarchive-dev"])]),

    .target(
      name: "Bytes", dependencies: ["CVectorscan", "CZstd", "CLZ4"], swiftSettings: house),
    .target(name: "YaraSyntax", swiftSettings: house),
    .target(
      name: "FileFormats", dependencies: ["Bytes", "CCrypto", "CZlib"], swiftSettings: house),
    .target(name: "GramIndex", dependencies: ["Bytes"], swiftSettings: house),
    .target(
      name: "YaraEngine", dependencies: ["Bytes", "YaraSyntax", "FileFormats", "GramIndex", "CMagic"],
      swiftSettings: house),
    .target(
      name: "Corpus",
      dependencies: [
        "Bytes", "FileFormats", "GramIndex", "CArchive", .product(name: "GRDB", package: "GRDB.swift"),
      ], swiftSettings: house),
    .target(
      name: "Hunt", dependencies: ["Bytes", "YaraSyntax", "FileFormats", "GramIndex", "YaraEngine", "Corpus"],
      swiftSettings: house),
    .target(name: "VirusTotalModel", swiftSettings: house),
    .target(
      name: "Jobs",
      dependencies: [
        "Bytes", "FileFormats", "Hunt", "Corpus", "YaraEngine", "YaraSyntax", "VirusTotalModel",
        .product(name: "GRDB", package: "GRDB.swift"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
        .product(name: "Logging", package: "swift-log"),
      ], swiftSettings: house),
    .target(
      name: "HuntServer",
      dependencies: [
        "Bytes", "Jobs", "Corpus", "FileFormats", "Hunt", "VirusTotalModel",
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
      ], swiftSettings: house),
    .executableTarget(
      name: "retrohunt",
      dependencies: [
        "HuntServer", "Jobs", "Hunt", "Corpus", "YaraEngine", "YaraSyntax", "FileFormats", "Bytes",
        "VirusTotalModel",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
        .product(name: "UnixSignals", package: "swift-service-lifecycle"),
      ], swiftSettings: house),

    .testTarget(name: "BytesTests", dependencies: ["Bytes"], swiftSettings: house),
    .testTarget(name: "YaraSyntaxTests", dependencies: ["YaraSyntax"], exclude: ["Golden"], swiftSettings: house),
    .testTarget(
      name: "FileFormatsTests", dependencies: ["FileFormats", "Bytes"], swiftSettings: house),
    .testTarget(name: "GramIndexTests", dependencies: ["GramIndex", "Bytes"], swiftSettings: house),
    .testTarget(
      name: "YaraEngineTests",
      dependencies: ["YaraEngine", "YaraSyntax", "FileFormats", "GramIndex", "Bytes"],
      exclude: ["Compile/Golden"],
      swiftSettings: house),
    .testTarget(
      name: "CorpusTests", dependencies: ["Corpus", "GramIndex", "Bytes", "FileFormats"], swiftSettings: house),
    .testTarget(
      name: "HuntTests",
      dependencies: [
        "Hunt", "RuleGeneration", "GramIndex", "FileFormats", "Corpus", "YaraEngine", "YaraSyntax",
        "Bytes",
      ],
      swiftSettings: house),
    .testTarget(
      name: "VirusTotalModelTests", dependencies: ["VirusTotalModel"], swiftSettings: house),
    .testTarget(
      name: "JobsTests",
      dependencies: [
        "Jobs", "Bytes", "Hunt", "Corpus", "VirusTotalModel",
        .product(name: "GRDB", package: "GRDB.swift"),
        .product(name: "Logging", package: "swift-log"),
      ], swiftSettings: house),
    .testTarget(
      name: "HuntServerTests",
      dependencies: [
        "HuntServer", "Jobs", "Bytes", "Hunt", "Corpus", "VirusTotalModel",
        .product(name: "GRDB", package: "GRDB.swift"),
        .product(name: "HummingbirdTesting", package: "hummingbird"),
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "Logging", package: "swift-log"),
      ], swiftSettings: house),
    .testTarget(name: "EndToEndTests", dependencies: ["OracleSupport"], swiftSettings: house),
    .testTarget(name: "HouseTests", swiftSettings: house),
    .target(name: "OracleSupport", path: "Tests/OracleSupport", swiftSettings: house),
    .target(name: "RuleGeneration", path: "Tests/RuleGeneration", swiftSettings: house),
    .testTarget(
      name: "DifferentialTests", dependencies: ["OracleSupport", "RuleGeneration", "YaraEngine", "YaraSyntax", "Bytes"],
      swiftSettings: house),
  ],
  swiftLanguageModes: [.v6]
)
