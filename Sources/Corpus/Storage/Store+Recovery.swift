internal import Bytes
internal import GRDB

extension Store {
  /// Puts right what a crash left, with the writer's lock held and before anything is written:
  /// - an inbox log longer than the catalogue acknowledged loses its torn tail;
  /// - a pack whose batch the catalogue still has as open was never listed: it goes, the batch
  ///   stays (the log is complete);
  /// - an inbox log of a batch listed as sealed goes;
  /// - a sealed segment written anew but not yet listed so: the new pack is the truth;
  /// - a merge of segments that did not come to its end goes, or its old segments do;
  /// - temporary files go.
  /// Files of numbers the catalogue does not know are never touched: they may be all that a
  /// restored database is missing.
  func recover() throws(StoreError) {
    try removeReplaced()
    let segments = try segments()
    let byID = Dictionary(segments.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    do throws(SystemFailure) {
      for name in try files.names(in: layout.spool) { try files.remove("\(layout.spool)/\(name)") }
      for name in try files.names(in: layout.segments) where name.hasSuffix(".tmp") {
        try files.remove("\(layout.segments)/\(name)")
      }
      for name in try files.names(in: layout.segments) {
        guard let id = StoreLayout.segment(inName: name, ending: ".pack"), let info = byID[id]
        else {
          continue
        }
        if info.state == .open { try files.remove(layout.pack(id)) }
      }
      for name in try files.names(in: layout.inbox) {
        guard let id = StoreLayout.segment(inName: name, ending: ".inbox"), let info = byID[id]
        else {
          continue
        }
        switch info.state {
        case .sealed: try files.remove(layout.inboxLog(id))
        case .open:
          let file = try files.open(layout.inboxLog(id), .readWrite)
          let acknowledged = Int(clamping: info.storedBytes)
          if try file.length() > acknowledged {
            try file.truncate(to: acknowledged)
            try file.sync()
          }
        }
      }
    } catch {
      throw StoreError(error, doing: "cannot repair the store after an interruption")
    }
    for info in segments where info.state == .sealed {
      // A pack that cannot be opened is damage, for `verify` and the readers to report.
      guard let pack = try? SegmentFile(pack: layout.pack(info.id), segment: info.id, files: files),
        pack.descriptor.identity != info.identity
      else { continue }
      try listed(info.id, pack)
    }
  }

  /// Lists the pack that lies in place as the segment's file.
  func listed(_ id: SegmentID, _ pack: SegmentFile) throws(StoreError) {
    var kept: [Int64] = []
    for index in 0..<pack.documentCount {
      if let entry = pack.entry(index) { kept.append(entry.id) }
    }
    guard case .file(let size)? = files.kind(layout.pack(id)) else {
      throw StoreError(.notFound, "the pack is gone", subject: .segment(id))
    }
    try write {
      try Catalogue.sealed(
        id, identity: pack.descriptor.identity, storedBytes: Int64(size), kept: kept, $0)
    }
  }
}
