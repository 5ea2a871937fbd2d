import Foundation
import Kube

/// One container's log.
struct LogSource: Hashable, Sendable {
    let namespace: String
    let pod: String
    let container: String
}

/// Which of a pod's containers, and which of a Job's pods.
struct LogChoice: Sendable {
    var container: String?
    var allContainers = false
    var allPods = false
}

/// Finds the logs that the user means.
struct LogSources {
    let client: APIClient
    let namespace: String
    let choice: LogChoice
    /// Seconds to wait for a Job's first pod.
    let patience: Double
    /// Says nothing of what it chose.
    var isQuiet = false

    func find(_ target: String?, selector: String?) async throws -> [LogSource] {
        if let selector {
            let pods = try await self.pods(selector)
            if pods.isEmpty { client.console.note("No resources found in \(namespace) namespace.") }
            return try pods.flatMap(sources)
        }
        let name = target ?? ""
        let arguments = name.contains("/") ? [name] : ["pods/\(name)"]
        let targets = try await ResourceArguments.resolve(
            arguments, namespace: namespace, discovery: Discovery(client: client))
        guard case .named(let objects) = targets, let object = objects.first else {
            throw Failure("expected a resource")
        }
        let tree = try await client.send(APIRequest(.GET, object.path))
        switch object.type.kind {
        case Pod.type.kind: return try sources(of: KubeJSON.decode(Pod.self, from: tree))
        case Job.type.kind: return try await sources(of: KubeJSON.decode(Job.self, from: tree))
        default: throw Failure("cannot get the logs from \(object.printed): only pods and Jobs have logs")
        }
    }

    private func sources(of job: Job) async throws -> [LogSource] {
        let selector = job.spec.selector?.printed ?? "batch.kubernetes.io/controller-uid=\(job.uid)"
        let pods = LogPreference.sorted(try await waitForPods(selector))
        guard let best = pods.first else { throw Failure("timed out waiting for the condition") }
        if choice.allPods { return try pods.flatMap(sources) }
        if pods.count > 1 { client.console.note("Found \(pods.count) pods, using pod/\(best.name)") }
        return try sources(of: best)
    }

    private func pods(_ selector: String) async throws -> [Pod] {
        try await client.list(Pod.type, namespace: namespace, selection: Selection(labels: selector)).map {
            try KubeJSON.decode(Pod.self, from: $0)
        }
    }

    private func waitForPods(_ selector: String) async throws -> [Pod] {
        let found = try await pods(selector)
        guard found.isEmpty else { return found }
        let watched = WatchRequest(
            list: ObjectPath(Pod.type, namespace: namespace).list, selection: Selection(labels: selector))
        return try await withThrowingTaskGroup(of: [Pod].self) { tasks in
            tasks.addTask {
                try await client.follow(watched) { change in
                    change.type == "ADDED" ? [try KubeJSON.decode(Pod.self, from: change.object)] : nil
                }
            }
            tasks.addTask {
                try await Task.sleep(for: .seconds(patience))
                return []
            }
            defer { tasks.cancelAll() }
            return try await tasks.next() ?? []
        }
    }

    private func sources(of pod: Pod) throws -> [LogSource] {
        let names = (pod.spec.initContainers ?? []).map(\.name) + pod.spec.containers.map(\.name)
        func source(_ name: String) -> LogSource {
            LogSource(namespace: pod.namespace, pod: pod.name, container: name)
        }
        if choice.allContainers { return names.map(source) }
        let all = pod.spec.containers.map(\.name) + (pod.spec.initContainers ?? []).map { "\($0.name) (init)" }
        let list = all.joined(separator: ", ")
        let preferred = pod.metadata.annotations?["kubectl.kubernetes.io/default-container"]
        if let name = choice.container ?? preferred.flatMap({ names.contains($0) ? $0 : nil }) {
            guard names.contains(name) else {
                throw Failure("container \(name) is not valid for pod \(pod.name) out of: \(list)")
            }
            return [source(name)]
        }
        guard let first = pod.spec.containers.first else { return [] }
        if names.count > 1, !choice.allPods, !isQuiet {
            client.console.note("Defaulted container \"\(first.name)\" out of: \(list)")
        }
        return [source(first.name)]
    }
}

/// Whose log says most when only one is shown: kubectl's order.
///
/// 1. a pod that has a node; 2. running or ended before unknown before pending; 3. ready before not ready;
/// 4. ready for longer; 5. more restarts; 6. older.
enum LogPreference {
    static func sorted(_ pods: [Pod]) -> [Pod] {
        pods.enumerated().sorted { a, b in
            let (left, right) = (rank(a.element), rank(b.element))
            return left == right ? a.offset < b.offset : left.lexicographicallyPrecedes(right)
        }.map(\.element)
    }

    private static func rank(_ pod: Pod) -> [Double] {
        let ready = pod.status?.conditions?.first { $0.type == "Ready" && $0.status == "True" }
        let restarts = pod.status?.containerStatuses?.map(\.restartCount).max() ?? 0
        return [
            pod.spec.nodeName?.isEmpty ?? true ? 1 : 0,
            ["Unknown": 1, "Pending": 2][pod.status?.phase ?? ""] ?? 0,
            ready == nil ? 1 : 0,
            ready.map { $0.lastTransitionTime?.date.timeIntervalSince1970 ?? .infinity } ?? 0,
            -Double(restarts),
            pod.metadata.creationTimestamp?.date.timeIntervalSince1970 ?? .infinity,
        ]
    }
}
