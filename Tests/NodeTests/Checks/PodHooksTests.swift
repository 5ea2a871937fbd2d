import Containers
import Foundation
import Kube
import Store
import Testing

@testable import Node

/// What runs right after a container's start and before its end, without containers.
struct PodHooksTests {
    private func pod(
        policy: String = "OnFailure", grace: Int64? = 30, deadline: Int64? = nil, start: String? = nil,
        stop: String? = nil, _ change: (inout Container) -> Void = { _ in }
    ) -> Pod {
        var pod = makePod(policy: policy, deadline: deadline, grace: grace)
        var lifecycle = Lifecycle()
        lifecycle.postStart = start.map(makeHook)
        lifecycle.preStop = stop.map(makeHook)
        pod.spec.containers[0].lifecycle = lifecycle
        change(&pod.spec.containers[0])
        return pod
    }

    // MARK: after the start

    @Test func `a container is shown to run when the hook after its start is over, and is checked from then`()
        async throws
    {
        try await Scene.run { scene in
            scene.checks.hold("greet")
            let time = try await Timeline(scene, pod(start: "greet") { $0.readinessProbe = makeProbe("ready") })
            await time.happens(time.starts())
            #expect(time.container()?.waiting?.reason == "ContainerCreating")
            #expect(time.pod?.status?.phase == "Pending")
            #expect(time.status?.started == false)
            scene.checks.answer("greet", .passed)
            await time.hear()
            #expect(time.container()?.running != nil)
            #expect(time.pod?.status?.phase == "Running")
            await time.hear()
            #expect(time.status?.ready == true)
            #expect(scene.checks.calls == ["greet", "ready"])
        }
    }

    @Test func `a hook that fails ends the container, which is then started again`() async throws {
        try await Scene.run { scene in
            scene.checks.set("greet", .failed("secret"))
            let time = try await Timeline(scene, pod(start: "greet", stop: "farewell"))
            await time.happens(time.starts())
            await time.hear()
            #expect(time.calls == ["launch main/0", "stop main/0 30"])
            #expect(await time.events("FailedPostStartHook") == ["PostStartHook failed"])
            #expect(await time.events("Killing") == ["FailedPostStartHook"])
            await time.hear()
            #expect(time.calls.last == "hook ended main/0")
            await time.happens(time.exits("main", 0, 143))
            #expect(time.calls.last == "start main/1")
            scene.checks.set("greet", .passed)
            await time.happens(time.starts("main", 1))
            await time.hear()
            #expect(time.container()?.running != nil)
            #expect(scene.checks.calls == ["greet", "farewell", "greet"])
        }
    }

    @Test func `a container that ends during its hook has ended`() async throws {
        try await Scene.run { scene in
            scene.checks.hold("greet")
            let time = try await Timeline(scene, pod(start: "greet", stop: "farewell"))
            await time.happens(time.starts(), time.exits())
            #expect(time.pod?.status?.phase == "Succeeded")
            #expect(time.life.isOver)
            #expect(!scene.checks.calls.contains("farewell"))
            #expect(await time.events("FailedPostStartHook") == [])
        }
    }

    @Test func `after a restart of the daemon a hook that is over is not run again, and one that may not be is`()
        async throws
    {
        try await Scene.run { scene in
            let shown = makeBound(pod(start: "greet"), [makeStatus(runningState)])
            let time = try await Timeline(scene, shown, adoptable: true)
            await time.happens(time.starts())
            #expect(time.container()?.running != nil)
            #expect(scene.checks.calls == [])
        }
        try await Scene.run { scene in
            let waiting = ContainerState(waiting: ContainerStateWaiting(reason: "ContainerCreating"))
            let time = try await Timeline(
                scene, makeBound(pod(start: "greet"), [makeStatus(waiting)]), adoptable: true)
            await time.happens(time.starts())
            await time.hear()
            #expect(time.container()?.running != nil)
            #expect(scene.checks.calls == ["greet"])
        }
    }

    // MARK: before the end

    @Test func `a deleted pod's hook is run once, and then the container is asked to stop`() async throws {
        try await Scene.run { scene in
            scene.checks.hold("farewell")
            let time = try await Timeline(scene, pod(stop: "farewell"))
            await time.happens(time.starts())
            #expect(scene.checks.calls == [])
            try await time.delete()
            await scene.checks.isAsked("farewell")
            try await time.delete(grace: 10)
            #expect(time.calls == ["launch main/0", "terminate 30", "terminate 10"])
            #expect(scene.checks.calls == ["farewell"])
            scene.checks.answer("farewell", .passed)
            await time.hear()
            #expect(time.calls.last == "hook ended main/0")
            await time.happens(time.exits("main", 0, 143))
            #expect(time.life.isOver)
            #expect(scene.checks.calls == ["farewell"])
        }
    }

