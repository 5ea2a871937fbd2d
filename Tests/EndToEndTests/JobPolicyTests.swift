import Foundation
import TestSupport
import Testing

/// What a Job says of its failures, its successes and its indexes, with real pods.
@Suite(
    .serialized, .enabled(if: Project.whyNoContainers == nil, Comment(rawValue: Project.whyNoContainers ?? "")),
    .notInTheGuest)
struct JobPolicyTests {
    @Test func `an exit code that a rule names ends the Job, and what else runs with it`() async throws {
        try await DaemonFixture.run { daemon in
            try await daemon.apply(
                manifest(
                    "picky", script: "[ $JOB_COMPLETION_INDEX = 0 ] && exit 42; sleep 1000",
                    spec: [
                        "completionMode: Indexed", "completions: 2", "parallelism: 2", "backoffLimit: 6",
                        "podFailurePolicy: {rules: [{action: FailJob, onExitCodes: {operator: In, values: [42]}}]}",
                    ], pod: ["restartPolicy: Never", "terminationGracePeriodSeconds: 1"]))
            try await daemon.stint("wait", "--for=condition=Failed", "--timeout=40s", "job/picky")
            let job = try await daemon.get("job", "picky")
            #expect(conditions(job) == ["FailureTarget", "Failed", "Finished"])
            #expect(reason(job, "Failed") == "PodFailurePolicy")
            #expect(value(job, "status", "failed") as? Int == 2)
            #expect(try await daemon.attempts(job: "picky").count == 2)
        }
    }

