import Foundation
import TestSupport
import Testing

/// Crashes in the middle of everything, and what must be true afterwards: one run, one record, and nothing left behind.
@Suite(.serialized, .enabled(if: Project.whyNoContainers == nil, Comment(rawValue: Project.whyNoContainers ?? "")))
struct CrashTests {
    @Test func `a Job whose daemon is killed again and again has run every pod once and recorded it once`() async throws
    {
        let seed =
            ProcessInfo.processInfo.environment["STINT_TEST_SEED"].flatMap(UInt64.init) ?? .random(in: 1...999_999)
        print("killing the daemon at moments from STINT_TEST_SEED=\(seed)")
        var random = SplitMix(seed: seed)
        try await DaemonFixture.run { daemon in
            try await daemon.apply(
                manifest(
                    "many", script: "echo ran; sleep 1.2",
                    spec: ["completions: 40", "parallelism: 6", "backoffLimit: 40"]))
            for _ in 0..<rounds(8) {
                try await Task.sleep(for: .milliseconds(Int.random(in: 20...900, using: &random) * Project.slowness))
                await daemon.crash()
                try await Task.sleep(for: .milliseconds(Int.random(in: 0...400, using: &random)))
                try await daemon.start()
            }
            try await daemon.stint(
                "wait", "--for=condition=Complete", "--timeout=\(240 * Project.slowness)s", "job/many")
            let job = try await daemon.get("job", "many")
            let attempts = try await daemon.attempts(job: "many")
            #expect(value(job, "status", "succeeded") as? Int == 40)
            #expect(attempts.count == 40 + (value(job, "status", "failed") as? Int ?? 0))
            #expect(attempts.filter { $0["exitCode"] as? Int == 0 }.count == 40)
            #expect(Set(attempts.compactMap { $0["id"] as? String }).count == attempts.count)
            for attempt in attempts where attempt["exitCode"] as? Int == 0 {
                let uid = try #require(attempt["podUID"] as? String)
                #expect(daemon.log(ofPod: uid).components(separatedBy: "ran").count == 2, "pod \(uid) ran once")
            }
            try await daemon.expectNothingLeft(of: attempts)
        }
    }

    @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/sqlite3"), "sqlite3 is not installed"))
    func `a reboot ends what ran, once, and the Job tries again`() async throws {
        try await DaemonFixture.run { daemon in
            try await daemon.apply(manifest("boot", script: "sleep 47111", spec: ["backoffLimit: 3"]))
            try await daemon.eventuallyReady("boot")
            let uid = try await daemon.podUIDs(job: "boot")[0]
            await daemon.crash()
            daemon.loseWhatARebootTakes(uid)
            let change =
                "UPDATE objects SET body = CAST(replace(CAST(body AS TEXT), '\(bootID)', 'an-earlier-boot') AS BLOB);"
            try await runCommand(["sqlite3", "\(daemon.stateDirectory)/state.db", change], in: daemon.scope)
            try await daemon.start()
            try await eventually("the end is recorded", within: .seconds(10)) {
                try await daemon.attempts(job: "boot").count == 1
            }
            let attempt = try #require(try await daemon.attempts(job: "boot").first)
            #expect(attempt["reason"] as? String == "NodeRebooted")
            #expect(attempt["podUID"] as? String == uid)
            try await daemon.eventuallyReady("boot")
            #expect(value(try await daemon.get("job", "boot"), "status", "failed") as? Int == 1)
            #expect(try await daemon.attempts(job: "boot").count == 1)
            try await daemon.expectNothingLeft(of: [attempt])
        }
    }

    @Test func `a supervisor that is killed leaves nothing running, and the Job tries again`() async throws {
        try await DaemonFixture.run { daemon in
            try await daemon.apply(manifest("orphan", script: "sleep 47112 & sleep 47112", spec: ["backoffLimit: 3"]))
            try await daemon.eventuallyReady("orphan")
            let uid = try await daemon.podUIDs(job: "orphan")[0]
            #expect(supervisors(of: uid).count == 1 && !groups(named: uid).isEmpty)
            for supervisor in supervisors(of: uid) { kill(supervisor, SIGKILL) }
            try await eventually("the loss is recorded", within: .seconds(10)) {
                try await daemon.attempts(job: "orphan").count == 1
            }
            let attempt = try #require(try await daemon.attempts(job: "orphan").first)
            #expect(attempt["reason"] as? String == "SupervisorLost")
            try await daemon.expectNothingLeft(of: [attempt])
            try await daemon.eventuallyReady("orphan")
            #expect(try await daemon.podUIDs(job: "orphan").contains { $0 != uid })
            #expect(try await daemon.attempts(job: "orphan").count == 1)
        }
    }

