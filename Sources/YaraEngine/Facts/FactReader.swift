public import Bytes
internal import FileFormats
internal import GramIndex

/// Reads the facts of files with the engine's own modules, so that an index and a scan cannot
/// disagree. One per thread, reused.
///
/// What enters: the bytes of a file, whatever they are. What leaves: its columns and keys. Modules
/// that do not know the file say so at its first bytes and cost nothing more.
public final class FactReader {
  let plan = FactPlan.standard
  private(set) var keys: FactKeyCollector
  private var columns: [Int64?]
  /// Whether everything there is to read was read.
  private var isComplete = true

  public init() {
    keys = FactKeyCollector(paths: plan.paths.count)
    columns = Array(repeating: nil, count: FactTables.columns.count)
  }

  /// - Parameter digests: of `data`; without them its digests stay unknown.
  /// - Returns: nil where a file claims to hold so much that not all of it was looked at. Nothing
  ///   is known of it then.
  public func facts(of data: ByteView, digests: FileDigests? = nil) -> FileFacts? {
    keys.reset()
    isComplete = true
    for index in columns.indices { columns[index] = nil }
    for (index, number) in FactTables.headerNumbers.enumerated() {
      columns[index] = Self.headerNumber(number, data)
    }
    let math = MathState(ModuleInput(data: data, dialect: .yaraX, now: 0, console: ConsoleOutput()))
    addEntropyOfFile(math)
    for module in plan.modules { read(module, data, math) }
    addDigests(digests)
    return isComplete ? FileFacts(columns: columns, keys: keys.keys(plan.paths)) : nil
  }

  private static func headerNumber(_ number: FactTables.HeaderNumber, _ data: ByteView) -> Int64? {
    guard let start = data.little(at: 0x3C, as: UInt32.self) else { return nil }
    let offset = Int(start) + number.distance
    return number.bytes == 4
      ? data.little(at: offset, as: UInt32.self).map { Int64($0) }
      : data.little(at: offset, as: UInt16.self).map { Int64($0) }
  }

  private func addDigests(_ digests: FileDigests?) {
    for (name, digest) in [
      (Self.md5Path, digests?.md5), (Self.sha1Path, digests?.sha1),
      (Self.sha256Path, digests?.sha256),
    ] {
      guard let path = plan.path(name) else { continue }
      if let digest {
        keys.add(FactKey(path: name, value: Digest.hexadecimal(digest)), of: path)
      } else {
        keys.leaveOut(path)
      }
    }
  }

  // MARK: - Modules

  private func read(_ module: FactPlan.Module, _ data: ByteView, _ math: MathState) {
    let input = ModuleInput(data: data, dialect: .yaraX, now: 0, console: ConsoleOutput())
    guard let state = module.definition.makeState(input) else { return }
    var isKnown = false
    for column in module.presence {
      let value = column.read(state)
      columns[column.index] = value
      let isFlag = FactSchema.alwaysDefined.contains(FactTables.columns[column.index])
      if isFlag ? value == 1 : value != nil { isKnown = true }
    }
    guard isKnown else { return }
    for column in module.columns {
      let value = column.read(state)
      columns[column.index] = value
      if let bits = column.bits, let value { addBits(value, bits) }
    }
    addEntropies(module.entropies, state, math)
    for step in module.steps { take(step, state, 0) }
    if case .pe = module.searches, let state = state as? PEState { addSearches(state) }
  }

  private func take(_ step: FactPlan.Step, _ state: ModuleState, _ handle: Handle) {
    guard isComplete, keys.mayRead() else {
      isComplete = false
      return
    }
    switch step {
    case .text(let read, let path, let isFolded, let grams):
      guard keys.isOpen(path), let text = read(state, handle)?.bytes else { return }
      keys.didRead(text.count)
      keys.add(FactKey(path: path.name, value: isFolded ? Self.folded(text) : text), of: path)
      if let grams { addGrams(text, grams) }
    case .integer(let read, let path, let bits):
      guard keys.isOpen(path), let value = read(state, handle) else { return }
      keys.add(.integer(path.name, value), of: path)
      if let bits { addBits(value, bits) }
    case .boolean(let read, let path):
      guard let value = read(state, handle) else { return }
      keys.add(.integer(path.name, value ? 1 : 0), of: path)
    case .structure(let read, let steps):
      guard let inner = read(state, handle) else { return }
      for step in steps { take(step, state, inner) }
    case .array(let array, let element):
      guard let count = array.count(state, handle) else { return }
      for index in 0..<max(0, count) {
        guard isComplete else { return }
        if let inner = array.handle(state, handle, index) { take(element, state, inner) }
      }
    case .map(let map, let read, let path): addEntries(map, read, path, state, handle)
    }
  }

  private func addEntries(
    _ map: MapField, _ read: TextReader, _ path: FactPath, _ state: ModuleState, _ handle: Handle
  ) {
    guard case .text(let keyAt, _) = map.keys, let count = map.count(state, handle) else { return }
    for index in 0..<max(0, count) {
      guard keys.mayRead() else {
        isComplete = false
        return
      }
      guard let key = keyAt(state, handle, index)?.bytes,
        let inner = map.handle(state, handle, index), let value = read(state, inner)?.bytes
      else { continue }
      keys.didRead(key.count + value.count)
      keys.add(.pair(path.name, key, value), of: path)
    }
  }

  private func addBits(_ value: Int64, _ path: FactPath) {
    for bit in 0..<64 where value >> Int64(bit) & 1 == 1 { keys.add(.bit(path.name, bit), of: path) }
  }

  private func addGrams(_ text: [UInt8], _ path: FactPath) {
    let folded = Self.folded(text)
    let length = FactSchema.gramLength
    guard folded.count >= length else { return }
    for start in 0...(folded.count - length) {
      guard keys.mayRead() else {
        isComplete = false
        return
      }
      keys.add(FactKey(path: path.name, value: Array(folded[start..<start + length])), of: path)
    }
  }

  /// ASCII letters in lower case.
  static func folded(_ text: [UInt8]) -> [UInt8] {
    text.map { $0 >= 0x41 && $0 <= 0x5A ? $0 | 0x20 : $0 }
  }

  static func folded(_ text: FormatText) -> [UInt8] { folded(text.array) }

  func set(_ column: Int, _ value: Int64?) { columns[column] = value }
  func add(_ key: FactKey, _ path: FactPath) { keys.add(key, of: path) }
  func isOpen(_ path: FactPath) -> Bool { keys.isOpen(path) }
  func path(_ name: String) -> FactPath? { plan.path(name) }
}
