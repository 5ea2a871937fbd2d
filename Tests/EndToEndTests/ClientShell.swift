import Foundation
import TestSupport
import Testing

/// The command line under test: a kubectl, or `stint` in its place.
enum Client: Sendable, Hashable, CustomStringConvertible {
    case kubectl(Kubectl)
    case stint

    static let oldestAndNewestAndStint = Kubectl.oldestAndNewest.map(Client.kubectl) + [.stint]

    var description: String {
        switch self {
        case .kubectl(let kubectl): kubectl.description
        case .stint: "stint"
        }
    }

    var isStint: Bool { self == .stint }

    func isKubectl(before minor: Int) -> Bool {
        if case .kubectl(let kubectl) = self { kubectl.minor < minor } else { false }
    }
}

/// A shell of someone who has the client under test and a kubeconfig from `stint kubeconfig`. Lines are run as they are
/// written, with the word kubectl standing for the client.
struct ClientShell: Sendable {
    let client: Client
    let daemon: DaemonFixture
    private let environment: [String: String]

    /// Starts a daemon, which speaks TLS when the client does, and hands over a shell that reaches it.
    static func run(_ client: Client, _ body: (ClientShell) async throws -> Void) async throws {
        let listen = client.isStint ? nil : "127.0.0.1:\(try freePort())"
        try await DaemonFixture.run(listen: listen) { daemon in
            try await body(ClientShell(client, daemon))
        }
    }

    static func run(_ kubectl: Kubectl, _ body: (ClientShell) async throws -> Void) async throws {
        try await run(.kubectl(kubectl), body)
    }

    /// - Parameter kubeconfig: a file; nil is the administrator's.
    init(_ client: Client, _ daemon: DaemonFixture, kubeconfig: String? = nil) async throws {
        self.client = client
        self.daemon = daemon
        // kubectl keeps what it learned of a server below HOME: every shell begins without.
        let home = "\(daemon.scope.directory)/home-\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(atPath: home, withIntermediateDirectories: true)
        var environment = ["HOME": home, "STINT_SOCKET": daemon.socketPath]
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
        switch client {
        case .kubectl(let kubectl):
            environment["PATH"] = "\(kubectl.folder):\(path)"
            if let kubeconfig {
                environment["KUBECONFIG"] = kubeconfig
            } else {
                environment["KUBECONFIG"] = try await daemon.kubeconfig()
            }
        case .stint:
            environment["PATH"] = "\(Project.programs):\(path)"
        }
        self.environment = environment
    }

    /// The same daemon with `stint`, for what no kubectl, or not this one, can do.
    func withStint() async throws -> ClientShell { try await ClientShell(.stint, daemon) }

    /// Runs a line to its end, whatever comes of it.
    func run(_ line: String, input: String? = nil, environment more: [String: String] = [:]) async throws
        -> CommandResult
    {
        try await runCommand(
            command(line), environment: environment.merging(more) { $1 }, input: input, in: daemon.scope)
    }

    /// Runs a line that must succeed; what it printed.
    @discardableResult
    func printed(_ line: String, input: String? = nil, environment more: [String: String] = [:]) async throws -> String
    {
        let result = try await run(line, input: input, environment: more)
        guard result.exitCode == 0 else { throw CommandFailure(command: ["\(client):", line], result: result) }
        return result.output
    }

    /// Starts a line that runs on, and is stopped with the daemon at the latest.
    func start(_ line: String) throws -> RunningLine {
        let running = try RunningLine(command(line), environment: environment, in: daemon.scope)
        daemon.scope.cleanUp { await running.stop() }
        return running
    }

    private func command(_ line: String) -> [String] {
        // A client that hangs must not hang the tests.
        ["timeout", "-k", "5", "\(150 * Project.slowness)", "sh", "-c", words(line)]
    }

    private func words(_ line: String) -> String {
        client.isStint ? line.replacing(/\bkubectl\b/, with: "stint") : line
    }
}

/// A line that is still running, and what it has printed up to now.
final class RunningLine: Sendable {
    private let process: ChildProcess
    private let outputPath: String
    private let errorPath: String

    init(_ command: [String], environment: [String: String], in scope: Scope) throws {
        let path = "\(scope.directory)/\(UUID().uuidString)"
        outputPath = path + ".out"
        errorPath = path + ".err"
        process = try ChildProcess(command, environment: environment, output: outputPath, errors: errorPath)
    }

    var isRunning: Bool { process.isRunning }
    var output: String { text(outputPath) }
    var errors: String { text(errorPath) }
    var lines: [String] { output.split(separator: "\n").map(String.init) }

    /// Waits until what was printed satisfies `condition`.
    func prints(_ what: String, within limit: Duration = .seconds(30), _ condition: (String) -> Bool) async throws {
        do {
            try await eventually(what, within: limit) { condition(output) }
        } catch {
            print("--- printed up to now:\n\(output)\(errors)")
            throw error
        }
    }

    @discardableResult
    func stop() async -> CommandResult {
        process.send(signal: SIGTERM)
        return await finish()
    }

    func finish() async -> CommandResult {
        let code = await process.wait()
        return CommandResult(output: output, errors: errors, exitCode: code)
    }

    private func text(_ path: String) -> String {
        String(decoding: FileManager.default.contents(atPath: path) ?? Data(), as: UTF8.self)
    }
}

extension Trait where Self == ConditionTrait {
    /// What a client and the API make of each other, and what controllers decide, asks nothing of the kernel: the guest's
    /// one slow processor would take many minutes to say the same again.
    static var notInTheGuest: Self {
        .disabled(
            if: Project.isUserModeLinux, "asks nothing of the guest's kernel: KubectlSmokeTests and JobTests run there")
    }
}
