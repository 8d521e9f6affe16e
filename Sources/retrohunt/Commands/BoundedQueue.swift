internal import Foundation

/// A queue between threads that holds back who puts when it is full, and who takes when it is
/// empty.
final class BoundedQueue<Element: Sendable>: @unchecked Sendable {
  // Every access to the stored state is made while `condition` is locked.
  private let condition = NSCondition()
  private let capacity: Int
  private var elements: [Element] = []
  private var next = 0
  private var isClosed = false

  init(capacity: Int) { self.capacity = capacity }

  func put(_ element: Element) {
    condition.lock()
    while elements.count - next >= capacity, !isClosed { condition.wait() }
    elements.append(element)
    condition.signal()
    condition.unlock()
  }

  /// nil once the queue is closed and empty.
  func take() -> Element? {
    condition.lock()
    defer { condition.unlock() }
    while next == elements.count {
      if isClosed { return nil }
      condition.wait()
    }
    // Only who puts can wait while there are elements, and only while the queue is full.
    let wasFull = elements.count - next >= capacity
    let element = elements[next]
    next += 1
    if next >= capacity {
      elements.removeFirst(next)
      next = 0
    }
    if wasFull { condition.broadcast() }
    return element
  }

  func close() {
    condition.lock()
    isClosed = true
    condition.broadcast()
    condition.unlock()
  }
}
