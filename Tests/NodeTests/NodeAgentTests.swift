import Foundation
import Kube
import Store
import Testing

@testable import Containers
@testable import Node

/// The agent over a real store. It is stopped as a service is: nothing of a worker is left behind.
struct NodeAgentTests {
    private func running(_ agent: NodeAgent, _ body: () async throws -> Void) async throws {
        try await agent.prepare()
        let task = Task { try await agent.run() }
        do {
            try await body()
            task.cancel()
            try await task.value
        } catch {
            task.cancel()
            throw error
        }
    }

    /// A pod is bound a moment before it is launched; an agent that is stopped in between launches nothing.
    private func untilLaunched(_ scene: Scene, _ count: Int) async {
        for _ in 0..<500 where scene.runtime.plans.withLock({ $0.count }) < count {
            try? await Task.sleep(for: .milliseconds(10))  // nobody cancels a test
        }
    }

    /// Waits for what the store says, not for time.
    private func until(_ scene: Scene, _ name: String, _ holds: (Pod) -> Bool) async throws {
        for try await event in try scene.store.watch(Pod.self) {
            switch event {
            case .added(let pod), .modified(let pod): if pod.name == name, holds(pod) { return }
            case .deleted, .bookmark: continue
            }
        }
    }

    private func asking(_ name: String, _ cpu: String) -> Pod {
        var pod = makePod(name)
        pod.spec.containers[0].resources = ResourceRequirements(requests: ["cpu": Quantity(cpu)!])
        return pod
    }

    @Test func `after a restart pods that run keep their room, whatever their name`() async throws {
        try await Scene.run { scene in
            _ = try await scene.store.create(asking("a", "500m"))
            let bound = try await scene.store.create(makeBound(asking("z", "800m"), [makeStatus(runningState)]))
            let left = FakePod(scene.runtime)
            scene.runtime.state.withLock { $0.adoptable[bound.uid] = left }
            try await running(scene.agent()) {
                try await until(scene, "a") {
                    $0.status?.conditions?.first?.message?.contains("Insufficient cpu") == true
                }
                #expect(!scene.runtime.calls.contains { $0.hasPrefix("launch") })
                left.tell(
                    .exited(
                        ContainerExit(
                            container: "main", attempt: 0, exitCode: 0, signal: nil, cause: .exit, startedAt: noon,
                            finishedAt: noon, usage: ResourceUsage(), lostLogBytes: 0)))
                try await until(scene, "a") { $0.spec.nodeName != nil }
            }
        }
    }

    @Test func `those in front are told when they move up, without another event`() async throws {
        try await Scene.run { scene in
            let agent = try scene.agent()
            try await running(agent) {
                _ = try await scene.store.create(asking("a", "800m"))
                try await until(scene, "a") { $0.spec.nodeName != nil }
                for name in ["b", "c"] {
                    _ = try await scene.store.create(asking(name, "900m"))
                    try await until(scene, name) { $0.status?.conditions != nil }
                }
                func place(_ number: Int) -> String {
                    "0/1 nodes are available: 1 Insufficient cpu. Position in the queue: \(number)."
                }
                try await until(scene, "c") { $0.status?.conditions?.first?.message == place(2) }
                try await scene.store.delete(Pod.self, ObjectKey(namespace: "default", name: "b"))
                while agent.state.withLock({ $0.waiting.count }) > 1 { await Task.yield() }
                scene.clock.advance(NodeAgent.tellingInterval)
                try await until(scene, "c") { $0.status?.conditions?.first?.message == place(1) }
                await agent.recorder.flush()
                let told = scene.store.list(Event.self).filter {
                    $0.reason == "FailedScheduling" && $0.involvedObject.name == "c"
                }
                #expect(told.map(\.message) == [place(2)])
            }
        }
    }

    private func impatient(_ name: String, _ cpu: String) -> Pod {
        var pod = asking(name, cpu)
        pod.metadata.annotations = [StintAnnotation.startDeadline: "2m"]
        return pod
    }

