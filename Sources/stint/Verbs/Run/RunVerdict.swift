import Kube

/// How a run ended: what stint exits with, and what it says about it (nothing when all is well).
struct RunEnd: Equatable, Sendable {
    var exitCode: Int32
    var message: String?

    /// When the program could not be run at all; what docker exits with.
    static let couldNotRun: Int32 = 125
    /// When the deadline ended a program that then said it was well; what timeout(1) exits with.
    static let outOfTime: Int32 = 124
}

/// What a look at the Job and its pods says about the run.
enum RunVerdict: Equatable, Sendable {
    case goesOn
    /// Worth telling once: why nothing happens.
    case waits(String)
    case ended(RunEnd)

    /// In this order, because each explains more than the next:
    /// 1. the Job is complete; 2. the Job failed: the newest pod says how; 3. a pod cannot start and never will;
    /// 4. a pod waits for room.
    static func decide(job: Job, pods: [Pod], memory: Quantity?, deadline: GoDuration?) -> RunVerdict {
        let newest = pods.max {
            ($0.metadata.creationTimestamp?.date ?? .distantPast, $0.name)
                < ($1.metadata.creationTimestamp?.date ?? .distantPast, $1.name)
        }
        if job.has("Complete") { return .ended(RunEnd(exitCode: 0, message: nil)) }
        if let failed = job.condition("Failed") {
            return .ended(end(job, failed, newest, memory: memory, deadline: deadline))
        }
        for pod in pods {
            if let reason = cannotStart(pod) {
                let message = "\(job.printed) cannot start: \(reason)"
                return .ended(RunEnd(exitCode: RunEnd.couldNotRun, message: message))
            }
        }
        if let waiting = newest?.status?.conditions?.first(where: { $0.type == "PodScheduled" && $0.status == "False" })
        {
            return .waits("\(job.printed) waits for room: \(waiting.message ?? waiting.reason ?? "no reason given")")
        }
        return .goesOn
    }

    private static func end(
        _ job: Job, _ failed: JobCondition, _ newest: Pod?, memory: Quantity?, deadline: GoDuration?
    ) -> RunEnd {
        let ended = newest?.status?.containerStatuses?.first?.state?.terminated
        let code = ended.map { $0.exitCode == 0 ? 1 : Int32(clamping: $0.exitCode) }
        let tries = job.status?.failed.flatMap { $0 > 1 ? " (\($0) attempts)" : nil } ?? ""
        if failed.reason == "DeadlineExceeded" {
            let limit = deadline.map { " after \($0.defaultValueDescription)" } ?? ""
            let ownCode = ended.flatMap { $0.exitCode == 0 ? nil : code }
            return RunEnd(
                exitCode: ownCode ?? RunEnd.outOfTime,
                message: "\(job.printed) was killed: still running\(limit) (DeadlineExceeded)")
        }
        guard let ended, let code else {
            let why = newest?.status?.message ?? failed.message ?? failed.reason ?? "no reason given"
            return RunEnd(exitCode: RunEnd.couldNotRun, message: "\(job.printed) failed: \(why)\(tries)")
        }
        if ended.reason == "OOMKilled" {
            let limit = memory.map { "more than its \($0.text) of memory" } ?? "more memory than there is"
            return RunEnd(exitCode: code, message: "\(job.printed) was killed: it used \(limit) (OOMKilled)\(tries)")
        }
        if let reason = ended.reason, reason != "Error" {
            let detail = ended.message.flatMap { $0.isEmpty ? nil : ": \($0.harmless)" } ?? ""
            return RunEnd(exitCode: code, message: "\(job.printed) failed: \(reason)\(detail)\(tries)")
        }
        let signal = ended.signal.flatMap { $0 > 0 ? ", ended by signal \($0)" : nil } ?? ""
        return RunEnd(exitCode: code, message: "\(job.printed) failed: exit code \(ended.exitCode)\(signal)\(tries)")
    }

    /// Reasons for which the kubelet would try again for ever, and a person in front of a terminal would not.
    private static let hopeless: Set<String> = [
        "ErrImageNeverPull", "ErrImagePull", "ImagePullBackOff", "InvalidImageName", "ImageInspectError",
        "CreateContainerConfigError", "CreateContainerError", "RunContainerError",
    ]

    private static func cannotStart(_ pod: Pod) -> String? {
        for status in pod.status?.containerStatuses ?? [] {
            guard let waiting = status.state?.waiting, let reason = waiting.reason, hopeless.contains(reason) else {
                continue
            }
            let message = waiting.message.flatMap { $0.isEmpty ? nil : $0.harmless } ?? status.image
            let needsHint = reason.contains("Image") && !message.contains("stint image import")
            return "\(message) (\(reason))" + (needsHint ? "; bring it here with 'stint image import'" : "")
        }
        return nil
    }
}

extension Job {
    /// A condition that is true.
    func condition(_ type: String) -> JobCondition? {
        status?.conditions?.first { $0.type == type && $0.status == "True" }
    }

    func has(_ type: String) -> Bool { condition(type) != nil }

    fileprivate var printed: String { "job/\(name)" }
}
