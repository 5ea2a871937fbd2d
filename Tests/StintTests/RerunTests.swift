import Foundation
import Kube
import Testing

@testable import stint

/// A Job as the daemon shows it after it failed.
private func failedJob(
    _ name: String = "x", annotations: String = "", spec: String = #""completions":5,"completionMode":"NonIndexed""#,
    status: String = #""succeeded":2,"failed":3"#, condition: String = "Failed", containers: String? = nil
) -> String {
    let main =
        #"{"name":"main","image":"busybox","resources":{"limits":{"memory":"64Mi"},"requests":{"memory":"64Mi","cpu":"2"}}}"#
    return #"""
        {"apiVersion":"batch/v1","kind":"Job","metadata":{"name":"\#(name)","namespace":"default","uid":"u-1",
        "resourceVersion":"7","generation":1,"creationTimestamp":"2026-01-01T00:00:00Z","managedFields":[{"manager":"m"}],
        "ownerReferences":[{"apiVersion":"batch/v1","kind":"CronJob","name":"c","uid":"u-0","controller":true}],
        "labels":{"app":"a","job-name":"x","controller-uid":"u-1"},
        "annotations":{"note":"kept","kubectl.kubernetes.io/last-applied-configuration":"{}",
        "batch.kubernetes.io/cronjob-scheduled-timestamp":"2026-01-01T00:00:00Z","stint.dev/oom-retries":"1"\#(annotations)}},
        "spec":{"parallelism":2,"backoffLimit":0,"suspend":false,"selector":{"matchLabels":{"controller-uid":"u-1"}},\#(spec),
        "template":{"metadata":{"creationTimestamp":null,"labels":{"app":"a","batch.kubernetes.io/job-name":"x",
        "batch.kubernetes.io/controller-uid":"u-1","job-name":"x","controller-uid":"u-1"}},
        "spec":{"restartPolicy":"Never","containers":[\#(containers ?? main)]}}},
        "status":{\#(status),"conditions":[{"type":"\#(condition)","status":"True"}]}}
        """#.replacing("\n", with: "")
}

struct RerunTests {
    /// The daemon has the Job, a list of names, and takes what is posted, or says that it is there already.
    private func rerun(
        _ arguments: [String], job: String? = failedJob(), names: [String] = ["x"], clashes: Set<String> = []
    ) async throws -> (result: Recording, posted: JSONValue?) {
        try await FakeDaemon.with({ question in
            if question.method == "POST" {
                let object = (try? KubeJSON.parse(question.body)) ?? .null
                let name = object.at("metadata", "name")?.string ?? ""
                return clashes.contains(name)
                    ? .status(409, "AlreadyExists", #"jobs.batch \"\#(name)\" already exists"#)
                    : .json(question.text, status: 201)
            }
            if question.target.hasSuffix("/jobs") {
                let items = names.map { #"{"metadata":{"name":"\#($0)"}}"# }.joined(separator: ",")
                return .json(#"{"kind":"JobList","items":[\#(items)]}"#)
            }
            return job.map { .json($0) } ?? .notFound("/apis/batch/v1/namespaces/default/jobs/x")
        }) { daemon in
            let result = await Recording.of(["rerun"] + arguments + ["--socket", daemon.path])
            let posted = daemon.questions.last { $0.method == "POST" }
            return (result, try posted.map { try KubeJSON.parse($0.body) })
        }
    }

    @Test func `the new Job is the old one without what was its own`() async throws {
        let (result, posted) = try await rerun(["job/x"])
        #expect(result.output == "job.batch/x-rerun-1 created\n")
        #expect(result.complaints == "")
        let expected = #"""
            {"apiVersion":"batch/v1","kind":"Job","metadata":{"name":"x-rerun-1","namespace":"default","labels":{"app":"a"},
            "annotations":{"note":"kept","stint.dev/rerun-of":"x"}},
            "spec":{"parallelism":2,"backoffLimit":0,"suspend":false,"completions":5,"completionMode":"NonIndexed",
            "template":{"metadata":{"labels":{"app":"a"}},"spec":{"restartPolicy":"Never","containers":[{"name":"main",
            "image":"busybox","resources":{"limits":{"memory":"64Mi"},"requests":{"memory":"64Mi","cpu":"2"}}}]}}}}
            """#.replacing("\n", with: "")
        #expect(posted == (try KubeJSON.parse(Array(expected.utf8))))
    }

    @Test func `a dry run prints the manifest and sends nothing`() async throws {
        let (result, posted) = try await rerun([
            "x", "--dry-run=client", "-o", "yaml", "--failed-only", "--memory", "1Gi",
        ])
        #expect(posted == nil)
        #expect(
            result.output == """
                apiVersion: batch/v1
                kind: Job
                metadata:
                  annotations:
                    note: kept
                    stint.dev/rerun-of: x
                  labels:
                    app: a
                  name: x-rerun-1
                spec:
                  backoffLimit: 0
                  completionMode: NonIndexed
                  completions: 3
                  parallelism: 2
                  suspend: false
                  template:
                    metadata:
                      labels:
                        app: a
                    spec:
                      containers:
                      - image: busybox
                        name: main
                        resources:
                          limits:
                            memory: 1Gi
                          requests:
                            cpu: "2"
                            memory: 64Mi
                      restartPolicy: Never

                """)
    }

    @Test(
        arguments: [
            ("the next number that is free", "x", "", ["x", "x-rerun-1", "x-rerun-3"], Set<String>(), "x-rerun-2"),
            ("and the next, when somebody was quicker", "x", "", ["x"], ["x-rerun-1", "x-rerun-2"], "x-rerun-3"),
            (
                "a rerun of a rerun is counted on", "x-rerun-1", #","stint.dev/rerun-of":"x""#, ["x-rerun-1"], [],
                "x-rerun-2"
            ),
            ("a name that only looks like one is a name", "my-rerun-9", "", [], [], "my-rerun-9-rerun-1"),
            (
                "a long name is cut", String(repeating: "a", count: 54) + "-tail", "", [], [],
                String(repeating: "a", count: 54) + "-rerun-1"
            ),
        ] as [(String, String, String, [String], Set<String>, String)])
    func `the new name`(
        _ row: (sentence: String, old: String, annotations: String, names: [String], clashes: Set<String>, new: String)
    ) async throws {
        let (result, _) = try await rerun(
            ["job/\(row.old)", "-o", "name"], job: failedJob(row.old, annotations: row.annotations), names: row.names,
            clashes: row.clashes)
        #expect(result.output == "job.batch/\(row.new)\n", "\(row.sentence)")
    }

    @Test func `a name that was chosen is taken or refused`() async throws {
        #expect(try await rerun(["job/x", "--name", "y"]).posted?.objectName == "y")
        let (result, _) = try await rerun(["job/x", "--name", "y"], clashes: ["y"])
        #expect(result.complaints == "Error from server (AlreadyExists): jobs.batch \"y\" already exists\n")
        #expect(result.exitCode == 1)
    }

    static let indexed = #""completions":6,"completionMode":"Indexed""#

    @Test func `of an Indexed Job, all it completed and all that was completed before is left out`() async throws {
        let job = failedJob(
            annotations: #","stint.dev/completed-before":"5""#, spec: Self.indexed,
            status: #""succeeded":3,"completedIndexes":"0-2","failedIndexes":"4""#)
        let posted = try await rerun(["job/x", "--failed-only"], job: job).posted
        #expect(posted?.at("metadata", "annotations", "stint.dev/completed-before") == "0-2,5")
        #expect(posted?.at("spec", "completions") == 6)
        let none = failedJob(spec: Self.indexed, status: #""failed":1"#)
        let all = try await rerun(["job/x", "--failed-only"], job: none).posted
        #expect(all?.at("metadata", "annotations", "stint.dev/completed-before") == nil)
        let whole = try await rerun(["job/x"], job: job).posted
        #expect(whole?.at("metadata", "annotations", "stint.dev/completed-before") == "5")
    }

    @Test func `a work queue that failed is run again as it is`() async throws {
        let job = failedJob(spec: #""completionMode":"NonIndexed""#, status: #""failed":1"#)
        #expect(try await rerun(["job/x", "--failed-only"], job: job).posted?.at("spec", "completions") == nil)
    }

    @Test(arguments: [
        (
            failedJob(condition: "Suspended"),
            "job \"x\" has not finished: what failed is known afterwards (stint wait --for=condition=Finished job/x)"
        ),
        (failedJob(condition: "Complete"), "nothing failed: job \"x\" is complete"),
        (failedJob(status: #""succeeded":5"#), "nothing failed: job \"x\" reached all of its 5 completions"),
        (
            failedJob(spec: RerunTests.indexed, status: #""completedIndexes":"0-5""#),
            "nothing failed: job \"x\" completed all of its 6 indexes"
        ),
    ])
    func `only what failed is refused where nothing is known to have failed`(job: String, message: String) async throws
    {
        let (result, posted) = try await rerun(["job/x", "--failed-only"], job: job)
        #expect(result.complaints == "error: \(message)\n")
        #expect(result.exitCode == 1)
        #expect(posted == nil)
    }

    @Test func `a Job that succeeded by its policy may still have failed indexes`() async throws {
        let job = failedJob(
            spec: Self.indexed, status: #""completedIndexes":"0-2","failedIndexes":"3""#, condition: "Complete")
        #expect(try await rerun(["job/x", "--failed-only"], job: job).result.exitCode == 0)
    }

    @Test func `limits are set, and requests above them are lowered`() async throws {
        let posted = try await rerun(["job/x", "--memory", "32Mi", "--cpu", "500m"]).posted
        let resources = posted?.at("spec", "template", "spec", "containers")?.array?.first?["resources"]
        #expect(
            resources == ["limits": ["memory": "32Mi", "cpu": "500m"], "requests": ["memory": "32Mi", "cpu": "500m"]])
        let more = try await rerun(["job/x", "--memory", "1Gi"]).posted
        let bigger = more?.at("spec", "template", "spec", "containers")?.array?.first?["resources"]
        #expect(bigger == ["limits": ["memory": "1Gi"], "requests": ["memory": "64Mi", "cpu": "2"]])
    }

    static let two = #"{"name":"main","image":"i"},{"name":"side","image":"i"}"#

    @Test func `of several containers one is chosen`() async throws {
        let job = failedJob(containers: Self.two)
        let posted = try await rerun(["job/x", "--memory", "1Gi", "-c", "side"], job: job).posted
        let containers = posted?.at("spec", "template", "spec", "containers")?.array
        #expect(containers?[0]["resources"] == nil)
        #expect(containers?[1]["resources"] == ["limits": ["memory": "1Gi"]])
    }

    @Test(arguments: [
        (
            ["job/x", "--memory", "1Gi"],
            "job \"x\" has several containers: choose one with --container out of: main, side"
        ),
        (["job/x", "--cpu", "1", "-c", "z"], "container z is not valid for job x out of: main, side"),
        (["job/x", "--memory", "lots"], "--memory must be an amount such as 512Mi, not \"lots\""),
        (["job/x", "--cpu", "0"], "--cpu must be an amount such as 500m, not \"0\""),
        (["job/x", "--container", "main"], "--container goes with --memory or --cpu"),
        (["pod/x"], "only a Job can be run again: name it as job/NAME, not \"pod/x\""),
    ])
    func `what cannot be meant is refused`(arguments: [String], message: String) async throws {
        let (result, posted) = try await rerun(arguments, job: failedJob(containers: Self.two))
        #expect(result.complaints.hasPrefix("error: \(message)\n"), "\(result.complaints)")
        #expect(result.exitCode == 1)
        #expect(posted == nil)
    }

    @Test func `a Job that is gone cannot be run again, and where to look is said`() async throws {
        let (result, _) = try await rerun(["job/x"], job: nil)
        #expect(
            result.complaints
                == "error: job \"x\" is not there any more, and its manifest went with it: apply that again. What it did: stint history job/x\n"
        )
        #expect(result.exitCode == 1)
    }
}