    @Test func `a pod that finds no room in its time fails, and makes way`() async throws {
        try await Scene.run { scene in
            try await running(scene.agent()) {
                _ = try await scene.store.create(asking("a", "500m"))
                try await until(scene, "a") { $0.spec.nodeName != nil }
                let late = try await scene.store.create(impatient("b", "800m"))
                try await until(scene, "b") { $0.status?.conditions != nil }
                // So many may pass it, and no more.
                for number in 0..<Admission.passes {
                    _ = try await scene.store.create(asking("s\(number)", "10m"))
                    try await until(scene, "s\(number)") { $0.spec.nodeName != nil }
                }
                _ = try await scene.store.create(asking("c", "300m"))
                try await until(scene, "c") { $0.status?.conditions != nil }
                #expect(
                    scene.store.get(Pod.self, ObjectKey(namespace: "default", name: "c"))?.status?.conditions?.first?
                        .message
                        == "0/1 nodes are available: 1 a pod ahead of it is waiting for resources. Position in the queue: 2."
                )
                scene.clock.advance(119)
                #expect(scene.store.get(Pod.self, late.key)?.status?.phase != "Failed")
                scene.clock.advance(1)
                try await until(scene, "b") { $0.status?.phase == "Failed" }
                try await until(scene, "c") { $0.spec.nodeName != nil }
                let pod = scene.store.get(Pod.self, late.key)
                #expect(pod?.spec.nodeName == nil)
                #expect(pod?.status?.reason == "StartDeadlineExceeded")
                #expect(
                    pod?.status?.message
                        == "not started within 2m: 0/1 nodes are available: 1 Insufficient cpu. Position in the queue: 1."
                )
                let attempts = try await scene.store.attempts(podUID: late.uid)
                #expect(attempts.map(\.reason) == ["StartDeadlineExceeded"])
                #expect(attempts.map(\.startedAt) == [nil])
                await untilLaunched(scene, 2 + Admission.passes)
            }
            #expect(scene.runtime.plans.withLock { $0.count } == 2 + Admission.passes)
        }
    }

    @Test func `a time to start that passed while no daemon ran has passed, whatever room there is now`() async throws {
        try await Scene.run { scene in
            let late = try await scene.store.create(impatient("late", "100m"))
            scene.clock.advance(120)
            try await running(scene.agent()) {
                try await until(scene, "late") { $0.status?.phase == "Failed" }
                #expect(
                    scene.store.get(Pod.self, late.key)?.status?.message
                        == "not started within 2m: it was not scheduled")
                _ = try await scene.store.create(asking("a", "1"))
                try await until(scene, "a") { $0.spec.nodeName != nil }
                await untilLaunched(scene, 1)
            }
            #expect(scene.runtime.plans.withLock { $0.count } == 1)
        }
    }

    @Test func `more time that is given to a waiting pod counts, and so does taking the limit away`() async throws {
        try await Scene.run { scene in
            try await running(scene.agent()) {
                _ = try await scene.store.create(asking("a", "1"))
                try await until(scene, "a") { $0.spec.nodeName != nil }
                let more = try await scene.store.create(impatient("more", "500m"))
                let none = try await scene.store.create(impatient("none", "600m"))
                for pod in [more, none] { try await until(scene, pod.name) { $0.status?.conditions != nil } }
                _ = try await scene.store.modify(Pod.self, more.key) {
                    $0.metadata.annotations?[StintAnnotation.startDeadline] = "3m"
                }
                _ = try await scene.store.modify(Pod.self, none.key) { $0.metadata.annotations = nil }
                scene.clock.advance(150)
                _ = try await scene.store.create(impatient("after", "2"))  // seen after the two
                try await until(scene, "after") { $0.status?.conditions != nil }
                for pod in [more, none] {
                    #expect(scene.store.get(Pod.self, pod.key)?.status?.phase != "Failed")
                }
                scene.clock.advance(30)
                try await until(scene, "more") { $0.status?.phase == "Failed" }
            }
        }
    }

    @Test func `news that is older than the end of a pod does not start it again`() async throws {
        try await Scene.run { scene in
            let old = try await scene.store.create(makeBound(makePod()))
            _ = try await scene.store.modify(Pod.self, old.key) { $0.status?.phase = "Succeeded" }
            let agent = try scene.agent()
            agent.see(old)
            #expect(agent.state.withLock { $0.workers.isEmpty })
        }
    }

    @Test func `what an earlier daemon left of pods that are over or unknown goes`() async throws {
        try await Scene.run { scene in
            let over = try await scene.store.create(makeBound(makePod("over")))
            _ = try await scene.store.modify(Pod.self, over.key) { $0.status?.phase = "Failed" }
            let running = try await scene.store.create(makeBound(makePod("running")))
            scene.runtime.state.withLock { $0.known = [over.uid, running.uid, "unknown"] }
            for path in ["\(over.uid)/roots", "\(over.uid)/logs", "\(running.uid)/roots", "unknown"] {
                try FileManager.default.createDirectory(
                    atPath: "\(scene.directory)/pods/\(path)", withIntermediateDirectories: true)
            }
            scene.runtime.state.withLock { $0.removeFailures = 1 }  // keeps nobody from starting
            try await scene.agent().prepare()
            try await scene.agent().prepare()
            #expect(scene.runtime.knownPods() == [running.uid])
            let left = try FileManager.default.subpathsOfDirectory(atPath: "\(scene.directory)/pods")
            #expect(
                Set(left) == [over.uid, "\(over.uid)/logs", running.uid, "\(running.uid)/roots"])
        }
    }

    @Test func `stopping leaves containers running and waits for what is being written`() async throws {
        try await Scene.run { scene in
            let agent = try scene.agent()
            try await running(agent) {
                let pod = try await scene.store.create(makePod())
                try await until(scene, "p") { $0.status?.containerStatuses != nil }
                _ = pod
            }
            #expect(scene.runtime.calls == ["launch main/0"])
        }
    }

    @Test func `a pod that waits for a ConfigMap starts when it comes, and nobody asks in between`() async throws {
        try await Scene.run { scene in
            var pod = makePod()
            pod.spec.containers[0].envFrom = [EnvFromSource(configMap: OptionalReference(name: "settings"))]
            let waiting = pod
            try await running(scene.agent()) {
                _ = try await scene.store.create(waiting)
                try await until(scene, "p") {
                    $0.status?.containerStatuses?[0].state?.waiting?.reason == "CreateContainerConfigError"
                }
                for namespace in ["other", "default"] {
                    let map = ConfigMap(
                        metadata: ObjectMeta(name: "settings", namespace: namespace), data: ["A": namespace])
                    _ = try await scene.store.create(map)
                }
                try await until(scene, "p") {
                    $0.status?.containerStatuses?[0].state?.waiting?.reason == "ContainerCreating"
                }
                #expect(scene.runtime.calls == ["launch main/0"])
                #expect(scene.runtime.plans.withLock { $0 }[0].environment.contains("A=default"))
            }
        }
    }
}
