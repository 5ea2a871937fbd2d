import Containers
import Foundation
import Kube
import Store
import Testing

@testable import Node

/// What a daemon makes of the pods of the one before it.
struct PodAdoptionTests {
    private let creating = ContainerState(waiting: ContainerStateWaiting(reason: "ContainerCreating"))

    private func terminated(_ code: Int) -> ContainerState {
        var state = ContainerStateTerminated(exitCode: code, reason: code == 0 ? "Completed" : "Error")
        state.finishedAt = Timestamp(noon)
        return ContainerState(terminated: state)
    }

    @Test func `a pod that was bound and never begun is begun`() async throws {
        try await Scene.run { scene in
            let time = try await Timeline(scene, makeBound(makePod()))
            #expect(time.calls == ["adopt", "launch main/0"])
        }
    }

    @Test func `a pod that runs is only listened to, and its image stays known`() async throws {
        try await Scene.run { scene in
            let time = try await Timeline(scene, makeBound(makePod(), [makeStatus(runningState)]), adoptable: true)
            await time.happens(time.starts())
            #expect(time.pod?.status?.containerStatuses?.first?.imageID == "sha256:1")
            await time.happens(time.exits("main", 0, 3))
            #expect(time.calls == ["adopt", "release", "remove"])
            #expect(try await time.attempts().map(\.exitCode) == [3])
        }
    }

    @Test func `while the supervisor cannot be asked, the pod is neither started nor given up`() async throws {
        try await Scene.run { scene in
            scene.runtime.state.withLock { $0.adoptFailures = 1 }
            let time = try await Timeline(scene, makeBound(makePod(), [makeStatus(runningState)]), adoptable: true)
            #expect(time.calls == ["adopt"])
            #expect(time.pod?.status?.phase == "Running")
            await time.pass(1)
            #expect(time.calls == ["adopt", "adopt"])
            await time.happens(time.exits())
            #expect(time.pod?.status?.phase == "Succeeded")
        }
    }

    @Test func `an attempt that was written down and never ordered is ordered`() async throws {
        try await Scene.run { scene in
            var status = makeStatus(creating, restarts: 1)
            status.lastState = terminated(1)
            let time = try await Timeline(
                scene, makeBound(makePod(policy: "OnFailure"), [status]), adoptable: true)
            await time.happens(time.starts("main", 0), time.exits("main", 0, 1))
            #expect(time.calls == ["adopt"], "the supervisor may be about to tell of it")
            await time.pass(5)
            #expect(time.calls == ["adopt", "start main/1"])
            await time.happens(time.starts("main", 1), time.exits("main", 1))
            #expect(time.pod?.status?.phase == "Succeeded")
        }
    }

    @Test func `an attempt that was ordered is not ordered again`() async throws {
        try await Scene.run { scene in
            let time = try await Timeline(
                scene, makeBound(makePod(policy: "OnFailure"), [makeStatus(creating, restarts: 1)]), adoptable: true)
            await time.happens(time.starts("main", 1))
            await time.pass(5)
            #expect(time.calls == ["adopt"])
            #expect(time.container()?.running != nil)
        }
    }

    @Test func `a first attempt whose start was not written down is not ordered again`() async throws {
        try await Scene.run { scene in
            let missing = ContainerState(waiting: ContainerStateWaiting(reason: "ImagePullBackOff"))
            let time = try await Timeline(scene, makeBound(makePod(), [makeStatus(missing)]), adoptable: true)
            #expect(time.calls == ["adopt"])
            await time.happens(time.starts(), time.exits())
            #expect(time.calls == ["adopt", "release", "remove"])
            #expect(time.pod?.status?.phase == "Succeeded")
        }
    }

    @Test func `what had ended keeps its end when the supervisor is lost`() async throws {
        try await Scene.run { scene in
            let time = try await Timeline(
                scene,
                makeBound(
                    makePod(containers: ["a", "b"]), [makeStatus(terminated(0), "a"), makeStatus(runningState, "b")]))
            #expect(time.container(0)?.terminated?.exitCode == 0)
            #expect(time.container(1)?.terminated?.reason == "SupervisorLost")
            #expect(
                try await time.attempts().map { "\($0.container) \($0.reason)" } == ["a Completed", "b SupervisorLost"])
            #expect(time.pod?.status?.phase == "Failed")
        }
    }

    // MARK: reboots

    private func makeFiles(_ scene: Scene, _ uid: String) throws {
        try FileManager.default.createDirectory(
            atPath: "\(scene.directory)/pods/\(uid)", withIntermediateDirectories: true)
    }

    @Test func `a reboot ends what ran, once, and the restart is of this boot`() async throws {
        try await Scene.run { scene in
            var pod = makeBound(makePod(policy: "OnFailure"), boot: "before", [makeStatus(runningState)])
            pod.metadata.uid = "u"
            try makeFiles(scene, "u")
            let time = try await Timeline(scene, pod)
            #expect(try await time.attempts().map(\.reason) == ["NodeRebooted"])
            #expect(time.pod?.metadata.annotations?[PodAnnotations.bootID] == "this-boot")
            #expect(time.calls == ["adopt", "launch main/1"])
        }
    }

    @Test func `the record that a reboot left unfinished ends with the reboot`() async throws {
        try await Scene.run { scene in
            let time = try await Timeline(
                scene, makeBound(makePod(), boot: "before", [makeStatus(runningState)]), adoptable: true)
            #expect(time.pod?.metadata.annotations?[PodAnnotations.bootID] == "before")
            await time.happens(time.starts(), .lost(message: "gone"))
            #expect(try await time.attempts().map(\.reason) == ["NodeRebooted"])
            #expect(time.pod?.status?.phase == "Failed")
        }
    }

    @Test(arguments: ["Never", "OnFailure"])
    func `a pod that a reboot ends is a target of a disruption, one that is started again is not`(
        _ policy: String
    ) async throws {
        try await Scene.run { scene in
            var pod = makeBound(makePod(policy: policy), boot: "before", [makeStatus(runningState)])
            pod.metadata.uid = "u"
            try makeFiles(scene, "u")
            let time = try await Timeline(scene, pod)
            let condition = time.pod?.status?.conditions?.first { $0.type == "DisruptionTarget" }
            if policy == "Never" {
                #expect(time.pod?.status?.phase == "Failed")
                #expect(condition?.status == "True")
                #expect(condition?.reason == "TerminationByKubelet")
                #expect(condition?.message == "the host was rebooted while the container ran")
            } else {
                #expect(condition == nil)
            }
        }
    }

    @Test func `a pod that was bound before the reboot and not begun is begun in this boot`() async throws {
        try await Scene.run { scene in
            let time = try await Timeline(scene, makeBound(makePod(), boot: "before"))
            #expect(time.calls == ["adopt", "launch main/0"])
            #expect(time.pod?.metadata.annotations?[PodAnnotations.bootID] == "this-boot")
        }
    }
}
