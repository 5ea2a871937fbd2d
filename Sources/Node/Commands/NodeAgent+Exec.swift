public import Containers
public import Kube

extension NodeAgent {
    public typealias CommandSession = ExecSession

    /// Starts a command in a container of a pod, in the words of the kubelet where that cannot be.
    public func exec(
        in pod: Pod, container name: String, _ arguments: [String], tty: Bool, stdin: Bool
    ) async throws(Status) -> ExecSession {
        let containers = pod.spec.containers + (pod.spec.initContainers ?? [])
        guard let container = containers.first(where: { $0.name == name }) else {
            throw Status(code: 500, reason: "InternalError", message: "container not found (\"\(name)\")")
        }
        do {
            return try await commands.start(in: pod, container, arguments, tty: tty, stdin: stdin, isAskedFor: true)
        } catch ContainerError.tooManyCommands {
            throw Status(code: 429, reason: "TooManyRequests", message: "\(ContainerError.tooManyCommands)")
        } catch {
            throw Status(code: 500, reason: "InternalError", message: "\(error)")
        }
    }
}

extension ExecEnd {
    /// What the error channel of a command says (`remotecommand.ServeExec` of k8s.io/kubelet, over containerd).
    public func status(of arguments: [String]) -> Status {
        switch self {
        case .exited(0): return .streamSuccess
        case .exited, .signalled:
            let words = arguments.joined(separator: " ")
            return Status(
                exitCode: exitCode,
                message:
                    "command terminated with non-zero exit code: error executing command [\(words)], exit code \(exitCode)"
            )
        case .notStarted(let failure): return Self.internalError("failed to start exec: \(failure.commandMessage)")
        case .lost: return Self.internalError("the command's supervisor is gone")
        }
    }

    private static func internalError(_ message: String) -> Status {
        let message = "error executing command in container: failed to exec in container: \(message)"
        return Status(
            code: 500, reason: "InternalError", message: "Internal error occurred: \(message)",
            details: StatusDetails(causes: [StatusCause(message: message)]))
    }
}

extension Status {
    fileprivate init(exitCode: Int32, message: String) {
        self.init(
            code: 500, reason: "NonZeroExitCode", message: message,
            details: StatusDetails(causes: [StatusCause(reason: "ExitCode", message: String(exitCode))]))
        code = nil
    }
}
