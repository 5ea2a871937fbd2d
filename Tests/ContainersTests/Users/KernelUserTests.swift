import Foundation
import Launch
import Linux
import Testing

@testable import Containers

/// Where the suite has its files: a disk of the guest, or where temporary files are.
enum MappedPlace {
    private static let disk = ProcessInfo.processInfo.environment["STINT_TEST_DISK"]
    /// A place whose file system can show its files with other ids.
    static let path = disk ?? NSTemporaryDirectory()

    /// Why there is none; nil when there is. Memory can since Linux 6.3.
    static let missing: String? = {
        let kernel = ProcessInfo.processInfo.operatingSystemVersion
        let isMemory = (try? Files.fileSystem(of: path).magic) == Files.Magic.tmpfs
        return isMemory && (kernel.majorVersion, kernel.minorVersion) < (6, 3)
            ? "no file system that can be shown with other ids" : nil
    }()
}

extension KernelTests {
    /// Pods with users of their own: root inside is nobody outside.
    @Suite(.serialized, .enabled(if: MappedPlace.missing == nil, "\(MappedPlace.missing ?? "")")) struct Users {
        private func scope<R>(_ body: (PodScope) async throws -> R) async throws -> R {
            try await PodScope.with(in: MappedPlace.path) { scope in
                for name in [
                    "stat", "chown", "mount", "unshare", "readlink", "mkdir", "hostname", "chmod", "grep", "ln",
                ] {
                    try scope.link(scope.image + "/bin/" + name, to: "busybox")
                }
                return try await body(scope)
            }
        }

        private func run(
            _ scope: PodScope, _ script: String, _ change: (inout ContainerPlan) -> Void = { _ in },
            pod changePod: (inout PodPlan) -> Void = { _ in }
        ) async throws -> [String] {
            let outcome = try await scope.run(["sh", "-c", script + " 2>&1"], change) {
                $0.hasOwnUsers = true
                changePod(&$0)
            }
            if let failure = outcome.failure { return [failure.message] }
            return try outcome.lines()
        }

        private func directory(_ scope: PodScope, _ name: String = "volume") throws -> String {
            let path = scope.directory + "/" + name
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
            return path
        }

        private func owner(_ path: String) throws -> [UInt32] {
            let status = try OwnedDescriptor.open(path, [.place, .noFollow]).status()
            return [status.user, status.group]
        }

        // MARK: who it is

        @Test func `root inside is nobody outside, and every pod another one`() async throws {
            try await scope { scope in
                var firsts: [UInt32] = []
                var pods: [RunningPod] = []
                for uid in ["one", "two"] {
                    var plan = scope.pod(uid, ["sleep", "1000"])
                    plan.hasOwnUsers = true
                    let running = try await scope.host.launch(plan)
                    var pid: Int32 = 0
                    for await event in running.events {
                        if case .started(_, _, _, let processID) = event { pid = processID }
                        if case .failedToStart(_, _, _, let failure) = event { Issue.record("\(failure.message)") }
                        if case .runsAs = event { continue }
                        break
                    }
                    let users = try #require(try scope.host.users(of: uid))
                    firsts.append(users.first)
                    for name in ["uid_map", "gid_map"] {
                        let map = try Files.readText("/proc/\(pid)/\(name)").split { $0.isWhitespace }
                        #expect(map == ["0", "\(users.first)", "65536"])
                    }
                    let status = try Files.readText("/proc/\(pid)/status").split(separator: "\n")
                    for field in ["Uid", "Gid"] {
                        #expect(
                            status.contains("\(field):" + String(repeating: "\t\(users.first)", count: 4)), "\(status)")
                    }
                    // The host's own groups are not among them.
                    let groups = try #require(status.first { $0.hasPrefix("Groups:") }).dropFirst(7)
                    #expect(groups.split { $0.isWhitespace }.allSatisfy { UInt32($0) ?? 0 >= users.first }, "\(groups)")
                    // What the kernel has for the network belongs to them.
                    for name in ["net", "ipc", "uts", "mnt", "cgroup"] {
                        #expect(
                            try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(pid)/ns/\(name)")
                                != FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/ns/\(name)"))
                    }
                    pods.append(running)
                }
                #expect(Set(firsts).count == 2)
                for running in pods {
                    running.kill()
                    _ = await scope.finish(running)
                    running.release()
                    try await scope.host.remove(uid: running.uid)
                    #expect(try scope.host.users(of: running.uid) == nil)
                }
                var again = scope.pod("three", ["true"])
                again.hasOwnUsers = true
                let running = try await scope.host.launch(again)
                #expect(try scope.host.users(of: "three")?.first == firsts[0])
                _ = await scope.finish(running)
                running.release()
            }
        }

