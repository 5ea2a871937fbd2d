import Containers
import Foundation
import Kube
import Store
import Testing

@testable import Node

/// Init containers, sidecars and the restarts of single containers, with a real store and without containers.
struct InitContainerTests {
    /// `a` and `b` initialize, `s*` are sidecars, in the order of the list.
    private func pod(
        _ initContainers: [String], policy: String = "Never", deadline: Int64? = nil, mains: [String] = ["main"]
    ) -> Pod {
        var pod = makePod(policy: policy, containers: mains, deadline: deadline)
        pod.spec.initContainers = initContainers.map { name in
            var container = Container(name: name, image: "busybox")
            container.command = ["true"]
            if name.hasPrefix("s") { container.restartPolicy = "Always" }
            return container
        }
        return pod
    }

    @Test func `init containers run one after the other, and the main one after all`() async throws {
        try await Scene.run { scene in
            let time = try await Timeline(scene, pod(["a", "b"]))
            #expect(time.calls == ["launch a/0"])
            #expect(time.status("a")?.state?.waiting?.reason == "PodInitializing")
            #expect(time.container()?.waiting?.reason == "PodInitializing")
            await time.happens(time.starts("a"))
            #expect(time.pod?.status?.phase == "Pending")
            #expect(time.condition("Initialized")?.reason == "ContainersNotInitialized")
            #expect(
                time.condition("Initialized")?.message == "containers with incomplete status: [a b]")
            await time.happens(time.exits("a"))
            #expect(time.calls == ["launch a/0", "start b/0"])
            #expect(time.status("a")?.ready == true)
            await time.happens(time.starts("b"), time.exits("b"))
            #expect(time.calls.last == "start main/0")
            #expect(time.condition("Initialized")?.status == "True")
            await time.happens(time.starts())
            #expect(time.pod?.status?.phase == "Running")
            await time.happens(time.exits())
            #expect(time.pod?.status?.phase == "Succeeded")
            #expect(try await time.attempts().map(\.container).sorted() == ["a", "b", "main"])
            #expect(time.life.isOver)
        }
    }

    @Test func `one that fails fails the pod, and nothing after it is started or recorded`() async throws {
        try await Scene.run { scene in
            let time = try await Timeline(scene, pod(["a", "b"]))
            await time.happens(time.starts("a"), time.exits("a", 0, 3))
            #expect(time.pod?.status?.phase == "Failed")
            #expect(time.pod?.statusText == "Init:Error")
            #expect(time.container()?.waiting?.reason == "PodInitializing")
            #expect(try await time.attempts().map(\.container) == ["a"])
            #expect(time.calls == ["launch a/0", "release", "remove"])
            #expect(time.life.isOver)
        }
    }

    @Test(arguments: ["OnFailure", "Always"])
    func `one that fails is tried again, and not again when it is done`(policy: String) async throws {
        try await Scene.run { scene in
            let time = try await Timeline(scene, pod(["a"], policy: policy))
            await time.happens(time.starts("a"), time.exits("a", 0, 3))
            #expect(time.calls.last == "start a/1")
            await time.happens(time.starts("a", 1), time.exits("a", 1, 3))
            #expect(time.pod?.statusText == "Init:CrashLoopBackOff")
            #expect(time.pod?.status?.phase == "Pending")
            await time.pass(10)
            #expect(time.calls.last == "start a/2")
            await time.happens(time.starts("a", 2), time.exits("a", 2))
            #expect(time.calls.last == "start main/0")
            #expect(try await time.attempts().map(\.attempt) == [0, 1, 2])
        }
    }

    @Test func `a sidecar is started before the others and ended after them, and its end counts for nothing`()
        async throws
    {
        try await Scene.run { scene in
            let time = try await Timeline(scene, pod(["s1", "a"]))
            #expect(time.calls == ["launch s1/0"])
            await time.happens(time.starts("s1"))
            #expect(time.calls.last == "start a/0")
            await time.happens(time.starts("a"), time.exits("a"))
            #expect(time.calls.last == "start main/0")
            await time.happens(time.starts())
            #expect(time.condition("Ready")?.status == "True")
            await time.happens(time.exits())
            #expect(time.calls.last == "terminate 30")
            #expect(time.pod?.status?.phase == "Running", "as long as something runs")
            #expect(!time.life.isOver)
            await time.happens(time.exits("s1", 0, 143))
            #expect(time.pod?.status?.phase == "Succeeded")
            #expect(time.life.isOver)
        }
    }

    @Test func `a sidecar that ends by itself is started again, whatever the pod's policy`() async throws {
        try await Scene.run { scene in
            let time = try await Timeline(scene, pod(["s1"]))
            await time.happens(time.starts("s1"))
            await time.happens(time.starts())
            #expect(time.calls == ["launch s1/0", "start main/0"])
            await time.happens(time.exits("s1"))
            #expect(time.calls.last == "start s1/1")
            await time.happens(time.starts("s1", 1), time.exits("s1", 1))
            #expect(time.status("s1")?.state?.waiting?.reason == "CrashLoopBackOff")
            #expect(time.pod?.status?.phase == "Running")
            await time.happens(time.exits())
            #expect(time.pod?.status?.phase == "Succeeded", "one that waits for its restart is not waited for")
        }
    }

    @Test func `sidecars end with an init container that fails for good`() async throws {
        try await Scene.run { scene in
            let time = try await Timeline(scene, pod(["s1", "a"]))
            await time.happens(time.starts("s1"), time.starts("a"), time.exits("a", 0, 1))
            #expect(time.calls.last == "terminate 30")
            await time.happens(time.exits("s1"))
            #expect(time.pod?.status?.phase == "Failed")
            #expect(time.life.isOver)
        }
    }

    @Test func `a deadline during initialization fails the pod, and what never had its turn has no record`()
        async throws
    {
        try await Scene.run { scene in
            let time = try await Timeline(scene, pod(["a"], policy: "OnFailure", deadline: 60))
            await time.happens(time.starts("a"), .deadlineReached(at: scene.clock.now), time.exits("a", 0, 143))
            #expect(time.pod?.status?.phase == "Failed")
            #expect(time.pod?.status?.reason == "DeadlineExceeded")
            #expect(try await time.attempts().map(\.reason) == ["DeadlineExceeded"])
            #expect(time.life.isOver)
        }
    }

    @Test func `a deadline that passes while sidecars end takes nothing from the work that is done`() async throws {
        try await Scene.run { scene in
            let time = try await Timeline(scene, pod(["s1"], deadline: 60))
            await time.happens(time.starts("s1"))
            await time.happens(time.starts(), time.exits())
            await time.happens(.deadlineReached(at: scene.clock.now), time.exits("s1", 0, 137))
            #expect(time.pod?.status?.phase == "Succeeded")
        }
    }

    @Test func `a pod deleted during initialization starts nothing more and goes`() async throws {
        try await Scene.run { scene in
            let time = try await Timeline(scene, pod(["a"]))
            await time.happens(time.starts("a"))
            try await time.delete()
            #expect(time.calls == ["launch a/0", "terminate 30"])
            await time.happens(time.exits("a"))
            #expect(time.pod == nil)
            #expect(time.calls == ["launch a/0", "terminate 30", "release", "remove"])
            #expect(try await time.attempts().map(\.container) == ["a"])
        }
    }

    @Test func `a supervisor that is gone between two init containers is replaced by another`() async throws {
        try await Scene.run { scene in
            let time = try await Timeline(scene, pod(["a", "b"]))
            await time.happens(time.starts("a"))
            time.scene.runtime.pod(time.uid)?.tell(time.exits("a"))
            time.scene.runtime.pod(time.uid)?.isGone.withLock { $0 = true }
            await time.hear()
            await time.supervisorEnds()
            #expect(time.calls == ["launch a/0", "start b/0", "remove", "launch b/0"])
        }
    }

    @Test func `after a restart of the daemon it goes on where the pod is, and orders nothing twice`() async throws {
        try await Scene.run { scene in
            var pod = makeBound(pod(["a"]), [makeStatus(ContainerState(waiting: .init(reason: "PodInitializing")))])
            pod.status?.initContainerStatuses = [makeStatus(runningState, "a")]
            let time = try await Timeline(scene, pod, adoptable: true)
            // Its supervisor has more to tell than was written.
            scene.runtime.pod(time.uid)?.tell(time.starts("a"))
            scene.runtime.pod(time.uid)?.tell(time.exits("a"))
            await time.hear(2)
            #expect(time.calls == ["adopt"], "the last daemon may have ordered what follows")
            await time.pass(5)
            #expect(time.calls == ["adopt", "start main/0"])
            await time.happens(time.starts(), time.exits())
            #expect(time.pod?.status?.phase == "Succeeded")
        }
    }

    @Test func `a container has restarts of its own`() async throws {
        try await Scene.run { scene in
            var pod = pod([], mains: ["main", "other"])
            pod.spec.containers[1].restartPolicy = "OnFailure"
            pod.spec.containers[0].restartPolicy = "Never"
            pod.spec.containers[0].restartPolicyRules = [
                ContainerRestartRule(action: "Restart", exitCodes: .init(operator: "In", values: [42]))
            ]
            let time = try await Timeline(scene, pod)
            await time.happens(time.starts(), time.starts("other"), time.exits("other", 0, 1))
            #expect(time.calls.last == "start other/1")
            await time.happens(time.exits("main", 0, 42))
            #expect(time.calls.last == "start main/1")
            await time.happens(time.starts("main", 1), time.starts("other", 1), time.exits("other", 1))
            await time.happens(time.exits("main", 1, 41))
            #expect(time.pod?.status?.phase == "Failed")
        }
    }
}

extension Timeline {
    fileprivate func status(_ name: String) -> ContainerStatus? { pod?.containerStatus(name) }
    fileprivate func condition(_ type: String) -> PodCondition? {
        pod?.status?.conditions?.first { $0.type == type }
    }
}
