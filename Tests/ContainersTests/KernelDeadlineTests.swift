import Foundation
import Linux
import TestSupport
import Testing

@testable import Containers

/// These tests wait for most of their time, so it is stretched no further than starting a container in the guest takes.
private let slow = min(3, Project.slowness)

extension KernelTests {
    /// The signal before the deadline, and the deadline as a container sees it. The supervisor does all of it.
    @Suite(.serialized) struct Warnings {
        /// Says `ready`, and what it is told and when; ends when it is asked to.
        private static let listener = """
            trap 'echo warned $(cat /run/stint/deadline) $(date +%s.%N)' USR1; trap 'exit 0' TERM; echo ready
            while :; do sleep 0.05; done
            """

        private func pod(
            _ scope: PodScope, _ uid: String, deadline: Duration?, lead: Duration, _ script: String = listener
        ) -> PodPlan {
            var plan = scope.pod(uid, ["sh", "-c", script])
            plan.deadline = deadline.map { $0 * slow }
            plan.deadlineWarning = DeadlineWarning(signal: 10, lead: lead * slow)
            return plan
        }

        private func warnings(_ outcome: PodScope.Outcome) -> [(at: Date, left: Duration)] {
            outcome.events.compactMap {
                guard case .deadlineWarning("main", 0, let at, 10, let left) = $0 else { return nil }
                return (at, left)
            }
        }

        private var slack: Double { 0.4 * Double(slow) }

        @Test func `the signal comes so long before the deadline, once, and the program can read what is left`()
            async throws
        {
            try await PodScope.with { scope in
                let begun = Date()
                let running = try await scope.host.launch(pod(scope, "w", deadline: .seconds(4), lead: .seconds(2)))
                let outcome = await scope.finish(running)
                let warned = warnings(outcome)
                try #require(warned.count == 1)
                let wanted = 2.0 * Double(slow)
                #expect(abs(warned[0].at.timeIntervalSince(begun) - wanted) < slack)
                #expect(warned[0].left <= .seconds(2) * slow)
                #expect(warned[0].left > (.seconds(2) - .milliseconds(400)) * slow)
                let lines = try outcome.lines()
                try #require(lines.count == 2)
                let words = lines[1].split(separator: " ")
                try #require(words.count == 3 && words[0] == "warned")
                let deadline = begun.timeIntervalSince1970 + 4 * Double(slow)
                #expect(abs(try #require(Double(words[1])) - deadline) <= 0.5 + slack)
                #expect(outcome.exit?.cause == .deadline)
                #expect(outcome.exit?.exitCode == 0)
            }
        }

        @Test func `the signal comes while no daemon is there, and the next one hears of it`() async throws {
            try await PodScope.with { scope in
                var host: ContainerHost? = try PodScope.makeHost(scope.directory)
                var running: RunningPod? = try await host?.launch(
                    pod(scope, "alone", deadline: .seconds(3), lead: .seconds(1)))
                _ = running
                running = nil
                host = nil
                try await Task.sleep(for: .milliseconds(3700 * slow))
                let adopted = try #require(try await scope.host.adopt(uid: "alone"))
                let outcome = await scope.finish(adopted)
                #expect(warnings(outcome).count == 1)
                #expect(try outcome.lines().map { $0.split(separator: " ")[0] } == ["ready", "warned"])
            }
        }

        @Test func `a deadline that moves takes its warning along, and is warned of again`() async throws {
            try await PodScope.with { scope in
                let running = try await scope.host.launch(pod(scope, "m", deadline: .seconds(100), lead: .seconds(2)))
                var outcome = PodScope.Outcome(logPath: scope.logPath("m"))
                var moves = 0
                for await event in running.events {
                    outcome.events.append(event)
                    switch event {
                    case .started:
                        running.setDeadline(.seconds(4) * slow)
                        // Told again, as by a daemon that comes back: no other deadline.
                        running.setDeadline(.seconds(4) * slow)
                    case .deadlineWarning where moves == 0:
                        moves += 1
                        running.setDeadline(.seconds(6) * slow)
                    case .exited(let exit): outcome.exit = exit
                    default: continue
                    }
                    if outcome.exit != nil { break }
                }
                let warned = warnings(outcome)
                try #require(warned.count == 2)
                let apart = warned[1].at.timeIntervalSince(warned[0].at)
                #expect(abs(apart - 4 * Double(slow)) < slack)
                let deadlines = try outcome.lines().compactMap { line -> Double? in
                    let words = line.split(separator: " ")
                    return words.count == 3 ? Double(words[1]) : nil
                }
                try #require(deadlines.count == 2)
                // The first may have been read after the file had changed.
                #expect(deadlines[1] >= deadlines[0])
                let end = try #require(outcome.exit?.finishedAt.timeIntervalSince1970)
                #expect(abs(deadlines[1] - end) <= 0.5 + slack)
            }
        }

