import Foundation
import Kube
import Testing

@testable import Server

/// Objects over the wire, one at a time.
@Suite struct ObjectTests {
    @Test func `a Job is created, read, changed and deleted`() async throws {
        try await TestServer.run { server in
            let created = try await server.send("POST", jobsPath, Samples.job("hello"))
            #expect(created.code == 201)
            #expect(created.at("kind") == "Job")
            #expect(created.at("metadata.namespace") == "default")
            #expect(created.at("metadata.uid").string?.count == 36)
            #expect(created.at("spec.backoffLimit") == 6)
            guard case .object(let labels) = created.at("spec.selector.matchLabels") else {
                Issue.record("the Job has no selector")
                return
            }
            #expect(labels["batch.kubernetes.io/controller-uid"] == created.at("metadata.uid"))
            #expect(created["content-type"] == "application/json")

            let again = try await server.send("POST", jobsPath, Samples.job("hello"))
            #expect(again.code == 409)
            #expect(again.message == "jobs.batch \"hello\" already exists")
            #expect(again.at("reason") == "AlreadyExists")

            let read = try await server.get("\(jobsPath)/hello")
            #expect(read.code == 200)
            #expect(read.json == created.json)

            let patched = try await server.send(
                "PATCH", "\(jobsPath)/hello", #"{"metadata":{"labels":{"a":"b"}}}"#,
                type: "application/merge-patch+json")
            #expect(patched.code == 200)
            #expect(patched.at("metadata.labels.a") == "b")
            #expect(patched.at("metadata.resourceVersion") != created.at("metadata.resourceVersion"))

            let deleted = try await server.send("DELETE", "\(jobsPath)/hello?propagationPolicy=Background")
            #expect(deleted.code == 200)
            #expect(deleted.at("kind") == "Status")
            #expect(deleted.at("status") == "Success")
            #expect(deleted.at("details.name") == "hello")
            #expect(deleted.at("details.kind") == "jobs")
            #expect(deleted.at("details.uid") == created.at("metadata.uid"))

            let gone = try await server.get("\(jobsPath)/hello")
            #expect(gone.code == 404)
            #expect(gone.message == "jobs.batch \"hello\" not found")
        }
    }

    @Test func `YAML comes in and goes out`() async throws {
        try await TestServer.run { server in
            let yaml = """
                apiVersion: batch/v1
                kind: Job
                metadata:
                  generateName: made-
                spec:
                  template:
                    spec:
                      restartPolicy: Never
                      containers: [{name: c, image: busybox}]
                """
            let created = try await server.send("POST", jobsPath, yaml, type: "application/yaml")
            #expect(created.code == 201)
            let name = try #require(created.at("metadata.name").string)
            #expect(name.wholeMatch(of: /made-[bcdfghjklmnpqrstvwxz2456789]{5}/) != nil)
            let read = try await server.get("\(jobsPath)/\(name)", accept: "application/yaml")
            #expect(read["content-type"] == "application/yaml")
            #expect(read.text.contains("kind: Job\n"))
        }
    }

    @Test func `an update of an old version is a conflict`() async throws {
        try await TestServer.run { server in
            let created = try await server.send("POST", jobsPath, Samples.job("j"))
            _ = try await server.send(
                "PATCH", "\(jobsPath)/j", #"{"metadata":{"labels":{"a":"b"}}}"#, type: "application/merge-patch+json")
            let stale = try await server.send("PUT", "\(jobsPath)/j", created.text)
            #expect(stale.code == 409)
            #expect(
                stale.message
                    == "Operation cannot be fulfilled on jobs.batch \"j\": the object has been modified; please apply "
                    + "your changes to the latest version and try again")
            let bound = try await server.send(
                "PATCH", "\(jobsPath)/j", #"{"metadata":{"resourceVersion":"1","labels":{"a":"c"}}}"#,
                type: "application/merge-patch+json")
            #expect(bound.code == 409)
            let fresh = try await server.get("\(jobsPath)/j")
            #expect(try await server.send("PUT", "\(jobsPath)/j", fresh.text).code == 200)
        }
    }

