import Foundation
import Kube
import Testing

@testable import Jobs

/// A Job, its pods and a clock the test moves. Carries decisions out as the shell does, without a store.
struct Timeline {
    var job: Job
    var pods: [Pod] = []
    var backoff = BackoffRecord()
    var now = noon
    /// When the last decision wanted to look again, in seconds after noon.
    var lookAgain: TimeInterval?
    var told: [String] = []
    private var made = 0

    init(_ job: Job) { self.job = job }

    /// Looks until nothing changes any more.
    mutating func settle() {
        for _ in 0..<20 {
            let decision = decide(job, pods: pods, backoff: backoff, now: now)
            lookAgain = decision.lookAgainAt?.timeIntervalSince(noon)
            if decision.changesNothing(comparedWith: job.status) { return }
            carryOut(decision)
        }
        Issue.record("it does not settle")
    }

    mutating func wait(until seconds: TimeInterval) {
        now = noon.addingTimeInterval(seconds)
        settle()
    }

    /// A controller that was killed knows only what is stored.
    mutating func restart() {
        backoff = BackoffRecord(rebuiltFrom: pods)
        settle()
    }

    mutating func end(_ name: String, _ phase: String, reason: String? = nil) {
        guard let place = pods.firstIndex(where: { $0.name == name }) else {
            Issue.record("there is no pod \(name)")
            return
        }
        var state = ContainerStateTerminated(exitCode: phase == "Failed" ? 1 : 0)
        state.finishedAt = Timestamp(now)
        var status = ContainerStatus(name: "main", image: "busybox")
        status.state = ContainerState(terminated: state)
        pods[place].status?.phase = phase
        pods[place].status?.reason = reason
        pods[place].status?.containerStatuses = [status]
        sweep()
        settle()
    }

    private mutating func carryOut(_ decision: JobDecision) {
        for index in pods.indices {
            if decision.untrack.contains(pods[index].name) { pods[index].metadata.finalizers = nil }
            if decision.delete.contains(pods[index].name) {
                pods[index].metadata.deletionTimestamp = Timestamp(now.addingTimeInterval(30))
                pods[index].metadata.deletionGracePeriodSeconds = 30
            }
            if let stamp = decision.stamp[pods[index].name] {
                pods[index].metadata.annotations = stamp.map { [JobNames.deadline: $0] }
            }
        }
        for draft in decision.create {
            made += 1
            var pod = draft.makePod(for: job)
            pod.metadata.name = "p\(made)"
            pod.metadata.uid = "uid-\(made)"
            pod.metadata.creationTimestamp = Timestamp(now)
            pod.spec.nodeName = "here"
            pod.status?.phase = "Running"
            pods.append(pod)
        }
        job.status = decision.status
        backoff = decision.backoff
        told += decision.events.map(\.reason)
        sweep()
    }

    /// What was deleted, has ended and carries no finalizer is gone.
    private mutating func sweep() {
        pods.removeAll {
            $0.metadata.deletionTimestamp != nil && $0.hasEnded && $0.metadata.finalizers?.isEmpty != false
        }
    }

    var active: [String] { pods.filter(\.isActive).map(\.name) }
    var conditions: [String] { (job.status?.conditions ?? []).filter { $0.status == "True" }.map(\.type) }
}

@Suite struct TimelineTests {
    @Test func `three failures, then success`() {
        var t = Timeline(makeJob(startedAt: nil))
        t.settle()
        #expect(t.active == ["p1"])
        t.wait(until: 5)
        t.end("p1", "Failed")
        #expect(t.active == [] && t.lookAgain == 15)
        t.wait(until: 15)
        #expect(t.active == ["p2"])
        t.end("p2", "Failed")
        #expect(t.lookAgain == 35)
        t.wait(until: 34)
        #expect(t.active == [])
        t.wait(until: 35)
        t.end("p3", "Failed")
        #expect(t.lookAgain == 75)
        t.restart()
        #expect(t.lookAgain == 75)
        t.wait(until: 75)
        t.end("p4", "Succeeded")
        #expect(t.conditions == ["SuccessCriteriaMet", "Complete", "Finished"])
        #expect(t.job.status?.failed == 3 && t.job.status?.succeeded == 1 && t.job.status?.active == nil)
        #expect(t.told == ["Completed"])
        #expect(t.lookAgain == nil)
    }

