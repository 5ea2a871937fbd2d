import Kube
import Testing

@testable import Node

/// What a pod with init containers needs: most of it at one time, and not the sum of all.
struct EffectiveResourcesTests {
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
}