    @Test func `what may not change is refused`() async throws {
        try await TestServer.run { server in
            _ = try await server.send("POST", jobsPath, Samples.job("j"))
            let changed = try await server.send(
                "PATCH", "\(jobsPath)/j", #"{"spec":{"completions":7}}"#, type: "application/merge-patch+json")
            #expect(changed.code == 422)
            #expect(changed.at("reason") == "Invalid")
            #expect(
                changed.message == "Job.batch \"j\" is invalid: spec.completions: Invalid value: 7: field is immutable")
        }
    }

    @Test func `the status has a path of its own`() async throws {
        try await TestServer.run { server in
            _ = try await server.send("POST", jobsPath, Samples.job("j"))
            let patch = #"{"spec":{"suspend":true},"status":{"active":1}}"#
            let status = try await server.send(
                "PATCH", "\(jobsPath)/j/status", patch, type: "application/merge-patch+json")
            #expect(status.code == 200)
            #expect(status.at("status.active") == 1)
            #expect(status.at("spec.suspend") != true)
            let main = try await server.send("PATCH", "\(jobsPath)/j", patch, type: "application/merge-patch+json")
            #expect(main.at("spec.suspend") == true)
            let other = try await server.send(
                "PATCH", "\(jobsPath)/j", #"{"status":{"active":5}}"#, type: "application/merge-patch+json")
            #expect(other.at("status.active") == 1)
            #expect(try await server.get("\(jobsPath)/j/status").at("status.active") == 1)
        }
    }

    @Test func `the kinds of patches are applied, others are refused`() async throws {
        try await TestServer.run { server in
            _ = try await server.send("POST", podsPath, Samples.pod("p", containers: ["a", "b"]))
            let json = try await server.send(
                "PATCH", "\(podsPath)/p", #"[{"op":"add","path":"/metadata/labels","value":{"x":"1"}}]"#,
                type: "application/json-patch+json")
            #expect(json.at("metadata.labels.x") == "1")
            for (type, status) in [("A", "True"), ("B", "False"), ("A", "False")] {
                let strategic = try await server.send(
                    "PATCH", "\(podsPath)/p/status",
                    #"{"status":{"conditions":[{"type":"\#(type)","status":"\#(status)"}]}}"#,
                    type: "application/strategic-merge-patch+json")
                #expect(strategic.code == 200, "\(strategic)")
            }
            let merged = try await server.get("\(podsPath)/p")
            let conditions = merged.at("status.conditions").array ?? []
            #expect(conditions.count == 2)
            #expect(conditions.first { $0.at("type") == "A" }?.at("status") == "False")
            let applied = try await server.send(
                "PATCH", "\(podsPath)/p?fieldManager=x",
                "apiVersion: v1\nkind: Pod\nmetadata:\n  name: p\n  labels:\n    z: \"2\"\n",
                type: "application/apply-patch+yaml")
            #expect(applied.code == 200, "\(applied)")
            #expect(applied.at("metadata.labels") == ["x": "1", "z": "2"])
            let unknown = try await server.send("PATCH", "\(podsPath)/p", "{}", type: "application/apply-patch+cbor")
            #expect(unknown.code == 415)
            #expect(unknown.message?.hasSuffix("application/apply-patch+yaml") == true)
            let broken = try await server.send(
                "PATCH", "\(podsPath)/p", "{", type: "application/merge-patch+json")
            #expect(broken.code == 400)
        }
    }

    @Test func `a dry run decides everything and writes nothing`() async throws {
        try await TestServer.run { server in
            let revision = server.store.revision
            let created = try await server.send("POST", "\(jobsPath)?dryRun=All", Samples.job("j"))
            #expect(created.code == 201)
            #expect(created.at("metadata.uid").string != nil)
            #expect(created.at("metadata.resourceVersion").string == nil)
            #expect(try await server.get("\(jobsPath)/j").code == 404)
            #expect(server.store.revision == revision)
        }
    }

    @Test func `unknown fields are warned of, refused or passed over`() async throws {
        try await TestServer.run { server in
            let body = Samples.job("j", spec: #""foo":1,"#)
            let warned = try await server.send("POST", "\(jobsPath)?dryRun=All", body)
            #expect(warned.code == 201)
            #expect(warned.all("warning") == ["299 - \"unknown field \\\"spec.foo\\\"\""])
            let ignored = try await server.send("POST", "\(jobsPath)?dryRun=All&fieldValidation=Ignore", body)
            #expect(ignored.code == 201)
            #expect(ignored.all("warning") == [])
            let refused = try await server.send("POST", "\(jobsPath)?dryRun=All&fieldValidation=Strict", body)
            #expect(refused.code == 400)
            #expect(
                refused.message
                    == "Job in version \"v1\" cannot be handled as a Job: strict decoding error: unknown field "
                    + "\"spec.foo\"")
        }
    }

    @Test func `names and namespaces of path and body must agree`() async throws {
        try await TestServer.run { server in
            let elsewhere = try await server.send(
                "POST", jobsPath,
                #"{"apiVersion":"batch/v1","kind":"Job","metadata":{"name":"j","namespace":"other"},"spec":{"template":{}}}"#
            )
            #expect(elsewhere.code == 400)
            #expect(
                elsewhere.message
                    == "the namespace of the provided object does not match the namespace sent on the request")
            _ = try await server.send("POST", jobsPath, Samples.job("j"))
            let renamed = try await server.send("PUT", "\(jobsPath)/j", Samples.job("k"))
            #expect(renamed.code == 400)
            #expect(renamed.message == "the name of the object (k) does not match the name on the URL (j)")
            let kind = try await server.send("POST", jobsPath, Samples.pod("p"))
            #expect(kind.code == 400)
            let versioned = try await server.send(
                "POST", jobsPath,
                Samples.job("v").replacingOccurrences(
                    of: "\"metadata\":{", with: "\"metadata\":{\"resourceVersion\":\"7\","))
            #expect(versioned.code == 400)
            #expect(versioned.message == "resourceVersion should not be set on objects to be created")
        }
    }

