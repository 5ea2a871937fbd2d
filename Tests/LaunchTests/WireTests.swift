import Testing

@testable import Launch

struct WireTests {
    static let steps: [LaunchStep] = [
        .joinControlGroups(["/a/tasks", "/b/tasks"]), .setOOMScoreAdjust(-5), .newKeyring, .newControlGroupNamespace,
        .isolateMounts,
        .mountRoot(layers: ["/l1", "/l2"], upper: "/u", work: "/w", place: "/m", allowDevices: true),
        .mount(type: "proc", target: "/proc", attributes: [.noSetuid, .noExecute], data: "a=b"),
        .bind(source: "/s", target: "/t", attributes: .readOnly, recursive: true), .device("/dev/null"),
        .link(to: "pts/ptmx", target: "/dev/ptmx"), .makeDirectory(target: "/d", mode: 0o755),
        .mask(target: "/proc/kcore"), .makeReadOnly(target: "/proc/sys"), .makeRootReadOnly, .enterRoot,
        .setResourceLimit(resource: 7, soft: 1024, hard: .max), .changeDirectory("/"),
        .limitBoundingCapabilities(0xff),
        .becomeUser(UserRequest(user: .text("a"), group: .id(3), additionalGroups: [1, 2])),
        .becomeUser(UserRequest(user: .id(0))), .setCapabilities(1), .setNoNewPrivileges,
        .holdVolume(VolumeBind(name: "v", source: "/s", target: "/t", propagation: .bidirectional)),
        .showVolume(
            VolumeBind(
                name: "v", source: "/s", subPath: "a/b", target: "/t", attributes: [.readOnly, .noDevices],
                isRecursive: true, propagation: .hostToContainer)),
        .showImage(layers: ["/l1", "/l2"], bind: VolumeBind(name: "i", source: "", target: "/i"), place: "/m"),
        .loadFilter([1, 2, 3, 4, 5, 6, 7, 8]), .execute(arguments: ["a", "", "ü"], environment: ["A=b"]),
        .joinContainer(user: true), .joinContainer(user: false), .openTerminal, .showConsole,
        .setKernelParameter(path: "net/ipv4/tcp_rmem", value: "1 2\t3"),
        .becomeUser(UserRequest(user: .id(7), additionalGroups: [9], takesImageGroups: false)),
        .mapLayers(["/l1", "/l2"]), .ownFiles(131_072), .joinUserNamespace(first: 131_072),
        .holdVolume(mapped), .showVolume(mapped),
    ]

    private static let mapped: VolumeBind = {
        var bind = VolumeBind(name: "v", source: "/s", target: "/t")
        bind.isMapped = true
        return bind
    }()

    static let container = ContainerLaunch(
        name: "main", attempt: 3, cgroup: "/g", killPath: nil,
        memoryEvents: MemoryEvents(oomControl: "/o", eventControl: "/e"),
        counters: [CounterSource(kind: 9, path: "/c")],
        log: LogLimits(path: "/log", maxBytes: 1 << 40, maxFiles: 2), stopSignal: 2, hasLastHook: true, steps: steps)

    static let interactive = ContainerLaunch(
        name: "i", attempt: 0, log: LogLimits(path: "/log", maxBytes: 1, maxFiles: 1), steps: [],
        streams: [.input, .terminal])

    static let requests: [Request] = [
        .launch(
            PodLaunch(
                uid: "u", hostname: "h", namespaces: [.ipc], deadlineMilliseconds: 12, graceMilliseconds: 0,
                warning: WarningSignal(signal: 10, leadMilliseconds: 60_000), sidecars: ["a", "b"],
                runDirectory: "/run",
                memoryVolumes: [
                    MemoryVolume(name: "m", path: "/m", bytes: 1 << 40, mode: 0o2777, owner: 131_072, group: 5),
                    MemoryVolume(name: "n", path: "/n", bytes: 4096, mode: 0o777),
                ],
                containers: [container])),
        .launch(PodLaunch(uid: "u", hostname: "h", runDirectory: "/run")),
        .launch(
            PodLaunch(
                uid: "u", hostname: "h", namespaces: [.network, .ipc, .sharedPIDs], runDirectory: "/run",
                steps: [.setKernelParameter(path: "kernel/shm_rmid_forced", value: "1")], reaperCgroup: "/g/reaper_")),
        .start(container), .terminate(graceMilliseconds: .max), .kill, .setDeadline(milliseconds: nil),
        .setDeadline(milliseconds: 0), .release, .stop(container: "c", attempt: 3, graceMilliseconds: 5),
        .lastHookEnded(container: "c", attempt: 3),
        .start(interactive),
        .launch(PodLaunch(uid: "u", hostname: "h", runDirectory: "/run", containers: [interactive])),
        .attach(container: "c", [.input, .errors]), .attach(container: "", []), .endInput,
    ]

