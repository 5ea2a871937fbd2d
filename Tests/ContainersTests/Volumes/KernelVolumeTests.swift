import Foundation
import Linux
import Testing

@testable import Containers

extension KernelTests {
    /// Volumes in real containers.
    @Suite(.serialized) struct Volumes {
        private func directory(_ scope: PodScope, _ name: String = "volume") throws -> String {
            let path = scope.directory + "/" + name
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
            try FileManager.default.setAttributes([.posixPermissions: 0o777], ofItemAtPath: path)
            return path
        }

        @Test func `a container writes to a volume, and a read-only one it cannot change`() async throws {
            try await PodScope.with { scope in
                let path = try directory(scope)
                let outcome = try await scope.run([
                    "sh", "-c", "echo hi > /v/file; echo no > /r/deep/file2; cat /r/deep/file",
                ]) {
                    $0.volumes = [
                        VolumePlacement(name: "r", source: path, target: "/r/deep", isReadOnly: true),
                        VolumePlacement(name: "v", source: path, target: "/v"),
                    ]
                }
                #expect(outcome.exit?.exitCode == 0)
                #expect(try outcome.output("stdout") == "hi\n")
                #expect(try outcome.output("stderr").contains("Read-only file system"))
                #expect(try FileManager.default.contentsOfDirectory(atPath: path) == ["file"])
            }
        }

        @Test(arguments: [false, true])
        func `read-only holds for what is mounted below it only if that was asked for`(_ isRecursive: Bool) async throws
        {
            try await PodScope.with { scope in
                let path = try directory(scope)
                let inner = try directory(scope, "volume/inner")
                #expect(mount("tmpfs", inner, "tmpfs", 0, nil) == 0)
                defer { umount2(inner, Int32(MNT_DETACH)) }
                let outcome = try await scope.run(["touch", "/v/inner/x"]) {
                    $0.volumes = [
                        VolumePlacement(
                            name: "v", source: path, target: "/v", isReadOnly: true, isRecursive: isRecursive)
                    ]
                }
                #expect((outcome.exit?.exitCode == 0) == !isRecursive)
            }
        }

        @Test func `a part that is missing is made like the volume itself`() async throws {
            try await PodScope.with { scope in
                let path = try directory(scope)
                chown(path, 0, 4242)
                chmod(path, 0o2770)
                let outcome = try await scope.run(["sh", "-c", "pwd; ls /v; touch /v/x"]) {
                    $0.volumes = [VolumePlacement(name: "v", source: path, subPath: "a/./b", target: "/v")]
                }
                #expect(outcome.exit?.exitCode == 0)
                for name in ["/a", "/a/b"] {
                    let status = try OwnedDescriptor.open(path + name, [.place]).status()
                    #expect(status.mode == 0o2770 && status.group == 4242)
                }
                #expect(Files.exists(path + "/a/b/x"))
            }
        }

        @Test func `a part can be a file, also behind a link that stays inside`() async throws {
            try await PodScope.with { scope in
                let path = try directory(scope)
                try scope.write("text\n", path + "/file")
                try scope.link(path + "/link", to: "./file")
                let outcome = try await scope.run(["cat", "/etc/a", "/b/c"]) {
                    $0.volumes = [
                        VolumePlacement(name: "v", source: path, subPath: "file", target: "/etc/a"),
                        VolumePlacement(name: "v", source: path, subPath: "link", target: "/b/c"),
                    ]
                }
                #expect(try outcome.output() == "text\ntext\n")
            }
        }

        @Test(arguments: ["/", "SENTINEL", "../sentinel", "/proc/self/root", "in/../../sentinel"])
        func `a part behind a link that leads out is refused`(_ target: String) async throws {
            try await PodScope.with { scope in
                let sentinel = try scope.sentinel()
                let path = try directory(scope)
                _ = try directory(scope, "volume/in")
                try scope.link(path + "/out", to: target.replacing("SENTINEL", with: sentinel))
                for subPath in ["out", "out/new", "out/file"] {
                    let outcome = try await scope.run(["touch", "/v/x"]) {
                        $0.volumes = [VolumePlacement(name: "v", source: path, subPath: subPath, target: "/v")]
                    }
                    #expect(outcome.exit == nil)
                    #expect(
                        outcome.failure?.message.hasPrefix("failed to prepare subPath for volumeMount \"v\": ") == true)
                }
                #expect(try scope.untouched(sentinel))
            }
        }

