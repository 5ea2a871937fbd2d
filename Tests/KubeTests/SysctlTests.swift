import Testing

@testable import Kube

@Suite struct SysctlTests {
    static func spec(_ sysctls: String, _ more: String = "") -> String {
        #"{\#(more)"securityContext":{"sysctls":[\#(sysctls)]}}"#
    }

    static let form =
        "must have at most 253 characters and match regex ^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*"
        + "[a-z0-9])?$"

    @Test(arguments: [
        Row("a parameter with dots", #"{"name":"net.ipv4.tcp_syncookies","value":"1"}"#, true),
        Row("one with slashes", #"{"name":"net/ipv4/tcp_syncookies","value":"1"}"#, true),
        Row(
            "one that only an operator should allow is taken, and not run",
            #"{"name":"net.core.somaxconn","value":"1"}"#, false),
        Row("one of the host", #"{"name":"kernel.core_pattern","value":"|x"}"#, false),
        Row(
            "one that looks like a safe one with slashes in it", #"{"name":"net.ipv4/tcp_syncookies","value":"1"}"#,
            false),
    ])
    func accepts(_ row: Row<String, Bool>) throws {
        let pod = try PodTests.pod(Self.spec(row.input)).0
        #expect(pod.spec.securityContext?.sysctls?.allSatisfy(\.isSafe) == row.expected)
    }

    @Test(arguments: [
        Row("no name", Self.spec(#"{"value":"1"}"#), "spec.securityContext.sysctls[0].name: Required value"),
        Row(
            "a name that climbs", Self.spec(#"{"name":"net/../kernel/core_pattern","value":"1"}"#),
            "spec.securityContext.sysctls[0].name: Invalid value: \"net/../kernel/core_pattern\": \(form)"),
        Row(
            "a name with capitals", Self.spec(#"{"name":"net.Ipv4","value":"1"}"#),
            "spec.securityContext.sysctls[0].name: Invalid value: \"net.Ipv4\": \(form)"),
        Row(
            "the same twice", Self.spec(#"{"name":"net.a","value":"1"},{"name":"net.a","value":"2"}"#),
            "spec.securityContext.sysctls[1].name: Duplicate value: \"net.a\""),
        Row(
            "the host's network",
            Self.spec(#"{"name":"net/ipv4/tcp_syncookies","value":"1"}"#, #""hostNetwork":true,"#),
            "spec.securityContext.sysctls[0].name: Invalid value: \"net/ipv4/tcp_syncookies\": may not be specified when "
                + "'hostNetwork' is true"),
        Row(
            "the host's shared memory",
            Self.spec(#"{"name":"kernel.shm_rmid_forced","value":"1"}"#, #""hostIPC":true,"#),
            "spec.securityContext.sysctls[0].name: Invalid value: \"kernel.shm_rmid_forced\": may not be specified when "
                + "'hostIPC' is true"),
        Row(
            "shared processes, with the host's", #"{"shareProcessNamespace":true,"hostPID":true}"#,
            "spec.securityContext.shareProcessNamespace: Invalid value: true: ShareProcessNamespace and HostPID cannot both "
                + "be enabled"),
    ])
    func refuses(_ row: Row<String, String>) {
        #expect(refusal { _ = try PodTests.pod(row.input) } == "Pod \"hello\" is invalid: \(row.expected)")
    }

    @Test func `what is shared with the host forbids its own parameters only`() throws {
        _ = try PodTests.pod(Self.spec(#"{"name":"kernel.shm_rmid_forced","value":"1"}"#, #""hostNetwork":true,"#))
        _ = try PodTests.pod(Self.spec(#"{"name":"net.ipv4.tcp_syncookies","value":"1"}"#, #""hostIPC":true,"#))
    }

    @Test func `a name is a path below proc sys`() {
        let rows = [
            ("net.ipv4.tcp_rmem", "net/ipv4/tcp_rmem"), ("net/ipv4/tcp_rmem", "net/ipv4/tcp_rmem"),
            ("net/ipv4/conf/eth0.1/forwarding", "net/ipv4/conf/eth0.1/forwarding"), ("vm", "vm"),
        ]
        for (name, path) in rows { #expect(Sysctl(name: name, value: "").path == path) }
    }
}
