import Containers
import Foundation
import Kube
import Store
import Testing

@testable import Node

/// What becomes of pods that take too much of the disk.
struct StorageLimitTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var use: StorageUse
        var message: String?

        init(_ sentence: String, volumes: [String: Int64] = [:], containers: [String: Int64] = [:], _ message: String?)
        {
            testDescription = sentence
            use = StorageUse(volumes: volumes, containers: containers)
            self.message = message
        }
    }

    private func spec() throws -> PodSpec {
        var spec = makePod(containers: ["a", "b"]).spec
        spec.volumes = try JSONDecoder().decode(
            [Volume].self,
            from: Data(
                #"[{"name":"v","emptyDir":{"sizeLimit":"1Mi"}},{"name":"m","emptyDir":{"medium":"Memory","sizeLimit":"1"}}]"#
                    .utf8))
        for index in spec.containers.indices {
            spec.containers[index].resources = ResourceRequirements(limits: ["ephemeral-storage": Quantity("4Mi")!])
        }
        return spec
    }

    @Test(arguments: [
        Case("a volume at its limit is in order", volumes: ["v": 1 << 20], nil),
        Case(
            "one byte more is too much", volumes: ["v": 1 << 20 + 1],
            "Usage of EmptyDir volume \"v\" exceeds the limit \"1Mi\". "),
        Case("all limits together hold for the whole", containers: ["a": 4 << 20, "b": 4 << 20], nil),
        Case(
            "of the pod", volumes: ["w": 1], containers: ["a": 4 << 20, "b": 4 << 20],
            "Pod ephemeral local storage usage exceeds the total limit of containers 8Mi. "),
        Case(
            "and each for its container", containers: ["a": 4 << 20 + 1],
            "Container a exceeded its local ephemeral storage limit \"4Mi\". "),
        Case(
            "what cannot be measured is too much", containers: ["a": .max, "b": .max],
            "Pod ephemeral local storage usage exceeds the total limit of containers 8Mi. "),
    ])
    func `what is too much`(_ row: Case) throws {
        #expect(StorageLimits(try spec()).violation(row.use) == row.message)
    }

    @Test func `a pod without such limits is never measured`() {
        #expect(StorageLimits(makePod().spec).isEmpty)
    }

    @Test func `a pod whose volume grows too large is killed and has failed`() async throws {
        try await Scene.run { scene in
            var pod = makePod(policy: "OnFailure")
            pod.spec.volumes = try spec().volumes
            let time = try await Timeline(scene, pod)
            await time.happens(time.starts())
            let path = scene.directory + "/pods/\(time.uid)/volumes/kubernetes.io~empty-dir/v/file"
            await time.pass(10)
            #expect(time.calls.last == "launch main/0")
            try Data(count: 2 << 20).write(to: URL(filePath: path))
            await time.pass(10)
            #expect(time.calls.last == "kill")
            await time.happens(time.exits("main", 0, 137))
            #expect(time.pod?.status?.phase == "Failed")
            #expect(time.pod?.status?.reason == "Evicted")
            #expect(time.pod?.status?.message == "Usage of EmptyDir volume \"v\" exceeds the limit \"1Mi\". ")
            await scene.recorder.flush()
            let told = scene.store.list(Event.self).items.filter { $0.reason == "Evicted" }
            #expect(told.map(\.message) == ["Usage of EmptyDir volume \"v\" exceeds the limit \"1Mi\". "])
            #expect(!FileManager.default.fileExists(atPath: path))
        }
    }

    @Test func `a file with two names counts once, and a tree too deep for a path is too much`() throws {
        let directory = NSTemporaryDirectory() + "stint-use-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: directory + "/d", withIntermediateDirectories: true)
        defer { VolumeDirectories.remove(directory) }
        try Data(count: 1 << 20).write(to: URL(filePath: directory + "/d/a"))
        try FileManager.default.linkItem(atPath: directory + "/d/a", toPath: directory + "/b")
        let bytes = DiskUse.bytes(below: directory)
        #expect((1 << 20..<(1 << 20 + 65_536)).contains(bytes))
        #expect(DiskUse.bytes(below: directory + "/none") == 0)
        var folder = open(directory, O_RDONLY | O_DIRECTORY)
        let name = String(repeating: "d", count: 250)
        for _ in 0..<20 {
            mkdirat(folder, name, 0o755)
            let next = openat(folder, name, O_RDONLY | O_DIRECTORY)
            close(folder)
            folder = next
        }
        close(folder)
        #expect(DiskUse.bytes(below: directory) == .max)
    }
}
