import Testing

@testable import Kube

@Suite struct PodNamingTests {
    static let subdomainWords =
        "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and "
        + "end with an alphanumeric character (e.g. 'example.com', regex used for validation is "
        + "'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"
    static let searchWords =
        "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '_', '-' or '.', and must start "
        + "and end with an alphanumeric character (e.g. 'example.com', regex used for validation is "
        + "'_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?(\\._?[a-z0-9]([-_a-z0-9]*[a-z0-9])?)*')"

    static let good: [Row<String, [String]>] = [
        Row("names for addresses", #"{"hostAliases":[{"ip":"10.1.2.3","hostnames":["foo.remote","bar"]}]}"#, []),
        Row("an address without names", #"{"hostAliases":[{"ip":"::1"}]}"#, []),
        Row("a resolver of its own", #"{"dnsPolicy":"None","dnsConfig":{"nameservers":["1.2.3.4"]}}"#, []),
        Row(
            "domains with dots at the end, underscores, and the dot alone",
            #"{"dnsConfig":{"searches":["a.b.","_tcp.my_host.c","."]}}"#, []),
        Row(
            "options with and without a value",
            #"{"dnsConfig":{"options":[{"name":"ndots","value":"2"},{"name":"edns0"}]}}"#,
            []),
        Row("a full name", #"{"hostname":"a","subdomain":"b","setHostnameAsFQDN":true}"#, []),
        Row("another name altogether", #"{"hostnameOverride":"a.b.c","subdomain":"d"}"#, []),
    ]

    @Test(arguments: good)
    func accepts(_ row: Row<String, [String]>) throws {
        #expect(try PodTests.pod(row.input).1 == row.expected)
    }

    @Test(arguments: [
        Row(
            "an alias without an address", #"{"hostAliases":[{"hostnames":["a"]}]}"#,
            #"spec.hostAliases[0].ip: Invalid value: "": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"#
        ),
        Row(
            "an alias with a name that is none", #"{"hostAliases":[{"ip":"1.2.3.4","hostnames":["ok","a b"]}]}"#,
            #"spec.hostAliases[0].hostnames[1]: Invalid value: "a b": \#(subdomainWords)"#),
        Row(
            "an alias that would start a line of its own", #"{"hostAliases":[{"ip":"1.2.3.4\n5.6.7.8"}]}"#,
            #"spec.hostAliases[0].ip: Invalid value: "1.2.3.4\n5.6.7.8": must be a valid IP address, (e.g. 10.9.8.7 or "#
                + "2001:db8::ffff)"),
        Row(
            "no resolver at all", #"{"dnsPolicy":"None"}"#,
            "spec.dnsConfig: Required value: must provide `dnsConfig` when `dnsPolicy` is None"),
        Row(
            "no server of its own", #"{"dnsPolicy":"None","dnsConfig":{"searches":["A"]}}"#,
            "spec.dnsConfig.nameservers: Required value: must provide at least one DNS nameserver when `dnsPolicy` is None"
        ),
        Row(
            "a server that is no address", #"{"dnsConfig":{"nameservers":["dns.example.com"]}}"#,
            #"spec.dnsConfig.nameservers[0]: Invalid value: "dns.example.com": must be a valid IP address, (e.g. 10.9.8.7 or "#
                + "2001:db8::ffff)"),
        Row(
            "too many servers", #"{"dnsConfig":{"nameservers":["1.1.1.1","1.1.1.2","1.1.1.3","1.1.1.4"]}}"#,
            #"spec.dnsConfig.nameservers: Invalid value: ["1.1.1.1","1.1.1.2","1.1.1.3","1.1.1.4"]: must not have more than "#
                + "3 nameservers"),
        Row(
            "a domain that is none", #"{"dnsConfig":{"searches":["a..b"]}}"#,
            #"spec.dnsConfig.searches[0]: Invalid value: "a..b": \#(searchWords)"#),
        Row(
            "a domain with two underscores in front", #"{"dnsConfig":{"searches":["__a"]}}"#,
            #"spec.dnsConfig.searches[0]: Invalid value: "__a": \#(searchWords)"#),
        Row(
            "an option without a name", #"{"dnsConfig":{"options":[{"value":"2"}]}}"#,
            "spec.dnsConfig.options[0]: Required value: must not be empty"),
        Row(
            "an option that would start a line of its own", #"{"dnsConfig":{"options":[{"name":"a\nnameserver"}]}}"#,
            #"spec.dnsConfig.options[0].name: Invalid value: "a\nnameserver": must consist of printable ASCII characters "#
                + "without spaces"),
        Row(
            "an unknown policy", #"{"dnsPolicy":"Mine"}"#,
            #"spec.dnsPolicy: Unsupported value: "Mine": supported values: "ClusterFirst", "ClusterFirstWithHostNet", "#
                + #""Default", "None""#),
        Row(
            "a name that is longer than the kernel's",
            #"{"hostnameOverride":"a1234567890.b1234567890.c1234567890.d1234567890.e1234567890.f12345"}"#,
            "spec.hostnameOverride: Too long: may not be more than 64 bytes"),
        Row(
            "two ways to a full name", #"{"hostnameOverride":"a.b","setHostnameAsFQDN":true}"#,
            "spec.setHostnameAsFQDN: Forbidden: may not be true when `hostnameOverride` is specified"),
        Row(
            "another name for the host itself", #"{"hostnameOverride":"a.b","hostNetwork":true}"#,
            "spec.hostnameOverride: Forbidden: may not be specified when `hostNetwork` is true"),
    ])
    func refuses(_ row: Row<String, String>) {
        #expect(refusal { _ = try PodTests.pod(row.input) } == "Pod \"hello\" is invalid: \(row.expected)")
    }

    @Test func `a list of domains has an end`() {
        let many = (0..<33).map { "d\($0)" }
        #expect(
            refusal { _ = try PodTests.pod(#"{"dnsConfig":{"searches":\#(many)}}"#) }?
                .hasSuffix("must not have more than 32 search paths") == true)
        let long = (0..<9).map { "\($0)" + String(repeating: ".abcdefghijklmnopqrstuvw", count: 10) }
        #expect(
            refusal { _ = try PodTests.pod(#"{"dnsConfig":{"searches":\#(long)}}"#) }?
                .hasSuffix("must not have more than 2048 characters (including spaces) in the search list") == true)
    }
}
