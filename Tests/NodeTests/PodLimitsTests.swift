import Kube
import Testing

@testable import Node

/// What a pod with init containers needs: most of it at one time, and not the sum of all.
struct PodLimitsTests {
    private func container(_ name: String, cpu: String?, isSidecar: Bool = false) -> Container {
        var container = Container(name: name, image: "b")
        container.resources = ResourceRequirements(limits: cpu.flatMap { Quantity($0) }.map { ["cpu": $0] } ?? [:])
        if isSidecar { container.restartPolicy = "Always" }
        return container
    }

    struct Row: Sendable, CustomTestStringConvertible {
        let sentence: String
        var initial: [(String?, isSidecar: Bool)] = []
        let mains: [String?]
        let limit: Int?
        let request: Int64
        var testDescription: String { sentence }
    }

    @Test(arguments: [
        Row(sentence: "main containers add up", mains: ["100m", "200m"], limit: 300, request: 300),
        Row(sentence: "one without a limit: no limit", mains: ["100m", nil], limit: nil, request: 100),
        Row(
            sentence: "a large init container runs alone", initial: [("500m", false), ("50m", false)], mains: ["100m"],
            limit: 500, request: 500),
        Row(
            sentence: "a small one is covered by the main ones", initial: [("50m", false)], mains: ["100m"], limit: 100,
            request: 100),
        Row(
            sentence: "a sidecar runs beside the main ones", initial: [("50m", true)], mains: ["100m"], limit: 150,
            request: 150),
        Row(
            sentence: "and beside the init containers after it", initial: [("50m", true), ("500m", false)],
            mains: ["100m"], limit: 550, request: 550),
        Row(
            sentence: "not beside those before it", initial: [("500m", false), ("50m", true)], mains: ["100m"],
            limit: 500, request: 500),
        Row(
            sentence: "an init container without a limit: no limit", initial: [(nil, false)], mains: ["100m"],
            limit: nil, request: 100),
    ])
    func isMostAtOnce(_ row: Row) {
        var spec = PodSpec(containers: row.mains.enumerated().map { container("m\($0.offset)", cpu: $0.element) })
        spec.initContainers = row.initial.enumerated().map {
            container("i\($0.offset)", cpu: $0.element.0, isSidecar: $0.element.isSidecar)
        }
        let pod = Pod(metadata: ObjectMeta(name: "p", namespace: "default"), spec: spec)
        #expect(makePodLimits(pod, defaults: ContainerDefaults()).cpuLimitMillis == row.limit)
        #expect(Admission.Claim(spec).cpuMilli == row.request)
    }

    private func quantities(_ texts: [String: String]) -> [String: Quantity] { texts.compactMapValues { Quantity($0) } }

    @Test func `what the pod says for itself wins, and bounds containers without a limit`() {
        var spec = PodSpec(containers: [container("a", cpu: "100m"), container("b", cpu: nil)])
        spec.resources = ResourceRequirements(
            limits: quantities(["cpu": "1", "memory": "64Mi"]), requests: quantities(["cpu": "300m", "memory": "32Mi"]))
        let pod = Pod(metadata: ObjectMeta(name: "p", namespace: "default"), spec: spec)
        let whole = makePodLimits(pod, defaults: ContainerDefaults())
        #expect(whole.cpuLimitMillis == 1000)
        #expect(whole.cpuRequestMillis == 300)
        #expect(whole.memoryLimitBytes == 64 << 20)
        #expect(makeLimits(pod, spec.containers[0]).cpuLimitMillis == 100)
        let open = makeLimits(pod, spec.containers[1])
        #expect(open.cpuLimitMillis == 1000)
        #expect(open.cpuRequestMillis == nil)
        #expect(open.memoryLimitBytes == 64 << 20)
        #expect(Admission.Claim(spec) == Admission.Claim(cpuMilli: 300, memoryBytes: 32 << 20))
    }

    @Test func `a limit of nothing is no limit`() {
        let spec = PodSpec(containers: [container("a", cpu: "0")])
        let pod = Pod(metadata: ObjectMeta(name: "p", namespace: "default"), spec: spec)
        #expect(makePodLimits(pod, defaults: ContainerDefaults()).cpuLimitMillis == nil)
        #expect(makeLimits(pod, spec.containers[0]).cpuLimitMillis == nil)
    }

    struct Score: Sendable, CustomTestStringConvertible {
        let testDescription: String
        /// Requests of memory.
        var sidecar: String?
        let mains: [String?]
        var pod: [String: String]?
        var isGuaranteed = false
        var priorityClass: String?
        /// Of the sidecar, if there is one, and the main containers.
        let scores: [Int]

        init(
            _ sentence: String, sidecar: String? = nil, mains: [String?], pod: [String: String]? = nil,
            isGuaranteed: Bool = false, priorityClass: String? = nil, scores: [Int]
        ) {
            testDescription = sentence
            self.sidecar = sidecar
            self.mains = mains
            self.pod = pod
            self.isGuaranteed = isGuaranteed
            self.priorityClass = priorityClass
            self.scores = scores
        }
    }

    /// On a host with 1000 MiB.
    @Test(arguments: [
        Score("who asks for nothing is killed first", mains: [nil], scores: [1000]),
        Score("who asks for a share is spared by it", mains: ["100Mi", "500Mi"], scores: [900, 500]),
        Score("who asks for little is still not like those who ask for nothing", mains: ["1"], scores: [999]),
        Score("who asks for all is not guaranteed", mains: ["1000Mi"], scores: [3]),
        Score("guaranteed ones are killed last", mains: ["10Mi"], isGuaranteed: true, scores: [-997]),
        Score(
            "what is critical to the node is, too", mains: ["10Mi"], priorityClass: "system-node-critical",
            scores: [-997]),
        Score(
            "a sidecar is spared like the smallest main one", sidecar: "1Mi", mains: ["100Mi", "500Mi"],
            scores: [900, 900, 500]),
        Score("a large sidecar stays what it is", sidecar: "300Mi", mains: ["100Mi"], scores: [700, 900]),
        Score(
            "what only the pod asks for is shared out", mains: ["100Mi", nil], pod: ["memory": "500Mi"],
            scores: [700, 800]),
    ])
    func scoresForTheKiller(_ row: Score) {
        func asking(_ name: String, _ memory: String?) -> Container {
            var container = Container(name: name, image: "b")
            let amounts = quantities(memory.map { ["memory": $0, "cpu": "1"] } ?? [:])
            container.resources = ResourceRequirements(limits: row.isGuaranteed ? amounts : nil, requests: amounts)
            return container
        }
        var spec = PodSpec(containers: row.mains.enumerated().map { asking("m\($0.offset)", $0.element) })
        if let sidecar = row.sidecar {
            var container = asking("s", sidecar)
            container.restartPolicy = "Always"
            spec.initContainers = [container]
        }
        if let whole = row.pod { spec.resources = ResourceRequirements(requests: quantities(whole)) }
        spec.priorityClassName = row.priorityClass
        let pod = Pod(metadata: ObjectMeta(name: "p", namespace: "default"), spec: spec)
        var host = box
        host.memoryBytes = 1000 << 20
        #expect(spec.allContainers.map { makeOOMScore(pod, $0, host: host) } == row.scores)
    }
}
