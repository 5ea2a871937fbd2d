import Foundation
import Kube
import Store
import Testing

@testable import Containers
@testable import Node

/// The controller over a real store and real directories.
struct ClaimControllerTests {
    private struct Host {
        let scene: Scene
        var store: Store { scene.store }
        var volumes: String { "\(scene.directory)/volumes" }

        func controller() -> ClaimController {
            ClaimController(
                stateDirectory: scene.directory, nodeName: "box", store: store, clock: .host, logger: quiet)
        }

        /// Runs a controller for as long as `body` does.
        func run(_ body: () async throws -> Void) async throws {
            let controller = controller()
            try await controller.prepare()
            let task = Task { await controller.run() }
            do {
                try await body()
            } catch {
                task.cancel()
                throw error
            }
            task.cancel()
            await task.value
        }

        /// Waits for what the store says, not for time.
        func until<R: Resource>(_ type: R.Type, _ name: String, _ holds: (R?) -> Bool) async throws {
            for try await event in try store.watch(type) {
                switch event {
                case .added(let object), .modified(let object): if object.name == name, holds(object) { return }
                case .deleted(let object): if object.name == name, holds(nil) { return }
                case .bookmark:
                    let isThere = store.list(type).items.contains { $0.name == name }
                    if !isThere, holds(nil) { return }
                }
            }
        }

        func untilSaid(_ reason: String, of name: String) async throws {
            for try await event in try store.watch(Event.self) {
                guard case .added(let said) = event, said.involvedObject.name == name else { continue }
                if said.reason == reason { return }
            }
        }

        func claim(_ name: String = "c") -> PersistentVolumeClaim? {
            store.get(PersistentVolumeClaim.self, ObjectKey(namespace: "default", name: name))
        }

        /// Made as a client makes it, with a uid of the store's.
        func create(_ claim: PersistentVolumeClaim) async throws -> PersistentVolumeClaim {
            var claim = claim
            claim.metadata.uid = nil
            return try await store.create(claim)
        }

        func delete(_ claim: PersistentVolumeClaim) async throws {
            _ = try await store.delete(PersistentVolumeClaim.self, claim.key)
        }

        func names() -> [String] { (try? FileManager.default.contentsOfDirectory(atPath: volumes)) ?? [] }
    }

    private func run(_ body: (Host) async throws -> Void) async throws {
        try await Scene.run { try await body(Host(scene: $0)) }
    }

    private func using(_ claim: String, _ name: String = "p") -> Pod {
        var pod = makePod(name)
        var volume = Volume(name: "v")
        volume.persistentVolumeClaim = PersistentVolumeClaimVolumeSource(claimName: claim)
        pod.spec.volumes = [volume]
        return pod
    }

    @Test func `a state directory gets its class once`() async throws {
        try await run { host in
            try await host.run {}
            let key = ObjectKey(namespace: nil, name: "standard")
            let standard = try #require(host.store.get(StorageClass.self, key))
            #expect(standard.isDefault && standard.waitsForConsumer && standard.reclaimPolicy == "Delete")
            #expect(standard.provisioner == "stint.dev/host-directory" && standard.allowVolumeExpansion == true)
            _ = try await host.store.delete(StorageClass.self, key)
            try await host.run {}
            #expect(host.store.get(StorageClass.self, key) == nil, "the operator does not want it")
        }
    }

    @Test func `a directory is made for a claim, grows with it, and goes with it`() async throws {
        try await run { host in
            _ = try await host.store.create(makeClass())
            try await host.run {
                let claim = try await host.create(makeClaim())
                try await host.until(PersistentVolumeClaim.self, "c") { $0?.status?.phase == "Bound" }
                let name = "pvc-\(claim.uid)"
                let key = ObjectKey(namespace: nil, name: name)
                let volume = try #require(host.store.get(PersistentVolume.self, key))
                #expect(volume.status?.phase == "Bound" && volume.spec.hostPath?.path == "\(host.volumes)/\(name)")
                let mode = try FileManager.default.attributesOfItem(atPath: "\(host.volumes)/\(name)")
                #expect(mode[.posixPermissions] as? Int == 0o777)
                let parent = try FileManager.default.attributesOfItem(atPath: host.volumes)
                #expect(parent[.posixPermissions] as? Int == 0o700)
                _ = try await host.store.modify(PersistentVolumeClaim.self, claim.key) {
                    $0.spec.resources?.requests?["storage"] = Quantity("5Gi")!
                }
                try await host.until(PersistentVolumeClaim.self, "c") {
                    $0?.status?.capacity == ["storage": Quantity("5Gi")!]
                }
                try Data("x".utf8).write(to: URL(fileURLWithPath: "\(host.volumes)/\(name)/file"))
                try await host.delete(claim)
                try await host.until(PersistentVolume.self, name) { $0 == nil }
                #expect(host.claim() == nil && host.names() == [])
            }
        }
    }

