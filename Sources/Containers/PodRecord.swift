import Foundation
import Launch

/// What the reports of a pod add up to: which attempts were started and have not ended. A value, fed one report at a
/// time, that says which events to tell.
struct PodRecord: Equatable {
    private struct Attempt: Hashable {
        var container: String
        var attempt: UInt32
    }

    private var open: Set<Attempt> = []
    private var over: Set<Attempt> = []
    /// Attempts that were asked for, as far as this daemon knows.
    private var expected: Set<Attempt> = []
    /// What the supervisor understands; none of one that was started by an older daemon.
    private(set) var abilities: SupervisorAbilities = []

    mutating func expect(_ container: String, _ attempt: UInt32) {
        let attempt = Attempt(container: container, attempt: attempt)
        if !over.contains(attempt) { expected.insert(attempt) }
    }

    /// True when an attempt has begun, or was asked for, and there is no report of its end; and when there is no report
    /// of any attempt at all.
    var hasOpenEnds: Bool { !open.isEmpty || !expected.isEmpty || over.isEmpty }

    /// The event a report stands for. One that repeats an end that was told already is none.
    mutating func take(_ report: Report) -> PodRuntimeEvent? {
        switch report {
        case .supervisor: return nil
        case .abilities(let abilities):
            self.abilities = abilities
            return nil
        case .started(let container, let attempt, let at, let processID):
            open.insert(Attempt(container: container, attempt: attempt))
            return .started(container: container, attempt: Int(attempt), at: date(at), processID: processID)
        case .failedToStart(let container, let attempt, let at, let failure):
            guard end(container, attempt) else { return nil }
            return .failedToStart(
                container: container, attempt: Int(attempt), at: date(at), failure: StartFailure(failure))
        case .exited(let report):
            guard end(report.container, report.attempt) else { return nil }
            return .exited(ContainerExit(report))
        case .deadlineReached(let at): return .deadlineReached(at: date(at))
        case .deadlineWarning(let container, let attempt, let at, let signal, let left):
            return .deadlineWarning(
                container: container, attempt: Int(attempt), at: date(at), signal: signal,
                left: .milliseconds(Int64(clamping: left)))
        case .runsAs(let container, let attempt, let user):
            return .runsAs(
                container: container, attempt: Int(attempt),
                ContainerIdentity(uid: user.uid, gid: user.gid, groups: user.groups))
        }
    }

    private mutating func end(_ container: String, _ attempt: UInt32) -> Bool {
        let attempt = Attempt(container: container, attempt: attempt)
        open.remove(attempt)
        expected.remove(attempt)
        return over.insert(attempt).inserted
    }
}

private func date(_ nanoseconds: Int64) -> Date {
    Date(timeIntervalSince1970: Double(nanoseconds / 1_000_000_000) + Double(nanoseconds % 1_000_000_000) / 1e9)
}

extension ContainerExit {
    init(_ report: ExitReport) {
        var texts: [CounterKind: String] = [:]
        for counter in report.counters {
            // A kind of another version of ours says nothing to us.
            if let kind = CounterKind(rawValue: counter.kind) { texts[kind] = counter.text }
        }
        var usage = ResourceUsage(from: texts)
        // What the first process and those it waited for used is less than the group's, but better than nothing.
        if usage.cpuUserMicroseconds == nil { usage.cpuUserMicroseconds = Int64(clamping: report.userMicroseconds) }
        if usage.cpuSystemMicroseconds == nil {
            usage.cpuSystemMicroseconds = Int64(clamping: report.systemMicroseconds)
        }
        if usage.peakMemoryBytes == nil { usage.peakMemoryBytes = Int64(clamping: report.peakResidentBytes) }

        // The kernel tells us of an OOM before it picks a process, and we may be quicker: none is counted then.
        if report.cause == .outOfMemory { usage.oomKills = max(usage.oomKills ?? 0, 1) }

        container = report.container
        attempt = Int(report.attempt)
        exitCode = report.signalled ? 128 + report.status : report.status
        signal = report.signalled ? report.status : nil
        startedAt = date(report.startedAt)
        finishedAt = date(report.finishedAt)
        lostLogBytes = report.lostLogBytes
        cause =
            switch report.cause {
            case .outOfMemory: .oom
            case .deadline: .deadline
            case .terminated: .terminated
            // v2 kills the whole group by itself and tells nobody but the counter.
            case .exit: report.signalled && report.status == 9 && (usage.oomKills ?? 0) > 0 ? .oom : .exit
            }
        self.usage = usage
    }
}
