#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// Runs work on a thread of its own whose stack is as large as deep nesting needs.
///
/// Conditions nest as deep as YARA lets them, far deeper than the stack of a scan's thread is sure
/// to hold. What needs it is rare, so it pays for a thread; everything else runs where it is.
/// The stack is address space only: pages that are not touched cost nothing.
public enum DeepStack {
  /// In bytes.
  public static let size = 512 << 20

  private final class Work {
    let body: () -> Void
    init(_ body: @escaping () -> Void) { self.body = body }
  }

  /// Runs the body and waits for it. False where there is no such thread to be had; the body has
  /// not run then.
  public static func run(_ body: () -> Void) -> Bool {
    withoutActuallyEscaping(body) { body in
      let work = Work(body)
      var attributes = pthread_attr_t()
      guard unsafe pthread_attr_init(&attributes) == 0 else { return false }
      defer { unsafe pthread_attr_destroy(&attributes) }
      guard unsafe pthread_attr_setstacksize(&attributes, size) == 0 else { return false }
      var thread = pthread_t()
      // SAFETY: `work` outlives the thread, which is waited for below and takes no ownership.
      let started = withExtendedLifetime(work) {
        let argument = unsafe Unmanaged.passUnretained(work).toOpaque()
        let code = unsafe pthread_create(&thread, &attributes, { argument in
          guard let argument = unsafe argument else { return nil }
          unsafe Unmanaged<Work>.fromOpaque(argument).takeUnretainedValue().body()
          return nil
        }, argument)
        guard code == 0 else { return false }
        return pthread_join(thread, nil) == 0
      }
      return started
    }
  }
}