        /// CVE-2017-1002101 and CVE-2021-25741: what was looked at is what is mounted, however often it changes.
        @Test func `a part that is swapped for a link while it is looked up never leads out`() async throws {
            try await PodScope.with { scope in
                let sentinel = try scope.sentinel()
                let path = try directory(scope)
                _ = try directory(scope, "volume/d/sub")
                try scope.link(path + "/l", to: sentinel)
                try scope.link(path + "/m", to: "../sentinel")
                let swapper = Swapper(path, ["d", "l", "m"], as: "x")
                var started = 0
                for number in 0..<100 {
                    let outcome = try await scope.run(["sh", "-c", "ls -a /v; echo pwned > /v/file"]) {
                        $0.volumes = [
                            VolumePlacement(
                                name: "v", source: path, subPath: number.isMultiple(of: 2) ? "x" : "x/sub/new",
                                target: "/v")
                        ]
                    }
                    if outcome.exit?.exitCode == 0 { started += 1 }
                }
                let swaps = swapper.stop()
                #expect(try scope.untouched(sentinel))
                // Otherwise this tested nothing.
                #expect(started > 0 && swaps > 100, "\(started) started, \(swaps) swaps")
            }
        }

        /// CVE-2021-30465 and CVE-2024-45310: the place inside the root, in a volume that somebody else changes.
        @Test func `a place that is swapped for a link while it is mounted on stays in the root`() async throws {
            try await PodScope.with { scope in
                let sentinel = try scope.sentinel()
                let (path, other) = (try directory(scope), try directory(scope, "other"))
                _ = try directory(scope, "volume/d")
                try scope.link(path + "/l", to: sentinel)
                try scope.link(path + "/m", to: "../../../../../.." + sentinel)
                let swapper = Swapper(path, ["d", "l", "m"], as: "x")
                var started = 0
                for _ in 0..<100 {
                    let outcome = try await scope.run(["true"]) {
                        $0.volumes = [
                            VolumePlacement(name: "v", source: path, target: "/v"),
                            VolumePlacement(name: "o", source: other, target: "/v/x/made/for/it"),
                        ]
                    }
                    if outcome.exit?.exitCode == 0 { started += 1 }
                }
                let swaps = swapper.stop()
                #expect(try scope.untouched(sentinel))
                #expect(started > 0 && swaps > 100, "\(started) started, \(swaps) swaps")
            }
        }

