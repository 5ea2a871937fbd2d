import Foundation
import GRDB
import Kube
import Testing

@testable import Store

/// What the store holds when it is asked whether it agrees with itself.
struct AuditWorld: Sendable {
    var job: Job
    var pods: [Pod] = []
    var records: [AttemptRecord] = []

    init(_ change: (inout Job) -> Void = { _ in }) {
        job = StoreTests.job("owner")
        job.metadata.uid = "job-uid"
        job.status = JobStatus()
        change(&job)
    }

    /// A pod of the Job that ended, and the record of it.
    func pod(
        _ name: String, exitCode: Int = 0, tracked: Bool = false, index: Int? = nil, recorded: Bool = true,
        change: (inout Pod) -> Void = { _ in }
    ) -> AuditWorld {
        var world = self
        var pod = StoreTests.pod(name, owner: "job-uid", node: "here")
        pod.metadata.uid = "uid-of-\(name)"
        if tracked { pod.metadata.finalizers = [JobLabels.trackingFinalizer] }
        if let index { pod.metadata.annotations = [JobLabels.completionIndex: "\(index)"] }
        pod.status = PodStatus()
        pod.status?.phase = exitCode == 0 ? "Succeeded" : "Failed"
        var status = ContainerStatus(name: "main", image: "busybox")
        status.state = ContainerState(terminated: ended(name, exitCode: exitCode))
        pod.status?.containerStatuses = [status]
        change(&pod)
        world.pods.append(pod)
        return recorded ? world.record(name, exitCode: exitCode, index: index) : world
    }

    func record(_ name: String, number: Int = 0, exitCode: Int = 0, index: Int? = nil) -> AuditWorld {
        var world = self
        var record = attempt(name, number: number, exitCode: exitCode)
        record.completionIndex = index
        world.records.append(record)
        return world
    }
}

private func ended(_ pod: String, _ attempt: Int = 0, exitCode: Int) -> ContainerStateTerminated {
    var state = ContainerStateTerminated(exitCode: exitCode, reason: exitCode == 0 ? "Completed" : "Error")
    state.containerID = "stint://uid-of-\(pod)/main/\(attempt)"
    return state
}

private func condition(_ type: String) -> JobCondition { JobCondition(type: type, status: "True") }

private func indexed(_ completions: Int, _ completed: String?, _ change: (inout Job) -> Void = { _ in }) -> AuditWorld {
    AuditWorld { job in
        job.spec.completionMode = "Indexed"
        job.spec.completions = completions
        job.status?.completedIndexes = completed
        job.status?.succeeded = completed.map { CompletionIndexes($0, below: completions).count }
        change(&job)
    }
}

private func counting(_ succeeded: Int = 0, failed: Int = 0, _ change: (inout Job) -> Void = { _ in }) -> AuditWorld {
    AuditWorld { job in
        job.status?.succeeded = succeeded
        job.status?.failed = failed
        change(&job)
    }
}

