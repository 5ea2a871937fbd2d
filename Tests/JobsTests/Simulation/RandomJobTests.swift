import Foundation
import Kube
import Testing

@testable import Jobs

/// Whatever a Job says, whatever becomes of its pods and whoever interferes: the rules of `Invariants` hold after every
/// look, and the story comes to an end.
@Suite struct RandomJobTests {
    @Test(arguments: 0..<10)
    func `the rules hold`(_ part: Int) {
        var broken = 0
        for seed in part * 200..<(part + 1) * 200 {
            var random = RandomJob(seed: seed)
            var simulator = random.makeSimulator()
            guard let rule = simulator.runChecked() else { continue }
            broken += 1
            if broken > 3 { continue }
            Issue.record("seed \(seed): \(rule)\n\(simulator.job.sketch)\n\(simulator.story)")
        }
        #expect(broken == 0)
    }

    @Test func `the same seed tells the same story`() {
        for seed in 0..<20 {
            var (first, second) = (RandomJob(seed: seed), RandomJob(seed: seed))
            var (a, b) = (first.makeSimulator(), second.makeSimulator())
            _ = (a.runChecked(), b.runChecked())
            #expect(a.story == b.story && a.job.status == b.job.status)
        }
    }
}

extension Job {
    /// The spec without its template, for whoever reads a failure.
    var sketch: String {
        var bare = spec
        bare.template = PodTemplateSpec(spec: PodSpec(containers: []))
        bare.selector = nil
        let text = (try? String(decoding: JSONEncoder().encode(bare), as: UTF8.self)) ?? ""
        let annotations = (metadata.annotations ?? [:]).sorted { $0.key < $1.key }.map { "\($0)=\($1)" }
        return "\(text)\n\(annotations)"
    }
}
