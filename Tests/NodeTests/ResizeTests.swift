import Containers
import Foundation
import Kube
import Store
import Synchronization
import Testing

@testable import Node

/// A pod that runs is given other resources.
struct ResizeTests {
    private static func resources(_ cpu: String, _ memory: String) -> ResourceRequirements {
        let amounts = ["cpu": Quantity(cpu)!, "memory": Quantity(memory)!]
        return ResourceRequirements(limits: amounts, requests: amounts)
    }

    private func pod(policy: String = "Never", restarts: [String] = []) -> Pod {
        var pod = makePod(policy: policy)
        pod.spec.containers[0].resources = Self.resources("200m", "64Mi")
        pod.spec.containers[0].resizePolicy = restarts.map {
            ContainerResizePolicy(resourceName: $0, restartPolicy: "RestartContainer")
        }
        return pod
    }

    /// As the API would store it.
    private func resize(_ time: Timeline, _ cpu: String, _ memory: String) async throws {
        let changed = try await time.scene.store.modify(Pod.self, time.key) { pod in
            pod.spec.containers[0].resources = Self.resources(cpu, memory)
        }
        await time.send(.changed(changed))
    }

    private func condition(_ time: Timeline, _ type: String) -> PodCondition? {
        time.pod?.status?.conditions?.first { $0.type == type }
    }

    private func events(_ scene: Scene, _ prefix: String) async throws -> [String] {
        await scene.recorder.flush()
        return scene.store.list(Event.self).filter { $0.reason?.hasPrefix(prefix) == true }
            .sorted {
                ($0.firstTimestamp?.date ?? .distantPast, $0.name) < ($1.firstTimestamp?.date ?? .distantPast, $1.name)
            }
            .map { "\($0.reason ?? ""): \($0.message ?? "")" }
    }

