import Kube
import Logging
import ServiceLifecycle
import Store

/// Keeps in every living namespace what clients expect to find there: the ServiceAccount `default`, and, when there is a
/// certificate authority, its certificate in the ConfigMap `kube-root-ca.crt`. In `default` also the Service
/// `kubernetes`, which is this API. What is deleted or changed comes back.
public final class NamespaceContents: Service {
    static let account = "default"
    static let certificates = "kube-root-ca.crt"
    static let descriptionAnnotation = "kubernetes.io/description"
    /// Upstream's words; clients compare nothing but people read them.
    static let description =
        "Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the "
        + "internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of "
        + "Kubernetes clusters."

    private let store: Store
    private let rootCA: String?
    private let apiPort: Int
    private let logger: Logger
    private let queue = WorkQueue<String>()

    /// - Parameters:
    ///   - rootCA: PEM; nil when the API is not served over TLS.
    ///   - apiPort: where the API listens, for the Service `kubernetes`.
    public init(store: Store, rootCA: String?, apiPort: Int, logger: Logger) {
        self.store = store
        self.rootCA = rootCA
        self.apiPort = apiPort
        self.logger = logger
    }

    /// For the namespaces there are. Call it before the API opens, so that nobody finds anything missing.
    public func makeDefaults() async throws {
        for namespace in store.list(Namespace.self).items { try await look(at: namespace.name) }
    }

    public func run() async {
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                group.addTask { await self.queue.runTimers() }
                group.addTask { await self.queue.runWorkers(2) { try await self.look(at: $0) } }
                group.addTask { await self.follow(Namespace.self) { $0.name } }
                group.addTask {
                    await self.follow(ServiceAccount.self) { $0.name == Self.account ? $0.namespace : nil }
                }
                group.addTask {
                    await self.follow(ConfigMap.self) { $0.name == Self.certificates ? $0.namespace : nil }
                }
                group.addTask {
                    await self.follow(ClusterService.self) {
                        $0.key == ClusterService.kubernetesKey ? $0.namespace : nil
                    }
                }
            }
        }
    }

    /// - Parameter namespace: the one to look at when this object changes.
    private func follow<R: Resource>(_ type: R.Type, _ namespace: @escaping @Sendable (R) -> String?) async {
        await store.follow(type, logger: logger) { event in
            switch event {
            case .added(let object), .modified(let object), .deleted(let object):
                if let name = namespace(object) { self.queue.add(name) }
            case .bookmark: break
            }
        }
        queue.close()
    }

    private func look(at name: String) async throws {
        guard isAlive(name) else { return }
        try await keep(ServiceAccount(metadata: ObjectMeta(name: Self.account, namespace: name))) { _ in }
        if let rootCA {
            var map = ConfigMap(
                metadata: ObjectMeta(name: Self.certificates, namespace: name), data: ["ca.crt": rootCA])
            map.metadata.annotations = [Self.descriptionAnnotation: Self.description]
            try await keep(map) { stored in
                stored.data = ["ca.crt": rootCA]
                if stored.metadata.annotations?[Self.descriptionAnnotation] ?? "" == "" {
                    stored.metadata.annotations = (stored.metadata.annotations ?? [:]).merging(
                        [Self.descriptionAnnotation: Self.description], uniquingKeysWith: { $1 })
                }
            }
        }
        if name == ClusterService.kubernetesKey.namespace {
            let service = ClusterService.kubernetes(port: apiPort)
            try await keep(service) { $0.spec = service.spec }
        }
    }

    /// Creates an object, or puts right the one that is there.
    private func keep<R: Resource>(_ object: R, _ correct: @escaping @Sendable (inout R) -> Void) async throws {
        do {
            if let stored = store.get(R.self, object.key) {
                var corrected = stored
                correct(&corrected)
                if corrected != stored { _ = try await store.modify(R.self, object.key, correct) }
                return
            }
            let created = try await store.create(object)
            // The namespace may have been emptied while the object was on its way, and nobody would look again.
            if !isAlive(object.namespace) {
                try await store.delete(
                    R.self, object.key, DeleteOptions(preconditions: .init(uid: created.uid)))
            }
        } catch {
            switch error as? StoreError {
            case .alreadyExists: queue.add(object.namespace)  // somebody was faster, and wrote perhaps something else
            case .notFound: break  // its deletion wakes us
            default: throw error
            }
        }
    }

    private func isAlive(_ name: String) -> Bool {
        guard let namespace = store.get(Namespace.self, ObjectKey(namespace: nil, name: name)) else { return false }
        return namespace.metadata.deletionTimestamp == nil
    }
}

extension ClusterService {
    static let kubernetesKey = ObjectKey(namespace: "default", name: "kubernetes")
    /// The first of the range from which Services get theirs.
    static let kubernetesAddress = "10.96.0.1"

    static func kubernetes(port: Int) -> ClusterService {
        var service = ClusterService(
            metadata: ObjectMeta(
                name: kubernetesKey.name, namespace: kubernetesKey.namespace,
                labels: ["component": "apiserver", "provider": "kubernetes"]),
            spec: ServiceSpec(ports: [ServicePort(name: "https", port: 443, targetPort: .integer(port))]))
        service.spec.clusterIP = kubernetesAddress
        service.applyDefaults()
        service.prepareForCreate()
        return service
    }
}
