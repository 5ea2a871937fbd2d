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
            decision.refused.map(\.message) == [
                "0/1 nodes are available: 1 Insufficient cpu, 1 Insufficient memory. The pod can never run here: it requests "
                    + "2 of cpu, and the host has 1; 5000 of memory, and the host has 1k."
            ])
        admission.readmit(uid: "running", claim: .init(cpuMilli: 500, memoryBytes: 500))
        admission.add(uid: "waits", priority: 0, claim: .init(cpuMilli: 800, memoryBytes: 800))
        #expect(
            admission.admit().refused.map(\.message) == [
                "0/1 nodes are available: 1 Insufficient cpu, 1 Insufficient memory. Position in the queue: 1."
            ])
    }

    @Test func `small pods do not starve the large one that came first`() {
        var admission = admission(pods: 100)
        admission.add(uid: "first", priority: 0, claim: .init(cpuMilli: 600))
        #expect(admission.admit().admitted == ["first"])
        admission.add(uid: "large", priority: 0, claim: .init(cpuMilli: 900))
        // Some may pass, and so keep the large one waiting a little longer; they end and others come, but not for ever.
        var passed = 0
        for number in 0..<100 {
            admission.add(uid: "\(number)", priority: 0, claim: .init(cpuMilli: 100))
            for uid in admission.admit().admitted {
                admission.remove(uid: uid)
                passed += 1
            }
        }
        #expect(passed == Admission.passes)
        admission.remove(uid: "first")
        #expect(admission.admit().admitted == ["large", "\(passed)"])
        // The next one in front may be passed as often.
        admission.remove(uid: "large")
        #expect(admission.admit().admitted.count == 9)
    }

    @Test func `the more important one is passed too, no more often`() {
        var admission = admission(pods: 100)
        admission.readmit(uid: "running", claim: .init(cpuMilli: 500))
        admission.add(uid: "high", priority: 10, claim: .init(cpuMilli: 900))
        for number in 0..<50 { admission.add(uid: "\(number)", priority: 0, claim: .init(cpuMilli: 10)) }
        #expect(admission.admit().admitted == (0..<Admission.passes).map(String.init))
    }

    @Test func `who fits is looked for only near the front`() {
        var admission = admission(pods: 1000)
        admission.readmit(uid: "running", claim: .init(cpuMilli: 500))
        for number in 0..<Admission.reach { admission.add(uid: "\(number)", priority: 0, claim: .init(cpuMilli: 900)) }
        admission.add(uid: "small", priority: 0, claim: .init(cpuMilli: 10))
        #expect(admission.admit().admitted == [])
        admission.remove(uid: "5")
        #expect(admission.admit().admitted == ["small"])
    }

    @Test func `those in front know their place, the others that they are behind`() {
        var admission = admission()
        admission.readmit(uid: "running", claim: .init(cpuMilli: 900))
        for number in 0..<10 { admission.add(uid: "\(number)", priority: 0, claim: .init(cpuMilli: 200)) }
        admission.add(uid: "high", priority: 1, claim: .init(cpuMilli: 200))
        func says(_ place: String) -> String {
            "0/1 nodes are available: 1 Insufficient cpu. Position in the queue: \(place)."
        }
        let told = admission.admit().refused
        #expect(told.first { $0.uid == "high" }?.message == says("1"))
        #expect(told.first { $0.uid == "6" }?.message == says("8"))
        #expect(told.first { $0.uid == "7" }?.message == says("behind the first 8"))
        #expect(told.count == 11)
        admission.remove(uid: "high")
        #expect(admission.admit().refused.isEmpty)
        let places = admission.positions()
        #expect(places.map(\.uid) == (0..<8).map(String.init))
        #expect(places.map(\.message) == (1...8).map { says("\($0)") })
    }

    @Test func `a pod that asks for nothing passes those that wait`() {
        var admission = admission()
        admission.readmit(uid: "running", claim: .init(cpuMilli: 500))
        admission.add(uid: "large", priority: 0, claim: .init(cpuMilli: 900))
        for number in 0..<5 { admission.add(uid: "\(number)", priority: 0, claim: .init()) }
        #expect(admission.admit().admitted == (0..<5).map(String.init))
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
        #expect(
            decision.refused.map(\.message) == ["0/1 nodes are available: 1 Too many pods. Position in the queue: 1."])
    }

    @Test func `a pod that asks for more than there ever is holds nobody back`() {
        var admission = admission()
        admission.add(uid: "impossible", priority: 9, claim: .init(cpuMilli: 1001))
        admission.add(uid: "small", priority: 0, claim: .init(cpuMilli: 100))
        #expect(admission.admit().admitted == ["small"])
    }

    @Test func `why a pod waits is said when it comes, and in front when it is something else`() {
        var admission = admission()
        admission.readmit(uid: "running", claim: .init(cpuMilli: 900))
        for uid in ["a", "b", "c"] {
            admission.add(uid: uid, priority: 0, claim: .init(cpuMilli: 200, memoryBytes: 600))
        }
        #expect(admission.admit().refused.map(\.uid) == ["a", "b", "c"])
        #expect(admission.admit().refused.isEmpty)
        admission.remove(uid: "a")
        #expect(admission.admit().refused.isEmpty)
        admission.readmit(uid: "other", claim: .init(memoryBytes: 600))
        #expect(
            admission.admit().refused == [
                Admission.Refusal(
                    uid: "b",
                    message:
                        "0/1 nodes are available: 1 Insufficient cpu, 1 Insufficient memory. Position in the queue: 1.")
            ])
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
