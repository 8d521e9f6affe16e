public import Dispatch
internal import Foundation

/// Threads that scan. Each has a stack as large as a main thread's, because conditions may be nested
/// deeply.
public enum ScanThreads {
  /// Runs `work` on `count` threads at once; the group is empty when all have ended.
  public static func start(_ count: Int, _ work: @escaping @Sendable () -> Void) -> DispatchGroup {
    let group = DispatchGroup()
    for _ in 0..<count {
      group.enter()
      let thread = Thread {
        work()
        group.leave()
      }
      thread.stackSize = 8 << 20
      thread.start()
    }
    return group
  }
}
