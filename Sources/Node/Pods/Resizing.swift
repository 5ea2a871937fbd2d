import Foundation
import Kube

/// How far a change of a pod's resources has come, as its conditions say (KEP-1287).
struct Resizing: Equatable, Sendable {
    /// What is asked for cannot be given, or not now.
    struct Pending: Equatable, Sendable {
        /// `Deferred` or `Infeasible`.
        var reason: String
        var message: String
        var generation: Int64?
    }

    /// What was granted is not in the groups of every container yet.
    struct Progress: Equatable, Sendable {
        var generation: Int64?
        /// Why not; it is tried again.
        var error: String?
    }

    static let pendingType = "PodResizePending"
    static let progressType = "PodResizeInProgress"

    var pending: Pending?
    var progress: Progress?

    /// As an earlier daemon left it.
    init(_ conditions: [PodCondition]?) {
        for condition in conditions ?? [] where condition.status == "True" {
            switch condition.type {
            case Self.pendingType:
                pending = Pending(
                    reason: condition.reason ?? "", message: condition.message ?? "",
                    generation: condition.observedGeneration)
            case Self.progressType:
                progress = Progress(generation: condition.observedGeneration, error: condition.message)
            default: break
            }
        }
    }

    /// Conditions that are not true are not there.
    func setConditions(_ status: inout PodStatus, at now: Date) {
        var conditions: [PodCondition] = []
        if let pending {
            var condition = PodCondition(
                type: Self.pendingType, status: "True", reason: pending.reason, message: pending.message)
            condition.observedGeneration = pending.generation
            conditions.append(condition)
        }
        if let progress {
            var condition = PodCondition(
                type: Self.progressType, status: "True", reason: progress.error.map { _ in "Error" },
                message: progress.error)
            condition.observedGeneration = progress.generation
            conditions.append(condition)
        }
        let types = conditions.map(\.type)
        status.conditions?.removeAll {
            [Self.pendingType, Self.progressType].contains($0.type) && !types.contains($0.type)
        }
        for condition in conditions { status.setCondition(condition, at: now) }
    }
}

extension Pod {
    /// The pod with what the host has granted its containers, where that is known, in place of what they ask for: what
    /// counts for the host's room and for every start. After a restart of the daemon it is read from the status.
    var granted: Pod {
        var granted = self
        for (index, container) in spec.allContainers.enumerated() {
            guard let status = containerStatus(container.name) else { continue }
            granted.spec.setResources(status.granted(asking: container.resources), of: index)
        }
        return granted
    }
}

extension PodSpec {
    /// - Parameter index: in `allContainers`.
    mutating func setResources(_ resources: ResourceRequirements?, of index: Int) {
        let initCount = initContainers?.count ?? 0
        if index < initCount {
            initContainers?[index].resources = resources
        } else {
            containers[index - initCount].resources = resources
        }
    }
}

extension ContainerStatus {
    /// The status has the requests that were granted, and the limits in force. Limits need no room, so who got the requests
    /// that are asked for now was granted the limits too.
    func granted(asking wanted: ResourceRequirements?) -> ResourceRequirements? {
        guard let resources, allocatedResources ?? [:] != wanted?.requests ?? [:] else { return wanted }
        return ResourceRequirements(limits: resources.limits, requests: allocatedResources)
    }
}

extension Container {
    /// Whether its program has to be started anew to have other resources.
    func restarts(from now: ResourceRequirements?, to wanted: ResourceRequirements) -> Bool {
        ["cpu", "memory"].contains { name in
            guard restartsForResize(of: name) else { return false }
            return now?.limits?[name] != wanted.limits?[name] || now?.requests?[name] != wanted.requests?[name]
        }
    }
}

/// What events say of a resize (the kubelet's words).
struct ResizeSummary: Encodable {
    struct Entry: Encodable {
        var name: String
        var resources: ResourceRequirements
    }

    var initContainers: [Entry]?
    var containers: [Entry]?
    var generation: Int64?
    var error: String?

    init(_ pod: Pod, error: String? = nil) {
        func entries(_ containers: [Container]) -> [Entry]? {
            if containers.isEmpty { return nil }
            return containers.map { Entry(name: $0.name, resources: $0.resources ?? ResourceRequirements()) }
        }
        initContainers = entries(pod.spec.initContainers ?? [])
        containers = entries(pod.spec.containers)
        generation = pod.metadata.generation
        self.error = error
    }

    var text: String {
        // What was decoded can be encoded again.
        guard let bytes = try? KubeJSON.encode(self) else { return "" }
        return String(decoding: bytes, as: UTF8.self)
    }
}
