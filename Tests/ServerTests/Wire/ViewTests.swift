import Foundation
import Kube
import Testing

@testable import Server

/// Kinds that are no plain objects of the store: views, measurements, evictions.
@Suite struct ViewTests {
    private static let event = #"""
        {"apiVersion":"v1","kind":"Event","metadata":{"name":"e1","namespace":"default"},
         "involvedObject":{"kind":"Job","name":"hello","namespace":"default"},"reason":"Completed","message":"done",
         "type":"Normal","count":3,"reportingComponent":"job-controller"}
        """#
    private static let path = "/apis/events.k8s.io/v1/namespaces/default/events"

    @Test func `an Event is seen in both groups, each with its own names`() async throws {
        try await TestServer.run { server in
            #expect(try await server.send("POST", "/api/v1/namespaces/default/events", Self.event).code == 201)
            let seen = try await server.get("\(Self.path)/e1")
            #expect(seen.at("apiVersion") == "events.k8s.io/v1")
            #expect(seen.at("regarding.name") == "hello")
            #expect(seen.at("note") == "done")
            #expect(seen.at("deprecatedCount") == 3)
            #expect(seen.at("reportingController") == "job-controller")
            #expect(seen.at("involvedObject") == .null)

            let list = try await server.get("\(Self.path)?fieldSelector=regarding.name%3Dhello")
            #expect(list.at("kind") == "EventList")
            #expect(list.at("apiVersion") == "events.k8s.io/v1")
            #expect(list.at("items").array?.count == 1)
            let none = try await server.get("\(Self.path)?fieldSelector=regarding.name%3Dother")
            #expect(none.at("items").array?.count == 0)
        }
    }

    @Test func `an Event made through one group is read through the other`() async throws {
        try await TestServer.run { server in
            let event = #"""
                {"apiVersion":"events.k8s.io/v1","kind":"Event","metadata":{"name":"e2","namespace":"default"},
                 "regarding":{"kind":"Pod","name":"p","namespace":"default"},"reason":"Because","note":"said",
                 "type":"Warning","eventTime":"2026-01-02T03:04:05.000006Z","reportingController":"me",
                 "reportingInstance":"me-1","action":"Doing"}
                """#
            let made = try await server.send("POST", Self.path, event)
            #expect(made.code == 201)
            #expect(made.at("note") == "said")
            let core = try await server.get("/api/v1/namespaces/default/events/e2")
            #expect(core.at("message") == "said")
            #expect(core.at("involvedObject.name") == "p")
            let patched = try await server.send(
                "PATCH", "\(Self.path)/e2", #"{"note":"changed"}"#, type: "application/merge-patch+json")
            #expect(patched.at("note") == "changed")
            #expect(try await server.get("/api/v1/namespaces/default/events/e2").at("message") == "changed")
            let wrong = try await server.send("POST", Self.path, Self.event)
            #expect(wrong.code == 400)
        }
    }

    @Test func `an eviction deletes the pod`() async throws {
        try await TestServer.run { server in
            #expect(try await server.send("POST", podsPath, Samples.pod("p")).code == 201)
            let wrong = try await server.send(
                "POST", "\(podsPath)/p/eviction",
                #"{"apiVersion":"policy/v1","kind":"Eviction","metadata":{"name":"q","namespace":"default"}}"#)
            #expect(wrong.code == 400)
            #expect(wrong.message == "name in URL does not match name in Eviction object")
            let evicted = try await server.send(
                "POST", "\(podsPath)/p/eviction",
                #"{"apiVersion":"policy/v1","kind":"Eviction","metadata":{"name":"p","namespace":"default"}}"#)
            #expect(evicted.code == 201)
            #expect(evicted.at("status") == "Success")
            #expect(try await server.get("\(podsPath)/p").code == 404)
        }
    }

    @Test func `measurements are got, listed, selected and shown as a table`() async throws {
        var services = HostServices.none
        services.podMetrics = {
            ["a", "b"].map { name in
                PodMetrics(
                    metadata: ObjectMeta(name: name, namespace: "default", labels: ["app": name]),
                    timestamp: Timestamp(Date()), window: "15s",
                    containers: [
                        ContainerMetrics(
                            name: "c", usage: ["cpu": Quantity(milli: 250), "memory": Quantity(bytes: 1 << 20)])
                    ])
            }
        }
        let path = "/apis/metrics.k8s.io/v1beta1/namespaces/default/pods"
        try await TestServer.run(services: services) { server in
            let list = try await server.get(path)
            #expect(list.at("kind") == "PodMetricsList")
            #expect(list.at("items").array?.count == 2)
            #expect(list.at("items.0.containers.0.usage.cpu") == "250m")
            let chosen = try await server.get("\(path)?labelSelector=app%3Db")
            #expect(chosen.at("items").array?.compactMap { $0["metadata"]?["name"]?.string } == ["b"])
            #expect(try await server.get("\(path)/a").at("metadata.name") == "a")
            #expect(try await server.get("\(path)/x").code == 404)
            #expect(
                try await server.get("/apis/metrics.k8s.io/v1beta1/namespaces/other/pods").at("items").array?.count == 0
            )
            let table = try await server.get(path, accept: "application/json;as=Table;v=v1;g=meta.k8s.io")
            #expect(table.at("rows.0.cells") == ["a", "250m", "1Mi", "15s"])
            #expect(try await server.send("DELETE", "\(path)/a").code == 405)
        }
    }
}
