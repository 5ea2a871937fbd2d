import Containers
import Foundation
import Kube
import Testing

@testable import Node

/// What a pod is called, and the files that tell its programs.
struct NamingTests {
    static let long = String(repeating: "a", count: 62) + "-b"

    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var change: @Sendable (inout Pod) -> Void
        var expected: PodNames

        init(
            _ name: String, _ short: String, _ domain: String? = nil, kernel: String? = nil,
            _ change: @escaping @Sendable (inout Pod) -> Void
        ) {
            testDescription = name
            expected = PodNames(short: short, domain: domain, kernel: kernel ?? short)
            self.change = change
        }
    }

    @Test(arguments: [
        Case("a pod has its own name", "p") { _ in },
        Case("or the one it is given", "a") { $0.spec.hostname = "a" },
        Case("cut down to what a label may be", String(repeating: "a", count: 62)) { $0.metadata.name = long },
        Case("a subdomain makes a full name", "p", "b.default.svc.cluster.local") { $0.spec.subdomain = "b" },
        Case(
            "which can be the kernel's too", "a", "b.default.svc.cluster.local",
            kernel: "a.b.default.svc.cluster.local"
        ) {
            $0.spec.hostname = "a"
            $0.spec.subdomain = "b"
            $0.spec.setHostnameAsFQDN = true
        },
        Case("without a subdomain there is no full name", "p") { $0.spec.setHostnameAsFQDN = true },
        Case("an override is the whole name", "x.y.z") {
            $0.spec.hostnameOverride = "x.y.z"
            $0.spec.hostname = "a"
            $0.spec.subdomain = "b"
        },
        Case("in the host's network it is the host's", "box") {
            $0.spec.hostNetwork = true
            $0.spec.hostname = "a"
            $0.spec.subdomain = "b"
        },
    ])
    func isCalled(_ row: Case) throws {
        var pod = makePod()
        row.change(&pod)
        #expect(try PodNames.make(pod, host: box) == row.expected)
    }

    @Test func `a full name the kernel has no room for is an error`() throws {
        var pod = makePod()
        pod.spec.hostname = String(repeating: "h", count: 36)
        pod.spec.subdomain = "s"
        pod.spec.setHostnameAsFQDN = true
        #expect(try PodNames.make(pod, host: box).kernel.utf8.count == 64)
        pod.spec.hostname?.append("h")
        let full = String(repeating: "h", count: 37) + ".s.default.svc.cluster.local"
        #expect(
            throws: ContainerConfigError(
                message: "failed to construct FQDN from pod hostname and cluster domain, FQDN \(full) is too long (64 "
                    + "characters is the max, 65 characters requested)")
        ) { try PodNames.make(pod, host: box) }
    }

    @Test func `such a pod fails and says why`() async throws {
        try await Scene.run { scene in
            var pod = makePod()
            pod.spec.hostname = String(repeating: "h", count: 60)
            pod.spec.subdomain = "s"
            pod.spec.setHostnameAsFQDN = true
            let time = try await Timeline(scene, pod)
            #expect(time.pod?.status?.phase == "Failed")
            #expect(time.container()?.terminated?.message?.hasPrefix("failed to construct FQDN") == true)
            #expect(!time.calls.contains { $0.hasPrefix("launch") })
        }
    }

    // MARK: files

    static let head = """
        # Kubernetes-managed hosts file.
        127.0.0.1\tlocalhost
        ::1\tlocalhost ip6-localhost ip6-loopback
        fe00::0\tip6-localnet
        fe00::0\tip6-mcastprefix
        fe00::1\tip6-allnodes
        fe00::2\tip6-allrouters

        """

    /// - Parameter host: files of the host.
    private func files(
        host: [String: String] = [:], _ change: (inout Pod) -> Void = { _ in }
    ) throws -> PodNameFiles {
        var pod = makePod()
        change(&pod)
        return try PodNameFiles.make(pod, PodNames.make(pod, host: box)) { host[$0] ?? "" }
    }

    @Test func `a plain pod has its name in two files, and no resolver`() throws {
        let files = try files()
        #expect(files == PodNameFiles(hosts: Self.head + "127.0.0.1\tp\n", hostname: "p\n"))
    }

    @Test func `a full name stands before the short one, and aliases come last`() throws {
        let files = try files {
            $0.spec.subdomain = "b"
            $0.spec.setHostnameAsFQDN = true
            $0.spec.hostAliases = [
                HostAlias(ip: "127.0.0.1", hostnames: ["foo.local", "bar.local"]), HostAlias(ip: "10.1.2.3"),
            ]
        }
        #expect(
            files.hosts == Self.head + "127.0.0.1\tp.b.default.svc.cluster.local\tp\n"
                + "\n# Entries added by HostAliases.\n127.0.0.1\tfoo.local\tbar.local\n10.1.2.3\t\n")
        #expect(files.hostname == "p.b.default.svc.cluster.local\n")
    }

    @Test func `in the host's network the host's files are added to`() throws {
        let files = try files(host: [
            "/etc/hosts": "10.0.0.1 box\n", "/etc/resolv.conf": "# local\nnameserver 10.0.0.53\n",
        ]) {
            $0.spec.hostNetwork = true
            $0.spec.hostAliases = [HostAlias(ip: "10.1.2.3", hostnames: ["a"])]
        }
        #expect(
            files
                == PodNameFiles(
                    hosts: "# Kubernetes-managed hosts file (host network).\n10.0.0.1 box\n"
                        + "\n# Entries added by HostAliases.\n10.1.2.3\ta\n", resolver: "nameserver 10.0.0.53\n"))
    }

    @Test func `a pod in a network asks whom the host's own resolver asks`() throws {
        let host = [
            "/etc/resolv.conf": "nameserver 127.0.0.53\nsearch lan\n",
            "/run/systemd/resolve/resolv.conf": "nameserver 10.0.0.53\n",
        ]
        func resolver(_ host: [String: String], address: String?) throws -> String? {
            try files(host: host) {
                $0.spec.dnsPolicy = "Default"
                $0.status = PodStatus()
                if let address { $0.status?.addresses = [address] }
            }.resolver
        }
        #expect(try resolver(host, address: "10.9.8.7") == "nameserver 10.0.0.53\n")
        #expect(try resolver(host, address: nil) == "search lan\nnameserver 127.0.0.53\n")
        let alone = ["/etc/resolv.conf": "nameserver 127.0.0.1\n"]
        #expect(try resolver(alone, address: "10.9.8.7") == "nameserver 127.0.0.1\n")
    }

    static let hostResolver = """
        ; comment
        # comment
        nameserver 10.0.0.53
        \tnameserver   10.0.0.54
        search old.example.com
        search example.com. lan
        options timeout:1
        options ndots:1 rotate
        domain ignored

        """

    struct ResolverCase: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var policy: String
        var config: PodDNSConfig?
        var expected: String?

        init(_ name: String, _ policy: String, _ config: PodDNSConfig?, _ expected: String?) {
            testDescription = name
            self.policy = policy
            self.config = config
            self.expected = expected
        }
    }

    static let asTheHost =
        "search example.com lan\nnameserver 10.0.0.53\nnameserver 10.0.0.54\noptions ndots:1 rotate\n"

    @Test(arguments: [
        ResolverCase("nothing asked for, and nobody to ask", "ClusterFirst", nil, nil),
        ResolverCase("the host's", "Default", nil, asTheHost),
        ResolverCase(
            "nothing but its own", "None",
            PodDNSConfig(nameservers: ["1.2.3.4"], searches: ["a.b"], options: [PodDNSConfigOption(name: "edns0")]),
            "search a.b\nnameserver 1.2.3.4\noptions edns0\n"),
        ResolverCase(
            "there is no cluster's, so the host's, and what is added to it, each once", "ClusterFirst",
            PodDNSConfig(
                nameservers: ["10.0.0.54", "1.2.3.4"], searches: ["lan", "."],
                options: [
                    PodDNSConfigOption(name: "ndots", value: "5"), PodDNSConfigOption(name: "edns0"),
                    PodDNSConfigOption(name: "rotate", value: ""),
                ]),
            "search example.com lan .\nnameserver 10.0.0.53\nnameserver 10.0.0.54\nnameserver 1.2.3.4\n"
                + "options ndots:5 rotate edns0\n"),
    ])
    func resolves(_ row: ResolverCase) throws {
        let files = try files(host: ["/etc/resolv.conf": Self.hostResolver]) {
            $0.spec.dnsPolicy = row.policy
            $0.spec.dnsConfig = row.config
        }
        #expect(files.resolver == row.expected)
        #expect(files.omissions == [])
    }

    @Test func `more than a resolver takes is left out, and the pod is told`() throws {
        let host = ResolverFile(servers: ["1.1.1.1", "1.1.1.2", "1.1.1.3", "1.1.1.4"], searches: ["a"])
        var spec = makePod().spec
        let overlong = String(repeating: "x", count: 254)
        spec.dnsConfig = PodDNSConfig(
            searches: (0..<9).map { "\($0)" + String(repeating: ".y", count: 120) } + [overlong])
        let (file, omissions) = ResolverFile.make(spec, host: host)
        #expect(file.servers == ["1.1.1.1", "1.1.1.2", "1.1.1.3"])
        #expect(file.searches.count == 9)
        #expect(file.searches.joined(separator: " ").utf8.count <= 2048)
        #expect(
            omissions.first
                == "Nameserver limits were exceeded, some nameservers have been omitted, the applied nameserver line is: "
                + "1.1.1.1 1.1.1.2 1.1.1.3")
        #expect(
            omissions.last?.hasPrefix("Search Line limits were exceeded, some search paths have been omitted") == true)
    }

    @Test func `the files are there when the container is, read-only, and the pod hears what was left out`()
        async throws
    {
        try await Scene.run { scene in
            var pod = makePod()
            pod.spec.subdomain = "b"
            pod.spec.dnsPolicy = "None"
            pod.spec.dnsConfig = PodDNSConfig(
                nameservers: ["1.2.3.4"], searches: (0..<40).map { "d\($0)" })
            let time = try await Timeline(scene, pod)
            let plan = try #require(scene.runtime.plans.withLock { $0.first })
            let shown = Dictionary(uniqueKeysWithValues: plan.mounts.map { ($0.target, $0) })
            for (target, start) in [
                ("/etc/hosts", Self.head), ("/etc/hostname", "p\n"), ("/etc/resolv.conf", "search d0 d1 "),
            ] {
                let mount = try #require(shown[target])
                #expect(mount.readOnly)
                #expect(try String(contentsOfFile: mount.source, encoding: .utf8).hasPrefix(start))
            }
            await scene.recorder.flush()
            let events = scene.store.list(Event.self).items.filter { $0.reason == "DNSConfigForming" }
            #expect(events.count == 1)
            _ = time
        }
    }
}
