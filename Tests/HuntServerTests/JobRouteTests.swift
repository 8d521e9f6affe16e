import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Synchronization
import Testing
import VirusTotalModel

@testable import HuntServer

@Suite struct JobRouteTests {
  private static let jobs = "/intelligence/retrohunt_jobs"

  @Test func aJobFromCreationToItsDeletion() async throws {
    try await PretendedSite().test(.live) { ann in
      let created = try await ann.create(
        #"{"rules": "rule a", "corpus": "goodware", "time_range": {"start": 7}, "notification_email": ["a@b.c", "d@e.f"]}"#
      )
      let id = try #require(created["id"]?.string)
      let attributes = try #require(created["attributes"])
      #expect(attributes["status"] == "starting")
      #expect(attributes["corpus"] == "goodware")
      #expect(attributes["notification_email"] == "a@b.c,d@e.f")
      #expect(attributes["time_range"]?["start"] == 7)
      // A missing end is the time of the request.
      let end = try #require(attributes["time_range"]?["end"]?.integer)
      #expect(end > 1_700_000_000 && end <= attributes["creation_date"]?.integer ?? 0)
      let job = try await ann.finished(id)
      #expect(job["attributes"]?["status"] == "finished")
      #expect(job["attributes"]?["num_matches"] == 5)
      #expect(job["attributes"]?["scanned_bytes"] == 6_000_000_000)
      #expect(
        job["attributes"]?["accounting"] == [
          "files": 30, "pruned_by_index": 28, "pruned_by_facts": 0, "scanned_files": 1,
          "skipped": 1,
        ])
      // Abort of a job that is over changes nothing.
      let aborted = try await ann.call(.post, "\(Self.jobs)/\(id)/abort", body: "id=5")
      #expect(aborted.status == 200)
      #expect(aborted.data["attributes"] == job["attributes"])
      let deleted = try await ann.call(.delete, "\(Self.jobs)/\(id)")
      #expect(deleted.status == 200 && deleted.json == [:])
      for path in ["", "/matching_files", "/owner", "/relationships/matching_files"] {
        #expect(try await ann.get("\(Self.jobs)/\(id)\(path)").status == 404)
      }
      #expect(try await ann.call(.delete, "\(Self.jobs)/\(id)").status == 404)
    }
  }

  @Test func abortStopsARunningJob() async throws {
    let site = try PretendedSite()
    site.hunter.release.withLock { $0 = false }
    try await site.test(.live) { ann in
      let id = try #require(try await ann.create()["id"]?.string)
      var status = ""
      for _ in 0..<1000 where status != "running" {
        let job = try await ann.get("\(Self.jobs)/\(id)").data
        checkShape(ofJob: job)
        status = job["attributes"]?["status"]?.string ?? ""
        try await Task.sleep(for: .milliseconds(5))
      }
      #expect(status == "running")
      let answer = try await ann.call(
        .post, "\(Self.jobs)/\(id)/abort", body: "", headers: [.contentType: "application/json"])
      #expect(answer.status == 200)
      checkShape(ofJob: answer.data)
      #expect(["aborting", "aborted"].contains(answer.data["attributes"]?["status"]?.string))
      #expect(try await ann.finished(id)["attributes"]?["status"] == "aborted")
    }
  }

  @Test func waitingJobsAreQueued() async throws {
    try await PretendedSite(runs: false).test { ann in
      var statuses: [String] = []
      for _ in 0..<3 {
        let job = try await ann.create()
        statuses.append(job["attributes"]?["status"]?.string ?? "")
      }
      #expect(statuses == ["starting", "starting", "queued"])
      let queued = try await ann.get("\(Self.jobs)?filter=status:queued")
      #expect(queued.items.count == 1)
      // Abort before the start is immediate.
      let id = queued.items[0]["id"]?.string ?? ""
      let aborted = try await ann.call(.post, "\(Self.jobs)/\(id)/abort", body: "")
      #expect(aborted.data["attributes"]?["status"] == "aborted")
      checkShape(ofJob: aborted.data)
    }
  }

  @Test func strictStructureCapsNumbers() async throws {
    try await PretendedSite { $0.strictStructure = true }.test(.live) { ann in
      let id = try #require(try await ann.create()["id"]?.string)
      let job = try await ann.finished(id)
      checkShape(ofJob: job, strict: true)
      #expect(job["attributes"]?["scanned_bytes"] == 2_147_483_647)
    }
  }

  @Test func listIsNewestFirstAndPages() async throws {
    try await PretendedSite(runs: false).test { ann in
      var ids: [String] = []
      for _ in 0..<5 { ids.append(try await ann.create()["id"]?.string ?? "") }
      let whole = try await ann.get(Self.jobs)
      #expect(whole.items.map { $0["id"]?.string ?? "" } == ids.reversed())
      #expect(whole.json["meta"] == ["count": 5])
      #expect(
        whole.json["links"] == ["self": "http://hunt.test/api/v3/intelligence/retrohunt_jobs"])

      // Follow links.next, with a new job arriving in between.
      var seen: [String] = []
      var next: String? = "\(Self.jobs)?limit=2&filter=status:starting+status:queued"
      var pages = 0
      while let path = next {
        let page = try await ann.get(path)
        #expect(page.status == 200)
        seen += page.items.map { $0["id"]?.string ?? "" }
        next = page.json["links"]?["next"]?.string
        #expect((next == nil) == (page.json["meta"]?["cursor"] == nil))
        if let next {
          #expect(next.hasPrefix("http://hunt.test/api/v3/intelligence/retrohunt_jobs?"))
          #expect(next.contains("limit=2") && next.contains("filter=status:starting%20status"))
          // The page's own link gives the page again.
          let own = try #require(page.json["links"]?["self"]?.string)
          #expect(try await ann.get(own).items == page.items)
        }
        if pages == 0 { _ = try await ann.create() }
        pages += 1
      }
      #expect(seen == ids.reversed())
      #expect(pages == 3)

      let ascending = try await ann.get("\(Self.jobs)?order=creation_date+&limit=2")
      #expect(ascending.items.map { $0["id"]?.string ?? "" } == Array(ids.prefix(2)))
      let cursor = try #require(ascending.json["meta"]?["cursor"]?.string)
      #expect(cursor.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_" || $0 == "-") })
      // A cursor belongs to its listing.
      let foreign = try await ann.get("\(Self.jobs)?cursor=\(cursor)")
      #expect(foreign.status == 400 && foreign.code == "InvalidArgumentError")
      let user = try await ann.get("/users/ann/retrohunt_jobs?limit=1")
      #expect(user.json["links"]?["self"] == "http://hunt.test/api/v3/users/ann/retrohunt_jobs?limit=1")
      #expect(user.items.count == 1)
      #expect(try await ann.get("\(Self.jobs)?limit=99999999999999999999999").items.count == 6)
    }
  }

  @Test func everyOwnerSeesTheirOwn() async throws {
    let site = try PretendedSite(runs: false)
    try await site.test { ann in
      _ = try await ann.create()
      let bob = ann.with(key: site.bobKey)
      let empty = try await bob.get(Self.jobs)
      #expect(empty.items.isEmpty)
      #expect(empty.json["links"]?["self"] != nil)
      #expect(empty.json["meta"]?["cursor"] == nil)
      #expect(try await ann.get("/users/\(site.annKey)/retrohunt_jobs").items.count == 1)
      #expect(try await ann.get("/users/\(site.bobKey)/retrohunt_jobs").status == 403)
    }
  }

  @Test func matchingFilesAreFilesWithTheRule() async throws {
    let site = try PretendedSite(matches: 25)
    site.library.remove(digest(3))
    try await site.test(.live) { ann in
      let id = try #require(try await ann.create()["id"]?.string)
      _ = try await ann.finished(id)
      let path = "\(Self.jobs)/\(id)/matching_files"
      let first = try await ann.get(path)
      #expect(first.items.count == 10)
      #expect(first.json["meta"]?["count"] == 25)
      let file = first.items[0]
      #expect(file["type"] == "file")
      #expect(file["id"] == .string(digest(0)))
      #expect(file["attributes"]?["sha256"] == .string(digest(0)))
      #expect(file["links"]?["self"] == .string("http://hunt.test/api/v3/files/\(digest(0))"))
      #expect(
        file["context_attributes"] == [
          "rule_name": "r0", "match_in_subfile": false, "rule_tags": ["tag"],
        ])
      // A file that has left the store stays listed.
      let gone = first.items[3]
      #expect(gone["attributes"] == nil)
      #expect(gone["id"] == .string(digest(3)))
      #expect(gone["error"]?["code"] == "NotFoundError")

      var seen: [String] = []
      var next: String? = path + "?limit=7"
      while let url = next {
        let page = try await ann.get(url)
        #expect(!page.items.isEmpty)
        seen += page.items.map { $0["id"]?.string ?? "" }
        next = page.json["links"]?["next"]?.string
      }
      #expect(seen == (0..<25).map(digest))
      #expect(try await ann.get(path + "?limit=500").items.count == 25)

      for url in ["\(Self.jobs)/\(id)/relationships/matching_files", path + "?descriptors_only=true"]
      {
        let descriptors = try await ann.get(url)
        #expect(descriptors.items.count == 10)
        for item in descriptors.items {
          guard case .object(let members) = item else { continue }
          #expect(Set(members.keys) == ["type", "id", "context_attributes"])
        }
        #expect(descriptors.json["links"]?["next"] != nil)
      }

      let related = try await ann.get(path + "?relationships=contacted_ips,contacted_urls&limit=1")
      for name in ["contacted_ips", "contacted_urls"] {
        #expect(related.items[0]["relationships"]?[name]?["data"] == [])
      }

      let skipped = try await ann.get("\(Self.jobs)/\(id)/skipped_files")
      #expect(skipped.items.map { $0["id"] } == [.string(digest(999))])
      #expect(skipped.items[0]["context_attributes"]?["reason"] == "larger than 100 MB")

      let limited = try await ann.get("\(Self.jobs)/\(id)/limited_files")
      #expect(limited.items.map { $0["id"] } == [.string(digest(0)), .string(digest(0))])
      #expect(
        limited.items[0]["context_attributes"] == ["limit": "console", "message": "too much"])
      #expect(
        limited.items[1]["context_attributes"] == [
          "limit": "matches", "rule_name": "r0", "string": "$a", "message": "too often",
        ])

      let plan = try await ann.get("\(Self.jobs)/\(id)/plan").data
      #expect(plan["type"] == "retrohunt_plan")
      #expect(plan["attributes"]?["plans"]?.array?.first?["rule"] == "r")
    }
  }

  @Test func relationshipsOfAJob() async throws {
    try await PretendedSite().test(.live) { ann in
      let id = try #require(try await ann.create()["id"]?.string)
      _ = try await ann.finished(id)
      let job = try await ann.get("\(Self.jobs)/\(id)?relationships=owner,matching_files,other").data
      checkShape(ofJob: job)
      let base = "http://hunt.test/api/v3/intelligence/retrohunt_jobs/\(id)"
      #expect(
        job["relationships"]?["owner"] == [
          "data": ["type": "user", "id": "ann"],
          "links": ["self": .string("\(base)/relationships/owner"), "related": .string("\(base)/owner")],
        ])
      let matching = try #require(job["relationships"]?["matching_files"])
      #expect(matching["data"]?.array?.count == 5)
      #expect(matching["links"]?["self"] == .string("\(base)/relationships/matching_files"))
      #expect(job["relationships"]?["other"] == nil)
      let owner = try await ann.get("\(Self.jobs)/\(id)/owner").data
      #expect(owner["type"] == "user" && owner["id"] == "ann")
      #expect(owner["attributes"]?["status"] == "active")
      let descriptor = try await ann.get("\(Self.jobs)/\(id)/relationships/owner")
      #expect(descriptor.data == ["type": "user", "id": "ann"])
      let list = try await ann.get("\(Self.jobs)?relationships=owner")
      #expect(list.items[0]["relationships"]?["owner"]?["data"]?["id"] == "ann")
    }
  }

  @Test func slashesAndHeadAndHost() async throws {
    let site = try PretendedSite(runs: false) {
      $0.publicURL = nil
      $0.trustsForwardedHeaders = true
    }
    try await site.test { ann in
      let doubled = try await ann.call(
        .get, "//api/v3//intelligence/retrohunt_jobs/",
        headers: [.init("x-forwarded-host")!: "a.test:99", .init("x-forwarded-proto")!: "https"])
      #expect(doubled.status == 200)
      #expect(
        doubled.json["links"]?["self"] == "https://a.test:99/api/v3/intelligence/retrohunt_jobs")
      let forged = try await ann.call(
        .get, Self.jobs, headers: [.init("x-forwarded-host")!: "a.test/\"<x>"])
      #expect(forged.json["links"]?["self"]?.string?.contains("<") == false)
      let head = try await ann.call(.head, Self.jobs)
      #expect(head.status == 200 && head.body.readableBytes == 0)
      let unescaped = try await ann.get("/intelligence/retrohunt%5Fjobs")
      #expect(unescaped.status == 200)
    }
  }
}
