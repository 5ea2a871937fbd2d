public import Containers
public import Kube

extension NodeAgent {
    public typealias ForwardedConnection = PodConversation

    /// A connection to a port of a pod, in the words of the kubelet and of containerd where there is none.
    public func connect(to pod: Pod, port: Int) async throws(Status) -> PodConversation {
        let statuses = (pod.status?.containerStatuses ?? []) + (pod.status?.initContainerStatuses ?? [])
        guard let running = statuses.first(where: { $0.state?.running != nil }) else {
            throw Status(
                code: 500, reason: "InternalError", message: "pod not found (\"\(pod.name)_\(pod.namespace)\")")
        }
        do {
            return try await runtime.converse(uid: pod.uid, container: running.name, port: port)
        } catch {
            let reason =
                switch error {
                case .refused(let words): "dial tcp4 127.0.0.1:\(port): connect: \(words)"
                case .notRunning: "the pod runs no more"
                case .unknownHost, .cancelled: "\(error)"
                }
            throw Status(
                code: 500, reason: "InternalError",
                message: "failed to connect to localhost:\(port) inside the namespace of the pod, IPv4: \(reason)")
        }
    }
}