        @Test func `a link of the image at the place stays in the root, and none leads onto proc`() async throws {
            try await PodScope.with { scope in
                let sentinel = try scope.sentinel()
                let path = try directory(scope)
                try scope.link(scope.image + "/data", to: sentinel)
                try scope.link(scope.image + "/kernel", to: "/proc/sys")
                // Inside there is no such directory, and none is made behind a link that leads nowhere.
                let nowhere = try await scope.run(["true"]) {
                    $0.volumes = [VolumePlacement(name: "v", source: path, target: "/data/sub")]
                }
                #expect(nowhere.exit == nil && nowhere.failure != nil)
                try scope.link(scope.image + "/homes", to: "/home")
                let inside = try await scope.run(["touch", "/homes/sub/x", "/home/sub/y"]) {
                    $0.volumes = [VolumePlacement(name: "v", source: path, target: "/homes/sub")]
                }
                #expect(inside.exit?.exitCode == 0)
                #expect(try FileManager.default.contentsOfDirectory(atPath: path).sorted() == ["x", "y"])
                #expect(try scope.untouched(sentinel))
                let kernel = try await scope.run(["true"]) {
                    $0.volumes = [VolumePlacement(name: "v", source: path, target: "/kernel")]
                }
                #expect(
                    kernel.failure?.message.hasPrefix("mount volume \"v\" at \"/kernel\": invalid argument") == true)
            }
        }

        @Test func `a volume of memory is full at its size, shared by attempts, and gone with the pod`() async throws {
            try await PodScope.with { scope in
                let path = try directory(scope, "memory")
                let mounts = try Files.readText("/proc/self/mountinfo")
                let uid = "memory"
                func container(_ attempt: Int, _ script: String) -> ContainerPlan {
                    scope.container(uid, ["sh", "-c", script]) {
                        $0.attempt = attempt
                        $0.volumes = [VolumePlacement(name: "m", source: path, target: "/m")]
                    }
                }
                let first = container(
                    0, "dd if=/dev/zero of=/m/x bs=1024k count=3; ls -ld /m; busybox stat -f -c %T /m")
                let running = try await scope.host.launch(
                    PodPlan(
                        uid: uid, hostname: "h",
                        memoryVolumes: [
                            MemoryVolumePlan(name: "m", path: path, bytes: 1 << 20, mode: 0o2770, group: 4242)
                        ],
                        containers: [first]))
                var ended = 0
                for await event in running.events {
                    guard case .exited = event else { continue }
                    ended += 1
                    if ended == 2 { break }
                    try await running.start(container(1, "busybox stat -c %s /m/x"))
                }
                let log = try Files.readText(scope.logPath(uid))
                #expect(log.contains("No space left on device"))
                #expect(log.contains("drwxrws---"))
                #expect(log.contains("tmpfs"))
                #expect(log.contains("1048576"))
                // Nobody outside the pod sees it.
                #expect(try FileManager.default.contentsOfDirectory(atPath: path).isEmpty)
                running.release()
                try await scope.host.remove(uid: uid)
                #expect(try Files.readText("/proc/self/mountinfo") == mounts)
            }
        }

        @Test func `what the host mounts later is seen by those who follow, and what they mount by the host if asked`()
            async throws
        {
            try await PodScope.with { scope in
                let path = try directory(scope)
                let inner = try directory(scope, "volume/inner")
                _ = try directory(scope, "volume/back")
                #expect(mount(path, path, nil, UInt(MS_BIND), nil) == 0)
                #expect(mount(nil, path, nil, UInt(MS_SHARED), nil) == 0)
                defer { umount2(path, Int32(MNT_DETACH)) }
                let script = """
                    until [ -e /f/inner/mark ]; do sleep 0.05; done; ls /n/inner; \
                    busybox mount -t tmpfs none /b/back && echo mounted; until [ -e /b/back/go ]; do sleep 0.05; done
                    """
                let plan = scope.pod("propagation", ["sh", "-c", script]) {
                    $0.privileged = true
                    $0.seccomp = .unconfined
                    $0.volumes = [
                        VolumePlacement(name: "n", source: path, target: "/n"),
                        VolumePlacement(name: "f", source: path, target: "/f", propagation: .hostToContainer),
                        VolumePlacement(name: "b", source: path, target: "/b", propagation: .bidirectional),
                    ]
                }
                let running = try await scope.host.launch(plan)
                for await event in running.events {
                    if case .started = event { break }
                }
                #expect(mount("tmpfs", inner, "tmpfs", 0, nil) == 0)
                try scope.write("", inner + "/mark")
                for _ in 0..<200 where !MountTable.places(below: path).contains(path + "/back") {
                    try await Task.sleep(for: .milliseconds(50))
                }
                #expect(MountTable.places(below: path).contains(path + "/back"))
                try scope.write("", path + "/back/go")
                let outcome = await scope.finish(running)
                #expect(outcome.exit?.exitCode == 0)
                #expect(try outcome.output() == "mounted\n")
                running.release()
                try await scope.host.remove(uid: "propagation")
            }
        }

        @Test(arguments: [1, 2])
        func `the files of an image are there to be read`(_ count: Int) async throws {
            try await PodScope.with { scope in
                let layers = try (1...count).map { try directory(scope, "layer\($0)") }
                try FileManager.default.createDirectory(
                    atPath: layers[0] + "/models/small", withIntermediateDirectories: true)
                try scope.write("bottom\n", layers[0] + "/name")
                try scope.write("weights\n", layers[0] + "/models/small/w")
                try scope.write("top\n", layers[count - 1] + "/name")
                let outcome = try await scope.run(["sh", "-c", "cat /i/name /m/w; touch /i/x; touch /m/x; ls /"]) {
                    $0.volumes = [
                        VolumePlacement(name: "i", layers: layers, target: "/i"),
                        VolumePlacement(name: "i", layers: layers, subPath: "models/small", target: "/m"),
                    ]
                }
                #expect(outcome.exit?.exitCode == 0)
                #expect(try outcome.output("stdout").hasPrefix("top\nweights\n"))
                #expect(try outcome.output("stdout").contains("\nbin\n"))
                #expect(try outcome.output("stderr").split(separator: "\n").count { $0.contains("Read-only") } == 2)
            }
        }
    }
}

/// Puts one of several things in a place, in turns, as fast as it can.
private final class Swapper: @unchecked Sendable {
    /// Guards what is below.
    private let lock = NSLock()
    private var isStopped = false
    private var swaps = 0
    private let ended = DispatchSemaphore(value: 0)

    init(_ directory: String, _ names: [String], as place: String) {
        Thread.detachNewThread { [self] in run(directory, names, place) }
    }

    private func run(_ directory: String, _ names: [String], _ place: String) {
        while !lock.withLock({ isStopped }) {
            for name in names {
                rename(directory + "/" + name, directory + "/" + place)
                lock.withLock { swaps += 1 }
                sched_yield()
                rename(directory + "/" + place, directory + "/" + name)
            }
        }
        ended.signal()
    }

    func stop() -> Int {
        lock.withLock { isStopped = true }
        ended.wait()
        return lock.withLock { swaps }
    }
}