    @Test func `one index gives up, the others succeed, also when the daemon is killed meanwhile`() async throws {
        try await DaemonFixture.run { daemon in
            try await daemon.apply(
                manifest(
                    "shards", script: "[ $JOB_COMPLETION_INDEX != 1 ]",
                    spec: [
                        "completionMode: Indexed", "completions: 3", "parallelism: 2", "backoffLimitPerIndex: 2",
                        "maxFailedIndexes: 2",
                    ], annotations: [#"stint.dev/backoff: "base=1s,factor=1""#]))
            for _ in 0..<2 {
                try await Task.sleep(for: .milliseconds(400))
                await daemon.crash()
                try await daemon.start()
            }
            try await daemon.stint("wait", "--for=condition=Failed", "--timeout=60s", "job/shards")
            let job = try await daemon.get("job", "shards")
            #expect(reason(job, "Failed") == "FailedIndexes")
            #expect(value(job, "status", "completedIndexes") as? String == "0,2")
            #expect(value(job, "status", "failedIndexes") as? String == "1")
            #expect(value(job, "status", "succeeded") as? Int == 2 && value(job, "status", "failed") as? Int == 3)
            #expect(try await daemon.attempts(job: "shards").count == 5)
            let counts = try await daemon.list("pods", selector: "batch.kubernetes.io/job-completion-index=1").map {
                value($0, "metadata", "annotations", "batch.kubernetes.io/job-index-failure-count") as? String
            }
            #expect(Set(counts) == ["0", "1", "2"])
        }
    }

    @Test func `a leader that is done ends its helpers, and the Job is Complete`() async throws {
        try await DaemonFixture.run { daemon in
            try await daemon.apply(
                manifest(
                    "leader", script: "[ $JOB_COMPLETION_INDEX = 0 ] || exec sleep 1000",
                    spec: [
                        "completionMode: Indexed", "completions: 3", "parallelism: 3",
                        #"successPolicy: {rules: [{succeededIndexes: "0"}]}"#,
                    ], pod: ["restartPolicy: Never", "terminationGracePeriodSeconds: 1"]))
            try await daemon.stint("wait", "--for=condition=Complete", "--timeout=40s", "job/leader")
            let job = try await daemon.get("job", "leader")
            #expect(conditions(job) == ["SuccessCriteriaMet", "Complete", "Finished"])
            #expect(reason(job, "Complete") == "SuccessPolicy")
            #expect(value(job, "status", "completedIndexes") as? String == "0")
            #expect(value(job, "status", "failed") == nil)
        }
    }

    @Test func `an Indexed Job grows and shrinks`() async throws {
        try await DaemonFixture.run { daemon in
            try await daemon.apply(
                manifest(
                    "elastic", script: "sleep 1000",
                    spec: ["completionMode: Indexed", "completions: 1", "parallelism: 1"],
                    pod: ["restartPolicy: Never", "terminationGracePeriodSeconds: 1"]))
            for size in [3, 2] {
                let patch = #"{"spec":{"completions":\#(size),"parallelism":\#(size)}}"#
                try await daemon.stint("patch", "job", "elastic", "-p", patch)
                try await eventually("\(size) run", within: .seconds(20)) {
                    value(try await daemon.get("job", "elastic"), "status", "ready") as? Int == size
                }
            }
            #expect(value(try await daemon.get("job", "elastic"), "status", "failed") == nil)
        }
    }

    @Test func `a Job of another controller is left alone`() async throws {
        try await DaemonFixture.run { daemon in
            try await daemon.apply(manifest("theirs", script: "true", spec: ["managedBy: example.com/them"]))
            try await daemon.apply(manifest("ours", script: "true"))
            try await daemon.stint("wait", "--for=condition=Complete", "--timeout=30s", "job/ours")
            let job = try await daemon.get("job", "theirs")
            #expect((value(job, "status") as? [String: Any])?.isEmpty == true)
            #expect(try await daemon.list("pods", selector: "job-name=theirs").isEmpty)
        }
    }

    @Test func `the template of a suspended Job may still change, and its pods are made from it`() async throws {
        try await DaemonFixture.run { daemon in
            try await daemon.apply(manifest("later", script: "true", spec: ["suspend: true"]))
            try await daemon.stint("wait", "--for=condition=Suspended", "--timeout=20s", "job/later")
            let patch = #"{"spec":{"template":{"metadata":{"labels":{"queue":"night"}}}}}"#
            try await daemon.stint("patch", "job", "later", "-p", patch)
            try await daemon.stint("patch", "job", "later", "-p", #"{"spec":{"suspend":false}}"#)
            try await daemon.stint("wait", "--for=condition=Complete", "--timeout=30s", "job/later")
            #expect(try await daemon.list("pods", selector: "queue=night").count == 1)
            let refused = try await daemon.tryStint(
                "patch", "job", "later", "-p", patch.replacing("night", with: "day"))
            #expect(refused.exitCode != 0 && refused.errors.contains("field is immutable"), "\(refused.errors)")
        }
    }
}

/// stint's additions, asked for by annotation.
@Suite(.serialized, .enabled(if: Project.whyNoContainers == nil, Comment(rawValue: Project.whyNoContainers ?? "")))
struct JobAdditionTests {
    @Test func `after an OOM kill there is more memory, and nothing is counted`() async throws {
        try await DaemonFixture.run { daemon in
            try await daemon.apply(
                manifest(
                    "grows", script: "head -c 50m /dev/zero | tail | wc -c", spec: ["backoffLimit: 0"],
                    container: ["resources: {limits: {memory: 16Mi}}"],
                    annotations: [#"stint.dev/oom-retry: "factor=4,max=256Mi,attempts=3""#]))
            try await daemon.stint("wait", "--for=condition=Finished", "--timeout=60s", "job/grows")
            let job = try await daemon.get("job", "grows")
            #expect(conditions(job).contains("Complete"), "\(value(job, "status") ?? "")")
            #expect(value(job, "status", "failed") == nil)
            let raises = value(job, "metadata", "annotations", "stint.dev/oom-retries") as? String
            #expect(["1", "2"].contains(raises))
            let attempts = try await daemon.attempts(job: "grows")
            #expect(attempts.last?["reason"] as? String == "Completed")
            #expect(attempts.dropLast().allSatisfy { $0["reason"] as? String == "OOMKilled" })
            #expect(attempts.count == (Int(raises ?? "") ?? 0) + 1)
        }
    }

    @Test func `a back-off of one's own`() async throws {
        try await DaemonFixture.run { daemon in
            try await daemon.apply(
                manifest(
                    "hurry", script: "exit 1", spec: ["backoffLimit: 2"],
                    annotations: [#"stint.dev/backoff: "base=1s,factor=1""#]))
            try await daemon.stint("wait", "--for=condition=Failed", "--timeout=60s", "job/hurry")
            let pods = try await daemon.list("pods", selector: "job-name=hurry")
            let starts = pods.compactMap { value($0, "metadata", "creationTimestamp") as? String }.compactMap(seconds)
            let limit = 9.0 * Double(Project.slowness)  // without the annotation it is 30
            #expect(starts.count == 3 && (starts.max() ?? 0) - (starts.min() ?? 0) < limit)
        }
    }

    @Test func `what succeeded goes sooner than what failed`() async throws {
        try await DaemonFixture.run { daemon in
            let ttl = [#"stint.dev/ttl: "succeeded=1s,failed=7d""#]
            try await daemon.apply(manifest("bad", script: "exit 1", spec: ["backoffLimit: 0"], annotations: ttl))
            try await daemon.stint("wait", "--for=condition=Failed", "--timeout=30s", "job/bad")
            try await daemon.apply(manifest("good", script: "true", annotations: ttl))
            try await eventually("the good one is gone", within: .seconds(20)) {
                try await daemon.tryStint("get", "job", "good").exitCode != 0
            }
            #expect(try await daemon.attempts(job: "good").count == 1)
            #expect(conditions(try await daemon.get("job", "bad")).contains("Failed"))
        }
    }

    @Test func `an addition that cannot be read is refused by name`() async throws {
        try await DaemonFixture.run { daemon in
            let bad = manifest("odd", script: "true", annotations: [#"stint.dev/backoff: "base=soon""#])
            let refused = try await daemon.tryStint("apply", "-f", "-", input: bad)
            #expect(refused.exitCode == 1)
            #expect(
                refused.errors.contains("metadata.annotations[stint.dev/backoff]")
                    && refused.errors.contains(#"base must be a duration such as 90s, 10m or 7d, not "soon""#),
                "\(refused.errors)")
        }
    }
}

/// The conditions that are true, in the order in which they are listed.
private func conditions(_ job: [String: Any]) -> [String] {
    (value(job, "status", "conditions") as? [[String: Any]] ?? []).filter { $0["status"] as? String == "True" }
        .compactMap { $0["type"] as? String }
}

private func reason(_ job: [String: Any], _ type: String) -> String? {
    (value(job, "status", "conditions") as? [[String: Any]] ?? []).first { $0["type"] as? String == type }?["reason"]
        as? String
}