    @Test func `a volume is made when the first pod comes, and its claim stays as long as a pod that was bound`()
        async throws
    {
        try await run { host in
            _ = try await host.store.create(makeClass(waits: true))
            try await host.run {
                let claim = try await host.create(makeClaim())
                try await host.untilSaid("WaitForFirstConsumer", of: "c")
                #expect(host.claim()?.status?.phase == "Pending" && host.names() == [])
                let pod = try await host.store.create(using("c"))
                try await host.until(PersistentVolumeClaim.self, "c") { $0?.status?.phase == "Bound" }
                #expect(host.claim()?.metadata.annotations?[StorageAnnotation.selectedNode] == "box")
                _ = try await host.store.modify(Pod.self, pod.key) { $0.spec.nodeName = "box" }
                try await host.delete(claim)
                try await host.until(PersistentVolumeClaim.self, "c") { $0?.metadata.deletionTimestamp != nil }
                // Something else that is looked at after it: the claim has been looked at by then.
                let other = try await host.create(makeClaim("d", className: ""))
                _ = try await host.store.create(makeVolume(className: ""))
                try await host.until(PersistentVolumeClaim.self, other.name) { $0?.status?.phase == "Bound" }
                #expect(host.claim() != nil && host.names() == ["pvc-\(claim.uid)"])
                _ = try await host.store.modify(Pod.self, pod.key) { pod in
                    pod.status = PodStatus()
                    pod.status?.phase = "Succeeded"
                }
                _ = try await host.store.delete(Pod.self, pod.key)
                try await host.until(PersistentVolume.self, "pvc-\(claim.uid)") { $0 == nil }
                #expect(host.claim() == nil && host.names() == [])
            }
        }
    }

    @Test func `what is to be kept is kept, whoever is gone`() async throws {
        try await run { host in
            var keeping = makeClass()
            keeping.reclaimPolicy = "Retain"
            _ = try await host.store.create(keeping)
            var name = ""
            try await host.run {
                let claim = try await host.create(makeClaim())
                name = "pvc-\(claim.uid)"
                try await host.until(PersistentVolumeClaim.self, "c") { $0?.status?.phase == "Bound" }
                try Data("x".utf8).write(to: URL(fileURLWithPath: "\(host.volumes)/\(name)/file"))
                try await host.delete(claim)
                try await host.until(PersistentVolume.self, name) { $0?.status?.phase == "Released" }
                _ = try await host.store.delete(PersistentVolume.self, ObjectKey(namespace: nil, name: name))
                try await host.until(PersistentVolume.self, name) { $0 == nil }
            }
            try await host.run {}
            #expect(FileManager.default.fileExists(atPath: "\(host.volumes)/\(name)/file"))
        }
    }

    @Test func `a daemon that died before it could say for whom, or while it removed, leaves nothing`() async throws {
        try await run { host in
            _ = try await host.store.create(makeClass())
            try await host.run {}
            let files = FileManager.default
            // Made, and not yet said for whom.
            try files.createDirectory(atPath: "\(host.volumes)/pvc-1", withIntermediateDirectories: false)
            // Removed in part.
            for path in [".removing-pvc-2/tree/a/b", ".removing-pvc-2/.removing-tree-1/c"] {
                try files.createDirectory(atPath: "\(host.volumes)/\(path)", withIntermediateDirectories: true)
            }
            // Released, and the removal had not begun.
            var volume = makeVolume("pvc-3") {
                $0.makeOurs()
                $0.keep(for: "gone", uid: "gone")
            }
            volume.status?.phase = "Released"
            _ = try await host.store.create(volume)
            try files.createDirectory(atPath: "\(host.volumes)/pvc-3/a", withIntermediateDirectories: true)
            try await host.run {
                try await host.until(PersistentVolume.self, "pvc-3") { $0 == nil }
            }
            #expect(host.names() == [])
        }
    }

