import Kube
import Testing

@testable import Node

struct AdmissionTests {
    private func admission(cpu: Int64 = 1000, memory: Int64 = 1000, pods: Int = 10) -> Admission {
        Admission(capacity: Admission.Claim(cpuMilli: cpu, memoryBytes: memory), maxPods: pods)
    }

    @Test func `pods that fit are taken in the order in which they came`() {
        var admission = admission()
        admission.add(uid: "a", priority: 0, claim: .init(cpuMilli: 400))
        admission.add(uid: "b", priority: 0, claim: .init(cpuMilli: 400))
        #expect(admission.admit().admitted == ["a", "b"])
        #expect(admission.used.cpuMilli == 800)
    }

    @Test func `a pod that does not fit waits and is told what is short`() {
        var admission = admission()
        admission.add(uid: "big", priority: 0, claim: .init(cpuMilli: 2000, memoryBytes: 5000))
        let decision = admission.admit()
        #expect(decision.admitted.isEmpty)
        #expect(
            decision.refused.map(\.message) == ["0/1 nodes are available: 1 Insufficient cpu, 1 Insufficient memory."])
    }

    @Test func `small pods do not starve the large one that came first`() {
        var admission = admission()
        admission.add(uid: "first", priority: 0, claim: .init(cpuMilli: 600))
        #expect(admission.admit().admitted == ["first"])
        admission.add(uid: "large", priority: 0, claim: .init(cpuMilli: 900))
        admission.add(uid: "small", priority: 0, claim: .init(cpuMilli: 100))
        #expect(admission.admit().admitted.isEmpty)
        admission.remove(uid: "first")
        #expect(admission.admit().admitted == ["large", "small"])
    }

    @Test func `a pod that asks for nothing passes those that wait`() {
        var admission = admission()
        admission.add(uid: "large", priority: 0, claim: .init(cpuMilli: 9000))
        admission.add(uid: "nothing", priority: 0, claim: .init())
        #expect(admission.admit().admitted == ["nothing"])
    }

    @Test func `the higher priority goes first, whoever came first`() {
        var admission = admission()
        admission.add(uid: "low", priority: 0, claim: .init(cpuMilli: 800))
        admission.add(uid: "high", priority: 10, claim: .init(cpuMilli: 800))
        #expect(admission.admit().admitted == ["high"])
    }

    @Test func `what a pod used comes back once, however often it is removed`() {
        var admission = admission()
        admission.add(uid: "a", priority: 0, claim: .init(cpuMilli: 800))
        _ = admission.admit()
        admission.remove(uid: "a")
        admission.remove(uid: "a")
        #expect(admission.used == .init())
    }

    @Test func `a pod that ran before the daemon was restarted keeps its place`() {
        var admission = admission()
        admission.readmit(uid: "old", claim: .init(cpuMilli: 900))
        admission.add(uid: "new", priority: 0, claim: .init(cpuMilli: 200))
        #expect(admission.admit().admitted.isEmpty)
    }

    @Test func `no more pods than allowed`() {
        var admission = admission(pods: 1)
        admission.add(uid: "a", priority: 0, claim: .init())
        admission.add(uid: "b", priority: 0, claim: .init())
        let decision = admission.admit()
        #expect(decision.admitted == ["a"])
        #expect(decision.refused.map(\.message) == ["0/1 nodes are available: 1 Too many pods."])
    }

    @Test func `a pod that asks for more than there ever is holds nobody back`() {
        var admission = admission()
        admission.add(uid: "impossible", priority: 9, claim: .init(cpuMilli: 1001))
        admission.add(uid: "small", priority: 0, claim: .init(cpuMilli: 100))
        #expect(admission.admit().admitted == ["small"])
    }

    @Test func `why a pod waits is said when it comes and when it is in front`() {
        var admission = admission()
        admission.readmit(uid: "running", claim: .init(cpuMilli: 900))
        for uid in ["a", "b", "c"] { admission.add(uid: uid, priority: 0, claim: .init(cpuMilli: 200)) }
        #expect(admission.admit().refused.map(\.uid) == ["a", "b", "c"])
        #expect(admission.admit().refused.map(\.uid) == ["a"])
        admission.remove(uid: "a")
        #expect(admission.admit().refused.map(\.uid) == ["b"])
    }

    @Test func `ten thousand that wait cost a look as much as one`() {
        var admission = admission(pods: 1)
        for number in 0..<10_000 { admission.add(uid: "\(number)", priority: 0, claim: .init()) }
        var order: [String] = []
        for _ in 0..<10_000 {
            order += admission.admit().admitted
            admission.remove(uid: order.last ?? "")
        }
        #expect(order == (0..<10_000).map(String.init))
    }
}
