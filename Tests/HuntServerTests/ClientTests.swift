import Corpus
import Foundation
import Hummingbird
import Jobs
import Logging
import ServiceLifecycle
import Testing

@testable import HuntServer

/// VirusTotal's own client against our server on a socket. Runs where a Python with `vt-py` and
/// `json-structure` is named by RETROHUNT_ORACLE_PYTHON.
@Suite struct ClientTests {
  private static let python = ProcessInfo.processInfo.environment["RETROHUNT_ORACLE_PYTHON"]
    .flatMap { FileManager.default.isExecutableFile(atPath: $0) ? $0 : nil }

  @Test(.enabled(if: python != nil, "no Python with the clients"), arguments: [false, true])
  func theirClientDoesItsWork(strict: Bool) async throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("retrohunt-clients-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let store = try Store(directory: folder, mode: .database)
    let key = try KeyStore(database: store.database).create(user: "ann")
    let (ports, port) = AsyncStream<Int>.makeStream()
    var configuration = HuntServerConfiguration()
    configuration.port = 0
    configuration.strictStructure = strict
    configuration.onListening = { _, actual in port.yield(actual) }
    var logger = Logger(label: "test")
    logger.logLevel = .error
    let server = try HuntServer(configuration: configuration, store: store, logger: logger)
    let group = ServiceGroup(
      configuration: .init(services: [server], gracefulShutdownSignals: [], logger: logger))
    let running = Task { try await group.run() }
    var actual: Int?
    for await port in ports {
      actual = port
      break
    }
    let result = try await drive(port: try #require(actual), key: key)
    #expect(result.status == 0 && result.output.hasSuffix("ok\n"), "\(result.output)")
    await group.triggerGracefulShutdown()
    try await running.value
  }

  private func drive(port: Int, key: String) async throws -> (status: Int32, output: String) {
    let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("Clients/drive_server.py")
    let process = Process()
    process.executableURL = URL(fileURLWithPath: try #require(Self.python))
    process.arguments = [script.path]
    process.environment = ProcessInfo.processInfo.environment.merging(
      ["RETROHUNT_SERVER": "http://127.0.0.1:\(port)", "RETROHUNT_APIKEY": key]
    ) { _, new in new }
    // A file, since reading a pipe would hold a thread that the server needs.
    let log = FileManager.default.temporaryDirectory
      .appendingPathComponent("retrohunt-clients-\(UUID().uuidString).log")
    defer { try? FileManager.default.removeItem(at: log) }
    _ = FileManager.default.createFile(atPath: log.path, contents: nil)
    let file = try FileHandle(forWritingTo: log)
    process.standardOutput = file
    process.standardError = file
    let (ends, ended) = AsyncStream<Int32>.makeStream()
    process.terminationHandler = { ended.yield($0.terminationStatus) }
    try process.run()
    var status: Int32 = -1
    for await end in ends {
      status = end
      break
    }
    return (status, String(decoding: try Data(contentsOf: log), as: UTF8.self))
  }
}
