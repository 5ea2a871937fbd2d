import Containers
import Foundation
import Kube
import Store
import Testing

@testable import Node

/// A pod that must be started by some time. Those in the line are in `NodeAgentTests`.
struct StartDeadlineTests {
    private func impatient(
        _ within: String = "120s", policy: String = "Never", containers: [String] = ["main"]
    ) -> Pod {
        var pod = makePod(policy: policy, containers: containers)
        pod.metadata.annotations = [StintAnnotation.startDeadline: within]
        return pod
    }

    private let noImage = ContainerState(waiting: ContainerStateWaiting(reason: "ImagePullBackOff"))

    /// As an earlier daemon left it.
    private func bound(_ pod: Pod, _ state: ContainerState) -> Pod {
        var bound = makeBound(pod, [makeStatus(state)])
        bound.metadata.annotations?.merge(pod.metadata.annotations ?? [:]) { $1 }
        return bound
    }

    @Test(arguments: ["Never", "OnFailure", "Always"])
    func `a pod whose image does not come fails in its time, and is recorded once`(_ policy: String) async throws {
        try await Scene.run { scene in
            scene.imageNames.withLock { $0 = [] }
            let time = try await Timeline(scene, impatient(policy: policy))
            #expect(time.pod?.status?.phase == "Pending")
            await time.pass(120)
            let message = "not started within 120s: image \"busybox\" is not imported"
            #expect(time.pod?.status?.phase == "Failed")
            #expect(time.pod?.status?.reason == "StartDeadlineExceeded")
            #expect(time.pod?.status?.message == message)
            #expect(time.container()?.terminated?.reason == "StartDeadlineExceeded")
            let attempts = try await time.attempts()
            #expect(attempts.map(\.reason) == ["StartDeadlineExceeded"])
            #expect(attempts.map(\.message) == [message])
            #expect(attempts.map(\.startedAt) == [nil])
            #expect(time.life.isOver)
            #expect(scene.released.withLock { $0 } == [time.uid])
            #expect(!time.calls.contains { $0.hasPrefix("launch") })
            await scene.recorder.flush()
            let told = scene.store.list(Event.self).items.filter { $0.reason == "StartDeadlineExceeded" }
            #expect(told.map(\.message) == [message])
            #expect(told.map(\.type) == ["Warning"])
        }
    }

    @Test func `everything it waited for is named, once`() async throws {
        try await Scene.run { scene in
            scene.imageNames.withLock { $0 = ["busybox"] }
            var pod = impatient("1s", containers: ["a", "b", "c", "d"])
            for (index, image) in ["web:1", "web:1", "busybox", "busybox"].enumerated() {
                pod.spec.containers[index].image = image
            }
            pod.spec.containers[2].envFrom = [EnvFromSource(configMap: OptionalReference(name: "settings"))]
            let time = try await Timeline(scene, pod)
            await time.pass(1)
            #expect(
                time.pod?.status?.message
                    == "not started within 1s: image \"web:1\" is not imported, configmap \"settings\" not found, "
                    + "container \"d\" was not started")
            #expect(try await time.attempts().count == 4, "one record for each container")
        }
    }

    @Test func `a pod that was started in time is left alone`() async throws {
        try await Scene.run { scene in
            scene.imageNames.withLock { $0 = [] }
            let time = try await Timeline(scene, impatient())
            await time.pass(2)  // the wait for the image is told of anew
            scene.clock.advance(117)
            scene.imageNames.withLock { $0 = ["busybox"] }
            await time.send(.imageArrived)
            #expect(time.calls == ["launch main/0"])
            await time.pass(60)  // ordered, and not heard of yet
            #expect(time.pod?.status?.phase == "Pending")
            await time.happens(time.starts())
            #expect(time.pod?.status?.phase == "Running")
            await time.happens(time.exits())
            #expect(time.pod?.status?.phase == "Succeeded")
        }
    }

    @Test func `a back-off is no wait for a start`() async throws {
        try await Scene.run { scene in
            let time = try await Timeline(scene, impatient("5s", policy: "OnFailure"))
            await time.happens(time.starts(), time.exits("main", 0, 1))
            await time.happens(time.starts("main", 1), time.exits("main", 1, 1))
            #expect(time.container()?.waiting?.reason == "CrashLoopBackOff")
            scene.clock.advance(6)
            await time.send(.changed(try #require(time.pod)))
            #expect(time.pod?.status?.phase == "Running")
            await time.pass(4)
            #expect(time.calls.last == "start main/2")
        }
    }

    @Test func `a restart that waits for its image is no wait for a start`() async throws {
        try await Scene.run { scene in
            let time = try await Timeline(scene, impatient("5s", policy: "OnFailure"))
            scene.imageNames.withLock { $0 = [] }
            await time.happens(time.starts(), time.exits("main", 0, 1))
            await time.supervisorEnds()
            scene.clock.advance(6)
            await time.send(.changed(try #require(time.pod)))
            #expect(time.container()?.waiting?.reason == "ImagePullBackOff")
        }
    }

    @Test func `a time that passed while no daemon ran has passed`() async throws {
        try await Scene.run { scene in
            let pod = try await scene.store.create(bound(impatient(), noImage))
            scene.clock.advance(500)
            var life = PodLife(pod, context: scene.context, mailbox: Mailbox())
            await life.settle()
            #expect(life.isOver)
            #expect(scene.store.get(Pod.self, pod.key)?.status?.reason == "StartDeadlineExceeded")
            #expect(!scene.runtime.calls.contains { $0.hasPrefix("launch") })
            #expect(try await scene.store.attempts(podUID: pod.uid).count == 1)
        }
    }

    @Test func `what a supervisor was told to start is not given up, even when nobody wrote that down`() async throws {
        try await Scene.run { scene in
            scene.imageNames.withLock { $0 = [] }
            let time = try await Timeline(scene, bound(impatient("1s"), noImage), adoptable: true)
            scene.clock.advance(2)
            #expect(time.calls == ["adopt"])
            #expect(time.pod?.status?.phase == "Pending")
            await time.happens(time.starts())
            #expect(time.pod?.status?.phase == "Running")
        }
    }

    @Test func `a supervisor that ends without having started anything started nothing`() async throws {
        try await Scene.run { scene in
            let time = try await Timeline(scene, bound(impatient("1s"), noImage), adoptable: true)
            scene.clock.advance(2)
            await time.supervisorEnds()
            #expect(time.pod?.status?.message == "not started within 1s: container \"main\" was not started")
            #expect(time.pod?.status?.phase == "Failed")
            #expect(time.life.isOver)
        }
    }

    @Test func `a pod that is deleted while it waits goes as others do`() async throws {
        try await Scene.run { scene in
            scene.imageNames.withLock { $0 = [] }
            let time = try await Timeline(scene, impatient())
            try await time.delete()
            #expect(time.pod == nil)
            #expect(try await time.attempts().map(\.reason) == ["ContainerStatusUnknown"])
        }
    }
}
