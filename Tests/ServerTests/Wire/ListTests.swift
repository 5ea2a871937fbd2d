import Foundation
import Kube
import Testing

@testable import Server

@Suite struct ListTests {
    static func fill(_ server: TestServer, _ count: Int) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<count {
                group.addTask {
                    var job = Job(
                        metadata: ObjectMeta(
                            name: "job-" + String(10000 + number), namespace: "default",
                            labels: ["parity": number % 2 == 0 ? "even" : "odd"]),
                        spec: JobSpec(template: PodTemplateSpec(spec: PodSpec(containers: [Container(name: "c")]))))
                    job.spec.completions = 1
                    _ = try await server.store.create(job)
                }
            }
            try await group.waitForAll()
        }
    }

    @Test func `pages join to the whole list`() async throws {
        try await TestServer.run { server in
            try await Self.fill(server, 25)
            var names: [String] = []
            var next = ""
            var remaining: [Int64] = []
            repeat {
                let page = try await server.get("\(jobsPath)?limit=10" + (next.isEmpty ? "" : "&continue=\(next)"))
                #expect(page.code == 200)
                names += page.at("items").array?.compactMap { $0.at("metadata.name").string } ?? []
                next = page.at("metadata.continue").string ?? ""
                if let left = page.at("metadata.remainingItemCount").integer { remaining.append(left) }
            } while !next.isEmpty
            #expect(names == (0..<25).map { "job-\(10000 + $0)" })
            #expect(remaining == [15, 5])
        }
    }

    @Test func `all pages are of the moment of the first`() async throws {
        try await TestServer.run { server in
            try await Self.fill(server, 25)
            let first = try await server.get("\(jobsPath)?limit=10")
            let token = try #require(first.at("metadata.continue").string)
            _ = try await server.send("POST", jobsPath, Samples.job("job-99999"))
            _ = try await server.send("DELETE", "\(jobsPath)/job-10020?propagationPolicy=Background")
            let rest = try await server.get("\(jobsPath)?continue=\(token)")
            #expect(rest.at("items").array?.count == 15)
            #expect(rest.at("items").array?.last?.at("metadata.name") == "job-10024")
            #expect(rest.at("metadata.resourceVersion") == first.at("metadata.resourceVersion"))
            #expect(try await server.get(jobsPath).at("items").array?.count == 25)
        }
    }

    @Test func `a moment that nobody keeps any more is a 410`() async throws {
        try await TestServer.run { server in
            try await Self.fill(server, 5)
            let token = ContinueToken(revision: 1, after: ObjectKey(namespace: "default", name: "job-10001")).encoded()
            let reply = try await server.get("\(jobsPath)?continue=\(token)")
            #expect(reply.code == 410)
            #expect(reply.at("reason") == "Expired")
        }
    }

    @Test func `moments are kept by number and by age`() async throws {
        try await TestServer.run { server in
            let kept = ListSnapshots(limit: 2, lifetime: 60)
            let start = Date(timeIntervalSince1970: 1_800_000_000)
            var revisions: [Int64] = []
            for number in 0..<3 {
                let reply = try await server.send("POST", jobsPath, Samples.job("j\(number)"))
                #expect(reply.code == 201)
                let snapshot = server.store.snapshot(Job.self)
                revisions.append(snapshot.revision)
                kept.keep(snapshot, now: start)
            }
            #expect(kept.find(Job.self, revision: revisions[0], now: start) == nil)
            #expect(kept.find(Job.self, revision: revisions[2], now: start)?.list().count == 3)
            #expect(kept.find(Pod.self, revision: revisions[2], now: start) == nil)
            #expect(kept.find(Job.self, revision: revisions[2], now: start.addingTimeInterval(61)) == nil)
        }
    }

    @Test func `pages of a selection do not count what remains`() async throws {
        try await TestServer.run { server in
            try await Self.fill(server, 25)
            let first = try await server.get("\(jobsPath)?limit=10&labelSelector=parity%3Dodd")
            #expect(first.at("items").array?.count == 10)
            #expect(first.at("metadata.remainingItemCount") == JSONValue.null)
            let token = try #require(first.at("metadata.continue").string)
            let second = try await server.get("\(jobsPath)?limit=10&labelSelector=parity%3Dodd&continue=\(token)")
            #expect(second.at("items").array?.count == 2)
            #expect(second.at("metadata.continue") == JSONValue.null)
            #expect(second.at("metadata.resourceVersion") == first.at("metadata.resourceVersion"))
        }
    }

    @Test func `a long list is whole`() async throws {
        try await TestServer.run { server in
            try await Self.fill(server, 300)
            let list = try await server.get("/apis/batch/v1/jobs")
            #expect(list["transfer-encoding"] == "chunked")
            #expect(list.at("kind") == "JobList")
            #expect(list.at("items").array?.count == 300)
        }
    }

    @Test(arguments: [
        ("fieldSelector=spec.foo%3Dx", "field label not supported: spec.foo"),
        ("labelSelector=a%20b", nil),
        ("continue=garbage", "continue key is not valid"),
    ])
    func `a selection that cannot be is refused`(_ row: (query: String, message: String?)) async throws {
        try await TestServer.run { server in
            let reply = try await server.get("\(jobsPath)?\(row.query)")
            #expect(reply.code == 400)
            if let message = row.message { #expect(reply.message == message) }
        }
    }

    @Test func `field selectors select`() async throws {
        try await TestServer.run { server in
            try await Self.fill(server, 3)
            let named = try await server.get("\(jobsPath)?fieldSelector=metadata.name%3Djob-10001")
            #expect(named.at("items").array?.count == 1)
            let all = try await server.get("\(jobsPath)?fieldSelector=status.successful%3D0")
            #expect(all.at("items").array?.count == 3)
        }
    }

    @Test func `versions mean what they mean upstream`() async throws {
        try await TestServer.run { server in
            try await Self.fill(server, 1)
            let revision = server.store.revision
            for query in [
                "", "?resourceVersion=0", "?resourceVersion=1",
                "?resourceVersion=\(revision)&resourceVersionMatch=Exact",
            ] {
                #expect(try await server.get(jobsPath + query).code == 200)
            }
            let old = try await server.get("\(jobsPath)?resourceVersion=1&resourceVersionMatch=Exact")
            #expect(old.code == 410)
            #expect(old.at("reason") == "Expired")
            let future = try await server.get("\(jobsPath)?resourceVersion=\(revision + 1000)")
            #expect(future.code == 504)
            #expect(future.message == "Timeout: Too large resource version: \(revision + 1000), current: \(revision)")
            #expect(future.at("details.causes.0.reason") == "ResourceVersionTooLarge")
            #expect(future["retry-after"] == "1")
        }
    }

    @Test func `kubectl gets a table`() async throws {
        try await TestServer.run { server in
            try await Self.fill(server, 2)
            let accept = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json"
            let table = try await server.get(jobsPath, accept: accept)
            #expect(table.at("kind") == "Table")
            #expect(table.at("apiVersion") == "meta.k8s.io/v1")
            #expect(table.at("columnDefinitions.0.name") == "Name")
            #expect(table.at("rows.0.cells.0") == "job-10000")
            #expect(table.at("rows.0.object.kind") == "PartialObjectMetadata")
            #expect(table.at("rows.0.object.spec") == JSONValue.null)
            let whole = try await server.get("\(jobsPath)?includeObject=Object", accept: accept)
            #expect(whole.at("rows.0.object.kind") == "Job")
            let bare = try await server.get("\(jobsPath)/job-10001?includeObject=None", accept: accept)
            #expect(bare.at("rows").array?.count == 1)
            #expect(bare.at("rows.0.object") == JSONValue.null)
            let wrong = try await server.get("\(jobsPath)?includeObject=Some", accept: accept)
            #expect(wrong.code == 400)
        }
    }

    @Test func `metadata alone, of one and of many`() async throws {
        try await TestServer.run { server in
            try await Self.fill(server, 2)
            let list = "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io"
            let one = "application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io"
            let many = try await server.get(jobsPath, accept: list)
            #expect(many.at("kind") == "PartialObjectMetadataList")
            #expect(many.at("items.1.metadata.name") == "job-10001")
            #expect(many.at("items.1.spec") == JSONValue.null)
            let single = try await server.get("\(jobsPath)/job-10000", accept: one)
            #expect(single.at("kind") == "PartialObjectMetadata")
            let wrong = try await server.get("\(jobsPath)/job-10000", accept: list)
            #expect(wrong.code == 406)
        }
    }

    /// Prints what it took; the bound is loose, because test builds are slow and machines are busy.
    @Test func `ten thousand Jobs are listed in time`() async throws {
        try await TestServer.run { server in
            try await Self.fill(server, 10_000)
            let start = ContinuousClock.now
            let list = try await server.get(jobsPath)
            let took = ContinuousClock.now - start
            print("10,000 Jobs: \(list.body.count / 1024) KiB in \(took)")
            #expect(list.body.suffix(2) == Array("]}".utf8))
            #expect(took < .seconds(30))
        }
    }
}