    /// Some pods fail, some indexes for good, and the daemon is killed again and again: every attempt is counted once.
    @Test func `failures are counted right however often the daemon is killed`() async throws {
        try await DaemonFixture.run { daemon in
            try await daemon.apply(
                manifest(
                    "torn",
                    script: "sleep 0.$((RANDOM%5)); [ $((JOB_COMPLETION_INDEX%10)) != 7 ] && [ $((RANDOM%4)) != 0 ]",
                    spec: [
                        "completions: \(rounds(60))", "parallelism: 10", "completionMode: Indexed",
                        "backoffLimitPerIndex: 2",
                    ], annotations: [#"stint.dev/backoff: "base=0s,factor=1""#]))
            for _ in 0..<rounds(10) {
                try await Task.sleep(for: .milliseconds(Int.random(in: 5...250) * Project.slowness))
                await daemon.crash()
                try await daemon.start()
            }
            try await daemon.stint(
                "wait", "--for=condition=Finished", "--timeout=\(60 * Project.slowness)s", "job/torn")
            let job = try await daemon.get("job", "torn")
            let codes = try await daemon.attempts(job: "torn").compactMap { $0["exitCode"] as? Int }
            let (succeeded, failed) = (value(job, "status", "succeeded"), value(job, "status", "failed"))
            #expect(succeeded as? Int == codes.count { $0 == 0 } && failed as? Int == codes.count { $0 != 0 })
            // Every tenth index fails three times; others may.
            #expect(codes.count { $0 != 0 } >= rounds(18))
        }
    }

    @Test func `containers run on when the daemon is stopped, and the next one finds them`() async throws {
        try await DaemonFixture.run { daemon in
            try await daemon.apply(
                manifest("upgrade", script: "for i in 1 2 3 4 5 6; do echo line $i; sleep \(outlasting); done"))
            try await daemon.eventuallyReady("upgrade")
            let uid = try await daemon.podUIDs(job: "upgrade")[0]
            #expect(await daemon.stop() == 0)
            #expect(!FileManager.default.fileExists(atPath: daemon.socket))
            try await Task.sleep(for: .seconds(1))
            #expect(supervisors(of: uid).count == 1)
            try await daemon.start()
            #expect(value(try await daemon.get("job", "upgrade"), "status", "active") as? Int == 1)
            try await daemon.stint("wait", "--for=condition=Complete", "--timeout=120s", "job/upgrade")
            #expect(try await daemon.stint("logs", "job/upgrade").lines == (1...6).map { "line \($0)" })
            let attempts = try await daemon.attempts(job: "upgrade")
            #expect(attempts.count == 1)
            try await daemon.expectNothingLeft(of: attempts)
        }
    }

    @Test func `a daemon that is stopped without pods leaves the host as it was`() async throws {
        try await DaemonFixture.run { daemon in
            try await daemon.apply(manifest("done", script: "true"))
            try await daemon.stint("wait", "--for=condition=Complete", "--timeout=30s", "job/done")
            let attempts = try await daemon.attempts(job: "done")
            try await daemon.expectNothingLeft(of: attempts)
            #expect(!groups(named: daemon.groupName).isEmpty)
            #expect(await daemon.stop() == 0)
            #expect(groups(named: daemon.groupName).isEmpty)
            #expect(!FileManager.default.fileExists(atPath: daemon.socket))
        }
    }
}

/// How often something is done again and again. The host does it as often as it takes to find what is rare; a guest only
/// has to show that nothing depends on the kind of cgroups.
private func rounds(_ number: Int) -> Int { Project.isUserModeLinux ? number / 2 : number }

extension DaemonFixture {
    fileprivate var socket: String { "\(runDirectory)/stint.sock" }

    /// The group above all pods of this daemon: named after the run directory (FNV-1a).
    fileprivate var groupName: String {
        let hash = runDirectory.utf8.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
        return "stint-" + String(hash, radix: 16)
    }

    fileprivate func podUIDs(job: String) async throws -> [String] {
        try await list("pods", selector: "job-name=\(job)").compactMap { value($0, "metadata", "uid") as? String }
    }

    /// The Job's back-off before another pod is ten seconds.
    fileprivate func eventuallyReady(_ job: String) async throws {
        try await eventually("\(job) runs", within: .seconds(30)) {
            value(try await get("job", job), "status", "ready") as? Int == 1
        }
    }

    /// What the container of a pod of these tests wrote.
    fileprivate func log(ofPod uid: String) -> String {
        let bytes = FileManager.default.contents(atPath: "\(stateDirectory)/pods/\(uid)/logs/main/0.log")
        return String(decoding: bytes ?? Data(), as: UTF8.self)
    }

    /// Processes, groups and the run directory: all that does not survive.
    fileprivate func loseWhatARebootTakes(_ uid: String) {
        for supervisor in supervisors(of: uid) { kill(supervisor, SIGKILL) }
        for group in groups(named: uid) {
            try? "1".write(toFile: group + "/cgroup.kill", atomically: false, encoding: .utf8)  // not there in v1
        }
        for group in groups(named: groupName) {
            for path in directories(below: group) + [group] {
                // Gone as soon as the last process is.
                for _ in 0..<100 where rmdir(path) != 0 && errno == EBUSY { usleep(20_000) }
            }
        }
        try? FileManager.default.removeItem(atPath: runDirectory)
    }

    /// Of the pods of these attempts: no supervisor, group, mount, run directory or written layer.
    fileprivate func expectNothingLeft(of attempts: [[String: Any]]) async throws {
        let uids = attempts.compactMap { $0["podUID"] as? String }
        // The Job is told as soon as the record is durable; what the pod used goes after that.
        try await eventually("nothing is left of \(uids)", within: .seconds(20)) {
            let mounts = try String(contentsOfFile: "/proc/self/mounts", encoding: .utf8)
            let groups = Set(directories(below: "/sys/fs/cgroup").map { ($0 as NSString).lastPathComponent })
            return uids.allSatisfy { uid in
                supervisors(of: uid).isEmpty && !groups.contains(uid) && !mounts.contains(uid)
                    && !FileManager.default.fileExists(atPath: "\(runDirectory)/pods/\(uid)")
                    && !FileManager.default.fileExists(atPath: "\(stateDirectory)/pods/\(uid)/roots")
            }
        }
    }
}

private let bootID =
    (try? String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8))?
    .trimmingCharacters(in: .whitespacesAndNewlines) ?? "?"

/// `stint-init <uid> …`: the supervisor, and first processes it has just cloned.
private func supervisors(of uid: String) -> [pid_t] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return names.compactMap(pid_t.init).filter { pid in
        let line = FileManager.default.contents(atPath: "/proc/\(pid)/cmdline") ?? Data()  // it may have ended by now
        return line.starts(with: Data("stint-init\0\(uid)\0".utf8))
    }
}

/// The directories below `directory`, those of other mounts included, the deepest first.
private func directories(below directory: String) -> [String] {
    guard let stream = opendir(directory) else { return [] }
    defer { closedir(stream) }
    var found: [String] = []
    while let entry = readdir(stream) {
        let name = withUnsafeBytes(of: &entry.pointee.d_name) {
            String(cString: $0.bindMemory(to: CChar.self).baseAddress!)
        }
        guard entry.pointee.d_type == UInt8(DT_DIR), name != ".", name != ".." else { continue }
        found += directories(below: "\(directory)/\(name)") + ["\(directory)/\(name)"]
    }
    return found
}

/// The cgroups of that name, in every hierarchy.
private func groups(named name: String) -> [String] {
    directories(below: "/sys/fs/cgroup").filter { $0.hasSuffix("/\(name)") }
}
