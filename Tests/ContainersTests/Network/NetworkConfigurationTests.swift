import Testing

@testable import Containers

/// What a configuration file says, and what its plugins are told.
struct NetworkConfigurationTests {
    static func network(_ text: String) throws -> NetworkConfiguration {
        try NetworkConfiguration(try #require(NetworkJSON(Array(text.utf8))))
    }

    @Test func `a list has its plugins in order and what they can do`() throws {
        let network = try Self.network(
            """
            {"cniVersion": "1.0.0", "name": "stint", "disableCheck": true, "plugins": [
              {"type": "bridge", "ipam": {"type": "host-local"}},
              {"type": "portmap", "capabilities": {"portMappings": true, "bandwidth": false}}]}
            """)
        #expect(network.name == "stint")
        #expect(network.version == NetworkVersion(1, 0, 0))
        #expect(network.isCheckDisabled)
        #expect(network.plugins.map(\.type) == ["bridge", "portmap"])
        #expect(network.plugins.map(\.capabilities) == [[], ["portMappings"]])
        #expect(network.mapsPorts)
    }

    @Test func `a file with one plugin is a list of one`() throws {
        let network = try Self.network(#"{"name": "n", "type": "ptp", "capabilities": {"ips": true}}"#)
        #expect(network.plugins.map(\.type) == ["ptp"])
        #expect(network.version == .oldest)
        #expect(!network.mapsPorts)
    }

    @Test(arguments: [
        (#"{"cniVersions": ["0.4.0", "1.1.0", "9.0.0"], "cniVersion": "1.0.0", "name": "n", "type": "t"}"#, "1.1.0"),
        (#"{"cniVersion": "0.3.1", "name": "n", "type": "t"}"#, "0.3.1"),
        (#"{"cniVersion": "", "cniVersions": ["0.4.0"], "name": "n", "type": "t"}"#, "0.4.0"),
    ])
    func `the newest version that is offered and known counts`(_ text: String, _ version: String) throws {
        #expect("\(try Self.network(text).version)" == version)
    }

    struct Wrong: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let text: String
        let problem: String
        init(_ sentence: String, _ text: String, _ problem: String) {
            (testDescription, self.text, self.problem) = (sentence, text, problem)
        }
    }

    @Test(arguments: [
        Wrong("no object", "[]", "not a JSON object"),
        Wrong("no name", #"{"type": "t"}"#, "name is missing"),
        Wrong("a name that is a path", #"{"name": "../n", "type": "t"}"#, "name \"../n\" is not a name of a network"),
        Wrong("no plugin", #"{"name": "n"}"#, "type is missing"),
        Wrong("an empty list", #"{"name": "n", "plugins": []}"#, "no plugins in list"),
        Wrong("plugins that are no list", #"{"name": "n", "plugins": {}}"#, "plugins is not a list"),
        Wrong("a plugin without a type", #"{"name": "n", "plugins": [{}]}"#, "plugins[0].type is missing"),
        Wrong("a plugin that is no object", #"{"name": "n", "plugins": [1]}"#, "plugins[0] is not a JSON object"),
        Wrong(
            "a type that is a path", #"{"name": "n", "plugins": [{"type": "a"}, {"type": "../sh"}]}"#,
            "plugins[1].type \"../sh\" is not a name of a plugin"),
        Wrong(
            "a version nobody knows", #"{"cniVersion": "2.0.0", "name": "n", "type": "t"}"#,
            "cniVersion \"2.0.0\" is not supported"),
        Wrong(
            "a switch that is none", #"{"name": "n", "type": "t", "disableCheck": "maybe"}"#,
            "disableCheck is neither true nor false"),
    ])
    func refuses(_ row: Wrong) {
        #expect(throws: MalformedNetwork(row.problem)) { try Self.network(row.text) }
    }

    @Test func `the first by name is the one that counts`() {
        #expect(NetworkConfiguration.choose(["README", "87-podman.conflist", "10-a.conf", "20.json"]) == "10-a.conf")
        #expect(NetworkConfiguration.choose(["b.conf~", "a.conf.bak"]) == nil)
        #expect(NetworkConfiguration.choose(["a.conf", "B.conf"]) == "B.conf")
    }

    @Test func `a plugin is told its own part, the network, what came before, and what it can fulfil`() throws {
        let network = try Self.network(
            """
            {"cniVersion": "1.0.0", "name": "stint", "plugins": [
              {"type": "portmap", "snat": true, "capabilities": {"portMappings": true}}]}
            """)
        let request = PodNetworkRequest(
            uid: "u", namespace: "n", name: "p",
            ports: [
                .init(hostPort: 80, containerPort: 8080),
                .init(hostPort: 53, containerPort: 5, transport: "udp", hostIP: "10.0.0.1"),
            ],
            bandwidth: .init(ingress: 1000))
        let previous = try NetworkResult(
            ["ips": [["address": "10.1.2.3/24", "version": "4"]]], expected: NetworkVersion(0, 4, 0))
        let input = NetworkConfiguration.input(
            network.plugins[0], of: network, previous: previous, wishes: request.wishes)
        let expected: NetworkJSON = [
            "type": "portmap", "snat": true, "name": "stint", "cniVersion": "1.0.0",
            "prevResult": ["cniVersion": "1.0.0", "ips": [["address": "10.1.2.3/24"]]],
            "runtimeConfig": [
                "portMappings": [
                    ["hostPort": 80, "containerPort": 8080, "protocol": "tcp"],
                    ["hostPort": 53, "containerPort": 5, "protocol": "udp", "hostIP": "10.0.0.1"],
                ]
            ],
        ]
        #expect(input == expected)
        #expect(
            request.wishes["bandwidth"] == ["ingressRate": 1000, "ingressBurst": 2_147_483_647])
    }

    @Test func `a plugin's environment is the specification's and nothing of the daemon's`() {
        let request = PodNetworkRequest(uid: "u", namespace: "n", name: "p")
        #expect(
            request.environment(.delete, namespacePath: "/run/netns", directories: ["/opt/cni/bin", "/usr/lib/cni"])
                == [
                    "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "CNI_COMMAND=DEL",
                    "CNI_CONTAINERID=u", "CNI_NETNS=/run/netns", "CNI_IFNAME=eth0",
                    "CNI_ARGS=IgnoreUnknown=1;K8S_POD_NAMESPACE=n;K8S_POD_NAME=p;K8S_POD_INFRA_CONTAINER_ID=u;K8S_POD_UID=u",
                    "CNI_PATH=/opt/cni/bin:/usr/lib/cni",
                ])
    }
}
