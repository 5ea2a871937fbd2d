import Foundation
import Kube
import Store
import Testing

@testable import Server

/// Evictions over the wire. What becomes of the pod is the node's business.
@Suite struct EvictionTests {
    private func eviction(_ name: String, _ options: String = "{}") -> String {
        #"{"apiVersion":"policy/v1","kind":"Eviction","metadata":{"name":"\#(name)"},"deleteOptions":\#(options)}"#
    }

    private func condition(_ server: TestServer, _ name: String) -> PodCondition? {
        server.store.get(Pod.self, ObjectKey(namespace: "default", name: name))?.status?.conditions?
            .first { $0.type == "DisruptionTarget" }
    }

    private func makeRunning(_ server: TestServer, _ name: String) async throws {
        _ = try await server.send("POST", podsPath, Samples.pod(name))
        _ = try await server.store.modify(Pod.self, ObjectKey(namespace: "default", name: name)) { pod in
            pod.spec.nodeName = "box"
            pod.status = PodStatus()
            pod.status?.phase = "Running"
            pod.status?.conditions = [PodCondition(type: "Ready", status: "True")]
        }
    }

    @Test func `a pod that is evicted says so, and is asked to end`() async throws {
        try await TestServer.run { server in
            try await makeRunning(server, "x")
            let reply = try await server.send("POST", "\(podsPath)/x/eviction", eviction("x"))
            #expect(reply.code == 201)
            #expect(reply.at("status") == "Success")
            let first = try #require(condition(server, "x"))
            #expect(first.status == "True")
            #expect(first.reason == "EvictionByEvictionAPI")
            #expect(first.message == "Eviction API: evicting")
            #expect(first.lastTransitionTime != nil)
            let pod = server.store.get(Pod.self, ObjectKey(namespace: "default", name: "x"))
            #expect(pod?.metadata.deletionTimestamp != nil)
            #expect(pod?.metadata.deletionGracePeriodSeconds == 30)
            #expect(pod?.status?.conditions?.first?.type == "Ready")

            let again = try await server.send(
                "POST", "\(podsPath)/x/eviction", eviction("x", #"{"gracePeriodSeconds":5}"#))
            #expect(again.code == 201)
            #expect(condition(server, "x") == first)
            let shorter = server.store.get(Pod.self, ObjectKey(namespace: "default", name: "x"))
            #expect(shorter?.metadata.deletionGracePeriodSeconds == 5)
        }
    }

    @Test func `a rehearsal leaves the pod as it is`() async throws {
        try await TestServer.run { server in
            try await makeRunning(server, "x")
            let before = server.store.get(Pod.self, ObjectKey(namespace: "default", name: "x"))
            for (query, options) in [("?dryRun=All", "{}"), ("", #"{"dryRun":["All"]}"#)] {
                let reply = try await server.send("POST", "\(podsPath)/x/eviction\(query)", eviction("x", options))
                #expect(reply.code == 201)
            }
            #expect(server.store.get(Pod.self, ObjectKey(namespace: "default", name: "x")) == before)
        }
    }

    @Test func `a version or a uid that is not the pod's is a conflict, and its own are none`() async throws {
        try await TestServer.run { server in
            try await makeRunning(server, "x")
            let pod = try #require(server.store.get(Pod.self, ObjectKey(namespace: "default", name: "x")))
            for wrong in [#"{"uid":"other"}"#, #"{"resourceVersion":"1"}"#] {
                let reply = try await server.send(
                    "POST", "\(podsPath)/x/eviction", eviction("x", #"{"preconditions":\#(wrong)}"#))
                #expect(reply.code == 409)
                #expect(condition(server, "x") == nil)
            }
            let right = #"{"uid":"\#(pod.uid)","resourceVersion":"\#(pod.metadata.resourceVersion ?? "")"}"#
            let reply = try await server.send(
                "POST", "\(podsPath)/x/eviction", eviction("x", #"{"preconditions":\#(right)}"#))
            #expect(reply.code == 201)
            #expect(condition(server, "x") != nil)
        }
    }

    @Test func `a pod that no node has goes at once, and one that is not there cannot be evicted`() async throws {
        try await TestServer.run { server in
            _ = try await server.send("POST", podsPath, Samples.pod("x"))
            #expect(try await server.send("POST", "\(podsPath)/x/eviction", eviction("x")).code == 201)
            let gone = try await server.send("POST", "\(podsPath)/x/eviction", eviction("x"))
            #expect(gone.code == 404)
            #expect(gone.message == "pods \"x\" not found")
        }
    }
}
