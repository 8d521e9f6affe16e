import Bytes
import FileFormats
import Foundation

@testable import Corpus

extension FuzzTarget {
  static let storeTargets = [
    FuzzTarget(
      name: "pack", summary: "numbers that become a pack with right checksums and wrong contents",
      seeds: { [PackTarget.seed, [UInt8](repeating: 0xFF, count: 400)] },
      run: { PackTarget.read(pack: $0) }),
    FuzzTarget(
      name: "inbox", summary: "numbers that become an inbox log with right checksums",
      seeds: { [PackTarget.seed, [UInt8](repeating: 0xFF, count: 400)] },
      run: { PackTarget.read(inbox: $0) }),
    FuzzTarget(
      name: "pack-bytes", summary: "a pack or inbox log as it stands on disk",
      seeds: { [PackTarget.pack(PackTarget.seed), PackTarget.inbox(PackTarget.seed)] },
      run: { PackTarget.read(bytes: $0) }),
  ]
}

/// Checksums guard every structure of a pack, so mutated bytes alone would test nothing but them:
/// here the input chooses the numbers, and the checksums are made to fit.
enum PackTarget {
  static let segment = SegmentID(1)

  static let seed: [UInt8] = {
    var bytes: [UInt8] = [2, 2, 1]
    for value in 0..<240 { bytes.append(UInt8(truncatingIfNeeded: value % 7)) }
    return bytes
  }()

  private static func descriptor(_ kind: PackDescriptor.Kind) -> PackDescriptor {
    PackDescriptor(kind: kind, segment: segment, identity: 5, maskSeed: 0, corpus: .main)
  }

  private static func frame(_ input: inout InputReader, near offset: Int) -> FrameEntry {
    let choice = input.next(UInt8.self)
    let isWild = choice & 1 != 0
    return FrameEntry(
      fileOffset: isWild ? input.next() : UInt64(offset),
      storedSize: isWild ? input.next() : UInt32(input.next(UInt8.self)),
      rawSize: choice & 2 != 0 ? input.next() : UInt32(input.next(UInt8.self)),
      checksum: FrameChecksum(kind: choice & 16 != 0 ? .xxh3 : .xxh64, value: 0),
      codec: Codec(rawValue: choice >> 2 & 3) ?? Codec.allCases[0])
  }

  private static func document(_ input: inout InputReader) -> DocumentEntry {
    let choice = input.next(UInt8.self)
    var entry = DocumentEntry(
      sha256: .init(of: .empty), sha1: Array(repeating: 0, count: 20),
      md5: Array(repeating: 0, count: 16), type: .unknown, id: input.next(),
      size: choice & 1 != 0 ? input.next() : UInt64(input.next(UInt8.self)),
      firstSubmission: input.next(),
      lastSubmission: input.next(), timesSubmitted: input.next())
    entry.firstFrame = choice & 2 != 0 ? input.next() : UInt32(input.next(UInt8.self) & 3)
    entry.offsetInFrame = choice & 4 != 0 ? input.next() : UInt32(input.next(UInt8.self))
    entry.labelsOffset = choice & 8 != 0 ? input.next() : UInt64(input.next(UInt8.self))
    entry.labelsLength = choice & 16 != 0 ? input.next() : UInt32(input.next(UInt8.self))
    return entry
  }

  /// `maskSeed` 0 is a mask like any other; it is laid over what was written.
  private static func masked(_ bytes: [UInt8], at offset: Int) -> [UInt8] {
    let buffer = ByteBuffer()
    _ = buffer.append(bytes)
    Mask(seed: 0).apply(to: buffer, from: 0, fileOffset: offset)
    return buffer.view.array
  }

  private static func checked(_ frame: FrameEntry, _ body: [UInt8]) -> FrameEntry {
    var frame = frame
    let stored = body.prefix(Int(frame.storedSize))
    frame.checksum = ByteView.with(Array(stored)) { FrameChecksum(of: $0) }
    return frame
  }

