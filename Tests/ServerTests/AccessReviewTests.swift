import Foundation
import Kube
import Testing

@testable import Server

@Suite struct AccessReviewTests {
    private static func user(_ groups: String...) -> Identity {
        Identity(
            user: "eve", groups: Set(groups).union([Identity.authenticated]),
            proof: .clientCertificate(notAfter: .distantFuture))
    }
    private static let owner = user("stint.dev:namespace:team-a")
    private static let reader = user("stint.dev:namespace:team-a", "stint.dev:read-only")

    private func allowed(_ identity: Identity, _ attributes: JSONValue) throws -> Bool? {
        try AccessReviews.access(["spec": ["resourceAttributes": attributes]], identity)["status"]?["allowed"]?.bool
    }

    @Test func `the answer is what the request would meet`() throws {
        let create: JSONValue = ["verb": "create", "group": "batch", "resource": "jobs", "namespace": "team-a"]
        #expect(try allowed(.root, create) == true)
        #expect(try allowed(Self.owner, create) == true)
        #expect(try allowed(Self.reader, create) == false)
        #expect(
            try allowed(Self.owner, ["verb": "create", "group": "batch", "resource": "jobs", "namespace": "team-b"])
                == false)
        #expect(try allowed(Self.owner, ["verb": "list", "resource": "nodes"]) == false)
    }

    @Test func `a read-only user is told why not`() throws {
        let answer = try AccessReviews.access(
            ["spec": ["resourceAttributes": ["verb": "delete", "resource": "pods", "namespace": "team-a"]]], Self.reader)
        #expect(answer["status"] == ["allowed": false, "reason": "the certificate is read-only"])
    }

    @Test func `paths are asked about too`() throws {
        func ask(_ path: String) throws -> Bool? {
            try AccessReviews.access(
                ["spec": ["nonResourceAttributes": ["verb": "get", "path": .string(path)]]], Self.owner)["status"]?["allowed"]?
                .bool
        }
        #expect(try ask("/version") == true)
        #expect(try ask("/metrics") == false)
    }

    @Test(arguments: [
        ["spec": [:]],
        ["spec": ["resourceAttributes": ["verb": "get"], "nonResourceAttributes": ["path": "/"]]],
    ] as [JSONValue])
    func `a question about nothing or two things is a 422`(_ body: JSONValue) {
        let status = #expect(throws: Status.self) { try AccessReviews.access(body, .root) }
        #expect(status?.code == 422)
    }

    @Test func `rules name the namespace and what may be done in it`() {
        let rules = AccessReviews.rules(["spec": ["namespace": "team-a"]], Self.reader)["status"]
        #expect(
            rules?["resourceRules"]?.array?.contains(
                ["verbs": ["get", "list", "watch"], "apiGroups": ["*"], "resources": ["*"]]) == true)
        let elsewhere = AccessReviews.rules(["spec": ["namespace": "team-b"]], Self.owner)["status"]
        #expect(elsewhere?["resourceRules"]?.array?.contains { $0["resources"] == ["*"] } == false)
        #expect(
            AccessReviews.rules(["spec": ["namespace": "x"]], .root)["status"]?["resourceRules"]
                == [["verbs": ["*"], "apiGroups": ["*"], "resources": ["*"]]])
    }

    @Test func `over the wire it is created and kept nowhere`() async throws {
        try await TestServer.run { server in
            let path = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"
            let body = #"""
                {"apiVersion":"authorization.k8s.io/v1","kind":"SelfSubjectAccessReview",
                 "spec":{"resourceAttributes":{"verb":"create","group":"batch","resource":"jobs","namespace":"default"}}}
                """#
            let reply = try await server.send("POST", path, body)
            #expect(reply.code == 201)
            #expect(reply.at("status.allowed") == true)
            #expect(reply.at("kind") == "SelfSubjectAccessReview")
            let packed = try await server.send(
                "POST", path, bytes: try KubeProtobuf.encode(try KubeJSON.parse(Array(body.utf8))),
                type: "application/vnd.kubernetes.protobuf", accept: "application/vnd.kubernetes.protobuf")
            #expect(try KubeProtobuf.decode(packed.body)["status"]?["allowed"] == true)
            #expect(try await server.get(path).code == 405)
            let who = try await server.send(
                "POST", "/apis/authentication.k8s.io/v1/selfsubjectreviews",
                #"{"apiVersion":"authentication.k8s.io/v1","kind":"SelfSubjectReview"}"#)
            #expect(who.at("status.userInfo.username") == "system:admin")
            let wrong = try await server.send("POST", path, #"{"kind":"Pod","apiVersion":"v1"}"#)
            #expect(wrong.code == 400)
        }
    }
}
