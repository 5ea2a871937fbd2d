import Foundation
import Linux
import Logging
import Testing

@testable import Containers

/// A place for pods that a test owns: its own run and state directories, its own groups, an image with busybox and our
/// probe. Everything is taken away at the end, whether the test passes, fails or throws.
final class PodScope: Sendable {
    let directory: String
    let host: ContainerHost
    var image: String { directory + "/image" }

    static let initPath =
        ProcessInfo.processInfo.environment["STINT_INIT"]
        ?? URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "bin/stint-init").path

    /// Why these tests cannot run here; nil when they can.
    static let missing: String? = {
        if geteuid() != 0 { return "not root" }
        if !Files.isExecutable(initPath) { return "no stint-init at \(initPath)" }
        if !Files.isExecutable(busybox) { return "no static busybox at \(busybox)" }
        return nil
    }()

    static let busybox = "/bin/busybox"

    private init(_ place: String) throws {
        let name = "stint-test-" + UUID().uuidString.prefix(8).lowercased()
        directory = place.trimmingSuffix("/") + "/" + name
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        host = try Self.makeHost(directory)
        try makeImage(image)
    }

    /// Another daemon on the same directories, as after a restart.
    static func makeHost(
        _ directory: String, _ change: (inout ContainerHostConfiguration) -> Void = { _ in }
    ) throws -> ContainerHost {
        var configuration = ContainerHostConfiguration(
            runDirectory: directory + "/run", stateDirectory: directory + "/state", initPath: initPath,
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))
        change(&configuration)
        return try ContainerHost(configuration)
    }

    /// - Parameter place: where its directory is made.
    static func with<R>(
        in place: String = NSTemporaryDirectory(), _ body: (PodScope) async throws -> R
    ) async throws -> R {
        let scope = try PodScope(place)
        do {
            let result = try await body(scope)
            try await scope.clean()
            return result
        } catch {
            try? await scope.clean()
            throw error
        }
    }

    private func clean() async throws {
        for uid in host.knownPods() { try await host.remove(uid: uid) }
        try host.cgroups.removeIfEmpty()
        try FileManager.default.removeItem(atPath: directory)
    }

    /// A layer with busybox, its links, the probe, and the usual files.
    func makeImage(_ path: String) throws {
        let files = FileManager.default
        for name in ["bin", "etc", "tmp", "home/alice"] {
            try files.createDirectory(atPath: path + "/" + name, withIntermediateDirectories: true)
        }
        try files.copyItem(atPath: Self.busybox, toPath: path + "/bin/busybox")
        for name in [
            "sh", "true", "echo", "cat", "sleep", "yes", "id", "printf", "env", "head", "dd", "pwd", "ls", "kill", "ps",
            "touch", "mknod", "seq", "date", "umount",
        ] {
            try files.createSymbolicLink(atPath: path + "/bin/" + name, withDestinationPath: "busybox")
        }
        try files.copyItem(atPath: try Probe.path(), toPath: path + "/bin/probe")
        try write("root:x:0:0:root:/root:/bin/sh\nalice:x:1000:1001::/home/alice:/bin/sh\n", path + "/etc/passwd")
        try write("root:x:0:\nalice:x:1001:\nwheel:x:10:root,alice\nusers:x:100:alice\n", path + "/etc/group")
    }

    func write(_ text: String, _ path: String) throws { try Data(text.utf8).write(to: URL(filePath: path)) }

    func link(_ path: String, to target: String) throws {
        try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: target)
    }

    /// A directory outside every root that nothing may touch.
    func sentinel() throws -> String {
        let path = directory + "/sentinel"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        try write("untouched", path + "/file")
        return path
    }

    func untouched(_ sentinel: String) throws -> Bool {
        try FileManager.default.contentsOfDirectory(atPath: sentinel) == ["file"]
            && String(decoding: Files.read(sentinel + "/file"), as: UTF8.self) == "untouched"
    }

    func logPath(_ uid: String) -> String { "\(directory)/\(uid).log" }

    func container(_ uid: String, _ arguments: [String], _ change: (inout ContainerPlan) -> Void = { _ in })
        -> ContainerPlan
    {
        var plan = ContainerPlan(
            name: "main", layers: [image], upperDirectory: "\(directory)/state/\(uid)/main", arguments: arguments,
            capabilities: CapabilitySet.containerDefault.intersection(host.capabilities), logPath: logPath(uid))
        change(&plan)
        return plan
    }

    func pod(_ uid: String, _ arguments: [String], _ change: (inout ContainerPlan) -> Void = { _ in }) -> PodPlan {
        PodPlan(
            uid: uid, hostname: "pod-host", grace: .milliseconds(200), containers: [container(uid, arguments, change)])
    }

    /// Runs a pod of one container to its end.
    func run(
        _ arguments: [String], uid: String = "pod-" + UUID().uuidString.prefix(8),
        _ changeContainer: (inout ContainerPlan) -> Void = { _ in }, pod change: (inout PodPlan) -> Void = { _ in }
    ) async throws -> Outcome {
        var plan = pod(uid, arguments, changeContainer)
        change(&plan)
        let running = try await host.launch(plan)
        let outcome = await finish(running)
        running.release()
        try await host.remove(uid: uid)
        return outcome
    }

    /// Takes events until the container has started; anything else is an error.
    func waitForStart(_ running: RunningPod) async throws {
        for await event in running.events {
            switch event {
            case .runsAs: continue
            case .started: return
            default: throw NotStarted(event: "\(event)")
            }
        }
        throw NotStarted(event: "no more events")
    }

    struct NotStarted: Error { var event: String }

    /// Takes events until the container has ended.
    func finish(_ running: RunningPod) async -> Outcome {
        var outcome = Outcome(logPath: logPath(running.uid))
        for await event in running.events {
            outcome.events.append(event)
            switch event {
            case .exited(let exit): outcome.exit = exit
            case .failedToStart(_, _, _, let failure): outcome.failure = failure
            case .lost: outcome.lost = true
            case .started, .runsAs, .deadlineReached, .deadlineWarning: continue
            }
            break
        }
        return outcome
    }

    struct Outcome {
        var logPath: String
        var events: [PodRuntimeEvent] = []
        var exit: ContainerExit?
        var failure: StartFailure?
        var lost = false

        /// What the program wrote, stamps and tags taken off.
        func output(_ stream: String? = nil) throws -> String {
            var text = ""
            for entry in try entries() where stream == nil || entry.stream == stream {
                text += entry.text + (entry.tag == "F" ? "\n" : "")
            }
            return text
        }

        func lines() throws -> [String] { try output().split(separator: "\n").map(String.init) }

        func entries() throws -> [LogEntry] { try LogEntry.read(logPath) }
    }
}

