import Kube
import Logging

extension Store {
    /// Tells every object of a type and then every change, until the task is cancelled or the store closes. Whoever falls
    /// behind is told every object again, as added.
    ///
    /// - Parameter filter: as in ``watch(_:namespace:since:where:)``.
    public func follow<R: Resource>(
        _: R.Type, where filter: (@Sendable (R) -> Bool)? = nil, logger: Logger,
        _ tell: (WatchEvent<R>) async -> Void
    ) async {
        while !Task.isCancelled {
            do {
                for try await event in try watch(R.self, where: filter) { await tell(event) }
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
