import Foundation
import TestSupport
import Testing

/// The warning before a deadline, the time a pod has to start, and the pods that others end: with a real daemon, and
/// without one.
@Suite(.serialized, .enabled(if: Project.whyNoContainers == nil, Comment(rawValue: Project.whyNoContainers ?? "")))
struct DeadlineTests {
    /// The time is waited for: stretched no further than starting a pod in the guest takes.
    private static var slow: Int { min(3, Project.slowness) }

    /// A pod of one container that runs `sh -c script`.
    private func pod(
        _ name: String, script: String = "exit 0", annotations: [String: String] = [:], finalizers: [String] = [],
        image: String = "busybox", spec: [String: Any] = [:], container: [String: Any] = [:]
    ) throws -> String {
        let main: [String: Any] = [
            "name": "main", "image": image, "imagePullPolicy": "IfNotPresent", "command": ["sh", "-c", script],
        ]
        let all: [String: Any] = [
            "restartPolicy": "Never", "terminationGracePeriodSeconds": 1,
            "containers": [main.merging(container) { $1 }],
        ]
        let object: [String: Any] = [
            "apiVersion": "v1", "kind": "Pod",
            "metadata": ["name": name, "annotations": annotations, "finalizers": finalizers],
            "spec": all.merging(spec) { $1 },
        ]
        return String(decoding: try JSONSerialization.data(withJSONObject: object), as: UTF8.self)
    }

    private func phase(_ daemon: DaemonFixture, _ name: String) async throws -> String? {
        value(try await daemon.get("pod", name), "status", "phase") as? String
    }

    private func waitFor(_ phase: String, _ daemon: DaemonFixture, _ name: String, within seconds: Int = 20)
        async throws
    {
        try await eventually("\(name) is \(phase)", within: .seconds(seconds)) {
            try await self.phase(daemon, name) == phase
        }
    }

    private func events(_ daemon: DaemonFixture, _ reason: String) async throws -> [String] {
        try await daemon.list("events").filter { $0["reason"] as? String == reason }
            .compactMap { $0["message"] as? String }
    }

    private func attempts(_ daemon: DaemonFixture, _ name: String) async throws -> [[String: Any]] {
        let text = try await daemon.stint("history", "pod/\(name)", "-o", "json").output
        let object = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
        return object?["items"] as? [[String: Any]] ?? []
    }

    // MARK: the warning

    /// Writes what is left when it is warned, by the file and by the variable.
    private let listener = """
        trap 'echo warned $(( $(cat /run/stint/deadline) - $(date +%s) )) $(( STINT_DEADLINE - $(date +%s) ))' USR1
        echo ready; while :; do sleep 0.1; done
        """

    private func expectWarning(_ daemon: DaemonFixture, _ name: String, lead: Int) async throws {
        let lines = try await daemon.stint("logs", name).lines
        #expect(lines.count == 2 && lines.first == "ready", "\(lines)")
        let words = (lines.last ?? "").split(separator: " ")
        guard words.count == 3, words[0] == "warned" else {
            Issue.record("no warning in the log: \(lines)")
            return
        }
        for left in words.dropFirst().map({ Int($0) ?? -1 }) {
            #expect((lead - 1 * Self.slow...lead + 1).contains(left))
        }
        let told = try await events(daemon, "DeadlineWarning")
        #expect(told.count == 1)
        #expect(told.first?.hasPrefix("Sent SIGUSR1 to container main, ") == true)
        #expect(told.first?.hasSuffix("s before the deadline") == true)
    }

    @Test func `a program is told so long before its deadline, and can read what is left`() async throws {
        try await DaemonFixture.run { daemon in
            let lead = 3 * Self.slow
            try await daemon.apply(
                pod(
                    "warned", script: listener, annotations: ["stint.dev/deadline-signal": "SIGUSR1@\(lead)s"],
                    spec: ["activeDeadlineSeconds": 6 * Self.slow]))
            try await waitFor("Failed", daemon, "warned", within: 30)
            #expect(value(try await daemon.get("pod", "warned"), "status", "reason") as? String == "DeadlineExceeded")
            try await expectWarning(daemon, "warned", lead: lead)
        }
    }

    @Test func `it is told while no daemon runs, and the next one says so, once`() async throws {
        try await DaemonFixture.run { daemon in
            let lead = 3 * Self.slow
            try await daemon.apply(
                pod(
                    "alone", script: listener, annotations: ["stint.dev/deadline-signal": "SIGUSR1@\(lead)s"],
                    spec: ["activeDeadlineSeconds": 8 * Self.slow]))
            try await waitFor("Running", daemon, "alone")
            await daemon.crash()
            try await Task.sleep(for: .milliseconds(6500 * Self.slow))
            try await daemon.start()  // between the warning and the deadline, or shortly after that
            try await eventually("the daemon tells of it, and has written down that it did", within: .seconds(10)) {
                let annotations = value(try await daemon.get("pod", "alone"), "metadata", "annotations")
                guard value(annotations, "stint.dev/deadline-warned") != nil else { return false }
                return try await events(daemon, "DeadlineWarning").count == 1
            }
            await daemon.crash()
            try await daemon.start()
            try await waitFor("Failed", daemon, "alone", within: 30)
            try await expectWarning(daemon, "alone", lead: lead)
        }
    }

