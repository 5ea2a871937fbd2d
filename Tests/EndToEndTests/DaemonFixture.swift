import Foundation
import Synchronization
import TestSupport
import Testing

/// A real `stintd` on its own directories, driven by the real `stint`.
final class DaemonFixture: Sendable {
    let scope: Scope
    /// Where it speaks TLS, as `--listen` takes it.
    let listen: String?
    /// A network namespace to run it in, and the configuration for its pods' network; nil is the host's, and none.
    let network: TestNetwork?
    private let process = Mutex<ChildProcess?>(nil)

    /// Starts a daemon that has the busybox image, hands it to `body`, and takes everything down again.
    static func run(
        listen: String? = nil, network: TestNetwork? = nil, _ body: (DaemonFixture) async throws -> Void
    ) async throws {
        try await Scope.run { scope in
            let daemon = DaemonFixture(scope, listen: listen, network: network)
            scope.cleanUp { await daemon.tearDown() }
            try await daemon.start()
            try await daemon.stint("image", "import", Project.busyboxArchive)
            do {
                try await body(daemon)
            } catch {
                print("--- the daemon said:\n\(daemon.log)")
                for kinds in ["jobs,pods", "events"] {
                    print((try? await daemon.tryStint("get", kinds).output) ?? "(it does not answer)")
                }
                throw error
            }
        }
    }

    private init(_ scope: Scope, listen: String?, network: TestNetwork?) {
        self.scope = scope
        self.listen = listen
        self.network = network
    }

    var processID: String { process.withLock { $0.map { "\($0.processID)" } } ?? "0" }
    var socketPath: String { "\(runDirectory)/stint.sock" }
    var stateDirectory: String { "\(scope.directory)/state" }
    var runDirectory: String { "\(scope.directory)/run" }
    private var logPath: String { "\(scope.directory)/stintd.log" }
    var log: String { String(decoding: FileManager.default.contents(atPath: logPath) ?? Data(), as: UTF8.self) }

    func start() async throws {
        let daemon = try ChildProcess(
            (network?.prefix ?? []) + [
                Project.program("stintd"), "--state-dir", stateDirectory, "--run-dir", runDirectory,
                "--init", Project.program("stint-init"), "--pod-pids-limit", "1000",
                "--listen", listen ?? "none", "--cni-conf-dir", network?.configurations ?? "none",
            ], output: logPath, errors: logPath)
        process.withLock { $0 = daemon }
        try await eventually("the daemon answers", within: .seconds(30)) {
            guard daemon.isRunning else { throw DaemonStopped(log: log) }
            return try await tryStint("get", "namespaces").exitCode == 0
        }
    }

    /// `kill -9`, as a crash.
    func crash() async {
        guard let daemon = process.withLock({ $0.take() }) else { return }
        daemon.send(signal: SIGKILL)
        await daemon.wait()
        await expectSoundState()
    }

    /// SIGTERM, as a service manager stops it. The exit code; nil when it did not run.
    func stop() async -> Int32? {
        guard let daemon = process.withLock({ $0.take() }) else { return nil }
        daemon.send(signal: SIGTERM)
        let exitCode = await daemon.wait()
        await expectSoundState()
        return exitCode
    }

    /// However a daemon ended: what it left on disk agrees with itself.
    private func expectSoundState() async {
        do {
            let result = try await runCommand(
                [Project.program("stintd"), "verify", "--state-dir", stateDirectory], in: scope)
            #expect(result.exitCode == 0, "\(result.output)\(result.errors)")
        } catch {
            Issue.record("the state could not be verified: \(error)")
        }
    }

    /// What it printed.
    func shell(_ script: String) async throws -> String {
        try await runCommand(["/bin/bash", "-c", script], in: scope).output
    }

    private func tearDown() async {
        if process.withLock({ $0 }) == nil { try? await start() }  // a daemon is needed to end what still runs
        _ = try? await tryStint("delete", "jobs", "--all", "-A", "--wait=false")
        _ = try? await tryStint("delete", "pods", "--all", "-A", "--grace-period=0", "--force")
        // The objects are gone; a daemon that is stopped now would leave the pods' groups to the next one.
        try? await eventually("the pods are gone", within: .seconds(5)) {
            try FileManager.default.contentsOfDirectory(atPath: "\(runDirectory)/pods").isEmpty
        }
        _ = await stop()
    }

    /// Runs `stint` and demands success.
    @discardableResult
    func stint(_ arguments: String..., input: String? = nil) async throws -> CommandResult {
        let result = try await tryStint(arguments, input: input)
        guard result.exitCode == 0 else { throw CommandFailure(command: ["stint"] + arguments, result: result) }
        return result
    }

    func tryStint(_ arguments: String..., input: String? = nil) async throws -> CommandResult {
        try await tryStint(arguments, input: input)
    }

    func tryStint(_ arguments: [String], input: String? = nil) async throws -> CommandResult {
        try await runCommand(
            [Project.program("stint")] + arguments, environment: ["STINT_SOCKET": socketPath],
            input: input, in: scope)
    }

    func apply(_ manifest: String, namespace: String = "default") async throws {
        try await stint("apply", "-n", namespace, "-f", "-", input: manifest)
    }

    /// An object as the API gives it.
    func get(_ kind: String, _ name: String, namespace: String = "default") async throws -> [String: Any] {
        try object(try await stint("get", kind, name, "-n", namespace, "-o", "json").output)
    }

    func list(_ kind: String, selector: String? = nil, namespace: String = "default") async throws -> [[String: Any]] {
        let result =
            if let selector {
                try await stint("get", kind, "-l", selector, "-n", namespace, "-o", "json")
            } else {
                try await stint("get", kind, "-n", namespace, "-o", "json")
            }
        return try object(result.output)["items"] as? [[String: Any]] ?? []
    }

    private func object(_ text: String) throws -> [String: Any] {
        try #require(JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    }
}

struct DaemonStopped: Error, CustomStringConvertible {
    let log: String
    var description: String { "the daemon stopped:\n\(log)" }
}

struct TookTooLong: Error, CustomStringConvertible {
    let what: String
    var description: String { "not in time: \(what)" }
}

/// Seconds of which six are more than a daemon takes to end, and the next one to be asked what runs.
let outlasting = min(4, Project.slowness)

/// Looks again until `condition` holds. For the edge of the system only, where nothing tells the test.
func eventually(
    _ what: String, within limit: Duration, _ condition: () async throws -> Bool
) async throws {
    let end = ContinuousClock.now + limit * Project.slowness
    while ContinuousClock.now < end {
        if try await condition() { return }
        try await Task.sleep(for: .milliseconds(50))
    }
    throw TookTooLong(what: what)
}

/// Follows a path of keys and indexes into JSON.
func value(_ object: Any?, _ path: String...) -> Any? {
    path.reduce(object) { current, key in
        if let index = Int(key) {
            guard let array = current as? [Any], array.indices.contains(index) else { return nil }
            return array[index]
        }
        return (current as? [String: Any])?[key]
    }
}
