import Foundation
import Kube
import Logging
import Store

extension CronJobController {
    /// One look at one CronJob: read, decide, carry out, remember. What goes wrong is repeated from what is stored.
    func look(at key: ObjectKey) async throws {
        guard let cronJob = store.get(CronJob.self, key) else { return state.withLock { $0.forget(key) } }
        let decision = decide(cronJob, facts(about: cronJob))
        do {
            try await carryOut(decision, for: cronJob)
        } catch {
            logger.log(
                level: error.isLostRace ? .debug : .info, "a look at a cron job will be repeated",
                metadata: ["cronjob.name": "\(key)", "error": "\(error)"])
            throw error
        }
        state.withLock { $0.looked(at: cronJob, decision) }
        if let date = decision.lookAgainAt {
            queue.add(key, at: date)
            alarms.continuation.yield()
        }
    }

    private func facts(about cronJob: CronJob) -> CronFacts {
        let time = now()
        let (memory, began) = state.withLock { ($0.beginLook(at: cronJob, now: time), $0.began) }
        var facts = CronFacts(began: began, now: time, makeUID: { UUID().uuidString.lowercased() })
        facts.jobs = jobs(of: cronJob)
        let namespace = cronJob.metadata.namespace
        facts.named = { [store] in store.get(Job.self, ObjectKey(namespace: namespace, name: $0)) }
        if let group = cronJob.cronGroup { facts.runningInGroup = running(in: group, cronJob.namespace) }
        // One that cannot be found is only missing in tests: what is in a namespace keeps it.
        let found = store.get(Namespace.self, ObjectKey(namespace: nil, name: cronJob.namespace))
        facts.isNamespaceOpen = found?.metadata.deletionTimestamp == nil && found?.status?.phase != "Terminating"
        facts.memory = memory
        return facts
    }

    private func jobs(of cronJob: CronJob) -> [Job] {
        store.list(Job.self, ownedBy: cronJob.uid).filter { $0.controllerReference?.uid == cronJob.uid }
    }

    private func running(in group: CronGroup, _ namespace: String) -> Int {
        store.list(CronJob.self, namespace: namespace).filter { $0.cronGroup?.name == group.name }
            .reduce(0) { $0 + jobs(of: $1).count { !$0.isFinished } }
    }

    /// Everything in one transaction, or nothing: the CronJob carries the version that was looked at, so that a change
    /// in the meantime (`suspend`) refuses the starts too.
    func carryOut(_ decision: CronJobDecision, for cronJob: CronJob) async throws {
        var changed = cronJob
        changed.status = decision.status
        if !decision.create.isEmpty || !decision.delete.isEmpty || decision.status != (cronJob.status ?? .init()) {
            var writes = decision.delete.map { job in
                StoreWrite.delete(
                    Job.self, job.key,
                    DeleteOptions(propagationPolicy: .background, preconditions: .init(uid: job.uid)))
            }
            writes += decision.create.map { .create($0) }
            writes.append(.update(changed))
            do throws(StoreError) {
                try await store.commit(writes)
            } catch {
                if case .refused = error {
                    let message = "Error creating job: \(error)"
                    events.record(cronJob, .warning, reason: "FailedCreate", message: message)
                }
                throw error
            }
        }
        for event in decision.events {
            events.record(
                cronJob, event.isWarning ? .warning : .normal, reason: event.reason, message: event.message)
        }
    }
}
