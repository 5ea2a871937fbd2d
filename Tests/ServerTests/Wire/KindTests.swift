import Foundation
import Kube
import Store
import Testing

@testable import Server

/// The kinds that are stored and served, through the door.
@Suite struct KindTests {
    private func body(_ kind: String, _ name: String, _ rest: String) -> String {
        #"{"apiVersion":"v1","kind":"\#(kind)","metadata":{"name":"\#(name)"},\#(rest)}"#
    }

    private let services = "/api/v1/namespaces/default/services"
    private let secrets = "/api/v1/namespaces/default/secrets"

    private func addresses(_ server: TestServer) -> [String] {
        server.store.list(ClusterService.self).map { $0.spec.clusterIP ?? "" }.sorted()
    }

    @Test func `Services get addresses that nobody else has, also when many come at once`() async throws {
        try await TestServer.run { server in
            try await withThrowingTaskGroup(of: Int.self) { group in
                for number in 0..<20 {
                    group.addTask {
                        try await server.send(
                            "POST", services, body("Service", "s\(number)", #""spec":{"ports":[{"port":80}]}"#)
                        ).code
                    }
                }
                for try await status in group { #expect(status == 201) }
            }
            #expect(Set(addresses(server)).count == 20)
            #expect(addresses(server).allSatisfy { $0.hasPrefix("10.96.0.") })
        }
    }

    @Test func `an address that is taken is refused, one that is free again is given again`() async throws {
        try await TestServer.run { server in
            let spec = #""spec":{"clusterIP":"10.96.0.7","ports":[{"port":80}]}"#
            #expect(try await server.send("POST", services, body("Service", "a", spec)).code == 201)
            let second = try await server.send("POST", services, body("Service", "b", spec))
            #expect(second.code == 422)
            #expect(
                second.text.contains(
                    #"spec.clusterIPs: Invalid value: [\"10.96.0.7\"]: failed to allocate IP 10.96.0.7: provided IP is already allocated"#
                ))
            #expect(try await server.send("DELETE", services + "/a").code == 200)
            #expect(try await server.send("POST", services + "?dryRun=All", body("Service", "b", spec)).code == 201)
            #expect(try await server.send("POST", services, body("Service", "b", spec)).code == 201)
            let headless = try await server.send(
                "POST", services, body("Service", "c", #""spec":{"clusterIP":"None"}"#))
            #expect(headless.code == 201)
            #expect(addresses(server) == ["10.96.0.7", "None"])
        }
    }

    @Test func `an update keeps the address, and one that begins to need one gets it`() async throws {
        try await TestServer.run { server in
            let ports = #""ports":[{"port":80}]"#
            _ = try await server.send(
                "POST", services, body("Service", "a", #""spec":{"type":"ExternalName","externalName":"example.com"}"#))
            #expect(addresses(server) == [""])
            let update = body("Service", "a", #""spec":{"type":"ClusterIP",\#(ports)}"#)
            #expect(try await server.send("PUT", services + "/a", update).code == 200)
            #expect(addresses(server) == ["10.96.0.2"])
            #expect(try await server.send("PUT", services + "/a", update).code == 200)
            #expect(addresses(server) == ["10.96.0.2"])
        }
    }

    @Test func `a Secret is written as text and read as base64, and listed by its type`() async throws {
        try await TestServer.run { server in
            let made = try await server.send(
                "POST", secrets, body("Secret", "s", #""type":"my/own","stringData":{"a":"hunter2"}"#))
            #expect(made.code == 201)
            #expect(made.text.contains(#""data":{"a":"aHVudGVyMg=="}"#) && !made.text.contains("stringData"))
            #expect(try await server.get(secrets + "?fieldSelector=type%3Dmy/own").text.contains(#""name":"s""#))
            #expect(try await !server.get(secrets + "?fieldSelector=type%3DOpaque").text.contains(#""name":"s""#))
            let bad = try await server.send("POST", secrets, body("Secret", "t", #""data":{"a":"hunter2!"}"#))
            #expect(bad.code == 400)
            #expect(!bad.text.contains("hunter2"))
        }
    }

    @Test func `CronJobs have a status of their own, and make no Jobs`() async throws {
        try await TestServer.run { server in
            let path = "/apis/batch/v1/namespaces/default/cronjobs"
            let job =
                #"{"spec":{"template":{"spec":{"restartPolicy":"Never","containers":[{"name":"c","image":"busybox"}]}}}}"#
            let manifest =
                #"{"apiVersion":"batch/v1","kind":"CronJob","metadata":{"name":"n"},"spec":{"schedule":"* * * * *","jobTemplate":\#(job)}}"#
            #expect(try await server.send("POST", path, manifest).code == 201)
            let patch = #"{"status":{"lastScheduleTime":"2026-01-01T12:00:00Z"},"spec":{"schedule":"0 0 * * *"}}"#
            let patched = try await server.send(
                "PATCH", path + "/n/status", patch, type: "application/merge-patch+json")
            #expect(patched.code == 200)
            #expect(patched.text.contains(#""schedule":"* * * * *""#) && patched.text.contains("lastScheduleTime"))
            let suspended = try await server.send(
                "PATCH", path + "/n", #"{"spec":{"suspend":true}}"#, type: "application/merge-patch+json")
            #expect(suspended.text.contains(#""generation":2"#))
            #expect(server.store.list(Job.self).isEmpty)
        }
    }
}