    @Test func `namespaces say where things may be made`() async throws {
        try await TestServer.run { server in
            let missing = try await server.send("POST", "/apis/batch/v1/namespaces/x/jobs", Samples.job("j"))
            #expect(missing.code == 404)
            #expect(missing.message == "namespaces \"x\" not found")
            let body = #"{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"x"}}"#
            #expect(try await server.send("POST", "/api/v1/namespaces", body).code == 201)
            #expect(
                try await server.send("POST", "/apis/batch/v1/namespaces/x/jobs", Samples.job("j")).code == 201)
            let kept = try await server.send("DELETE", "/api/v1/namespaces/default")
            #expect(kept.code == 403)
            #expect(kept.message == "namespaces \"default\" is forbidden: this namespace may not be deleted")
        }
    }

    @Test func `a collection is deleted by what selects it`() async throws {
        try await TestServer.run { server in
            for name in ["a1", "a2", "b1"] {
                let label = name.prefix(1)
                _ = try await server.send("POST", jobsPath, Samples.job(name, labels: #"{"l":"\#(label)"}"#))
            }
            let deleted = try await server.send(
                "DELETE", "\(jobsPath)?labelSelector=l%3Da&propagationPolicy=Background")
            #expect(deleted.code == 200)
            #expect(deleted.at("items").array?.count == 2)
            let left = try await server.get(jobsPath)
            #expect(left.at("items").array?.map { $0.at("metadata.name") } == ["b1"])
        }
    }

    @Test func `preconditions guard a delete`() async throws {
        try await TestServer.run { server in
            _ = try await server.send("POST", jobsPath, Samples.job("j"))
            let other = try await server.send(
                "DELETE", "\(jobsPath)/j",
                #"{"kind":"DeleteOptions","apiVersion":"v1","preconditions":{"uid":"other"}}"#)
            #expect(other.code == 409)
            #expect(other.message?.contains("Precondition failed: UID in precondition: other") == true)
            let wrong = try await server.send("DELETE", "\(jobsPath)/j", #"{"kind":"Job","apiVersion":"batch/v1"}"#)
            #expect(wrong.code == 400)
        }
    }

    @Test func `Events come to be by update, too`() async throws {
        try await TestServer.run { server in
            let event = """
                {"apiVersion":"v1","kind":"Event","metadata":{"name":"e.1","namespace":"default"},
                "involvedObject":{"kind":"Job","namespace":"default","name":"j"},"reason":"R","message":"m","type":"Normal"}
                """
            let put = try await server.send("PUT", "/api/v1/namespaces/default/events/e.1", event)
            #expect(put.code == 201)
            #expect(try await server.get("/api/v1/namespaces/default/events/e.1").code == 200)
            let job = try await server.send("PUT", "\(jobsPath)/none", Samples.job("none"))
            #expect(job.code == 404)
        }
    }
}
