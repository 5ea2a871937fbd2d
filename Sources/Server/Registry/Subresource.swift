import Kube

/// A part of an object with a path of its own.
public enum Subresource: String, Sendable, Hashable, CaseIterable {
    /// The streams of a container's own program.
    case attach
    /// Asks for the pod to be ended, as a drain does.
    case eviction
    /// A command in a container.
    case exec
    case log
    /// Connections to ports of a pod.
    case portforward
    /// How much the containers may use.
    case resize
    case status

    var verbs: [Verb] {
        switch self {
        case .eviction: [.create]
        case .attach, .exec, .portforward: [.create, .get]
        case .log: [.get]
        case .resize, .status: [.get, .patch, .update]
        }
    }

    /// The kind that is sent and answered, when it is not the object's own.
    var kind: ResourceType? {
        switch self {
        case .eviction: ResourceType(group: "policy", kind: "Eviction", plural: "evictions", singular: "eviction")
        case .attach: ResourceType(group: "", kind: "PodAttachOptions", plural: "", singular: "")
        case .exec: ResourceType(group: "", kind: "PodExecOptions", plural: "", singular: "")
        case .portforward: ResourceType(group: "", kind: "PodPortForwardOptions", plural: "", singular: "")
        case .log, .resize, .status: nil
        }
    }
}
