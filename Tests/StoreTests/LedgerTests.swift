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
}
