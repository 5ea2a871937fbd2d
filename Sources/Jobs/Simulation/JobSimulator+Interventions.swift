import Foundation
import Kube

extension JobSimulator {
    mutating func perform(_ intervention: SimulatedIntervention) {
        if isGone { return }
        switch intervention {
        case .deletePod(let number):
            let present = pods.filter { $0.value.metadata.deletionTimestamp == nil }.keys.sorted()
            guard !present.isEmpty else { return }
            tell("somebody deletes a pod")
            let place = present[number % present.count]
            delete(place)
            changed(place)
        case .patch(let change):
            change(&job.spec)
            tell("somebody patches the job")
            isAwake = true
        case .deleteJob: deleteJob()
        case .restart:
            tell("the daemon is restarted")
            memory = nil
            lookAgainAt = nil
            isAwake = true
        case .crash: crashesNext = true
        case .orphan: addOrphan()
        }
    }

    /// As the garbage collector does for a deletion in the foreground: all pods go, then the Job.
    private mutating func deleteJob() {
        guard job.metadata.deletionTimestamp == nil else { return }
        tell("somebody deletes the job")
        job.metadata.deletionTimestamp = Timestamp(now)
        isAwake = true
        if pods.isEmpty { isGone = true }
        for place in pods.keys.sorted() {
            delete(place)
            changed(place)
        }
    }

    private mutating func addOrphan() {
        var pod = PodDraft().makePod(for: job)
        pod.metadata.generateName = "orphan-"
        pod.metadata.ownerReferences = nil
        pod.metadata.finalizers = nil
        pod.metadata.labels = (pod.metadata.labels ?? [:]).merging(job.spec.selector?.matchLabels ?? [:]) { $1 }
        add(&pod, index: nil, number: 0, PodOutcome(startsAfter: 20, duration: 10))
        orphanPlaces.append(attempts.count - 1)
        changed(attempts.count - 1)
    }
}
