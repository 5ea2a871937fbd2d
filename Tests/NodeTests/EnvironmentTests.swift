import Containers
import Kube
import Testing

@testable import Node

private let host = NodeFacts(
    nodeName: "box", bootID: "boot", address: "127.0.0.1", cpuMilli: 2000, memoryBytes: 1 << 30,
    capabilities: .containerDefault, diskBytes: 40 << 30)

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

    private func environment(
        _ variables: [EnvVar], from: [EnvFromSource] = [], image: [String] = [], configMaps: [ConfigMap] = [],
        secrets: [Secret] = [], services: [ClusterService] = []
    ) throws -> [String] {
        var container = Container(name: "main")
        container.env = variables
        container.envFrom = from
        container.resources = ResourceRequirements(limits: ["memory": Quantity("64Mi")!])
        var pod = Pod(
            metadata: ObjectMeta(name: "p", namespace: "n", labels: ["app": "x"]),
            spec: PodSpec(containers: [container]))
        pod.metadata.uid = "u"
        var environment = Environment(imageVariables: image)
        let sources = try EnvironmentSources(
            of: container, in: "n", configMap: { name in configMaps.first { $0.name == name } },
            secret: { name in secrets.first { $0.name == name } }, services: services)
        try environment.add(container, sources, pod: pod, host: host)
        return environment.list
    }

    @Test func `the pod's variables replace the image's, in the image's place`() throws {
        #expect(try environment([EnvVar(name: "B", value: "2")], image: ["A=1", "B=1"]) == ["A=1", "B=2"])
    }

    private func service(_ name: String, _ address: String?, _ ports: [ServicePort]) -> ClusterService {
        var service = ClusterService(metadata: ObjectMeta(name: name, namespace: "n"), spec: ServiceSpec(ports: ports))
        service.spec.clusterIP = address
        return service
    }

    @Test func `Services are told of, and the pod's own variables win over them`() throws {
        var second = ServicePort(name: "dns-udp", port: 53)
        second.protocol = "UDP"
        let web = service("my-web", "10.96.0.9", [ServicePort(name: "http", port: 80), second])
        let own = [EnvVar(name: "MY_WEB_PORT", value: "mine"), EnvVar(name: "URL", value: "$(MY_WEB_SERVICE_HOST)/")]
        #expect(
            try environment(own, services: [web]) == [
                "MY_WEB_SERVICE_HOST=10.96.0.9", "MY_WEB_SERVICE_PORT=80", "MY_WEB_SERVICE_PORT_HTTP=80",
                "MY_WEB_SERVICE_PORT_DNS_UDP=53", "MY_WEB_PORT=mine", "MY_WEB_PORT_80_TCP=tcp://10.96.0.9:80",
                "MY_WEB_PORT_80_TCP_PROTO=tcp", "MY_WEB_PORT_80_TCP_PORT=80", "MY_WEB_PORT_80_TCP_ADDR=10.96.0.9",
                "MY_WEB_PORT_53_UDP=udp://10.96.0.9:53", "MY_WEB_PORT_53_UDP_PROTO=udp",
                "MY_WEB_PORT_53_UDP_PORT=53", "MY_WEB_PORT_53_UDP_ADDR=10.96.0.9", "URL=10.96.0.9/",
            ])
    }

    @Test func `a Service without an address, or without a port, is none of a container's business`() throws {
        let port = ServicePort(port: 80)
        let services = [service("a", nil, [port]), service("b", "None", [port]), service("c", "10.96.0.1", [])]
        #expect(try environment([], services: services) == [])
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
            ("limits.cpu", "1m", "2000"), ("requests.cpu", nil, "0"), ("limits.ephemeral-storage", "1Gi", "40"),
            ("requests.ephemeral-storage", nil, "0"),
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

    private let settings = ConfigMap(
        metadata: ObjectMeta(name: "settings", namespace: "n"), data: ["color": "blue", "a.b": "dots"])
    private let keys = Secret(
        metadata: ObjectMeta(name: "keys", namespace: "n"),
        data: [
            "token": Base64Bytes("hunter2".utf8), "binary": Base64Bytes([0xC3, 0x28]),
            "nul": Base64Bytes("hun\0ter".utf8),
        ])

    private func variable(_ name: String, configMap: KeySelector? = nil, secret: KeySelector? = nil) -> EnvVar {
        var source = EnvVarSource()
        (source.configMapKeyRef, source.secretKeyRef) = (configMap, secret)
        return EnvVar(name: name, valueFrom: source)
    }

    @Test func `values of ConfigMaps and Secrets reach the environment, and can be referred to`() throws {
        let variables = [
            variable("COLOR", configMap: KeySelector(name: "settings", key: "color")),
            variable("TOKEN", secret: KeySelector(name: "keys", key: "token")),
            EnvVar(name: "BOTH", value: "$(COLOR)-$(TOKEN)"),
        ]
        #expect(
            try environment(variables, configMaps: [settings], secrets: [keys])
                == ["COLOR=blue", "TOKEN=hunter2", "BOTH=blue-hunter2"])
    }

    @Test func `whole objects come first, with their prefix, and single variables win`() throws {
        let token = Secret(
            metadata: ObjectMeta(name: "keys", namespace: "n"), data: ["color": Base64Bytes("red".utf8)])
        let from = [
            EnvFromSource(configMap: OptionalReference(name: "settings")),
            EnvFromSource(prefix: "S_", secret: OptionalReference(name: "keys")),
            EnvFromSource(secret: OptionalReference(name: "keys")),
        ]
        let variables = [EnvVar(name: "S_color", value: "own"), EnvVar(name: "X", value: "$(color)$(a.b)")]
        #expect(
            try environment(variables, from: from, configMaps: [settings], secrets: [token])
                == ["a.b=dots", "color=red", "S_color=own", "X=reddots"])
    }

    @Test func `what is optional and not there is left out`() throws {
        let variables = [
            variable("A", configMap: KeySelector(name: "none", key: "k", optional: true)),
            variable("B", configMap: KeySelector(name: "settings", key: "none", optional: true)),
            variable("C", secret: KeySelector(name: "none", key: "k", optional: true)),
            EnvVar(name: "D", value: "$(A)"),
        ]
        let from = [
            EnvFromSource(configMap: OptionalReference(name: "none", optional: true)),
            EnvFromSource(secret: OptionalReference(name: "none", optional: true)),
        ]
        #expect(try environment(variables, from: from, configMaps: [settings]) == ["D=$(A)"])
    }

    struct Missing: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var from: EnvFromSource?
        var configMap: KeySelector?
        var secret: KeySelector?
        let message: String
    }

    @Test(arguments: [
        Missing(
            testDescription: "no such ConfigMap", configMap: KeySelector(name: "none", key: "k"),
            message: "configmap \"none\" not found"),
        Missing(
            testDescription: "no such Secret", secret: KeySelector(name: "none", key: "k"),
            message: "secret \"none\" not found"),
        Missing(
            testDescription: "no such key of a ConfigMap", configMap: KeySelector(name: "settings", key: "k"),
            message: "couldn't find key k in ConfigMap n/settings"),
        Missing(
            testDescription: "no such key of a Secret", secret: KeySelector(name: "keys", key: "k"),
            message: "couldn't find key k in Secret n/keys"),
        Missing(
            testDescription: "no ConfigMap to take all of",
            from: EnvFromSource(configMap: OptionalReference(name: "none")),
            message: "configmap \"none\" not found"),
        Missing(
            testDescription: "no Secret to take all of", from: EnvFromSource(secret: OptionalReference(name: "none")),
            message: "secret \"none\" not found"),
        Missing(
            testDescription: "a value that is no text", secret: KeySelector(name: "keys", key: "binary"),
            message: "key binary in Secret n/keys is not valid UTF-8"),
        Missing(
            testDescription: "a value that would be cut", secret: KeySelector(name: "keys", key: "nul"),
            message: "key nul in Secret n/keys contains a NUL character"),
    ])
    func waitsFor(_ row: Missing) {
        #expect(throws: PendingReference(message: row.message)) {
            try environment(
                [variable("X", configMap: row.configMap, secret: row.secret)], from: row.from.map { [$0] } ?? [],
                configMaps: [settings], secrets: [keys])
        }
    }

    @Test func `an unknown field is refused by name`() {
        var source = EnvVarSource()
        source.fieldRef = ObjectFieldSelector(fieldPath: "spec.moon")
        #expect(throws: ContainerConfigError(message: "unsupported fieldPath: spec.moon")) {
            try environment([EnvVar(name: "X", valueFrom: source)])
        }
    }
}
