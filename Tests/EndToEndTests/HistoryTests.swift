import Foundation
import TestSupport
import Testing

/// What is left of Jobs when they are gone, and what can be made of those that are not.
@Suite(
    .serialized, .enabled(if: Project.whyNoContainers == nil, Comment(rawValue: Project.whyNoContainers ?? "")),
    .notInTheGuest)
struct HistoryTests {
    @Test func `the attempts of a Job and their logs outlive it, its name and the daemon`() async throws {
        try await DaemonFixture.run { daemon in
            try await daemon.stint("create", "configmap", "mode", "--from-literal=MODE=bad")
            let mode = "env: [{name: MODE, valueFrom: {configMapKeyRef: {name: mode, key: MODE}}}]"
            let script = "echo mode $MODE; echo to stderr >&2; printf 'no end'; [ $MODE = good ]"
            try await daemon.apply(manifest("flaky", script: script, spec: ["backoffLimit: 2"], container: [mode]))
            try await eventually("the first attempt failed", within: .seconds(20)) {
                try await daemon.attempts(job: "flaky").count == 1
            }
            try await daemon.stint("patch", "configmap", "mode", "--type=merge", "-p", #"{"data":{"MODE":"good"}}"#)
            try await daemon.stint("wait", "--for=condition=Complete", "--timeout=40s", "job/flaky")

            let table = try await daemon.stint("history", "job/flaky").lines.map { $0.split(separator: " ") }
            #expect(table.count == 3)
            #expect(table[0].prefix(7) == ["TRY", "POD", "RESTARTS", "STARTED", "DURATION", "EXIT", "REASON"])
            #expect(table.dropFirst().map { $0[0] } == ["1", "2"])
            #expect(table.dropFirst().map { $0[5] } == ["1", "0"])
            #expect(table.dropFirst().map { $0[6] } == ["Error", "Completed"])
            let logs = try await daemon.stint("logs", "pod/\(table[2][1])").output
            #expect(logs.hasPrefix("mode good\n"))

            try await daemon.stint("delete", "job", "flaky", "--timeout=30s")
            await daemon.crash()
            try await daemon.start()
            #expect(try await daemon.list("pods").isEmpty)
            #expect(try await daemon.stint("history", "job/flaky", "--log", "2").output == logs)
            let first = try await daemon.stint("history", "job/flaky", "--log", "1", "--timestamps").lines
            #expect(first.map { $0.split(separator: " ", maxSplits: 1).last.map(String.init) }.contains("mode bad"))
            #expect(first.allSatisfy { $0.hasPrefix("20") && $0.contains("Z ") }, "\(first)")

            try await daemon.stint("create", "job", "flaky", "--image=busybox", "--", "true")
            try await daemon.stint("wait", "--for=condition=Complete", "--timeout=20s", "job/flaky")
            let newest = try await daemon.tryStint("history", "flaky")
            #expect(newest.lines.count == 2)
            #expect(newest.errors == "1 other had this name before: --all shows the attempts of all\n")
            let all = try await daemon.stint("history", "flaky", "--all").lines.map { $0.split(separator: " ") }
            #expect(all[0][0] == "UID")
            #expect(all.dropFirst().map { $0[1] } == ["1", "2", "1"])
            let old = try await daemon.stint("history", "flaky", "--uid", String(all[1][0]), "--log", "2").output
            #expect(old == logs)
        }
    }

    @Test func `the record says which limit fired, and keeps the end of a long log`() async throws {
        try await DaemonFixture.run { daemon in
            let eat = "x=$(head -c 100000000 /dev/zero | tr '\\0' a); echo $x | wc -c"
            try await daemon.apply(
                manifest(
                    "hungry", script: eat, spec: ["backoffLimit: 0"],
                    container: ["resources: {limits: {memory: 16Mi, cpu: 500m}}"]))
            try await daemon.apply(
                manifest(
                    "late", script: "sleep 100", spec: ["activeDeadlineSeconds: \(4 * outlasting)", "backoffLimit: 0"],
                    pod: ["restartPolicy: Never", "terminationGracePeriodSeconds: 1"]))
            try await daemon.apply(manifest("chatty", script: "seq 1 30000", spec: ["backoffLimit: 0"]))
            for (job, end) in [("hungry", "Failed"), ("late", "Failed"), ("chatty", "Complete")] {
                try await daemon.stint("wait", "--for=condition=\(end)", "--timeout=30s", "job/\(job)")
            }
            let hungry = try #require(try await daemon.attempts(job: "hungry").first)
            #expect(hungry["limit"] as? String == "memory")
            #expect(hungry["memoryLimitBytes"] as? Int == 16 << 20)
            #expect(hungry["cpuLimitMillis"] as? Int == 500)
            let late = try await daemon.stint("history", "job/late", "--no-headers").output
            #expect(late.contains(" DeadlineExceeded   deadline "), "\(late)")
            let log = try await daemon.tryStint("history", "job/chatty", "--log", "1")
            #expect(log.errors == "the log was longer: this is its end\n")
            #expect(log.lines.last == "30000")
            let begin = try #require(log.lines.first.flatMap { Int($0) })
            #expect(log.lines == (begin...30000).map(String.init))
            #expect((20_000...29_500).contains(begin), "64 KiB are about 1,400 of these lines")
        }
    }

    @Test func `what failed of a Job is made into another`() async throws {
        try await DaemonFixture.run { daemon in
            try await daemon.apply(
                manifest(
                    "parts", script: "[ $JOB_COMPLETION_INDEX != 1 ] || { sleep \(3 * outlasting); exit 1; }",
                    spec: ["completions: 3", "parallelism: 3", "completionMode: Indexed", "backoffLimit: 0"]))
            let early = try await daemon.tryStint("rerun", "job/parts", "--failed-only")
            #expect(early.errors.hasPrefix("error: job \"parts\" has not finished"))
            try await daemon.stint("wait", "--for=condition=Failed", "--timeout=60s", "job/parts")
            #expect(
                try await daemon.attempts(job: "parts").compactMap { $0["completionIndex"] as? Int }.sorted() == [
                    0, 1, 2,
                ])

            let made = try await daemon.stint("rerun", "job/parts", "--failed-only", "--memory", "32Mi")
            #expect(made.output == "job.batch/parts-rerun-1 created\n")
            let again = try await daemon.get("job", "parts-rerun-1")
            #expect(value(again, "metadata", "annotations", "stint.dev/completed-before") as? String == "0,2")
            #expect(value(again, "metadata", "annotations", "stint.dev/rerun-of") as? String == "parts")
            #expect(
                value(again, "spec", "template", "spec", "containers", "0", "resources", "limits", "memory") as? String
                    == "32Mi")
            let labels = value(again, "spec", "template", "metadata", "labels") as? [String: String]
            #expect(labels?["job-name"] == "parts-rerun-1")
            try await daemon.stint("wait", "--for=condition=Failed", "--timeout=60s", "job/parts-rerun-1")
            #expect(
                try await daemon.attempts(job: "parts-rerun-1").map { $0["completionIndex"] as? Int } == [1])
            let ended = try await daemon.get("job", "parts-rerun-1")
            #expect(value(ended, "status", "completedIndexes") as? String == "0,2")
            #expect(try await daemon.stint("rerun", "parts", "-o", "name").output == "job.batch/parts-rerun-2\n")
            let gone = try await daemon.tryStint("rerun", "job/nobody")
            #expect(gone.errors.hasPrefix("error: job \"nobody\" is not there any more"))
        }
    }
}
