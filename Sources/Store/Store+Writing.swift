import Foundation
import Kube

extension Store {
    /// Stores a new object, with its creation time and generation; a name is made from `generateName` when there is
    /// none, and a uid when there is none. (Whoever admits a client's object gives it its uid, because a Job's selector
    /// contains it; what the client wrote there must not get this far.)
    ///
    /// - Parameter dryRun: says what would happen and changes nothing.
    @discardableResult
    public func create<R: Resource>(_ object: R, dryRun: Bool = false) async throws(StoreError) -> R {
        var created = try await write(dryRun: dryRun) { batch in try batch.create(object) }
        if dryRun { created.metadata.resourceVersion = nil }
        return created
    }

    /// Replaces an object: only the version named by its `resourceVersion`, if it names one.
    ///
    /// What only the store decides (uid, times of creation and deletion, generation) stays as it is. An object that is
    /// being deleted and has lost its last finalizer is removed. An update that changes nothing writes nothing.
    @discardableResult
    public func update<R: Resource>(_ object: R, dryRun: Bool = false) async throws(StoreError) -> R {
        var updated = try await write(dryRun: dryRun) { batch in try batch.update(object) }
        if dryRun { updated.metadata.resourceVersion = object.metadata.resourceVersion }
        return updated
    }

    /// Changes the newest version of an object, whatever it is. `change` runs on the writer, between other writes: it
    /// must be quick and must not wait for anything.
    @discardableResult
    public func modify<R: Resource>(
        _ type: R.Type, _ key: ObjectKey, _ change: @escaping @Sendable (inout R) throws -> Void
    ) async throws -> R {
        try await request { batch in try batch.modify(type, key, change) }.get()
    }

    /// Deletes an object as upstream does: one with finalizers, or a pod that may still be running, is only marked;
    /// see ``Kube/Resource/isBeingDeleted``. The result is the object as it is now, or last was.
    @discardableResult
    public func delete<R: Resource>(
        _ type: R.Type, _ key: ObjectKey, _ options: DeleteOptions = DeleteOptions(), dryRun: Bool = false
    ) async throws(StoreError) -> R {
        try await write(dryRun: dryRun) { batch in try batch.delete(type, key, options) }
    }

    /// All of the writes or none, in one transaction. Later ones see what earlier ones did.
    ///
    /// - Returns: the objects of the creates, updates and deletes, in their order.
    @discardableResult
    public func commit(_ writes: [StoreWrite]) async throws(StoreError) -> [any Resource] {
        try await write { batch in try writes.compactMap { try batch.perform($0) } }
    }

    /// Enters an attempt in the ledger, with the end of its log.
    ///
    /// - Returns: false when a record with its id was there already; that one stays, and so does its log.
    @discardableResult
    public func record(_ attempt: AttemptRecord, log: Data? = nil) async throws(StoreError) -> Bool {
        let result: Result<Bool, any Error> = await withCheckedContinuation { done in
            writer.enqueue([
                Writer.Request(
                    plan: { batch in
                        let place = try batch.record(attempt, log: log)
                        return { outcome in done.resume(returning: .success(!outcome.knownRecords.contains(place)))
                        }
                    },
                    fail: { done.resume(returning: .failure($0)) })
            ])
        }
        return try storeResult(result)
    }

    private func write<T: Sendable>(
        dryRun: Bool = false, _ plan: @escaping @Sendable (Batch) throws -> T
    ) async throws(StoreError) -> T {
        try storeResult(await request(dryRun: dryRun, plan))
    }

    private func storeResult<T>(_ result: Result<T, any Error>) throws(StoreError) -> T {
        do {
            return try result.get()
        } catch {
            throw StoreError(error, path: disk.path)
        }
    }

    private func request<T: Sendable>(
        dryRun: Bool = false, _ plan: @escaping @Sendable (Batch) throws -> T
    ) async -> Result<T, any Error> {
        await withCheckedContinuation { done in
            writer.enqueue([
                Writer.Request(
                    plan: { batch in
                        let value = try batch.attempt(rehearsal: dryRun) { try plan($0) }
                        return { _ in done.resume(returning: .success(value)) }
                    },
                    fail: { done.resume(returning: .failure($0)) })
            ])
        }
    }
}

extension Resource {
    /// True of an object that was asked to go and is still there: it has finalizers, or time left to end.
    public var isBeingDeleted: Bool { metadata.deletionTimestamp != nil && !isFreeToGo }
}
