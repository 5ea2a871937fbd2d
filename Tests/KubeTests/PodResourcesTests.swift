import Testing

@testable import Kube

/// What a pod needs as a whole, and what it may say of that itself.
@Suite struct PodResourcesTests {
    private func amounts(_ texts: [String: String]) -> [String: Quantity] { texts.compactMapValues { Quantity($0) } }

    private func texts(_ amounts: [String: Quantity]) -> [String: String] { amounts.mapValues(\.text) }

    /// `requests` and `limits` of a container, as `cpu=1 memory=2` or nothing.
    private func resources(_ requests: String, _ limits: String = "") -> ResourceRequirements {
        func list(_ text: String) -> [String: Quantity] {
            amounts(
                Dictionary(
                    uniqueKeysWithValues: text.split(separator: " ").map { part in
                        let pair = part.split(separator: "=")
                        return (String(pair[0]), String(pair[1]))
                    }))
        }
        return ResourceRequirements(limits: list(limits), requests: list(requests))
    }

    private func container(_ requests: String, _ limits: String = "", isSidecar: Bool = false) -> Container {
        var container = Container(name: "c", image: "b")
        container.resources = resources(requests, limits)
        if isSidecar { container.restartPolicy = "Always" }
        return container
    }

    @Test func `each resource is counted by itself`() {
        var spec = PodSpec(containers: [container("cpu=1 memory=1Gi"), container("cpu=500m")])
        spec.initContainers = [
            container("memory=3Gi"), container("cpu=250m ephemeral-storage=1Gi", isSidecar: true),
            container("cpu=100m"),
        ]
        #expect(
            texts(PodResources(spec).requests) == ["cpu": "1750m", "memory": "3Gi", "ephemeral-storage": "1Gi"])
    }

    @Test func `a limit counts as the request that is missing`() {
        let resources = PodResources(
            PodSpec(containers: [container("", "cpu=1 memory=1Gi"), container("cpu=1", "cpu=2")]))
        #expect(texts(resources.requests) == ["cpu": "2", "memory": "1Gi"])
        #expect(texts(resources.limits) == ["cpu": "3", "memory": "1Gi"])
    }

    @Test func `a pod is bounded where each container is, or where it says so itself`() {
        var spec = PodSpec(containers: [container("", "cpu=1 memory=1Gi"), container("", "cpu=2")])
        #expect(PodResources(spec).bound("cpu")?.text == "3")
        #expect(PodResources(spec).bound("memory") == nil)
        spec.resources = resources("", "memory=3Gi ephemeral-storage=1Gi")
        #expect(PodResources(spec).bound("memory")?.text == "3Gi")
        #expect(PodResources(spec).bound("ephemeral-storage") == nil)
        #expect(texts(PodResources(spec).limits) == ["cpu": "3", "memory": "3Gi"])
    }

    @Test func `the classes of pods that speak for themselves, and of those with init containers`() {
        var spec = PodSpec(containers: [container("cpu=1 memory=1Gi", "cpu=1 memory=1Gi")])
        #expect(spec.qosClass == "Guaranteed")
        spec.initContainers = [container("")]
        #expect(spec.qosClass == "Burstable")
        spec.resources = resources("cpu=2 memory=2Gi", "cpu=2 memory=2Gi")
        #expect(spec.qosClass == "Guaranteed")
        spec.resources = resources("cpu=2")
        #expect(spec.qosClass == "Burstable")
        spec.resources = ResourceRequirements()
        #expect(spec.qosClass == "BestEffort")
    }

    @Test(arguments: [
        Row(
            "limits alone are requested", (#"{"limits":{"cpu":"1","memory":"1Gi"}}"#, "{}"),
            ["cpu": "1", "memory": "1Gi"]),
        Row(
            "what containers request is requested",
            (#"{"limits":{"cpu":"1","memory":"1Gi"}}"#, #"{"requests":{"cpu":"100m"}}"#),
            ["cpu": "100m", "memory": "1Gi"]),
        Row(
            "also what the pod does not limit", (#"{"limits":{"cpu":"1"}}"#, #"{"limits":{"memory":"64Mi"}}"#),
            ["cpu": "1", "memory": "64Mi"]),
        Row("what is written stays", (#"{"limits":{"cpu":"1"},"requests":{"cpu":"10m"}}"#, "{}"), ["cpu": "10m"]),
        Row(
            "without limits nothing is added", (#"{"requests":{"cpu":"1"}}"#, #"{"requests":{"memory":"1"}}"#),
            ["cpu": "1"]),
    ])
    func fillsInRequests(_ row: Row<(String, String), [String: String]>) throws {
        let (pod, warnings) = try PodTests.pod(
            #"{"resources":\#(row.input.0)}"#, container: #"{"resources":\#(row.input.1)}"#)
        #expect(texts(pod.spec.resources?.requests ?? [:]) == row.expected)
        #expect(warnings == [])
    }

    @Test(arguments: [
        Row(
            "less than the containers request", (#"{"requests":{"cpu":"1"}}"#, #"{"requests":{"cpu":"2"}}"#),
            "spec.resources.requests[cpu]: Invalid value: \"1\": must be greater than or equal to aggregate container "
                + "requests of 2"),
        Row(
            "less than a container may take",
            (#"{"limits":{"memory":"1Gi"}}"#, #"{"limits":{"memory":"2Gi"},"requests":{"memory":"1Gi"}}"#),
            "spec.resources.containers[0][memory].limits: Invalid value: \"2Gi\": must be less than or equal to pod limits "
                + "of 1Gi"),
        Row(
            "requests above limits", (#"{"limits":{"cpu":"1"},"requests":{"cpu":"2"}}"#, "{}"),
            "spec.resources.requests: Invalid value: \"2\": must be less than or equal to cpu limit of 1"),
        Row(
            "what is not for pods", (#"{"limits":{"ephemeral-storage":"1Gi"}}"#, "{}"),
            "spec.resources.limits[ephemeral-storage]: Unsupported value: \"ephemeral-storage\": supported values: \"cpu\", "
                + "\"hugepages-\", \"memory\""),
        Row(
            "huge pages, which this host does not have",
            (#"{"limits":{"cpu":"1","hugepages-2Mi":"2Mi"},"requests":{"cpu":"1","hugepages-2Mi":"2Mi"}}"#, "{}"),
            "[spec.resources.limits[hugepages-2Mi]: Forbidden: stint cannot enforce this limit yet, "
                + "spec.resources.requests[hugepages-2Mi]: Forbidden: this host does not have that resource]"),
    ])
    func refuses(_ row: Row<(String, String), String>) {
        let message = refusal {
            _ = try PodTests.pod(#"{"resources":\#(row.input.0)}"#, container: #"{"resources":\#(row.input.1)}"#)
        }
        #expect(message == "Pod \"hello\" is invalid: \(row.expected)")
    }
}
