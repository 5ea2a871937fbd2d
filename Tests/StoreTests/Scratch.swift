import Foundation
import Kube
import Logging
import Synchronization
import Testing

@testable import Store

/// A directory of its own for one test, and the stores in it; all are gone when the test is.
struct Scratch: ~Copyable {
    let directory: String
    var path: String { directory + "/state.db" }

    init() throws {
        directory = NSTemporaryDirectory() + "stint-store-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: directory)  // a leftover directory breaks no test
    }

    func open(_ options: StoreOptions = StoreOptions()) throws -> Store { try Store.open(path, options) }
}

extension Store {
    static func open(_ path: String, _ options: StoreOptions = StoreOptions()) throws -> Store {
        try Store(
            path: path, types: [Job.self, Pod.self, Event.self, Namespace.self], options: options,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    /// Copies the files as they are on disk this moment, as a power cut would leave them, and opens the copy.
    func afterPowerCut() throws -> Store { try Store.open(Store.copyFiles(of: disk.path)) }

    static func copyFiles(of path: String) throws -> String {
        let copy = path + "-cut-\(UUID().uuidString)"
        for suffix in ["", "-wal"] where FileManager.default.fileExists(atPath: path + suffix) {
            try FileManager.default.copyItem(atPath: path + suffix, toPath: copy + suffix)
        }
        return copy
    }
}

/// Runs a test with a store, and asks the store afterwards whether it agrees with itself.
func withStore(_ options: StoreOptions = StoreOptions(), _ body: (Store) async throws -> Void) async throws {
    let scratch = try Scratch()
    let store = try scratch.open(options)
    try await body(store)
    #expect(try await store.verify() == [])
    await store.close()
}

/// A clock the test moves.
final class TestClock: Sendable {
    private let date: Mutex<Date>

    init(_ text: String = "2026-03-01T10:00:00Z") { date = Mutex(RFC3339.parse(text) ?? .distantPast) }

    var now: Date { date.withLock { $0 } }
    func advance(_ seconds: Double) { date.withLock { $0 += seconds } }
}

func pod(_ name: String?, namespace: String = "default", owner: String? = nil, node: String? = nil) -> Pod {
    var pod = Pod(
        metadata: ObjectMeta(name: name, namespace: namespace),
        spec: PodSpec(containers: [Container(name: "main", image: "busybox")]))
    if let owner {
        pod.metadata.ownerReferences = [
            OwnerReference(apiVersion: "batch/v1", kind: "Job", name: "owner", uid: owner, controller: true)
        ]
    }
    pod.spec.nodeName = node
    return pod
}

func job(_ name: String, namespace: String = "default") -> Job {
    Job(
        metadata: ObjectMeta(name: name, namespace: namespace),
        spec: JobSpec(template: PodTemplateSpec(spec: PodSpec(containers: [Container(name: "main", image: "busybox")])))
    )
}

func key(_ name: String, _ namespace: String? = "default") -> ObjectKey { ObjectKey(namespace: namespace, name: name) }

func attempt(_ pod: String, number: Int = 0, exitCode: Int = 0, at seconds: Double = 0) -> AttemptRecord {
    var record = AttemptRecord(
        namespace: "default", podName: pod, podUID: "uid-of-\(pod)", container: "main", attempt: number,
        image: "busybox",
        finishedAt: MicroTimestamp(Date(timeIntervalSince1970: 1_800_000_000 + seconds)), exitCode: exitCode,
        reason: exitCode == 0 ? "Completed" : "Error")
    record.jobName = "owner"
    record.jobUID = "job-uid"
    return record
}
