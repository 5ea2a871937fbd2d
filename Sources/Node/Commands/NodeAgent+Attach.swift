public import Containers
public import Kube

extension NodeAgent {
    public typealias AttachedSession = AttachSession

    /// Attaches to the program of a container that runs, in the words of the kubelet where that cannot be.
    ///
    /// - Parameter stdin: to write what it reads, if the pod lets it read anything.
    public func attach(
        to pod: Pod, container name: String, stdin: Bool, stdout: Bool, stderr: Bool
    ) async throws(Status) -> AttachSession {
        let notFound = "container \(name) not found in pod \(pod.name)_\(pod.namespace)"
        guard pod.containerStatus(name)?.state?.running != nil else {
            throw Status(code: 500, reason: "InternalError", message: notFound)
        }
        do {
            return try await runtime.attach(
                uid: pod.uid, container: name, AttachRequest(input: stdin, output: stdout, errors: stderr))
        } catch {
            switch error {
            case .notRunning: throw Status(code: 500, reason: "InternalError", message: notFound)
            case .tooManyAttached: throw Status(code: 429, reason: "TooManyRequests", message: "\(error)")
            default: throw Status(code: 500, reason: "InternalError", message: "\(error)")
            }
        }
    }
}

extension AttachEnd {
    /// What the error channel of an attach says (`remotecommand.ServeAttach` of k8s.io/kubelet).
    public var status: Status {
        let message: String
        switch self {
        case .over: return .streamSuccess
        case .tooSlow: message = "the client took nothing of the container's output for too long"
        case .lost: message = "the pod's supervisor is gone"
        }
        return Status(
            code: 500, reason: "InternalError",
            message: "Internal error occurred: error attaching to container: \(message)",
            details: StatusDetails(causes: [StatusCause(message: "error attaching to container: \(message)")]))
    }
}

extension Status {
    /// The end of a stream that went well.
    static var streamSuccess: Status {
        var status = Status(code: 200, reason: "", message: "")
        (status.reason, status.message, status.code) = (nil, nil, nil)
        return status
    }
}