    static let reports: [Report] =
        [
            .supervisor(processID: 5, uid: "u"), .started(container: "c", attempt: 1, at: .max, processID: 7),
            .failedToStart(
                container: "c", attempt: 0, at: -1,
                LaunchFailure(place: .pod(.raiseLoopback), reason: .call, errno: 1)),
            .exited(
                ExitReport(
                    container: "c", attempt: 2, status: 9, signalled: true, cause: .deadline, startedAt: 1,
                    finishedAt: 2, userMicroseconds: 3, systemMicroseconds: 4, peakResidentBytes: 5, lostLogBytes: 6,
                    counters: [ExitReport.Counter(kind: 1, text: "oom_kill 1\n")])),
            .deadlineReached(at: 0),
            .deadlineWarning(container: "c", attempt: 1, at: 2, signal: 10, leftMilliseconds: 59_999),
            .runsAs(container: "c", attempt: 1, ProcessUser(uid: 1000, gid: 0, groups: [0, 10])),
            .abilities(.all),
        ]
        + steps.enumerated().map { index, step in
            .failedToStart(
                container: "c", attempt: 0, at: 0,
                LaunchFailure(place: .container(index: UInt32(index), step), reason: .noSuchUser, errno: 2))
        }

    private func frame(_ bytes: [UInt8]) throws -> [UInt8] {
        var buffer = FrameBuffer()
        buffer.append(bytes)
        let frame = try #require(try buffer.next())
        #expect(buffer.isEmpty)
        return frame
    }

    @Test(arguments: requests) func `a request is read as it was written`(_ request: Request) throws {
        #expect(try Request(frame: frame(request.encoded)) == request)
    }

    @Test(arguments: reports) func `a report is read as it was written`(_ report: Report) throws {
        #expect(try Report(frame: frame(report.encoded)) == report)
    }

    @Test func `a message cut off anywhere is refused`() throws {
        for request in Self.requests {
            let whole = try frame(request.encoded)
            for length in 0..<whole.count {
                #expect(throws: WireError.self) { try Request(frame: Array(whole.prefix(length))) }
            }
        }
    }

    @Test func `a message with something behind it is refused`() throws {
        for request in Self.requests {
            let whole = try frame(request.encoded)
            #expect(throws: WireError.trailingBytes(1)) { try Request(frame: whole + [0]) }
        }
    }

    @Test func `any byte may be wrong without a trap`() throws {
        for message in try Self.requests.map({ try frame($0.encoded) }) + Self.reports.map({ try frame($0.encoded) }) {
            for index in message.indices {
                for value: UInt8 in [0, 1, 0x7f, 0x80, 0xff] {
                    var wrong = message
                    wrong[index] = value
                    // Whatever they say, they say it as a value.
                    _ = try? Request(frame: wrong)
                    _ = try? Report(frame: wrong)
                }
            }
        }
    }

    @Test func `noise is no message`() {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<2000 {
            let noise = (0..<Int.random(in: 0...200)).map { _ in UInt8.random(in: 0...255, using: &generator) }
            _ = try? Request(frame: noise)
            _ = try? Report(frame: noise)
            var buffer = FrameBuffer()
            buffer.append(noise)
            while let next = try? buffer.next() { _ = try? Request(frame: next) }
        }
    }

    @Test func `a length that promises more than is allowed is refused before it is waited for`() {
        var buffer = FrameBuffer()
        buffer.append([0xff, 0xff, 0xff, 0x7f, 1])
        #expect(throws: WireError.tooLong(0x7fff_ffff)) { try buffer.next() }
    }

    @Test func `a list that promises more than is there ends at the end`() throws {
        // kind start, name "", attempt, no cgroup, no kill path, no events, then 65,535 counters that never come.
        let bytes: [UInt8] = [2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0]
        #expect(throws: WireError.truncated) { try Request(frame: bytes) }
    }

    @Test func `text with a NUL in it or that is not UTF-8 is refused`() throws {
        for bad: [UInt8] in [[0x61, 0, 0x62], [0xff, 0xfe], [0xc0, 0x80]] {
            let frame: [UInt8] = [65, 1, 0, 0, 0, UInt8(bad.count), 0, 0, 0] + bad
            #expect(throws: WireError.notText) { try Report(frame: frame) }
        }
    }

