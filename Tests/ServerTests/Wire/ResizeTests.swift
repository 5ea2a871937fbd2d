import Foundation
import Kube
import Store
import Testing

@testable import Server

/// The `resize` subresource over the wire. What becomes of it is the node's business.
@Suite struct ResizeTests {
    private static let pod = #"""
        {"apiVersion":"v1","kind":"Pod","metadata":{"name":"x"},"spec":{"restartPolicy":"Never","containers":[
        {"name":"c","image":"busybox","resources":{"requests":{"cpu":"100m"},"limits":{"cpu":"200m","memory":"64Mi"}}}]}}
        """#
    private static let path = "\(podsPath)/x/resize"

    private func stored(_ server: TestServer) throws -> Pod {
        try #require(server.store.get(Pod.self, ObjectKey(namespace: "default", name: "x")))
    }

    @Test(arguments: [
        (
            "application/strategic-merge-patch+json",
            #"{"metadata":{"labels":{"a":"b"}},"spec":{"activeDeadlineSeconds":3,"containers":[{"name":"c","image":"other","resources":{"limits":{"cpu":"300m"}}}]}}"#
        ),
        (
            "application/json-patch+json",
            #"[{"op":"replace","path":"/spec/containers/0/resources/limits/cpu","value":"300m"}]"#
        ),
    ])
    func `a patch changes what containers may use, and nothing else`(_ row: (type: String, body: String)) async throws {
        try await TestServer.run { server in
            _ = try await server.send("POST", podsPath, Self.pod)
            let before = try stored(server)
            let reply = try await server.send("PATCH", Self.path, row.body, type: row.type)
            #expect(reply.code == 200, "\(reply.message ?? "")")
            var expected = before
            expected.spec.containers[0].resources?.limits?["cpu"] = Quantity("300m")!
            let after = try stored(server)
            #expect(after.spec == expected.spec)
            #expect(after.status == before.status)
            #expect(after.metadata.labels == nil)
            #expect(after.metadata.generation == 2)
            #expect(try await server.send("GET", Self.path).code == 200)
        }
    }

    @Test func `an update takes the version that it was made from`() async throws {
        try await TestServer.run { server in
            _ = try await server.send("POST", podsPath, Self.pod)
            var pod = try stored(server)
            pod.spec.containers[0].resources?.limits?["memory"] = Quantity("128Mi")!
            let body = String(decoding: try KubeJSON.encode(pod), as: UTF8.self)
            #expect(try await server.send("PUT", Self.path, body).code == 200)
            #expect(try stored(server).spec.containers[0].resources?.limits?["memory"] == Quantity("128Mi")!)
            #expect(try await server.send("PUT", Self.path, body).code == 409)
        }
    }

    @Test func `what may not be is refused by name, and the pod itself still cannot be changed`() async throws {
        try await TestServer.run { server in
            _ = try await server.send("POST", podsPath, Self.pod)
            let patch = #"{"spec":{"containers":[{"name":"c","resources":{"limits":{"memory":null}}}]}}"#
            let refused = try await server.send(
                "PATCH", Self.path, patch, type: "application/strategic-merge-patch+json")
            #expect(refused.code == 422)
            #expect(refused.message?.contains("resource limits cannot be removed") == true)
            let other = #"{"spec":{"containers":[{"name":"c","resources":{"limits":{"memory":"1Gi"}}}]}}"#
            let direct = try await server.send(
                "PATCH", "\(podsPath)/x", other, type: "application/strategic-merge-patch+json")
            #expect(direct.code == 422)
            #expect(direct.message?.contains("pod updates may not change fields") == true)
        }
    }

    @Test func `there is nothing to resize of a pod that is not there, and applying makes none`() async throws {
        try await TestServer.run { server in
            let patch = try await server.send(
                "PATCH", Self.path, "{}", type: "application/strategic-merge-patch+json")
            #expect(patch.code == 404)
            let apply = try await server.send(
                "PATCH", "\(Self.path)?fieldManager=t", Self.pod, type: "application/apply-patch+yaml")
            #expect(apply.code == 404)
            #expect(server.store.list(Pod.self).isEmpty)
        }
    }

    @Test func `clients find it where they look`() async throws {
        try await TestServer.run { server in
            let reply = try await server.send("GET", "/api/v1")
            #expect(reply.text.contains(#""name":"pods/resize""#))
        }
    }
}
