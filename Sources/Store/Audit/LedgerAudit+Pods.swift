import Kube

/// Pods against the ledger: their status and the records are written in one commit.
extension LedgerAudit {
    func missingRecords() -> [String] {
        pods.flatMap { pod in pod.containersThatRan.flatMap { missingRecords(of: $0, pod) } }
    }

    private func missingRecords(of container: ContainerStatus, _ pod: Pod) -> [String] {
        let known = recordsByID(pod)
        var broken: [String] = []
        var ended = (0..<max(0, container.restartCount)).map { container.attemptID($0, of: pod) }
        for state in [container.lastState, container.state].compactMap({ $0?.terminated }) {
            guard let id = state.containerID?.attemptID else { continue }
            if !ended.contains(id) { ended.append(id) }
            guard let record = known[id] else { continue }
            let (told, recorded) = (End(state), End(record))
            if told != recorded {
                broken.append(
                    "attempt \"\(id)\" ended with \(told) for pod \"\(pod.key)\", for the ledger with \(recorded)")
            }
        }
        return broken
            + ended.filter { known[$0] == nil }.map {
                "attempt \"\($0)\" of pod \"\(pod.key)\" ended and is not in the ledger"
            }
    }

    func earlyRecords() -> [String] {
        pods.flatMap { pod in
            let known = recordsByID(pod)
            return pod.containersThatRan.flatMap { container -> [String] in
                let current = container.attemptID(container.restartCount, of: pod)
                let hasEnded = [container.state, container.lastState].contains { $0?.attemptID == current }
                let first = container.restartCount + (hasEnded ? 1 : 0)
                return known.values.filter { $0.container == container.name && $0.attempt >= first }.map(\.id).sorted()
                    .map { "attempt \"\($0)\" of pod \"\(pod.key)\" is in the ledger and has not ended" }
            }
        }
    }

    private func recordsByID(_ pod: Pod) -> [String: AttemptRecord] {
        Dictionary((records[pod.uid] ?? []).map { ($0.id, $0) }) { first, _ in first }
    }

    /// What a pod's status and a record both tell of an end.
    private struct End: Equatable, CustomStringConvertible {
        let exitCode: Int
        let signal: Int?
        let reason: String?

        init(_ state: ContainerStateTerminated) {
            (exitCode, signal, reason) = (state.exitCode, state.signal, state.reason)
        }
        init(_ record: AttemptRecord) { (exitCode, signal, reason) = (record.exitCode, record.signal, record.reason) }

        var description: String { "\(exitCode) (\(reason ?? "no reason"))" }
    }
}

extension ContainerStatus {
    fileprivate func attemptID(_ attempt: Int, of pod: Pod) -> String {
        AttemptRecord.makeID(podUID: pod.uid, container: name, attempt: attempt)
    }
}
