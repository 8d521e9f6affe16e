import Foundation
import Testing
import VirusTotalModel

private func json(_ value: some Encodable) throws -> JSONValue {
  try JSONDecoder().decode(JSONValue.self, from: JSONEncoder().encode(value))
}

private func value(_ text: String) throws -> JSONValue {
  try JSONDecoder().decode(JSONValue.self, from: Data(text.utf8))
}

@Suite struct JobObjectTests {
  @Test func newJobHasExactlyTheAttributesOfOne() throws {
    let job = RetrohuntJobAttributes(
      rules: "rule a { condition: true }", corpus: "main", status: .starting, creationDate: 1000)
    #expect(
      try json(job) == [
        "rules": "rule a { condition: true }", "corpus": "main", "status": "starting",
        "creation_date": 1000, "progress": 0, "scanned_bytes": 0, "num_matches": 0,
        "num_matches_outside_time_range": 0,
      ])
  }

  @Test func progressIsWrittenWithoutPointWhenWhole() throws {
    var job = RetrohuntJobAttributes(
      rules: "", corpus: "main", status: .running, creationDate: 0, progress: 62)
    var text = String(decoding: try JSONEncoder().encode(job), as: UTF8.self)
    #expect(text.contains("\"progress\":62,") || text.contains("\"progress\":62}"))
    job.progress = 62.5
    text = String(decoding: try JSONEncoder().encode(job), as: UTF8.self)
    #expect(text.contains("\"progress\":62.5"))
  }

  @Test func countersBeyond32BitsAreExactUnlessCapped() throws {
    let job = RetrohuntJobAttributes(
      rules: "", corpus: "main", status: .running, creationDate: 1, startDate: 3_000_000_000,
      scannedBytes: 408_163_509_658_865, timeRange: TimeRange(start: 5, end: 4_000_000_000))
    #expect(try json(job)["scanned_bytes"] == 408_163_509_658_865)
    let capped = try json(job.cappedTo32Bits)
    #expect(capped["scanned_bytes"] == 2_147_483_647)
    #expect(capped["start_date"] == 2_147_483_647)
    #expect(capped["time_range"] == ["start": 5, "end": 2_147_483_647])
  }

  @Test func readsWhatOthersSend() throws {
    let text = """
      {"data": {"type": "retrohunt_job", "id": "u-1", "links": {"self": "https://h/x"},
        "attributes": {"corpus": "goodware", "creation_date": 1617056777, "num_matches": 0,
          "progress": 62.06203, "rules": "r", "scanned_bytes": 146897923532,
          "status": "running", "notification_email": "", "new": [1]}}}
      """
    let answer = try JSONDecoder().decode(
      DataAnswer<APIObject<RetrohuntJobAttributes>>.self, from: Data(text.utf8))
    let attributes = try #require(answer.data.attributes)
    #expect(attributes.progress == 62.06203)
    #expect(attributes.scannedBytes == 146_897_923_532)
    #expect(attributes.numMatchesOutsideTimeRange == 0)
    #expect(answer.data.links?.own == "https://h/x")
  }

  @Test(arguments: JobStatus.allCases) func onlyTwoStatusesAreOver(_ status: JobStatus) {
    #expect(status.isOver == ["finished", "aborted"].contains(status.rawValue))
  }
}

@Suite struct CreationBodyTests {
  private func creation(_ text: String) throws -> RetrohuntJobCreation {
    try RetrohuntJobCreation(body: try value(text))
  }

