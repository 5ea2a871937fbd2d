import Foundation
import Linux
import TestSupport
import Testing

@testable import Containers

extension KernelTests {
    /// Who is asked to stop when, by a supervisor alone.
    @Suite(.serialized) struct Stopping {
        private static let patient = "trap 'exit 0' TERM; echo ready; while :; do sleep 0.05; done"

        /// A pod of several containers, each with its script.
        private func pod(
            _ scope: PodScope, _ uid: String, _ scripts: [(name: String, script: String)], sidecars: [String]
        ) -> PodPlan {
            var plan = scope.pod(uid, ["true"])
            plan.containers = scripts.map { name, script in
                scope.container(uid, ["sh", "-c", script]) { container in
                    container.name = name
                    container.upperDirectory = "\(scope.directory)/state/\(uid)/\(name)"
                    container.logPath = scope.logPath("\(uid)-\(name)")
                }
            }
            plan.sidecars = sidecars
            return plan
        }

        /// Takes events until that many containers have ended.
        private func exits(_ running: RunningPod, _ count: Int, onStart: (Int) -> Void) async -> [ContainerExit] {
            var exits: [ContainerExit] = []
            var started = 0
            for await event in running.events {
                if case .started = event {
                    started += 1
                    onStart(started)
                }
                guard case .exited(let exit) = event else { continue }
                exits.append(exit)
                if exits.count == count { break }
            }
            return exits
        }

        @Test func `sidecars are asked to stop when all others have ended, the last one first`() async throws {
            try await PodScope.with { scope in
                // The main one takes its time.
                let slow = "trap 'sleep 0.3; exit 0' TERM; echo ready; while :; do sleep 0.05; done"
                let plan = pod(
                    scope, "order", [("s1", Self.patient), ("s2", Self.patient), ("main", slow)],
                    sidecars: ["s1", "s2"])
                let running = try await scope.host.launch(plan)
                let exits = await exits(running, 3) { started in
                    guard started == 3 else { return }
                    // Each has set its trap by the time it is asked.
                    Thread.sleep(forTimeInterval: 0.3 * Double(Project.slowness))
                    running.terminate(grace: .seconds(20 * Project.slowness))
                }
                #expect(exits.map(\.container) == ["main", "s2", "s1"])
                #expect(exits.map(\.exitCode) == [0, 0, 0])
                #expect(exits.map(\.cause) == [.terminated, .terminated, .terminated])
            }
        }

        @Test func `who does not stop in time is killed, sidecars too, in the one grace period of the pod`()
            async throws
        {
            try await PodScope.with { scope in
                let deaf = "trap '' TERM; while :; do sleep 0.05; done"
                let plan = pod(scope, "deaf", [("s1", Self.patient), ("main", deaf)], sidecars: ["s1"])
                let running = try await scope.host.launch(plan)
                let exits = await exits(running, 2) { started in
                    if started == 2 { running.terminate(grace: .milliseconds(500)) }
                }
                #expect(Set(exits.map(\.container)) == ["main", "s1"])
                #expect(exits.first { $0.container == "main" }?.exitCode == 137)
            }
        }

        @Test func `one container is stopped alone, and one that is deaf is killed alone`() async throws {
            try await PodScope.with { scope in
                let deaf = "trap '' TERM; while :; do sleep 0.05; done"
                let plan = pod(
                    scope, "alone", [("deaf", deaf), ("other", "sleep \(3 * Project.slowness)")], sidecars: [])
                let running = try await scope.host.launch(plan)
                let exits = await exits(running, 2) { started in
                    guard started == 2 else { return }
                    Thread.sleep(forTimeInterval: 0.3 * Double(Project.slowness))
                    running.stop(container: "deaf", attempt: 0, grace: .milliseconds(300))
                    // Neither of these is there.
                    running.stop(container: "other", attempt: 1, grace: .zero)
                    running.stop(container: "nobody", attempt: 0, grace: .zero)
                }
                #expect(exits.map(\.container) == ["deaf", "other"])
                #expect(exits.map(\.exitCode) == [137, 0])
                #expect(exits.map(\.cause) == [.terminated, .exit])
            }
        }
    }
}
