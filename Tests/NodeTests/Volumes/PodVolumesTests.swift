import Containers
import Foundation
import Kube
import Store
import Testing

@testable import Node

/// Volumes in the life of a pod.
struct PodVolumesTests {
    private func pod(_ volumes: String, policy: String = "Never") throws -> Pod {
        var pod = makePod(policy: policy)
        pod.spec.volumes = try JSONDecoder().decode([Volume].self, from: Data(volumes.utf8))
        pod.spec.containers[0].volumeMounts = (pod.spec.volumes ?? []).map {
            VolumeMount(name: $0.name, mountPath: "/" + $0.name)
        }
        return pod
    }

    private func configMap(_ value: String) -> ConfigMap {
        var object = ConfigMap(metadata: ObjectMeta(name: "c", namespace: "default"))
        object.data = ["key": value]
        return object
    }

    private func events(_ scene: Scene) async -> [String] {
        await scene.recorder.flush()
        return scene.store.list(Event.self).items.filter { $0.type == "Warning" }
            .map { "\($0.reason ?? ""): \($0.message ?? "")" }
    }

    private func file(_ time: Timeline) throws -> String {
        try String(
            contentsOfFile: time.scene.directory + "/pods/\(time.uid)/volumes/kubernetes.io~configmap/v/key",
            encoding: .utf8)
    }

    @Test func `a pod waits for a ConfigMap, says so, and goes on when it comes`() async throws {
        try await Scene.run { scene in
            let time = try await Timeline(scene, try pod(#"[{"name":"v","configMap":{"name":"c"}}]"#))
            #expect(time.container()?.waiting?.reason == "ContainerCreating")
            #expect(time.pod?.status?.phase == "Pending")
            await time.send(.referencesChanged)
            #expect(time.calls == ["adopt"] || time.calls == [])
            #expect(
                await events(scene) == [
                    "FailedMount: MountVolume.SetUp failed for volume \"v\" : configmap \"c\" not found"
                ])
            // Nothing is made before everything is known.
            #expect(!FileManager.default.fileExists(atPath: scene.directory + "/pods/\(time.uid)"))
            _ = try await scene.store.create(configMap("1"))
            await time.send(.referencesChanged)
            #expect(time.calls.last == "launch main/0")
            #expect(try file(time) == "1")
            let plan = try #require(scene.runtime.plans.withLock { $0.last })
            #expect(plan.volumes.map(\.target) == ["/v"] && plan.volumes[0].isReadOnly)
        }
    }

    @Test func `files follow the ConfigMap while the pod runs, and stay when it goes`() async throws {
        try await Scene.run { scene in
            var map = try await scene.store.create(configMap("1"))
            let time = try await Timeline(
                scene, try pod(#"[{"name":"v","configMap":{"name":"c"}}]"#, policy: "OnFailure"))
            await time.happens(time.starts())
            #expect(time.pod?.status?.containerStatuses?[0].volumeMounts?[0].readOnly == true)
            map.data = ["key": "2"]
            _ = try await scene.store.update(map)
            await time.send(.referencesChanged)
            #expect(try file(time) == "2")
            _ = try await scene.store.delete(ConfigMap.self, map.key, DeleteOptions())
            await time.send(.referencesChanged)
            #expect(try file(time) == "2")
            // Not even another attempt is held up.
            await time.happens(time.exits("main", 0, 1))
            #expect(time.calls.last == "start main/1")
            #expect(await events(scene) == [])
        }
    }

    @Test func `what the pod was labelled with is in its file`() async throws {
        try await Scene.run { scene in
            let time = try await Timeline(
                scene,
                try pod(
                    #"[{"name":"v","downwardAPI":{"items":[{"path":"key","fieldRef":{"fieldPath":"metadata.labels"}}]}}]"#
                ))
            await time.happens(time.starts())
            let path = scene.directory + "/pods/\(time.uid)/volumes/kubernetes.io~downward-api/v/key"
            #expect(try String(contentsOfFile: path, encoding: .utf8) == "")
            var changed = try #require(time.pod)
            changed.metadata.labels = ["a": "b"]
            changed = try await scene.store.update(changed)
            await time.send(.changed(changed))
            #expect(try String(contentsOfFile: path, encoding: .utf8) == "a=\"b\"")
        }
    }

    @Test func `a path of the host is looked at again until it is right`() async throws {
        try await Scene.run { scene in
            let path = scene.directory + "/there"
            let time = try await Timeline(
                scene, try pod(#"[{"name":"v","hostPath":{"path":"\#(path)","type":"Directory"}}]"#))
            #expect(time.calls.contains("launch main/0") == false)
            #expect(
                await events(scene) == [
                    "FailedMount: MountVolume.SetUp failed for volume \"v\" : hostPath type check failed: \(path) is not a "
                        + "directory"
                ])
            await time.pass(0.5)
            #expect(time.calls.contains("launch main/0") == false)
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
            await time.pass(1)
            #expect(time.calls.last == "launch main/0")
        }
    }

    @Test func `an image that is not imported is waited for as the container's own`() async throws {
        try await Scene.run { scene in
            let time = try await Timeline(scene, try pod(#"[{"name":"v","image":{"reference":"tools"}}]"#))
            #expect(time.container()?.waiting?.reason == "ImagePullBackOff")
            scene.imageNames.withLock { _ = $0.insert("tools") }
            await time.send(.imageArrived)
            #expect(time.calls.last == "launch main/0")
        }
    }

    @Test func `volumes go when the pod has ended, and not before`() async throws {
        try await Scene.run { scene in
            let time = try await Timeline(scene, try pod(#"[{"name":"v","emptyDir":{}}]"#, policy: "OnFailure"))
            let path = scene.directory + "/pods/\(time.uid)/volumes/kubernetes.io~empty-dir/v"
            await time.happens(time.starts())
            try Data("x".utf8).write(to: URL(filePath: path + "/file"))
            await time.happens(time.exits("main", 0, 1))
            #expect(FileManager.default.fileExists(atPath: path + "/file"))
            await time.happens(time.starts("main", 1), time.exits("main", 1))
            #expect(!FileManager.default.fileExists(atPath: path))
            #expect(time.pod?.status?.phase == "Succeeded")
        }
    }
}