    @Test func `it is granted, written to the groups, and told`() async throws {
        try await Scene.run { scene in
            let time = try await Timeline(scene, pod())
            await time.happens(time.starts())
            var status = try #require(time.pod?.status?.containerStatuses?[0])
            #expect(status.resources == Self.resources("200m", "64Mi"))
            #expect(status.allocatedResources == Self.resources("200m", "64Mi").requests)
            try await resize(time, "500m", "128Mi")
            #expect(time.calls == ["launch main/0", "resize pod 500/128, main 500/128"])
            status = try #require(time.pod?.status?.containerStatuses?[0])
            #expect(status.resources == Self.resources("500m", "128Mi"))
            #expect(status.allocatedResources == Self.resources("500m", "128Mi").requests)
            #expect(status.restartCount == 0)
            #expect(condition(time, "PodResizeInProgress") == nil)
            #expect(condition(time, "PodResizePending") == nil)
            #expect(time.pod?.status?.observedGeneration == 2)
            let summary =
                #"{"containers":[{"name":"main","resources":{"limits":{"cpu":"500m","memory":"128Mi"},"requests":{"cpu":"500m","memory":"128Mi"}}}],"generation":2}"#
            #expect(
                try await Set(events(scene, "Resize")) == [
                    "ResizeStarted: Pod resize started: \(summary)",
                    "ResizeCompleted: Pod resize completed: \(summary)",
                ])
        }
    }

    @Test(arguments: [
        (
            ResizeVerdict.deferred("Node didn't have enough resource: cpu, requested: 900, used: 500, capacity: 1000"),
            "Deferred"
        ),
        (
            ResizeVerdict.infeasible("Node didn't have enough capacity: cpu, requested: 2000, capacity: 1000"),
            "Infeasible"
        ),
    ])
    func `what there is no room for stays a wish, and what runs keeps what it has`(_ row: (ResizeVerdict, String))
        async throws
    {
        try await Scene.run { scene in
            scene.verdict.withLock { $0 = row.0 }
            let time = try await Timeline(scene, pod())
            await time.happens(time.starts())
            try await resize(time, "900m", "64Mi")
            #expect(time.calls == ["launch main/0"])
            let pending = try #require(condition(time, "PodResizePending"))
            #expect((pending.status, pending.reason, pending.observedGeneration) == ("True", row.1, 2))
            switch row.0 {
            case .deferred(let message), .infeasible(let message): #expect(pending.message == message)
            case .granted: break
            }
            #expect(time.pod?.status?.containerStatuses?[0].resources == Self.resources("200m", "64Mi"))
            #expect(try await events(scene, "Resize").count == 1)
            // Room comes.
            scene.verdict.withLock { $0 = .granted }
            await time.send(.roomForResize)
            #expect(condition(time, "PodResizePending") == nil)
            #expect(time.calls.last == "resize pod 900/64, main 900/64")
            #expect(time.pod?.status?.containerStatuses?[0].resources == Self.resources("900m", "64Mi"))
        }
    }

    @Test func `a wish that is taken back is forgotten`() async throws {
        try await Scene.run { scene in
            scene.verdict.withLock { $0 = .deferred("no room") }
            let time = try await Timeline(scene, pod())
            await time.happens(time.starts())
            try await resize(time, "900m", "64Mi")
            #expect(condition(time, "PodResizePending") != nil)
            scene.verdict.withLock { $0 = .granted }
            try await resize(time, "200m", "64Mi")
            #expect(condition(time, "PodResizePending") == nil)
            #expect(time.calls == ["launch main/0"])
        }
    }

    @Test func `memory that is in use is not taken away, and it is tried again`() async throws {
        try await Scene.run { scene in
            let time = try await Timeline(scene, pod())
            await time.happens(time.starts())
            let error = ContainerError.cgroup(
                .inUse([
                    MemoryInUse(container: nil, wanted: 1 << 20, used: 3 << 20),
                    MemoryInUse(container: "main", wanted: 1 << 20, used: 2 << 20),
                ]))
            scene.runtime.state.withLock { $0.resizeError = error }
            try await resize(time, "200m", "1Mi")
            let progress = try #require(condition(time, "PodResizeInProgress"))
            #expect((progress.status, progress.reason, progress.observedGeneration) == ("True", "Error", 2))
            #expect(
                progress.message
                    == "cannot decrease memory limits: [attempting to set pod memory limit (1048576) below current usage "
                    + "(3145728), attempting to set container \"main\" memory limit (1048576) below current usage (2097152)]"
            )
            #expect(time.pod?.status?.containerStatuses?[0].resources == Self.resources("200m", "64Mi"))
            #expect(
                time.pod?.status?.containerStatuses?[0].allocatedResources == Self.resources("200m", "1Mi").requests)
            scene.runtime.state.withLock { $0.resizeError = nil }
            await time.pass(1)
            #expect(condition(time, "PodResizeInProgress") == nil)
            #expect(time.pod?.status?.containerStatuses?[0].resources == Self.resources("200m", "1Mi"))
            #expect(try await events(scene, "ResizeError").count == 1)
        }
    }

    @Test func `a container that has to be started again is, whatever it ended with and without a wait`() async throws {
        try await Scene.run { scene in
            let time = try await Timeline(scene, pod(policy: "OnFailure", restarts: ["memory"]))
            await time.happens(time.starts())
            try await resize(time, "200m", "32Mi")
            #expect(time.calls == ["launch main/0", "resize pod 200/32, growing", "stop main/0 30"])
            #expect(condition(time, "PodResizeInProgress")?.status == "True")
            await time.happens(time.exits())
            #expect(time.calls.suffix(2) == ["resize pod 200/32", "start main/1"])
            #expect(scene.runtime.plans.withLock { $0.last?.limits.memoryLimitBytes } == 32 << 20)
            await time.happens(time.starts("main", 1))
            #expect(time.pod?.status?.phase == "Running")
            #expect(time.pod?.status?.containerStatuses?[0].restartCount == 1)
            #expect(time.pod?.status?.containerStatuses?[0].resources == Self.resources("200m", "32Mi"))
            #expect(condition(time, "PodResizeInProgress") == nil)
            #expect(try await events(scene, "Killing") == ["Killing: Container main resize requires restart"])
        }
    }

    @Test func `the same container takes a change of what does not need it as it runs`() async throws {
        try await Scene.run { scene in
            let time = try await Timeline(scene, pod(policy: "OnFailure", restarts: ["memory"]))
            await time.happens(time.starts())
            try await resize(time, "300m", "64Mi")
            #expect(time.calls == ["launch main/0", "resize pod 300/64, main 300/64"])
        }
    }

    @Test func `a pod that waits is started with what it was granted meanwhile`() async throws {
        try await Scene.run { scene in
            scene.imageNames.withLock { $0 = [] }
            let time = try await Timeline(scene, pod())
            try await resize(time, "500m", "128Mi")
            scene.imageNames.withLock { $0 = ["busybox"] }
            await time.send(.imageArrived)
            #expect(time.calls == ["launch main/0"])
            #expect(scene.runtime.plans.withLock { $0.last?.limits.cpuLimitMillis } == 500)
            #expect(scene.runtime.pods.withLock { $0.last?.limits.memoryLimitBytes } == 128 << 20)
        }
    }

    // MARK: after a restart of the daemon

    private func bound(granted: ResourceRequirements, asked: ResourceRequirements) -> Pod {
        var status = makeStatus(runningState)
        status.resources = granted
        status.allocatedResources = granted.requests
        var pod = makeBound(pod(), [status])
        pod.spec.containers[0].resources = asked
        return pod
    }

    @Test func `what was granted stays granted, and what was asked for is asked for again`() async throws {
        let pod = bound(granted: Self.resources("200m", "64Mi"), asked: Self.resources("900m", "64Mi"))
        #expect(pod.granted.spec.containers[0].resources == Self.resources("200m", "64Mi"))
        try await Scene.run { scene in
            scene.verdict.withLock { $0 = .deferred("no room") }
            let time = try await Timeline(scene, pod, adoptable: true)
            #expect(time.calls == ["adopt"])
            #expect(condition(time, "PodResizePending")?.reason == "Deferred")
            #expect(time.pod?.status?.containerStatuses?[0].resources == Self.resources("200m", "64Mi"))
        }
        try await Scene.run { scene in
            let time = try await Timeline(scene, pod, adoptable: true)
            #expect(time.calls == ["adopt", "resize pod 900/64, main 900/64"])
            #expect(time.pod?.status?.containerStatuses?[0].resources == Self.resources("900m", "64Mi"))
        }
    }

    @Test func `what was granted and not written is written`() async throws {
        var pod = bound(granted: Self.resources("200m", "64Mi"), asked: Self.resources("200m", "1Mi"))
        pod.status?.containerStatuses?[0].allocatedResources = Self.resources("200m", "1Mi").requests
        try await Scene.run { [pod] scene in
            let time = try await Timeline(scene, pod, adoptable: true)
            #expect(time.calls == ["adopt", "resize pod 200/1, main 200/1"])
        }
    }

    @Test func `a pod that is as it should be is left alone`() async throws {
        let resources = Self.resources("200m", "64Mi")
        try await Scene.run { scene in
            let time = try await Timeline(scene, bound(granted: resources, asked: resources), adoptable: true)
            #expect(time.calls == ["adopt"])
        }
    }
}

