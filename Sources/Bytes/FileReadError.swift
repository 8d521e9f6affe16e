/// Why a file could not be opened or mapped: the call that failed and its error number.
public struct FileReadError: Error, Sendable, Hashable {
  public let path: String
  public let errorNumber: Int32
  public let operation: String

  public init(path: String, errorNumber: Int32, operation: String) {
    self.path = path
    self.errorNumber = errorNumber
    self.operation = operation
  }
}
