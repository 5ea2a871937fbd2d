import Containers
import Foundation
import Kube
import Store
import Testing

@testable import Node

/// One pod from its binding to its end, with a real store and without containers.
struct PodLifeTests {
    @Test func `a pod that runs well succeeds, is recorded once, and gives back what it used`() async throws {
        try await Scene.run { scene in
            let time = try await Timeline(scene, makePod())
            #expect(time.calls == ["launch main/0"])
            #expect(time.pod?.metadata.annotations?[PodAnnotations.bootID] == "this-boot")
            await time.happens(time.starts())
            #expect(time.pod?.status?.phase == "Running")
            await time.happens(time.exits())
            #expect(time.pod?.status?.phase == "Succeeded")
            #expect(try await time.attempts().map(\.reason) == ["Completed"])
            #expect(time.calls == ["launch main/0", "release", "remove"])
            #expect(scene.released.withLock { $0 } == [time.uid])
            #expect(time.life.isOver)
        }
    }

    @Test func `what cannot be removed is tried again, and the room is taken until then`() async throws {
        try await Scene.run { scene in
            let time = try await Timeline(scene, makePod())
            scene.runtime.state.withLock { $0.removeFailures = 1 }
            await time.happens(time.starts(), time.exits())
            #expect(!time.life.isOver)
            #expect(scene.released.withLock { $0.isEmpty })
            await time.pass(1)
            #expect(time.life.isOver)
            #expect(scene.released.withLock { $0 } == [time.uid])
        }
    }

    // MARK: deadlines without a supervisor

    @Test func `a pod that waits for its image past its deadline fails`() async throws {
        try await Scene.run { scene in
            scene.imageNames.withLock { $0 = [] }
            let time = try await Timeline(scene, makePod(deadline: 60))
            #expect(time.container()?.waiting?.reason == "ErrImagePull")
            await time.pass(60)
            #expect(time.pod?.status?.phase == "Failed")
            #expect(time.pod?.status?.reason == "DeadlineExceeded")
            #expect(try await time.attempts().map(\.reason) == ["DeadlineExceeded"])
            #expect(time.life.isOver)
            #expect(!time.calls.contains { $0.hasPrefix("launch") })
        }
    }

