import Foundation
import Kube
import Testing

@testable import Jobs

/// The moment all rows are told from; `at: -5` in a row means five seconds before it.
let noon = Date(timeIntervalSince1970: 1_800_000_000)

func moment(_ offset: TimeInterval) -> Timestamp { Timestamp(noon.addingTimeInterval(offset)) }

/// A Job as the API hands it over, defaults filled in. It started a minute ago unless the row says otherwise.
func makeJob(
    parallelism: Int = 1, completions: Int? = 1, backoffLimit: Int = 6, deadline: Int64? = nil,
    restartPolicy: String = "Never", startedAt: TimeInterval? = -60, _ change: (inout Job) -> Void = { _ in }
) -> Job {
    var spec = PodSpec(containers: [Container(name: "main", image: "busybox")])
    spec.restartPolicy = restartPolicy
    var job = Job(
        metadata: ObjectMeta(name: "pi", namespace: "default"), spec: JobSpec(template: PodTemplateSpec(spec: spec)))
    job.metadata.uid = "job-1"
    job.metadata.creationTimestamp = moment(-60)
    job.spec.parallelism = parallelism
    job.spec.completions = completions
    job.spec.backoffLimit = backoffLimit
    job.spec.activeDeadlineSeconds = deadline
    job.spec.selector = LabelSelector(matchLabels: [JobLabels.controllerUID: "job-1"])
    if let startedAt {
        job.status = JobStatus()
        job.status?.startTime = moment(startedAt)
    }
    change(&job)
    return job
}

func indexed(_ job: inout Job) { job.spec.completionMode = "Indexed" }

extension Pod {
    static func sketch(_ name: String, _ phase: String, _ change: (inout Pod) -> Void = { _ in }) -> Pod {
        var pod = Pod(
            metadata: ObjectMeta(name: name, namespace: "default", labels: [JobLabels.controllerUID: "job-1"]),
            spec: PodSpec(containers: [Container(name: "main", image: "busybox")]), status: PodStatus())
        pod.metadata.uid = "uid-\(name)"
        pod.metadata.finalizers = [JobLabels.trackingFinalizer]
        pod.metadata.creationTimestamp = moment(-50)
        pod.metadata.ownerReferences = [
            OwnerReference(apiVersion: "batch/v1", kind: "Job", name: "pi", uid: "job-1", controller: true)
        ]
        pod.spec.nodeName = "here"
        pod.status?.phase = phase
        change(&pod)
        return pod
    }

    static func pending(_ name: String, _ change: (inout Pod) -> Void = { _ in }) -> Pod {
        sketch(name, "Pending", change)
    }

    static func running(_ name: String, restarts: Int = 0, _ change: (inout Pod) -> Void = { _ in }) -> Pod {
        sketch(name, "Running") {
            $0.status?.containerStatuses = [ContainerStatus(name: "main", image: "busybox", restartCount: restarts)]
            change(&$0)
        }
    }

    static func ready(_ name: String, since: TimeInterval = -40) -> Pod {
        running(name) { $0.status?.conditions = [PodCondition(type: "Ready", status: "True", at: moment(since))] }
    }

    static func succeeded(_ name: String, at time: TimeInterval = 0, _ change: (inout Pod) -> Void = { _ in }) -> Pod {
        ended(name, "Succeeded", 0, time, change)
    }

    static func failed(_ name: String, at time: TimeInterval = 0, _ change: (inout Pod) -> Void = { _ in }) -> Pod {
        ended(name, "Failed", 1, time, change)
    }

    private static func ended(
        _ name: String, _ phase: String, _ code: Int, _ time: TimeInterval, _ change: (inout Pod) -> Void
    ) -> Pod {
        sketch(name, phase) {
            var state = ContainerStateTerminated(exitCode: code)
            state.finishedAt = moment(time)
            var status = ContainerStatus(name: "main", image: "busybox")
            status.state = ContainerState(terminated: state)
            $0.status?.containerStatuses = [status]
            change(&$0)
        }
    }

    /// Being deleted since `at`, with half a minute of grace.
    func dying(at time: TimeInterval = -2) -> Pod {
        var pod = self
        pod.metadata.deletionTimestamp = moment(time + 30)
        pod.metadata.deletionGracePeriodSeconds = 30
        return pod
    }

