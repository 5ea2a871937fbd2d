import Foundation
import Linux
import TestSupport
import Testing

@testable import Containers

extension KernelTests {
    /// Containers with something to be done before they are asked to stop.
    @Suite(.serialized) struct Hooks {
        private static let slow = Double(Project.slowness)
        private static let obedient = "trap 'exit 0' TERM; echo ready; while :; do sleep 0.05; done"

        private func pod(_ scope: PodScope, _ uid: String, grace: Double = 20) -> PodPlan {
            var plan = scope.pod(uid, ["sh", "-c", Self.obedient]) { $0.hasLastHook = true }
            plan.grace = .milliseconds(Int(grace * 1000 * Self.slow))
            return plan
        }

        /// Until it has set its trap.
        private func isReady(_ scope: PodScope, _ uid: String) async throws {
            try await eventually("the container is ready", within: .seconds(10 * Project.slowness)) {
                ((try? LogEntry.read(scope.logPath(uid))) ?? []).contains { $0.text == "ready" }
            }
        }

        @Test func `the daemon's word is waited for`() async throws {
            try await PodScope.with { scope in
                let running = try await scope.host.launch(pod(scope, "word"))
                try await isReady(scope, "word")
                running.terminate(grace: .seconds(20 * Project.slowness))
                try await Task.sleep(for: .milliseconds(400))
                let told = Date()
                running.lastHookEnded(container: "main", attempt: 0)
                let exit = try #require(await scope.finish(running).exit)
                #expect(exit.exitCode == 0)
                #expect(exit.cause == .terminated)
                #expect(exit.finishedAt >= told)
            }
        }

        @Test func `and has two seconds of its own when the hook took all of the time`() async throws {
            try await PodScope.with { scope in
                let running = try await scope.host.launch(pod(scope, "long"))
                try await isReady(scope, "long")
                running.stop(container: "main", attempt: 0, grace: .milliseconds(200))
                try await Task.sleep(for: .milliseconds(400))
                running.lastHookEnded(container: "main", attempt: 0)
                let exit = try #require(await scope.finish(running).exit)
                #expect(exit.exitCode == 0)
            }
        }

        @Test func `a word that never comes costs two seconds`() async throws {
            try await PodScope.with { scope in
                let running = try await scope.host.launch(pod(scope, "silent"))
                try await isReady(scope, "silent")
                let told = Date()
                running.terminate(grace: .milliseconds(500))
                let exit = try #require(await scope.finish(running).exit)
                #expect(exit.exitCode == 137)
                let took = exit.finishedAt.timeIntervalSince(told)
                #expect(took >= 2.4 && took < 3.5 + Self.slow / 2)
            }
        }

        @Test func `at the deadline nothing outlives the grace period, whatever the hook does`() async throws {
            try await PodScope.with { scope in
                var plan = pod(scope, "deadline", grace: 0.5)
                plan.deadline = .milliseconds(500 * Project.slowness)
                let running = try await scope.host.launch(plan)
                var reached: Date?
                for await event in running.events {
                    if case .deadlineReached(let at) = event { reached = at }
                    guard case .exited(let exit) = event else { continue }
                    #expect(exit.exitCode == 137)
                    #expect(exit.cause == .deadline)
                    let took = exit.finishedAt.timeIntervalSince(try #require(reached))
                    #expect(took >= 0.45 * Self.slow && took < 1.5 * Self.slow)
                    break
                }
            }
        }

        @Test func `with nobody there to run the hook, the container is asked at once`() async throws {
            try await PodScope.with { scope in
                var host: ContainerHost? = try PodScope.makeHost(scope.directory)
                var plan = pod(scope, "alone")
                plan.deadline = .milliseconds(1000 * Project.slowness)
                var running: RunningPod? = try await host?.launch(plan)
                try await isReady(scope, "alone")
                _ = running
                running = nil
                host = nil
                // Nobody is connected when the deadline comes.
                try await Task.sleep(for: .milliseconds(1500 * Project.slowness))
                let adopted = try #require(try await scope.host.adopt(uid: "alone"))
                let exit = try #require(await scope.finish(adopted).exit)
                #expect(exit.exitCode == 0)
                #expect(exit.cause == .deadline)
            }
        }

        @Test func `nor is anybody waited for who goes away`() async throws {
            try await PodScope.with { scope in
                var host: ContainerHost? = try PodScope.makeHost(scope.directory)
                var running: RunningPod? = try await host?.launch(pod(scope, "left"))
                try await isReady(scope, "left")
                let told = Date()
                running?.terminate(grace: .seconds(20 * Project.slowness))
                try await Task.sleep(for: .milliseconds(300))
                running = nil
                host = nil
                try await Task.sleep(for: .milliseconds(500 * Project.slowness))
                let adopted = try #require(try await scope.host.adopt(uid: "left"))
                let exit = try #require(await scope.finish(adopted).exit)
                #expect(exit.exitCode == 0)
                #expect(exit.finishedAt.timeIntervalSince(told) >= 0.25)
            }
        }
    }

