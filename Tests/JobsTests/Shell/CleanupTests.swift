import Foundation
import Kube
import Store
import Testing

@testable import Jobs

@Suite(.timeLimit(.minutes(2))) struct CleanupTests {
    struct Owned: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let owners: [OwnerState]
        let expected: OwnerDecision
        var finalizers: [String] = []
        var isGoing = false

        init(
            _ sentence: String, _ owners: [OwnerState], _ expected: OwnerDecision, finalizers: [String] = [],
            isGoing: Bool = false
        ) {
            (testDescription, self.owners, self.expected) = (sentence, owners, expected)
            (self.finalizers, self.isGoing) = (finalizers, isGoing)
        }
    }

    @Test(arguments: [
        Owned("nobody owns it: it stays", [], .keep),
        Owned("its owner lives: it stays", [.alive], .keep),
        Owned("its owner is gone: it goes", [.gone], .delete(.background)),
        Owned("its owner waits for it: it goes", [.waiting], .delete(.background)),
        Owned("one of two is gone: it forgets that one", [.alive, .gone], .forget(uids: ["1"])),
        Owned("one waits, one is gone, one lives", [.waiting, .gone, .alive], .forget(uids: ["0", "1"])),
        Owned("both are gone: it goes", [.gone, .gone], .delete(.background)),
        Owned("it goes already", [.gone], .keep, isGoing: true),
        Owned("it keeps what it owns, if it says so", [.gone], .delete(.orphan), finalizers: ["orphan"]),
        Owned(
            "it takes along what it owns, if it says so", [.gone], .delete(.foreground),
            finalizers: ["foregroundDeletion"]),
    ])
    func `what becomes of the owned`(_ row: Owned) {
        var meta = ObjectMeta(name: "a")
        meta.finalizers = row.finalizers
        if row.isGoing { meta.deletionTimestamp = moment(0) }
        let owners = row.owners.enumerated().map { number, state in
            (reference: OwnerReference(apiVersion: "batch/v1", kind: "Job", name: "x", uid: "\(number)"), state: state)
        }
        #expect(decide(meta, owners: owners) == row.expected)
    }

    @Test func `pods that ended long ago go when there are too many`() async throws {
        try await Host.run { host in
            let key = ObjectKey(namespace: "default", name: "")
            for (number, phase) in ["Succeeded", "Running", "Failed", "Succeeded", "Failed"].enumerated() {
                try await host.store.create(
                    Pod.sketch("p\(number)", phase) {
                        $0.metadata.ownerReferences = nil
                        if number != 4 { $0.metadata.finalizers = nil }
                    })
            }
            // What is not counted yet (p4) and what runs (p1) is none of its business.
            let collector = PodGarbageCollector(store: host.store, threshold: 1, logger: host.logger)
            try await host.running([collector.run]) {
                try await host.waitForPods { $0.map(\.name) == ["p1", "p3", "p4"] }
                try await host.store.modify(Pod.self, ObjectKey(namespace: key.namespace, name: "p4")) {
                    $0.metadata.finalizers = nil
                }
                try await host.waitForPods { $0.map(\.name) == ["p1", "p4"] }
            }
        }
    }

    @Test func `the oldest of the ended are those made first`() {
        var ended = EndedPods()
        for (name, age) in [("a", 5.0), ("b", 9), ("c", 1), ("d", 9)] {
            ended.note(.succeeded(name) { $0.metadata.creationTimestamp = moment(-age) }.counted)
        }
        #expect(ended.oldest(beyond: 1).map(\.name) == ["b", "d", "a"])
        ended.note(.succeeded("b").dying().counted)
        #expect(ended.oldest(beyond: 1).map(\.name) == ["d", "a"])
        #expect(ended.oldest(beyond: 3).isEmpty)
    }

    private func finished(_ host: Host, ttl: Int64? = nil) async throws -> Job {
        _ = try await host.create(makeJob(parallelism: 2, completions: 2) { $0.spec.ttlSecondsAfterFinished = ttl })
        return try await host.waitForEnd(of: "pi")
    }

    private func collector(_ host: Host) -> GarbageCollector {
        GarbageCollector(store: host.store, types: Host.types, logger: host.logger)
    }

    @Test func `in the background: the Job goes at once, its pods after it`() async throws {
        try await Host.run { host in
            try await host.running([host.controller().run, collector(host).run, FakeNode(host.store).run]) {
                let job = try await finished(host)
                try await host.store.delete(Job.self, job.key, DeleteOptions(propagationPolicy: .background))
                #expect(host.store.get(Job.self, job.key) == nil)
                try await host.waitForPods(until: \.isEmpty)
            }
        }
    }

    @Test func `in the foreground: the Job waits for its pods`() async throws {
        try await Host.run { host in
            try await host.running([host.controller().run, collector(host).run, FakeNode(host.store) { _ in .run }.run])
            {
                let key = try await host.create(makeJob(parallelism: 2, completions: 2)).key
                try await host.waitForPods { $0.count == 2 && $0.allSatisfy { $0.phase == "Running" } }
                try await host.store.delete(Job.self, key, DeleteOptions(propagationPolicy: .foreground))
                #expect(host.store.get(Job.self, key)?.metadata.deletionTimestamp != nil)
                _ = try await host.wait(Job.self, "pi") { $0 == nil }
                #expect(host.pods.isEmpty)
            }
        }
    }

    @Test func `orphaned: the pods stay, without owner and without finalizer`() async throws {
        try await Host.run { host in
            try await host.running([host.controller().run, collector(host).run, FakeNode(host.store) { _ in .run }.run])
            {
                let key = try await host.create(makeJob(parallelism: 2, completions: 2)).key
                try await host.waitForPods { $0.count == 2 && $0.allSatisfy { $0.phase == "Running" } }
                try await host.store.delete(Job.self, key, DeleteOptions(propagationPolicy: .orphan))
                _ = try await host.wait(Job.self, "pi") { $0 == nil }
                try await host.waitForPods { $0.allSatisfy { !$0.isTracked } }
                #expect(host.pods.count == 2)
                #expect(
                    host.pods.allSatisfy { $0.metadata.ownerReferences == nil && $0.metadata.deletionTimestamp == nil })
            }
        }
    }

    @Test func `what lost its owner while nobody ran goes at the start`() async throws {
        try await Host.run { host in
            let key = try await host.create(makeJob()).key
            try await host.running([host.controller().run]) {
                _ = try await host.wait(Job.self, "pi") { $0?.status?.active == 1 }
            }
            try await host.store.delete(Job.self, key)
            #expect(host.pods.count == 1)
            try await host.running([host.controller().run, collector(host).run]) {
                try await host.waitForPods(until: \.isEmpty)
            }
        }
    }

    @Test func `an owner of the same name is not the owner`() async throws {
        try await Host.run { host in
            let job = try await host.store.create(makeJob(startedAt: nil) { $0.spec.managedBy = "example.com/other" })
            var pod = Pod.pending("old")
            pod.metadata.finalizers = nil
            pod.metadata.ownerReferences?[0].uid = "another"
            _ = try await host.store.create(pod)
            pod.metadata.name = "ours"
            pod.metadata.ownerReferences?[0].uid = job.uid
            _ = try await host.store.create(pod)
            try await host.running([collector(host).run, FakeNode(host.store) { _ in .run }.run]) {
                _ = try await host.wait(Pod.self, "old") { $0 == nil }
            }
            #expect(host.pods.map(\.name) == ["ours"])
        }
    }

    @Test func `a finished Job goes when its time to live is over, with its pods`() async throws {
        try await Host.run { host in
            let ttl = TTLController(store: host.store, logger: host.logger)
            try await host.running([host.controller().run, collector(host).run, ttl.run, FakeNode(host.store).run]) {
                _ = try await finished(host, ttl: 1)
                #expect(host.store.get(Job.self, ObjectKey(namespace: "default", name: "pi")) != nil)
                _ = try await host.wait(Job.self, "pi") { $0 == nil }
                #expect(host.pods.isEmpty)
            }
        }
    }

    @Test func `time to live counts from the end`() {
        var job = makeJob { $0.spec.ttlSecondsAfterFinished = 100 }
        #expect(job.expiry == nil)
        job.status?.setCondition("Complete", true, "CompletionsReached", "", noon)
        #expect(job.expiry == noon.addingTimeInterval(100))
        job.metadata.deletionTimestamp = moment(0)
        #expect(job.expiry == nil)
        #expect(makeJob { $0.status?.setCondition("Failed", true, "x", "", noon) }.expiry == nil)
    }

    @Test func `a namespace is emptied before it goes`() async throws {
        try await Host.run { host in
            let namespaces = NamespaceController(store: host.store, types: Host.types, logger: host.logger)
            let services: [@Sendable () async throws -> Void] = [
                host.controller().run, collector(host).run, namespaces.run, FakeNode(host.store) { _ in .run }.run,
            ]
            try await host.running(services) {
                let made = try await host.wait(Namespace.self, "default", namespace: nil) { $0 != nil }
                #expect(
                    made?.status?.phase == "Active"
                        && made?.metadata.labels?["kubernetes.io/metadata.name"] == "default")
                _ = try await host.store.create(Namespace(metadata: ObjectMeta(name: "team")))
                _ = try await host.wait(Namespace.self, "team", namespace: nil) { $0?.status?.phase == "Active" }
                _ = try await host.create(makeJob { $0.metadata.namespace = "team" })
                _ = try await host.wait(Job.self, "pi", namespace: "team") { $0?.status?.active == 1 }
                try await host.store.delete(Namespace.self, ObjectKey(namespace: nil, name: "team"))
                #expect(host.store.get(Namespace.self, ObjectKey(namespace: nil, name: "team")) != nil)
                _ = try await host.wait(Namespace.self, "team", namespace: nil) { $0 == nil }
                #expect(
                    host.store.list(Job.self, namespace: "team").isEmpty
                        && host.store.list(Pod.self, namespace: "team").isEmpty)
                #expect(host.store.get(Namespace.self, ObjectKey(namespace: nil, name: "default")) != nil)
            }
        }
    }

    @Test func `whatever a namespace holds goes with it`() async throws {
        try await Host.run { host in
            let namespaces = NamespaceController(store: host.store, types: Host.types, logger: host.logger)
            let contents = NamespaceContents(store: host.store, rootCA: "PEM", apiPort: 6443, logger: host.logger)
            try await host.running([namespaces.run, contents.run, host.controller().run, collector(host).run]) {
                _ = try await host.store.create(Namespace(metadata: ObjectMeta(name: "team")))
                _ = try await host.wait(ConfigMap.self, "kube-root-ca.crt", namespace: "team") { $0 != nil }
                let meta = ObjectMeta(name: "mine", namespace: "team")
                _ = try await host.store.create(ConfigMap(metadata: meta))
                _ = try await host.store.create(Secret(metadata: meta))
                _ = try await host.store.create(ServiceAccount(metadata: meta))
                _ = try await host.store.create(ClusterService(metadata: meta, spec: ServiceSpec()))
                _ = try await host.store.create(makeCronJob("mine", namespace: "team"))
                try await host.store.delete(Namespace.self, ObjectKey(namespace: nil, name: "team"))
                _ = try await host.wait(Namespace.self, "team", namespace: nil) { $0 == nil }
                func left<R: Resource>(_ type: R.Type) -> Int { host.store.list(type, namespace: "team").count }
                for type in Host.types where type.type.isNamespaced { #expect(left(type) == 0, "\(type)") }
            }
        }
    }

    private func makeCronJob(_ name: String, namespace: String = "default") -> CronJob {
        let job = makeJob()
        return CronJob(
            metadata: ObjectMeta(name: name, namespace: namespace),
            spec: CronJobSpec(schedule: "0 3 * * *", jobTemplate: JobTemplateSpec(spec: job.spec)))
    }

    /// As `kubectl create job --from=cronjob/nightly` makes it.
    @Test func `a Job of a CronJob lives while it does, and goes with it`() async throws {
        try await Host.run { host in
            let nightly = try await host.store.create(makeCronJob("nightly"))
            let job = try await host.create(
                makeJob {
                    $0.metadata.annotations = ["cronjob.kubernetes.io/instantiate": "manual"]
                    $0.metadata.ownerReferences = [
                        OwnerReference(
                            apiVersion: "batch/v1", kind: "CronJob", name: "nightly", uid: nightly.uid, controller: true
                        )
                    ]
                })
            try await host.running([host.controller().run, collector(host).run, FakeNode(host.store).run]) {
                _ = try await host.waitForEnd(of: "pi")
                #expect(host.store.get(Job.self, job.key) != nil)
                try await host.store.delete(CronJob.self, nightly.key)
                _ = try await host.wait(Job.self, "pi") { $0 == nil }
                try await host.waitForPods(until: \.isEmpty)
            }
        }
    }
}
