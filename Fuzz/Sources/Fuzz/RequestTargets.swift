import Foundation
import VirusTotalModel

@testable import HuntServer

extension FuzzTarget {
  static let requestTargets = [
    FuzzTarget(
      name: "multipart", summary: "a multipart body, fed whole and byte by byte",
      seeds: { [[UInt8](RequestTarget.upload)] },
      dictionary: [
        "\r\n", "--", "--B", "Content-Disposition: ", "form-data; ", "name=", "filename*=UTF-8''%",
      ].map { [UInt8]($0) },
      run: { RequestTarget.multipart($0) }),
    FuzzTarget(
      name: "content-type", summary: "the value of a Content-Type or Content-Disposition",
      seeds: { [[UInt8](#"multipart/form-data; boundary="a\"b"; filename*=UTF-8''%41"#)] },
      run: {
        let text = String(decoding: $0, as: UTF8.self)
        FuzzTarget.use(MultipartParser.boundary(ofContentType: text))
        FuzzTarget.use(HeaderParameters(text).filename)
      }),
    FuzzTarget(
      name: "job", summary: "the JSON body that creates a retrohunt job",
      seeds: { [[UInt8](RequestTarget.creation)] },
      dictionary: ["null", "true", "1e308", "-9223372036854775808", "\\ud800", "\"data\""].map {
        [UInt8]($0)
      },
      run: { RequestTarget.job($0) }),
  ]
}

enum RequestTarget {
  static let upload = """
    --B\r\nContent-Disposition: form-data; name="file"; filename="a.bin"\r\n\r\nMZ\r\n--Bx\r\n\
    --B\r\nContent-Disposition: form-data; name=x\r\n\r\n\r\n--B--\r\n
    """

  static let creation = """
    {"data":{"type":"retrohunt_job","attributes":{"rules":"rule a { condition: true }",\
    "corpus":"main","notification_email":["a@example.org",null],\
    "time_range":{"start":1,"end":1.5e3}}}}
    """

  /// The pieces of a part are joined: where they are cut is not part of the answer.
  private static func events(_ pieces: [ArraySlice<UInt8>]) -> [MultipartParser.Event]? {
    var parser = MultipartParser(boundary: "B")
    var events: [MultipartParser.Event] = []
    do {
      for piece in pieces {
        try parser.feed(piece) { event in
          if case .bytes(let more) = event, case .bytes(let before)? = events.last {
            events[events.count - 1] = .bytes(before + more)
          } else {
            events.append(event)
          }
        }
      }
      try parser.finish()
      return events
    } catch { return nil }
  }

  static func multipart(_ bytes: [UInt8]) {
    guard bytes.count < 4096 else { return }
    let whole = events([bytes[...]])
    let single = events(bytes.indices.map { bytes[$0...$0] })
    FuzzTarget.require(whole == single, "the pieces change the answer")
  }

  static func job(_ bytes: [UInt8]) {
    guard let body = try? JSONDecoder().decode(JSONValue.self, from: Data(bytes)) else { return }
    FuzzTarget.use(try? RetrohuntJobCreation(body: body))
    guard let again = try? JSONEncoder().encode(body) else { return }
    FuzzTarget.require(
      (try? JSONDecoder().decode(JSONValue.self, from: again)) != nil, "written JSON is not read")
  }
}