    @Test func `links in a volume are not followed when it is removed, and no depth is too deep`() async throws {
        try await run { host in
            let directories = ClaimDirectories(path: host.volumes)
            _ = try directories.prepare()
            try directories.make("v")
            let outside = "\(host.scene.directory)/outside"
            let files = FileManager.default
            try files.createDirectory(atPath: "\(outside)/kept", withIntermediateDirectories: true)
            try files.createSymbolicLink(atPath: "\(host.volumes)/v/link", withDestinationPath: outside)
            var deep = "\(host.volumes)/v"
            for _ in 0..<300 { deep += "/d" }
            try files.createDirectory(atPath: deep, withIntermediateDirectories: true)
            try directories.remove("v")
            try directories.remove("v")
            #expect(host.names() == [])
            #expect(files.fileExists(atPath: "\(outside)/kept"))
        }
    }

    @Test func `a volume of the operator's is bound, and given back`() async throws {
        try await run { host in
            try await host.run {
                _ = try await host.store.create(makeVolume("small", className: "") { $0.status = nil })
                _ = try await host.store.create(makeVolume("large", "9Gi", className: "") { $0.status = nil })
                try await host.until(PersistentVolume.self, "small") { $0?.status?.phase == "Available" }
                let claim = try await host.create(makeClaim(className: ""))
                try await host.until(PersistentVolume.self, "small") { $0?.status?.phase == "Bound" }
                #expect(host.claim()?.spec.volumeName == "small")
                try await host.delete(claim)
                try await host.until(PersistentVolume.self, "small") { $0?.status?.phase == "Released" }
                #expect(host.claim() == nil)
            }
        }
    }

    @Test func `where a claim is, or why nobody knows`() async throws {
        try await run { host in
            let node = NodeIdentity(name: "box")
            func place(_ wasMounted: Bool = false) -> ClaimDirectory {
                claimDirectory(for: "c", in: "default", host.store, node: node, wasMounted: wasMounted)
            }
            #expect(place() == .waiting("persistentvolumeclaim \"c\" not found"))
            try await host.run {
                _ = try await host.create(makeClaim(className: ""))
                #expect(place() == .waiting("error processing PVC default/c: PVC is not bound"))
                _ = try await host.store.create(makeVolume(className: ""))
                try await host.until(PersistentVolumeClaim.self, "c") { $0?.status?.phase == "Bound" }
                #expect(place() == .directory(path: "/data/v", type: ""))
                var pod = using("c")
                pod.spec.nodeName = "box"
                _ = try await host.store.create(pod)
                _ = try await host.store.delete(PersistentVolumeClaim.self, ObjectKey(namespace: "default", name: "c"))
                #expect(
                    place() == .waiting("error processing PVC default/c: can't start pod because PVC is being deleted"))
                #expect(place(true) == .directory(path: "/data/v", type: ""))
            }
        }
    }

    @Test func `pods with claims wait beside the line, and one pod alone has a claim that says so`() async throws {
        try await run { host in
            let agent = try host.scene.agent()
            try await agent.prepare()
            let running = Task { try await agent.run() }
            defer { running.cancel() }
            func says(_ pod: String, _ words: String) async throws {
                try await host.until(Pod.self, pod) { pod in
                    pod?.status?.conditions?.contains { $0.message?.contains(words) == true } == true
                }
            }
            _ = try await host.store.create(using("c", "first"))
            try await says("first", "0/1 nodes are available: persistentvolumeclaim \"c\" not found.")
            _ = try await host.store.create(makePod("plain"))
            try await host.until(Pod.self, "plain") { $0?.spec.nodeName != nil }
            _ = try await host.create(makeClaim(className: "") { $0.spec.accessModes = ["ReadWriteOncePod"] })
            try await says("first", "pod has unbound immediate PersistentVolumeClaims")
            try await host.run {
                _ = try await host.store.create(
                    makeVolume(className: "") { $0.spec.accessModes = ["ReadWriteOncePod"] })
                try await host.until(Pod.self, "first") { $0?.spec.nodeName != nil }
                _ = try await host.store.create(using("c", "second"))
                try await says("second", "ReadWriteOncePod access mode")
                let first = try #require(host.store.get(Pod.self, ObjectKey(namespace: "default", name: "first")))
                // It is bound before it is launched.
                while host.scene.runtime.pod(first.uid) == nil { await Task.yield() }
                host.scene.runtime.pod(first.uid)?.tell(
                    .exited(
                        ContainerExit(
                            container: "main", attempt: 0, exitCode: 0, signal: nil, cause: .exit, startedAt: noon,
                            finishedAt: noon, usage: ResourceUsage(), lostLogBytes: 0)))
                try await host.until(Pod.self, "second") { $0?.spec.nodeName != nil }
            }
            running.cancel()
            try await running.value
        }
    }
}
