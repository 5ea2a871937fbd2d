import Testing

@testable import Kube

/// What the `resize` subresource takes and refuses, in upstream's words.
struct PodResizeTests {
    private static let manifest = """
        metadata: {name: p}
        spec:
          restartPolicy: OnFailure
          initContainers:
          - {name: first, image: i, resources: {requests: {cpu: 10m}}}
          - {name: side, image: i, restartPolicy: Always, resources: {requests: {cpu: 10m}, limits: {cpu: 20m}}}
          containers:
          - name: main
            image: i
            resources: {requests: {cpu: 100m, memory: 64Mi}, limits: {cpu: 200m, memory: 128Mi}}
          - {name: other, image: i}
        """

    private func pod(_ text: String = manifest) throws -> Pod {
        var pod = try admit(Pod.self, text).0
        pod.metadata.resourceVersion = "7"
        return pod
    }

    private func resize(_ old: Pod, _ change: (inout Pod) -> Void) throws -> Pod {
        var new = old
        change(&new)
        _ = try new.admitForUpdate(old: old, isResize: true)
        return new
    }

    @Test func `processors and memory of containers and sidecars change, and nothing else does`() throws {
        var old = try pod()
        old.metadata.generation = 4
        let new = try resize(old) {
            $0.spec.containers[0].resources?.requests = ["cpu": Quantity("150m")!, "memory": Quantity("100Mi")!]
            $0.spec.containers[0].resources?.limits?["memory"] = Quantity("1Gi")!
            $0.spec.containers[0].image = "another"
            $0.spec.initContainers?[1].resources?.limits?["cpu"] = Quantity("30m")!
            $0.spec.activeDeadlineSeconds = 5
            $0.metadata.labels = ["a": "b"]
            $0.status = nil
        }
        var expected = old
        expected.spec.containers[0].resources = ResourceRequirements(
            limits: ["cpu": Quantity("200m")!, "memory": Quantity("1Gi")!],
            requests: ["cpu": Quantity("150m")!, "memory": Quantity("100Mi")!])
        expected.spec.initContainers?[1].resources?.limits?["cpu"] = Quantity("30m")!
        expected.metadata.generation = 5
        #expect(new == expected)
    }

    struct Refusal: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let change: @Sendable (inout Pod) -> Void
        let message: String