    @Test func `a deadline that moves takes its warning along`() async throws {
        try await DaemonFixture.run { daemon in
            let stamp = ISO8601DateFormatter()
            func deadline(_ seconds: Int) -> String { stamp.string(from: Date().addingTimeInterval(Double(seconds))) }
            try await daemon.apply(
                pod(
                    "moved", script: listener,
                    annotations: [
                        "stint.dev/deadline-signal": "SIGUSR1@\(2 * Self.slow)s",
                        "stint.dev/job-deadline": deadline(1000),
                    ]))
            try await waitFor("Running", daemon, "moved")
            try await daemon.stint(
                "annotate", "pod", "moved", "--overwrite", "stint.dev/job-deadline=\(deadline(5 * Self.slow))")
            try await waitFor("Failed", daemon, "moved", within: 30)
            let words = (try await daemon.stint("logs", "moved").lines.last ?? "").split(separator: " ")
            try #require(words.count == 3 && words[0] == "warned")
            // The file moved with the deadline; the variable is what it was at the start.
            #expect((Self.slow...2 * Self.slow + 1).contains(try #require(Int(words[1]))))
            #expect(try #require(Int(words[2])) > 900)
        }
    }

    // MARK: the time to start

    private func expectNotStarted(_ daemon: DaemonFixture, _ name: String, _ message: String) async throws {
        let pod = try await daemon.get("pod", name)
        #expect(value(pod, "status", "phase") as? String == "Failed")
        #expect(value(pod, "status", "reason") as? String == "StartDeadlineExceeded")
        #expect(value(pod, "status", "message") as? String == message)
        try await eventually("an event tells of it", within: .seconds(5)) {
            try await events(daemon, "StartDeadlineExceeded") == [message]
        }
        let attempts = try await attempts(daemon, name)
        #expect(attempts.count == 1)
        #expect(attempts.first?["reason"] as? String == "StartDeadlineExceeded")
        #expect(attempts.first?["startedAt"] == nil)
    }

    @Test(.enabled(if: Project.isUserModeLinux, "it sets the clock, which belongs to the test in the guest alone"))
    func `a clock that is set moves no deadline of a pod`() async throws {
        try await DaemonFixture.run { daemon in
            func turn(_ seconds: Int) async throws {
                _ = try await runCommand(["/bin/sh", "-c", "date -s @$(($(date +%s) + \(seconds)))"], in: daemon.scope)
            }
            let limit = 10 * Self.slow
            for (number, jump) in [3600, -7200].enumerated() {
                let name = "p\(number)"
                try await daemon.apply(
                    pod(name, script: "sleep 1000", spec: ["activeDeadlineSeconds": limit]))
                try await waitFor("Running", daemon, name)
                let start = ContinuousClock.now
                try await turn(jump)
                do {
                    try await Task.sleep(for: .seconds(3))
                    #expect(try await phase(daemon, name) == "Running")
                    try await waitFor("Failed", daemon, name, within: limit)
                    #expect(ContinuousClock.now - start < .seconds(limit + 20))
                } catch {
                    try await turn(-jump)
                    throw error
                }
                try await turn(-jump)
            }
        }
    }

    @Test func `a pod whose image does not come fails in its time, and says what it waited for`() async throws {
        try await DaemonFixture.run { daemon in
            try await daemon.apply(
                pod("imageless", annotations: ["stint.dev/start-deadline": "2s"], image: "nowhere:1"))
            try await waitFor("Failed", daemon, "imageless")
            try await expectNotStarted(
                daemon, "imageless", "not started within 2s: image \"nowhere:1\" is not imported")
        }
    }

    @Test func `a pod that finds no room fails in its time, and was never bound`() async throws {
        try await DaemonFixture.run { daemon in
            try await daemon.apply(
                pod(
                    "large", annotations: ["stint.dev/start-deadline": "2s"],
                    container: ["resources": ["requests": ["cpu": "4000"]]]))
            try await waitFor("Failed", daemon, "large")
            try await expectNotStarted(
                daemon, "large",
                "not started within 2s: 0/1 nodes are available: 1 Insufficient cpu. The pod can never run here: it requests "
                    + "4k of cpu, and the host has \(ProcessInfo.processInfo.activeProcessorCount).")
            #expect(value(try await daemon.get("pod", "large"), "spec", "nodeName") == nil)
        }
    }

