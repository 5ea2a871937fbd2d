import Foundation
import TestSupport
import Testing

/// Hostile Jobs, images, users and requests against the whole: the attack is contained, the daemon answers, the
/// neighbour does not notice. docs/security.md says which attack each is.
@Suite(.serialized, .enabled(if: Project.whyNoContainers == nil, Comment(rawValue: Project.whyNoContainers ?? "")))
struct AttackTests {
    // MARK: output

    @Test func `a flood of output stays under its cap, and neither the daemon nor a neighbour waits for it`()
        async throws
    {
        try await DaemonFixture.run { daemon in
            try await daemon.apply(
                manifest(
                    "flood", script: "yes $(head -c 1000 /dev/zero | tr '\\0' x)",
                    pod: ["restartPolicy: Never", "terminationGracePeriodSeconds: 1"]))
            // kubelet's defaults: five files of ten mebibytes. An entry here is a kilobyte, so what is full is full.
            try await eventually("a file is full", within: .seconds(20)) {
                daemon.logSizes().contains { $0 > 10 << 20 - 2048 }
            }
            let begin = ContinuousClock.now
            try await daemon.apply(manifest("neighbour", script: "echo quiet"))
            try await daemon.stint("wait", "--for=condition=Complete", "--timeout=60s", "job/neighbour")
            #expect(ContinuousClock.now - begin < .seconds(5) * Project.slowness)
            #expect(try await daemon.stint("logs", "job/neighbour").output == "quiet\n")
            for _ in 0..<50 {
                let sizes = daemon.logSizes()
                #expect(sizes.count <= 6, "five of the flood and one of the neighbour")
                #expect(sizes.allSatisfy { $0 <= 10 << 20 })
                try await Task.sleep(for: .milliseconds(40))
            }
            #expect(try await daemon.stint("logs", "job/flood", "--tail=3").lines.allSatisfy { $0.hasPrefix("xxx") })
            #expect(daemon.peakMemory < 400 << 20)
            try await daemon.stint("delete", "job", "flood")
            try await eventually("its logs are gone", within: .seconds(40)) { daemon.logSizes().reduce(0, +) < 1 << 20 }
        }
    }