    @Test func `the deadline ends the pods, and Failed waits for the last of them`() {
        var t = Timeline(makeJob(parallelism: 2, completions: 4, deadline: 20, startedAt: nil))
        t.settle()
        #expect(t.lookAgain == 20)
        t.wait(until: 10)
        t.end("p1", "Succeeded")
        #expect(t.active == ["p2", "p3"])
        t.wait(until: 20)
        #expect(t.active == [] && t.conditions == ["FailureTarget"])
        #expect(t.job.status?.terminating == 2)
        t.end("p2", "Failed")
        #expect(t.conditions == ["FailureTarget"])
        t.restart()
        t.end("p3", "Failed")
        #expect(t.conditions == ["FailureTarget", "Failed", "Finished"])
        #expect(t.job.status?.failed == 2 && t.job.status?.succeeded == 1)
        #expect(t.told == ["DeadlineExceeded"])
    }

    @Test func `suspended and resumed: nothing is counted, the clock starts anew`() {
        var t = Timeline(makeJob(parallelism: 2, completions: 2, backoffLimit: 0, deadline: 60, startedAt: nil))
        t.settle()
        t.wait(until: 50)
        t.job.spec.suspend = true
        t.settle()
        #expect(t.active == [] && t.conditions == ["Suspended"] && t.lookAgain == nil)
        t.end("p1", "Failed")
        t.end("p2", "Failed")
        #expect(t.pods.isEmpty && t.job.status?.failed == nil)
        t.restart()
        t.wait(until: 1000)
        t.job.spec.suspend = false
        t.settle()
        #expect(t.active == ["p3", "p4"] && t.lookAgain == 1060)
        t.end("p3", "Succeeded")
        t.end("p4", "Succeeded")
        #expect(t.conditions == ["SuccessCriteriaMet", "Complete", "Finished"])
        #expect(t.told == ["Suspended", "Resumed", "Completed"])
    }

    @Test func `a work queue ends with its last worker`() {
        var t = Timeline(makeJob(parallelism: 3, completions: nil, startedAt: nil))
        t.settle()
        t.end("p1", "Succeeded")
        #expect(t.active == ["p2", "p3"] && t.conditions == [])
        t.end("p2", "Failed")
        t.end("p3", "Succeeded")
        #expect(t.job.status?.succeeded == 2 && t.job.status?.failed == 1)
        #expect(t.conditions == ["SuccessCriteriaMet", "Complete", "Finished"])
    }

    /// Whatever happens in whatever order, and however often the controller is killed: every pod that ended counts
    /// once, there are never too many active pods, and the Job comes to an end.
    @Test(arguments: 0..<200)
    func `every pod counts once`(_ seed: Int) {
        var random = SplitMix(state: UInt64(seed))
        let completions = Int.random(in: 1...12, using: &random)
        let isIndexed = Bool.random(using: &random)
        var t = Timeline(
            makeJob(
                parallelism: Int.random(in: 1...5, using: &random), completions: completions, backoffLimit: 40,
                startedAt: nil
            ) {
                if isIndexed { indexed(&$0) }
            })
        t.settle()
        var succeeded = 0
        var failed = 0
        for step in 1...400 where !t.job.isFinished {
            t.wait(until: TimeInterval(step * 600))
            if Int.random(in: 0..<4, using: &random) == 0 { t.restart() }
            guard let name = t.active.randomElement(using: &random) else { continue }
            let works = Int.random(in: 0..<3, using: &random) > 0
            if works { succeeded += 1 } else { failed += 1 }
            t.end(name, works ? "Succeeded" : "Failed")
            #expect(t.active.count <= t.job.spec.parallelism ?? 0)
            #expect((t.job.status?.succeeded ?? 0) == succeeded && (t.job.status?.failed ?? 0) == failed)
        }
        #expect(t.job.isFinished && succeeded == completions)
        #expect(t.pods.allSatisfy { !$0.isTracked })
        if isIndexed {
            #expect(
                t.job.status?.completedIndexes == CompletionIndexes("0-\(completions - 1)", below: completions).text)
        }
    }
}

/// A random number generator that can be started again at the same place.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
