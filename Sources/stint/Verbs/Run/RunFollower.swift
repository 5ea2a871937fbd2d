import Kube

/// Watches one run's Job and pods until it is clear how it ended, and copies the log of every attempt meanwhile.
///
///     watch Job  ──┐
///                  ├─ looks ──> decide ── attempts ──> copy logs, one after the other
///     watch pods ──┘
struct RunFollower: Sendable {
    let session: RunSession
    let job: Job

    private enum Look: Sendable {
        case job(Job)
        case jobGone
        case pod(Pod)
    }

    private enum Part: Sendable {
        case decided(RunEnd)
        case logsCopied
    }

    func follow() async throws -> RunEnd {
        let (looks, look) = AsyncStream.makeStream(of: Look.self)
        let (attempts, attempt) = AsyncStream.makeStream(of: String.self)
        return try await withThrowingTaskGroup(of: Part.self) { tasks in
            tasks.addTask { try await watchJob(look) }
            tasks.addTask { try await watchPods(look) }
            tasks.addTask { .decided(try await decide(looks, attempt)) }
            tasks.addTask {
                try await copyLogs(of: attempts)
                return .logsCopied
            }
            defer { tasks.cancelAll() }
            var end: RunEnd?
            var logsAreCopied = false
            while let part = try await tasks.next() {
                switch part {
                case .decided(let decided): end = decided
                case .logsCopied: logsAreCopied = true
                }
                if let end, logsAreCopied { return end }
            }
            throw CancellationError()
        }
    }

    private func watchJob(_ look: AsyncStream<Look>.Continuation) async throws -> Part {
        let watched = WatchRequest(
            list: ObjectPath(Job.type, namespace: session.namespace).list,
            selection: Selection(fields: "metadata.name=\(job.name)"))
        return try await session.client.follow(
            watched,
            listed: { items in
                if !items.contains(where: { $0.objectUID == job.uid }) { look.yield(.jobGone) }
                return nil
            },
            { change in
                guard change.object.objectUID == job.uid else { return nil }
                if change.type == "DELETED" { look.yield(.jobGone) }
                if ["ADDED", "MODIFIED"].contains(change.type) {
                    look.yield(.job(try KubeJSON.decode(Job.self, from: change.object)))
                }
                return nil
            })
    }

    private var podSelection: Selection { Selection(labels: "batch.kubernetes.io/controller-uid=\(job.uid)") }

    private func watchPods(_ look: AsyncStream<Look>.Continuation) async throws -> Part {
        let watched = WatchRequest(
            list: ObjectPath(Pod.type, namespace: session.namespace).list, selection: podSelection)
        return try await session.client.follow(watched) { change in
            if ["ADDED", "MODIFIED"].contains(change.type) {
                look.yield(.pod(try KubeJSON.decode(Pod.self, from: change.object)))
            }
            return nil
        }
    }

    private func decide(_ looks: AsyncStream<Look>, _ attempt: AsyncStream<String>.Continuation) async throws -> RunEnd
    {
        defer { attempt.finish() }
        var job = job
        var pods: [String: Pod] = [:]
        var announced: Set<String> = []
        var told: Set<String> = []
        func announce(_ pod: Pod) {
            if pod.hasStarted, announced.insert(pod.name).inserted { attempt.yield(pod.name) }
        }
        for await look in looks {
            switch look {
            case .jobGone:
                return RunEnd(exitCode: RunEnd.couldNotRun, message: "job/\(job.name) was deleted")
            case .job(let newer): job = newer
            case .pod(let pod):
                pods[pod.name] = pod
                announce(pod)
            }
            switch verdict(job, Array(pods.values)) {
            case .goesOn: continue
            case .waits(let message):
                if told.insert(message).inserted { session.client.console.note("stint: \(message)") }
            case .ended(let end):
                guard job.has("Complete") || job.has("Failed") else { return end }
                // The two watches are not in step: the Job may be known to have ended before its last pod is.
                let all = try await session.client.list(Pod.type, namespace: session.namespace, selection: podSelection)
                    .map { try KubeJSON.decode(Pod.self, from: $0) }
                for pod in all.sorted(by: { $0.isOlder(than: $1) }) { announce(pod) }
                if case .ended(let end) = verdict(job, all.isEmpty ? Array(pods.values) : all) { return end }
                return end
            }
        }
        throw CancellationError()
    }

    private func verdict(_ job: Job, _ pods: [Pod]) -> RunVerdict {
        RunVerdict.decide(job: job, pods: pods, memory: session.memory, deadline: session.deadline)
    }

    private func copyLogs(of attempts: AsyncStream<String>) async throws {
        let reader = LogReader(client: session.client, query: [(name: "follow", value: "true")], follow: true)
        for await pod in attempts {
            do {
                try await reader.copy(LogSource(namespace: session.namespace, pod: pod, container: "main"))
            } catch let status as Status where status.code == 404 {
                continue  // deleted before it could be read
            }
        }
    }
}

extension Pod {
    /// True once a program of it ran, so that there is a log.
    fileprivate var hasStarted: Bool {
        (status?.containerStatuses ?? []).contains {
            $0.state?.running != nil || $0.state?.terminated?.startedAt != nil
        }
    }

    fileprivate func isOlder(than other: Pod) -> Bool {
        (metadata.creationTimestamp?.date ?? .distantPast, name)
            < (other.metadata.creationTimestamp?.date ?? .distantPast, other.name)
    }
}