struct LogEntry: Equatable {
    var stamp: String
    var stream: String
    var tag: String
    var text: String

    static func read(_ path: String) throws -> [LogEntry] {
        // By bytes: "\r\n" is one Character, and a terminal writes it.
        try Files.read(path, limit: 1 << 30).split(separator: UInt8(ascii: "\n")).map { line in
            let line = String(decoding: line, as: UTF8.self)
            let words = line.split(separator: " ", maxSplits: 3, omittingEmptySubsequences: false)
            try #require(words.count == 4, "\(line) is not in CRI format")
            return LogEntry(
                stamp: String(words[0]), stream: String(words[1]), tag: String(words[2]), text: String(words[3]))
        }
    }
}

extension String {
    func trimmingSuffix(_ suffix: String) -> String { hasSuffix(suffix) ? String(dropLast(suffix.count)) : self }
}

/// Our own program for looking at a container from the inside, compiled once by the clang that comes with Swift.
enum Probe {
    static func path() throws -> String { try compiled.get() }

    private static let location = NSTemporaryDirectory() + "/stint-probe-\(getpid())"

    private static let compiled = Result { () throws -> String in
        let source = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Probe/probe.c").path
        atexit { unlink(Probe.location) }
        let compiler = Process()
        compiler.executableURL = URL(filePath: "/usr/bin/env")
        compiler.arguments = ["clang", "-static", "-O1", source, "-o", location]
        try compiler.run()
        compiler.waitUntilExit()
        try #require(compiler.terminationStatus == 0, "clang could not compile the probe")
        return location
    }
}
