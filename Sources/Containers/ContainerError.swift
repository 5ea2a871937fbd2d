public import Linux

/// Why a pod could not be started, reached or removed.
public enum ContainerError: Error, Sendable, CustomStringConvertible {
    case cgroup(CgroupError)
    case kernel(SyscallError)
    case filter(container: String, SeccompError)
    /// A plan that cannot be carried out: which field, and why.
    case plan(field: String, problem: String)
    /// The pod could not be joined to the host's network, or taken out of it.
    case network(NetworkError)
    /// The supervisor is not there any more.
    case supervisorGone(uid: String)
    /// A command was to run in a container that does not.
    case notRunning(container: String)
    /// Every range of ids belongs to a pod, or to somebody on the host.
    case noUsersLeft
    /// As many as may run on one host do.
    case tooManyCommands
    /// As many as may be are attached to one pod.
    case tooManyAttached
    /// The pod's supervisor was started by a version of stint that could not attach.
    case cannotAttach(uid: String)

    public var description: String {
        switch self {
        case .cgroup(let error): "\(error)"
        case .kernel(let error): "\(error)"
        case .filter(let container, let error): "container \"\(container)\": \(error)"
        case .plan(let field, let problem): "\(field): \(problem)"
        case .network(let error): "\(error)"
        case .supervisorGone(let uid): "the supervisor of pod \(uid) is gone"
        case .notRunning(let container): "container not found (\"\(container)\")"
        case .noUsersLeft: "no range of user ids is free for the pod's user namespace"
        case .tooManyCommands: "\(CommandCount.limit) commands run in containers of this host already"
        case .tooManyAttached: "as many clients as may be are attached to this pod already"
        case .cannotAttach(let uid):
            "the supervisor of pod \(uid) cannot attach: it was started by an older version of stint"
        }
    }
}
