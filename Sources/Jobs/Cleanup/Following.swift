import Kube
import Logging
import Store

extension Store {
    /// Tells every object of a type and then every change, until the task is cancelled or the store closes. Whoever falls
    /// behind is told every object again, as added.
    func follow<R: Resource>(_: R.Type, logger: Logger, _ tell: (WatchEvent<R>) async -> Void) async {
        while !Task.isCancelled {
            do {
                for try await event in try watch(R.self) { await tell(event) }
                return
            } catch {
                guard case StoreError.expired = error else {
                    logger.info("a watch ended", metadata: ["kind": "\(R.type.kind)", "error": "\(error)"])
                    return
                }
                logger.info("fell behind, looking at everything again", metadata: ["kind": "\(R.type.kind)"])
            }
        }
    }
}
