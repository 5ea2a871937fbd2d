import Foundation
import Linux
import TestSupport
import Testing

@testable import Containers

extension KernelTests {
    /// Starts that fail, stops, deadlines, limits, and a daemon that comes and goes.
    @Suite(.serialized) struct Life {
        struct Failing: Sendable {
            var arguments: [String]
            var kind: StartFailure.Kind
            var message: String
            init(_ arguments: [String], _ kind: StartFailure.Kind, _ message: String) {
                self.arguments = arguments
                self.kind = kind
                self.message = message
            }
        }

        @Test(arguments: [
            Failing(["nosuch"], .commandNotFound, #"exec: "nosuch": executable file not found in $PATH"#),
            Failing(["/no/such"], .commandNotFound, #"exec: "/no/such": stat /no/such: no such file or directory"#),
            Failing(["/etc/passwd"], .commandNotExecutable, #"exec: "/etc/passwd": permission denied"#),
            Failing(["/etc"], .commandNotExecutable, #"exec: "/etc": permission denied"#),
            Failing(["a\u{1b}[31m\n"], .commandNotFound, #"exec: "a\x1b[31m\x0a": executable file not found in $PATH"#),
        ])
        func `a command that cannot be run is told in runc's words`(_ row: Failing) async throws {
            try await PodScope.with { scope in
                let outcome = try await scope.run(row.arguments)
                #expect(outcome.exit == nil)
                #expect(outcome.failure == StartFailure(kind: row.kind, message: row.message))
            }
        }

        @Test func `a user the image does not know is told`() async throws {
            try await PodScope.with { scope in
                let outcome = try await scope.run(["true"]) { $0.user = UserSpec(image: "mallory") }
                #expect(outcome.failure?.message == "unable to find user mallory: no matching entries in passwd file")
                let group = try await scope.run(["true"]) { $0.user = UserSpec(image: "alice:nogroup") }
                #expect(group.failure?.message == "unable to find group nogroup: no matching entries in group file")
            }
        }

        @Test func `a layer that is not there is told, and nothing is left`() async throws {
            try await PodScope.with { scope in
                let outcome = try await scope.run(["true"]) { $0.layers = ["/nonexistent/layer"] }
                let message = try #require(outcome.failure?.message)
                #expect(message.hasPrefix("mount the root file system of 1 layers: no such file or directory"))
                #expect(scope.host.knownPods() == [])
            }
        }

        @Test func `a stop signal is heard, and told as ours`() async throws {
            try await PodScope.with { scope in
                let running = try await scope.host.launch(
                    scope.pod(
                        "stop", ["sh", "-c", "trap 'echo bye; exit 7' TERM; echo up; while :; do sleep 0.01; done"]))
                try await waitForOutput(scope.logPath("stop"))
                running.terminate(grace: .seconds(20))
                let outcome = await scope.finish(running)
                #expect(outcome.exit?.exitCode == 7)
                #expect(outcome.exit?.cause == .terminated)
                #expect(try outcome.output() == "up\nbye\n")
            }
        }

        @Test func `who does not listen is killed after the grace period`() async throws {
            try await PodScope.with { scope in
                let running = try await scope.host.launch(scope.pod("deaf", ["sleep", "1000"]))
                let begin = ContinuousClock.now
                running.terminate(grace: .milliseconds(300))
                let outcome = await scope.finish(running)
                let took = ContinuousClock.now - begin
                #expect(outcome.exit?.exitCode == 137)
                #expect(outcome.exit?.signal == 9)
                #expect(outcome.exit?.cause == .terminated)
                #expect(took >= .milliseconds(290) && took < .seconds(2))
            }
        }

        @Test func `a deadline ends a pod and says so`() async throws {
            try await PodScope.with { scope in
                let outcome = try await scope.run(["sleep", "1000"], pod: { $0.deadline = .milliseconds(300) })
                #expect(outcome.exit?.cause == .deadline)
                #expect(outcome.exit?.exitCode == 137)
                #expect(outcome.events.contains { if case .deadlineReached = $0 { true } else { false } })
            }
        }

        @Test func `after the deadline nothing is started any more`() async throws {
            try await PodScope.with { scope in
                var plan = scope.pod("late", ["true"])
                plan.deadline = .milliseconds(300)
                let running = try await scope.host.launch(plan)
                var failure: StartFailure?
                for await event in running.events {
                    if case .deadlineReached = event {
                        try await running.start(scope.container("late", ["true"]) { $0.attempt = 1 })
                    }
                    if case .failedToStart(_, 1, _, let found) = event {
                        failure = found
                        break
                    }
                }
                #expect(failure?.message == "the pod's deadline has passed")
            }
        }

        @Test func `a deadline can be moved`() async throws {
            try await PodScope.with { scope in
                var plan = scope.pod("later", ["sleep", "1000"])
                plan.deadline = .seconds(600)
                let running = try await scope.host.launch(plan)
                running.setDeadline(.milliseconds(100))
                #expect(await scope.finish(running).exit?.cause == .deadline)
            }
        }

        @Test func `a fork bomb ends at its deadline while no daemon is there`() async throws {
            try await PodScope.with { scope in
                var plan = scope.pod("bomb", ["probe", "bomb"]) { $0.limits.pids = 1000 }
                plan.limits.pids = 1000
                plan.deadline = .seconds(1)
                var host: ContainerHost? = try PodScope.makeHost(scope.directory)
                var running: RunningPod? = try await host?.launch(plan)
                let launched = Date()
                let group = try #require(host?.cgroups.pod(uid: "bomb"))
                _ = running
                running = nil
                host = nil
                try await Task.sleep(for: .milliseconds(700))
                #expect(try processes(group) > 100)
                try await Task.sleep(for: .milliseconds(900 * Project.slowness))
                #expect(try processes(group) == 0)

                let adopted = try #require(try await scope.host.adopt(uid: "bomb"))
                let outcome = await scope.finish(adopted)
                let exit = try #require(outcome.exit)
                #expect(exit.cause == .deadline)
                #expect(exit.exitCode == 137)
                // One second, and 200 ms of grace.
                let overshoot = exit.finishedAt.timeIntervalSince(launched) - 1.2
                #expect(overshoot < 0.5 * Double(Project.slowness), "late by \(overshoot) s")
            }
        }

        private func processes(_ group: PodCgroup) throws -> Int {
            try Files.readText(group.path + "/main/cgroup.procs").split(separator: "\n").count
        }

        @Test func `a container that eats too much is killed for it`() async throws {
            try await PodScope.with { scope in
                let outcome = try await scope.run(["probe", "eat", "200"]) { $0.limits.memoryLimitBytes = 32 << 20 }
                let exit = try #require(outcome.exit)
                #expect(exit.exitCode == 137)
                #expect(exit.cause == .oom)
                #expect(exit.usage.oomKills ?? 0 > 0)
            }
        }

        @Test func `so is the whole container when only a child of it did`() async throws {
            try await PodScope.with { scope in
                let outcome = try await scope.run(["sh", "-c", "probe eat 200; sleep 5; echo survived"]) {
                    $0.limits.memoryLimitBytes = 32 << 20
                }
                let exit = try #require(outcome.exit)
                #expect(exit.exitCode == 137)
                #expect(exit.cause == .oom)
                #expect(exit.finishedAt.timeIntervalSince(exit.startedAt) < 4)
            }
        }

        @Test func `a restarted daemon finds a running container, its log and its exit code`() async throws {
            try await PodScope.with { scope in
                var host: ContainerHost? = try PodScope.makeHost(scope.directory)
                var running: RunningPod? = try await host?.launch(
                    scope.pod("adopt", ["sh", "-c", "echo one; sleep 0.6; echo two; exit 42"]))
                _ = running
                try await waitForOutput(scope.logPath("adopt"))
                running = nil
                host = nil
                let adopted = try #require(try await scope.host.adopt(uid: "adopt"))
                let outcome = await scope.finish(adopted)
                #expect(outcome.exit?.exitCode == 42)
                // As whom it runs, that it runs, and its end: each once.
                #expect(outcome.events.count == 3)
                #expect(try outcome.output() == "one\ntwo\n")
                adopted.release()
            }
        }

        @Test func `one that ended meanwhile left its record`() async throws {
            try await PodScope.with { scope in
                var host: ContainerHost? = try PodScope.makeHost(scope.directory)
                var running: RunningPod? = try await host?.launch(scope.pod("gone", ["sh", "-c", "sleep 0.1; exit 5"]))
                _ = running
                running = nil
                host = nil
                try await Task.sleep(for: .milliseconds(500))
                // Told as often as asked: nothing is used up by reading it.
                for _ in 0..<2 {
                    let adopted = try #require(try await scope.host.adopt(uid: "gone"))
                    let outcome = await scope.finish(adopted)
                    #expect(outcome.exit?.exitCode == 5)
                    #expect(outcome.exit?.usage.peakMemoryBytes ?? 0 > 0)
                }
            }
        }

        @Test func `a supervisor that is killed takes its container along and is told as lost`() async throws {
            try await PodScope.with { scope in
                let running = try await scope.host.launch(scope.pod("lost", ["sleep", "1000"]))
                var iterator = running.events.makeAsyncIterator()
                _ = await iterator.next()  // as whom it runs
                guard case .started(_, _, _, let pid)? = await iterator.next() else {
                    Issue.record("not started")
                    return
                }
                let supervisor = try #require(parent(of: pid))
                Glibc.kill(supervisor, SIGKILL)
                guard case .lost? = await iterator.next() else {
                    Issue.record("not told as lost")
                    return
                }
                try await Task.sleep(for: .milliseconds(200))
                #expect(!Files.exists("/proc/\(pid)/cwd"))
                let again = try #require(try await scope.host.adopt(uid: "lost"))
                #expect(await scope.finish(again).lost)
            }
        }

        private func parent(of pid: Int32) -> Int32? {
            let status = (try? Files.readText("/proc/\(pid)/status")) ?? ""
            let line = status.split(separator: "\n").first { $0.hasPrefix("PPid:") }
            return line.flatMap { Int32($0.dropFirst(5).trimmingCharacters(in: .whitespaces)) }
        }

        @Test func `nothing is known of a pod that never was, and removing it is fine`() async throws {
            try await PodScope.with { scope in
                #expect(try await scope.host.adopt(uid: "never") == nil)
                try await scope.host.remove(uid: "never")
                try await scope.host.remove(uid: "never")
            }
        }

        @Test func `removing a running pod ends it`() async throws {
            try await PodScope.with { scope in
                let running = try await scope.host.launch(scope.pod("running", ["sh", "-c", "echo up; sleep 1000"]))
                try await waitForOutput(scope.logPath("running"))
                #expect(scope.host.knownPods() == ["running"])
                try await scope.host.remove(uid: "running")
                #expect(scope.host.knownPods() == [])
                let outcome = await scope.finish(running)
                #expect(outcome.exit?.exitCode == 137)
            }
        }

        @Test func `a pod that is removed on its way in has not started`() async throws {
            try await PodScope.with { scope in
                let running = try await scope.host.launch(scope.pod("early", ["sleep", "1000"]))
                running.kill()
                let outcome = await scope.finish(running)
                #expect(
                    outcome.exit?.signal == 9
                        || outcome.failure?.message.contains("ended before its program ran") == true)
                #expect(!outcome.lost)
            }
        }

        @Test func `a pod is launched once`() async throws {
            try await PodScope.with { scope in
                let first = try await scope.host.launch(scope.pod("twice", ["sh", "-c", "echo up; sleep 1000"]))
                try await waitForOutput(scope.logPath("twice"))
                await #expect(throws: ContainerError.self) { try await scope.host.launch(scope.pod("twice", ["true"])) }
                first.kill()
                #expect(await scope.finish(first).exit?.signal == 9)
            }
        }

        @Test(arguments: ["../x", "", "a/b", "a b"])
        func `a uid that is no name is refused`(_ uid: String) async throws {
            try await PodScope.with { scope in
                await #expect(throws: ContainerError.self) { try await scope.host.launch(scope.pod(uid, ["true"])) }
                await #expect(throws: ContainerError.self) { try await scope.host.remove(uid: uid) }
            }
        }

        private func waitForOutput(_ path: String) async throws {
            for _ in 0..<500 {
                if let text = try? Files.readText(path), !text.isEmpty { return }
                try await Task.sleep(for: .milliseconds(10))
            }
            Issue.record("no output")
        }
    }
}
