import Foundation
import Kube
import Testing

@testable import Server

/// Server-side apply, and who owns what after other writes.
@Suite struct ApplyTests {
    private static let apply = "application/apply-patch+yaml"

    private func job(_ lines: String = "", labels: String = "{}") -> String {
        """
        apiVersion: batch/v1
        kind: Job
        metadata: {name: j, labels: \(labels)}
        spec:
        \(lines)
          template:
            spec:
              restartPolicy: Never
              containers: [{name: c, image: busybox}]
        """
    }

    private func managers(_ reply: Reply) -> [String] {
        (reply.at("metadata.managedFields").array ?? []).map {
            "\($0["manager"]?.string ?? "") \($0["operation"]?.string ?? "")"
        }.sorted()
    }

    @Test func `apply makes what is missing, and says nothing new the second time`() async throws {
        try await TestServer.run { server in
            let path = "\(jobsPath)/j?fieldManager=me"
            let made = try await server.send("PATCH", path, job("  backoffLimit: 2"), type: Self.apply)
            #expect(made.code == 201, "\(made)")
            #expect(made.at("spec.backoffLimit") == 2)
            #expect(managers(made) == ["me Apply"])
            let again = try await server.send("PATCH", path, job("  backoffLimit: 2"), type: Self.apply)
            #expect(again.code == 200)
            #expect(again.json == made.json)
        }
    }

    @Test func `a field of another manager is a conflict, unless it is taken by force`() async throws {
        try await TestServer.run { server in
            let mine = "\(jobsPath)/j?fieldManager=me"
            _ = try await server.send("PATCH", mine, job("  backoffLimit: 2"), type: Self.apply)
            _ = try await server.send(
                "PATCH", "\(jobsPath)/j?fieldManager=other", #"{"spec":{"backoffLimit":5}}"#,
                type: "application/merge-patch+json")
            let refused = try await server.send("PATCH", mine, job("  backoffLimit: 2"), type: Self.apply)
            #expect(refused.code == 409)
            #expect(
                refused.message
                    == #"Apply failed with 1 conflict: conflict with "other" using batch/v1: .spec.backoffLimit"#)
            #expect(refused.at("details.causes.0.reason") == "FieldManagerConflict")
            #expect(try await server.get("\(jobsPath)/j").at("spec.backoffLimit") == 5)
            let taken = try await server.send("PATCH", "\(mine)&force=true", job("  backoffLimit: 2"), type: Self.apply)
            #expect(taken.at("spec.backoffLimit") == 2)
        }
    }

    @Test func `what is no longer applied is taken away`() async throws {
        try await TestServer.run { server in
            let path = "\(jobsPath)/j?fieldManager=me"
            _ = try await server.send("PATCH", path, job(labels: "{a: x, b: y}"), type: Self.apply)
            let less = try await server.send("PATCH", path, job(labels: "{a: x}"), type: Self.apply)
            #expect(less.at("metadata.labels.a") == "x")
            #expect(less.at("metadata.labels.b") == .null)
        }
    }

    /// As kubectl does when it goes over from client-side apply: the entry of the old manager becomes an apply of the new one,
    /// and applying again gives up what only defaults had set, but not what the server gave.
    @Test func `a selector that the server gave belongs to nobody`() async throws {
        try await TestServer.run { server in
            let made = try await server.send(
                "POST", "\(jobsPath)?fieldManager=kubectl-client-side-apply", job(), type: "application/yaml")
            let fields = made.at("metadata.managedFields.0.fieldsV1.f:spec")
            #expect(fields["f:backoffLimit"] != nil)
            #expect(fields["f:selector"] == nil)
            let path = "/metadata/managedFields/0"
            let migrated = try await server.send(
                "PATCH", "\(jobsPath)/j",
                #"[{"op":"replace","path":"\#(path)/manager","value":"kubectl"},{"op":"replace","path":"\#(path)/operation","value":"Apply"}]"#,
                type: "application/json-patch+json")
            #expect(managers(migrated) == ["kubectl Apply"])
            let applied = try await server.send(
                "PATCH", "\(jobsPath)/j?fieldManager=kubectl", job("  backoffLimit: 3"), type: Self.apply)
            #expect(applied.code == 200, "\(applied)")
            #expect(applied.at("spec.selector") == made.at("spec.selector"))
            #expect(managers(applied) == ["kubectl Apply"])
        }
    }

    @Test func `options of apply are checked`() async throws {
        try await TestServer.run { server in
            let nameless = try await server.send("PATCH", "\(jobsPath)/j", job(), type: Self.apply)
            #expect(nameless.code == 422)
            #expect(nameless.message?.contains("fieldManager: Required value: is required for apply patch") == true)
            let forced = try await server.send(
                "PATCH", "\(jobsPath)/j?force=true", "{}", type: "application/merge-patch+json")
            #expect(forced.code == 422)
            #expect(forced.message?.contains("force: Forbidden: may not be specified for non-apply patch") == true)
            let other = try await server.send("PATCH", "\(jobsPath)/other?fieldManager=me", job(), type: Self.apply)
            #expect(other.code == 400)
            #expect(other.message == "the name of the object (j) does not match the name on the URL (other)")
            let bomb =
                "a0: &a0 [x]\n"
                + (1...12).map { level in
                    let alias = "*a\(level - 1)"
                    return "a\(level): &a\(level) [\(Array(repeating: alias, count: 9).joined(separator: ","))]\n"
                }.joined()
            let exploded = try await server.send("PATCH", "\(jobsPath)/j?fieldManager=me", bomb, type: Self.apply)
            #expect((400..<500).contains(exploded.code), "\(exploded)")
        }
    }
}