    @Test func `a missing image is a failed pull first, and then the waiting for another`() async throws {
        try await Scene.run { scene in
            scene.imageNames.withLock { $0 = [] }
            let time = try await Timeline(scene, makePod())
            let missing = "image is not in this host's store; import it with \"stint image import\""
            #expect(time.container()?.waiting?.reason == "ErrImagePull")
            #expect(time.container()?.waiting?.message == "Failed to pull image \"busybox\": \(missing)")
            await time.pass(2)
            #expect(time.container()?.waiting?.reason == "ImagePullBackOff")
            #expect(
                time.container()?.waiting?.message == "Back-off pulling image \"busybox\": ErrImagePull: \(missing)")
            await time.send(.imageArrived)
            await scene.recorder.flush()
            let told = scene.store.list(Event.self).items.filter { $0.reason != "Scheduled" }
            #expect(
                Set(told.map { "\($0.reason ?? ""): \($0.message ?? "")" }) == [
                    "Failed: Failed to pull image \"busybox\": \(missing)", "Failed: Error: ErrImagePull",
                    "BackOff: Back-off pulling image \"busybox\"", "Failed: Error: ImagePullBackOff",
                ])
            #expect(told.allSatisfy { $0.count == 1 })
            scene.imageNames.withLock { $0 = ["busybox"] }
            await time.send(.imageArrived)
            #expect(time.calls == ["launch main/0"])
        }
    }

    @Test func `what is no name is said to be none, and what must not be pulled is not`() {
        let wrong = ImageWait("a//b", isName: false, policy: "Always", isFirst: true)
        #expect(wrong.reason == "InvalidImageName")
        #expect(
            wrong.message
                == "Failed to apply default image tag \"a//b\": couldn't parse image name \"a//b\": invalid reference format"
        )
        #expect(wrong.events.map(\.reason) == ["InspectFailed", "Failed"])
        let never = ImageWait("a", isName: true, policy: "Never", isFirst: true)
        #expect(never.reason == "ErrImageNeverPull")
        #expect(never.events.map(\.message) == [never.message, "Error: ErrImageNeverPull"])
    }

    @Test func `a deadline that is over before the start starts nothing`() async throws {
        try await Scene.run { scene in
            var pod = makePod()
            pod.metadata.annotations = [
                PodAnnotations.jobDeadline: RFC3339.format(noon.addingTimeInterval(-1), fractionDigits: 0)
            ]
            let time = try await Timeline(scene, pod)
            #expect(time.pod?.status?.reason == "DeadlineExceeded")
            #expect(!time.calls.contains { $0.hasPrefix("launch") })
        }
    }

    @Test func `a deadline that rings during a back-off ends the pod, and records nothing twice`() async throws {
        try await Scene.run { scene in
            let time = try await Timeline(scene, makePod(policy: "OnFailure"))
            await time.happens(time.starts(), time.exits("main", 0, 1))
            await time.happens(time.starts("main", 1), time.exits("main", 1, 1))
            #expect(time.container()?.waiting?.reason == "CrashLoopBackOff")
            await time.happens(.deadlineReached(at: scene.clock.now))
            #expect(time.pod?.status?.phase == "Failed")
            #expect(time.pod?.status?.reason == "DeadlineExceeded")
            #expect(time.container()?.terminated?.exitCode == 1)
            #expect(try await time.attempts().map(\.attempt) == [0, 1])
            #expect(time.life.isOver)
        }
    }

    @Test func `a deadline that rings for a pod that has done its work says nothing`() async throws {
        try await Scene.run { scene in
            let time = try await Timeline(scene, makePod())
            await time.happens(time.starts(), time.exits(), .deadlineReached(at: scene.clock.now))
            #expect(time.pod?.status?.phase == "Succeeded")
        }
    }

    // MARK: deletion

    @Test func `a crash-looping pod that is deleted goes`() async throws {
        try await Scene.run { scene in
            let time = try await Timeline(scene, makePod(policy: "OnFailure"))
            await time.happens(time.starts(), time.exits("main", 0, 1))
            await time.happens(time.starts("main", 1), time.exits("main", 1, 1))
            try await time.delete()
            #expect(time.pod == nil)
            #expect(time.life.isOver)
            #expect(try await time.attempts().count == 2)
        }
    }

    @Test func `a pod that waits for its image goes when it is deleted`() async throws {
        try await Scene.run { scene in
            scene.imageNames.withLock { $0 = [] }
            let time = try await Timeline(scene, makePod())
            try await time.delete()
            #expect(time.pod == nil)
            #expect(time.life.isOver)
            #expect(try await time.attempts().map(\.reason) == ["ContainerStatusUnknown"])
        }
    }

    @Test func `a second deletion can shorten the grace period, and zero kills`() async throws {
        try await Scene.run { scene in
            let time = try await Timeline(scene, makePod(grace: 30))
            await time.happens(time.starts())
            try await time.delete()
            try await time.delete(grace: 40)
            try await time.delete(grace: 5)
            #expect(time.calls == ["launch main/0", "terminate 30", "terminate 5"])
            try await time.delete(grace: 0)
            #expect(time.calls.last == "kill")
            await time.happens(time.exits("main", 0, 137))
            #expect(time.life.isOver)
            #expect(try await time.attempts().map(\.exitCode) == [137])
        }
    }

    @Test func `what was changed while the status was being written is not lost`() async throws {
        try await Scene.run { scene in
            let time = try await Timeline(scene, makePod(deadline: 100))
            _ = try await scene.store.modify(Pod.self, time.key) { $0.spec.activeDeadlineSeconds = 50 }
            _ = try await scene.store.delete(Pod.self, time.key, DeleteOptions())
            await time.happens(time.starts())  // this write reads the change before its news comes
            let pod = try #require(time.pod)
            await time.send(.changed(pod))
            #expect(time.calls == ["launch main/0", "deadline 50", "terminate 30"])
        }
    }

    @Test func `a pod whose object was removed by force is killed, and its end is recorded`() async throws {
        try await Scene.run { scene in
            let time = try await Timeline(scene, makePod())
            await time.happens(time.starts())
            try await time.delete(grace: 0)
            #expect(time.pod == nil)
            #expect(time.calls.last == "kill")
            await time.happens(time.exits("main", 0, 137))
            #expect(time.life.isOver)
            #expect(try await time.attempts().map(\.exitCode) == [137])
        }
    }

    @Test func `a deleted pod that nobody bound is not started, and fails when something holds it`() async throws {
        try await Scene.run { scene in
            var pod = makePod()
            pod.metadata.finalizers = ["batch.kubernetes.io/job-tracking"]
            let created = try await scene.store.create(pod)
            _ = try await scene.store.delete(Pod.self, created.key, DeleteOptions())
            let deleted = try #require(scene.store.get(Pod.self, created.key))
            var life = PodLife(deleted, context: scene.context, mailbox: Mailbox())
            await life.settle()
            #expect(life.isOver)
            #expect(!scene.runtime.calls.contains { $0.hasPrefix("launch") })
            #expect(scene.store.get(Pod.self, created.key)?.status?.phase == "Failed")
            #expect(try await scene.store.attempts(podUID: created.uid).isEmpty)
        }
    }

    @Test(arguments: [(Int32(137), "Failed"), (0, "Succeeded")])
    func `a deleted pod that something holds shows how it ended before it goes`(
        _ code: Int32, _ phase: String
    ) async throws {
        try await Scene.run { scene in
            var pod = makePod(policy: "OnFailure")
            pod.metadata.finalizers = ["batch.kubernetes.io/job-tracking"]
            let time = try await Timeline(scene, pod)
            await time.happens(time.starts())
            let disrupted = PodCondition(
                type: "DisruptionTarget", status: "True", reason: "EvictionByEvictionAPI",
                message: "Eviction API: evicting")
            _ = try await scene.store.modify(Pod.self, time.key) { $0.status?.conditions?.append(disrupted) }
            try await time.delete()
            #expect(time.calls.last == "terminate 30")
            await time.happens(time.exits("main", 0, code))
            #expect(time.pod?.status?.phase == phase)
            #expect(time.container()?.terminated?.exitCode == Int(code))
            #expect(time.pod?.status?.conditions?.contains(disrupted) == true)
            #expect(time.pod?.metadata.finalizers == ["batch.kubernetes.io/job-tracking"])
            #expect(time.life.isOver)
        }
    }

    // MARK: restarts

    @Test func `Always restarts what ended well`() async throws {
        try await Scene.run { scene in
            let time = try await Timeline(scene, makePod(policy: "Always"))
            await time.happens(time.starts(), time.exits())
            #expect(time.calls == ["launch main/0", "start main/1"])
            await time.happens(time.starts("main", 1), time.exits("main", 1))
            #expect(time.container()?.waiting?.reason == "CrashLoopBackOff")
            await time.pass(10)
            #expect(time.calls.last == "start main/2")
            #expect(try await time.attempts().map(\.attempt) == [0, 1])
        }
    }

    @Test func `one container may be done while another runs on`() async throws {
        try await Scene.run { scene in
            let time = try await Timeline(scene, makePod(containers: ["a", "b"]))
            #expect(time.calls == ["launch a/0 b/0"])
            await time.happens(time.starts("a"), time.starts("b"), time.exits("a"))
            #expect(time.pod?.status?.phase == "Running")
            #expect(try await time.attempts().map(\.container) == ["a"])
            await time.happens(time.exits("b"))
            #expect(time.pod?.status?.phase == "Succeeded")
            #expect(try await time.attempts().map(\.container).sorted() == ["a", "b"])
        }
    }

    @Test func `an image that went away and came back does not keep a restart from happening`() async throws {
        try await Scene.run { scene in
            let time = try await Timeline(scene, makePod(policy: "OnFailure"))
            scene.imageNames.withLock { $0 = [] }
            await time.happens(time.starts(), time.exits("main", 0, 1))
            #expect(time.container()?.waiting?.reason == "ErrImagePull")
            scene.imageNames.withLock { $0 = ["busybox"] }
            await time.send(.imageArrived)
            #expect(time.calls == ["launch main/0", "start main/1"])
        }
    }

    @Test func `a pod with gates is ready when others say so too`() async throws {
        try await Scene.run { scene in
            var pod = makePod()
            pod.spec.readinessGates = [["conditionType": "x.io/a"], ["conditionType": "x.io/b"]]
            let time = try await Timeline(scene, pod)
            func ready() -> PodCondition? { time.pod?.status?.conditions?.first { $0.type == "Ready" } }
            func say(_ type: String, _ value: String) async throws {
                var changed = try #require(time.pod)
                changed.status?.setCondition(PodCondition(type: type, status: value), at: scene.clock.now)
                await time.send(.changed(try await scene.store.update(changed)))
            }
            await time.happens(time.starts())
            #expect(ready()?.status == "False")
            #expect(ready()?.reason == "ReadinessGatesNotReady")
            #expect(
                ready()?.message
                    == "corresponding condition of pod readiness gate \"x.io/a\" does not exist., corresponding condition "
                    + "of pod readiness gate \"x.io/b\" does not exist.")
            #expect(time.pod?.status?.conditions?.first { $0.type == "ContainersReady" }?.status == "True")
            try await say("x.io/a", "True")
            try await say("x.io/b", "False")
            #expect(ready()?.message == "the status of pod readiness gate \"x.io/b\" is not \"True\", but False")
            try await say("x.io/b", "True")
            #expect(ready()?.status == "True")
            #expect(ready()?.reason == nil)
            try await say("x.io/a", "False")
            #expect(ready()?.status == "False")
        }
    }

    @Test func `a negative grace period is a second`() async throws {
        try await Scene.run { scene in
            let time = try await Timeline(scene, makePod(grace: -1))
            await time.happens(time.starts())
            try await time.delete()
            #expect(time.calls.last == "terminate 1")
        }
    }

    // MARK: another image

    private func rename(_ time: Timeline, _ image: String) async throws {
        var changed = try #require(time.pod)
        changed.spec.containers[0].image = image
        await time.send(.changed(try await time.scene.store.update(changed)))
    }

    @Test func `a container whose image is changed is ended and started again, whatever its policy`() async throws {
        try await Scene.run { scene in
            scene.imageNames.withLock { $0 = ["busybox", "tools"] }
            let time = try await Timeline(scene, makePod(grace: 7))
            await time.happens(time.starts())
            try await rename(time, "tools")
            #expect(time.calls == ["launch main/0", "stop main/0 7"])
            #expect(time.pod?.status?.containerStatuses?[0].image == "busybox")
            await time.happens(time.exits("main", 0, 143))
            #expect(time.calls.last == "start main/1")
            #expect(time.pod?.status?.phase == "Running")
            await time.happens(time.starts("main", 1), time.exits("main", 1))
            #expect(time.pod?.status?.containerStatuses?[0].image == "tools")
            #expect(time.pod?.status?.phase == "Succeeded")
            #expect(try await time.attempts().map(\.exitCode) == [143, 0])
        }
    }

    @Test func `what waits after a failure is started with another image at once`() async throws {
        try await Scene.run { scene in
            scene.imageNames.withLock { $0 = ["busybox", "tools"] }
            let time = try await Timeline(scene, makePod(policy: "Always"))
            await time.happens(time.starts(), time.exits("main", 0, 1))
            await time.happens(time.starts("main", 1), time.exits("main", 1, 1))
            #expect(time.container()?.waiting?.reason == "CrashLoopBackOff")
            try await rename(time, "tools")
            #expect(time.calls.last == "start main/2")
            await time.happens(time.starts("main", 2))
            #expect(time.container()?.running != nil)
            #expect(!time.calls.contains { $0.hasPrefix("stop") })
        }
    }

    @Test func `the status says from which generation it was made`() async throws {
        try await Scene.run { scene in
            var pod = makePod()
            pod.metadata.generation = 3
            let time = try await Timeline(scene, pod)
            await time.happens(time.starts())
            #expect(time.pod?.status?.observedGeneration == time.pod?.metadata.generation)
        }
    }

    // MARK: what the environment names

    private func makeReader(policy: String = "Never") -> Pod {
        var pod = makePod(policy: policy)
        var source = EnvVarSource()
        source.secretKeyRef = KeySelector(name: "keys", key: "token")
        pod.spec.containers[0].env = [EnvVar(name: "TOKEN", valueFrom: source)]
        pod.spec.containers[0].command = ["echo", "$(TOKEN)"]
        return pod
    }

    private let keys = Secret(
        metadata: ObjectMeta(name: "keys", namespace: "default"), data: ["token": Base64Bytes("hunter2".utf8)])

    @Test func `a container waits for a Secret, says so, and starts when it comes`() async throws {
        try await Scene.run { scene in
            let time = try await Timeline(scene, makeReader())
            #expect(time.container()?.waiting?.reason == "CreateContainerConfigError")
            #expect(time.container()?.waiting?.message == "secret \"keys\" not found")
            #expect(time.pod?.status?.phase == "Pending")
            _ = try await scene.store.create(keys)
            #expect(time.calls == [])
            await time.send(.referencesChanged)
            #expect(time.calls == ["launch main/0"])
            await time.happens(time.starts(), time.exits())
            #expect(time.pod?.status?.phase == "Succeeded")
        }
    }

    @Test func `a key that is missing is named, and an event tells of it once`() async throws {
        try await Scene.run { scene in
            var empty = keys
            empty.data = nil
            _ = try await scene.store.create(empty)
            let time = try await Timeline(scene, makeReader())
            #expect(time.container()?.waiting?.message == "couldn't find key token in Secret default/keys")
            await time.send(.referencesChanged)
            await scene.recorder.flush()
            let told = scene.store.list(Event.self).items.filter { $0.reason == "Failed" }
            #expect(told.map(\.message) == ["Error: couldn't find key token in Secret default/keys"])
            #expect(told.map(\.count) == [1])
        }
    }

    @Test func `a restart takes what is there then, and waits when it has gone`() async throws {
        try await Scene.run { scene in
            let secret = try await scene.store.create(keys)
            let time = try await Timeline(scene, makeReader(policy: "OnFailure"))
            _ = try await scene.store.delete(Secret.self, secret.key)
            await time.happens(time.starts(), time.exits("main", 0, 1))
            #expect(time.container()?.waiting?.reason == "CreateContainerConfigError")
            #expect(time.pod?.status?.containerStatuses?[0].lastState?.terminated?.exitCode == 1)
            _ = try await scene.store.create(keys)
            await time.send(.referencesChanged)
            #expect(time.calls == ["launch main/0", "start main/1"])
        }
    }

    @Test func `a part of a volume without a name waits for the annotation that names it`() async throws {
        try await Scene.run { scene in
            var pod = makePod()
            var volume = Volume(name: "v")
            volume.emptyDir = EmptyDirVolumeSource()
            pod.spec.volumes = [volume]
            var source = EnvVarSource()
            source.fieldRef = ObjectFieldSelector(fieldPath: "metadata.annotations['part']")
            var mount = VolumeMount(name: "v", mountPath: "/v")
            mount.subPathExpr = "$(PART)/x"
            pod.spec.containers[0].env = [EnvVar(name: "PART", valueFrom: source)]
            pod.spec.containers[0].volumeMounts = [mount]
            let time = try await Timeline(scene, pod)
            #expect(time.container()?.waiting?.reason == "CreateContainerConfigError")
            #expect(time.container()?.waiting?.message == "missing value for PART")
            #expect(time.pod?.status?.phase == "Pending")
            #expect(time.calls == [])
            var changed = try #require(time.pod)
            changed.metadata.annotations = (changed.metadata.annotations ?? [:]).merging(["part": "a"]) { $1 }
            await time.send(.changed(try await scene.store.update(changed)))
            #expect(time.calls == ["launch main/0"])
        }
    }

    @Test func `whoever must not be root waits, and an image without a program fails`() async throws {
        try await Scene.run { scene in
            var pod = makePod(containers: ["root", "nothing"])
            pod.spec.containers[0].securityContext = SecurityContext()
            pod.spec.containers[0].securityContext?.runAsNonRoot = true
            pod.spec.containers[1].command = nil
            let time = try await Timeline(scene, pod)
            #expect(time.container(0)?.waiting?.reason == "CreateContainerConfigError")
            #expect(
                time.container(0)?.waiting?.message == "container has runAsNonRoot and image will run as root")
            #expect(time.container(1)?.terminated?.reason == "StartError")
            #expect(
                time.container(1)?.terminated?.message
                    == "no command specified: neither the image \"busybox\" nor the pod names one")
            #expect(time.calls == [])
        }
    }

    @Test func `a pod that waits for a Secret past its deadline fails, and one that is deleted goes`() async throws {
        try await Scene.run { scene in
            var pod = makeReader()
            pod.spec.activeDeadlineSeconds = 60
            let late = try await Timeline(scene, pod)
            await late.pass(60)
            #expect(late.pod?.status?.reason == "DeadlineExceeded")
            pod.metadata.name = "deleted"
            let deleted = try await Timeline(scene, pod)
            try await deleted.delete()
            #expect(deleted.pod == nil)
        }
    }

    @Test func `nothing that is kept of a pod has a secret in it`() async throws {
        try await Scene.run { scene in
            _ = try await scene.store.create(keys)
            let time = try await Timeline(scene, makeReader(policy: "OnFailure"))
            await time.happens(time.starts(), time.exits("main", 0, 1))
            await time.happens(time.starts("main", 1), time.exits("main", 1))
            await scene.recorder.flush()
            let kept: [String] =
                try await time.attempts().map { "\($0)" } + scene.store.list(Event.self).items.map { "\($0)" }
                + [String(describing: time.pod)]
            #expect(kept.count > 4)
            #expect(!kept.contains { $0.contains("hunter2") })
            #expect(scene.runtime.plans.withLock { $0 }.map(\.environment).allSatisfy { $0.contains("TOKEN=hunter2") })
            #expect(!scene.runtime.plans.withLock { $0 }.contains { "\($0)".contains("hunter2") })
        }
    }

    // MARK: a lost supervisor

    @Test func `what a lost supervisor left is killed before anybody hears of its end, and the restart has a new one`()
        async throws
    {
        try await Scene.run { scene in
            let time = try await Timeline(scene, makePod(policy: "OnFailure"))
            await time.happens(time.starts())
            await time.happens(.lost(message: "gone"))
            #expect(time.calls == ["launch main/0", "kill remains", "remove", "launch main/1"])
            #expect(try await time.attempts().map(\.reason) == ["SupervisorLost"])
            await time.happens(time.starts("main", 1), time.exits("main", 1))
            #expect(time.pod?.status?.phase == "Succeeded")
        }
    }

    @Test func `a supervisor that is gone when the restart is due is replaced, and no attempt is lost`() async throws {
        try await Scene.run { scene in
            let time = try await Timeline(scene, makePod(policy: "OnFailure"))
            scene.runtime.pod(time.uid)?.isGone.withLock { $0 = true }
            await time.happens(time.starts(), time.exits("main", 0, 1))
            #expect(time.calls == ["launch main/0", "start main/1"])
            await time.supervisorEnds()
            #expect(time.calls == ["launch main/0", "start main/1", "remove", "launch main/1"])
            await time.happens(time.starts("main", 1), time.exits("main", 1))
            #expect(try await time.attempts().map(\.exitCode) == [1, 0])
        }
    }

    @Test func `what an earlier supervisor still says is not about the new one`() async throws {
        try await Scene.run { scene in
            let time = try await Timeline(scene, makePod(policy: "OnFailure"))
            await time.happens(time.starts())
            await time.happens(.lost(message: "gone"))
            await time.happens(time.starts("main", 1))
            await time.send(.runtimeEnded(supervisor: 1))
            await time.send(.runtime(.lost(message: "gone"), supervisor: 1))
            #expect(time.container()?.running != nil)
            #expect(time.calls.filter { $0.hasPrefix("launch") }.count == 2)
        }
    }
}
