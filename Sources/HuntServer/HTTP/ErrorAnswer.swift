import HTTPTypes
import Hummingbird
import HummingbirdCore
import Jobs
import Logging
import NIOCore
import VirusTotalModel

/// Makes the answer to any error: the one place where errors get bodies and statuses.
enum ErrorAnswers {
  static func response(to error: any Error, logger: Logger) -> Response {
    let error = apiError(error, logger: logger)
    var headers: HTTPFields = [:]
    switch error.code {
    case .quotaExceeded, .tooManyRequests, .transient:
      headers[.retryAfter] = "60"
    default: break
    }
    if case .methodNotAllowed(let allowed) = error.detail {
      headers[.allow] = allowed.joined(separator: ", ")
    }
    if error.detail == .bodyTooLarge || error.detail == .bodyTooSlow {
      // What is left of the body is not worth reading.
      headers[.connection] = "close"
    }
    return JSONAnswer.response(
      ErrorAnswer(error: ErrorBody(code: error.code.rawValue, message: error.message)),
      status: status(of: error), headers: headers)
  }

  private static func status(of error: APIError) -> HTTPResponse.Status {
    switch error.detail {
    case .methodNotAllowed: return .methodNotAllowed
    case .bodyTooLarge: return .contentTooLarge
    case .bodyTooSlow: return .requestTimeout
    case nil: break
    }
    switch error.code {
    case .badRequest, .invalidArgument, .notAvailableYet: return .badRequest
    case .authenticationRequired, .userNotActive, .wrongCredentials: return .unauthorized
    case .forbidden: return .forbidden
    case .notFound: return .notFound
    case .quotaExceeded, .tooManyRequests: return .tooManyRequests
    case .transient: return .serviceUnavailable
    case .deadlineExceeded: return .gatewayTimeout
    }
  }

  /// Any error in the API's words. What is our own fault is logged and told without detail.
  private static func apiError(_ error: any Error, logger: Logger) -> APIError {
    switch error {
    case let error as APIError:
      return error
    case let error as JobError:
      return APIError(code(of: error), error.reason)
    case let error as MalformedCreation:
      return APIError(error.isArgument ? .invalidArgument : .badRequest, error.reason)
    case let error as SampleRefused:
      switch error.code {
      case .refused: return APIError(.invalidArgument, error.reason)
      case .notAllowed: return APIError(.forbidden, error.reason)
      case .unavailable: return APIError(.transient, error.reason)
      }
    case let error as HTTPError where error.status.code < 500:
      return APIError(.badRequest, error.body ?? "The request is malformed")
    case is CancellationError:
      return APIError(.transient, "The server is shutting down; try again later")
    case let error as StorageTrouble:
      logger.error("storage trouble", metadata: ["error": "\(error)"])
      return APIError(.transient, "The server's storage is busy or full; try again later")
    default:
      logger.error("request failed", metadata: ["error": "\(error)"])
      return APIError(.transient, "The server could not do this; its log says why")
    }
  }

  private static func code(of error: JobError) -> APIError.Code {
    switch error.code {
    case .notFound: .notFound
    case .rulesRefused, .tooManyRules, .rulesTooLarge, .unknownCorpus, .badTimeRange, .badUser:
      .invalidArgument
    case .tooManyUnfinished, .monthlyQuotaSpent: .quotaExceeded
    }
  }
}
