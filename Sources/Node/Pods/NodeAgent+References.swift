import Kube
import Store

extension NodeAgent {
    /// Tells pods of ConfigMaps and Secrets that appear or change, for some may wait for them, until the task is cancelled.
    func followReferences<R: Resource>(_ type: R.Type) async {
        while !Task.isCancelled {
            do {
                for try await event in try store.watch(type) {
                    switch event {
                    case .added(let object), .modified(let object): referencesChanged(in: object.namespace)
                    case .deleted, .bookmark: break
                    }
                }
            } catch {
                logger.info(
                    "following from the start again", metadata: ["kind": "\(R.type.kind)", "reason": "\(error)"])
            }
            // A watch that cannot be had must not keep a processor busy.
            if !Task.isCancelled { await clock.sleep(clock.now().addingTimeInterval(0.1)) }
        }
    }

    func referencesChanged(in namespace: String) {
        let workers = state.withLock { $0.workers.values.filter { $0.namespace == namespace }.map(\.worker) }
        for worker in workers { worker.send(.referencesChanged) }
    }
}
