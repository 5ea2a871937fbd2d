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

    /// What somebody else's program writes. Who only looks on ends nothing by going.
    public init(
        watching output: @escaping @Sendable () async -> [UInt8]?, errors: @escaping @Sendable () async -> [UInt8]?
    ) {
        self.init(
            nextOutput: output, nextErrors: errors, write: { _ in }, closeInput: {}, resize: { _ in },
            wait: {
                var success = Status(code: 200, reason: "", message: "")
                (success.reason, success.message, success.code) = (nil, nil, nil)
                return success
            }, end: {})
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
}

/// Carries one stream over one connection.
struct StreamSession: Sendable {
    let connection: UpgradedConnection
    let version: StreamProtocol
    let stream: PodStream
    let options: PodStreamOptions

    /// Until the command ends, which the client is told, or the client goes, or the daemon does, which ends the command.
    ///
    /// A client that vanishes takes its command along. The runtimes of a cluster differ here: containerd leaves it
    /// running, where nobody sees it any more. One that is to outlive its client is sent to the background.
    func run(untilShutdown shutdown: @escaping @Sendable () async -> Void) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await carryOut() }
            group.addTask { await connection.listen(take) }
            group.addTask { await shutdown() }
            // Whichever is first.
            await group.next()
            stream.end()
            group.cancelAll()
        }
        await connection.close()
    }

    private func carryOut() async {
        do {
            // Upstream's sign that the connection stands: an empty message on the lowest channel to the client.
            try await send(
                [],
                on: options.stdout ? StreamChannel.output : options.stderr ? StreamChannel.errors : StreamChannel.result
            )
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    try await copy(stream.nextOutput, to: options.stdout ? StreamChannel.output : nil)
                }
                group.addTask {
                    try await copy(stream.nextErrors, to: options.stderr ? StreamChannel.errors : nil)
                }
                try await group.waitForAll()
            }
            if let result = try version.result(await stream.wait()) {
                try await send(result, on: StreamChannel.result)
            }
            try await connection.sendClose()
        } catch {
            // The client is gone, which ends everything.
        }
    }

    /// What the client does not want to see is read all the same, so that nobody waits for it.
    private func copy(_ next: @Sendable () async -> [UInt8]?, to channel: UInt8?) async throws {
        while let bytes = await next() {
            if let channel { try await send(bytes, on: channel) }
        }
    }

    private func send(_ bytes: [UInt8], on channel: UInt8) async throws {
        try await connection.send(version.frame(bytes, on: channel))
    }

    private func take(_ message: [UInt8]) async {
        guard let (channel, bytes) = version.message(message) else { return }
        switch channel {
        case StreamChannel.input where options.stdin && !bytes.isEmpty: await stream.write(bytes)
        case StreamChannel.size where options.tty:
            // What is no size changes none.
            if let size = try? KubeJSON.decode(TerminalSize.self, from: bytes) { stream.resize(size) }
        case StreamChannel.close where version == .v5 && bytes == [StreamChannel.input]: stream.closeInput()
        default: break
        }
    }
}
