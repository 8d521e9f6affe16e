// swift-tools-version:6.2
// A package of its own, so that the libraries under test are built with libFuzzer's
// instrumentation and AddressSanitizer. It compiles the project's own folders (Product leads to
// Sources) without the server stack: of Corpus and HuntServer only what reads hostile bytes.
import PackageDescription

let sanitizers = "-sanitize=fuzzer,address"
let house: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .strictMemorySafety(),
  .unsafeFlags([sanitizers, "-enable-testing"]),
]

let package = Package(
  name: "retrohunt-fuzz",
  platforms: [.macOS(.v15)],
  targets: [
    .systemLibrary(name: "CVectorscan", path: "Product/CVectorscan", pkgConfig: "libhs"),
    .systemLibrary(name: "CZstd", path: "Product/CZstd", pkgConfig: "libzstd"),
    .systemLibrary(name: "CLZ4", path: "Product/CLZ4", pkgConfig: "liblz4"),
    .systemLibrary(name: "CZlib", path: "Product/CZlib", pkgConfig: "zlib"),
    .systemLibrary(name: "CMagic", path: "Product/CMagic", pkgConfig: "libmagic"),
    .systemLibrary(name: "CCrypto", path: "Product/CCrypto", pkgConfig: "libcrypto"),
    .systemLibrary(name: "CLibFuzzer"),

    .target(
      name: "Bytes", dependencies: ["CVectorscan", "CZstd", "CLZ4"], path: "Product/Bytes",
      swiftSettings: house),
    .target(name: "YaraSyntax", path: "Product/YaraSyntax", swiftSettings: house),
    .target(
      name: "FileFormats", dependencies: ["Bytes", "CCrypto", "CZlib"], path: "Product/FileFormats",
      swiftSettings: house),
    .target(
      name: "GramIndex", dependencies: ["Bytes"], path: "Product/GramIndex", swiftSettings: house),
    .target(
      name: "YaraEngine", dependencies: ["Bytes", "YaraSyntax", "FileFormats", "CMagic"],
      path: "Product/YaraEngine", swiftSettings: house),
    .target(
      name: "Corpus", dependencies: ["Bytes", "FileFormats"], path: "Product/Corpus",
      sources: [
        "Pack", "SegmentID.swift", "StoreError.swift", "Storage/FileSystemKernel.swift",
      ], swiftSettings: house),
    .target(
      name: "VirusTotalModel", path: "Product/VirusTotalModel", swiftSettings: house),
    .target(
      name: "HuntServer", path: "Product/HuntServer", sources: ["Files/MultipartParser.swift"],
      swiftSettings: house),
    .executableTarget(
      name: "retrohunt-fuzz",
      dependencies: [
        "Bytes", "YaraSyntax", "FileFormats", "GramIndex", "YaraEngine", "Corpus",
        "VirusTotalModel", "HuntServer", "CLibFuzzer",
      ], path: "Sources/Fuzz", swiftSettings: house,
      linkerSettings: [.unsafeFlags([sanitizers, "-use-ld=lld"])]),
  ],
  swiftLanguageModes: [.v6]
)
