import Foundation
import Testing

@testable import Kube

@Suite struct ServiceTests {
    static func service(_ spec: String, name: String = "web") throws -> ClusterService {
        try admit(ClusterService.self, "metadata: {name: \(name)}\nspec: \(spec)").0
    }

    @Test func `what the author left out is filled in`() throws {
        let spec = try Self.service("{ports: [{port: 80}]}").spec
        #expect(spec.type == "ClusterIP" && spec.sessionAffinity == "None" && spec.internalTrafficPolicy == "Cluster")
        #expect(spec.ports?[0].protocol == "TCP" && spec.ports?[0].targetPort == .integer(80))
        #expect(spec.ipFamilies == ["IPv4"] && spec.ipFamilyPolicy == "SingleStack")
        #expect(spec.clusterIP == nil && spec.externalTrafficPolicy == nil)
        let balanced = try Self.service("{type: LoadBalancer, ports: [{port: 80, targetPort: http}]}").spec
        #expect(balanced.externalTrafficPolicy == "Cluster" && balanced.allocateLoadBalancerNodePorts == true)
        #expect(balanced.ports?[0].targetPort == .string("http"))
        let sticky = try Self.service("{sessionAffinity: ClientIP, ports: [{port: 80}]}").spec
        #expect(sticky.sessionAffinityConfig?.clientIP?.timeoutSeconds == 10_800)
        let outside = try Self.service("{type: ExternalName, externalName: example.com.}").spec
        #expect(outside.ipFamilies == nil && outside.internalTrafficPolicy == nil)
        #expect(try Self.service("{clusterIP: None}").spec.clusterIPs == ["None"])
    }

    static let refusals: [Row<String, String>] = [
        Row("no ports", "{}", "spec.ports: Required value"),
        Row(
            "an unknown type", "{type: Tunnel, ports: [{port: 80}]}",
            "spec.type: Unsupported value: \"Tunnel\": supported values: \"ClusterIP\", \"ExternalName\", \"LoadBalancer\", "
                + "\"NodePort\""),
        Row(
            "a port out of range", "{ports: [{port: 70000}]}",
            "[spec.ports[0].port: Invalid value: 70000: must be between 1 and 65535, inclusive, spec.ports[0].targetPort: "
                + "Invalid value: 70000: must be between 1 and 65535, inclusive]"),
        Row(
            "two ports without names", "{ports: [{port: 80}, {port: 81}]}",
            "[spec.ports[0].name: Required value, spec.ports[1].name: Required value]"),
        Row(
            "two of one name", "{ports: [{name: a, port: 80}, {name: a, port: 81}]}",
            "spec.ports[1].name: Duplicate value: \"a\""),
        Row(
            "two of one number", "{ports: [{name: a, port: 80}, {name: b, port: 80}]}",
            "spec.ports[1]: Duplicate value: {\"AppProtocol\":null,\"Name\":\"\",\"NodePort\":0,\"Port\":80,\"Protocol\":\"TCP\","
                + "\"TargetPort\":0}"),
        Row(
            "an unknown protocol", "{ports: [{port: 80, protocol: tcp}]}",
            "spec.ports[0].protocol: Unsupported value: \"tcp\": supported values: \"SCTP\", \"TCP\", \"UDP\""),
        Row(
            "a name for a target that is none", "{ports: [{port: 80, targetPort: '80'}]}",
            "spec.ports[0].targetPort: Invalid value: \"80\": must contain at least one letter (a-z)"),
        Row(
            "a port of the node", "{ports: [{port: 80, nodePort: 30080}]}",
            "spec.ports[0].nodePort: Forbidden: may not be used when `type` is 'ClusterIP'"),
        Row(
            "an address that is none", "{clusterIP: 10.0.0.256, ports: [{port: 80}]}",
            "spec.clusterIPs[0]: Invalid value: \"10.0.0.256\": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"
        ),
        Row(
            "two addresses that differ", "{clusterIP: 10.96.0.5, clusterIPs: [10.96.0.6], ports: [{port: 80}]}",
            "spec.clusterIPs: Invalid value: [\"10.96.0.6\"]: first value must match `clusterIP`"),
        Row(
            "a headless balancer", "{type: LoadBalancer, clusterIP: None, ports: [{port: 80}]}",
            "spec.clusterIPs[0]: Invalid value: \"None\": may not be set to 'None' for LoadBalancer services"),
        Row("a name for nothing", "{type: ExternalName}", "spec.externalName: Required value"),
        Row(
            "two families", "{ipFamilyPolicy: RequireDualStack, ports: [{port: 80}]}",
            "spec.ipFamilyPolicy: Invalid value: \"RequireDualStack\": this cluster is not configured for dual-stack services"
        ),
        Row(
            "the other family", "{ipFamilies: [IPv6], ports: [{port: 80}]}",
            "spec.ipFamilies[0]: Invalid value: \"IPv6\": not configured on this cluster"),
        Row(
            "affinity without end",
            "{sessionAffinity: ClientIP, sessionAffinityConfig: {clientIP: {timeoutSeconds: 90000}}, ports: [{port: 80}]}",
            "spec.sessionAffinityConfig.clientIP.timeoutSeconds: Invalid value: 90000: must be greater than 0 and less than "
                + "86400"),
        Row(
            "a policy for traffic that does not come", "{externalTrafficPolicy: Local, ports: [{port: 80}]}",
            "spec.externalTrafficPolicy: Invalid value: \"Local\": may only be set for externally-accessible services"),
    ]