        @Test func `the program sees itself as with the host's users`() async throws {
            try await scope { scope in
                let file = try directory(scope, "files") + "/file"
                try scope.write("text\n", file)
                let lines = try await run(
                    scope,
                    """
                    id -u; id -g; hostname; grep -E '^(CapInh|CapPrm|CapEff|CapBnd|CapAmb|NoNewPrivs|Seccomp):' /proc/self/status; pwd
                    for f in / /bin /bin/busybox /etc/passwd /work /dev /dev/shm /dev/pts /proc/self/ /made; do stat -c '%n %u:%g' $f; done
                    """
                ) {
                    $0.workingDirectory = "/work"
                    $0.mounts = [BindMount(source: file, target: "/made/file", readOnly: true)]
                }
                let plain = try await scope.run([
                    "grep", "-E", "^(CapInh|CapPrm|CapEff|CapBnd|CapAmb|NoNewPrivs|Seccomp):", "/proc/self/status",
                ]).lines()
                #expect(plain.count == 7)
                #expect(
                    lines == ["0", "0", "pod-host"] + plain + [
                        "/work", "/ 0:0", "/bin 0:0", "/bin/busybox 0:0", "/etc/passwd 0:0", "/work 0:0", "/dev 0:0",
                        "/dev/shm 0:0", "/dev/pts 65534:65534", "/proc/self/ 0:0", "/made 0:0",
                    ])
            }
        }

        @Test func `a user of the image is a user of the pod's`() async throws {
            try await scope { scope in
                try scope.write("secret\n", scope.image + "/etc/secret")
                chmod(scope.image + "/etc/secret", 0o600)
                chmod(scope.image + "/tmp", 0o1777)
                let lines = try await run(
                    scope,
                    "id -u; id -g; id -G; echo hi > /dev/stdout; touch /tmp/x; stat -c %u:%g /tmp/x; cat /etc/secret"
                ) {
                    $0.user = UserSpec(image: "alice")
                    $0.supplementalGroups = [5000]
                }
                #expect(
                    lines == [
                        "1000", "1001", "1001 10 100 5000", "hi", "1000:1001",
                        "cat: can't open '/etc/secret': Permission denied",
                    ])
                let large = try await run(scope, "id -u") { $0.user = UserSpec(uid: 65_536) }
                #expect(large == ["user 65536 or one of its groups has no number in the pod's user namespace"])
            }
        }

        // MARK: files

        @Test func `what is written belongs to the pod's ids on the host, and layers stay as they are`() async throws {
            try await scope { scope in
                let uid = "files"
                var plan = scope.pod(
                    uid,
                    [
                        "sh", "-c",
                        """
                        touch /mine; mkdir /dir; chown 1000:1001 /dir; echo more >> /etc/passwd; ln /etc/group /etc/other
                        chown 0:5 /etc/group; stat -c '%n %u:%g' /mine /dir /etc/passwd /etc/group /etc/other
                        """,
                    ])
                plan.hasOwnUsers = true
                let running = try await scope.host.launch(plan)
                let first = try #require(try scope.host.users(of: uid)).first
                let outcome = await scope.finish(running)
                #expect(
                    try outcome.lines() == [
                        "/mine 0:0", "/dir 1000:1001", "/etc/passwd 0:0", "/etc/group 0:5", "/etc/other 0:5",
                    ], "\(outcome)")
                let upper = "\(scope.directory)/state/\(uid)/main/0-upper"
                #expect(try owner(upper) == [first, first])
                #expect(try owner(upper + "/mine") == [first, first])
                #expect(try owner(upper + "/dir") == [first + 1000, first + 1001])
                #expect(try owner(upper + "/etc/group") == [first, first + 5])
                #expect(try owner(scope.image + "/etc/group") == [0, 0])
                #expect(try Files.readText(scope.image + "/etc/passwd").hasSuffix("/bin/sh\n"))
                running.release()
            }
        }

        @Test func `a volume has the same owners inside and on disk`() async throws {
            try await scope { scope in
                let path = try directory(scope)
                try scope.write("root's\n", path + "/private")
                chmod(path + "/private", 0o600)
                try scope.write("", path + "/beyond")
                chown(path + "/beyond", 70_000, 70_000)
                let volumes = [
                    VolumePlacement(name: "v", source: path, target: "/v"),
                    VolumePlacement(name: "part", source: path, subPath: "a/b", target: "/part"),
                    VolumePlacement(name: "file", source: path, subPath: "private", target: "/file", isReadOnly: true),
                ]
                // The pod's root is the volume's, as with the host's users.
                let own = try await run(
                    scope,
                    "cat /v/private /file; touch /v/x /part/y; chown 1000:1001 /v/x; stat -c %u:%g /v /v/x /part /part/y "
                        + "/v/beyond; chown 0 /v/beyond; (echo x > /file) || true"
                ) { $0.volumes = volumes }
                #expect(
                    own == [
                        "root's", "root's", "0:0", "1000:1001", "0:0", "0:0", "65534:65534",
                        "chown: /v/beyond: Operation not permitted",
                        "sh: can't create /file: Read-only file system",
                    ])
                #expect(try owner(path + "/x") == [1000, 1001])
                #expect(try owner(path + "/a/b") == [0, 0])
                #expect(try owner(path + "/a/b/y") == [0, 0])
                // Others are not.
                let other = try await run(scope, "cat /v/private; cat /v/x; touch /v/z") {
                    $0.volumes = volumes
                    $0.user = UserSpec(uid: 1234)
                }
                #expect(
                    other == [
                        "cat: can't open '/v/private': Permission denied", "touch: /v/z: Permission denied",
                    ])
            }
        }

        @Test func `what cannot be mapped starts nothing, and says what it is`() async throws {
            try await scope { scope in
                let volume = try await run(scope, "true") {
                    $0.volumes = [VolumePlacement(name: "kernel", source: "/sys/kernel", target: "/v")]
                }
                #expect(
                    volume == [
                        "the file system of volume \"kernel\" does not support idmapped mounts, which hostUsers: false needs"
                    ])
                let layer = try await run(scope, "true") { $0.layers.append("/sys/kernel") }
                #expect(
                    layer == [
                        "the file system that images are kept on does not support idmapped mounts, which hostUsers: false "
                            + "needs"
                    ])
            }
        }

        @Test func `volumes of memory and images have the pod's ids`() async throws {
            try await scope { scope in
                let image = try directory(scope, "other")
                try scope.write("of an image\n", image + "/file")
                chown(image + "/file", 1000, 1001)
                let second = try directory(scope, "second")
                let memory = try directory(scope, "memory")
                let lines = try await run(
                    scope,
                    "stat -c %u:%g:%a /m /m/.; touch /m/x; stat -c %u:%g /m/x /part /i/file /j/file; cat /i/file; "
                        + "(touch /i/x) || true"
                ) {
                    $0.volumes = [
                        VolumePlacement(name: "m", source: memory, target: "/m", isMemory: true),
                        VolumePlacement(name: "m", source: memory, subPath: "made", target: "/part", isMemory: true),
                        VolumePlacement(name: "i", layers: [image], target: "/i"),
                        VolumePlacement(name: "j", layers: [image, second], target: "/j"),
                    ]
                } pod: {
                    $0.memoryVolumes = [
                        MemoryVolumePlan(name: "m", path: memory, bytes: 1 << 20, mode: 0o2770, group: 3000)
                    ]
                }
                #expect(
                    lines == [
                        "0:3000:2770", "0:3000:2770", "0:3000", "0:3000", "1000:1001", "1000:1001", "of an image",
                        "touch: /i/x: Read-only file system",
                    ])
            }
        }

        // MARK: what it cannot do

        @Test func `every capability inside is none outside`() async throws {
            try await scope { scope in
                let path = scope.directory + "/sentinel-file"
                try scope.write("untouched\n", path)
                let before = try Files.readText("/proc/sys/kernel/hostname")
                let lines = try await run(
                    scope,
                    """
                    t() { if "$@" >/dev/null 2>&1; then echo "did: $*"; else echo "not: $*"; fi; }
                    w() { if (echo "$2" > "$1") 2>/dev/null; then echo "wrote: $1"; else echo "not: $1"; fi; }
                    t mount -t tmpfs t /tmp
                    t umount /dev/shm
                    t umount /proc/kcore
                    t mount -o remount,rw,bind /sys
                    t mount -o remount,rw,bind /proc/sys
                    t mount -o remount,dev,bind /dev
                    t mknod /tmp/null c 1 3
                    t sh -c 'date -s 2001-01-01; [ $(date +%Y) = 2001 ]'
                    t mount -t proc p /tmp
                    w /proc/sys/kernel/core_pattern '|/bin/sh'
                    w /proc/sysrq-trigger h
                    w /proc/sys/kernel/hostname other
                    w /sys/kernel/uevent_helper /x
                    w /sys/fs/cgroup/cgroup.procs 0
                    w /proc/1/oom_score_adj -1000
                    """
                ) {
                    $0.capabilities = scope.host.capabilities
                    $0.seccomp = .unconfined
                    $0.noNewPrivileges = false
                }
                #expect(
                    lines == [
                        "did: mount -t tmpfs t /tmp", "not: umount /dev/shm", "not: umount /proc/kcore",
                        "not: mount -o remount,rw,bind /sys", "not: mount -o remount,rw,bind /proc/sys",
                        "not: mount -o remount,dev,bind /dev", "not: mknod /tmp/null c 1 3",
                        "not: sh -c date -s 2001-01-01; [ $(date +%Y) = 2001 ]",
                        "not: mount -t proc p /tmp", "not: /proc/sys/kernel/core_pattern", "not: /proc/sysrq-trigger",
                        "not: /proc/sys/kernel/hostname", "not: /sys/kernel/uevent_helper",
                        "not: /sys/fs/cgroup/cgroup.procs", "not: /proc/1/oom_score_adj",
                    ])
                #expect(try Files.readText("/proc/sys/kernel/hostname") == before)
            }
        }

        @Test func `privileged is privileged in there, and still nobody outside`() async throws {
            try await scope { scope in
                let lines = try await run(
                    scope,
                    """
                    (echo '|/bin/sh' > /proc/sys/kernel/core_pattern) 2>/dev/null || echo refused
                    (echo h > /proc/sysrq-trigger) 2>/dev/null || echo refused
                    hostname changed && hostname
                    mknod /tmp/disk b 254 0 2>/dev/null || echo refused
                    """
                ) { $0.privileged = true }
                #expect(lines == ["refused", "refused", "changed", "refused"])
            }
        }

        @Test func `an unmasked proc shows what it shows, and can be written by nobody`() async throws {
            try await scope { scope in
                let lines = try await run(
                    scope,
                    """
                    cat /proc/keys >/dev/null && echo keys
                    for f in core_pattern modprobe sysrq randomize_va_space; do
                        (echo 1 > /proc/sys/kernel/$f) 2>/dev/null && echo "wrote $f"
                    done
                    (echo h > /proc/sysrq-trigger) 2>/dev/null && echo wrote
                    head -c 1 /proc/kcore 2>/dev/null | grep -c . ; echo end
                    """
                ) {
                    $0.maskedPaths = []
                    $0.readOnlyPaths = []
                }
                #expect(lines.last == "end")
                #expect(!lines.contains { $0.hasPrefix("wrote") })
                #expect(!lines.contains("1"))
            }
        }

        @Test func `a user namespace of its own is a matter of the filter, as ever`() async throws {
            try await scope { scope in
                let filtered = try await run(scope, "unshare -U true && echo did; true")
                #expect(!filtered.contains("did"))
                let nested = try await run(scope, "unshare -r id -u") {
                    $0.seccomp = .unconfined
                    $0.maskedPaths = []
                    $0.readOnlyPaths = []
                }
                #expect(nested == ["0"])
            }
        }

        // MARK: the rest of a pod's life

        @Test(.enabled(if: PodNamespaceTests.missing == nil, "\(PodNamespaceTests.missing ?? "")"))
        func `parameters, message queues and the network belong to the pod's root`() async throws {
            try await scope { scope in
                let lines = try await run(
                    scope,
                    """
                    cat /proc/sys/kernel/shm_rmid_forced /proc/sys/net/ipv4/ip_unprivileged_port_start
                    touch /dev/mqueue/q && stat -c %u:%g /dev/mqueue/q
                    cat /sys/class/net/lo/flags
                    """, { _ in }
                ) {
                    $0.kernelParameters = [
                        KernelParameter(path: "kernel/shm_rmid_forced", value: "1"),
                        KernelParameter(path: "net/ipv4/ip_unprivileged_port_start", value: "77"),
                    ]
                }
                #expect(lines == ["1", "77", "0:0", "0x9"])
                let outcome = try await scope.run(["true"]) { _ in
                } pod: {
                    $0.hasOwnUsers = true
                    $0.kernelParameters = [
                        KernelParameter(path: "kernel/shm_rmid_forced", value: "1"),
                        KernelParameter(path: "net/ipv4/no_such_thing", value: "1"),
                    ]
                }
                #expect(
                    outcome.failure
                        == StartFailure(
                            kind: .setup,
                            message: "this kernel has no parameter net.ipv4.no_such_thing for the namespaces of a pod"))
            }
        }

        @Test func `processes that containers share`() async throws {
            try await scope { scope in
                let lines = try await run(
                    scope,
                    "id -u; grep -E '^(Uid|CapEff):' /proc/1/status; kill -9 1; ls /proc/1/fd; readlink /proc/self/ns/user | grep -c user",
                    {
                        $0.capabilities = scope.host.capabilities
                        $0.seccomp = .unconfined
                    }
                ) { $0.shareProcessNamespace = true }
                #expect(
                    lines == [
                        "0", "Uid:\t65534\t65534\t65534\t65534", "CapEff:\t0000000000000000",
                        "sh: can't kill pid 1: Operation not permitted",
                        "ls: can't open '/proc/1/fd': Permission denied", "1",
                    ])
            }
        }

        @Test func `another daemon goes on with the same ids, and commands have them too`() async throws {
            try await scope { scope in
                let uid = "pod"
                let command = ["sh", "-c", "cat /proc/self/uid_map; stat -c %u /etc/passwd; exit 1"]
                var plan = scope.pod(uid, command)
                plan.hasOwnUsers = true
                var other = scope.container(uid, ["sleep", "1000"]) {
                    $0.name = "other"
                    $0.upperDirectory = "\(scope.directory)/state/\(uid)/other"
                    $0.logPath = "\(scope.directory)/\(uid)-other.log"
                }
                other.workingDirectory = "/tmp"
                plan.containers.append(other)
                var running = try await scope.host.launch(plan)
                var left = Set(["main ended", "other started"])
                for await event in running.events {
                    if case .exited = event { left.remove("main ended") }
                    if case .started("other", _, _, _) = event { left.remove("other started") }
                    if left.isEmpty { break }
                }
                let first = try #require(try scope.host.users(of: uid)).first
                let before = try LogEntry.read(scope.logPath(uid)).map(\.text)
                #expect(before.first?.split(separator: " ") == ["0", "\(first)", "65536"])

                let next = try PodScope.makeHost(scope.directory)
                running = try #require(try await next.adopt(uid: uid))
                try await running.start(scope.container(uid, command) { $0.attempt = 1 })
                for await event in running.events {
                    guard case .exited(let exit) = event, exit.attempt == 1 else { continue }
                    break
                }
                let all = try LogEntry.read(scope.logPath(uid)).map(\.text)
                #expect(all == before + before)
                // Who does not know the ids any more starts nothing with others.
                let file = "\(scope.directory)/run/pods/\(uid)/users"
                let kept = try Files.readText(file)
                try scope.write("", file)
                let third = try PodScope.makeHost(scope.directory)
                let unknown = try #require(try await third.adopt(uid: uid))
                await #expect(throws: ContainerError.self) {
                    try await unknown.start(scope.container(uid, command) { $0.attempt = 2 })
                }
                try scope.write(kept, file)

                for tty in [false, true] {
                    var exec = ExecPlan(
                        other,
                        arguments: [
                            "sh", "-c",
                            "id -u; pwd; cat /proc/self/uid_map; touch x; stat -c %u:%g x; echo hi > /dev/stderr; "
                                + (tty ? "stat -c %u:%g $(readlink /proc/self/fd/0)" : "echo pipe"),
                        ])
                    exec.tty = tty
                    let session = try await next.exec(uid: uid, exec)
                    var bytes: [UInt8] = []
                    for await chunk in session.output { bytes += chunk }
                    let lines = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline)
                    #expect(await session.wait() == .exited(0))
                    let map = lines.dropFirst(2).first?.split(separator: " ") ?? []
                    #expect(map == ["0", "\(first)", "65536"])
                    #expect(
                        lines.prefix(2) + lines.dropFirst(3)
                            == (tty ? ["0", "/tmp", "0:0", "hi", "0:0"] : ["0", "/tmp", "0:0", "pipe"]), "\(lines)")
                }
                running.kill()
                running.release()
                try await next.remove(uid: uid)
            }
        }

        @Test func `a deadline, a memory limit and a fork bomb end a pod as ever`() async throws {
            try await scope { scope in
                let outcome = try await scope.run(["probe", "eat", "64"]) {
                    $0.limits.memoryLimitBytes = 16 << 20
                } pod: {
                    $0.hasOwnUsers = true
                }
                #expect(outcome.exit?.cause == .oom)
                let late = try await scope.run(["sh", "-c", "trap '' TERM; while :; do sleep 1; done"]) { _ in
                } pod: {
                    $0.hasOwnUsers = true
                    $0.deadline = .milliseconds(300)
                }
                #expect(late.exit?.cause == .deadline)
                #expect(late.exit?.signal == 9)
            }
        }
    }
}
