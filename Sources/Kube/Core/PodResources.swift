/// What a pod needs and may take, most of it at one time (upstream `component-helpers/resource`).
///
/// Init containers run one at a time beside the sidecars that were started before them, then everybody else runs
/// (KEP-753). What the pod says for itself (`spec.resources`, KEP-2837) stands in place of what its containers come to.
/// The one answer to "how much": for the line of waiting pods, quotas, limit ranges and cgroups.
public struct PodResources: Hashable, Sendable {
    /// By resource name. A container's limit without a request counts as its request, as pods are defaulted.
    public let requests: [String: Quantity]
    /// By resource name: what those containers that have a limit come to.
    public let limits: [String: Quantity]
    /// What of `limits` holds for the pod as a whole: every container has one, or the pod itself.
    private let bounds: [String: Quantity]

    public init(_ spec: PodSpec) {
        requests = Self.containerRequests(spec).merging(spec.podLevel(\.requests)) { $1 }
        limits = Self.containerLimits(spec).merging(spec.podLevel(\.limits)) { $1 }
        var bounds = limits
        for name in limits.keys where spec.podLevel(\.limits)[name]?.isPositive != true {
            if spec.allContainers.contains(where: { $0.resources?.limits?[name]?.isPositive != true }) {
                bounds[name] = nil
            }
        }
        self.bounds = bounds
    }

    /// How much the pod as a whole may take. Nil when one of its containers may take what it wants.
    public func bound(_ name: String) -> Quantity? { bounds[name] }

    /// Without what the pod says for itself.
    public static func containerRequests(_ spec: PodSpec) -> [String: Quantity] {
        mostAtOnce(spec) { $0.requests }
    }

    static func containerLimits(_ spec: PodSpec) -> [String: Quantity] {
        mostAtOnce(spec) { $0.resources?.limits ?? [:] }
    }

    private static func mostAtOnce(
        _ spec: PodSpec, _ amounts: (Container) -> [String: Quantity]
    ) -> [String: Quantity] {
        var sidecars: [String: Quantity] = [:]
        var most: [String: Quantity] = [:]
        for container in spec.initContainers ?? [] {
            let own = amounts(container)
            most.merge(sidecars.merging(own, uniquingKeysWith: +)) { max($0, $1) }
            if container.isSidecar { sidecars.merge(own, uniquingKeysWith: +) }
        }
        let running = spec.containers.reduce(into: sidecars) { $0.merge(amounts($1), uniquingKeysWith: +) }
        return most.merging(running) { max($0, $1) }
    }
}

extension Container {
    /// An init container that runs on beside the others; meaningful for init containers only.
    public var isSidecar: Bool { restartPolicy == "Always" }

    /// What it requests; what is limited and not requested is requested in full.
    public var requests: [String: Quantity] {
        (resources?.limits ?? [:]).merging(resources?.requests ?? [:]) { $1 }
    }
}

extension PodSpec {
    /// Whether a resource can be given to a pod as a whole (upstream `SupportedPodLevelResources`).
    static func isForPods(_ name: String) -> Bool {
        ResourceRequirements.enforced.contains(name) || name.hasPrefix("hugepages-")
    }

    func podLevel(_ list: KeyPath<ResourceRequirements, [String: Quantity]?>) -> [String: Quantity] {
        guard let amounts = resources?[keyPath: list], !amounts.isEmpty else { return [:] }
        return amounts.filter { Self.isForPods($0.key) }
    }

    /// What one of the containers may take: its own limit, or that of the pod, which bounds a container without one (the
    /// kubelet's `getMemoryLimit`). A limit of 0 is none.
    public func limit(_ name: String, of container: Container) -> Quantity? {
        [container.resources?.limits?[name], podLevel(\.limits)[name]].compactMap { $0 }.first { $0.isPositive }
    }
}

extension Quantity {
    var isPositive: Bool { self > .zero }
}