        @Test func `the same deadline told again warns nobody twice`() async throws {
            try await PodScope.with { scope in
                let running = try await scope.host.launch(pod(scope, "t", deadline: .seconds(3), lead: .seconds(2)))
                let begun = Date()
                var outcome = PodScope.Outcome(logPath: scope.logPath("t"))
                for await event in running.events {
                    outcome.events.append(event)
                    if case .deadlineWarning = event {
                        let left = 3 * Double(slow) - Date().timeIntervalSince(begun)
                        running.setDeadline(.milliseconds(Int(left * 1000)))
                    }
                    if case .exited = event { break }
                }
                #expect(warnings(outcome).count == 1)
            }
        }

        @Test func `a lead longer than the deadline warns right after the start, and so it is after a restart`()
            async throws
        {
            try await PodScope.with { scope in
                let script = "trap 'echo warned; exit 3' USR1; while :; do sleep 0.05; done"
                let running = try await scope.host.launch(
                    pod(scope, "r", deadline: .seconds(20), lead: .seconds(60), script))
                var attempts: [Int] = []
                var codes: [Int32] = []
                for await event in running.events {
                    if case .deadlineWarning(_, let attempt, _, _, _) = event { attempts.append(attempt) }
                    guard case .exited(let exit) = event else { continue }
                    codes.append(exit.exitCode)
                    #expect(exit.finishedAt.timeIntervalSince(exit.startedAt) < 5 * Double(slow))
                    if exit.attempt == 1 { break }
                    try await running.start(scope.container("r", ["sh", "-c", script]) { $0.attempt = 1 })
                }
                #expect(attempts == [0, 1])
                #expect(codes == [3, 3])
            }
        }

        @Test func `a program without a handler does not notice, and the deadline ends it`() async throws {
            try await PodScope.with { scope in
                let running = try await scope.host.launch(
                    pod(scope, "deaf", deadline: .seconds(3), lead: .seconds(1), "while :; do sleep 0.1; done"))
                let outcome = await scope.finish(running)
                #expect(warnings(outcome).count == 1)
                #expect(outcome.exit?.cause == .deadline)
            }
        }

        @Test func `every container is warned, whoever it runs as, and none can write the deadline`() async throws {
            try await PodScope.with { scope in
                let script = "echo 5 >/run/stint/deadline || echo refused; " + Self.listener
                var plan = pod(scope, "two", deadline: .seconds(3), lead: .seconds(1), script)
                plan.containers[0].user = UserSpec(uid: 1000)
                plan.containers.append(
                    scope.container("two", ["sh", "-c", script]) {
                        $0.name = "second"
                        $0.upperDirectory += "-second"
                        $0.logPath += "-second"
                        $0.readOnlyRoot = true
                    })
                let running = try await scope.host.launch(plan)
                var warned: Set<String> = []
                var ended = 0
                for await event in running.events {
                    if case .deadlineWarning(let name, _, _, _, _) = event { warned.insert(name) }
                    if case .exited = event { ended += 1 }
                    if ended == 2 { break }
                }
                #expect(warned == ["main", "second"])
                for path in [scope.logPath("two"), scope.logPath("two") + "-second"] {
                    let texts = try LogEntry.read(path).filter { $0.stream == "stdout" }.map(\.text)
                    #expect(texts.first == "refused")
                    #expect(texts.last?.hasPrefix("warned 1") == true || texts.last?.hasPrefix("warned 2") == true)
                }
            }
        }

        @Test func `a pod that asked for nothing has no file and no signal`() async throws {
            try await PodScope.with { scope in
                let outcome = try await scope.run(
                    ["sh", "-c", "ls /run 2>&1; sleep 1000"], pod: { $0.deadline = .milliseconds(500) })
                #expect(warnings(outcome).isEmpty)
                #expect(try !outcome.output().contains("stint"))
            }
        }

        @Test func `a pod that has no deadline yet sees that, and is warned of the one it gets`() async throws {
            try await PodScope.with { scope in
                let running = try await scope.host.launch(
                    pod(scope, "none", deadline: nil, lead: .seconds(1), "cat /run/stint/deadline; " + Self.listener))
                var outcome = PodScope.Outcome(logPath: scope.logPath("none"))
                for await event in running.events {
                    outcome.events.append(event)
                    if case .started = event {
                        try await Task.sleep(for: .milliseconds(300 * slow))  // it looks first
                        running.setDeadline(.seconds(3) * slow)
                    }
                    if case .exited = event { break }
                }
                #expect(warnings(outcome).count == 1)
                #expect(try outcome.lines().first == "0000000000")
            }
        }
    }
}
