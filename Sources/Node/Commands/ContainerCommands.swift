import Containers
import Foundation
import Images
import Kube
import Store
import Synchronization

/// Runs commands in containers of this host's pods: for probes, hooks, and whoever asks the API.
///
/// A command is what the container is: its environment, user, capabilities, filter and limits come from the same plan as
/// the container's own (`ContainerPlanning`).
struct ContainerCommands: Sendable {
    let store: Store
    let runtime: any PodRuntime
    let findImage: @Sendable (_ name: String) -> Image?
    let host: NodeFacts
    let defaults: ContainerDefaults
    let stateDirectory: String

    /// Starts a command. It is the caller's to read and to wait for; letting go of it kills it.
    ///
    /// - Throws: `ContainerError.notRunning` and its kin, or a `ContainerConfigError`.
    func start(
        in pod: Pod, _ container: Container, _ arguments: [String], tty: Bool = false, stdin: Bool = false,
        isAskedFor: Bool = false
    ) async throws -> ExecSession {
        var plan = try makePlan(pod, container, arguments)
        plan.tty = tty
        plan.stdin = stdin
        plan.isAskedFor = isAskedFor
        return try await runtime.exec(uid: pod.uid, plan)
    }

    /// Runs a command to its end, or kills it when its time is over.
    ///
    /// - Parameters:
    ///   - timeout: nil waits as long as the container runs. A task that is cancelled kills the command too.
    ///   - limit: of what is kept of its output and errors together, in the order in which they came; the rest is read
    ///     and dropped. 10 KiB is what the kubelet keeps (`maxReadLength` of pkg/probe/exec).
    func run(
        in pod: Pod, _ container: Container, _ arguments: [String], timeout: Duration?, keeping limit: Int = 10 << 10
    ) async -> CommandResult {
        let session: ExecSession
        do {
            session = try await start(in: pod, container, arguments)
        } catch {
            return CommandResult(outcome: .notRun("\(error)"), output: [])
        }
        let kept = BoundedOutput(limit: limit)
        return await withTaskCancellationHandler {
            let isLate = await withTaskGroup(of: Bool.self) { group in
                group.addTask {
                    await withDiscardingTaskGroup { readers in
                        for stream in [session.output, session.errors].compactMap({ $0 }) {
                            readers.addTask { for await chunk in stream { kept.add(chunk) } }
                        }
                    }
                    // One that closed its output need not have ended.
                    _ = await session.wait()
                    return false
                }
                if let timeout {
                    group.addTask {
                        // Cancelled when the command was quicker.
                        do { try await Task.sleep(for: timeout) } catch { return false }
                        session.kill()
                        return true
                    }
                }
                let isLate = await group.next() ?? false
                group.cancelAll()
                return isLate
            }
            if isLate || Task.isCancelled { return CommandResult(outcome: .timedOut, output: kept.bytes) }
            let outcome: CommandResult.Outcome =
                switch await session.wait() {
                case .notStarted(let failure): .notRun(failure.commandMessage)
                case .lost: .notRun("what ran the command is gone")
                case let end: .exited(end.exitCode)
                }
            return CommandResult(outcome: outcome, output: kept.bytes)
        } onCancel: {
            session.kill()
        }
    }

    /// The plan of the container, for another program.
    func makePlan(_ pod: Pod, _ container: Container, _ arguments: [String]) throws -> ExecPlan {
        let statuses = (pod.status?.containerStatuses ?? []) + (pod.status?.initContainerStatuses ?? [])
        let status = statuses.first { $0.name == container.name }
        // The name may mean another image by now.
        guard let image = status.flatMap({ findImage($0.imageID) }) ?? findImage(container.image ?? "") else {
            throw ContainerConfigError(message: "image \"\(container.image ?? "")\" is not in this host's store")
        }
        let environment = runtime.startEnvironment(uid: pod.uid, container: container.name)
        let plan = try makeContainerPlan(
            pod, container, attempt: status?.restartCount ?? 0, image: image,
            sources: sources(container, pod, mayLack: environment != nil), host: host,
            names: PodNames.make(pod, host: host),
            paths: PodPaths(directory: "\(stateDirectory)/pods/\(pod.uid)"), defaults: defaults)
        var command = ExecPlan(plan, arguments: arguments)
        // As it was at the container's start, whatever has become of ConfigMaps and Secrets. After a restart of the
        // daemon nobody knows that any more, and they are read again.
        if let environment { command.environment = environment }
        return command
    }

    private func sources(
        _ container: Container, _ pod: Pod, mayLack: Bool
    ) throws(PendingReference) -> EnvironmentSources {
        do {
            return try EnvironmentSources(of: container, of: pod, from: store)
        } catch {
            if mayLack { return EnvironmentSources() }
            throw error
        }
    }
}

/// What became of a command that was run to its end.
struct CommandResult: Sendable, Equatable {
    enum Outcome: Sendable, Equatable {
        /// 128 + n for signal n.
        case exited(Int32)
        case timedOut
        /// It could not be started; a whole sentence says why.
        case notRun(String)
    }

    var outcome: Outcome
    /// The beginning of what it wrote, output and errors together.
    var output: [UInt8]
}

/// The first bytes of several streams.
private final class BoundedOutput: Sendable {
    private let limit: Int
    private let kept = Mutex<[UInt8]>([])

    init(limit: Int) { self.limit = limit }

    func add(_ bytes: [UInt8]) { kept.withLock { $0 += bytes.prefix(max(0, limit - $0.count)) } }

    var bytes: [UInt8] { kept.withLock { $0 } }
}

extension StartFailure {
    /// As runc and the runtimes above it say that a command could not be started; people search for these words.
    var commandMessage: String {
        "OCI runtime exec failed: exec failed: unable to start container process: \(message): unknown"
    }
}

extension PodContext {
    var commands: ContainerCommands {
        ContainerCommands(
            store: store, runtime: runtime, findImage: findImage, host: host, defaults: defaults,
            stateDirectory: stateDirectory)
    }
}

extension NodeAgent {
    var commands: ContainerCommands {
        ContainerCommands(
            store: store, runtime: runtime, findImage: findImage, host: host, defaults: configuration.defaults,
            stateDirectory: configuration.stateDirectory)
    }
}
