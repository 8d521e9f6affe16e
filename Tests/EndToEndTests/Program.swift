import Foundation

/// The built binary, run from outside as a user or a script runs it.
struct Program {
  /// `RETROHUNT_BINARY`, else the binary beside the running tests.
  static let path: String = {
    if let path = ProcessInfo.processInfo.environment["RETROHUNT_BINARY"], !path.isEmpty { return path }
    let here = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
      ?? CommandLine.arguments[0]
    var folder = URL(filePath: here).deletingLastPathComponent()
    // On macOS tests lie in a bundle some folders below.
    for _ in 0..<4 {
      let candidate = folder.appending(path: "retrohunt").path
      if FileManager.default.isExecutableFile(atPath: candidate) { return candidate }
      folder.deleteLastPathComponent()
    }
    return "retrohunt"
  }()

  struct Outcome {
    var status: Int32
    /// Ended by this signal, not by itself.
    var signal: Int32?
    var output: String
    var errors: String

    var lines: [String] { output.split(separator: "\n").map(String.init) }

    /// Each line of the output as a JSON object.
    func objects() throws -> [[String: Any]] {
      try lines.map { line in
        guard let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
        else { throw CocoaError(.fileReadCorruptFile) }
        return object
      }
    }
  }

  /// Runs it to its end. A run that hangs is killed after `limit` seconds, which fails whatever
  /// the test asks of its status.
  static func run(
    _ arguments: [String], input: [UInt8] = [], environment: [String: String] = [:],
    folder: URL? = nil, limit: Double = 300
  ) throws -> Outcome {
    let running = try start(arguments, input: input, environment: environment, folder: folder)
    return running.wait(limit: limit)
  }

  static func start(
    _ arguments: [String], input: [UInt8] = [], environment: [String: String] = [:],
    folder: URL? = nil
  ) throws -> Running {
    try Running(arguments, input: input, environment: environment, folder: folder)
  }

  /// A run that goes on. Output goes to files, so that it can neither block nor be lost.
  final class Running {
    let process = Process()
    private let scratch: Scratch
    private let outputFile: URL
    private let errorFile: URL

    init(_ arguments: [String], input: [UInt8], environment: [String: String], folder: URL?) throws {
      scratch = try Scratch()
      outputFile = scratch.url("output")
      errorFile = scratch.url("errors")
      for file in [outputFile, errorFile] { try Data().write(to: file) }
      let inputFile = try scratch.write("input", input)
      process.executableURL = URL(filePath: Program.path)
      process.arguments = arguments
      process.currentDirectoryURL = folder
      // Nothing of this machine's settings: no data directory by accident.
      var all = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("RETROHUNT_") }
      all["HOME"] = scratch.folder.path
      all.merge(environment) { $1 }
      process.environment = all
      process.standardInput = try FileHandle(forReadingFrom: inputFile)
      process.standardOutput = try FileHandle(forWritingTo: outputFile)
      process.standardError = try FileHandle(forWritingTo: errorFile)
      try process.run()
    }

    var output: String { (try? String(decoding: Data(contentsOf: outputFile), as: UTF8.self)) ?? "" }
    var errors: String { (try? String(decoding: Data(contentsOf: errorFile), as: UTF8.self)) ?? "" }

    func send(_ signal: Int32) { kill(process.processIdentifier, signal) }

    /// Waits until the condition holds or the process ends or the limit passes.
    func wait(limit: Double = 60, until condition: (Running) -> Bool) -> Bool {
      let end = Date().addingTimeInterval(limit)
      while Date() < end {
        if condition(self) { return true }
        if !process.isRunning { return condition(self) }
        Thread.sleep(forTimeInterval: 0.01)
      }
      return false
    }

    func wait(limit: Double = 300) -> Outcome {
      let end = Date().addingTimeInterval(limit)
      while process.isRunning {
        if Date() > end { send(SIGKILL) }
        Thread.sleep(forTimeInterval: 0.002)
      }
      process.waitUntilExit()
      let wasSignalled = process.terminationReason == .uncaughtSignal
      return Outcome(
        status: process.terminationStatus,
        signal: wasSignalled ? process.terminationStatus : nil, output: output, errors: errors)
    }

    deinit { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }
  }
}

/// A folder of a test's own, gone with it.
final class Scratch {
  let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "retrohunt-test-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  func url(_ name: String) -> URL { folder.appending(path: name) }
  func path(_ name: String) -> String { url(name).path }

  @discardableResult
  func write(_ name: String, _ bytes: [UInt8]) throws -> URL {
    let file = url(name)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(bytes).write(to: file)
    return file
  }

  @discardableResult
  func write(_ name: String, _ text: String) throws -> URL { try write(name, Array(text.utf8)) }

  func bytes(_ name: String) throws -> [UInt8] { Array(try Data(contentsOf: url(name))) }
}

/// Runs a tool of the system, such as `zip`.
func tool(_ arguments: [String], in folder: URL) throws -> Int32 {
  let process = Process()
  process.executableURL = URL(filePath: "/usr/bin/env")
  process.arguments = arguments
  process.currentDirectoryURL = folder
  process.standardOutput = FileHandle.nullDevice
  process.standardError = FileHandle.nullDevice
  process.standardInput = FileHandle.nullDevice
  try process.run()
  process.waitUntilExit()
  return process.terminationStatus
}

/// Bytes that no compressor shortens, the same for the same seed.
func noise(seed: UInt64, count: Int) -> [UInt8] {
  var state = seed
  var bytes: [UInt8] = []
  bytes.reserveCapacity(count + 8)
  while bytes.count < count {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    z ^= z >> 31
    for shift in stride(from: 0, to: 64, by: 8) { bytes.append(UInt8(truncatingIfNeeded: z >> UInt64(shift))) }
  }
  return Array(bytes.prefix(count))
}
