import Foundation
import Kube
import Testing

@testable import Server

/// Limit ranges, quotas and priority classes as clients meet them.
@Suite struct LimitsWireTests {
    private static let base = "/api/v1/namespaces/default"
    private static let classes = "/apis/scheduling.k8s.io/v1/priorityclasses"

    private func pod(_ name: String, _ resources: String = "{}", _ more: String = "") -> String {
        #"{"apiVersion":"v1","kind":"Pod","metadata":{"name":"\#(name)"},"spec":{"restartPolicy":"Never","containers":[{"name":"c1","image":"b","resources":\#(resources)}]\#(more)}}"#
    }

    private func quota(_ spec: String) -> String {
        #"{"apiVersion":"v1","kind":"ResourceQuota","metadata":{"name":"q"},"spec":\#(spec)}"#
    }

    @Test func `a pod that is too much for a quota is a 403, and the quota says what is used`() async throws {
        try await TestServer.run { server in
            let made = try await server.send(
                "POST", Self.base + "/resourcequotas", quota(#"{"hard":{"requests.cpu":"500m","limits.cpu":"1"}}"#))
            #expect(made.code == 201, "\(made)")
            let missing = try await server.send("POST", Self.base + "/pods", pod("x"))
            #expect(missing.code == 403)
            #expect(
                missing.message
                    == "pods \"x\" is forbidden: failed quota: q: must specify limits.cpu for: c1; requests.cpu for: c1"
            )
            let large = try await server.send("POST", Self.base + "/pods", pod("x", #"{"limits":{"cpu":"1"}}"#))
            #expect(large.code == 403 && large.at("reason") == "Forbidden" && large.at("details.name") == "x")
            #expect(
                large.message
                    == "pods \"x\" is forbidden: exceeded quota: q, requested: requests.cpu=1, used: requests.cpu=0, limited: "
                    + "requests.cpu=500m")
            let fits = #"{"limits":{"cpu":"1"},"requests":{"cpu":"300m"}}"#
            #expect(try await server.send("POST", Self.base + "/pods", pod("y", fits)).code == 201)
            let stored = try await server.get(Self.base + "/resourcequotas/q")
            #expect(
                stored.at("status") == [
                    "hard": ["requests.cpu": "500m", "limits.cpu": "1"],
                    "used": ["requests.cpu": "300m", "limits.cpu": "1"],
                ])
            let gone = try await server.send("DELETE", Self.base + "/pods/y")
            #expect(gone.code == 200)
            #expect(
                try await server.get(Self.base + "/resourcequotas/q").at("status.used") == [
                    "requests.cpu": "0", "limits.cpu": "0",
                ])
        }
    }

    @Test func `the status of a quota is the server's`() async throws {
        try await TestServer.run { server in
            #expect(
                try await server.send("POST", Self.base + "/resourcequotas", quota(#"{"hard":{"pods":"1"}}"#)).code
                    == 201)
            let patched = try await server.send(
                "PATCH", Self.base + "/resourcequotas/q/status",
                #"{"status":{"hard":{"pods":"99"},"used":{"pods":"7"}}}"#,
                type: "application/merge-patch+json")
            #expect(patched.code == 200 && patched.at("status.hard.pods") == "99")
            #expect(
                try await server.get(Self.base + "/resourcequotas/q").at("status")
                    == ["hard": ["pods": "1"], "used": ["pods": "0"]])
        }
    }

    @Test func `a limit range fills in and refuses`() async throws {
        try await TestServer.run { server in
            let range =
                #"{"apiVersion":"v1","kind":"LimitRange","metadata":{"name":"r"},"spec":{"limits":[{"type":"Container","max":{"cpu":"500m"},"default":{"cpu":"200m"}}]}}"#
            let made = try await server.send("POST", Self.base + "/limitranges", range)
            #expect(made.code == 201, "\(made)")
            #expect(made.at("spec.limits.0.defaultRequest") == ["cpu": "200m"])
            let large = try await server.send("POST", Self.base + "/pods", pod("x", #"{"limits":{"cpu":"1"}}"#))
            #expect(large.code == 403)
            #expect(large.message == "pods \"x\" is forbidden: maximum cpu usage per Container is 500m, but limit is 1")
            let plain = try await server.send("POST", Self.base + "/pods", pod("y"))
            #expect(plain.code == 201)
            #expect(
                plain.at("spec.containers.0.resources") == ["limits": ["cpu": "200m"], "requests": ["cpu": "200m"]])
            #expect(plain.at("status.qosClass") == "Burstable")
            #expect(
                plain.json["metadata"]?["annotations"]?["kubernetes.io/limit-ranger"]
                    == "LimitRanger plugin set: cpu request for container c1; cpu limit for container c1")
        }
    }