    /// Connections into a pod.
    @Suite(.serialized) struct Connecting {
        private static let greeter = "busybox nc -ll -p 7171 -e /bin/echo hello"

        /// What whoever listens there says; waits until somebody does.
        private func greeting(_ host: ContainerHost, _ uid: String) async throws -> String {
            var connection: PodConnection?
            try await eventually("somebody listens", within: .seconds(10 * Project.slowness)) {
                connection = try? await host.connect(uid: uid, container: "main", host: "127.0.0.1", port: 7171)
                return connection != nil
            }
            let socket = OwnedDescriptor(owning: try #require(connection?.take()))
            var text: [UInt8] = []
            var buffer = [UInt8](repeating: 0, count: 64)
            while true {
                switch try buffer.withUnsafeMutableBytes({ try socket.read(into: $0) }) {
                case nil: try await Task.sleep(for: .milliseconds(10))
                case 0?: return String(decoding: text, as: UTF8.self)
                case let count?: text += buffer[..<count]
                }
            }
        }

        private func isAnswered(onHost port: UInt16) async -> Bool {
            do {
                guard let address = NetworkAddress(literal: "127.0.0.1", port: port) else { return false }
                let socket = try Sockets.beginConnecting(to: address)
                try await Task.sleep(for: .milliseconds(50))
                return try Sockets.isConnected(socket.raw)
            } catch { return false }
        }

        /// Numbers of the network namespaces of this program's threads.
        private func namespaces() throws -> Set<String> {
            let tasks = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/task")
            return Set(
                tasks.compactMap {
                    try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/task/\($0)/ns/net")
                })
        }

        @Test func `a connection is made in the container's network, and no thread stays there`() async throws {
            try await PodScope.with { scope in
                let running = try await scope.host.launch(scope.pod("net", ["sh", "-c", Self.greeter]))
                let before = try namespaces()
                #expect(before.count == 1)
                #expect(try await greeting(scope.host, "net") == "hello\n")
                #expect(try namespaces() == before)
                // On the host nobody listens there.
                #expect(await !isAnswered(onHost: 7171))
                running.kill()
                _ = await scope.finish(running)
            }
        }

        @Test func `what listens on the host is out of reach, unless the pod has the host's network`() async throws {
            try await PodScope.with { scope in
                let own = try await scope.host.launch(scope.pod("own", ["sleep", "100"]))
                var plan = scope.pod("shared", ["sh", "-c", Self.greeter])
                plan.hostNetwork = true
                let shared = try await scope.host.launch(plan)
                #expect(try await greeting(scope.host, "shared") == "hello\n")
                let failures: [(host: String, failure: ConnectFailure)] = [
                    ("127.0.0.1", ConnectFailure.refused("connection refused")),
                    ("192.0.2.1", .refused("network is unreachable")), ("", .unknownHost("")),
                ]
                for (host, failure) in failures {
                    await #expect(throws: failure) {
                        _ = try await scope.host.connect(uid: "own", container: "main", host: host, port: 7171)
                    }
                }
                await #expect(throws: ConnectFailure.notRunning) {
                    _ = try await scope.host.connect(uid: "own", container: "other", host: "127.0.0.1", port: 7171)
                }
                for running in [own, shared] {
                    running.kill()
                    _ = await scope.finish(running)
                }
                await #expect(throws: ConnectFailure.notRunning) {
                    _ = try await scope.host.connect(uid: "own", container: "main", host: "127.0.0.1", port: 7171)
                }
            }
        }
    }
}

/// Looks again until it is so.
private func eventually(
    _ what: String, within limit: Duration, _ isSo: () async throws -> Bool
) async throws {
    let clock = ContinuousClock()
    let end = clock.now + limit
    while try await !isSo() {
        try #require(clock.now < end, "not within \(limit): \(what)")
        try await Task.sleep(for: .milliseconds(20))
    }
}