    @Test func `a time that passes while no daemon runs has passed, but not for what was started`() async throws {
        try await DaemonFixture.run { daemon in
            let within = "\(4 * Self.slow)s"
            try await daemon.apply(
                pod(
                    "started", script: "sleep 1000", annotations: ["stint.dev/start-deadline": within]))
            try await waitFor("Running", daemon, "started")
            try await daemon.apply(
                pod("missing", annotations: ["stint.dev/start-deadline": within], image: "nowhere:1"))
            try await daemon.apply(
                pod(
                    "large", annotations: ["stint.dev/start-deadline": within],
                    container: ["resources": ["requests": ["cpu": "4000"]]]))
            try await eventually("they wait", within: .seconds(3)) {
                let missing = try await daemon.get("pod", "missing")
                return value(missing, "status", "containerStatuses", "0", "state", "waiting") != nil
            }
            await daemon.crash()
            try await Task.sleep(for: .seconds(4 * Self.slow))
            try await daemon.start()
            for name in ["missing", "large"] {
                try await waitFor("Failed", daemon, name, within: 5)
                #expect(
                    value(try await daemon.get("pod", name), "status", "reason") as? String == "StartDeadlineExceeded")
                #expect(try await attempts(daemon, name).count == 1)
            }
            #expect(try await phase(daemon, "started") == "Running")
        }
    }

    // MARK: evictions

    private func evict(_ daemon: DaemonFixture, _ name: String) async throws {
        let body = #"{"apiVersion":"policy/v1","kind":"Eviction","metadata":{"name":"\#(name)"}}"#
        let result = try await runCommand(
            [
                "curl", "-sf", "--unix-socket", daemon.socketPath, "-H", "Content-Type: application/json", "-d", body,
                "http://localhost/api/v1/namespaces/default/pods/\(name)/eviction",
            ], in: daemon.scope)
        #expect(result.exitCode == 0, "\(result.output)\(result.errors)")
    }

    @Test func `an evicted pod that something holds ends as Failed, with its exit code and the reason`() async throws {
        try await DaemonFixture.run { daemon in
            try await daemon.apply(
                pod(
                    "evicted", script: "trap 'exit 7' TERM; echo ready; while :; do sleep 0.1; done",
                    finalizers: ["example.com/hold"], spec: ["restartPolicy": "OnFailure"]))
            try await waitFor("Running", daemon, "evicted")
            try await eventually("its handler is there", within: .seconds(10)) {
                try await daemon.tryStint("logs", "evicted").output == "ready\n"
            }
            try await evict(daemon, "evicted")
            try await waitFor("Failed", daemon, "evicted")
            let pod = try await daemon.get("pod", "evicted")
            #expect(
                value(pod, "status", "containerStatuses", "0", "state", "terminated", "exitCode") as? Int == 7)
            let conditions = value(pod, "status", "conditions") as? [[String: Any]] ?? []
            let target = conditions.first { $0["type"] as? String == "DisruptionTarget" }
            #expect(target?["status"] as? String == "True")
            #expect(target?["reason"] as? String == "EvictionByEvictionAPI")
            #expect(target?["message"] as? String == "Eviction API: evicting")
            #expect(value(pod, "metadata", "finalizers") as? [String] == ["example.com/hold"])
            #expect(try await attempts(daemon, "evicted").count == 1)

            try await daemon.stint(
                "patch", "pod", "evicted", "--type=merge", "-p", #"{"metadata":{"finalizers":null}}"#)
            try await eventually("it is gone", within: .seconds(5)) {
                try await daemon.tryStint("get", "pod", "evicted").exitCode != 0
            }
        }
    }

    @Test func `a Job that ignores disruptions gets another pod for an evicted one, and its limit is untouched`()
        async throws
    {
        try await DaemonFixture.run { daemon in
            try await daemon.apply(
                manifest(
                    "calm", script: "sleep 1000",
                    spec: [
                        "backoffLimit: 0",
                        "podFailurePolicy: {rules: [{action: Ignore, onPodConditions: [{type: DisruptionTarget}]}]}",
                    ], pod: ["restartPolicy: Never", "terminationGracePeriodSeconds: 1"]))
            func running() async throws -> String? {
                let pods = try await daemon.list("pods", selector: "batch.kubernetes.io/job-name=calm")
                let pod = pods.first { value($0, "status", "phase") as? String == "Running" }
                return value(pod, "metadata", "deletionTimestamp") == nil
                    ? value(pod, "metadata", "name") as? String : nil
            }
            try await eventually("it runs", within: .seconds(15)) { try await running() != nil }
            let first = try #require(try await running())
            try await evict(daemon, first)
            try await eventually("another pod runs", within: .seconds(30)) {
                let next = try await running()
                return next != nil && next != first
            }
            let conditions = value(try await daemon.get("job", "calm"), "status", "conditions") as? [Any] ?? []
            #expect(conditions.isEmpty)
            #expect(value(try await daemon.get("job", "calm"), "status", "failed") as? Int ?? 0 == 0)
        }
    }
}