    @Test func `a report of a kind that came later is told from a garbled one`() throws {
        for report in Self.reports { #expect(try Report.isKnown(frame(report.encoded))) }
        #expect(!Report.isKnown([200, 1, 2, 3]))
        #expect(!Report.isKnown([]))
        #expect(throws: WireError.unknownKind(200)) { try Report(frame: [200, 1, 2, 3]) }
    }

    @Test func `that the namespaces are there is said in a frame of its own`() throws {
        let failure = LaunchFailure(place: .pod(.makeNamespaces), reason: .call, errno: 1)
        for notice in [NamespacesNotice(), NamespacesNotice(failure: failure)] {
            #expect(try NamespacesNotice(frame: frame(notice.encoded)) == notice)
            #expect(try !Report.isKnown(frame(notice.encoded)))
        }
        #expect(throws: WireError.unknownKind(4)) { try NamespacesNotice(frame: [4]) }
        #expect(throws: WireError.truncated) { try NamespacesNotice(frame: [127]) }
    }

    /// A supervisor may be older than the daemon that speaks to it, and a report older than the daemon that reads it.
    @Test func `what a running supervisor may be sent, and what it says, has the form it always had`() throws {
        #expect(try frame(Request.terminate(graceMilliseconds: 1).encoded) == [3, 1, 0, 0, 0, 0, 0, 0, 0])
        #expect(try frame(Request.kill.encoded) == [4])
        #expect(try frame(Request.setDeadline(milliseconds: nil).encoded) == [5, 0])
        #expect(try frame(Request.setDeadline(milliseconds: 2).encoded) == [5, 1, 2, 0, 0, 0, 0, 0, 0, 0])
        #expect(try frame(Request.release.encoded) == [6])
        #expect(try frame(Report.deadlineReached(at: 3).encoded) == [69, 3, 0, 0, 0, 0, 0, 0, 0])
        #expect(
            try frame(
                Report.deadlineWarning(container: "", attempt: 0, at: 0, signal: 1, leftMilliseconds: 0)
                    .encoded
            ).first == 70)
    }

    @Test func `a container without a hook and streams is started in the form that every supervisor understands`()
        throws
    {
        var container = Self.container
        container.hasLastHook = false
        let plain = try frame(Request.start(container).encoded)
        #expect(plain.first == 2)
        container.streams = [.input, .inputOnce]
        let newer = try frame(Request.start(container).encoded)
        #expect(newer == [40] + plain.dropFirst() + [3, 0])
        #expect(throws: WireError.badValue("streams")) { try Request(frame: newer.dropLast(2) + [8, 0]) }
        container.streams = []
        container.hasLastHook = true
        #expect(try frame(Request.start(container).encoded) == [40] + plain.dropFirst() + [0, 1])
    }

    @Test(arguments: [
        AttachReport.stream(.input), .stream(.terminal), .attached, .refused(.notRunning), .refused(.tooMany),
        .refused(.noPipes), .ended, .tooSlow,
    ])
    func `what is said to one who attaches is read as it was written, and is no report`(_ report: AttachReport) throws {
        let whole = try frame(report.encoded)
        #expect(try AttachReport(frame: whole) == report)
        #expect(AttachReport.isKnown(whole))
        #expect(!Report.isKnown(whole))
        for length in 0..<whole.count {
            #expect(throws: WireError.self) { try AttachReport(frame: Array(whole.prefix(length))) }
        }
        for report in Self.reports { #expect(try !AttachReport.isKnown(frame(report.encoded))) }
    }

    @Test func `frames arrive in any pieces`() throws {
        let stream = Self.reports.flatMap(\.encoded)
        for size in [1, 2, 3, 7, 64, 4096] {
            var buffer = FrameBuffer()
            var seen: [Report] = []
            for start in stride(from: 0, to: stream.count, by: size) {
                buffer.append(Array(stream[start..<min(start + size, stream.count)]))
                while let frame = try buffer.next() { seen.append(try Report(frame: frame)) }
            }
            #expect(seen == Self.reports)
            #expect(buffer.isEmpty)
        }
    }

    @Test func `a report says the step that a strict user is, and one of an older daemon the step it knew`() throws {
        let strict = UserRequest(user: .id(7), takesImageGroups: false)
        var (writer, older) = (WireWriter(), WireWriter())
        LaunchStep.becomeUser(strict).write(to: &writer)
        LaunchStep.becomeUser(UserRequest(user: .id(7))).write(to: &older)
        #expect(older.bytes.first == 19)
        #expect(writer.bytes.dropFirst() == older.bytes.dropFirst())
    }

    @Test func `what a container leaves before it runs is told from a failure`() {
        let user = ProcessUser(uid: 1, gid: 2, groups: [2, 3])
        for notice in [ExecutionNotice(user: user), ExecutionNotice(user: nil)] {
            #expect(notice.encoded.count != StepFailure.bytes)
            var bytes = (notice.encoded + [1, 2, 3])[...]
            #expect(ExecutionNotice.take(from: &bytes) == notice)
            #expect(Array(bytes) == [1, 2, 3])
            for length in 0..<notice.encoded.count {
                var part = notice.encoded.prefix(length)
                #expect(ExecutionNotice.take(from: &part) == nil)
                #expect(part.count == length)
            }
        }
        var noise: ArraySlice<UInt8> = [0x78, 0xff, 0xff, 0xff, 0xff, 0, 0]
        #expect(ExecutionNotice.take(from: &noise) == nil)
    }

    @Test func `a step failure fits into its nine bytes`() throws {
        let failure = StepFailure(index: 0x7878_7878, errno: -1, reason: .noSuchGroup)
        #expect(failure.encoded.count == StepFailure.bytes)
        #expect(try StepFailure(failure.encoded) == failure)
    }
}
