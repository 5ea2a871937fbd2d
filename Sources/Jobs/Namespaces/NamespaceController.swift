import Foundation
import Kube
import Logging
import ServiceLifecycle
import Store

/// Makes the namespaces that are always there, and empties namespaces that are deleted.
///
/// A namespace carries a finalizer from the moment it is seen, so that it stays, Terminating, until its last object is gone.
public final class NamespaceController: Service {
    static let finalizer = "kubernetes"

    private let store: Store
    private let types: [any Resource.Type]
    private let always: [String]
    private let logger: Logger
    private let queue = WorkQueue<String>()

    /// - Parameters:
    ///   - types: the types whose objects live in namespaces, in the order in which they are removed: what makes objects
    ///     before what is made.
    ///   - always: namespaces that are made when they are missing.
    public init(store: Store, types: [any Resource.Type], always: [String] = ["default"], logger: Logger) {
        self.store = store
        self.types = types.filter { $0.type.isNamespaced }
        self.always = always
        self.logger = logger
    }

    /// Makes the namespaces that are always there. Call it before the API opens, so that nobody finds them missing.
    public func makeDefaults() async throws {
        for name in always where store.get(Namespace.self, ObjectKey(namespace: nil, name: name)) == nil {
            var namespace = Namespace(metadata: ObjectMeta(name: name))
            namespace.complete()
            do {
                _ = try await store.create(namespace)
            } catch {
                guard case .alreadyExists = error else { throw error }  // somebody was faster
            }
        }
    }

    public func run() async throws {
        try await makeDefaults()
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                group.addTask { await self.queue.runTimers() }
                group.addTask { await self.queue.runWorkers(4) { try await self.look(at: $0) } }
                group.addTask {
                    await self.store.follow(Namespace.self, logger: self.logger) { event in
                        switch event {
                        case .added(let namespace), .modified(let namespace):
                            if namespace.needsALook { self.queue.add(namespace.name) }
                        case .deleted(let namespace): self.queue.add(namespace.name)
                        case .bookmark: break
                        }
                    }
                    self.queue.close()
                }
            }
        }
    }

    /// 1. A living namespace gets its finalizer, label and phase.
    /// 2. One that is being deleted says so, is emptied, and is let go when it is empty.
    /// 3. One that vanished at once (it had no finalizer yet) is emptied all the same.
    private func look(at name: String) async throws {
        let key = ObjectKey(namespace: nil, name: name)
        guard let namespace = store.get(Namespace.self, key) else { return try await empty(name) }
        do {
            if namespace.metadata.deletionTimestamp == nil {
                _ = try await store.modify(Namespace.self, key) { $0.complete() }
                return
            }
            if namespace.status?.phase != "Terminating" {
                _ = try await store.modify(Namespace.self, key) { $0.status = NamespaceStatus(phase: "Terminating") }
            }
            try await empty(name)
            _ = try await store.modify(Namespace.self, key) { new in
                guard new.uid == namespace.uid else { return }
                new.spec?.finalizers = nil
                new.metadata.finalizers?.removeAll { $0 == Self.finalizer }
            }
            logger.info("a namespace is empty and gone", metadata: ["namespace": "\(name)"])
        } catch {
            if !error.isNotFound { throw error }
        }
    }

    /// Returns when nothing is left. New objects that appear meanwhile go too; the last round sees that none came after
    /// their type had been looked at.
    private func empty(_ name: String) async throws {
        repeat {
            for type in types { try await empty(name, of: type) }
        } while types.contains(where: { hasObjects($0, in: name) }) && !Task.isCancelled
        try Task.checkCancellation()
    }

    private func hasObjects<R: Resource>(_ type: R.Type, in name: String) -> Bool {
        !store.list(type, namespace: name, limit: 1).isEmpty
    }

    private func empty<R: Resource>(_ name: String, of type: R.Type) async throws {
        if !hasObjects(type, in: name) { return }
        var left: Set<String> = []
        var sawAll = false
        for try await event in try store.watch(type, namespace: name) {
            switch event {
            case .added(let object):
                left.insert(object.name)
                do {
                    _ = try await store.delete(type, object.key, DeleteOptions(propagationPolicy: .background))
                } catch {
                    if !error.isNotFound { throw error }
                }
            case .modified: break
            case .deleted(let object): left.remove(object.name)
            case .bookmark: sawAll = true
            }
            if sawAll && left.isEmpty { return }
        }
        try Task.checkCancellation()
    }
}

extension Namespace {
    fileprivate var needsALook: Bool {
        if metadata.deletionTimestamp != nil { return true }
        var copy = self
        copy.complete()
        return copy != self
    }

    fileprivate mutating func complete() {
        if metadata.finalizers?.contains(NamespaceController.finalizer) != true {
            metadata.finalizers = (metadata.finalizers ?? []) + [NamespaceController.finalizer]
        }
        if spec == nil || status?.phase == nil { prepareForCreate() }
        applyDefaults()
    }
}
