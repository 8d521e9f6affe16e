internal import CVectorscan

/// Lines of memory that will be read soon.
public enum MemoryLines {
  /// Asks the processor for the lines that hold these bytes, so that it waits for all of them at once and not
  /// for one after the other. Advice: nothing is read, and places may lie anywhere.
  ///
  /// - Parameter places: from the beginning of the view.
  public static func ask(for places: [Int], of view: ByteView) {
    let base = UInt(bitPattern: unsafe view.base)
    for place in places {
      // SAFETY: what is asked for is only an address; no byte is read.
      unsafe asksForMemory(UnsafeRawPointer(bitPattern: base &+ UInt(bitPattern: place)))
    }
  }
}