  private func attributes(_ text: String) throws -> RetrohuntJobCreation {
    try creation(#"{"data": {"type": "retrohunt_job", "attributes": \#(text)}}"#)
  }

  @Test func acceptsWhatKnownClientsSend() throws {
    #expect(try attributes(#"{"rules": "r"}"#) == RetrohuntJobCreation(rules: "r"))
    // One end only, as the command line client sends it.
    #expect(
      try attributes(#"{"rules": "r", "corpus": "main", "time_range": {"start": 5}}"#)
        == RetrohuntJobCreation(
          rules: "r", corpus: "main", timeRange: .init(start: 5, end: nil)))
    // A list of addresses.
    #expect(
      try attributes(#"{"rules": "r", "notification_email": ["a@b.c", "d@e.f"]}"#)
        .notificationEmail == "a@b.c,d@e.f")
    // Nulls and read-only members.
    #expect(
      try attributes(
        #"""
        {"rules": "r", "corpus": null, "progress": null, "status": null, "time_range": null,
         "notification_email": null, "total_matches": null, "creation_date": 3, "comment": "x"}
        """#) == RetrohuntJobCreation(rules: "r"))
    #expect(try attributes(#"{"rules": "r", "time_range": {}}"#).timeRange == nil)
    #expect(try attributes(#"{"rules": "r", "time_range": {"end": 7.0}}"#).timeRange?.end == 7)
  }

  @Test(arguments: [
    ("[]", false), ("{}", false), (#"{"data": null}"#, false), (#"{"data": []}"#, false),
    (#"{"data": {"attributes": {"rules": "r"}}}"#, false),
    (#"{"data": {"type": "file", "attributes": {"rules": "r"}}}"#, false),
    (#"{"data": {"type": "retrohunt_job"}}"#, false),
    (#"{"data": {"type": "retrohunt_job", "attributes": "r"}}"#, false),
    (#"{"data": {"type": "retrohunt_job", "attributes": {}}}"#, false),
    (#"{"data": {"type": "retrohunt_job", "attributes": {"rules": null}}}"#, false),
    (#"{"data": {"type": "retrohunt_job", "attributes": {"rules": 7}}}"#, false),
    (#"{"data": {"type": "retrohunt_job", "attributes": {"rules": "r", "corpus": 1}}}"#, true),
    (
      #"{"data": {"type": "retrohunt_job", "attributes": {"rules": "r", "time_range": 3}}}"#, true
    ),
    (
      #"{"data": {"type": "retrohunt_job", "attributes": {"rules": "r", "time_range": {"start": "x"}}}}"#,
      true
    ),
    (
      #"{"data": {"type": "retrohunt_job", "attributes": {"rules": "r", "time_range": {"end": 1.5}}}}"#,
      true
    ),
    (
      #"{"data": {"type": "retrohunt_job", "attributes": {"rules": "r", "notification_email": [1]}}}"#,
      true
    ),
    (
      #"{"data": {"type": "retrohunt_job", "attributes": {"rules": "r", "notification_email": "a\r\nb"}}}"#,
      true
    ),
  ]) func refusesOthers(_ text: String, isArgument: Bool) throws {
    let error = try #require(throws: MalformedCreation.self) { try creation(text) }
    #expect(error.isArgument == isArgument)
    #expect(!error.reason.isEmpty)
  }
}

@Suite struct EnvelopeTests {
  @Test func relationshipIsOneOrMany() throws {
    let one = Relationship(data: .one(.init(type: "user", id: "u")), links: Links(own: "x"))
    #expect(
      try json(one) == ["data": ["type": "user", "id": "u"], "links": ["self": "x"]])
    let none = Relationship(data: .one(nil), links: nil)
    #expect(try JSONEncoder().encode(none) == Data(#"{"data":null}"#.utf8))
    for relationship in [one, none, Relationship(data: .many([]), links: nil)] {
      let copy = try JSONDecoder().decode(
        Relationship.self, from: JSONEncoder().encode(relationship))
      #expect(copy == relationship)
    }
  }

  @Test func filesOfOtherShapesAreRead() throws {
    let text = #"{"sha256": "ab", "total_votes": [], "last_analysis_stats": {"malicious": 3}}"#
    let file = try JSONDecoder().decode(FileAttributes.self, from: Data(text.utf8))
    #expect(file.sha256 == "ab")
    #expect(file.size == 0)
  }

  @Test func integersStayIntegers() throws {
    #expect(try value("[1, 1.0, 1.5, true, null]") == .array([1, 1, .number(1.5), true, .null]))
  }
}
