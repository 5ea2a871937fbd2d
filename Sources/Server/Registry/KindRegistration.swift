import Kube
import Store

/// Everything the server needs to know to offer one kind of object. Adding a kind is adding a value of this type;
/// the router, discovery and the verbs stay as they are.
public struct KindRegistration: Sendable {
    public let type: ResourceType
    /// For the store, which keeps only types it was told of. Nil for a view of another kind, and for kinds whose objects
    /// are made when somebody asks.
    public let resource: (any Resource.Type)?
    public let verbs: Set<Verb>
    public let subresources: Set<Subresource>
    let makeEndpoint: @Sendable (ServerEnvironment) -> any Endpoint

    /// - Parameters:
    ///   - verbs: what clients may do; the rest is answered 405.
    ///   - subresources: `status` for every kind with one, the others only for pods.
    ///   - rules: where this kind differs from the others.
    public init<R: ServedKind>(
        _: R.Type, verbs: Set<Verb> = Set(Verb.allCases), subresources: Set<Subresource> = [],
        rules: KindRules = KindRules()
    ) {
        type = R.type
        resource = R.self
        self.verbs = verbs
        self.subresources = subresources
        makeEndpoint = {
            KindEndpoint<R>(environment: $0, rules: rules, verbs: verbs)
        }
    }

    /// Another group and version of a kind that is registered by itself.
    public init<R: ServedKind>(_ view: KindView, of _: R.Type, rules: KindRules = KindRules()) {
        type = view.type
        resource = nil
        let verbs = Set(Verb.allCases)
        self.verbs = verbs
        subresources = []
        makeEndpoint = {
            KindEndpoint<R>(environment: $0, rules: rules, verbs: verbs, view: view)
        }
    }

    /// A kind that can only be looked at, because its objects are made when somebody asks.
    init<R: FieldSelectable & Tabular>(
        measured _: R.Type, _ measure: @escaping @Sendable (ServerEnvironment) async -> [R]
    ) {
        type = R.type
        resource = nil
        verbs = [.get, .list]
        subresources = []
        makeEndpoint = { environment in MeasuredEndpoint<R> { await measure(environment) } }
    }

    /// A kind that is only a question: it is created, answered, and kept nowhere.
    init(
        question type: ResourceType,
        _ answer: @escaping @Sendable (Question, ServerEnvironment) throws(Status) -> JSONValue
    ) {
        self.type = type
        resource = nil
        verbs = [.create]
        subresources = []
        makeEndpoint = { QuestionEndpoint(type: type, environment: $0, answer: answer) }
    }
}

/// Where upstream's registries differ from kind to kind.
public struct KindRules: Sendable {
    /// An update of an object that does not exist creates it (Events).
    public var createsOnUpdate = false
    /// A delete answers with the object that was, not with a Status (Pods).
    public var returnsDeletedObject = false
    /// What becomes of dependents when the client does not say.
    public var propagation = DeleteOptions.Propagation.background

    public init(
        createsOnUpdate: Bool = false, returnsDeletedObject: Bool = false,
        propagation: DeleteOptions.Propagation = .background
    ) {
        self.createsOnUpdate = createsOnUpdate
        self.returnsDeletedObject = returnsDeletedObject
        self.propagation = propagation
    }
}

extension KindRegistration {
    /// The kinds of this version; what makes objects stands before what is made, for a namespace is emptied in this
    /// order.
    public static let all: [KindRegistration] =
        [
            KindRegistration(CronJob.self, subresources: [.status]),
            // Deleting a Job through batch/v1 without a policy orphans its pods, for the sake of clients as old as that
            // version (upstream `jobStrategy.DefaultGarbageCollectionPolicy`); kubectl always names a policy.
            KindRegistration(Job.self, subresources: [.status], rules: KindRules(propagation: .orphan)),
            KindRegistration(
                Pod.self, subresources: [.status, .log, .eviction, .exec, .attach, .portforward, .resize],
                rules: KindRules(returnsDeletedObject: true)),
            KindRegistration(Event.self, rules: KindRules(createsOnUpdate: true)),
            KindRegistration(KindView.events, of: Event.self, rules: KindRules(createsOnUpdate: true)),
            KindRegistration(
                Namespace.self, verbs: Set(Verb.allCases).subtracting([.deletecollection]), subresources: [.status]),
            // Behind pods, which keep their claims from going; volumes outlive both.
            KindRegistration(
                PersistentVolumeClaim.self, subresources: [.status], rules: KindRules(returnsDeletedObject: true)),
            KindRegistration(
                PersistentVolume.self, subresources: [.status], rules: KindRules(returnsDeletedObject: true)),
            KindRegistration(StorageClass.self, rules: KindRules(returnsDeletedObject: true)),
            KindRegistration(ConfigMap.self),
            KindRegistration(Secret.self),
            KindRegistration(ServiceAccount.self, rules: KindRules(returnsDeletedObject: true)),
            KindRegistration(LimitRange.self),
            KindRegistration(ResourceQuota.self, subresources: [.status], rules: KindRules(returnsDeletedObject: true)),
            KindRegistration(PriorityClass.self),
            KindRegistration(
                ClusterService.self, subresources: [.status], rules: KindRules(returnsDeletedObject: true)),
            KindRegistration(HostNode.self, verbs: [.get, .list, .watch, .patch, .update], subresources: [.status]),
            KindRegistration(measured: PodMetrics.self) { await $0.services.podMetrics() },
            KindRegistration(measured: NodeMetrics.self) { await $0.services.nodeMetrics() },
        ] + AccessReviews.registrations
}

/// What endpoints work with.
struct ServerEnvironment: Sendable {
    let store: Store
    let services: HostServices
    let encoded: EncodedObjects
    let documents: OpenAPIDocuments
    let requests: RequestCounters
    let snapshots = ListSnapshots()
    let addresses = ServiceAddresses()
    /// Nil for a server without certificates.
    var kubeconfigs: KubeconfigIssuer?
}
