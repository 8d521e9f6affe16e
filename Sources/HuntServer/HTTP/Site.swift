import Jobs

/// What handlers work with; immutable, shared by all requests.
struct Site: Sendable {
  let configuration: HuntServerConfiguration
  let jobs: JobQueue
  let keys: KeyStore
  let samples: any SampleLibrary
  let signer: URLSigner
  let uploadTickets = UploadTickets()
  /// Request bodies of jobs held in memory at once: 8 of at most 8 MiB.
  let bodyGate = Gate(permits: 8)
  /// Bytes of samples held in memory at once by downloads. A larger sample passes alone.
  let downloadGate = Gate(permits: 768 << 20)
  let uploadGate = Gate(permits: 16)
}

/// Lets requests pass while permits last; the others wait in order. A request that asks for more
/// than there are takes all.
actor Gate {
  private let total: Int
  private var free: Int
  private var waiting: [(id: Int, permits: Int, continuation: CheckedContinuation<Bool, Never>)] = []
  private var nextID = 0

  init(permits: Int) {
    total = permits
    free = permits
  }

  /// Runs `body` with the permits. Throws `CancellationError` when cancelled while waiting.
  nonisolated func pass<R: Sendable>(
    permits: Int = 1, _ body: () async throws -> R
  ) async throws -> R {
    let taken = try await take(permits)
    let result: R
    do { result = try await body() } catch {
      await give(taken)
      throw error
    }
    await give(taken)
    return result
  }

  /// Gives how many permits to give back.
  func take(_ permits: Int) async throws -> Int {
    let wanted = min(max(permits, 0), total)
    if waiting.isEmpty, wanted <= free {
      free -= wanted
      return wanted
    }
    let id = nextID
    nextID += 1
    let isGranted = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        if Task.isCancelled {
          continuation.resume(returning: false)
        } else {
          waiting.append((id, wanted, continuation))
        }
      }
    } onCancel: {
      Task { await self.forget(id) }
    }
    guard isGranted else { throw CancellationError() }
    return wanted
  }

  func give(_ permits: Int) {
    free += permits
    while let first = waiting.first, first.permits <= free {
      free -= first.permits
      waiting.removeFirst()
      first.continuation.resume(returning: true)
    }
  }

  private func forget(_ id: Int) {
    guard let index = waiting.firstIndex(where: { $0.id == id }) else { return }
    waiting.remove(at: index).continuation.resume(returning: false)
    give(0)
  }
}
