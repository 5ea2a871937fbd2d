import Testing

@testable import Containers

/// What plugins of all versions answer.
struct NetworkResultTests {
    struct Row: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let document: NetworkJSON
        let addresses: [String]
        init(_ sentence: String, _ document: NetworkJSON, _ addresses: [String]) {
            (testDescription, self.document, self.addresses) = (sentence, document, addresses)
        }
    }

    @Test(arguments: [
        Row("the address without its length", ["ips": [["address": "10.1.2.3/24"]]], ["10.1.2.3"]),
        Row(
            "one of each family, IPv4 first",
            ["ips": [["address": "fd00::2/64"], ["address": "10.1.2.3/24"], ["address": "10.1.2.4/24"]]],
            ["10.1.2.3", "fd00::2"]),
        Row(
            "an interface of the host is not the pod's",
            [
                "interfaces": [["name": "br0"], ["name": "eth0", "sandbox": "/run/netns"]],
                "ips": [["address": "10.1.2.1/24", "interface": 0], ["address": "10.1.2.3/24", "interface": 1]],
            ], ["10.1.2.3"]),
        Row("none", ["ips": []], []),
        Row("nothing at all", [:], []),
        Row(
            "of the first versions",
            ["cniVersion": "0.2.0", "ip4": ["ip": "10.1.2.3/24"], "ip6": ["ip": "fd00::2/64"]],
            ["10.1.2.3", "fd00::2"]),
    ])
    func tells(_ row: Row) throws {
        #expect(try NetworkResult(row.document, expected: NetworkVersion(1, 0, 0)).addresses == row.addresses)
    }

    @Test(arguments: [
        ("[]", "the result is not a JSON object"),
        (#"{"cniVersion": "7.0.0"}"#, "the result has the unsupported cniVersion \"7.0.0\""),
        (#"{"cniVersion": 1}"#, "the result's cniVersion is not text"),
        (#"{"ips": [{}]}"#, "the result's address \"\" is none"),
        (#"{"ips": [{"address": "10.1.2.3\nroot"}]}"#, "the result's address \"10.1.2.3\nroot\" is none"),
        (#"{"ips": [{"address": "host"}]}"#, "the result's address \"host\" is none"),
    ])
    func `what is no result is refused`(_ text: String, _ problem: String) throws {
        let document = try #require(NetworkJSON(Array(text.utf8)))
        #expect(throws: MalformedNetwork(problem)) {
            try NetworkResult(document, expected: NetworkVersion(1, 0, 0))
        }
    }

    static let newest: NetworkJSON = [
        "cniVersion": "1.1.0", "interfaces": [["name": "eth0", "sandbox": "/n", "mtu": 1500]],
        "ips": [["address": "10.1.2.3/24", "gateway": "10.1.2.1", "interface": 0], ["address": "fd00::2/64"]],
        "routes": [["dst": "0.0.0.0/0"], ["dst": "::/0", "gw": "fd00::1"]], "dns": ["nameservers": ["10.0.0.1"]],
    ]

    @Test(arguments: [
        (NetworkVersion(1, 0, 0), NetworkVersion(1, 0, 0)), (NetworkVersion(0, 3, 1), NetworkVersion(0, 4, 0)),
    ])
    func `lists of addresses name their families in old versions`(
        _ older: NetworkVersion, _ other: NetworkVersion
    ) throws {
        let result = try NetworkResult(Self.newest, expected: older)
        for version in [older, other] {
            let ips = result.converted(to: version).document["ips"]?.array ?? []
            #expect(ips.map { $0["version"] } == (version.major == 1 ? [nil, nil] : ["4", "6"]))
            #expect(result.converted(to: version).document["cniVersion"] == .string("\(version)"))
            #expect(result.converted(to: version).converted(to: NetworkVersion(1, 1, 0)) == result)
        }
    }

    @Test func `the first versions have one address of each family, there and back`() throws {
        let result = try NetworkResult(Self.newest, expected: .oldest)
        let old = result.converted(to: NetworkVersion(0, 2, 0))
        #expect(
            old.document == [
                "cniVersion": "0.2.0", "dns": ["nameservers": ["10.0.0.1"]],
                "ip4": ["ip": "10.1.2.3/24", "gateway": "10.1.2.1", "routes": [["dst": "0.0.0.0/0"]]],
                "ip6": ["ip": "fd00::2/64", "routes": [["dst": "::/0", "gw": "fd00::1"]]],
            ])
        let back = old.converted(to: NetworkVersion(0, 4, 0))
        #expect(
            back.document["ips"] == [
                ["address": "10.1.2.3/24", "gateway": "10.1.2.1", "version": "4"],
                ["address": "fd00::2/64", "version": "6"],
            ])
        #expect(back.document["routes"] == Self.newest["routes"])
        #expect(back.addresses == ["10.1.2.3", "fd00::2"])
    }
}
