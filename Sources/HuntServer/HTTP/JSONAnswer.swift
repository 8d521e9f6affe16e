import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdCore
import NIOCore

/// Values as JSON answers.
enum JSONAnswer {
  static func response(
    _ value: some Encodable, status: HTTPResponse.Status = .ok, headers: HTTPFields = [:]
  ) -> Response {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.withoutEscapingSlashes, .sortedKeys]
    var headers = headers
    headers[.contentType] = "application/json; charset=utf-8"
    headers[.cacheControl] = "no-store"
    do {
      let body = ByteBuffer(bytes: try encoder.encode(value))
      return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: body))
    } catch {
      // Only a number that JSON cannot express ends here, and no answer holds one.
      let body = ByteBuffer(
        string: #"{"error":{"code":"TransientError","message":"The answer cannot be encoded"}}"#)
      return Response(
        status: .serviceUnavailable, headers: headers, body: ResponseBody(byteBuffer: body))
    }
  }
}
