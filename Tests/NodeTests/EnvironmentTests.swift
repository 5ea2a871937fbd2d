import Containers
import Kube
import Testing

@testable import Node

private let host = NodeFacts(
    nodeName: "box", bootID: "boot", address: "127.0.0.1", cpuMilli: 2000, memoryBytes: 1 << 30,
    capabilities: .containerDefault)

struct EnvironmentTests {
    struct Expansion: Sendable, CustomTestStringConvertible {
        let sentence: String
        let text: String
        let result: String
        var testDescription: String { sentence }
    }

    @Test(arguments: [
        Expansion(sentence: "plain text stays", text: "plain", result: "plain"),
        Expansion(sentence: "a known name is filled in", text: "a-$(A)-b", result: "a-1-b"),
        Expansion(sentence: "an unknown name stays as written", text: "$(NO)", result: "$(NO)"),
        Expansion(sentence: "two dollars are one, and expand nothing", text: "$$(A)", result: "$(A)"),
        Expansion(sentence: "a lone dollar stays", text: "cost: 5$", result: "cost: 5$"),
        Expansion(sentence: "shell syntax is none of our business", text: "$A ${A}", result: "$A ${A}"),
        Expansion(sentence: "an open bracket without its end stays", text: "$(A", result: "$(A"),
    ])
    func expands(_ row: Expansion) {
        #expect(Environment.expand(row.text, with: ["A": "1"]) == row.result)
    }

    private func environment(_ variables: [EnvVar], image: [String] = []) throws -> [String] {
        var container = Container(name: "main")
        container.resources = ResourceRequirements(limits: ["memory": Quantity("64Mi")!])
        var pod = Pod(
            metadata: ObjectMeta(name: "p", namespace: "n", labels: ["app": "x"]),
            spec: PodSpec(containers: [container]))
        pod.metadata.uid = "u"
        var environment = Environment(imageVariables: image)
        try environment.add(variables, pod: pod, container: container, host: host)
        return environment.list
    }

    @Test func `the pod's variables replace the image's, in the image's place`() throws {
        #expect(try environment([EnvVar(name: "B", value: "2")], image: ["A=1", "B=1"]) == ["A=1", "B=2"])
    }

    @Test func `a reference sees only variables that stand before it`() throws {
        let variables = [
            EnvVar(name: "A", value: "$(B)"), EnvVar(name: "B", value: "1"), EnvVar(name: "C", value: "$(B)"),
        ]
        #expect(try environment(variables) == ["A=$(B)", "B=1", "C=1"])
    }

    @Test(arguments: [
        ("metadata.name", "p"), ("metadata.namespace", "n"), ("metadata.uid", "u"), ("metadata.labels['app']", "x"),
        ("metadata.annotations['none']", ""), ("spec.nodeName", "box"), ("status.hostIP", "127.0.0.1"),
    ])
    func `fields of the pod reach the environment`(path: String, value: String) throws {
        var source = EnvVarSource()
        source.fieldRef = ObjectFieldSelector(fieldPath: path)
        #expect(try environment([EnvVar(name: "X", valueFrom: source)]) == ["X=\(value)"])
    }

    @Test(
        arguments: [
            ("limits.memory", nil, "67108864"), ("limits.memory", "1Mi", "64"), ("limits.cpu", nil, "2"),
            ("limits.cpu", "1m", "2000"), ("requests.cpu", nil, "0"),
        ] as [(String, String?, String)])
    func `resources reach the environment, and an unset limit is what the host has`(
        resource: String, divisor: String?, value: String
    ) throws {
        var source = EnvVarSource()
        var selector = ResourceFieldSelector(resource: resource)
        selector.divisor = divisor.flatMap { Quantity($0) }
        source.resourceFieldRef = selector
        #expect(try environment([EnvVar(name: "X", valueFrom: source)]) == ["X=\(value)"])
    }

    @Test func `an unknown field is refused by name`() {
        var source = EnvVarSource()
        source.fieldRef = ObjectFieldSelector(fieldPath: "spec.moon")
        #expect(throws: ContainerConfigError(message: "unsupported fieldPath: spec.moon")) {
            try environment([EnvVar(name: "X", valueFrom: source)])
        }
    }
}
