import Kube

/// What Jobs, pods and the ledger say of one another, at one moment: the rules that hold between any two commits, each
/// one a sentence that is true, and a function that finds where it is not.
///
/// A rule is here only when nothing that clients and controllers may do breaks it. So most are inequalities:
///
/// - A pod may end well and never count, because it was one too many, or its Job was suspended. So a Job's successes are
///   at most those of the ledger.
/// - A pod that is deleted before a node has it leaves no record and may count as failed. So what a Job counts as failed
///   has no upper bound here; what it must have counted has a lower one.
/// - A pod that is being deleted may have lost its finalizer without having been counted, so it is no evidence.
///
/// They know of pods only what the node wrote: an attempt is one whose container has an id of ours.
struct LedgerAudit {
    struct Rule: Sendable {
        let sentence: String
        let findBroken: @Sendable (LedgerAudit) -> [String]
    }

    static let rules: [Rule] = [
        Rule(sentence: "a job is not both complete and failed") { $0.twofoldEnds() },
        Rule(sentence: "a finished job has no pod that is still to be counted") { $0.forgottenPods() },
        Rule(sentence: "a job counts no more successes than the ledger has of pods that were counted") {
            $0.inventedSuccesses()
        },
        Rule(sentence: "every completed index has a pod that ended well and was counted, or was completed before") {
            $0.inventedIndexes()
        },
        Rule(sentence: "a pod that ended well and lost its finalizer has been counted") { $0.lostSuccesses() },
        Rule(sentence: "a pod that failed and lost its finalizer has been counted") { $0.lostFailures() },
        Rule(sentence: "an attempt that ended is in the ledger, with the end that its pod tells of") {
            $0.missingRecords()
        },
        Rule(sentence: "an attempt that has not ended is not in the ledger") { $0.earlyRecords() },
    ]

    let jobs: [Job]
    let pods: [Pod]
    /// By Job's uid, those it controls.
    let podsOfJobs: [String: [Pod]]
    /// By pod's uid, of pods and Jobs that are still there.
    let records: [String: [AttemptRecord]]
    /// By Job's uid, the uids of pods that have records which name the Job.
    let recordedPods: [String: Set<String>]
    /// False in a store that no node has written to: then there is no ledger to compare with.
    let hasLedger: Bool

    init(jobs: [Job], pods: [Pod], records: [AttemptRecord], hasLedger: Bool) {
        self.jobs = jobs.filter(\.spec.isManagedHere)
        self.pods = pods
        self.records = Dictionary(grouping: records, by: \.podUID)
        self.hasLedger = hasLedger || pods.contains { !$0.containersThatRan.isEmpty }
        var podsOfJobs: [String: [Pod]] = [:]
        for pod in pods {
            if let owner = pod.controllerReference { podsOfJobs[owner.uid, default: []].append(pod) }
        }
        var recordedPods: [String: Set<String>] = [:]
        for record in records {
            if let job = record.jobUID { recordedPods[job, default: []].insert(record.podUID) }
        }
        self.podsOfJobs = podsOfJobs
        self.recordedPods = recordedPods
    }

    func brokenRules() -> [String] { Self.rules.flatMap { $0.findBroken(self) } }
}

extension Pod {
    /// Those the node told of, and not some client: they carry the id of an attempt.
    var containersThatRan: [ContainerStatus] {
        ((status?.initContainerStatuses ?? []) + (status?.containerStatuses ?? [])).filter { container in
            [container.state?.attemptID, container.lastState?.attemptID, container.containerID?.attemptID]
                .contains { $0 != nil }
        }
    }
}

extension ContainerState {
    /// The id in the ledger of an attempt that ended.
    var attemptID: String? { terminated?.containerID?.attemptID }
}

extension String {
    /// What stands behind `stint://` in a container's id.
    var attemptID: String? {
        let scheme = "stint://"
        return hasPrefix(scheme) ? String(dropFirst(scheme.count)) : nil
    }
}
