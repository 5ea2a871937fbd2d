import Kube

/// A command in a container, or what a container's own program reads and writes, as the host offers it to the server.
/// Letting go of it ends it.
public struct PodStream: Sendable {
    /// The next bytes; nil at the end.
    public var nextOutput: @Sendable () async -> [UInt8]?
    public var nextErrors: @Sendable () async -> [UInt8]?
    /// Returns when they are taken, or nobody reads any more.
    public var write: @Sendable ([UInt8]) async -> Void
    public var closeInput: @Sendable () -> Void
    public var resize: @Sendable (TerminalSize) -> Void
    /// How it ended, as the error channel says it.
    public var wait: @Sendable () async -> Status
    public var end: @Sendable () -> Void

    public init(
        nextOutput: @escaping @Sendable () async -> [UInt8]?, nextErrors: @escaping @Sendable () async -> [UInt8]?,
        write: @escaping @Sendable ([UInt8]) async -> Void, closeInput: @escaping @Sendable () -> Void,
        resize: @escaping @Sendable (TerminalSize) -> Void, wait: @escaping @Sendable () async -> Status,
        end: @escaping @Sendable () -> Void
    ) {
        self.nextOutput = nextOutput
        self.nextErrors = nextErrors
        self.write = write
        self.closeInput = closeInput
        self.resize = resize
        self.wait = wait
        self.end = end
    }
}

/// What a client asks of a container's streams (`v1.PodExecOptions`, `v1.PodAttachOptions`).
public struct PodStreamOptions: Hashable, Sendable {
    /// Nil in the request when the pod has one container; the server fills it in before it asks the host.
    public var container: String?
    public var command: [String] = []
    public var stdin = false
    public var stdout = false
    public var stderr = false
    public var tty = false

    public init() {}

    /// Without `stdout` or `stderr` in an attach, there is output all the same (upstream's defaults for
    /// PodAttachOptions and PodExecOptions); the words are those of the kubelet's `remotecommand.NewOptions`.
    init(_ query: Query, needsCommand: Bool) throws(Status) {
        container = query.text("container")
        command = query.values("command")
        stdin = query.flag("stdin") ?? false
        stdout = query.flag("stdout") ?? true
        tty = query.flag("tty") ?? false
        // A terminal has one output.
        stderr = !tty && (query.flag("stderr") ?? true)
        guard stdin || stdout || stderr else {
            throw Status.badRequest("you must specify at least 1 of stdin, stdout, stderr")
        }
        if needsCommand, command.first?.isEmpty ?? true {
            throw Status.badRequest("you must specify at least one command for the container")
        }
    }

    /// Makes it what the container is. A terminal has one output.
    mutating func follow(tty: Bool) {
        self.tty = tty
        if tty { stderr = false }
    }
}

/// Carries one stream over one connection.
struct StreamSession: Sendable {
    let carrier: any StreamCarrier
    let stream: PodStream
    let options: PodStreamOptions

    private enum Ending { case told, gone, stopping }

    /// Until the command ends, which the client is told, or the client goes, or the daemon does, which ends the command.
    ///
    /// A client of `exec` that vanishes takes its command along. The runtimes of a cluster differ here: containerd leaves
    /// it running, where nobody sees it any more. One that is to outlive its client is sent to the background.
    func run(untilShutdown shutdown: @escaping @Sendable () async -> Void) async {
        await withTaskGroup(of: Ending.self) { group in
            group.addTask { await carryOut() ? .told : .gone }
            group.addTask {
                await carryIn()
                // The client has gone, and with it all that it could have sent. A daemon that stops ends no input.
                if options.stdin, !Task.isCancelled { stream.closeInput() }
                return .gone
            }
            group.addTask {
                await shutdown()
                return .stopping
            }
            // Whichever is first.
            let ending = await group.next()
            stream.end()
            if ending == .told, let patience = carrier.patience {
                // It has been told everything and closes the connection; if we did, with something of its own unread in
                // it, the kernel would take back what the client has not read yet.
                group.addTask {
                    try? await Task.sleep(for: patience)  // cancelled when the client was quicker
                    return .gone
                }
                _ = await group.next()
            }
            group.cancelAll()
        }
        await carrier.close()
    }

    /// False when the client has gone before it had everything.
    private func carryOut() async -> Bool {
        do {
            try await carrier.begin()
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    try await copy(stream.nextOutput, to: options.stdout ? StreamChannel.output : nil)
                }
                group.addTask {
                    try await copy(stream.nextErrors, to: options.stderr ? StreamChannel.errors : nil)
                }
                try await group.waitForAll()
            }
            try await carrier.finish(await stream.wait())
            return true
        } catch {
            // The client is gone, which ends everything.
            return false
        }
    }

    /// What the client does not want to see is read all the same, so that nobody waits for it.
    private func copy(_ next: @Sendable () async -> [UInt8]?, to channel: UInt8?) async throws {
        while let bytes = await next() {
            if let channel { try await carrier.send(bytes, on: channel) }
        }
    }

    private func carryIn() async {
        while let message = await carrier.next() {
            switch message {
            case .input(let bytes): if options.stdin { await stream.write(bytes) }
            case .endOfInput: stream.closeInput()
            case .size(let size): if options.tty { stream.resize(size) }
            }
        }
    }
}