    @Test func `a line without an end, bytes that are no text and escape sequences are only output`() async throws {
        try await DaemonFixture.run { daemon in
            let script = """
                head -c 1000000 /dev/zero | tr '\\0' a; printf '\\n\\377\\376\\0|\\033[2J\\r\\n'; \
                printf '\\033]0;owned\\007\\033[2Jlast words' > /dev/termination-log; exit 1
                """
            try await daemon.apply(manifest("odd", script: script, spec: ["backoffLimit: 0"]))
            try await daemon.stint("wait", "--for=condition=Failed", "--timeout=30s", "job/odd")
            let log = try await daemon.stint("logs", "job/odd").output
            #expect(log.prefix { $0 == "a" }.count == 1_000_000)
            #expect(log.hasSuffix("\n\u{FFFD}\u{FFFD}\0|\u{1b}[2J\r\n"), "logs are the job's own bytes")
            let pod = try #require(try await daemon.list("pods", selector: "job-name=odd").first)
            let name = try #require(value(pod, "metadata", "name") as? String)
            for command in [
                ["describe", "pod", name], ["describe", "job", "odd"], ["get", "events"], ["get", "pods"],
            ] {
                let text = try await daemon.run(command)
                #expect(
                    !text.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" && $0 != "\t" || $0.value == 0x7f })
            }
            #expect(
                try await daemon.run(["describe", "pod", name]).contains("last words"), "it is there, and harmless")
        }
    }

    // MARK: processes

    @Test func `zombies, double forks, new sessions and stopped processes are gone at the deadline`() async throws {
        try await DaemonFixture.run { daemon in
            // Numbers that nothing else on this host sleeps for.
            let script = """
                setsid sh -c 'trap "" TERM; sleep 424241 & sleep 424242' & (setsid sh -c '(sleep 424243 &) ' &); \
                sh -c 'kill -STOP $$$$; sleep 424244' & sleep 424245 & kill -STOP $!; trap '' TERM HUP INT; \
                for i in $(seq 100); do (sleep 0 & ); done; while :; do sleep 424246; done
                """
            try await daemon.apply(
                manifest(
                    "storm", script: script,
                    spec: ["activeDeadlineSeconds: \(max(5, 3 * Project.slowness))", "backoffLimit: 0"],
                    pod: ["restartPolicy: Never", "terminationGracePeriodSeconds: 1"]))
            try await eventually("they are there", within: .seconds(15)) {
                commandLines(containing: "sleep 42424").count >= 4
            }
            try await daemon.stint("wait", "--for=condition=Failed", "--timeout=60s", "job/storm")
            #expect(commandLines(containing: "sleep 42424").isEmpty)
            let job = try await daemon.get("job", "storm")
            let conditions = value(job, "status", "conditions") as? [[String: Any]] ?? []
            #expect(conditions.first { $0["type"] as? String == "Failed" }?["reason"] as? String == "DeadlineExceeded")
            #expect(try await daemon.attempts(job: "storm").count == 1)
        }
    }

    // MARK: disk

    @Test func `files that are not the job's own are bounded or refused`() async throws {
        try await DaemonFixture.run { daemon in
            let script = """
                for file in /etc/hosts /etc/hostname; do (echo evil >> $file) 2>/dev/null && echo "wrote $file"; done
                for file in /dev/shm/x /dev/x; do dd if=/dev/zero of=$file bs=1M count=100 2>/dev/null; done
                wc -c < /dev/shm/x; wc -c < /dev/x; rm /dev/shm/x /dev/x
                head -c 3000000 /dev/zero | tr '\\0' z > /dev/termination-log; rm /dev/termination-log 2>/dev/null && echo removed
                ln -sf /etc/passwd /dev/termination-log 2>/dev/null && echo linked; exit 1
                """
            try await daemon.apply(manifest("disk", script: script, spec: ["backoffLimit: 0"]))
            try await daemon.stint("wait", "--for=condition=Failed", "--timeout=60s", "job/disk")
            #expect(try await daemon.stint("logs", "job/disk").lines == ["\(64 << 20)", "\(64 << 20)"])
            let pod = try #require(try await daemon.list("pods", selector: "job-name=disk").first)
            let message = value(pod, "status", "containerStatuses", "0", "state", "terminated", "message") as? String
            #expect(message == String(repeating: "z", count: 4096))
            // What the pod's object keeps on the disk is as small as what is shown of it.
            try await eventually("the rest is gone", within: .seconds(10)) {
                daemon.bytes(below: "state/pods") < 1 << 20
            }
        }
    }

    // MARK: images

    @Test func `what an image says of itself is data`() async throws {
        try await DaemonFixture.run { daemon in
            let sentinel = try daemon.sentinel()
            try await daemon.importImage(
                "hostile",
                config: """
                    "Volumes":{"../../../../../../../..\(sentinel)":{},"\(sentinel)":{},"/proc/self/fd":{}},\
                    "Labels":{"io.stint/run":"$(touch \(sentinel)/label)","io.kubernetes.cri.image":"`id`"},\
                    "Env":["LD_PRELOAD=\(sentinel)/file","STINT_SOCKET=/run/stint/stint.sock","SWIFT_BACKTRACE=enable=yes",\
                    "PATH=/bin"],"ExposedPorts":{"22/tcp":{}},"Healthcheck":{"Test":["CMD-SHELL","touch \(sentinel)/health"]},\
                    "OnBuild":["RUN touch \(sentinel)/build"],"Shell":["/bin/evil"],"ArgsEscaped":true,"WorkingDir":"/new/place"
                    """)
            try await daemon.apply(
                manifest("volumes", script: "pwd; id -u; ls \(sentinel); grep -c \(sentinel) /proc/mounts || true")
                    .replacingOccurrences(of: "image: busybox", with: "image: hostile"))
            try await daemon.stint("wait", "--for=condition=Complete", "--timeout=30s", "job/volumes")
            let lines = try await daemon.stint("logs", "job/volumes").lines
            #expect(lines.prefix(2) == ["/new/place", "0"])
            #expect(lines.last == "0", "nothing of it is mounted")
            #expect(try FileManager.default.contentsOfDirectory(atPath: sentinel) == ["file"])
            let shown = try await daemon.run(["image", "list"])
            #expect(shown.contains("hostile"))
        }
    }

    @Test func `an image that cannot be run as it says fails its Job and says why`() async throws {
        var rows = [
            (#""WorkingDir":"/proc/self/fd/9""#, #""/proc/self/fd/9": "#),
            (#""WorkingDir":"/proc/1/root""#, #""/proc/1/root": "#),
            (#""User":"nobody-knows""#, "unable to find user"),
            (#""Entrypoint":["/proc/self/exe"]"#, "Exit Code:    125"),
            (#""Entrypoint":["/proc/self/fd/3"]"#, "StartError"),
        ]
        // The daemon refuses these by itself, whatever the kernel is.
        if !Project.isUserModeLinux {
            rows += [
                (#""User":"2147483648""#, #""2147483648" is not a user"#),
                (#""User":"4294967296:0""#, #""4294967296:0" is not a user"#),
                (#""User":"0:4294967296""#, #""0:4294967296" is not a user and a group"#),
                (#""StopSignal":"$(reboot)""#, "is not a signal"),
            ]
        }
        try await DaemonFixture.run { daemon in
            for (number, row) in rows.enumerated() {
                try await daemon.importImage("wrong-\(number)", config: row.0)
                let text = manifest("wrong-\(number)", script: "echo ran", spec: ["backoffLimit: 0"])
                    .replacingOccurrences(of: "image: busybox", with: "image: wrong-\(number)")
                let lines = text.split(separator: "\n").filter {
                    !row.0.contains("Entrypoint") || !$0.contains("command:")
                }
                try await daemon.apply(lines.joined(separator: "\n"))
            }
            for (number, row) in rows.enumerated() {
                let text = try await daemon.describeFailed("wrong-\(number)")
                #expect(text.contains(row.1), "\(row.0)")
            }
        }
    }

    @Test(.notInTheGuest) func `runAsNonRoot is not talked round by an image`() async throws {
        let users = ["0", "00", "0:0", "root", "", "+0", "nobody"]
        try await DaemonFixture.run { daemon in
            for (number, user) in users.enumerated() {
                try await daemon.importImage("sly-\(number)", config: "\"User\":\"\(user)\"")
                try await daemon.apply(
                    manifest(
                        "sly-\(number)", script: "id -u", spec: ["backoffLimit: 0"],
                        pod: ["restartPolicy: Never", "securityContext: {runAsNonRoot: true}"]
                    ).replacingOccurrences(of: "image: busybox", with: "image: sly-\(number)"))
            }
            for (number, user) in users.enumerated() {
                let text = try await daemon.describeHeldBack("sly-\(number)")
                #expect(text.contains("container has runAsNonRoot and image"), "\(user)")
            }
        }
    }

    // MARK: other users and the network

    @Test func `another user of this host can neither ask the daemon nor look at what it keeps`() async throws {
        try await DaemonFixture.run { daemon in
            try await daemon.apply(manifest("running", script: "touch /secret; echo up; sleep 1000"))
            try await eventually("it runs", within: .seconds(15)) {
                value(try await daemon.get("job", "running"), "status", "ready") as? Int == 1
            }
            // The way there is open; the directories themselves must hold.
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: daemon.scope.directory)
            let other = "setpriv --reuid 65534 --regid 65534 --clear-groups"
            let listing = "find '\(daemon.scope.directory)/state' '\(daemon.scope.directory)/run' -mindepth 1 -print0"
            let all = try await daemon.shell("\(listing) | tr '\\0' '\\n' | wc -l")
            #expect(Int(all.trimmingCharacters(in: .whitespacesAndNewlines)) ?? 0 > 100)
            let seen = try await daemon.shell(
                "\(listing) | \(other) xargs -0 -n 200 stat -L 2>&1 | grep -vc 'Permission denied' || true")
            #expect(seen == "0\n")
            for path in ["state", "run"] {
                let entered = try await daemon.shell("\(other) ls '\(daemon.scope.directory)/\(path)' 2>&1 || true")
                #expect(entered.contains("Permission denied"))
            }
            let answer = try await daemon.shell(
                "\(other) curl -s -o /dev/null -m 10 \(daemon.at("/version")) || echo $?")
            #expect(answer == "7\n", "no connection")
            // Nor does a program, a manifest or a key show in what anybody can see of the daemon's processes.
            let memory = try await daemon.shell("\(other) cat /proc/\(daemon.processID)/environ 2>&1 || true")
            #expect(memory.contains("Permission denied"))
        }
    }

    @Test func `a Job in the host's network finds no socket of ours`() async throws {
        try await DaemonFixture.run { daemon in
            try await daemon.apply(
                manifest(
                    "net", script: "cat /proc/net/unix /proc/net/tcp /proc/net/tcp6; ls \(daemon.socket) || echo away",
                    pod: ["restartPolicy: Never", "hostNetwork: true"]))
            try await daemon.stint("wait", "--for=condition=Complete", "--timeout=30s", "job/net")
            let lines = try await daemon.stint("logs", "job/net").lines
            #expect(lines.contains("away"))
            let ours = try Set(daemon.socketInodes())
            #expect(!ours.isEmpty, "the daemon has sockets")
            for line in lines {
                let words = line.split(separator: " ").map(String.init)
                if words.contains(where: { $0.hasPrefix("@") }) {
                    #expect(!ours.contains(words.count > 6 ? words[6] : ""), "an abstract socket: \(line)")
                }
                // Column 10 of /proc/net/tcp is the inode: none of ours listens there.
                if words.count > 9, words[0].hasSuffix(":") { #expect(!ours.contains(words[9]), "\(line)") }
            }
        }
    }

    // MARK: requests

    @Test(.notInTheGuest)
    func `names that are paths are refused, in the path and in the body, and nothing is made of them`()
        async throws
    {
        try await DaemonFixture.run { daemon in
            _ = try await daemon.request("GET", "/healthz")
            let before = try await daemon.shell("find '\(daemon.scope.directory)' -type d | sort | head -200")
            let long = String(repeating: "a", count: 300)
            for name in [
                "..", ".", "a/b", "../../sentinel", "a\\u0000b", long, "ü", "A", "-a", "a..b/", " ", "a\\nb", "",
            ] {
                for (path, body) in [
                    ("/apis/batch/v1/namespaces/default/jobs", daemon.job(name)),
                    ("/api/v1/namespaces/default/pods", daemon.pod(name)),
                    ("/api/v1/namespaces", #"{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"\#(name)"}}"#),
                    ("/api/v1/namespaces/default/pods", daemon.pod("fine", container: name)),
                ] {
                    let code = try await daemon.request("POST", path, body: body)
                    #expect((400..<500).contains(code), "\(path) \(name) gave \(code)")
                }
            }
            for name in ["..", "%2e%2e", "a%2fb", "..%2f..%2f", "a%00b", "%", "a%0d%0aX:y", long, "%ff", "a;b", "*"] {
                for path in [
                    "/apis/batch/v1/namespaces/default/jobs/\(name)", "/api/v1/namespaces/default/pods/\(name)/log",
                    "/api/v1/namespaces/\(name)/pods/x", "/apis/stint.dev/v1/images/inspect?name=\(name)",
                ] {
                    for method in ["GET", "DELETE"] {
                        let code = try await daemon.request(method, path)
                        #expect((400..<500).contains(code), "\(method) \(path) gave \(code)")
                    }
                }
            }
            #expect(try await daemon.list("pods").isEmpty)
            #expect(try await daemon.list("jobs").isEmpty)
            #expect(try await daemon.shell("find '\(daemon.scope.directory)' -type d | sort | head -200") == before)
        }
    }

    @Test(.notInTheGuest) func `documents made to hurt are refused, and memory stays where it was`() async throws {
        try await DaemonFixture.run { daemon in
            let jobs = "/apis/batch/v1/namespaces/default/jobs"
            let laughs = (1...30).reduce("a0: &a0 [x,x,x,x,x,x,x,x,x]\n") { text, level in
                text + "a\(level): &a\(level) [" + Array(repeating: "*a\(level - 1)", count: 9).joined(separator: ",")
                    + "]\n"
            }
            let yaml = "application/yaml"
            let json = "application/json"
            try await daemon.apply(manifest("target", script: "true", spec: ["suspend: true"]))
            let rows: [(String, String, String, String, String)] = [
                ("aliases of aliases", "POST", jobs, yaml, laughs),
                ("an alias of itself", "POST", jobs, yaml, "a: &a [*a]\n"),
                ("YAML a hundred thousand deep", "POST", jobs, yaml, String(repeating: "- ", count: 100_000) + "x"),
                ("flow YAML as deep", "POST", jobs, yaml, String(repeating: "[", count: 100_000)),
                ("YAML keys as deep", "POST", jobs, yaml, String(repeating: "? ", count: 100_000) + "x"),
                ("JSON a million deep", "POST", jobs, json, String(repeating: "[", count: 1_000_000)),
                ("objects as deep", "POST", jobs, json, String(repeating: #"{"a":"#, count: 300_000)),
                ("four mebibytes of name", "POST", jobs, json, daemon.job(String(repeating: "a", count: 4 << 20))),
                ("two mebibytes of name", "POST", jobs, json, daemon.job(String(repeating: "a", count: 2 << 20))),
                (
                    "a number with a million digits", "POST", jobs, json,
                    "{\"a\":" + String(repeating: "9", count: 1_000_000)
                ),
                (
                    "ten thousand operations", "PATCH", jobs + "/target", "application/json-patch+json",
                    "[" + Array(repeating: #"{"op":"test","path":"","value":0}"#, count: 10_001).joined(separator: ",")
                        + "]"
                ),
                (
                    "copies that double", "PATCH", jobs + "/target", "application/json-patch+json",
                    #"[{"op":"add","path":"/metadata/annotations","value":{"a0":"xxxxxxxxxxxxxxxx"}},"#
                        + (1...60).map { #"{"op":"copy","from":"/metadata","path":"/metadata/annotations/a\#($0)"}"# }
                        .joined(separator: ",") + "]"
                ),
                (
                    "a merge patch as deep", "PATCH", jobs + "/target", "application/merge-patch+json",
                    String(repeating: #"{"a":"#, count: 100_000)
                ),
                (
                    "a giant selector", "GET", "\(jobs)?labelSelector=" + String(repeating: "a,", count: 100_000), json,
                    ""
                ),
                ("half of UTF-8", "POST", jobs, json, "{\"a\":\"\\ud800\""),
            ]
            let before = daemon.memory
            for (what, method, path, type, body) in rows {
                let code = try await daemon.request(method, path, type: type, body: body)
                // A line as long as that ends the connection before there is a request to answer.
                #expect((400..<500).contains(code) || code == 0 && method == "GET", "\(what) gave \(code)")
                #expect(try await daemon.request("GET", "/healthz") == 200, "after \(what)")
            }
            #expect(daemon.peakMemory < before + 300 << 20)
            #expect(try await daemon.list("jobs").count == 1)
        }
    }
}

// MARK: what the attacks need

fileprivate extension DaemonFixture {
    var socket: String { "\(runDirectory)/stint.sock" }

    var memory: Int { memory("VmRSS:") }
    var peakMemory: Int { memory("VmHWM:") }

    private func memory(_ field: String) -> Int {
        let status = (try? String(contentsOfFile: "/proc/\(processID)/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix(field) } ?? ""
        return (line.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) } ?? .max >> 10) << 10
    }

    /// The numbers of the sockets that the daemon holds.
    func socketInodes() throws -> [String] {
        let directory = "/proc/\(processID)/fd"
        return try FileManager.default.contentsOfDirectory(atPath: directory).compactMap { name in
            // A descriptor may be closed by the time it is looked at.
            guard let target = try? FileManager.default.destinationOfSymbolicLink(atPath: "\(directory)/\(name)"),
                target.hasPrefix("socket:[")
            else { return nil }
            return String(target.dropFirst("socket:[".count).dropLast())
        }
    }

    func at(_ path: String) -> String { "--unix-socket '\(socket)' 'http://localhost\(path)'" }

    func run(_ arguments: [String]) async throws -> String {
        let command = [Project.program("stint")] + arguments
        let result = try await runCommand(command, environment: ["STINT_SOCKET": socket], in: scope)
        guard result.exitCode == 0 else { throw CommandFailure(command: command, result: result) }
        return result.output
    }

    /// What describe says of the pod of a Job that fails without having printed anything.
    func describeFailed(_ job: String) async throws -> String {
        try await stint("wait", "--for=condition=Failed", "--timeout=60s", "job/\(job)")
        let pod = try #require(try await list("pods", selector: "job-name=\(job)").first)
        #expect(try await tryStint("logs", "job/\(job)").output == "", "\(job)")
        return try await run(["describe", "pod", try #require(value(pod, "metadata", "name") as? String)])
    }

    /// What is shown of a pod that waits with CreateContainerConfigError, as one does for ever whose image asks for too much.
    func describeHeldBack(_ job: String) async throws -> String {
        var text = ""
        try await eventually("\(job) waits", within: .seconds(30)) {
            guard let pod = try await list("pods", selector: "job-name=\(job)").first else { return false }
            text = try await run(["describe", "pod", try #require(value(pod, "metadata", "name") as? String)])
            return text.contains("CreateContainerConfigError")
        }
        return text
    }

    /// The answer's status code; 0 when the connection was closed without one.
    func request(
        _ method: String, _ path: String, type: String = "application/json", body: String = ""
    ) async throws -> Int {
        let directory = "\(scope.directory)/requests"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        try Data(body.utf8).write(to: URL(fileURLWithPath: "\(directory)/body"))
        // By a file, because no argument may be that long; as it is, because curl would tidy up the dots.
        let configuration = """
            unix-socket = "\(socket)"
            url = "http://localhost\(path)"
            path-as-is
            globoff
            silent
            max-time = 60
            output = "/dev/null"
            write-out = "%{http_code}"
            request = "\(method)"
            header = "Expect:"

            """ + (body.isEmpty ? "" : "header = \"Content-Type: \(type)\"\ndata-binary = \"@\(directory)/body\"\n")
        try Data(configuration.utf8).write(to: URL(fileURLWithPath: "\(directory)/curl"))
        return Int(try await shell("curl -K '\(directory)/curl'")) ?? 0
    }

    func job(_ name: String) -> String {
        #"{"apiVersion":"batch/v1","kind":"Job","metadata":{"name":"\#(name)"},"spec":{"template":{"spec":"#
            + #"{"restartPolicy":"Never","containers":[{"name":"c","image":"busybox"}]}}}}"#
    }

    func pod(_ name: String, container: String = "c") -> String {
        #"{"apiVersion":"v1","kind":"Pod","metadata":{"name":"\#(name)"},"spec":"#
            + #"{"restartPolicy":"Never","containers":[{"name":"\#(container)","image":"busybox"}]}}"#
    }

    func sentinel() throws -> String {
        let path = "\(scope.directory)/sentinel"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        try Data("untouched".utf8).write(to: URL(fileURLWithPath: path + "/file"))
        return path
    }

    /// Sizes of the log files of all containers, which the manifests here call main.
    func logSizes() -> [Int] {
        let pods = "\(scope.directory)/state/pods"
        return ((try? FileManager.default.contentsOfDirectory(atPath: pods)) ?? []).flatMap { uid in
            let logs = "\(pods)/\(uid)/logs/main"
            let names = (try? FileManager.default.contentsOfDirectory(atPath: logs)) ?? []
            return names.filter { $0.contains(".log") }.compactMap { name in
                var info = stat()
                return stat("\(logs)/\(name)", &info) == 0 ? Int(info.st_size) : nil
            }
        }
    }

    /// What regular files below a directory of the scope hold.
    func bytes(below path: String) -> Int {
        let root = "\(scope.directory)/\(path)"
        return (FileManager.default.enumerator(atPath: root)?.allObjects as? [String] ?? []).reduce(0) { sum, name in
            var info = stat()
            guard lstat("\(root)/\(name)", &info) == 0, info.st_mode & S_IFMT == S_IFREG else { return sum }
            return sum + Int(info.st_size)
        }
    }
}

/// The command lines of this host that contain `text`.
private func commandLines(containing text: String) -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return names.filter { Int($0) != nil }.compactMap { pid in
        guard let bytes = FileManager.default.contents(atPath: "/proc/\(pid)/cmdline") else { return nil }
        let line = String(decoding: bytes, as: UTF8.self).replacingOccurrences(of: "\0", with: " ")
        return line.hasPrefix("sleep") && line.contains(text) ? line : nil
    }
}
