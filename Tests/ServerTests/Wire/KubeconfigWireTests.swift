import Foundation
import Kube
import TestSupport
import Testing

@testable import Server

/// From `POST /apis/stint.dev/v1/kubeconfig` to what other programs do with it.
@Suite struct KubeconfigWireTests {
    private static let path = "/apis/stint.dev/v1/kubeconfig"

    private static func run(
        _ body: @escaping @Sendable (TestServer, TLSFront) async throws -> Void
    ) async throws {
        try await TestServer.run(tls: .host) { server in
            try await server.store.create(Namespace(metadata: ObjectMeta(name: "team-a")))
            try await body(server, try #require(server.tls))
        }
    }

    @Test func `a kubeconfig names the server, its authority and a user`() async throws {
        try await Self.run { server, tls in
            let reply = try await server.send(
                "POST", Self.path, #"{"user":"eve","namespace":"team-a","readOnly":true}"#)
            #expect(reply.code == 201, "\(reply)")
            #expect(reply["content-type"] == "application/yaml")
            let document = try #require(try YAMLReader.read(reply.body).first)
            #expect(document.at("clusters.0.cluster.server") == .string("https://127.0.0.1:\(tls.port)"))
            #expect(document.at("current-context") == "eve@stint")
            #expect(document.at("contexts.0.context.namespace") == "team-a")
            let authority = try Self.decoded(document.at("clusters.0.cluster.certificate-authority-data"))
            #expect(authority == tls.pki.caCertificatePEM)
            let leaf = try CertificateAuthority.Leaf(
                pem: Self.decoded(document.at("users.0.user.client-certificate-data")) + "\n"
                    + Self.decoded(document.at("users.0.user.client-key-data")))
            let identity = try #require(Identity(certificate: leaf.certificate))
            #expect(identity.user == "eve")
            #expect(
                identity.groups == ["stint.dev:namespace:team-a", "stint.dev:read-only", "system:authenticated"])
            #expect(abs(leaf.lifetime.notAfter.timeIntervalSinceNow - Lifetime.leaf) < 600)
            #expect(try await tls.get("/api/v1/namespaces/team-a/pods", as: leaf).code == 200)
            // The key was made for the answer, and is in no file.
            for file in try FileManager.default.contentsOfDirectory(atPath: tls.pki.directory.path) {
                let text = try String(contentsOfFile: "\(tls.pki.directory.path)/\(file)", encoding: .utf8)
                #expect(!text.contains(leaf.keyPEM.split(separator: "\n")[1]))
            }
        }
    }

    private static func decoded(_ value: JSONValue) throws -> String {
        String(decoding: try #require(Data(base64Encoded: value.string ?? "")), as: UTF8.self)
    }

    @Test func `a request that cannot be served says why`() async throws {
        try await Self.run { server, tls in
            let rows: [(String, Int, String)] = [
                (#"{"user":"eve","namespace":"nowhere"}"#, 404, #"namespaces "nowhere" not found"#),
                (#"{"user":"eve"}"#, 400, "namespace: Required value: a user lives in one namespace"),
                (#"{"name":"eve"}"#, 400, #"unknown field "name""#),
            ]
            for (body, code, message) in rows {
                let reply = try await server.send("POST", Self.path, body)
                #expect(reply.code == code)
                #expect(reply.message == message)
            }
            #expect(try await server.send("POST", Self.path, "[]").code == 400)
            #expect(try await server.send("POST", Self.path, "{").code == 400)
            // A certificate cannot beget others.
            let over = try await tls.send("POST", Self.path, "{}", as: tls.pki.adminLeaf())
            #expect(over.code == 403)
            #expect(over.message == "forbidden: kubeconfigs are issued at the daemon's unix socket only")
        }
        try await TestServer.run { server in
            let reply = try await server.send("POST", Self.path, "{}")
            #expect(reply.code == 404)
        }
    }

    @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/kubectl"), "needs /usr/bin/kubectl"))
    func `kubectl takes it as it is`() async throws {
        try await Self.run { server, tls in
            try await Scope.run { scope in
                func kubeconfig(_ body: String, _ name: String) async throws -> String {
                    let path = "\(scope.directory)/\(name)"
                    let reply = try await server.send("POST", Self.path, body)
                    try Data(reply.body).write(to: URL(fileURLWithPath: path))
                    return path
                }
                func kubectl(_ config: String, _ arguments: String...) async throws -> CommandResult {
                    try await runCommand(
                        ["/usr/bin/kubectl", "--kubeconfig", config, "--request-timeout=20s"] + arguments,
                        environment: ["HOME": scope.directory], in: scope)
                }
                let admin = try await kubeconfig("{}", "admin")
                let eve = try await kubeconfig(#"{"user":"eve","namespace":"team-a"}"#, "eve")
                #expect(
                    try await server.send("POST", "/apis/batch/v1/namespaces/team-a/jobs", Samples.job("x")).code == 201
                )

                let all = try await kubectl(admin, "get", "jobs", "-A", "-o", "name")
                #expect(all.output == "job.batch/x\n", "\(all)")
                let own = try await kubectl(eve, "get", "jobs", "-o", "name")
                #expect(own.output == "job.batch/x\n", "\(own)")
                let others = try await kubectl(eve, "get", "jobs", "-n", "default")
                #expect(others.exitCode == 1)
                #expect(
                    others.errors
                        == #"Error from server (Forbidden): jobs.batch is forbidden: User "eve" cannot list resource "jobs" in API group "batch" in the namespace "default""#
                        + "\n")
                let nodes = try await kubectl(eve, "get", "nodes")
                #expect(nodes.errors.contains(#"nodes is forbidden: User "eve" cannot list resource "nodes""#))
                let without = try await runCommand(
                    [
                        "/usr/bin/kubectl", "--server", "https://127.0.0.1:\(tls.port)", "--insecure-skip-tls-verify",
                        "--token=guessed", "--request-timeout=20s", "get", "--raw", "/version",
                    ], environment: ["HOME": scope.directory], in: scope)
                #expect(without.exitCode == 1)
                #expect(
                    without.errors.contains("Unauthorized") || without.errors.contains("must be logged in"),
                    "\(without)")
            }
        }
    }
}
