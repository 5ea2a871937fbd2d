import Foundation
import Kube
import Synchronization
import Testing

@testable import Jobs
@testable import Store

@Suite(.timeLimit(.minutes(2))) struct JobControllerTests {
    @Test func `a Job runs to completion`() async throws {
        try await Host.run { host in
            try await host.running([host.controller().run, FakeNode(host.store).run]) {
                _ = try await host.create(makeJob(parallelism: 2, completions: 5))
                let job = try await host.waitForEnd(of: "pi")
                #expect(job.status?.succeeded == 5 && job.status?.failed == nil && job.status?.active == nil)
                #expect(job.status?.conditions?.map(\.type) == ["SuccessCriteriaMet", "Complete", "Finished"])
            }
            #expect(host.pods.count == 5)
            #expect(host.pods.allSatisfy { !$0.isTracked && $0.name.hasPrefix("pi-") })
            #expect(await host.told() == ["SuccessfulCreate": 5, "Completed": 1])
        }
    }

    @Test func `events name the pods`() async throws {
        try await Host.run { host in
            try await host.running([host.controller().run, FakeNode(host.store).run]) {
                _ = try await host.create(makeJob())
                _ = try await host.waitForEnd(of: "pi")
            }
            _ = await host.told()
            let messages = Set(host.store.list(Event.self).compactMap(\.message))
            #expect(messages == ["Created pod: \(host.pods[0].name)", "Job completed"])
        }
    }

    @Test func `failures up to the limit, and one more`() async throws {
        try await Host.run { host in
            try await host.running([host.controller().run, FakeNode(host.store) { _ in .fail }.run]) {
                _ = try await host.create(makeJob(backoffLimit: 3))
                let job = try await host.waitForEnd(of: "pi")
                #expect(job.status?.failed == 4)
                #expect(job.status?.conditions?.map(\.reason) == Array(repeating: "BackoffLimitExceeded", count: 3))
            }
            #expect(host.pods.count == 4)
            #expect(await host.told() == ["SuccessfulCreate": 4, "BackoffLimitExceeded": 1])
        }
    }

    @Test func `a quota lets as many pods through as fit, and the others come when there is room`() async throws {
        try await Host.run { host in
            try await host.store.create(
                ResourceQuota(
                    metadata: ObjectMeta(name: "q", namespace: "default"),
                    spec: ResourceQuotaSpec(hard: ["pods": Quantity(value: 3)])))
            try await host.running([host.controller().run]) {
                _ = try await host.create(makeJob(parallelism: 5, completions: 5))
                _ = try await host.wait(Job.self, "pi") { $0?.status?.active == 3 }
                #expect(host.pods.count == 3)
                _ = try await host.wait(Event.self, "any") { _ in
                    host.store.list(Event.self).contains { $0.reason == "FailedCreate" }
                }
            }
            let told = host.store.list(Event.self).first { $0.reason == "FailedCreate" }
            let message = told?.message ?? ""
            #expect(message.hasPrefix("Error creating: pods \"pi-"), "\(message)")
            #expect(
                message.hasSuffix("is forbidden: exceeded quota: q, requested: pods=1, used: pods=3, limited: pods=3"))
            try await host.running([host.controller().run, FakeNode(host.store).run]) {
                let job = try await host.waitForEnd(of: "pi")
                #expect(job.status?.succeeded == 5)
            }
        }
    }

    @Test func `a Job that waits after a failure has no pod that could hold a place`() async throws {
        try await Host.run { host in
            // Just now, so that the back-off has not passed.
            let failing = FakeNode(host.store) { _ in .run }
            try await host.running([host.controller().run, failing.run]) {
                _ = try await host.create(makeJob())
                _ = try await host.wait(Pod.self, "any") { _ in host.pods.first?.status?.phase == "Running" }
                let key = try #require(host.pods.first).key
                try await host.store.modify(Pod.self, key) { pod in
                    pod.status?.phase = "Failed"
                    pod.status?.conditions = [PodCondition(type: "Ready", status: "False", at: Timestamp(Date()))]
                }
                let job = try await host.wait(Job.self, "pi") { $0?.status?.failed == 1 }
                #expect(job?.status?.active ?? 0 == 0)
                #expect(host.pods.allSatisfy { $0.status?.phase == "Failed" })
            }
        }
    }

    @Test func `the wait after a failure ends by itself`() async throws {
        // The clock runs a hundred times faster: ten seconds are a tenth of one.
        let begin = Date()
        let now: @Sendable () -> Date = { begin.addingTimeInterval(Date().timeIntervalSince(begin) * 100) }
        var options = StoreOptions()
        options.now = now
        try await Host.run(options: options) { host in
            try await host.running([host.controller(now: now).run]) {
                _ = try await host.create(makeJob())
                _ = try await host.wait(Job.self, "pi") { $0?.status?.active == 1 }
                let first = try #require(host.pods.first)
                try await host.store.modify(Pod.self, first.key) { pod in
                    pod.spec.nodeName = "here"
                    pod.status?.phase = "Failed"
                    pod.status?.conditions = [PodCondition(type: "Ready", status: "False", at: Timestamp(now()))]
                }
                // A controller that looks late sees the failure and the end of the wait at once.
                _ = try await host.wait(Job.self, "pi") { $0?.status?.failed == 1 && $0?.status?.active == 1 }
            }
        }
    }

    @Test func `the deadline comes by itself, and Failed after the last pod`() async throws {
        try await Host.run { host in
            try await host.running([host.controller().run, FakeNode(host.store) { _ in .run }.run]) {
                _ = try await host.create(makeJob(parallelism: 3, completions: 3, deadline: 1))
                let job = try await host.waitForEnd(of: "pi")
                #expect(job.status?.conditions?.map(\.type) == ["FailureTarget", "Failed", "Finished"])
                #expect(job.status?.conditions?.last?.reason == "DeadlineExceeded")
                #expect(job.status?.failed == 3 && job.status?.terminating == 0)
                try await host.waitForPods(until: \.isEmpty)
            }
            #expect(await host.told() == ["SuccessfulCreate": 3, "SuccessfulDelete": 3, "DeadlineExceeded": 1])
        }
    }

    @Test func `suspended and resumed`() async throws {
        let mayEnd = Mutex(false)
        try await Host.run { host in
            let node = FakeNode(host.store) { _ in mayEnd.withLock { $0 } ? .succeed : .run }
            try await host.running([host.controller().run, node.run]) {
                let key = try await host.create(makeJob(parallelism: 2, completions: 2)).key
                _ = try await host.wait(Job.self, "pi") { $0?.status?.active == 2 }
                try await host.store.modify(Job.self, key) { $0.spec.suspend = true }
                _ = try await host.wait(Job.self, "pi") {
                    $0?.status?.condition("Suspended")?.status == "True" && $0?.status?.terminating == 0
                }
                try await host.waitForPods(until: \.isEmpty)
                mayEnd.withLock { $0 = true }
                try await host.store.modify(Job.self, key) { $0.spec.suspend = false }
                let job = try await host.waitForEnd(of: "pi")
                #expect(job.status?.failed == nil && job.status?.succeeded == 2)
            }
            #expect(await host.told()["Resumed"] == 1)
        }
    }

    @Test func `parallelism lowered and raised while it runs`() async throws {
        try await Host.run { host in
            try await host.running([host.controller().run, FakeNode(host.store) { _ in .run }.run]) {
                let key = try await host.create(makeJob(parallelism: 4, completions: 10)).key
                _ = try await host.wait(Job.self, "pi") { $0?.status?.active == 4 }
                try await host.store.modify(Job.self, key) { $0.spec.parallelism = 1 }
                _ = try await host.wait(Job.self, "pi") { $0?.status?.active == 1 && $0?.status?.terminating == 0 }
                try await host.waitForPods { $0.count == 1 }
                try await host.store.modify(Job.self, key) { $0.spec.parallelism = 3 }
                let job = try await host.wait(Job.self, "pi") { $0?.status?.active == 3 }
                #expect(job?.status?.failed == nil)
            }
        }
    }

    @Test func `a deleted pod is replaced, a deleted Job lets its pods go`() async throws {
        try await Host.run { host in
            let collector = GarbageCollector(store: host.store, types: Host.types, logger: host.logger)
            try await host.running([host.controller().run, collector.run, FakeNode(host.store) { _ in .run }.run]) {
                let key = try await host.create(makeJob(parallelism: 2, completions: 2) { $0.spec.backoffLimit = 6 })
                    .key
                _ = try await host.wait(Job.self, "pi") { $0?.status?.active == 2 }
                try await host.waitForPods { $0.allSatisfy { $0.phase == "Running" } }
                try await host.store.delete(Pod.self, host.pods[0].key)
                _ = try await host.wait(Job.self, "pi") { $0?.status?.failed == 1 && $0?.status?.terminating == 0 }
                try await host.store.delete(Job.self, key)
                try await host.waitForPods(until: \.isEmpty)
            }
        }
    }

    @Test func `a Job that another controller manages is not touched`() async throws {
        try await Host.run { host in
            try await host.running([host.controller().run, FakeNode(host.store).run]) {
                _ = try await host.store.create(makeJob(startedAt: nil) { $0.spec.managedBy = "example.com/other" })
                var second = makeJob()
                second.metadata.name = "ours"
                _ = try await host.create(second)
                _ = try await host.waitForEnd(of: "ours")
                #expect(host.store.get(Job.self, ObjectKey(namespace: "default", name: "pi"))?.status == nil)
            }
        }
    }

    @Test func `a matching pod without an owner is adopted and counted`() async throws {
        try await Host.run { host in
            var stray = Pod(
                metadata: ObjectMeta(name: "stray", namespace: "default", labels: ["app": "pi"]),
                spec: PodSpec(containers: [Container(name: "main", image: "busybox")]), status: PodStatus())
            stray.status?.phase = "Pending"
            _ = try await host.store.create(stray)
            try await host.running([host.controller().run, FakeNode(host.store).run]) {
                _ = try await host.store.create(
                    makeJob(startedAt: nil) {
                        $0.spec.manualSelector = true
                        $0.spec.selector = LabelSelector(matchLabels: ["app": "pi"])
                        $0.spec.template.metadata = ObjectMeta(labels: ["app": "pi"])
                    })
                let job = try await host.waitForEnd(of: "pi")
                #expect(job.status?.succeeded == 1)
                #expect(host.pods.map(\.name) == ["stray"])
                #expect(host.pods[0].controllerReference?.uid == job.uid)
            }
        }
    }

    /// Killed after every so many revisions, and started again each time, while the node works on.
    @Test(arguments: [1, 2, 3, 5, 8, 13])
    func `killed at any step and started again, it agrees with itself`(_ steps: Int) async throws {
        try await Host.run { host in
            let seen = Mutex(0)
            let node = FakeNode(host.store) { _ in
                seen.withLock { number in
                    number += 1
                    return number % 4 == 0 ? .fail : .succeed
                }
            }
            try await host.running([node.run]) {
                _ = try await host.create(makeJob(parallelism: 3, completions: 12, backoffLimit: 20))
                var lives = 0
                while host.store.get(Job.self, ObjectKey(namespace: "default", name: "pi"))?.isFinished != true,
                    lives < 500
                {
                    lives += 1
                    try await host.running([host.controller().run]) {
                        // What is there is told first and does not count.
                        var told = -host.pods.count - 1
                        for try await _ in try host.store.watch(Pod.self) {
                            told += 1
                            if told >= steps { return }
                            if host.store.get(Job.self, ObjectKey(namespace: "default", name: "pi"))?.isFinished == true
                            {
                                return
                            }
                        }
                    }
                }
            }
            let job = try #require(host.store.get(Job.self, ObjectKey(namespace: "default", name: "pi")))
            #expect(job.status?.succeeded == 12)
            #expect(job.status?.failed == host.pods.count { $0.phase == "Failed" }.nilIfZero)
            #expect(host.pods.count { $0.phase == "Succeeded" } == 12)
            #expect(host.pods.allSatisfy { !$0.isTracked })
        }
    }

    @Test func `everything happened while no controller ran`() async throws {
        try await Host.run { host in
            try await host.running([host.controller().run]) {
                _ = try await host.create(makeJob(parallelism: 4, completions: 4, backoffLimit: 0))
                _ = try await host.wait(Job.self, "pi") { $0?.status?.active == 4 }
            }
            for (number, pod) in host.pods.enumerated() {
                try await host.store.modify(Pod.self, pod.key) {
                    $0.status?.phase = number == 0 ? "Failed" : "Succeeded"
                }
            }
            try await host.running([host.controller().run]) {
                let job = try await host.waitForEnd(of: "pi")
                #expect(job.status?.succeeded == 3 && job.status?.failed == 1)
                #expect(job.status?.condition("Failed")?.reason == "BackoffLimitExceeded")
            }
        }
    }

    /// Every name is the same, so that only one pod at a time finds a place.
    @Test func `pods that are refused are tried slowly, and the refusal is told`() async throws {
        var options = StoreOptions()
        options.makeNameSuffix = { "aaaaa" }
        try await Host.run(options: options) { host in
            try await host.running([host.controller().run, FakeNode(host.store) { _ in .run }.run]) {
                _ = try await host.create(makeJob(parallelism: 5, completions: 5))
                _ = try await host.wait(Job.self, "pi") { $0?.status?.active == 1 }
                #expect(host.pods.map(\.name) == ["pi-aaaaa"])
                _ = try await host.wait(Event.self, "any") { _ in
                    host.store.list(Event.self).contains { $0.reason == "FailedCreate" }
                }
            }
            let refusal = host.store.list(Event.self).first { $0.reason == "FailedCreate" }
            #expect(
                refusal?.type == "Warning"
                    && refusal?.message == "Error creating: pods \"default/pi-aaaaa\" already exists")
        }
    }

    /// The disk says no again and again; the Job ends as if it had not.
    @Test func `a disk that fails now and then loses and doubles nothing`() async throws {
        let steps = Mutex(0)
        var options = StoreOptions()
        options.beforeDiskStep = { _ in
            let number = steps.withLock { steps in
                steps += 1
                return steps
            }
            if number > 20, number % 11 == 0 { throw CocoaError(.fileWriteUnknown) }
        }
        try await Host.run(options: options) { host in
            let node = FakeNode(host.store, keepsTrying: true) { _ in .succeed }
            try await host.running([host.controller().run, node.run]) {
                _ = try await host.create(makeJob(parallelism: 3, completions: 15))
                let job = try await host.waitForEnd(of: "pi")
                #expect(job.status?.succeeded == 15 && job.status?.failed == nil)
            }
            #expect(host.pods.count == 15 && host.pods.allSatisfy { !$0.isTracked })
        }
    }

    @Test func `two hundred Jobs at once`() async throws {
        try await Host.run { host in
            try await host.running([host.controller().run, FakeNode(host.store).run]) {
                for number in 0..<200 {
                    var job = makeJob(parallelism: 2, completions: 2)
                    job.metadata.name = "job-\(number)"
                    _ = try await host.create(job)
                }
                _ = try await host.wait(Job.self, "any") { _ in host.store.list(Job.self).allSatisfy(\.isFinished) }
            }
            #expect(host.store.list(Job.self).allSatisfy { $0.status?.succeeded == 2 })
            #expect(host.pods.count == 400)
        }
    }

    /// Not a benchmark: a look whose cost grew with the pods that have been would show as a second half much slower
    /// than the first.
    @Test func `many pods, as fast at the end as at the beginning`() async throws {
        try await Host.run { host in
            let start = ContinuousClock.now
            let half = Mutex<Duration?>(nil)
            try await host.running([host.controller().run, FakeNode(host.store).run]) {
                _ = try await host.create(makeJob(parallelism: 50, completions: 600))
                _ = try await host.wait(Job.self, "pi") { ($0?.status?.succeeded ?? 0) >= 300 }
                half.withLock { $0 = start.duration(to: .now) }
                let job = try await host.waitForEnd(of: "pi")
                #expect(job.status?.succeeded == 600)
            }
            let whole = start.duration(to: .now)
            let first = try #require(half.withLock { $0 })
            print("600 pods in \(whole), the first 300 in \(first)")
            #expect(whole - first < first * 3)
            #expect(host.pods.count == 600)
        }
    }
}

extension Int {
    fileprivate var nilIfZero: Int? { self == 0 ? nil : self }
}
