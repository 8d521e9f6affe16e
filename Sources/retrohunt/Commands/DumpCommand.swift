internal import ArgumentParser
internal import Bytes
internal import Foundation
internal import Hunt
internal import YaraEngine

/// `retrohunt dump`: what the modules say of files, as rules would read it.
struct DumpCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "dump", abstract: "Show what the modules say of files.",
    discussion: """
      Every defined field, as conditions read it; constants and functions are left out. A text that \
      is not UTF-8 is shown as {"hex": "..."} with --json.
      """)

  @OptionGroup var output: OutputOptions

  @Option(
    name: [.customShort("m"), .customLong("module")],
    help: "Only this module; may be repeated. Default: all that say something of the file.")
  var modules: [String] = []

  @Option(name: .long, help: "Whose reading counts where they differ: yara-x or yara.")
  var dialect: Dialect = .yaraX

  @Argument(help: "Files and folders.")
  var paths: [String]

  func validate() throws {
    let known = ModuleDump.moduleNames
    for module in modules where !known.contains(module) {
      throw ValidationError("-m \(module): there is no such module; known: \(known.joined(separator: ", "))")
    }
  }

  func run() throws {
    let names = modules.isEmpty ? ModuleDump.moduleNames : modules
    let now = Int64(Date().timeIntervalSince1970)
    let contents = FileContents()
    var failed = false
    var walk = FolderWalk(paths)
    while let entry = walk.next(), !Interruption.cancellation.isCancelled {
      if let problem = entry.problem
        ?? dump(names, ofFile: entry.path, with: contents, now: now)
      {
        Terminal.error("\(Terminal.printable(entry.path)): \(problem)")
        failed = failed || entry.isNamed
      }
    }
    try Interruption.throwIfCancelled()
    if failed { throw CommandFailure.reported }
  }

  /// - Returns: why the file could not be read.
  private func dump(
    _ names: [String], ofFile path: String, with contents: FileContents, now: Int64
  ) -> String? {
    defer { contents.close() }
    do {
      dump(names, of: try contents.open(path: path, limit: 4 << 30), path: path, now: now)
      return nil
    } catch {
      return error.reason
    }
  }

  private func dump(_ names: [String], of data: ByteView, path: String, now: Int64) {
    var values: [(name: String, value: ModuleValue)] = []
    for name in names {
      var dump = ModuleDump()
      guard let value = dump.values(of: name, in: data, dialect: dialect, now: now) else { continue }
      if dump.isTruncated {
        Terminal.warning(
          "\(Terminal.printable(path)): module \(name): more than \(ModuleDump.maximumValues) values, or texts of 256 MB; the rest is left out")
      }
      if modules.isEmpty, value.saysNothing { continue }
      values.append((name, value))
    }
    var text = JSONText()
    if output.json {
      text.object { text in
        text.key("path")
        text.string(path)
        text.key("modules")
        text.object { text in
          for (name, value) in values {
            text.key(name)
            value.write(to: &text)
          }
        }
      }
      text.newline()
    } else {
      text.raw(line: Terminal.printable(path))
      for (name, value) in values { value.write(name: name, indent: 1, to: &text) }
    }
    StandardOutput.write(text.bytes)
  }
}

extension ModuleValue {
  /// True for the answer of a module about a file that is not of its format: nothing but false.
  var saysNothing: Bool {
    switch self {
    case .boolean(let value): !value
    case .structure(let members): members.allSatisfy { $0.value.saysNothing }
    case .array(let elements): elements.isEmpty
    case .map(let entries): entries.isEmpty
    case .integer(let value): value == 0
    case .float, .text: false
    }
  }

  fileprivate func write(to text: inout JSONText) {
    switch self {
    case .integer(let value): text.integer(value)
    case .float(let value): text.float(value)
    case .boolean(let value): text.boolean(value)
    case .text(let bytes):
      if let string = String(validating: bytes, as: UTF8.self) {
        text.string(string)
      } else {
        text.object { text in
          text.key("hex")
          text.hex(bytes)
        }
      }
    case .structure(let members):
      text.object { text in
        for member in members {
          text.key(member.name)
          member.value.write(to: &text)
        }
      }
    case .array(let elements):
      text.array { text in
        for element in elements {
          if let element { element.write(to: &text) } else { text.null() }
        }
      }
    case .map(let entries):
      text.object { text in
        for entry in entries {
          text.key(entry.key.text)
          entry.value.write(to: &text)
        }
      }
    }
  }

  /// A line a value, indented by two spaces a level.
  fileprivate func write(name: String, indent: Int, to text: inout JSONText) {
    let head = String(repeating: "  ", count: indent) + name
    switch self {
    case .integer(let value): text.raw(line: "\(head): \(value)")
    case .float(let value): text.raw(line: "\(head): \(value)")
    case .boolean(let value): text.raw(line: "\(head): \(value)")
    case .text(let bytes):
      text.raw(line: "\(head): \"\(Terminal.printable(String(decoding: bytes, as: UTF8.self)))\"")
    case .structure(let members):
      text.raw(line: "\(head):")
      for member in members { member.value.write(name: member.name, indent: indent + 1, to: &text) }
    case .array(let elements):
      text.raw(line: elements.isEmpty ? "\(head): []" : "\(head):")
      for (index, element) in elements.enumerated() {
        element?.write(name: "[\(index)]", indent: indent + 1, to: &text)
      }
    case .map(let entries):
      text.raw(line: entries.isEmpty ? "\(head): {}" : "\(head):")
      for entry in entries {
        entry.value.write(
          name: "[\"\(Terminal.printable(entry.key.text))\"]", indent: indent + 1, to: &text)
      }
    }
  }
}

extension ModuleValue.Key {
  fileprivate var text: String {
    switch self {
    case .integer(let value): String(value)
    case .text(let bytes): String(decoding: bytes, as: UTF8.self)
    }
  }
}
