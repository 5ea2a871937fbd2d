import Foundation
import GRDB
import Kube
import Testing

@testable import Store

struct LedgerTests {
    @Test func `an attempt is recorded once, the first record stays`() async throws {
        try await withStore { store in
            #expect(try await store.record(attempt("a", exitCode: 1)))
            #expect(try await store.record(attempt("a", exitCode: 0)) == false)
            try await store.commit([.record(attempt("a", exitCode: 0)), .create(job("x"))])
            #expect(try await store.attempts(podUID: "uid-of-a").map(\.exitCode) == [1])
            async let one = store.record(attempt("b"))
            async let two = store.record(attempt("b"))
            let fresh = try await [one, two]
            #expect(fresh.sorted { !$0 && $1 } == [false, true])
        }
    }

    @Test func `records are found by job, pod and name, oldest first, after the objects are gone`() async throws {
        try await withStore { store in
            var other = attempt("z", at: 5)
            other.namespace = "other"
            other.jobName = nil
            other.jobUID = nil
            for record in [attempt("b", number: 1, at: 9), attempt("b", at: 3), attempt("a", at: 7), other] {
                try await store.record(record)
            }
            #expect(
                try await store.attempts(jobUID: "job-uid").map(\.id) == [
                    "uid-of-b/main/0", "uid-of-a/main/0", "uid-of-b/main/1",
                ])
            #expect(try await store.attempts(podUID: "uid-of-b").map(\.attempt) == [0, 1])
            #expect(try await store.attempts(namespace: "default", jobName: "owner").count == 3)
            #expect(try await store.attempts(namespace: "default", jobName: "o%").isEmpty)
            #expect(try await store.attempts(namespace: "default", podName: "a").map(\.podName) == ["a"])
            #expect(try await store.attempts(namespace: "other") == [other])
            #expect(try await store.attempts().count == 4)
            let survivor = try store.afterPowerCut()
            #expect(try await survivor.attempts() == store.attempts())
            await survivor.close()
        }
    }

    @Test func `a finished job that counts more than the ledger knows is noticed`() async throws {
        let scratch = try Scratch()
        let store = try scratch.open()
        var created = try await store.create(job("owner"))
        var record = attempt("a")
        record.jobUID = created.uid
        created.status = JobStatus()
        created.status?.succeeded = 2
        created.status?.conditions = [JobCondition(type: "Complete", status: "True")]
        try await store.commit([.record(record), .update(created)])
        #expect(try await store.verify() == ["job \"default/owner\" counts 2 successes, the ledger has 1"])
        await store.close()
    }

    @Test func `the end of a log is saved with its record, once, and outlives everything`() async throws {
        try await withStore { store in
            var record = attempt("a")
            record.logBytes = 5
            try await store.commit([.create(job("owner")), .record(record, log: Data("first".utf8))])
            #expect(try await store.record(record, log: Data("second".utf8)) == false)
            try await store.record(attempt("b"), log: Data())
            try await store.delete(Job.self, key("owner"))
            #expect(try await store.log(ofAttempt: record.id) == Data("first".utf8))
            for id in [attempt("b").id, "nobody"] { #expect(try await store.log(ofAttempt: id) == nil) }
            let survivor = try store.afterPowerCut()
            #expect(try await survivor.log(ofAttempt: record.id) == Data("first".utf8))
            await survivor.close()
        }
    }

    @Test func `a log that comes with a commit that fails is not kept`() async throws {
        try await withStore { store in
            let record = attempt("a")
            await #expect(throws: StoreError.notFound(Pod.self.type, key("nobody"))) {
                try await store.commit([
                    .record(record, log: Data([1])), .delete(Pod.self, key("nobody"), DeleteOptions()),
                ])
            }
            let kept = try await store.log(ofAttempt: record.id)
            #expect(kept == nil)
        }
    }

    @Test func `a file from before logs were saved is brought up to date, with all it holds`() async throws {
        let scratch = try Scratch()
        try await DatabaseQueue(path: scratch.path).writeWithoutTransaction { db in
            try Schema.prepare(db, path: scratch.path, version: 1)
            try db.execute(
                sql: "INSERT INTO attempts VALUES (?, 'default', 'owner', 'job-uid', 'a', 'uid-of-a', ?, ?)",
                arguments: [
                    "uid-of-a/main/0", 1_800_000_000_000_000,
                    Data(
                        #"{"id":"uid-of-a/main/0","namespace":"default","jobName":"owner","jobUID":"job-uid","podName":"a","podUID":"uid-of-a","container":"main","attempt":0,"image":"busybox","finishedAt":"2027-01-15T08:00:00.000000Z","exitCode":0,"reason":"Completed"}"#
                            .utf8),
                ])
            let version = try Int.fetchOne(db, sql: "PRAGMA user_version")
            #expect(version == 1)
        }
        for _ in 0..<2 {
            let store = try scratch.open()
            #expect(try await store.attempts(podUID: "uid-of-a") == [attempt("a")])
            #expect(try await store.log(ofAttempt: "uid-of-a/main/0") == nil)
            let next = attempt("b")
            try await store.record(next, log: Data([7]))
            #expect(try await store.log(ofAttempt: next.id) == Data([7]))
            #expect(try await store.verify() == [])
            await store.close()
        }
    }
}
