import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdCore
import Jobs
import VirusTotalModel

/// `/intelligence/retrohunt_jobs` and the same collection as a relationship of its user.
struct JobRoutes: Sendable {
  let site: Site
  /// A rule text of 1 MiB whose every byte is escaped fits.
  private static let bodyLimit = 8 << 20
  private static let path = "/api/v3/intelligence/retrohunt_jobs"
  private static let maximumJobs = 40
  static let maximumFiles = 300

  var routes: [Route] {
    let path = Self.path
    return [
      Route(.post, path, create),
      Route(.get, path, list),
      Route(.get, "/api/v3/users/:user/retrohunt_jobs", listOfUser),
      Route(.get, "/api/v3/users/:user/relationships/retrohunt_jobs", descriptorsOfUser),
      Route(.get, path + "/:id", read),
      Route(.delete, path + "/:id", delete),
      Route(.post, path + "/:id/abort", abort),
      Route(.get, path + "/:id/matching_files", matchingFiles),
      Route(.get, path + "/:id/relationships/matching_files", matchingFileDescriptors),
      Route(.get, path + "/:id/skipped_files", skippedFiles),
      Route(.get, path + "/:id/limited_files", limitedFiles),
      Route(.get, path + "/:id/plan", plan),
      Route(.get, path + "/:id/owner", owner),
      Route(.get, path + "/:id/relationships/owner", ownerDescriptor),
    ]
  }

  // MARK: One job

  @Sendable private func create(_ exchange: Exchange) async throws -> Response {
    try exchange.refuseDeclaredLength(above: Self.bodyLimit)
    let job = try await site.bodyGate.pass {
      let body = try await exchange.json(limit: Self.bodyLimit)
      return try await site.jobs.create(
        try RetrohuntJobCreation(body: body), owner: exchange.user)
    }
    return JSONAnswer.response(DataAnswer(data: object(job, exchange)))
  }

  @Sendable private func read(_ exchange: Exchange) async throws -> Response {
    let job = try await site.jobs.job(id: exchange.parameter("id"), owner: exchange.user)
    var object = object(job, exchange)
    object.relationships = try await relationships(of: job, exchange)
    return JSONAnswer.response(DataAnswer(data: object))
  }

  /// The body and its type do not matter: clients send what they like.
  @Sendable private func abort(_ exchange: Exchange) async throws -> Response {
    let job = try await site.jobs.abort(id: exchange.parameter("id"), owner: exchange.user)
    return JSONAnswer.response(DataAnswer(data: object(job, exchange)))
  }

  @Sendable private func delete(_ exchange: Exchange) async throws -> Response {
    try await site.jobs.delete(id: exchange.parameter("id"), owner: exchange.user)
    return JSONAnswer.response(NoAttributes())
  }

  private func object(_ job: Job, _ exchange: Exchange) -> APIObject<RetrohuntJobAttributes> {
    let attributes = job.attributes(now: site.jobs.now)
    return APIObject(
      type: RetrohuntJobAttributes.type, id: job.id, links: Links(own: url(job.id, exchange)),
      attributes: site.configuration.strictStructure ? attributes.cappedTo32Bits : attributes)
  }

  private func url(_ id: String, _ exchange: Exchange) -> String {
    exchange.url("/intelligence/retrohunt_jobs/\(id)")
  }

  /// What `?relationships=` asks for; names we do not know are left out.
  private func relationships(
    of job: Job, _ exchange: Exchange
  ) async throws -> [String: Relationship]? {
    var found: [String: Relationship] = [:]
    for name in exchange.query.relationships {
      let own = url(job.id, exchange) + "/relationships/\(name)"
      let related = url(job.id, exchange) + "/\(name)"
      switch name {
      case "owner":
        found[name] = Relationship(
          data: .one(.init(type: UserAttributes.type, id: job.owner)),
          links: Links(own: own, related: related))
      case "matching_files":
        let page = try PageRequest(
          Query(nil), url: own, scope: matchScope(job.id), maximum: Self.maximumFiles)
        let matches = try await site.jobs.matches(
          id: job.id, owner: exchange.user, after: nil, limit: page.limit)
        var links = page.links(next: matches.next)
        links.related = related
        found[name] = Relationship(
          data: .many(
            matches.items.map {
              .init(
                type: FileAttributes.type, id: $0.sha256, contextAttributes: Self.context($0))
            }), meta: page.meta(count: matches.count, next: matches.next), links: links)
      default: break
      }
    }
    return exchange.query.relationships.isEmpty ? nil : found
  }

  // MARK: Lists of jobs

  @Sendable private func list(_ exchange: Exchange) async throws -> Response {
    try await list(exchange, url: exchange.url("/intelligence/retrohunt_jobs"))
  }