/// Who has room, when a pod asks for more.
struct ResizeAdmissionTests {
    private func admission() -> Admission {
        var admission = Admission(capacity: .init(cpuMilli: 1000, memoryBytes: 1000), maxPods: 10)
        admission.readmit(uid: "a", claim: .init(cpuMilli: 400, memoryBytes: 400))
        admission.readmit(uid: "b", claim: .init(cpuMilli: 500, memoryBytes: 100))
        return admission
    }

    struct Row: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let claim: Admission.Claim
        let expected: ResizeVerdict

        init(_ sentence: String, _ cpu: Int64, _ memory: Int64, _ expected: ResizeVerdict) {
            testDescription = sentence
            claim = Admission.Claim(cpuMilli: cpu, memoryBytes: memory)
            self.expected = expected
        }
    }

    @Test(arguments: [
        Row("what is left may be had", 500, 900, .granted),
        Row("less is always granted", 1, 1, .granted),
        Row(
            "the others are counted", 501, 400,
            .deferred("Node didn't have enough resource: cpu, requested: 501, used: 500, capacity: 1000")),
        Row(
            "of memory too", 400, 901,
            .deferred("Node didn't have enough resource: memory, requested: 901, used: 100, capacity: 1000")),
        Row(
            "more than the host has is never granted", 1001, 400,
            .infeasible("Node didn't have enough capacity: cpu, requested: 1001, capacity: 1000")),
        Row(
            "memory is named first", 1001, 1001,
            .infeasible("Node didn't have enough capacity: memory, requested: 1001, capacity: 1000")),
    ])
    func judges(_ row: Row) {
        var admission = admission()
        #expect(admission.resize(uid: "a", to: row.claim) == row.expected)
        let own = row.expected == .granted ? row.claim : .init(cpuMilli: 400, memoryBytes: 400)
        #expect(admission.used == .init(cpuMilli: own.cpuMilli + 500, memoryBytes: own.memoryBytes + 100))
    }

    @Test func `what one gives back, the one that waited longest gets`() {
        var admission = admission()
        var resizes = WaitingResizes()
        resizes.wait("a", .init(cpuMilli: 800, memoryBytes: 400))
        #expect(resizes.grant(&admission) == [])
        admission.remove(uid: "b")
        #expect(resizes.grant(&admission) == ["a"])
        #expect(admission.used.cpuMilli == 800)
        #expect(resizes.grant(&admission) == [])
    }

    @Test func `a pod that is changed while it waits stands in line with what it asks for now`() {
        var admission = admission()
        admission.add(uid: "c", priority: 0, claim: .init(cpuMilli: 900, memoryBytes: 1))
        #expect(admission.admit().admitted == [])
        admission.add(uid: "c", priority: 0, claim: .init(cpuMilli: 100, memoryBytes: 1))
        #expect(admission.admit().admitted == ["c"])
        #expect(admission.used.cpuMilli == 1000)
    }
}
