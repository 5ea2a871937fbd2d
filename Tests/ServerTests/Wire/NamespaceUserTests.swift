import Foundation
import Kube
import Testing

@testable import Server

/// Holders of a certificate for one namespace, on every verb, over the wire.
@Suite struct NamespaceUserTests {
    private static func run(
        _ body: @escaping @Sendable (TestServer, TLSFront) async throws -> Void
    ) async throws {
        try await TestServer.run(tls: .host) { server in
            for name in ["team-a", "team-b"] {
                try await server.store.create(Namespace(metadata: ObjectMeta(name: name)))
                for (kind, path) in [("jobs", "/apis/batch/v1"), ("pods", "/api/v1")] {
                    let text = kind == "jobs" ? Samples.job("x") : Samples.pod("x")
                    let made = try await server.send("POST", "\(path)/namespaces/\(name)/\(kind)", text)
                    #expect(made.code == 201, "\(made)")
                }
            }
            try await body(server, try #require(server.tls))
        }
    }

    struct Request: Sendable {
        let verb: String
        let method: String
        /// Behind the collection.
        let path: String
        var body: String?
        var type = "application/json"
        var part = ""

        var hasName: Bool { path.hasPrefix("/x") }
        var isReading: Bool { ["get", "list", "watch"].contains(verb) }
    }

    private static let merge = "application/merge-patch+json"
    private static let apply = "application/apply-patch+yaml"

    /// Every verb, in an order in which each finds what it needs.
    static func requests(_ kind: String, _ sample: String) -> [Request] {
        let label = #"{"metadata":{"labels":{"a":"b"}}}"#
        let head = kind == "jobs" ? #""apiVersion":"batch/v1","kind":"Job""# : #""apiVersion":"v1","kind":"Pod""#
        var requests = [
            Request(verb: "list", method: "GET", path: ""),
            Request(verb: "list", method: "HEAD", path: ""),
            Request(verb: "watch", method: "GET", path: "?watch=true&timeoutSeconds=1"),
            Request(verb: "watch", method: "GET", path: "/x?watch=1&timeoutSeconds=1"),
            Request(verb: "get", method: "GET", path: "/x"),
            Request(verb: "get", method: "GET", path: "/x/status", part: "/status"),
            Request(verb: "patch", method: "PATCH", path: "/x", body: label, type: merge),
            Request(
                verb: "patch", method: "PATCH", path: "/x?fieldManager=me",
                body: #"{\#(head),"metadata":{"name":"x","labels":{"c":"d"}}}"#, type: apply),
            Request(verb: "patch", method: "PATCH", path: "/x/status", body: label, type: merge, part: "/status"),
            Request(verb: "update", method: "PUT", path: "/x", body: sample),
            Request(verb: "update", method: "PUT", path: "/x/status", body: sample, part: "/status"),
            Request(verb: "create", method: "POST", path: "", body: sample.replacing("\"x\"", with: "\"y\"")),
        ]
        if kind == "pods" {
            requests.append(Request(verb: "get", method: "GET", path: "/x/log", part: "/log"))
            // Only rehearsed, so that there is a pod left to delete.
            let eviction = #"{"apiVersion":"policy/v1","kind":"Eviction","metadata":{"name":"x"}}"#
            requests.append(
                Request(
                    verb: "create", method: "POST", path: "/x/eviction?dryRun=All", body: eviction, part: "/eviction"))
        }
        return requests + [
            Request(verb: "delete", method: "DELETE", path: "/x"),
            Request(verb: "deletecollection", method: "DELETE", path: ""),
        ]
    }

    @Test(arguments: ["jobs", "pods"], [false, true])
    func `every verb works in the own namespace, as far as the certificate goes, and nowhere else`(
        _ kind: String, _ isReadOnly: Bool
    ) async throws {
        try await Self.run { server, tls in
            let leaf = try tls.leaf("eve", namespace: "team-a", isReadOnly: isReadOnly)
            let (base, group) = kind == "jobs" ? ("/apis/batch/v1", "batch") : ("/api/v1", "")
            let sample = kind == "jobs" ? Samples.job("x") : Samples.pod("x")
            let qualified = group.isEmpty ? kind : "\(kind).\(group)"
            for namespace in ["team-b", nil, "team-a"] {
                let collection = base + (namespace.map { "/namespaces/\($0)" } ?? "") + "/\(kind)"
                for request in Self.requests(kind, sample)
                where namespace != nil || !request.hasName && request.verb != "create" {
                    let reply = try await tls.send(
                        request.method, collection + request.path, request.body, type: request.type, as: leaf)
                    let what = "\(request.method) \(collection)\(request.path): \(reply)"
                    // What a pod has come to the node says, or quotas would be told what their users like.
                    let isBound = kind == "pods" && request.part == "/status" && !request.isReading
                    if namespace == "team-a", request.isReading || !isReadOnly && !isBound {
                        #expect(![0, 401, 403, 404, 405, 406, 415, 500].contains(reply.code), "\(what)")
                        continue
                    }
                    #expect(reply.code == 403, "\(what)")
                    if request.method == "HEAD" { continue }
                    let scope = namespace.map { "in the namespace \"\($0)\"" } ?? "at the cluster scope"
                    var message = qualified + (request.hasName ? " \"x\"" : "")
                    message += " is forbidden: User \"eve\" cannot \(request.verb) resource \"\(kind)\(request.part)\""
                    message += " in API group \"\(group)\" \(scope)"
                    if namespace == "team-a" {
                        message +=
                            isBound
                            ? ": what bounds a namespace is the administrator's" : ": the certificate is read-only"
                    }
                    #expect(reply.message == message, "\(what)")
                    #expect(reply.at("reason") == "Forbidden")
                }
            }
            // What was refused did not happen.
            let names = try await server.get("\(base)/namespaces/team-b/\(kind)").at("items").array?.map {
                $0.at("metadata.name")
            }
            #expect(names == ["x"])
        }
    }

    @Test func `what is not in the namespace is not theirs`() async throws {
        try await Self.run { _, tls in
            let leaf = try tls.leaf("eve", namespace: "team-a")
            let refused: [(String, String, String)] = [
                (
                    "GET", "/api/v1/nodes",
                    #"nodes is forbidden: User "eve" cannot list resource "nodes" in API group "" at the cluster scope"#
                ),
                (
                    "GET", "/api/v1/namespaces",
                    #"namespaces is forbidden: User "eve" cannot list resource "namespaces" in API group "" at the cluster scope"#
                ),
                (
                    "GET", "/api/v1/namespaces/team-b",
                    #"namespaces "team-b" is forbidden: User "eve" cannot get resource "namespaces" in API group "" in the namespace "team-b""#
                ),
                (
                    "DELETE", "/api/v1/namespaces/team-a",
                    #"namespaces "team-a" is forbidden: User "eve" cannot delete resource "namespaces" in API group "" in the namespace "team-a""#
                ),
                (
                    "POST", "/api/v1/namespaces",
                    #"namespaces is forbidden: User "eve" cannot create resource "namespaces" in API group "" at the cluster scope"#
                ),
                (
                    "GET", "/apis/stint.dev/v1/images",
                    #"images.stint.dev is forbidden: User "eve" cannot get resource "images" in API group "stint.dev" at the cluster scope"#
                ),
                (
                    "POST", "/apis/stint.dev/v1/images",
                    #"images.stint.dev is forbidden: User "eve" cannot create resource "images" in API group "stint.dev" at the cluster scope"#
                ),
                (
                    "DELETE", "/apis/stint.dev/v1/images?name=x",
                    #"images.stint.dev is forbidden: User "eve" cannot delete resource "images" in API group "stint.dev" at the cluster scope"#
                ),
                (
                    "GET", "/apis/stint.dev/v1/check",
                    #"check.stint.dev is forbidden: User "eve" cannot get resource "check" in API group "stint.dev" at the cluster scope"#
                ),
                (
                    "GET", "/apis/stint.dev/v1/attempts?namespace=team-a",
                    #"attempts.stint.dev is forbidden: User "eve" cannot get resource "attempts" in API group "stint.dev" at the cluster scope"#
                ),
                (
                    "GET", "/apis/stint.dev/v1/attempts/log?id=u/c/0",
                    #"attempts.stint.dev is forbidden: User "eve" cannot get resource "attempts/log" in API group "stint.dev" at the cluster scope"#
                ),
                (
                    "POST", "/apis/stint.dev/v1/kubeconfig",
                    #"kubeconfig.stint.dev is forbidden: User "eve" cannot create resource "kubeconfig" in API group "stint.dev" at the cluster scope"#
                ),
                ("GET", "/metrics", #"forbidden: User "eve" cannot get path "/metrics""#),
                ("GET", "/nothing", #"forbidden: User "eve" cannot get path "/nothing""#),
                ("POST", "/version", #"forbidden: User "eve" cannot post path "/version""#),
            ]
            for (method, target, message) in refused {
                let reply = try await tls.send(method, target, as: leaf)
                #expect(reply.code == 403, "\(method) \(target)")
                #expect(reply.message == message)
            }
            let allowed = [
                "/api", "/apis", "/api/v1", "/apis/batch/v1", "/version", "/healthz", "/readyz",
                "/api/v1/namespaces/team-a",
                "/openapi/v2", "/openapi/v3",
            ]
            for target in allowed { #expect(try await tls.get(target, as: leaf).code == 200, "\(target)") }
        }
    }

    /// The namespace that was allowed is the path's; a selector cannot lead elsewhere.
    @Test func `a field selector does not reach into another namespace`() async throws {
        try await Self.run { server, tls in
            let leaf = try tls.leaf("eve", namespace: "team-a")
            for selector in ["metadata.namespace=team-b", "metadata.namespace%3Dteam-b,metadata.name%3Dx"] {
                for path in ["/apis/batch/v1/namespaces/team-a/jobs", "/api/v1/namespaces/team-a/pods"] {
                    let list = try await tls.get("\(path)?fieldSelector=\(selector)", as: leaf)
                    #expect(list.code == 200)
                    #expect(list.at("items") == .array([]), "\(list)")
                    let watch = try await tls.get(
                        "\(path)?watch=1&timeoutSeconds=1&fieldSelector=\(selector)", as: leaf)
                    #expect(watch.code == 200)
                    #expect(watch.lines.isEmpty, "\(watch)")
                    let deleted = try await tls.send("DELETE", "\(path)?fieldSelector=\(selector)", as: leaf)
                    #expect(deleted.at("items") == .array([]), "\(deleted)")
                }
            }
            #expect(try await server.get("/apis/batch/v1/namespaces/team-b/jobs/x").code == 200)
            #expect(try await server.get("/api/v1/namespaces/team-b/pods/x").code == 200)
        }
    }

    @Test func `a body cannot name another namespace than its path`() async throws {
        try await Self.run { server, tls in
            let leaf = try tls.leaf("eve", namespace: "team-a")
            let path = "/apis/batch/v1/namespaces/team-a/jobs"
            let body = Samples.job("x").replacing(#""name":"x""#, with: #""name":"x","namespace":"team-b""#)
            #expect(body.contains("team-b"))
            let made = try await tls.send("POST", path, body, as: leaf)
            #expect(made.code == 400, "\(made)")
            let put = try await tls.send("PUT", "\(path)/x", body, as: leaf)
            #expect(put.code == 400, "\(put)")
            let patch = #"{"metadata":{"namespace":"team-b","labels":{"owned":"yes"}}}"#
            let patched = try await tls.send("PATCH", "\(path)/x", patch, type: Self.merge, as: leaf)
            #expect(patched.code == 400, "\(patched)")
            let other = try await server.get("/apis/batch/v1/namespaces/team-b/jobs/x")
            #expect(other.at("metadata.labels.owned") == .null)
        }
    }

    @Test func `nobody becomes somebody else but by a master's will`() async throws {
        try await Self.run { _, tls in
            let leaf = try tls.leaf("eve", namespace: "team-a")
            let jobs = "/apis/batch/v1/namespaces/team-b/jobs"
            let claims = [
                ["Impersonate-User: system:admin", "Impersonate-Group: system:masters"],
                ["X-Remote-User: system:admin", "X-Remote-Group: system:masters"], ["Authorization: Bearer x"],
            ]
            for headers in claims {
                #expect(try await tls.send("GET", jobs, as: leaf, headers: headers).code == 403, "\(headers)")
                #expect(try await tls.send("GET", jobs, as: nil, headers: headers).code == 401, "\(headers)")
            }
            let refused = try await tls.send(
                "GET", "/apis/batch/v1/namespaces/team-a/jobs", as: leaf, headers: ["Impersonate-User: ann"])
            #expect(
                refused.message
                    == #"users "ann" is forbidden: User "eve" cannot impersonate resource "users" in API group "" at the cluster scope"#
            )
            let admin = tls.pki.adminLeaf()
            let asEve = ["Impersonate-User: eve", "Impersonate-Group: stint.dev:namespace:team-a"]
            #expect(try await tls.send("GET", jobs, as: admin, headers: asEve).code == 403)
            let own = "/apis/batch/v1/namespaces/team-a/jobs"
            #expect(try await tls.send("GET", own, as: admin, headers: asEve).code == 200)
            let unknown = try await tls.send(
                "GET", own, as: admin, headers: ["Impersonate-User: eve", "Impersonate-Extra-Scopes: a"])
            #expect(unknown.code == 400)
        }
    }
}
