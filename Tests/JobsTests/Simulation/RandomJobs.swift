import Foundation
import Kube
import TestSupport

@testable import Jobs

/// A Job, a script and interventions drawn from a seed, over the whole of what a Job can say.
struct RandomJob {
    private var random: SplitMix

    init(seed: Int) { random = SplitMix(seed: UInt64(seed)) }

    mutating func makeSimulator() -> JobSimulator {
        let job = makeRandomJob()
        let seed = random.next()
        let canRestart = job.spec.template.spec.restartPolicy == "OnFailure"
        let script = PodScript { index, attempt in
            var random = SplitMix(seed: seed &+ UInt64(bitPattern: Int64((index ?? -1) * 1000 + attempt)))
            return Self.outcome(&random, canRestart: canRestart, attempt)
        }
        var simulator = JobSimulator(job, script: script, at: noon)
        for _ in 0..<Int.random(in: 0...5, using: &random) {
            simulator.schedule(intervention(job), after: TimeInterval(Int.random(in: 0...1200, using: &random)) / 4)
        }
        if job.spec.suspend == true { simulator.schedule(.patch { $0.suspend = false }, after: 300) }
        return simulator
    }

    private mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &random) < percent }

    private mutating func makeRandomJob() -> Job {
        let completions = Int.random(in: 1...8, using: &random)
        let isIndexed = chance(50)
        let isQueue = !isIndexed && chance(25)
        var job = makeJob(
            parallelism: Int.random(in: chance(5) ? 0...0 : 1...5, using: &random),
            completions: isQueue ? nil : completions,
            backoffLimit: Int.random(in: 0...8, using: &random),
            deadline: chance(25) ? Int64.random(in: 1...400, using: &random) : nil,
            restartPolicy: chance(25) ? "OnFailure" : "Never", startedAt: nil)
        if isIndexed { addIndexes(&job, completions) }
        if job.spec.template.spec.restartPolicy == "Never", chance(40) { addFailurePolicy(&job) }
        job.spec.podReplacementPolicy =
            job.spec.podFailurePolicy != nil || chance(30) ? "Failed" : "TerminatingOrFailed"
        if chance(15) { job.spec.suspend = true }
        if chance(25) { annotate(&job, StintAnnotation.backoff, "base=1s,factor=2,max=30s,jitter=0.3") }
        if chance(25) {
            annotate(&job, StintAnnotation.oomRetry, "factor=1.5,max=4Mi,attempts=2")
            var needs = ResourceRequirements()
            needs.limits = ["memory": Quantity(bytes: 1 << 20)]
            job.spec.template.spec.containers[0].resources = needs
        }
        return job
    }

    private mutating func annotate(_ job: inout Job, _ key: String, _ value: String) {
        job.metadata.annotations = (job.metadata.annotations ?? [:]).merging([key: value]) { $1 }
    }

    private mutating func addIndexes(_ job: inout Job, _ completions: Int) {
        indexed(&job)
        if job.spec.template.spec.restartPolicy == "Never", chance(50) {
            job.spec.backoffLimitPerIndex = Int.random(in: 0...3, using: &random)
            if chance(60) { job.spec.backoffLimit = Int(Int32.max) }
            if chance(40) { job.spec.maxFailedIndexes = Int.random(in: 0...completions, using: &random) }
        }
        if chance(30) {
            let first = Int.random(in: 0..<completions, using: &random)
            job.spec.successPolicy = SuccessPolicy(rules: [
                chance(50)
                    ? SuccessPolicyRule(succeededIndexes: "\(first)") : SuccessPolicyRule(succeededCount: first + 1)
            ])
        }
        if chance(20) { annotate(&job, StintAnnotation.completedBefore, "0,\(completions)-\(completions + 3)") }
    }

    private mutating func addFailurePolicy(_ job: inout Job) {
        var actions = [PodFailurePolicyRule.failJob, PodFailurePolicyRule.ignore, PodFailurePolicyRule.count]
        if job.spec.backoffLimitPerIndex != nil { actions.append(PodFailurePolicyRule.failIndex) }
        var rules = [
            PodFailurePolicyRule(
                action: actions.randomElement(using: &random)!,
                onExitCodes: PodFailurePolicyOnExitCodes(operator: chance(70) ? "In" : "NotIn", values: [3, 137]))
        ]
        if chance(60) {
            rules.append(
                PodFailurePolicyRule(
                    action: chance(70) ? PodFailurePolicyRule.ignore : PodFailurePolicyRule.count,
                    onPodConditions: [PodFailurePolicyOnPodConditions(type: "DisruptionTarget")]))
        }
        job.spec.podFailurePolicy = PodFailurePolicy(rules: rules)
    }

    private mutating func intervention(_ job: Job) -> SimulatedIntervention {
        let number = Int.random(in: 0...6, using: &random)
        switch Int.random(in: 0..<12, using: &random) {
        case 0, 1: return .deletePod(number)
        case 2, 3: return .restart
        case 4, 5: return .crash
        case 6: return .patch { $0.backoffLimit = number }
        case 7: return .patch { $0.activeDeadlineSeconds = Int64(number) * 60 + 1 }
        case 8: return .patch { $0.suspend = number % 2 == 0 }
        case 9: return chance(30) ? .deleteJob : .restart
        case 10 where job.isIndexed && job.spec.parallelism == job.spec.completions:
            return .patch { ($0.parallelism, $0.completions) = (number + 1, number + 1) }
        default: return .patch { $0.parallelism = number }
        }
    }

    /// From the twelfth attempt on all goes well, so that Jobs that ignore failures come to an end.
    private static func outcome(_ random: inout SplitMix, canRestart: Bool, _ attempt: Int) -> PodOutcome {
        var outcome = PodOutcome.succeeds(after: Double(Int.random(in: 0...160, using: &random)) / 4)
        outcome.startsAfter = Double(Int.random(in: 0...8, using: &random)) / 4
        outcome.stopsAfter = Double(Int.random(in: 0...40, using: &random))
        outcome.stopCode = Bool.random(using: &random) ? 143 : 0
        if attempt >= 12 { return outcome }
        switch Int.random(in: 0..<20, using: &random) {
        case 0..<10: break
        case 10..<14: outcome.end = .exit(Int.random(in: 1...4, using: &random))
        case 14: outcome.end = .signal(11)
        case 15, 16: outcome.end = .outOfMemory
        case 17, 18: outcome.end = .disrupted
        default: if canRestart { outcome.restarts = Int.random(in: 1...3, using: &random) }
        }
        return outcome
    }
}