    @Test func `a hook that fails is told of, and changes nothing`() async throws {
        try await Scene.run { scene in
            scene.checks.set("farewell", .failed("secret"))
            let time = try await Timeline(scene, pod(stop: "farewell"))
            await time.happens(time.starts())
            try await time.delete()
            await time.hear()
            #expect(time.calls.last == "hook ended main/0")
            #expect(await time.events("FailedPreStopHook") == ["PreStopHook failed"])
        }
    }

    @Test func `a hook that takes too long is given up without a word`() async throws {
        try await Scene.run { scene in
            scene.checks.set("farewell", .late("too long"))
            let time = try await Timeline(scene, pod(stop: "farewell"))
            await time.happens(time.starts())
            try await time.delete()
            await time.hear()
            #expect(time.calls.last == "hook ended main/0")
            #expect(await time.events("FailedPreStopHook") == [])
        }
    }

    @Test func `without any time left there is no hook`() async throws {
        try await Scene.run { scene in
            let time = try await Timeline(scene, pod(stop: "farewell"))
            await time.happens(time.starts())
            try await time.delete(grace: 0)
            #expect(time.calls.last == "kill")
            #expect(scene.checks.calls == [])
        }
    }

    @Test func `a container that ends by itself runs no hook`() async throws {
        try await Scene.run { scene in
            let time = try await Timeline(scene, pod(stop: "farewell"))
            await time.happens(time.starts(), time.exits("main", 0, 3))
            await time.happens(time.starts("main", 1), time.exits("main", 1))
            #expect(time.life.isOver)
            #expect(scene.checks.calls == [])
        }
    }

    @Test func `a container whose check failed runs its hook before it is asked to stop`() async throws {
        try await Scene.run { scene in
            scene.checks.set("live", .failed("dead"))
            let time = try await Timeline(scene, pod(stop: "farewell") { $0.livenessProbe = makeProbe("live") })
            await time.happens(time.starts())
            await time.hear(2)
            #expect(scene.checks.calls == ["live", "farewell"])
            #expect(time.calls == ["launch main/0", "stop main/0 30", "hook ended main/0"])
        }
    }

    @Test func `nor is a container that makes way for another image asked before`() async throws {
        try await Scene.run { scene in
            scene.imageNames.withLock { $0 = ["busybox", "tools"] }
            let time = try await Timeline(scene, pod(stop: "farewell"))
            await time.happens(time.starts())
            var changed = try #require(time.pod)
            changed.spec.containers[0].image = "tools"
            await time.send(.changed(try await scene.store.update(changed)))
            await time.hear()
            #expect(time.calls == ["launch main/0", "stop main/0 30", "hook ended main/0"])
            #expect(scene.checks.calls == ["farewell"])
        }
    }

    @Test func `at the deadline the hook is run, while the supervisor waits for it`() async throws {
        try await Scene.run { scene in
            let time = try await Timeline(scene, pod(deadline: 60, stop: "farewell"))
            await time.happens(time.starts())
            await time.happens(.deadlineReached(at: scene.clock.now))
            await time.hear()
            #expect(scene.checks.calls == ["farewell"])
            #expect(time.calls == ["launch main/0", "hook ended main/0"])
            await time.happens(time.exits("main", 0, 143))
            #expect(time.pod?.status?.reason == "DeadlineExceeded")
        }
    }

    @Test func `sidecars run theirs when what they are for is done`() async throws {
        try await Scene.run { scene in
            var pod = makePod(grace: 30)
            var sidecar = Container(name: "s", image: "busybox")
            sidecar.command = ["true"]
            sidecar.restartPolicy = "Always"
            var lifecycle = Lifecycle()
            lifecycle.preStop = makeHook("farewell")
            sidecar.lifecycle = lifecycle
            pod.spec.initContainers = [sidecar]
            let time = try await Timeline(scene, pod)
            await time.happens(time.starts("s"))
            await time.happens(time.starts())
            #expect(scene.runtime.plans.withLock { $0.map(\.hasLastHook) } == [true, false])
            await time.happens(time.exits())
            await time.hear()
            #expect(time.calls == ["launch s/0", "start main/0", "terminate 30", "hook ended s/0"])
            await time.happens(time.exits("s", 0, 143))
            #expect(time.pod?.status?.phase == "Succeeded")
        }
    }

    @Test func `a container that starts while its pod is being deleted runs its hook too`() async throws {
        try await Scene.run { scene in
            let time = try await Timeline(scene, pod(stop: "farewell"))
            try await time.delete()
            #expect(scene.checks.calls == [])
            await time.happens(time.starts())
            await time.hear()
            #expect(time.calls == ["launch main/0", "terminate 30", "hook ended main/0"])
        }
    }
}
