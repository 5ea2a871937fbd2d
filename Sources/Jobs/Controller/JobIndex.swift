import Foundation
import Kube

/// What the controller remembers of Jobs between two looks, so that a look costs what is still open and not what has been.
///
/// All of it is a cache: it is made again from the store when it is missing, and thrown away when in doubt.
struct JobIndex {
    struct Memory {
        /// The pods that can still change a number, with the resourceVersion that was last taken into account; empty
        /// when a newer one has been announced.
        var open: [String: String] = [:]
        var backoff = BackoffRecord()
        var isComplete = false
    }

    /// By uid of the Job.
    private(set) var memories: [String: Memory] = [:]
    /// Every Job there is: by uid, its key and the resourceVersion that was last taken into account.
    private var jobs: [String: (key: ObjectKey, version: String)] = [:]
    /// Jobs that choose their pods by a selector of the user; only they can match pods that do not name them.
    private var manual: Set<ObjectKey> = []
    /// Pods without an owner, by namespace.
    private var orphans: [String: Set<String>] = [:]

    // MARK: - What watches say

    mutating func tookIn(_ job: Job) -> Bool {
        let version = job.metadata.resourceVersion ?? ""
        if jobs[job.uid]?.version == version { return false }
        jobs[job.uid, default: (job.key, "")].key = job.key
        if job.spec.manualSelector == true { manual.insert(job.key) }
        return true
    }

    mutating func lost(_ job: Job) {
        jobs[job.uid] = nil
        memories[job.uid] = nil
        manual.remove(job.key)
    }

    /// Which Jobs have to look because of this pod.
    mutating func tookIn(_ pod: Pod, isGone: Bool) -> Set<WorkItem> {
        var wake: Set<WorkItem> = []
        let namespace = pod.namespace
        if let owner = pod.controllerReference {
            orphans[namespace]?.remove(pod.name)
            guard owner.kind == Job.type.kind, owner.apiVersion == Job.type.apiVersion else { return [] }
            if jobs[owner.uid] == nil, !isGone, pod.isTracked { wake.insert(.stray(pod.key)) }
            let isOpen = !isGone && (pod.isTracked || !pod.hasEnded)
            if memories[owner.uid] == nil {
                if isOpen { wake.insert(.job(ObjectKey(namespace: namespace, name: owner.name))) }
            } else if isOpen {
                if memories[owner.uid]?.open[pod.name] == pod.metadata.resourceVersion { return wake }
                memories[owner.uid]?.open[pod.name] = ""
                wake.insert(.job(ObjectKey(namespace: namespace, name: owner.name)))
            } else if memories[owner.uid]?.open.removeValue(forKey: pod.name) != nil {
                wake.insert(.job(ObjectKey(namespace: namespace, name: owner.name)))
            }
            return wake
        }
        if isGone {
            orphans[namespace]?.remove(pod.name)
            return []
        }
        orphans[namespace, default: []].insert(pod.name)
        if pod.isTracked { wake.insert(.stray(pod.key)) }
        if let uid = pod.metadata.labels?[JobLabels.controllerUID], let job = jobs[uid] { wake.insert(.job(job.key)) }
        for key in manual where key.namespace == namespace { wake.insert(.job(key)) }
        return wake
    }

    func isKnown(_ uid: String) -> Bool { jobs[uid] != nil }

    // MARK: - What a look needs and leaves

    func orphanNames(for job: Job) -> Set<String> { orphans[job.namespace] ?? [] }

    /// Starts a memory, so that pods that are announced while it is being filled are not missed.
    mutating func beginMemory(of uid: String) { memories[uid] = Memory() }

    mutating func fillMemory(of job: Job, with pods: [Pod]) {
        guard var memory = memories[job.uid] else { return }
        for pod in pods where pod.isTracked || !pod.hasEnded { memory.open[pod.name] = memory.open[pod.name] ?? "" }
        memory.backoff = BackoffRecord(rebuiltFrom: pods, judge: FailureJudge(for: job))
        memory.isComplete = true
        memories[job.uid] = memory
    }

    mutating func forget(_ uid: String) { memories[uid] = nil }

    /// Notes what a look took into account. Pods that were announced in the meantime stay marked: their Job is in the
    /// queue again.
    mutating func looked(at job: Job, pods: [Pod], gone: [String], backoff: BackoffRecord) {
        jobs[job.uid] = (job.key, job.metadata.resourceVersion ?? "")
        guard var memory = memories[job.uid] else { return }
        memory.backoff = backoff
        for name in gone { memory.open[name] = nil }
        for pod in pods {
            let isOpen = pod.isControlled(by: job) && (pod.isTracked || !pod.hasEnded)
            memory.open[pod.name] = isOpen ? pod.metadata.resourceVersion : nil
        }
        memories[job.uid] = memory
    }
}

/// Something for the Job controller to look at.
enum WorkItem: Hashable, Sendable {
    case job(ObjectKey)
    /// A pod with our finalizer whose Job may not exist any more.
    case stray(ObjectKey)
    /// All pods of a Job that is gone.
    case strays(ownerUID: String)
}
