import Foundation
import Kube
import Logging
import ServiceLifecycle
import Store
import Synchronization

/// Deletes what lost its last owner, and carries out the two other ways an owner can go: dependents first
/// (`foregroundDeletion`) or dependents kept (`orphan`).
///
/// Owners are found by uid, never by name alone: a new object of the same name has not inherited anything.
public final class GarbageCollector: Service {
    enum Item: Hashable, Sendable {
        /// An object that may have lost an owner.
        case dependent(Int, ObjectKey)
        /// All objects that name this owner, which is gone.
        case dependents(ownerUID: String)
        /// An owner that is being deleted and waits.
        case owner(Int, ObjectKey)
    }

    private let store: Store
    private let types: [any Resource.Type]
    private let logger: Logger
    private let queue = WorkQueue<Item>()
    /// Owners that wait for dependents, by uid.
    private let waiting = Mutex<[String: Item]>([:])

    /// - Parameter types: every type that can own or be owned.
    public init(store: Store, types: [any Resource.Type], logger: Logger) {
        self.store = store
        self.types = types
        self.logger = logger
    }

    public func run() async {
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                group.addTask { await self.queue.runTimers() }
                group.addTask { await self.queue.runWorkers(4) { try await self.look(at: $0) } }
                for number in self.types.indices {
                    group.addTask {
                        await self.follow(self.types[number], number)
                        self.queue.close()
                    }
                }
            }
        }
    }

    private func follow<R: Resource>(_ type: R.Type, _ number: Int) async {
        await store.follow(type, logger: logger) { event in
            switch event {
            case .added(let object):
                self.noteWaiting(object, number)
                if object.metadata.ownerReferences?.isEmpty == false { self.queue.add(.dependent(number, object.key)) }
            case .modified(let object):
                self.noteWaiting(object, number)
            case .deleted(let object):
                self.queue.add(.dependents(ownerUID: object.uid))
                let owners = object.metadata.ownerReferences ?? []
                let wake = self.waiting.withLock { waiting in
                    waiting[object.uid] = nil
                    return owners.compactMap { waiting[$0.uid] }
                }
                for item in wake { self.queue.add(item) }
            case .bookmark: break
            }
        }
    }

    private func noteWaiting(_ object: some Resource, _ number: Int) {
        guard object.metadata.isHeldForDependents else { return }
        let item = Item.owner(number, object.key)
        waiting.withLock { $0[object.uid] = item }
        queue.add(item)
    }

    private func look(at item: Item) async throws {
        switch item {
        case .dependent(let number, let key): try await look(atDependent: types[number], key)
        case .owner(let number, let key): try await look(atOwner: types[number], key)
        case .dependents(let uid):
            for type in types { try await look(atDependentsOf: uid, type) }
        }
    }

    private func look<R: Resource>(atDependentsOf uid: String, _ type: R.Type) async throws {
        for object in store.list(type, ownedBy: uid) { try await look(atDependent: type, object.key) }
    }

    private func look<R: Resource>(atDependent type: R.Type, _ key: ObjectKey) async throws {
        guard let object = store.get(type, key) else { return }
        let references = object.metadata.ownerReferences ?? []
        let owners = references.map { (reference: $0, state: state(of: $0, in: object.metadata.namespace)) }
        switch decide(object.metadata, owners: owners) {
        case .keep: return
        case .forget(let uids): try await remove(uids, from: object)
        case .delete(let policy):
            do {
                _ = try await store.delete(
                    type, key, DeleteOptions(propagationPolicy: policy, preconditions: .init(uid: object.uid)))
                logger.debug(
                    "deleted an object without an owner", metadata: ["kind": "\(R.type.kind)", "name": "\(key)"])
            } catch {
                if !error.isNotFound { throw error }
            }
        }
    }

    /// 1. `orphan`: dependents lose the reference, then the owner may go.
    /// 2. `foregroundDeletion`: dependents are deleted, and the owner goes when none is left that blocks it.
    private func look<R: Resource>(atOwner type: R.Type, _ key: ObjectKey) async throws {
        guard let owner = store.get(type, key), owner.metadata.isHeldForDependents else { return }
        let finalizer: String
        if owner.metadata.finalizers?.contains(DeleteOptions.orphanFinalizer) == true {
            finalizer = DeleteOptions.orphanFinalizer
            for type in types { try await orphanDependents(of: owner.uid, type) }
        } else {
            finalizer = DeleteOptions.foregroundFinalizer
            var blocking = 0
            for type in types { blocking += try await deleteDependents(of: owner.uid, type) }
            if blocking > 0 { return }  // their deletion wakes us
        }
        do {
            _ = try await store.modify(type, key) { object in
                guard object.uid == owner.uid else { return }
                object.metadata.finalizers?.removeAll { $0 == finalizer }
            }
        } catch {
            if !error.isNotFound { throw error }
        }
    }

    private func orphanDependents<R: Resource>(of uid: String, _ type: R.Type) async throws {
        for object in store.list(type, ownedBy: uid) { try await remove([uid], from: object) }
    }

    private func deleteDependents<R: Resource>(of uid: String, _ type: R.Type) async throws -> Int {
        for object in store.list(type, ownedBy: uid) { try await look(atDependent: type, object.key) }
        return store.list(type, ownedBy: uid).count { object in
            object.metadata.ownerReferences?.contains { $0.uid == uid && $0.blockOwnerDeletion == true } == true
        }
    }

    private func remove<R: Resource>(_ uids: Set<String>, from object: R) async throws {
        do {
            _ = try await store.modify(R.self, object.key) { new in
                guard new.uid == object.uid else { return }
                new.metadata.ownerReferences?.removeAll { uids.contains($0.uid) }
                if new.metadata.ownerReferences?.isEmpty == true { new.metadata.ownerReferences = nil }
            }
        } catch {
            if !error.isNotFound { throw error }
        }
    }

    /// An owner of a kind we do not serve cannot be looked up, and what cannot be looked up is not gone.
    private func state(of reference: OwnerReference, in namespace: String?) -> OwnerState {
        guard
            let type = types.first(where: {
                $0.type.kind == reference.kind && $0.type.apiVersion == reference.apiVersion
            })
        else { return .alive }
        return state(of: reference, type, namespace)
    }

    private func state<R: Resource>(of reference: OwnerReference, _ type: R.Type, _ namespace: String?) -> OwnerState {
        let key = ObjectKey(namespace: R.type.isNamespaced ? namespace : nil, name: reference.name)
        guard let owner = store.get(type, key), owner.uid == reference.uid else { return .gone }
        let isForeground = owner.metadata.finalizers?.contains(DeleteOptions.foregroundFinalizer) == true
        return owner.metadata.deletionTimestamp != nil && isForeground ? .waiting : .alive
    }
}

extension ObjectMeta {
    /// Being deleted, and kept by a finalizer that is the garbage collector's.
    var isHeldForDependents: Bool {
        deletionTimestamp != nil
            && (finalizers ?? []).contains {
                $0 == DeleteOptions.orphanFinalizer || $0 == DeleteOptions.foregroundFinalizer
            }
    }
}
