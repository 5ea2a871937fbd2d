import Foundation
import Kube
import Testing

@testable import Server

/// A namespace user cannot write a pod that is root on the host, by whatever way it is written.
@Suite struct PodSecurityWireTests {
    private static let jobs = "/apis/batch/v1/namespaces/default/jobs"

    private static func job(_ name: String, _ spec: String) -> String {
        """
        {"apiVersion":"batch/v1","kind":"Job","metadata":{"name":"\(name)"},"spec":{"suspend":true,"template":{"spec":{
        "restartPolicy":"Never",\(spec)"containers":[{"name":"c","image":"busybox"}]}}}}
        """
    }

    private static func pod(_ name: String, _ container: String, _ spec: String = "") -> String {
        """
        {"apiVersion":"v1","kind":"Pod","metadata":{"name":"\(name)"},"spec":{"restartPolicy":"Never",\(spec)
        "containers":[{"name":"c","image":"busybox",\(container)"command":["true"]}]}}
        """
    }

    @Test func `what goes beyond the baseline is refused to them, and to them only`() async throws {
        try await TestServer.run(tls: .host) { server in
            let tls = try #require(server.tls)
            let eve = try tls.leaf("eve", namespace: "default")
            let rows: [(String, String, String)] = [
                (
                    Self.jobs, Self.job("x", #""hostNetwork":true,"#),
                    #"jobs.batch "x" is forbidden: violates PodSecurity "baseline:latest": host namespaces (hostNetwork=true)"#
                ),
                (
                    podsPath, Self.pod("x", #""securityContext":{"privileged":true},"#, #""hostPID":true,"#),
                    #"pods "x" is forbidden: violates PodSecurity "baseline:latest": host namespaces (hostPID=true), privileged (container "c" must not set securityContext.privileged=true)"#
                ),
                (
                    podsPath, Self.pod("x", #""securityContext":{"capabilities":{"add":["SYS_ADMIN"]}},"#),
                    #"pods "x" is forbidden: violates PodSecurity "baseline:latest": non-default capabilities (container "c" must not include "SYS_ADMIN" in securityContext.capabilities.add)"#
                ),
                (
                    podsPath, Self.pod("x", #""securityContext":{"seccompProfile":{"type":"Unconfined"}},"#),
                    #"pods "x" is forbidden: violates PodSecurity "baseline:latest": seccompProfile (container "c" must not set securityContext.seccompProfile.type to "Unconfined")"#
                ),
            ]
            for (path, body, message) in rows {
                let reply = try await tls.send("POST", path, body, as: eve)
                #expect(reply.code == 403, "\(reply)")
                #expect(reply.message == message)
                #expect(try await tls.get("\(path)/x", as: eve).code == 404)
                #expect(try await server.send("POST", "\(path)?dryRun=All", body).code == 201)
            }
            #expect(try await tls.send("POST", Self.jobs, Self.job("fine", ""), as: eve).code == 201)
            // All of /proc is for nobody with the host's users, and for everybody with users of their own.
            let unmasked = #""securityContext":{"procMount":"Unmasked"},"#
            let refused = try await tls.send("POST", podsPath, Self.pod("all", unmasked), as: eve)
            #expect(refused.code == 422)
            #expect(refused.message?.contains("`hostUsers` must be false to use `Unmasked`") == true)
            let own = try await tls.send("POST", podsPath, Self.pod("all", unmasked, #""hostUsers":false,"#), as: eve)
            #expect(own.code == 201, "\(own)")
        }
    }

    @Test func `neither an update, nor a patch, nor an apply goes beyond it`() async throws {
        try await TestServer.run(tls: .host) { server in
            let tls = try #require(server.tls)
            let eve = try tls.leaf("eve", namespace: "default")
            #expect(try await tls.send("POST", Self.jobs, Self.job("x", ""), as: eve).code == 201)
            let bad = Self.job("x", #""hostIPC":true,"#)
            let patch = #"{"spec":{"template":{"spec":{"hostIPC":true}}}}"#
            let operations = #"[{"op":"add","path":"/spec/template/spec/hostIPC","value":true}]"#
            let writes = [
                ("PUT", "\(Self.jobs)/x", bad, "application/json"),
                ("PATCH", "\(Self.jobs)/x", patch, "application/merge-patch+json"),
                ("PATCH", "\(Self.jobs)/x", patch, "application/strategic-merge-patch+json"),
                ("PATCH", "\(Self.jobs)/x", operations, "application/json-patch+json"),
                ("PATCH", "\(Self.jobs)/x?fieldManager=me&force=true", bad, "application/apply-patch+yaml"),
                (
                    "PATCH", "\(Self.jobs)/new?fieldManager=me", Self.job("new", #""hostIPC":true,"#),
                    "application/apply-patch+yaml"
                ),
            ]
            for (method, path, body, type) in writes {
                let reply = try await tls.send(method, path, body, type: type, as: eve)
                // A template that cannot change is refused for that first.
                #expect([403, 422].contains(reply.code), "\(method) \(type): \(reply)")
            }
            let new = try await tls.send(
                "PATCH", "\(Self.jobs)/new?fieldManager=me", Self.job("new", #""hostIPC":true,"#),
                type: "application/apply-patch+yaml", as: eve)
            #expect(
                new.message
                    == #"jobs.batch "new" is forbidden: violates PodSecurity "baseline:latest": host namespaces (hostIPC=true)"#
            )
            #expect(try await server.get("\(Self.jobs)/x").at("spec.template.spec.hostIPC") == .null)
        }
    }

    @Test func `what a master made privileged is not theirs to use, but theirs to end`() async throws {
        try await TestServer.run(tls: .host) { server in
            let tls = try #require(server.tls)
            let eve = try tls.leaf("eve", namespace: "default")
            #expect(try await server.send("POST", Self.jobs, Self.job("x", #""hostPID":true,"#)).code == 201)
            let resumed = try await tls.send(
                "PATCH", "\(Self.jobs)/x", #"{"spec":{"suspend":false}}"#, type: "application/merge-patch+json", as: eve
            )
            #expect(resumed.code == 403)
            #expect(try await tls.send("DELETE", "\(Self.jobs)/x", as: eve).code == 200)
        }
    }

    @Test func `pods are found wherever an object has them`() throws {
        let spec = #"{"spec":{"containers":[]}}"#
        let rows: [(String, Bool, Int)] = [
            (#"{"spec":{"containers":[]}}"#, true, 1), (#"{"spec":{"containers":[]}}"#, false, 0),
            (#"{"spec":{"template":\#(spec)}}"#, false, 1), (#"{"template":\#(spec)}"#, false, 1),
            (#"{"spec":{"jobTemplate":{"spec":{"template":\#(spec)}}}}"#, false, 1), (#"{"data":{"a":"b"}}"#, false, 0),
        ]
        for (text, isPod, count) in rows {
            let found = PodSecurityAdmission.podTemplates(in: try KubeJSON.parse(text.utf8), isPod: isPod)
            #expect(found.count == count, "\(text)")
        }
    }
}