struct AuditTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        /// The rule that is broken; nil when none is.
        let rule: String?
        let world: AuditWorld
        let said: String?

        init(_ sentence: String, breaks rule: String, _ world: AuditWorld, _ said: String) {
            (testDescription, self.rule, self.world, self.said) = (sentence, rule, world, said)
        }

        init(_ sentence: String, _ world: AuditWorld) {
            (testDescription, rule, self.world, said) = (sentence, nil, world, nil)
        }
    }

    private static let broken: [Case] = [
        Case(
            "a job that has both ends", breaks: "a job is not both complete and failed",
            AuditWorld { $0.status?.conditions = [condition("Complete"), condition("Failed")] },
            "job \"default/owner\" is complete and failed"),
        Case(
            "a finished job left a pod uncounted", breaks: "a finished job has no pod that is still to be counted",
            AuditWorld { $0.status?.conditions = [condition("Failed")] }.pod("a", tracked: true),
            "job \"default/owner\" is finished, and pod \"default/a\" is still to be counted"),
        Case(
            "a success without a run",
            breaks: "a job counts no more successes than the ledger has of pods that were counted",
            counting(2).pod("a").record("b", exitCode: 1),
            "job \"default/owner\" counts 2 successes, the ledger has 1"),
        Case(
            "a pod that was counted and will be counted again",
            breaks: "a job counts no more successes than the ledger has of pods that were counted",
            counting(1).pod("a", tracked: true), "job \"default/owner\" counts 1 successes, the ledger has 0"),
        Case(
            "more successes than indexes",
            breaks: "a job counts no more successes than the ledger has of pods that were counted",
            indexed(3, "0") { $0.status?.succeeded = 2 }.pod("a", index: 0),
            "job \"default/owner\" counts 2 successes and 1 completed indexes"),
        Case(
            "an index nobody ran",
            breaks: "every completed index has a pod that ended well and was counted, or was completed before",
            indexed(5, "0-2,4") { $0.metadata.annotations = [StintAnnotation.completedBefore: "0"] }
                .record("a", index: 1).record("b", exitCode: 1, index: 2).record("c", index: 4),
            "job \"default/owner\" has completed index 2, the ledger has no success of it"),
        Case(
            "a success that was let go and not counted",
            breaks: "a pod that ended well and lost its finalizer has been counted", counting(1).pod("a").pod("b"),
            "job \"default/owner\" counts 1 successes, 2 pods were counted"),
        Case(
            "an index that was let go and not counted",
            breaks: "a pod that ended well and lost its finalizer has been counted",
            indexed(5, "0").pod("a", index: 0).pod("b", index: 3),
            "job \"default/owner\" has not completed the index of pod \"default/b\", which was counted"),
        Case(
            "a failure that was let go and not counted",
            breaks: "a pod that failed and lost its finalizer has been counted", AuditWorld().pod("a", exitCode: 1),
            "job \"default/owner\" counts 0 failures, 1 pods were counted"),
        Case(
            "an end without a record",
            breaks: "an attempt that ended is in the ledger, with the end that its pod tells of",
            AuditWorld().pod("a", tracked: true, recorded: false),
            "attempt \"uid-of-a/main/0\" of pod \"default/a\" ended and is not in the ledger"),
        Case(
            "a restart whose first attempt left no record",
            breaks: "an attempt that ended is in the ledger, with the end that its pod tells of",
            AuditWorld().pod("a", tracked: true, recorded: false) { pod in
                pod.status?.containerStatuses?[0].restartCount = 2
                pod.status?.containerStatuses?[0].state = ContainerState(terminated: ended("a", 2, exitCode: 0))
                pod.status?.containerStatuses?[0].lastState = ContainerState(terminated: ended("a", 1, exitCode: 1))
            }.record("a", number: 1, exitCode: 1).record("a", number: 2),
            "attempt \"uid-of-a/main/0\" of pod \"default/a\" ended and is not in the ledger"),
        Case(
            "an end that is told in two ways",
            breaks: "an attempt that ended is in the ledger, with the end that its pod tells of",
            AuditWorld().pod("a", tracked: true, recorded: false).record("a", exitCode: 3),
            "attempt \"uid-of-a/main/0\" ended with 0 (Completed) for pod \"default/a\", for the ledger with 3 (Error)"),
        Case(
            "a record of an attempt that runs", breaks: "an attempt that has not ended is not in the ledger",
            AuditWorld().pod("a", tracked: true) { pod in
                pod.status?.phase = "Running"
                pod.status?.containerStatuses?[0].state = ContainerState(running: ContainerStateRunning())
                pod.status?.containerStatuses?[0].containerID = "stint://uid-of-a/main/0"
            }, "attempt \"uid-of-a/main/0\" of pod \"default/a\" is in the ledger and has not ended"),
        Case(
            "a record of an attempt that is to come", breaks: "an attempt that has not ended is not in the ledger",
            AuditWorld().pod("a", exitCode: 1, tracked: true).record("a", number: 1),
            "attempt \"uid-of-a/main/1\" of pod \"default/a\" is in the ledger and has not ended"),
    ]

    private static let sound: [Case] = [
        Case("what ended and was counted", counting(1, failed: 1).pod("a").pod("b", exitCode: 1)),
        Case(
            "what ended and is to be counted",
            AuditWorld().pod("a", tracked: true).pod("b", exitCode: 1, tracked: true)),
        Case("successes of pods that are gone", counting(2).record("a").record("b").record("c", exitCode: 1)),
        Case(
            "a restart in place that went well", counting(1).record("a", exitCode: 1).record("a", number: 1)),
        Case(
            "a pod that was one too many, and ended well while it was deleted",
            AuditWorld().pod("a") { pod in
                pod.metadata.finalizers = ["test/hold"]
                pod.metadata.deletionTimestamp = Timestamp(Date(timeIntervalSince1970: 0))
            }),
        Case(
            "a failure that a policy leaves out",
            AuditWorld { $0.spec.podFailurePolicy = PodFailurePolicy(rules: []) }.pod("a", exitCode: 1)),
        Case(
            "a failure that is tried again with more memory",
            AuditWorld { $0.metadata.annotations = [StintAnnotation.oomRetry: "attempts=2"] }.pod("a", exitCode: 1)),
        Case("a job that another controller manages", counting(9) { $0.spec.managedBy = "theirs" }.pod("a")),
        Case(
            "a job that may take pods of others", counting(1) { $0.spec.manualSelector = true }.record("b", exitCode: 1)
        ),
        Case(
            "indexes that an earlier job completed",
            indexed(4, "0-2") { $0.metadata.annotations = [StintAnnotation.completedBefore: "0,1"] }
                .pod("a", index: 2)),
        Case("records from before they had an index", indexed(4, "0,1").record("a").record("b")),
        Case("an index beyond the last one", indexed(2, "0").pod("a", index: 0).pod("b", index: 7)),
        Case("a store without a node", counting(3)),
        Case(
            "pods that no node wrote",
            AuditWorld().pod("a", tracked: true, recorded: false) {
                $0.status?.containerStatuses?[0].state?.terminated?.containerID = nil
            }),
        Case(
            "a container that waits for its restart",
            AuditWorld().pod("a", exitCode: 1, tracked: true) { pod in
                pod.status?.phase = "Running"
                pod.status?.containerStatuses?[0].lastState = ContainerState(terminated: ended("a", exitCode: 1))
                pod.status?.containerStatuses?[0].state = ContainerState(
                    waiting: ContainerStateWaiting(reason: "CrashLoopBackOff"))
            }),
    ]

    @Test(arguments: broken + sound)
    func `a store that does not agree with itself says where`(_ row: Case) async throws {
        let scratch = try Scratch()
        let store = try scratch.open()
        try await store.commit(
            [.create(row.world.job)] + row.world.pods.map { .create($0) } + row.world.records.map { .record($0) })
        for pod in row.world.pods where pod.metadata.deletionTimestamp != nil {
            try await store.delete(Pod.self, pod.key, DeleteOptions())
        }
        #expect(try await store.verify() == (row.said.map { [$0] } ?? []))
        await store.close()
    }

    @Test func `every rule is broken by a row`() {
        #expect(Set(LedgerAudit.rules.map(\.sentence)) == Set(Self.broken.compactMap(\.rule)))
    }

    @Test(arguments: broken)
    func `a row breaks the rule it names and no other`(_ row: Case) {
        let world = row.world
        let audit = LedgerAudit(jobs: [world.job], pods: world.pods, records: world.records, hasLedger: true)
        #expect(LedgerAudit.rules.filter { !$0.findBroken(audit).isEmpty }.map(\.sentence) == [row.rule])
    }

    @Test(arguments: [
        ("UPDATE attempts SET pod_name = 'b'", "the record of attempt \"uid-of-a/main/0\" does not match its row"),
        ("UPDATE attempts SET body = x'7b'", "the record of attempt \"uid-of-a/main/0\" cannot be read"),
        (
            "UPDATE attempt_logs SET log = x'00'",
            "attempt \"uid-of-a/main/0\" has 1 bytes of log, its record says 3"
        ),
        (
            "PRAGMA foreign_keys = OFF; INSERT INTO attempt_logs VALUES ('nobody', x'00')",
            "1 saved logs belong to no attempt"
        ),
    ])
    func `a row of the ledger that was changed is noticed`(sql: String, said: String) async throws {
        let scratch = try Scratch()
        let store = try scratch.open()
        let world = AuditWorld().pod("a", tracked: true)
        var record = world.records[0]
        record.logBytes = 3
        try await store.commit([.create(world.job), .create(world.pods[0]), .record(record, log: Data("log".utf8))])
        #expect(try await store.verify() == [])
        try await store.disk.queue.writeWithoutTransaction { db in try db.execute(sql: sql) }
        #expect(try await store.verify().contains(said))
        await store.close()
    }

    @Test func `a second log of an attempt, and one of no attempt, are refused by the file itself`() async throws {
        try await withStore { store in
            var record = attempt("a")
            record.logBytes = 1
            try await store.record(record, log: Data([1]))
            for id in [record.id, "nobody"] {
                await #expect(throws: DatabaseError.self) {
                    try await store.disk.queue.write { db in
                        try db.execute(sql: "INSERT INTO attempt_logs VALUES (?, x'00')", arguments: [id])
                    }
                }
            }
        }
    }

    @Test func `10,000 jobs are audited in moments`() {
        var (jobs, pods, records): ([Job], [Pod], [AttemptRecord]) = ([], [], [])
        for number in 0..<10_000 {
            let world = counting(1).pod("pod-\(number)")
            var (job, pod, record) = (world.job, world.pods[0], world.records[0])
            job.metadata.uid = "uid-\(number)"
            pod.metadata.ownerReferences?[0].uid = "uid-\(number)"
            record.jobUID = "uid-\(number)"
            jobs.append(job)
            pods.append(pod)
            records.append(record)
        }
        let clock = ContinuousClock()
        let time = clock.measure {
            #expect(LedgerAudit(jobs: jobs, pods: pods, records: records, hasLedger: true).brokenRules() == [])
        }
        print("audit of 10,000 jobs \(time)")
        #expect(time < .seconds(20))
    }
}
