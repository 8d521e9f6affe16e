import Testing

/// What can be counted of the house style.
@Suite struct StyleTests {
  /// Files over the limit, each with its length when it was recorded: the number may only fall.
  static let longFiles: [String: Int] = [:]

  @Test func filesAreShort() {
    for file in Project.sources + Project.tests where !file.name.hasSuffix("Tables.swift") {
      let limit = Self.longFiles[file.path] ?? 600
      #expect(file.lineCount <= limit, "\(file.path) has \(file.lineCount) lines, \(limit) are allowed")
    }
    for path in Self.longFiles.keys {
      #expect(Project.exists(path), "\(path) is gone: take it out of the record")
    }
  }

  /// How often the word may stand outside `Bytes` and the kernels, by target: only to fall.
  static let unsafeElsewhere: [String: Int] = [:]

  @Test func unsafeCodeLivesInBytesAndKernels() {
    var count: [String: Int] = [:]
    var places: [String: [String]] = [:]
    for file in Project.sources where file.target != "Bytes" && !file.name.hasSuffix("Kernel.swift") {
      let found = file.code.matches(of: /\bunsafe\b/).count
      guard found > 0 else { continue }
      count[file.target, default: 0] += found
      places[file.target, default: []].append("\(file.name): \(found)")
    }
    for (target, found) in count {
      let allowed = Self.unsafeElsewhere[target] ?? 0
      #expect(
        found <= allowed,
        "\(target) says unsafe \(found) times (\(places[target] ?? [])), \(allowed) are recorded")
    }
  }

  @Test func kernelsSayWhyTheyAreSafe() {
    for file in Project.sources where file.name.hasSuffix("Kernel.swift") {
      #expect(file.text.contains("SAFETY:"), "\(file.path) has no SAFETY line")
    }
  }

  @Test func noTypeHasAnEmptyName() {
    let declaration = /\b(?:struct|class|enum|actor|protocol|typealias)\s+([A-Z]\w*)/
    let banned = /(Manager|Helper|Utils|Utilities|Common|Impl)(s?)([A-Z_]|$)/
    for file in Project.sources + Project.tests {
      for match in file.code.matches(of: declaration) {
        #expect(
          match.1.firstMatch(of: banned) == nil, "\(file.path): \(match.1) says nothing of the domain")
      }
      #expect(file.name.firstMatch(of: /(Manager|Helper|Utils|Utilities|Common|Impl)s?\b/) == nil, "\(file.path)")
    }
  }

  /// Ends of the process that no input can reach, by file: only to fall.
  static let recordedEnds: [String: Int] = [
    // No page of memory to be had: there is nothing left to report with.
    "Sources/Bytes/ByteBuffer.swift": 1,
    // As allocating them traps: tables of a fixed size, made once a thread or process.
    "Sources/Bytes/ZeroedTableKernel.swift": 1,
  ]

  @Test func hostileInputMeetsNoForcedCast() {
    for file in Project.sources {
      let lines = file.lines(matching: /\btry!|\bas!\s|\bfatalError\(/)
      #expect(lines.count <= Self.recordedEnds[file.path] ?? 0, "\(file.path): lines \(lines)")
    }
  }

  @Test func eachSourceFolderHasItsOverview() throws {
    for folder in Project.folders(in: "Sources") where !Project.exists("Sources/\(folder)/module.modulemap") {
      let name = folder.prefix(1).uppercased() + folder.dropFirst()
      let candidates = ["\(folder).swift", "\(folder)+Overview.swift", "\(name).swift", "\(name)+Overview.swift"]
        .map { "Sources/\(folder)/\($0)" }
      let overview = try #require(
        candidates.first(where: Project.exists), "Sources/\(folder) has no overview \(candidates)")
      let lines = try Project.text(overview).split(separator: "\n")
      let comment = lines.prefix { $0.hasPrefix("//") || $0.hasPrefix("import") }
      #expect(comment.count >= 2, "\(overview) does not begin with an overview in comments")
      #expect(comment.first?.contains(folder) == true, "\(overview) does not say \(folder) first")
    }
  }

  @Test func blankingKeepsCodeAndDropsComments() {
    let text = """
      let a = "unsafe // no" // unsafe
      /* unsafe /* nested unsafe */ unsafe */ let b = unsafe f()
      let c = #"raw " unsafe"# + "\\" unsafe"
      """
    let file = SourceFile(path: "Sources/X/Y.swift", text: text)
    #expect(file.lines(matching: /\bunsafe\b/) == [2])
    #expect(file.code.contains("let c = "))
    #expect(SourceFile(path: "Sources/X/Y.swift", text: "@testable import struct A.B\nimport C").imports == ["A", "C"])
  }
}