    /// Counted in an earlier look.
    var counted: Pod {
        var pod = self
        pod.metadata.finalizers = nil
        return pod
    }

    func index(_ index: Int) -> Pod { annotated(JobLabels.completionIndex, String(index)) }

    func annotated(_ key: String, _ value: String) -> Pod {
        var pod = self
        pod.metadata.annotations = (pod.metadata.annotations ?? [:]).merging([key: value]) { $1 }
        return pod
    }

    /// Of an index that had failed so often before this pod.
    func after(_ failures: Int, ignored: Int = 0) -> Pod {
        annotated(JobLabels.indexFailureCount, String(failures))
            .annotated(JobLabels.indexIgnoredFailureCount, String(ignored))
    }

    func exit(_ code: Int, reason: String? = nil, container: String = "main") -> Pod {
        var pod = self
        pod.status?.containerStatuses?[0].name = container
        pod.status?.containerStatuses?[0].state?.terminated?.exitCode = code
        pod.status?.containerStatuses?[0].state?.terminated?.reason = reason
        return pod
    }

    func condition(_ type: String, _ value: String = "True") -> Pod {
        var pod = self
        pod.status?.conditions = (status?.conditions ?? []) + [PodCondition(type: type, status: value)]
        return pod
    }
}

/// All a decision says, in one line; nothing it says is left out, so a row that forgets something fails.
func sketch(_ decision: JobDecision) -> String {
    var parts: [String] = []
    func names(_ verb: String, _ list: [String]) {
        if !list.isEmpty { parts.append("\(verb) \(list.joined(separator: " "))") }
    }
    names("adopt", decision.adopt)
    names("release", decision.release)
    if decision.create.contains(where: { $0.index != nil }) {
        names("create", decision.create.map { "#\($0.index ?? -1)" + sketch($0) })
    } else if let draft = decision.create.first {
        parts.append("create \(decision.create.count)" + sketch(draft))
    }
    names("delete", decision.delete)
    names("untrack", decision.untrack)
    names("stamp", decision.stamp.keys.sorted())
    let status = decision.status
    if let number = status.active { parts.append("active \(number)") }
    if let number = status.ready, number != 0 { parts.append("ready \(number)") }
    if let number = status.terminating, number != 0 { parts.append("terminating \(number)") }
    if let number = status.succeeded { parts.append("succeeded \(number)") }
    if let number = status.failed { parts.append("failed \(number)") }
    if let text = status.completedIndexes { parts.append("indexes \(text)") }
    if let text = status.failedIndexes, !text.isEmpty { parts.append("given up \(text)") }
    if let text = decision.oomRetries { parts.append("raises \(text)") }
    for condition in status.conditions ?? [] {
        parts.append("\(condition.status == "True" ? "" : "not ")\(condition.type)(\(condition.reason ?? ""))")
    }
    names("tell", decision.events.map(\.reason))
    if let date = decision.lookAgainAt { parts.append("look +\(Int(date.timeIntervalSince(noon)))") }
    return parts.joined(separator: ", ")
}

/// What a new pod is told of those before it: `+2` failures of its index, `~1` that were ignored, `^1` raise of memory.
private func sketch(_ draft: PodDraft) -> String {
    var text = ""
    if let failures = draft.failures {
        if failures.counted > 0 { text += "+\(failures.counted)" }
        if failures.ignored > 0 { text += "~\(failures.ignored)" }
    }
    return draft.memoryRaises > 0 ? text + "^\(draft.memoryRaises)" : text
}

/// One row of a table about `decide`.
struct DecideCase: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let job: Job
    let pods: [Pod]
    let backoff: BackoffRecord
    let expected: String

    init(
        _ sentence: String, _ job: Job, _ pods: [Pod] = [], backoff: BackoffRecord = BackoffRecord(),
        says expected: String
    ) {
        testDescription = sentence
        self.job = job
        self.pods = pods
        self.backoff = backoff
        self.expected = expected
    }

    var decision: JobDecision { decide(job, pods: pods, backoff: backoff, now: noon) }
}