    @Test(arguments: refusals)
    func refuses(_ row: Row<String, String>) {
        #expect(refusal { _ = try Self.service(row.input) } == "Service \"web\" is invalid: \(row.expected)")
    }

    @Test func `a name begins with a letter`() {
        #expect(
            refusal { _ = try Self.service("{ports: [{port: 80}]}", name: "1web") }
                == "Service \"1web\" is invalid: metadata.name: Invalid value: \"1web\": a DNS-1035 label must consist of lower "
                + "case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric "
                + "character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')"
        )
    }

    @Test func `an address stays`() throws {
        let old = try Self.service("{clusterIP: 10.96.0.5, ports: [{port: 80}]}")
        var new = old
        (new.spec.clusterIP, new.spec.clusterIPs) = (nil, nil)
        _ = try new.admitForUpdate(old: old)
        #expect(new.spec.clusterIP == "10.96.0.5" && new.spec.clusterIPs == ["10.96.0.5"])
        (new.spec.clusterIP, new.spec.clusterIPs) = ("10.96.0.6", ["10.96.0.6"])
        #expect(
            refusal { _ = try new.admitForUpdate(old: old) }
                == "Service \"web\" is invalid: spec.clusterIPs[0]: Invalid value: [\"10.96.0.6\"]: may not change once set"
        )
        var named = old
        named.spec.type = "ExternalName"
        named.spec.externalName = "example.com"
        _ = try named.admitForUpdate(old: old)
        #expect(named.spec.clusterIP == nil && named.spec.ipFamilies == nil)
    }

    @Test(arguments: [
        Row(
            "an address", "{clusterIP: 10.96.0.1, ports: [{port: 443}]}",
            ["ClusterIP", "10.96.0.1", "<none>", "443/TCP"]),
        Row("headless", "{clusterIP: None}", ["ClusterIP", "None", "<none>", "<none>"]),
        Row(
            "on the node", "{type: NodePort, externalIPs: [192.0.2.1], ports: [{port: 80, nodePort: 30080}]}",
            ["NodePort", "<none>", "192.0.2.1", "80:30080/TCP"]),
        Row(
            "behind a balancer",
            "{type: LoadBalancer, ports: [{name: a, port: 80}, {name: b, port: 53, protocol: UDP}]}",
            ["LoadBalancer", "<none>", "<pending>", "80/TCP,53/UDP"]),
        Row(
            "somewhere else", "{type: ExternalName, externalName: example.com}",
            ["ExternalName", "<none>", "example.com", "<none>"]),
    ])
    func showsColumns(_ row: Row<String, [String]>) throws {
        let service = try Self.service(row.input)
        #expect(service.cells(now: noon)[1...4].map(TextTable.text) == row.expected)
        #expect(service.cells(now: noon).count == ClusterService.columns.count)
    }

    @Test func `the selector is shown in the order of its keys`() throws {
        let service = try Self.service("{selector: {b: '2', a: '1'}, ports: [{port: 80}]}")
        #expect(service.cells(now: noon).last == "a=1,b=2")
    }

    @Test(arguments: ["10.96.0.1", "::", "::1", "2001:db8::ffff", "1:2:3:4:5:6:7:8", "::ffff:10.0.0.1", "fe80::1:2"])
    func knowsAddresses(_ text: String) { #expect(IPAddress.isValid(text)) }

    @Test(arguments: [
        "", "10.0.0", "010.0.0.1", "256.0.0.1", ":", ":::", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1::2::3", "12345::",
        "g::",
        "1:2:3:4:5:6:7:8::", "::10.0.0.256",
    ])
    func knowsNoOtherAddresses(_ text: String) { #expect(!IPAddress.isValid(text)) }
}