  static func pack(_ bytes: [UInt8]) -> [UInt8] {
    var input = InputReader(bytes)
    var descriptor = descriptor(.pack)
    let frameCount = Int(input.next(UInt8.self) & 7)
    let documentCount = Int(input.next(UInt8.self) & 7)
    let choice = input.next(UInt8.self)
    var frames: [FrameEntry] = []
    var documents: [DocumentEntry] = []
    for _ in 0..<frameCount { frames.append(frame(&input, near: PackLayout.descriptorSize)) }
    for _ in 0..<documentCount { documents.append(document(&input)) }
    let wild = (0..<7).map { _ in choice & 2 != 0 ? input.next(UInt64.self) : 0 }
    let body = input.remainder()
    var tables = Bytes.ByteWriter()
    for frame in frames { checked(frame, body).encode(to: &tables) }
    descriptor.frameCount = UInt32(frameCount)
    descriptor.documentCount = UInt32(documentCount)
    descriptor.frameTable = UInt64(PackLayout.descriptorSize + body.count)
    descriptor.documentTable = descriptor.frameTable + UInt64(tables.bytes.count)
    for document in documents { document.encode(to: &tables) }
    descriptor.labels = descriptor.frameTable + UInt64(tables.bytes.count)
    descriptor.labelsLength = UInt64(body.count)
    if choice & 2 != 0 {
      descriptor.frameCount ^= UInt32(truncatingIfNeeded: wild[0])
      descriptor.documentCount ^= UInt32(truncatingIfNeeded: wild[1])
      descriptor.frameTable ^= wild[2]
      descriptor.documentTable ^= wild[3]
      descriptor.labels ^= wild[4]
      descriptor.labelsLength ^= wild[5]
      descriptor.rawBytes ^= wild[6]
    }
    let content = masked(body + tables.bytes + body, at: PackLayout.descriptorSize)
    return descriptor.encoded(.head) + content + descriptor.encoded(.foot)
  }

  static func inbox(_ bytes: [UInt8]) -> [UInt8] {
    var input = InputReader(bytes)
    var content: [UInt8] = []
    let records = Int(input.next(UInt8.self) & 3) + 1
    for _ in 0..<records {
      let start = PackLayout.descriptorSize + content.count
      let choice = input.next(UInt8.self)
      let frameCount = Int(choice & 7)
      var head = Bytes.ByteWriter()
      document(&input).encode(to: &head)
      let labels = input.take(Int(input.next(UInt8.self)))
      var frames: [FrameEntry] = []
      for _ in 0..<frameCount { frames.append(frame(&input, near: start)) }
      let body = input.take(64)
      for frame in frames { checked(frame, body).encode(to: &head) }
      head.append(contentsOf: labels)
      var header = RecordHeader(
        frameCount: UInt32(frameCount), labelsLength: UInt32(labels.count),
        fileOffset: UInt64(start),
        length: UInt64(PackLayout.recordHeaderSize + head.bytes.count + body.count),
        headChecksum: ByteView.with(head.bytes) { XXH64.checksum($0) })
      if choice & 8 != 0 { header.frameCount ^= input.next() }
      if choice & 16 != 0 { header.labelsLength ^= input.next() }
      if choice & 32 != 0 { header.length ^= input.next() }
      content += header.encoded + head.bytes + body
    }
    return descriptor(.inbox).encoded(.head) + masked(content, at: PackLayout.descriptorSize)
  }

  static func read(pack input: [UInt8]) {
    guard input.count < 8192 else { return }
    withFile(pack(input)) { path in
      use(try? SegmentFile(pack: path, segment: segment, files: FileSystem()))
    }
  }

  static func read(inbox input: [UInt8]) {
    guard input.count < 8192 else { return }
    let bytes = inbox(input)
    withFile(bytes) { path in
      use(
        try? SegmentFile(
          inbox: path, segment: segment, corpus: .main, length: bytes.count, maskSeed: 0,
          files: FileSystem()))
    }
  }

  static func read(bytes: [UInt8]) {
    withFile(bytes) { path in
      use(try? SegmentFile(pack: path, segment: segment, files: FileSystem()))
      use(
        try? SegmentFile(
          inbox: path, segment: segment, corpus: .main, length: bytes.count, maskSeed: 0,
          files: FileSystem()))
    }
  }

  private static func use(_ file: SegmentFile?) {
    guard let file else { return }
    let buffer = ByteBuffer()
    for index in 0..<min(file.documentCount, 64) {
      guard let entry = file.entry(index) else { continue }
      FuzzTarget.use(file.labels(of: entry))
      if let frames = file.frames(of: entry) { FuzzTarget.use(frames.count) }
      for limit in [1, 1 << 20] {
        if let view = try? file.read(entry, limit: limit, into: buffer) {
          FuzzTarget.require(view.count <= limit, "more was read than asked for")
        }
      }
    }
    for index in 0..<min(file.frameCount, 64) {
      buffer.truncate()
      try? file.readFrame(index, to: buffer)
    }
  }

  /// One file for the whole run, in memory where the system has such a place.
  private static let path: String = {
    let place =
      FileManager.default.fileExists(atPath: "/dev/shm") ? "/dev/shm" : NSTemporaryDirectory()
    return "\(place)/retrohunt-fuzz-\(ProcessInfo.processInfo.processIdentifier)"
  }()

  private static func withFile(_ bytes: [UInt8], _ body: (String) -> Void) {
    guard FileManager.default.createFile(atPath: path, contents: Data(bytes)) else {
      fatalError("cannot write \(path)")
    }
    body(path)
    try? FileManager.default.removeItem(atPath: path)
  }
}
