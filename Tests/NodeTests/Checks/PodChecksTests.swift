import Containers
import Foundation
import Kube
import Store
import Testing

@testable import Node

/// What checks do to a pod, with a clock that the test moves and without containers.
struct PodChecksTests {
    private func pod(policy: String = "OnFailure", grace: Int64? = nil, _ change: (inout Container) -> Void) -> Pod {
        var pod = makePod(policy: policy, grace: grace)
        change(&pod.spec.containers[0])
        return pod
    }

    // MARK: readiness

    @Test func `a container is ready when its check passes, and not any more when it fails often enough`() async throws
    {
        try await Scene.run { scene in
            let time = try await Timeline(scene, pod { $0.readinessProbe = makeProbe("ready", failures: 2) })
            await time.happens(time.starts())
            #expect(time.pod?.status?.phase == "Running")
            #expect(time.status?.ready == false)
            #expect(time.status?.started == true)
            #expect(time.ready()?.reason == "ContainersNotReady")
            #expect(time.ready()?.message == "containers with unready status: [main]")
            await time.hear()
            #expect(time.status?.ready == true)
            #expect(time.ready()?.status == "True")
            scene.checks.set("ready", .failed("no\n"))
            await time.pass(10)
            await time.hear()
            #expect(time.status?.ready == true)
            await time.pass(10)
            await time.hear()
            #expect(time.status?.ready == false)
            #expect(time.pod?.status?.phase == "Running")
            #expect(await time.events("Unhealthy") == ["Readiness probe failed: no\n"])
            #expect(scene.checks.calls == ["ready", "ready", "ready"])
            await time.happens(time.exits())
            #expect(time.pod?.status?.phase == "Succeeded")
            #expect(time.life.isOver)
        }
    }

