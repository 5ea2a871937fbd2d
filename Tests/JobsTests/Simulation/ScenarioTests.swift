import Foundation
import Kube
import Testing

@testable import Jobs

/// Stories of Jobs, told by the simulator's clock.
@Suite struct ScenarioTests {
    /// Runs to the end, with every rule checked.
    private func run(
        _ job: Job, _ script: PodScript, _ prepare: (inout JobSimulator) -> Void = { _ in }
    ) -> JobSimulator {
        var s = JobSimulator(job, script: script, at: noon)
        prepare(&s)
        if let rule = s.runChecked() { Issue.record("broken: \(rule)\n\(s.story)") }
        return s
    }

    private func seconds(_ s: JobSimulator) -> TimeInterval? { s.finishedAt?.timeIntervalSince(noon) }

    @Test func `a story reads like this`() {
        let s = run(makeJob(startedAt: nil), .each(.fails(3, after: 5), then: .succeeds(after: 2)))
        #expect(
            s.story == """
                00:00:00 pi-1 is created
                00:00:00 pi-1 starts
                00:00:05 pi-1 fails (exit code 3)
                00:00:15 pi-2 is created
                00:00:15 pi-2 starts
                00:00:17 pi-2 succeeds
                00:00:17 SuccessCriteriaMet: CompletionsReached
                00:00:17 Complete: CompletionsReached
                00:00:17 Finished: CompletionsReached
                """)
    }

    @Test func `three failures and a restart of the daemon, then success`() {
        var s = JobSimulator(
            makeJob(startedAt: nil),
            script: .each(.fails(after: 5), .fails(after: 0), .fails(after: 0), then: .succeeds()), at: noon)
        s.schedule(.restart, after: 50)
        s.run(for: 14.5)
        #expect(s.attempts.count == 1 && s.lookAgainAt == moment(15).date)
        s.run(for: 34.5)
        #expect(s.attempts.count == 2 && s.lookAgainAt == moment(35).date)
        s.run(for: 50)
        #expect(s.attempts.count == 3 && s.lookAgainAt == moment(75).date)
        #expect(s.runChecked() == nil)
        #expect(seconds(s) == 76 && s.conditions == ["SuccessCriteriaMet", "Complete", "Finished"])
        #expect(s.job.status?.failed == 3 && s.job.status?.succeeded == 1 && s.job.status?.active == nil)
        #expect(s.told.map(\.reason) == ["Completed"] && s.lookAgainAt == nil)
    }

    @Test func `ten hours of back-off`() {
        let start = ContinuousClock.now
        let s = run(makeJob(backoffLimit: 64, startedAt: nil), .always(.fails()))
        // 10 + 20 + … + 320, then 58 times 600 s, and 65 s of running.
        #expect(seconds(s) == 35_495)
        #expect(
            s.attempts.count == 65 && s.job.status?.failed == 65
                && s.conditions == ["FailureTarget", "Failed", "Finished"])
        #expect(s.looks <= 4 * s.attempts.count)
        #expect(ContinuousClock.now - start < .seconds(1))
    }

    @Test func `a back-off of one's own`() {
        let job = makeJob(backoffLimit: 3, startedAt: nil) {
            $0.metadata.annotations = [StintAnnotation.backoff: "base=1s,factor=3,max=5s"]
        }
        // Four pods of a second each; 1, 3 and 5 s between them.
        #expect(seconds(run(job, .always(.fails()))) == 13)
    }

    @Test func `backoffLimit 2 gives 3 pods`() {
        let s = run(makeJob(backoffLimit: 2, startedAt: nil), .always(.fails()))
        #expect(s.attempts.count == 3 && s.job.status?.failed == 3)
        #expect(s.job.status?.condition("Failed")?.reason == "BackoffLimitExceeded")
    }

    @Test func `the deadline ends the pods, and Failed waits for the last of them`() {
        let script = PodScript { _, attempt in
            if attempt == 1 { return .succeeds(after: 10) }
            var slow = PodOutcome.runsForever
            slow.stopsAfter = attempt == 2 ? 3 : 7
            return slow
        }
        var s = JobSimulator(
            makeJob(parallelism: 2, completions: 4, deadline: 20, startedAt: nil), script: script, at: noon)
        s.schedule(.restart, after: 25)
        s.run(for: 20)
        #expect(s.conditions == ["FailureTarget"] && s.job.status?.terminating == 2)
        s.run(for: 24)
        #expect(s.conditions == ["FailureTarget"] && s.job.status?.terminating == 1)
        #expect(s.runChecked() == nil)
        #expect(seconds(s) == 27 && s.conditions == ["FailureTarget", "Failed", "Finished"])
        #expect(s.job.status?.failed == 2 && s.job.status?.succeeded == 1)
        #expect(s.told.map(\.reason) == ["DeadlineExceeded"])
    }

    @Test func `a pod that ignores SIGTERM is killed after its grace period`() {
        var deaf = PodOutcome.runsForever
        deaf.stopsAfter = 1000
        let s = run(makeJob(deadline: 20, startedAt: nil), .always(deaf))
        #expect(seconds(s) == 50 && s.attempts[0].exitCode == 137)
    }

    @Test func `suspended and resumed: nothing is counted, and the start time is new`() {
        let s = run(
            makeJob(parallelism: 2, completions: 2, backoffLimit: 0, deadline: 60, startedAt: nil),
            .always(.succeeds(after: 55))
        ) {
            $0.schedule(.patch { $0.suspend = true }, after: 50)
            $0.schedule(.restart, after: 60)
            $0.schedule(.patch { $0.suspend = false }, after: 1000)
        }
        #expect(s.told.map(\.reason) == ["Suspended", "Resumed", "Completed"])
        #expect(s.attempts.map(\.fate) == [.dropped, .dropped, .succeeded, .succeeded])
        #expect(s.job.status?.startTime == moment(1000) && seconds(s) == 1055 && s.job.status?.failed == nil)
    }

    @Test func `parallelism is raised and lowered`() {
        var s = JobSimulator(
            makeJob(parallelism: 2, completions: 8, startedAt: nil), script: .always(.succeeds(after: 100)), at: noon)
        s.schedule(.patch { $0.parallelism = 5 }, after: 10)
        s.schedule(.patch { $0.parallelism = 1 }, after: 20)
        s.run(for: 10)
        #expect(s.job.status?.active == 5)
        s.run(for: 20)
        #expect(s.job.status?.active == 1 && s.count(.dropped) == 4)
        #expect(s.runChecked() == nil)
        #expect(seconds(s) == 800 && s.job.status?.succeeded == 8 && s.job.status?.failed == nil)
    }

    @Test func `one index fails for good, the others go on`() {
        let job = makeJob(parallelism: 2, completions: 4, startedAt: nil) {
            indexed(&$0)
            $0.spec.backoffLimit = nil
            $0.spec.backoffLimitPerIndex = 1
        }
        let s = run(job, PodScript { index, _ in index == 1 ? .fails() : .succeeds() })
        #expect(s.job.status?.failedIndexes == "1" && s.job.status?.completedIndexes == "0,2,3")
        #expect(s.attempts.count { $0.index == 1 } == 2 && s.job.status?.failed == 2)
        #expect(s.job.status?.condition("Failed")?.reason == "FailedIndexes")
    }

    @Test func `a work queue ends with its last worker`() {
        let s = run(
            makeJob(parallelism: 3, completions: nil, startedAt: nil),
            PodScript { _, attempt in attempt == 2 ? .fails(after: 20) : .succeeds(after: 10 * Double(attempt)) })
        #expect(s.job.status?.succeeded == 2 && s.job.status?.failed == 1 && seconds(s) == 30 && s.attempts.count == 3)
    }

    @Test(arguments: ["TerminatingOrFailed", "Failed"])
    func `a pod that a user deletes has failed once`(_ policy: String) {
        var outcome = PodOutcome.succeeds(after: 60)
        outcome.stopsAfter = 5
        let job = makeJob(startedAt: nil) { $0.spec.podReplacementPolicy = policy }
        let s = run(job, .always(outcome)) { $0.schedule(.deletePod(0), after: 30) }
        #expect(s.attempts.map(\.fate) == [.failed, .succeeded] && s.job.status?.failed == 1)
    }

    @Test func `an elastic Job shrinks and grows`() {
        let job = makeJob(parallelism: 4, completions: 4, startedAt: nil, indexed)
        let s = run(job, .always(.succeeds(after: 10))) {
            $0.schedule(.patch { ($0.parallelism, $0.completions) = (2, 2) }, after: 3)
            $0.schedule(.patch { ($0.parallelism, $0.completions) = (3, 3) }, after: 6)
        }
        #expect(s.job.status?.completedIndexes == "0-2" && s.job.status?.failed == nil && seconds(s) == 16)
    }

    @Test func `more memory after an OOM kill`() {
        let job = makeJob(backoffLimit: 0, startedAt: nil) {
            $0.metadata.annotations = [StintAnnotation.oomRetry: "factor=2,attempts=2"]
            var needs = ResourceRequirements()
            needs.limits = ["memory": Quantity(bytes: 1 << 20)]
            $0.spec.template.spec.containers[0].resources = needs
        }
        let s = run(job, .each(PodOutcome(end: .outOfMemory), then: .succeeds()))
        #expect(s.attempts.map(\.fate) == [.retriedWithMemory, .succeeded] && s.job.status?.failed == nil)
        #expect(s.job.metadata.annotations?[StintAnnotation.oomRetries] == "1")
    }

    @Test func `a deleted Job goes when its pods are gone`() {
        let s = run(makeJob(parallelism: 2, completions: 2, startedAt: nil), .always(.runsForever)) {
            $0.schedule(.deleteJob, after: 10)
        }
        #expect(s.isGone && s.pods.isEmpty)
    }

    @Test func `restarts and crashes everywhere change nothing`() {
        let job = makeJob(parallelism: 3, completions: 6, backoffLimit: 9, startedAt: nil, indexed)
        let script = PodScript { index, attempt in
            attempt == 1 && index! % 2 == 0 ? .fails(after: 7) : .succeeds(after: 11)
        }
        let calm = run(job, script)
        for start in 0..<8 {
            let wild = run(job, script) {
                for time in stride(from: start, to: 200, by: 3) {
                    $0.schedule(time % 2 == 0 ? .restart : .crash, after: TimeInterval(time))
                }
            }
            #expect(wild.job.status == calm.job.status && wild.attempts.count == calm.attempts.count)
        }
    }

    @Test func `ten thousand indexes, fifty at a time`() {
        let start = ContinuousClock.now
        var s = JobSimulator(
            makeJob(parallelism: 50, completions: 10_000, startedAt: nil, indexed), script: .always(.succeeds()),
            at: noon)
        s.run()
        #expect(seconds(s) == 200 && s.job.status?.completedIndexes == "0-9999" && s.attempts.count == 10_000)
        #expect(s.looks <= 3 * 200 + 2 && s.podsLookedAt <= 50 * s.looks)
        #expect(ContinuousClock.now - start < .seconds(20))
    }

    @Test(arguments: [50, 1_000])
    func `ten thousand indexes of which every second fails for good`(_ parallelism: Int) {
        let start = ContinuousClock.now
        let job = makeJob(parallelism: parallelism, completions: parallelism == 50 ? 2_500 : 10_000, startedAt: nil) {
            indexed(&$0)
            $0.spec.backoffLimit = nil
            $0.spec.backoffLimitPerIndex = 0
        }
        var s = JobSimulator(
            job, script: PodScript { index, _ in index! % 2 == 0 ? .succeeds(after: 100) : .fails(after: 100) },
            at: noon)
        s.run()
        let half = job.spec.completions! / 2
        #expect(s.job.status?.succeeded == half && s.job.status?.failed == half && s.attempts.count == 2 * half)
        #expect(s.conditions == ["FailureTarget", "Failed", "Finished"])
        #expect(s.podsLookedAt <= parallelism * s.looks)
        #expect(ContinuousClock.now - start < .seconds(30))
    }

    /// Adoption is a decision of its own, after which another look is due at once.
    @Test func `a Job that finds a pod of its own starts at once`() {
        var s = JobSimulator(
            makeJob(parallelism: 2, completions: 2, startedAt: nil), script: .always(.succeeds()), at: noon)
        s.schedule(.orphan, after: 0)
        s.run(for: 1)
        #expect(s.job.status?.startTime != nil)
        s.run()
        #expect(s.conditions.contains("Complete"))
    }
}