  @Sendable private func listOfUser(_ exchange: Exchange) async throws -> Response {
    try await site.requireSelf(exchange)
    return try await list(exchange, url: exchange.url("/users/\(exchange.user)/retrohunt_jobs"))
  }

  private func list(_ exchange: Exchange, url: String) async throws -> Response {
    let (page, jobs) = try await jobs(exchange, url: url)
    var objects: [APIObject<RetrohuntJobAttributes>] = []
    for job in jobs.items {
      var object = object(job, exchange)
      object.relationships = try await relationships(of: job, exchange)
      objects.append(object)
    }
    return JSONAnswer.response(
      PageAnswer(
        data: objects, meta: page.meta(count: jobs.count, next: jobs.next),
        links: page.links(next: jobs.next)))
  }

  @Sendable private func descriptorsOfUser(_ exchange: Exchange) async throws -> Response {
    try await site.requireSelf(exchange)
    let url = exchange.url("/users/\(exchange.user)/relationships/retrohunt_jobs")
    let (page, jobs) = try await jobs(exchange, url: url)
    let data = jobs.items.map { Descriptor(type: RetrohuntJobAttributes.type, id: $0.id) }
    return JSONAnswer.response(
      PageAnswer(
        data: data, meta: page.meta(count: jobs.count, next: jobs.next),
        links: page.links(next: jobs.next)))
  }

  private func jobs(
    _ exchange: Exchange, url: String
  ) async throws -> (PageRequest, JobPage<Job>) {
    let filter = try Self.filter(exchange.query["filter"])
    let isAscending = try Self.isAscending(exchange.query["order"])
    let statuses = filter.statuses.map(\.rawValue).sorted().joined(separator: ",")
    let corpora = filter.corpora.sorted().joined(separator: ",")
    let page = try PageRequest(
      exchange.query, url: url,
      scope: "jobs \(exchange.user) \(statuses) \(corpora) \(isAscending)",
      maximum: Self.maximumJobs)
    let jobs = try await site.jobs.jobs(
      owner: exchange.user, filter: filter, ascending: isAscending, after: page.position,
      limit: page.limit)
    return (page, jobs)
  }

  /// Terms `key:value` between blanks; values of one key are alternatives.
  static func filter(_ text: String?) throws -> JobFilter {
    var filter = JobFilter()
    for term in (text ?? "").split(whereSeparator: \.isWhitespace) {
      let parts = term.split(separator: ":", maxSplits: 1)
      guard parts.count == 2 else {
        throw APIError(.invalidArgument, "The filter \"\(term)\" is not of the form key:value")
      }
      let value = parts[1].trimmingQuotes
      switch parts[0] {
      case "status":
        guard let status = JobStatus(rawValue: value) else {
          throw APIError(.invalidArgument, "There is no status \"\(value)\"")
        }
        filter.statuses.insert(status)
      case "corpus":
        guard value == "main" || value == "goodware" else {
          throw APIError(.invalidArgument, "There is no corpus \"\(value)\"")
        }
        filter.corpora.insert(value)
      default:
        throw APIError(.invalidArgument, "Jobs cannot be filtered by \"\(parts[0])\"")
      }
    }
    return filter
  }

  /// `creation_date`, ascending unless `-` follows. A raw `+` in a query arrives as a blank.
  static func isAscending(_ text: String?) throws -> Bool {
    switch text {
    case nil, "", "creation_date-": return false
    case "creation_date", "creation_date+", "creation_date ": return true
    case .some(let other):
      throw APIError(.invalidArgument, "Jobs cannot be ordered by \"\(other)\"")
    }
  }

  // MARK: Relationships

  private func matchScope(_ id: String) -> String { "matches \(id)" }

  private static func context(_ match: RecordedMatch) -> [String: JSONValue] {
    [
      "rule_name": .string(match.rule), "match_in_subfile": false,
      "rule_tags": .array(match.tags.map(JSONValue.string)),
    ]
  }

  @Sendable private func matchingFiles(_ exchange: Exchange) async throws -> Response {
    let id = exchange.parameter("id")
    if exchange.query["descriptors_only"] == "true" {
      return try await descriptors(
        exchange, url: exchange.url("/intelligence/retrohunt_jobs/\(id)/matching_files"))
    }
    let page = try PageRequest(
      exchange.query, url: exchange.url("/intelligence/retrohunt_jobs/\(id)/matching_files"),
      scope: matchScope(id), maximum: Self.maximumFiles)
    let matches = try await site.jobs.matches(
      id: id, owner: exchange.user, after: page.position, limit: page.limit)
    let digests = Array(Set(matches.items.map(\.sha256)))
    let files = try await site.blocking { try site.samples.samples(sha256: digests) }
    let data = matches.items.map { match in
      var object = FileRoutes.object(files[match.sha256], id: match.sha256, exchange)
      object.contextAttributes = Self.context(match)
      return object
    }
    return JSONAnswer.response(
      PageAnswer(
        data: data, meta: page.meta(count: matches.count, next: matches.next),
        links: page.links(next: matches.next)))
  }

