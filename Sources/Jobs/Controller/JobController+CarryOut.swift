import Foundation
import Kube
import Logging
import Store

extension JobController {
    /// The Job and its pods as they are after a decision has been carried out.
    struct Outcome {
        var job: Job
        var pods: [Pod]
    }

    /// Writes a decision. Everything goes into one transaction: what is counted with what is let go, and the number of
    /// active pods with the pods. When the new pods are refused the rest is written without them, and they are
    /// tried one, two, four … at a time, so that a refusal is met once and not five hundred times.
    func carryOut(_ decision: JobDecision, for job: Job, pods: [Pod]) async throws -> Outcome {
        if decision.changesNothing(comparedWith: job.status) { return Outcome(job: job, pods: pods) }
        do {
            return try await commit(decision, for: job, pods: pods)
        } catch {
            guard !decision.create.isEmpty, error.isRefusal else { throw error }
            var result = try await commit(decision.withoutCreating(), for: job, pods: pods)
            result.pods += try await createSlowly(decision.create, for: job)
            return result
        }
    }

    private func commit(_ decision: JobDecision, for job: Job, pods: [Pod]) async throws(StoreError) -> Outcome {
        // They carry the resourceVersion that was looked at: a pod that changed meanwhile refuses the whole decision.
        let changes = PodChanges(decision, for: job)
        let changed = pods.compactMap { pod in
            let new = changes.applied(to: pod)
            return new == pod ? nil : new
        }
        var writes = changed.map { StoreWrite.update($0) }
        for name in decision.delete {
            writes.append(.delete(Pod.self, ObjectKey(namespace: job.metadata.namespace, name: name), DeleteOptions()))
        }
        writes += decision.create.map { .create($0.makePod(for: job)) }
        let newJob = decision.applied(to: job)
        writes.append(.update(newJob))

        let written = try await store.commit(writes)
        var byName = Dictionary(uniqueKeysWithValues: pods.map { ($0.name, $0) })
        var made: [Pod] = []
        for (place, object) in written.enumerated() {
            guard let pod = object as? Pod else { continue }
            if place >= changed.count + decision.delete.count { made.append(pod) }
            byName[pod.name] = pod
        }
        for pod in made { tell(job, JobEvent(reason: "SuccessfulCreate", message: "Created pod: \(pod.name)")) }
        for name in decision.delete { tell(job, JobEvent(reason: "SuccessfulDelete", message: "Deleted pod: \(name)")) }
        for event in decision.events { tell(job, event) }
        return Outcome(job: written.last as? Job ?? newJob, pods: Array(byName.values))
    }

    private func createSlowly(_ drafts: [PodDraft], for job: Job) async throws(StoreError) -> [Pod] {
        var rest = drafts[...]
        var size = 1
        var made: [Pod] = []
        while !rest.isEmpty {
            let batch = rest.prefix(size)
            do {
                let written = try await store.commit(batch.map { .create($0.makePod(for: job)) })
                for case let pod as Pod in written {
                    made.append(pod)
                    tell(job, JobEvent(reason: "SuccessfulCreate", message: "Created pod: \(pod.name)"))
                }
            } catch {
                if case .refused = error, batch.count > 1 {
                    // A part of them may be allowed.
                    size = 1
                    continue
                }
                tell(job, JobEvent(isWarning: true, reason: "FailedCreate", message: "Error creating: \(error)"))
                throw error
            }
            rest = rest.dropFirst(batch.count)
            size *= 2
        }
        return made
    }

    private func tell(_ job: Job, _ event: JobEvent) {
        events.record(job, event.isWarning ? .warning : .normal, reason: event.reason, message: event.message)
    }
}

extension StoreError {
    /// The store understood and said no to an object, where waiting for the disk or looking again would not help.
    fileprivate var isRefusal: Bool {
        switch self {
        case .alreadyExists, .unnamed, .notEncodable, .refused, .invalid: true
        default: false
        }
    }
}