        init(_ sentence: String, _ message: String, _ change: @escaping @Sendable (inout Pod) -> Void) {
            testDescription = sentence
            self.change = change
            self.message = message
        }
    }

    @Test(arguments: [
        Refusal(
            "a request stays", "spec.containers[0].resources.requests: Forbidden: resource requests cannot be removed"
        ) {
            // A limit that is left would be the request again.
            $0.spec.initContainers?[1].resources?.requests = nil
            $0.spec.containers[0].resources?.requests?["memory"] = nil
            $0.spec.containers[0].resources?.limits?["memory"] = nil
        },
        Refusal(
            "a limit stays", "spec.containers[0].resources.limits: Forbidden: resource limits cannot be removed"
        ) { $0.spec.containers[0].resources?.limits?["cpu"] = nil },
        Refusal(
            "a limit of a sidecar stays",
            "spec.initContainers[1].resources.limits: Forbidden: resource limits cannot be removed"
        ) { $0.spec.initContainers?[1].resources?.limits = nil },
        Refusal(
            "an init container keeps what it has",
            "spec.initContainers[0].resources: Forbidden: resources for non-sidecar init containers are immutable"
        ) { $0.spec.initContainers?[0].resources?.requests?["cpu"] = Quantity("20m")! },
        Refusal("nothing but processors and memory", "spec: Forbidden: only cpu and memory resources are mutable") {
            $0.spec.containers[0].resources?.limits?["ephemeral-storage"] = Quantity("1Gi")!
        },
        Refusal("nor what a change does", "spec: Forbidden: only cpu and memory resources are mutable") {
            $0.spec.containers[0].resizePolicy = [
                ContainerResizePolicy(resourceName: "cpu", restartPolicy: "RestartContainer")
            ]
        },
        Refusal(
            "no more than the limit",
            #"spec.containers[0].resources.requests: Invalid value: "300m": must be less than or equal to cpu limit of 200m"#
        ) { $0.spec.containers[0].resources?.requests?["cpu"] = Quantity("300m")! },
        Refusal(
            "no container comes", "spec.containers: Forbidden: containers may not be added or removed on resize"
        ) { $0.spec.containers.append(Container(name: "new", image: "i")) },
        Refusal(
            "no init container goes",
            "spec.initContainers: Forbidden: initContainers may not be added or removed on resize"
        ) { $0.spec.initContainers?.removeLast() },
        Refusal(
            "they keep their places",
            "spec.containers[0].name: Forbidden: containers may not be renamed or reordered on resize"
        ) { $0.spec.containers.swapAt(0, 1) },
    ])
    func refuses(_ row: Refusal) throws {
        let old = try pod()
        let message = refusal { _ = try resize(old, row.change) }
        #expect(message?.contains(row.message) == true, "\(message ?? "nothing is wrong")")
        #expect(message?.hasPrefix("Pod \"p\" is invalid: ") == true)
    }

    @Test func `its class stays`() throws {
        let text = """
            metadata: {name: p}
            spec: {containers: [{name: main, image: i, resources: {limits: {cpu: 1, memory: 64Mi}}}]}
            """
        let old = try pod(text)
        #expect(
            refusal {
                _ = try resize(old) { $0.spec.containers[0].resources?.requests?["cpu"] = Quantity("500m")! }
            }
                == "Pod \"p\" is invalid: spec: Invalid value: \"Burstable\": Pod QOS Class may not change as a result of resizing"
        )
        #expect(
            refusal {
                _ = try resize(old) {
                    $0.spec.containers[0].resources = ResourceRequirements(
                        limits: ["cpu": Quantity("2")!, "memory": Quantity("1Gi")!],
                        requests: ["cpu": Quantity("2")!, "memory": Quantity("1Gi")!])
                }
            } == nil)
    }

    @Test(arguments: [
        Row(
            "twice the same",
            "[{resourceName: cpu, restartPolicy: NotRequired}, {resourceName: cpu, restartPolicy: NotRequired}]",
            #"spec.containers[0].resizePolicy[1]: Duplicate value: "cpu""#),
        Row(
            "of another resource", "[{resourceName: disk, restartPolicy: NotRequired}]",
            #"spec.containers[0].resizePolicy: Unsupported value: "disk": supported values: "cpu", "memory""#),
        Row(
            "another policy", "[{resourceName: cpu, restartPolicy: Maybe}]",
            #"spec.containers[0].resizePolicy: Unsupported value: "Maybe": supported values: "NotRequired", "RestartContainer""#
        ),
        Row("no policy", "[{resourceName: cpu, restartPolicy: ''}]", "spec.containers[0].resizePolicy: Required value"),
    ])
    func `a resize policy is refused`(_ row: Row<String, String>) throws {
        let text =
            "metadata: {name: p}\nspec: {restartPolicy: OnFailure, containers: [{name: main, image: i, resizePolicy: \(row.input)}]}"
        #expect(refusal { _ = try admit(Pod.self, text) } == "Pod \"p\" is invalid: \(row.expected)")
    }

    @Test func `who is never started again cannot be started again for a resize`() throws {
        func text(_ policy: String) -> String {
            "metadata: {name: p}\nspec: {restartPolicy: Never, containers: [{name: main, image: i, resizePolicy: [{resourceName: memory, restartPolicy: \(policy)}]}]}"
        }
        #expect(
            refusal { _ = try admit(Pod.self, text("RestartContainer")) }
                == "Pod \"p\" is invalid: spec.containers[0].resizePolicy: Invalid value: \"RestartContainer\": must be "
                + "'NotRequired' when `restartPolicy` is 'Never'")
        #expect(refusal { _ = try admit(Pod.self, text("NotRequired")) } == nil)
    }

    @Test func `an init container has no resize policy`() throws {
        let text = """
            metadata: {name: p}
            spec:
              containers: [{name: main, image: i}]
              initContainers: [{name: a, image: i, resizePolicy: [{resourceName: cpu, restartPolicy: NotRequired}]}]
            """
        #expect(
            refusal { _ = try admit(Pod.self, text) }?
                .hasSuffix("must not be set for init containers") == true)
    }

    @Test func `what was granted is the node's to say`() throws {
        var old = try pod()
        var status = ContainerStatus(name: "main", image: "i")
        status.resources = old.spec.containers[0].resources
        status.allocatedResources = old.spec.containers[0].resources?.requests
        old.status?.containerStatuses = [status]
        var new = old
        new.status?.containerStatuses?[0].resources?.limits = ["memory": Quantity("1Ti")!]
        new.status?.containerStatuses?[0].allocatedResources = nil
        new.status?.containerStatuses?[0].ready = true
        _ = try new.admitForUpdate(old: old, isStatus: true)
        status.ready = true
        #expect(new.status?.containerStatuses == [status])
    }
}
