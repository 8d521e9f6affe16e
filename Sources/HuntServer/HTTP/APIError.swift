/// A refusal in the API's own words. Which status each code has is known in `ErrorAnswer.swift`
/// alone.
struct APIError: Error, Sendable, Hashable {
  enum Code: String, Sendable, Hashable, CaseIterable {
    case badRequest = "BadRequestError"
    case invalidArgument = "InvalidArgumentError"
    case notAvailableYet = "NotAvailableYet"
    case authenticationRequired = "AuthenticationRequiredError"
    case userNotActive = "UserNotActiveError"
    case wrongCredentials = "WrongCredentialsError"
    case forbidden = "ForbiddenError"
    case notFound = "NotFoundError"
    case quotaExceeded = "QuotaExceededError"
    case tooManyRequests = "TooManyRequestsError"
    case transient = "TransientError"
    case deadlineExceeded = "DeadlineExceededError"
  }

  /// Where HTTP has a status of its own for what is in the API a malformed request.
  enum Detail: Sendable, Hashable {
    case methodNotAllowed(allowed: [String])
    case bodyTooLarge
    case bodyTooSlow
  }

  let code: Code
  let message: String
  var detail: Detail?

  init(_ code: Code, _ message: String, detail: Detail? = nil) {
    self.code = code
    self.message = message
    self.detail = detail
  }

  static func notFound(_ what: String) -> APIError { APIError(.notFound, "\(what) not found") }

  static func tooLarge(limit: Int) -> APIError {
    APIError(
      .badRequest, "The request body is too large: \(limit) bytes are allowed",
      detail: .bodyTooLarge)
  }
}