  @Sendable private func matchingFileDescriptors(_ exchange: Exchange) async throws -> Response {
    let id = exchange.parameter("id")
    return try await descriptors(
      exchange,
      url: exchange.url("/intelligence/retrohunt_jobs/\(id)/relationships/matching_files"))
  }

  private func descriptors(_ exchange: Exchange, url: String) async throws -> Response {
    let id = exchange.parameter("id")
    let page = try PageRequest(
      exchange.query, url: url, scope: matchScope(id), maximum: Self.maximumFiles)
    let matches = try await site.jobs.matches(
      id: id, owner: exchange.user, after: page.position, limit: page.limit)
    let data = matches.items.map { match in
      Relationship.Entry(
        type: FileAttributes.type, id: match.sha256, contextAttributes: Self.context(match))
    }
    var links = page.links(next: matches.next)
    links.related = exchange.url("/intelligence/retrohunt_jobs/\(id)/matching_files")
    return JSONAnswer.response(
      PageAnswer(data: data, meta: page.meta(count: matches.count, next: matches.next), links: links)
    )
  }

  /// Ours: the files that the hunt did not look into, with the reason of each.
  @Sendable private func skippedFiles(_ exchange: Exchange) async throws -> Response {
    try await samples("skipped", of: exchange, site.jobs.skipped) { sample in
      (sample.sha256, ["reason": .string(sample.reason)])
    }
  }

  /// Ours: what bounds left out of the files that were scanned, with the bound and who met it. A file
  /// is listed once for each.
  @Sendable private func limitedFiles(_ exchange: Exchange) async throws -> Response {
    try await samples("limited", of: exchange, site.jobs.limited) { cut in
      var context: [String: JSONValue] = [
        "limit": .string(cut.limit), "message": .string(cut.message),
      ]
      if !cut.rule.isEmpty { context["rule_name"] = .string(cut.rule) }
      if !cut.string.isEmpty { context["string"] = .string(cut.string) }
      return (cut.sha256, context)
    }
  }

  /// A page of `.../NAME_files`: descriptors of files with what is told of each.
  private func samples<Sample>(
    _ name: String, of exchange: Exchange,
    _ fetch: (String, String, Int64?, Int) async throws -> JobPage<Sample>,
    _ entry: (Sample) -> (sha256: String, context: [String: JSONValue])
  ) async throws -> Response {
    let id = exchange.parameter("id")
    let page = try PageRequest(
      exchange.query, url: exchange.url("/intelligence/retrohunt_jobs/\(id)/\(name)_files"),
      scope: "\(name) \(id)", maximum: Self.maximumFiles)
    let found = try await fetch(id, exchange.user, page.position, page.limit)
    let data = found.items.map { item in
      let (sha256, context) = entry(item)
      return Relationship.Entry(type: FileAttributes.type, id: sha256, contextAttributes: context)
    }
    return JSONAnswer.response(
      PageAnswer(
        data: data, meta: page.meta(count: found.count, next: found.next),
        links: page.links(next: found.next)))
  }

  /// Ours: what the job asks of the index, what facts decide, and what it was expected to read.
  @Sendable private func plan(_ exchange: Exchange) async throws -> Response {
    let id = exchange.parameter("id")
    guard let text = try await site.jobs.explanation(id: id, owner: exchange.user) else {
      throw APIError(.notFound, "The job has no plan yet: it has not begun")
    }
    let plan = try JSONDecoder().decode(JSONValue.self, from: Data(text.utf8))
    return JSONAnswer.response(
      DataAnswer(
        data: APIObject(
          type: "retrohunt_plan", id: id, links: Links(own: url(id, exchange) + "/plan"),
          attributes: plan)))
  }

  @Sendable private func owner(_ exchange: Exchange) async throws -> Response {
    let job = try await site.jobs.job(id: exchange.parameter("id"), owner: exchange.user)
    return JSONAnswer.response(
      DataAnswer(data: try await site.userObject(job.owner, exchange)))
  }

  @Sendable private func ownerDescriptor(_ exchange: Exchange) async throws -> Response {
    let job = try await site.jobs.job(id: exchange.parameter("id"), owner: exchange.user)
    let url = url(job.id, exchange)
    return JSONAnswer.response(
      Relationship(
        data: .one(.init(type: UserAttributes.type, id: job.owner)),
        links: Links(own: url + "/relationships/owner", related: url + "/owner")))
  }
}

extension Substring {
  /// Without a pair of quotes around it.
  fileprivate var trimmingQuotes: String {
    guard count >= 2, first == "\"", last == "\"" else { return String(self) }
    return String(dropFirst().dropLast())
  }
}
