import Containers
import Foundation
import Kube
import Store

extension NodeAgent {
    public typealias LogQuery = Containers.LogQuery

    /// The log of one attempt of a container: the current one, or with `previous` the one before it.
    ///
    /// Errors are worded as the kubelet words them; clients show them as they are.
    public func logs(
        of pod: Pod, container name: String, previous: Bool, query: LogQuery
    ) throws(Status) -> AsyncThrowingStream<[UInt8], any Error> {
        let status = pod.containerStatus(name)
        let restarts = status?.restartCount ?? 0
        let isBackingOff = status?.state?.waiting?.reason == "CrashLoopBackOff"
        var attempt = restarts
        if previous {
            // A container that waits for its restart shows its last attempt either way.
            attempt = isBackingOff ? restarts : restarts - 1
            guard attempt >= 0 else {
                throw Status(
                    code: 400, reason: "BadRequest",
                    message: "previous terminated container \"\(name)\" in pod \"\(pod.name)\" not found")
            }
        } else if status?.state?.waiting != nil, !isBackingOff, restarts > 0 {
            // About to be started again: the kubelet shows the attempt before.
            attempt = restarts - 1
        } else if let waiting = status?.state?.waiting, !isBackingOff {
            let reason = waiting.reason ?? WaitingReason.creating
            let isImage = reason.hasPrefix("ErrImage") || reason == "ImagePullBackOff"
            throw Status(
                code: 400, reason: "BadRequest",
                message: isImage
                    ? "container \"\(name)\" in pod \"\(pod.name)\" is waiting to start: trying and failing to pull image"
                    : "container \"\(name)\" in pod \"\(pod.name)\" is waiting to start: \(reason)")
        } else if status == nil {
            throw Status(
                code: 400, reason: "BadRequest",
                message: "container \"\(name)\" in pod \"\(pod.name)\" is waiting to start: ContainerCreating")
        }
        let paths = PodPaths(directory: "\(configuration.stateDirectory)/pods/\(pod.uid)")
        let isOver = previous || status?.state?.running == nil
        let reader: LogReader
        do {
            var query = query
            query.follows = query.follows && !isOver
            reader = try LogReader(path: paths.log(name, attempt), query: query)
        } catch {
            throw Status(
                code: 500, reason: "InternalError", message: "cannot read the log of container \"\(name)\": \(error)")
        }
        return follow(reader, pod: pod, container: name, attempt: attempt, follows: query.follows && !isOver)
    }

    /// A stream that reads when it is asked, and ends when the attempt has.
    private func follow(
        _ reader: LogReader, pod: Pod, container: String, attempt: Int, follows: Bool
    ) -> AsyncThrowingStream<[UInt8], any Error> {
        let watcher =
            follows
            ? Task { [store] in
                await Self.waitForEnd(of: pod, container: container, attempt: attempt, in: store)
                await reader.containerEnded()
            } : nil
        let life = CancelWhenDropped(task: watcher)
        return AsyncThrowingStream {
            defer { _ = life }
            return try await reader.next()
        }
    }

    private static func waitForEnd(of pod: Pod, container: String, attempt: Int, in store: Store) async {
        while !Task.isCancelled {
            do {
                for try await event in try store.watch(Pod.self, namespace: pod.namespace) {
                    switch event {
                    case .added(let changed), .modified(let changed):
                        guard changed.uid == pod.uid else { continue }
                        let status = changed.containerStatus(container)
                        if status?.restartCount != attempt || status?.state?.running == nil { return }
                    case .deleted(let gone):
                        if gone.uid == pod.uid { return }
                    case .bookmark:
                        if store.get(Pod.self, pod.key)?.uid != pod.uid { return }
                    }
                }
            } catch {
                continue  // the watch fell behind: look again from the start
            }
        }
    }
}

/// Ends a task when the last reader of a stream lets go of it.
private final class CancelWhenDropped: Sendable {
    let task: Task<Void, Never>?
    init(task: Task<Void, Never>?) { self.task = task }
    deinit { task?.cancel() }
}