    @Test func `a check that cannot be made says nothing about the container, and is told of`() async throws {
        try await Scene.run { scene in
            scene.checks.set("live", .errored("no such place"))
            let time = try await Timeline(scene, pod { $0.livenessProbe = makeProbe("live") })
            await time.happens(time.starts())
            await time.hear()
            #expect(
                await time.events("Unhealthy") == [
                    "Liveness probe errored and resulted in unknown state: no such place"
                ])
            #expect(time.calls == ["launch main/0"])
        }
    }

    @Test func `a port without a number is such a check`() async throws {
        try await Scene.run { scene in
            var probe = Probe()
            probe.tcpSocket = TCPSocketAction(port: .string("web"))
            let time = try await Timeline(scene, pod { $0.readinessProbe = probe })
            await time.happens(time.starts())
            await time.hear()
            #expect(
                await time.events("Unhealthy") == [
                    "Readiness probe errored and resulted in unknown state: strconv.Atoi: parsing \"web\": invalid syntax"
                ])
            #expect(scene.checks.calls == [])
        }
    }

    @Test func `a warning passes and is told of`() async throws {
        try await Scene.run { scene in
            scene.checks.set("ready", .warned("Probe terminated redirects, Response body: x"))
            let time = try await Timeline(scene, pod { $0.readinessProbe = makeProbe("ready") })
            await time.happens(time.starts())
            await time.hear()
            #expect(time.status?.ready == true)
            #expect(
                await time.events("ProbeWarning") == [
                    "Readiness probe warning: Probe terminated redirects, Response body: x"
                ])
        }
    }

    // MARK: liveness

    /// Also when its program takes the signal for a reason to end well.
    @Test(arguments: [Int32(0), 143])
    func `a container whose check fails is ended with the check's own grace, and starts again`(code: Int32)
        async throws
    {
        try await Scene.run { scene in
            let time = try await Timeline(scene, pod { $0.livenessProbe = makeProbe("live", delay: 15, grace: 7) })
            await time.happens(time.starts())
            #expect(scene.checks.calls == [])
            scene.checks.set("live", .late("command timed out: \"live\" timed out after 1s"))
            await time.pass(15)
            await time.hear()
            #expect(time.calls.last == "stop main/0 7")
            #expect(
                await time.events("Unhealthy") == [
                    "Liveness probe failed: command timed out: \"live\" timed out after 1s"
                ])
            #expect(await time.events("Killing") == ["Container main failed liveness probe, will be restarted"])
            await time.happens(time.exits("main", 0, code))
            #expect(time.calls.last == "start main/1")
            scene.checks.set("live", .passed)
            await time.happens(time.starts("main", 1))
            #expect(time.status?.restartCount == 1)
            await time.pass(15)
            await time.hear()
            await time.happens(time.exits("main", 1))
            #expect(time.pod?.status?.phase == "Succeeded")
            #expect(try await time.attempts().map(\.exitCode) == [Int(code), 0])
        }
    }

    @Test func `a pod that restarts nothing fails when the check does`() async throws {
        try await Scene.run { scene in
            scene.checks.set("live", .failed("dead"))
            let time = try await Timeline(
                scene, pod(policy: "Never", grace: 20) { $0.livenessProbe = makeProbe("live") })
            await time.happens(time.starts())
            await time.hear()
            #expect(time.calls.last == "stop main/0 20")
            #expect(await time.events("Killing") == ["Container main failed liveness probe"])
            await time.happens(time.exits("main", 0, 143))
            #expect(time.pod?.status?.phase == "Failed")
        }
    }

    @Test func `a container that is being ended is not asked again whether it lives`() async throws {
        try await Scene.run { scene in
            scene.checks.set("live", .failed("dead"))
            let time = try await Timeline(
                scene,
                pod {
                    $0.livenessProbe = makeProbe("live")
                    $0.readinessProbe = makeProbe("ready")
                })
            await time.happens(time.starts())
            await time.hear(2)
            await time.pass(10)
            await time.hear()
            #expect(scene.checks.calls.count { $0 == "live" } == 1)
            #expect(scene.checks.calls.count { $0 == "ready" } == 2)
            #expect(time.calls == ["launch main/0", "stop main/0 30"])
        }
    }

    @Test func `a pod that is deleted is only asked whether it is ready`() async throws {
        try await Scene.run { scene in
            let time = try await Timeline(
                scene,
                pod {
                    $0.livenessProbe = makeProbe("live", delay: 5)
                    $0.readinessProbe = makeProbe("ready", delay: 5)
                })
            await time.happens(time.starts())
            try await time.delete()
            scene.checks.set("ready", .failed("going"))
            await time.pass(5)
            await time.hear()
            #expect(scene.checks.calls == ["ready"])
            #expect(time.status?.ready == false)
        }
    }

    @Test func `the result of a check of an attempt that is over counts for nothing`() async throws {
        try await Scene.run { scene in
            scene.checks.hold("live")
            let time = try await Timeline(scene, pod { $0.livenessProbe = makeProbe("live") })
            await time.happens(time.starts())
            await time.happens(time.exits("main", 0, 1))
            await time.happens(time.starts("main", 1))
            await time.send(
                .checked(CheckReport(container: "main", attempt: 0, kind: .liveness, result: .failed("dead"))))
            #expect(time.calls == ["launch main/0", "start main/1"])
        }
    }

    // MARK: startup

    @Test func `until it has started, a container is neither ready nor asked whether it is`() async throws {
        try await Scene.run { scene in
            scene.checks.set("begun", .failed("not yet"))
            let time = try await Timeline(
                scene,
                pod {
                    $0.startupProbe = makeProbe("begun", failures: 3, period: 2)
                    $0.livenessProbe = makeProbe("live")
                    $0.readinessProbe = makeProbe("ready")
                })
            await time.happens(time.starts())
            #expect(time.status?.started == false)
            #expect(time.container()?.running != nil)
            await time.hear()
            #expect(scene.checks.calls == ["begun"])
            scene.checks.set("begun", .passed)
            await time.pass(2)
            await time.hear()
            #expect(time.status?.started == true)
            await time.hear(2)
            #expect(time.status?.ready == true)
            #expect(Set(scene.checks.calls) == ["begun", "live", "ready"])
            await time.pass(10)
            await time.hear(2)
            #expect(scene.checks.calls.count { $0 == "begun" } == 2)
        }
    }

    @Test func `one that does not start in time is ended`() async throws {
        try await Scene.run { scene in
            scene.checks.set("begun", .failed("not yet"))
            let time = try await Timeline(scene, pod { $0.startupProbe = makeProbe("begun", failures: 2, period: 3) })
            await time.happens(time.starts())
            await time.hear()
            #expect(time.calls == ["launch main/0"])
            await time.pass(3)
            await time.hear()
            #expect(time.calls.last == "stop main/0 30")
            #expect(await time.events("Killing") == ["Container main failed startup probe, will be restarted"])
        }
    }

    @Test func `what comes after a sidecar waits until it has started`() async throws {
        try await Scene.run { scene in
            var pod = makePod()
            var sidecar = Container(name: "s", image: "busybox")
            sidecar.command = ["true"]
            sidecar.restartPolicy = "Always"
            sidecar.startupProbe = makeProbe("begun", failures: 5)
            pod.spec.initContainers = [sidecar]
            scene.checks.set("begun", .failed("not yet"))
            let time = try await Timeline(scene, pod)
            await time.happens(time.starts("s"))
            await time.hear()
            #expect(time.calls == ["launch s/0"])
            #expect(time.pod?.status?.phase == "Pending")
            scene.checks.set("begun", .passed)
            await time.pass(10)
            await time.hear()
            #expect(time.calls == ["launch s/0", "start main/0"])
        }
    }

    // MARK: another daemon

    @Test func `a container found again is what it was until its checks say otherwise`() async throws {
        try await Scene.run { scene in
            var status = makeStatus(runningState)
            status.ready = true
            status.started = true
            let pod = makeBound(
                self.pod {
                    $0.startupProbe = makeProbe("begun")
                    $0.readinessProbe = makeProbe("ready")
                }, [status])
            scene.checks.set("ready", .failed("no"))
            let time = try await Timeline(scene, pod, adoptable: true)
            await time.happens(time.starts())
            #expect(time.status?.ready == true)
            #expect(time.status?.started == true)
            // A share of its period later.
            #expect(scene.checks.calls == [])
            await time.pass(10)
            await time.hear()
            #expect(scene.checks.calls == ["ready"])
            #expect(time.status?.ready == false)
        }
    }

    @Test func `one that had not started is asked again`() async throws {
        try await Scene.run { scene in
            var status = makeStatus(runningState)
            status.started = false
            let pod = makeBound(self.pod { $0.startupProbe = makeProbe("begun") }, [status])
            let time = try await Timeline(scene, pod, adoptable: true)
            await time.happens(time.starts())
            #expect(time.status?.started == false)
            await time.pass(10)
            await time.hear()
            #expect(time.status?.started == true)
        }
    }
}
