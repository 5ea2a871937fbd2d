import Foundation
import Linux
import TestSupport
import Testing

@testable import Containers

extension KernelTests {
    /// What a pod costs beside the job itself. Bounds are wide: machines are noisy, `scripts/bench` has the figures.
    @Suite(.serialized) struct Cost {
        @Test func `from launch to the exit event takes milliseconds`() async throws {
            try await PodScope.with { scope in
                var times: [Duration] = []
                for number in 0..<(Int(ProcessInfo.processInfo.environment["STINT_LAUNCHES"] ?? "") ?? 60) {
                    let plan = scope.pod("cost-\(number)", ["true"])
                    let begin = ContinuousClock.now
                    let wall = Date()
                    let running = try await scope.host.launch(plan)
                    let given = Date()
                    let outcome = await scope.finish(running)
                    times.append(ContinuousClock.now - begin)
                    let exit = try #require(outcome.exit)
                    if number % 10 == 5 {
                        func ms(_ date: Date) -> String { String(format: "%.2f", date.timeIntervalSince(wall) * 1000) }
                        print(
                            "plan \(ms(given)) started \(ms(exit.startedAt)) ended \(ms(exit.finishedAt)) told \(ms(Date())) ms"
                        )
                    }
                    #expect(exit.exitCode == 0)
                    running.release()
                    try await scope.host.remove(uid: plan.uid)
                }
                times.sort()
                print(
                    "launch to exit: median \(times[times.count / 2]), best \(times[0]), worst \(times[times.count - 1])"
                )
                #expect(times[times.count / 2] < .milliseconds(50) * Project.slowness)
            }
        }

        @Test func `a supervisor has less than a megabyte to itself`() async throws {
            try await PodScope.with { scope in
                let pods = 20
                var all: [RunningPod] = []
                for number in 0..<pods {
                    let uid = "idle-\(number)"
                    let running = try await scope.host.launch(scope.pod(uid, ["sh", "-c", "echo up; sleep 1000"]))
                    all.append(running)
                }
                var supervisors: [Int32] = []
                for running in all {
                    for await event in running.events {
                        guard case .started(_, _, _, let pid) = event else { continue }
                        supervisors.append(try #require(parent(of: pid)))
                        break
                    }
                }
                var total = 0
                for pid in supervisors {
                    let rollup = try Files.readText("/proc/\(pid)/smaps_rollup")
                    let line = try #require(rollup.split(separator: "\n").first { $0.hasPrefix("Pss:") })
                    total += try #require(Int(line.split(separator: " ")[1]))
                }
                print("proportional set size of a supervisor: \(total / pods) KiB")
                #expect(total / pods < 1024)
                for running in all { running.kill() }
            }
        }

        private func parent(of pid: Int32) -> Int32? {
            let status = (try? Files.readText("/proc/\(pid)/status")) ?? ""
            let line = status.split(separator: "\n").first { $0.hasPrefix("PPid:") }
            return line.flatMap { Int32($0.dropFirst(5).trimmingCharacters(in: .whitespaces)) }
        }
    }
}
