import Foundation
import Kube
import Testing

@testable import Server

@Suite struct AuthorizerTests {
    static let admin = Identity.root
    static let eve = holder("eve", ["stint.dev:namespace:team-a"])
    static let ann = holder("ann", ["stint.dev:namespace:team-a", "stint.dev:read-only"])
    static let nobody = holder("nobody", [])

    static func holder(_ user: String, _ groups: Set<String>) -> Identity {
        Identity(
            user: user, groups: groups.union(["system:authenticated"]),
            proof: .clientCertificate(notAfter: .distantFuture))
    }

    struct Row: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let attributes: Attributes
        let eve: Bool
        let ann: Bool
        let nobody: Bool

        init(_ description: String, _ attributes: Attributes, eve: Bool, ann: Bool, nobody: Bool = false) {
            testDescription = description
            self.attributes = attributes
            self.eve = eve
            self.ann = ann
            self.nobody = nobody
        }
    }

    static func pods(_ verb: String, in namespace: String, _ part: String = "", name: String = "") -> Attributes {
        Attributes(
            verb: verb, version: "v1", resource: "pods", subresource: part, namespace: namespace, name: name)
    }

    static let inNamespaces: [Row] =
        ["get", "list", "watch"].map { Row("\($0) in the own namespace", pods($0, in: "team-a"), eve: true, ann: true) }
        + ["create", "update", "patch", "delete", "deletecollection", "*"].map {
            Row("\($0) in the own namespace", pods($0, in: "team-a"), eve: true, ann: false)
        }
        + ["get", "list", "watch", "create", "update", "patch", "delete", "deletecollection", "*"].flatMap {
            [
                Row("\($0) in another namespace", pods($0, in: "team-b"), eve: false, ann: false),
                Row("\($0) in all namespaces", pods($0, in: ""), eve: false, ann: false),
                Row("\($0) in a namespace that begins alike", pods($0, in: "team-a2"), eve: false, ann: false),
            ]
        }

    static let parts = [
        Row("a log", pods("get", in: "team-a", "log"), eve: true, ann: true),
        Row("a log elsewhere", pods("get", in: "team-b", "log"), eve: false, ann: false),
        Row("a status", pods("get", in: "team-a", "status"), eve: true, ann: true),
        Row("writing a status", pods("patch", in: "team-a", "status"), eve: false, ann: false),
        Row("an eviction", pods("create", in: "team-a", "eviction"), eve: true, ann: false),
        Row("a shell, which some clients get", pods("get", in: "team-a", "exec"), eve: true, ann: false),
        Row("a proxy, which is got", pods("get", in: "team-a", "proxy"), eve: true, ann: false),
        Row(
            "the log of something that is no pod",
            Attributes(verb: "get", group: "batch", resource: "jobs", subresource: "log", namespace: "team-a"),
            eve: true,
            ann: false),
        Row(
            "a resource of tomorrow", Attributes(verb: "list", group: "x.io", resource: "ys", namespace: "team-a"),
            eve: true, ann: true),
    ]

    static func namespaces(_ verb: String, _ name: String, _ part: String = "") -> Attributes {
        Attributes(verb: verb, version: "v1", resource: "namespaces", subresource: part, namespace: name, name: name)
    }

    static let shared: [Row] =
        [
            Row("the own namespace", namespaces("get", "team-a"), eve: true, ann: true),
            Row("another namespace", namespaces("get", "team-b"), eve: false, ann: false),
            Row("all namespaces", namespaces("list", ""), eve: false, ann: false),
            Row("watching the own namespace", namespaces("watch", "team-a"), eve: false, ann: false),
            Row("a new namespace", namespaces("create", ""), eve: false, ann: false),
            Row("the end of the own namespace", namespaces("delete", "team-a"), eve: false, ann: false),
            Row("changing the own namespace", namespaces("patch", "team-a"), eve: false, ann: false),
            Row("the status of the own namespace", namespaces("get", "team-a", "status"), eve: false, ann: false),
            Row(
                "another namespace, by a question that names the own one",
                Attributes(verb: "get", resource: "namespaces", namespace: "team-a", name: "team-b"), eve: false,
                ann: false),
        ]
        + ["get", "list", "patch"].flatMap { verb in
            ["", "team-a"].map {
                Row(
                    "\(verb) nodes\($0.isEmpty ? "" : ", as if they lay in a namespace")",
                    Attributes(verb: verb, resource: "nodes", namespace: $0), eve: false, ann: false)
            }
        }
        + ["images", "check", "attempts", "kubeconfig"].flatMap { resource in
            ["", "team-a"].map {
                Row(
                    "\(resource) of this host, \($0)",
                    Attributes(verb: "get", group: "stint.dev", resource: resource, namespace: $0), eve: false,
                    ann: false)
            }
        }

    static let everybody: [Row] =
        [
            "/api", "/api/v1", "/apis", "/apis/batch", "/apis/batch/v1", "/version", "/openapi/v2",
            "/openapi/v3/apis/batch/v1", "/healthz", "/livez/ping", "/readyz",
        ].map { Row($0, Attributes(verb: "get", path: $0), eve: true, ann: true, nobody: true) }
        + [
            Row("the head of a path", Attributes(verb: "head", path: "/version"), eve: true, ann: true, nobody: true),
            Row(
                "what one may do",
                Attributes(verb: "create", group: "authorization.k8s.io", resource: "selfsubjectaccessreviews"),
                eve: true,
                ann: true, nobody: true),
            Row(
                "who one is",
                Attributes(verb: "create", group: "authentication.k8s.io", resource: "selfsubjectreviews"),
                eve: true, ann: true, nobody: true),
            Row(
                "what others may do",
                Attributes(verb: "create", group: "authorization.k8s.io", resource: "subjectaccessreviews"), eve: false,
                ann: false),
            Row(
                "a resource that is called like a question",
                Attributes(verb: "create", group: "x.io", resource: "selfsubjectaccessreviews"), eve: false, ann: false),
            Row("the root", Attributes(verb: "get", path: "/"), eve: false, ann: false),
            Row("metrics", Attributes(verb: "get", path: "/metrics"), eve: false, ann: false),
            Row("a path that begins alike", Attributes(verb: "get", path: "/apish"), eve: false, ann: false),
            Row("writing to a path", Attributes(verb: "post", path: "/version"), eve: false, ann: false),
        ]

    @Test(arguments: inNamespaces + parts + shared + everybody)
    func `a certificate says what its holder may do`(_ row: Row) {
        #expect(Authorizer.decide(Self.admin, row.attributes).isAllowed)
        #expect(Authorizer.decide(Self.eve, row.attributes).isAllowed == row.eve)
        #expect(Authorizer.decide(Self.ann, row.attributes).isAllowed == row.ann)
        #expect(Authorizer.decide(Self.nobody, row.attributes).isAllowed == row.nobody)
        // Without proof nothing is allowed, whatever groups are claimed.
        let unproved = Identity(user: "eve", groups: ["stint.dev:namespace:team-a"], proof: .peerCredentials)
        #expect(!Authorizer.decide(unproved, row.attributes).isAllowed)
    }

    static let words: [(Attributes, String)] = [
        (
            Attributes(verb: "list", group: "batch", version: "v1", resource: "jobs", namespace: "team-b"),
            #"jobs.batch is forbidden: User "eve" cannot list resource "jobs" in API group "batch" in the namespace "team-b""#
        ),
        (
            Attributes(verb: "list", resource: "pods"),
            #"pods is forbidden: User "eve" cannot list resource "pods" in API group "" at the cluster scope"#
        ),
        (
            Attributes(verb: "get", group: "batch", resource: "jobs", namespace: "team-b", name: "x"),
            #"jobs.batch "x" is forbidden: User "eve" cannot get resource "jobs" in API group "batch" in the namespace "team-b""#
        ),
        (
            Attributes(verb: "get", resource: "pods", subresource: "log", namespace: "team-b", name: "x"),
            #"pods "x" is forbidden: User "eve" cannot get resource "pods/log" in API group "" in the namespace "team-b""#
        ),
        (Attributes(verb: "get", path: "/metrics"), #"forbidden: User "eve" cannot get path "/metrics""#),
    ]

    @Test(arguments: words) func `a refusal says who may not do what, and where`(
        _ attributes: Attributes, _ text: String
    ) {
        let status = Status.forbidden(Self.eve, attributes, reason: "")
        #expect(status.code == 403)
        #expect(status.reason == "Forbidden")
        #expect(status.message == text)
    }
}
