import Containers
import Foundation
import Kube

/// The checks of a pod's containers, as far as they are being made.
struct PodChecks {
    struct Key: Hashable {
        /// The container's place in `PodRun.containers`.
        var index: Int
        var kind: CheckKind
    }

    struct Entry {
        var attempt: Int
        var tally: ProbeTally
        /// One check is being made.
        var task: Task<Void, Never>?
    }

    /// Of containers that run now.
    var entries: [Key: Entry] = [:]

    mutating func drop(_ key: Key) { entries.removeValue(forKey: key)?.task?.cancel() }

    func cancel() { for entry in entries.values { entry.task?.cancel() } }
}

/// What became of one check.
struct CheckReport: Sendable {
    var container: String
    var attempt: Int
    var kind: CheckKind
    var result: CheckResult
}

extension PodLife {
    /// Makes the checks that are due, and looks again when the next one is.
    ///
    /// A pod that is being ended is not checked for whether it has started or lives (as with the kubelet), only for
    /// whether it is ready.
    mutating func makeChecks() {
        let now = context.clock.now()
        for index in run.containers.indices {
            for kind in CheckKind.allCases {
                let key = PodChecks.Key(index: index, kind: kind)
                guard let since = isChecked(index, kind), let probe = spec(index).probe(kind) else {
                    checks.drop(key)
                    continue
                }
                let attempt = run.containers[index].attempt
                if checks.entries[key]?.attempt != attempt {
                    checks.drop(key)
                    checks.entries[key] = PodChecks.Entry(
                        attempt: attempt, tally: makeTally(kind, probe, since: since, now: now))
                }
                guard let entry = checks.entries[key], entry.task == nil, !entry.tally.isOver else { continue }
                if entry.tally.next > now {
                    lookAgain(at: entry.tally.next)
                } else {
                    let task = begin(probe, key, entry)
                    checks.entries[key]?.task = task
                }
            }
        }
    }

    /// Since when the container runs, if this check is made of it now.
    private func isChecked(_ index: Int, _ kind: CheckKind) -> Date? {
        let container = run.containers[index]
        guard running != nil, let since = container.startedAt, !container.health.isInPostStart else { return nil }
        let isChecked =
            switch kind {
            case .startup: !container.health.hasStarted && !run.isEnding
            case .liveness: container.health.hasStarted && !run.isEnding
            case .readiness: container.health.hasStarted
            }
        return isChecked ? since : nil
    }

    /// Found again after a restart of the daemon, a container begins with a share of a period, which is the pod's own.
    private func makeTally(_ kind: CheckKind, _ probe: Probe, since: Date, now: Date) -> ProbeTally {
        var tally = ProbeTally(kind, probe, started: since, now: now)
        if let foundAgainAt, since <= foundAgainAt, now.timeIntervalSince(foundAgainAt) < 1 {
            let number = pod.uid.utf8.reduce(UInt32(0)) { $0 &* 31 &+ UInt32($1) }
            tally.wait(Double(number % 1000 + 1) / 1000)
        }
        return tally
    }

    private func begin(_ probe: Probe, _ key: PodChecks.Key, _ entry: PodChecks.Entry) -> Task<Void, Never> {
        let (runner, mailbox, pod, container) = (context.checkRunner, mailbox, pod, spec(key.index))
        let (address, timeout) = (pod.checkAddress, entry.tally.timeout)
        return Task {
            let result: CheckResult
            do throws(CheckProblem) {
                let action = try CheckAction(probe, of: container, address: address)
                result = await runner.run(action, in: pod, container, timeout: timeout)
            } catch {
                result = .errored(error.message)
            }
            guard !Task.isCancelled else { return }
            mailbox.send(
                .checked(
                    CheckReport(container: container.name, attempt: entry.attempt, kind: key.kind, result: result)))
        }
    }

    /// False when it is about an attempt that is over.
    mutating func note(_ report: CheckReport) -> Bool {
        guard let index = run.containers.firstIndex(where: { $0.name == report.container }) else { return false }
        let key = PodChecks.Key(index: index, kind: report.kind)
        guard var entry = checks.entries[key], entry.attempt == report.attempt, run.containers[index].isRunning else {
            return false
        }
        tell(report)
        entry.task = nil
        let passed: Bool? = if case .errored = report.result { nil } else { report.result.isSuccess }
        let verdict = entry.tally.take(passed, now: context.clock.now())
        checks.entries[key] = entry
        switch (report.kind, verdict) {
        case (_, .unchanged), (.liveness, .passes): break
        case (.startup, .passes): run.containers[index].health.hasStarted = true
        case (.readiness, .passes): run.containers[index].health.isReady = true
        case (.readiness, .fails): run.containers[index].health.isReady = false
        case (.startup, .fails), (.liveness, .fails): endUnhealthy(index, report.kind)
        }
        return true
    }

    private func tell(_ report: CheckReport) {
        let kind = report.kind.rawValue
        let (reason, message): (String, String)
        switch report.result {
        case .passed: return
        case .warned(let text): (reason, message) = ("ProbeWarning", "\(kind) probe warning: \(text)")
        case .failed(let text), .late(let text): (reason, message) = ("Unhealthy", "\(kind) probe failed: \(text)")
        case .errored(let text):
            (reason, message) = ("Unhealthy", "\(kind) probe errored and resulted in unknown state: \(text)")
        }
        context.recorder.record(pod, .warning, reason: reason, message: message)
    }

    /// The container is ended, and then what its restart policy says.
    private mutating func endUnhealthy(_ index: Int, _ kind: CheckKind) {
        let container = run.containers[index]
        run.containers[index].failedAttempt = container.attempt
        let isRestarted = container.restart.policy != .never
        context.recorder.record(
            pod, .normal, reason: "Killing",
            message: "Container \(container.name) failed \(kind.rawValue.lowercased()) probe"
                + (isRestarted ? ", will be restarted" : ""))
        let own = spec(index).probe(kind)?.terminationGracePeriodSeconds
        stop(index, grace: own.map { .seconds($0) } ?? grace)
    }
}

extension Pod {
    /// Where checks find it, from inside its network.
    var checkAddress: String { status?.podIP.flatMap { $0.isEmpty ? nil : $0 } ?? "127.0.0.1" }
}
