import Foundation
import Kube

/// A Job without a host: the same `decide` as in the daemon, a clock that jumps to whatever happens next, and pods whose
/// outcomes are written in a script.
///
/// Decisions are carried out as `JobController` does: in one piece, pods that ended and were counted are left out of the
/// next look, its own writes do not wake it, and what it remembers is lost with the daemon. There is no I/O and no other
/// clock; the same Job and script tell the same story.
///
/// Pods carry `stint.dev/job-deadline` and are stopped at it by themselves, as their supervisors do.
public struct JobSimulator: Sendable {
    public internal(set) var job: Job
    public internal(set) var now: Date
    public internal(set) var attempts: [SimulatedAttempt] = []
    public internal(set) var timeline: [SimulatedEvent] = []
    /// How often `decide` was asked.
    public internal(set) var looks = 0
    /// The Job was deleted and its last pod is gone.
    public internal(set) var isGone = false
    /// When the terminal condition came.
    public internal(set) var finishedAt: Date?

    let script: PodScript
    let begin: Date
    /// The pods that exist, by the place of their attempt.
    var pods: [Int: Pod] = [:]
    var places: [String: Int] = [:]
    var lives: [Int: PodLife] = [:]
    var agenda = Agenda<Happening>()
    var attemptNumbers: [Int?: Int] = [:]

    /// What the controller remembers: see `JobIndex.Memory`. Nil after a start, and when the Job is finished.
    var memory: Memory?
    var lookAgainAt: Date?
    /// Something changed that the controller has not looked at.
    var isAwake = true
    var crashesNext = false
    /// The sum of the pods all looks were given.
    var podsLookedAt = 0
    /// Of the last look, for those who check.
    var lastDecision: JobDecision?
    /// How many ended pods stay; older ones go, as `PodGarbageCollector` has it.
    var endedPodsKept = 1000
    var endedPods: [Int] = []
    /// What the controller would have told the user about the Job.
    var told: [JobEvent] = []
    var orphanPlaces: [Int] = []

    struct Memory: Sendable {
        var open: Set<Int> = []
        var backoff = BackoffRecord()
    }

    enum Happening: Sendable {
        /// Of the pod's life; outdated unless its plan has this number.
        case pod(Int, plan: Int)
        case intervention(SimulatedIntervention)
    }

    /// - Parameter job: as the API hands it over, defaults filled in.
    public init(_ job: Job, script: PodScript, at begin: Date) {
        self.job = job
        self.script = script
        self.begin = begin
        now = begin
    }

    public mutating func schedule(_ intervention: SimulatedIntervention, after seconds: TimeInterval) {
        agenda.add(.intervention(intervention), at: begin.addingTimeInterval(seconds))
    }

    /// Runs until nothing is left to happen, or for so long.
    public mutating func run(for seconds: TimeInterval = .infinity) {
        let end = begin.addingTimeInterval(seconds)
        while let next = nextMoment, next <= end { step() }
        if seconds.isFinite { now = max(now, end) }
    }

    /// When the next thing happens; nil when the story is over.
    var nextMoment: Date? {
        if isAwake { return now }
        return [agenda.first, lookAgainAt].compactMap { $0 }.min().map { max($0, now) }
    }

    /// Everything that happens at the next moment, and then one look if there is a reason for it.
    mutating func step() {
        guard let moment = nextMoment else { return }
        now = moment
        while let date = agenda.first, date <= now {
            switch agenda.removeFirst() {
            case .pod(let place, let plan): live(place, plan)
            case .intervention(let intervention): perform(intervention)
            }
        }
        if let date = lookAgainAt, date <= now { isAwake = true }
        if isAwake && !isGone { look() }
        isAwake = false
    }

    /// One look at the Job: read, decide, carry out, remember.
    mutating func look() {
        looks += 1
        var memory = self.memory ?? rebuiltMemory()
        let open = memory.open.union(orphans).sorted().compactMap { pods[$0] }
        podsLookedAt += open.count
        let decision = decide(job, pods: open, backoff: memory.backoff, now: now)
        if crashesNext {
            crashesNext = false
            tell("the daemon is killed before it has carried out its decision")
            return restart()
        }
        memory.backoff = decision.backoff
        self.memory = memory
        lastDecision = decision
        lookAgainAt = decision.lookAgainAt
        if !decision.changesNothing(comparedWith: job.status) { carryOut(decision) }
        if job.isFinished { self.memory = nil }
    }

    private func rebuiltMemory() -> Memory {
        let owned = pods.filter { $0.value.isControlled(by: job) }
        return Memory(
            open: Set(owned.filter { $0.value.isTracked || !$0.value.hasEnded }.keys),
            backoff: BackoffRecord(rebuiltFrom: Array(owned.values), judge: FailureJudge(for: job)))
    }

    mutating func restart() {
        memory = nil
        lookAgainAt = nil
        look()
    }

    mutating func tell(_ text: String) {
        timeline.append(SimulatedEvent(at: now.timeIntervalSince(begin), text: text))
    }
}