    @Test func `priorities come from classes`() async throws {
        try await TestServer.run { server in
            let high =
                #"{"apiVersion":"scheduling.k8s.io/v1","kind":"PriorityClass","metadata":{"name":"high"},"value":100,"globalDefault":true}"#
            #expect(try await server.send("POST", Self.classes, high).code == 201)
            let second = try await server.send("POST", Self.classes, high.replacing("\"high\"", with: "\"other\""))
            #expect(second.code == 403)
            #expect(
                second.message
                    == "priorityclasses.scheduling.k8s.io \"other\" is forbidden: PriorityClass high is already marked as "
                    + "default. Only one default can exist")
            let made = try await server.send("POST", Self.base + "/pods", pod("x"))
            #expect(made.at("spec.priority") == 100 && made.at("spec.priorityClassName") == "high")
            #expect(made.all("warning") == [])
            // A manifest that says nothing of it can be written again.
            let again = try await server.send(
                "PATCH", Self.base + "/pods/x", #"{"metadata":{"labels":{"a":"b"}}}"#,
                type: "application/merge-patch+json")
            #expect(again.code == 200)
            let number = try await server.send("POST", Self.base + "/pods", pod("y", "{}", #","priority":5"#))
            #expect(
                number.message
                    == "pods \"y\" is forbidden: the integer value of priority (5) must not be provided in pod spec; priority "
                    + "admission controller computed 100 from the given PriorityClass name")
            let unknown = try await server.send(
                "POST", Self.base + "/pods", pod("y", "{}", #","priorityClassName":"no""#))
            #expect(unknown.code == 403)
            #expect(unknown.message == "pods \"y\" is forbidden: no PriorityClass with name no was found")
        }
    }

    @Test func `the classes of the system stay`() async throws {
        try await TestServer.run { server in
            for priorityClass in PriorityClass.system { try await server.store.create(priorityClass) }
            let gone = try await server.send("DELETE", Self.classes + "/system-node-critical")
            #expect(gone.code == 403)
            #expect(
                gone.message
                    == "priorityclasses.scheduling.k8s.io \"system-node-critical\" is forbidden: this is a system priority "
                    + "class and cannot be deleted")
        }
    }

    @Test func `tables have kubectl's columns`() async throws {
        try await TestServer.run { server in
            for path in [Self.base + "/resourcequotas", Self.base + "/limitranges", Self.classes] {
                let table = try await server.send(
                    "GET", path, accept: "application/json;as=Table;v=v1;g=meta.k8s.io")
                let names = table.at("columnDefinitions").array?.compactMap { $0["name"]?.string } ?? []
                let expected =
                    path == Self.classes
                    ? ["Name", "Value", "Global-Default", "Age", "PreemptionPolicy"]
                    : path.hasSuffix("quotas") ? ["Name", "Age", "Request", "Limit"] : ["Name", "Created At"]
                #expect(names == expected, "\(path)")
            }
        }
    }

    @Test func `users of a namespace see what bounds them and cannot change it`() async throws {
        try await TestServer.run(tls: .host) { server in
            let tls = try #require(server.tls)
            try await server.store.create(Namespace(metadata: ObjectMeta(name: "team-a")))
            for priorityClass in PriorityClass.system { try await server.store.create(priorityClass) }
            let base = "/api/v1/namespaces/team-a"
            #expect(
                try await server.send("POST", base + "/resourcequotas", quota(#"{"hard":{"pods":"1"}}"#)).code == 201)
            let leaf = try tls.leaf("eve", namespace: "team-a")
            for path in ["/resourcequotas", "/resourcequotas/q", "/limitranges"] {
                #expect(try await tls.get(base + path, as: leaf).code == 200, "\(path)")
            }
            #expect(try await tls.get(Self.classes, as: leaf).code == 200)
            let refused = try await tls.send("DELETE", base + "/resourcequotas/q", as: leaf)
            #expect(refused.code == 403)
            #expect(
                refused.message
                    == "resourcequotas \"q\" is forbidden: User \"eve\" cannot delete resource \"resourcequotas\" in API group "
                    + "\"\" in the namespace \"team-a\": what bounds a namespace is the administrator's")
            #expect(try await tls.send("POST", Self.classes, "{}", as: leaf).code == 403)
            #expect(try await tls.send("POST", base + "/pods", pod("x"), as: leaf).code == 201)
            let ended = try await tls.send(
                "PATCH", base + "/pods/x/status", #"{"status":{"phase":"Succeeded"}}"#,
                type: "application/merge-patch+json",
                as: leaf)
            #expect(ended.code == 403, "\(ended)")
            let critical = try await tls.send(
                "POST", base + "/pods", pod("y", "{}", #","priorityClassName":"system-node-critical""#), as: leaf)
            #expect(critical.code == 403)
            #expect(
                critical.message
                    == "pods \"y\" is forbidden: pods with system-node-critical priorityClass is not permitted in team-a "
                    + "namespace")
        }
    }
}
