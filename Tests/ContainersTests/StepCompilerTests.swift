import Launch
import Testing

@testable import Containers

/// The order of steps is most of the security, so it is an ordinary test.
struct StepCompilerTests {
    private func plan(_ change: (inout ContainerPlan) -> Void = { _ in }) -> ContainerPlan {
        var plan = ContainerPlan(
            name: "main", layers: ["/layers/1", "/layers/2"], upperDirectory: "/state/main", arguments: ["sh"],
            environment: ["PATH=/bin"], workingDirectory: "/work",
            mounts: [BindMount(source: "/a", target: "/etc/hosts", readOnly: true)],
            logPath: "/logs/0.log")
        change(&plan)
        return plan
    }

    private func steps(
        _ plan: ContainerPlan, namespaces: PodNamespaces = .all,
        groups: StepCompiler.Groups = .init(tasks: ["/g/tasks"], legacy: [("memory", "/g")]),
        filter: [UInt8] = Array(repeating: 0, count: 8)
    ) throws -> [LaunchStep] {
        try StepCompiler(
            plan: plan, namespaces: namespaces, groups: groups, shared: .init(base: "/run/base", place: "/run/root"),
            filter: filter
        ).compile()
    }

    private func position(_ steps: [LaunchStep], _ matches: (LaunchStep) -> Bool) throws -> Int {
        let index = steps.firstIndex(where: matches)
        return try #require(index)
    }

    @Test func `the golden list`() throws {
        let names = try steps(plan()).map { step in String(String(describing: step).prefix { $0 != "(" }) }
        #expect(
            names == [
                "joinControlGroups", "setOOMScoreAdjust", "newKeyring", "newControlGroupNamespace", "isolateMounts",
                "mountRoot", "mount", "mount", "mount", "device", "device", "device", "device", "device", "device",
                "mount", "link", "link", "link", "link", "link", "mount", "mount", "mount", "bind", "makeReadOnly",
                "bind", "makeDirectory",
            ] + Array(repeating: "makeReadOnly", count: 5) + Array(repeating: "mask", count: 14) + [
                "enterRoot", "changeDirectory", "limitBoundingCapabilities", "becomeUser", "setCapabilities",
                "setNoNewPrivileges", "loadFilter", "execute",
            ])
    }

    @Test func `a terminal is opened when /dev/pts is new, before anything of the operator's or the image's is there`()
        throws
    {
        let steps = try steps(plan { $0.streams = [.terminal, .input] })
        let opened = try position(steps) { $0 == .openTerminal }
        #expect(steps[opened + 1] == .showConsole)
        #expect(
            steps[opened - 1]
                == .mount(
                    type: "mqueue", target: "/dev/mqueue", attributes: [.noSetuid, .noDevices, .noExecute], data: ""))
        #expect(try opened < position(steps) { if case .bind(_, "/etc/hosts", _, _) = $0 { true } else { false } })
        #expect(try !self.steps(plan { $0.streams = .input }).contains(.openTerminal))
    }

    struct Order: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var first: @Sendable (LaunchStep) -> Bool
        var second: @Sendable (LaunchStep) -> Bool
    }

    @Test(arguments: [
        Order(
            testDescription: "groups are joined before the cgroup namespace",
            first: { if case .joinControlGroups = $0 { true } else { false } },
            second: { $0 == .newControlGroupNamespace }),
        Order(
            testDescription: "mounts are private before the first one", first: { $0 == .isolateMounts },
            second: { if case .mountRoot = $0 { true } else { false } }),
        Order(
            testDescription: "/proc is there before it is masked",
            first: { if case .mount("proc", _, _, _) = $0 { true } else { false } },
            second: { if case .mask = $0 { true } else { false } }),
        Order(
            testDescription: "/dev is there before what the operator mounts",
            first: { if case .mount("tmpfs", "/dev", _, _) = $0 { true } else { false } },
            second: { if case .bind(_, "/etc/hosts", _, _) = $0 { true } else { false } }),
        Order(
            testDescription: "masks come after the operator's mounts",
            first: { if case .bind(_, "/etc/hosts", _, _) = $0 { true } else { false } },
            second: { if case .mask = $0 { true } else { false } }),
        Order(
            testDescription: "everything is mounted before the root is entered",
            first: { if case .mask("/sys/firmware") = $0 { true } else { false } }, second: { $0 == .enterRoot }),
        Order(
            testDescription: "the bounding set is cut before the user changes",
            first: { if case .limitBoundingCapabilities = $0 { true } else { false } },
            second: { if case .becomeUser = $0 { true } else { false } }),
        Order(
            testDescription: "capabilities are set after the user changed",
            first: { if case .becomeUser = $0 { true } else { false } },
            second: { if case .setCapabilities = $0 { true } else { false } }),
        Order(
            testDescription: "the filter is the last thing before exec", first: { $0 == .setNoNewPrivileges },
            second: { if case .loadFilter = $0 { true } else { false } }),
    ])
    func `what comes first`(_ row: Order) throws {
        let steps = try steps(plan())
        #expect(try position(steps, row.first) < position(steps, row.second))
    }

    @Test func `without no_new_privs the filter comes while we may still load it`() throws {
        let steps = try steps(plan { $0.noNewPrivileges = false })
        let filter = try position(steps) { if case .loadFilter = $0 { true } else { false } }
        let user = try position(steps) { if case .becomeUser = $0 { true } else { false } }
        #expect(filter < user)
        #expect(!steps.contains(.setNoNewPrivileges))
    }

    @Test func `a read-only root is made so after directories were made in it`() throws {
        let steps = try steps(plan { $0.readOnlyRoot = true })
        let directory = try position(steps) { if case .makeDirectory = $0 { true } else { false } }
        #expect(try directory < position(steps) { $0 == .makeRootReadOnly })
    }

    @Test func `a privileged container has nothing masked and its devices work`() throws {
        let steps = try steps(plan { $0.privileged = true }, filter: [])
        #expect(!steps.contains { if case .mask = $0 { true } else { false } })
        #expect(!steps.contains { if case .loadFilter = $0 { true } else { false } })
        #expect(steps.contains { if case .mountRoot(_, _, _, _, allowDevices: true) = $0 { true } else { false } })
    }

    @Test func `a unified host has one cgroup mount and nothing to join`() throws {
        let steps = try steps(plan(), groups: .init())
        #expect(!steps.contains { if case .joinControlGroups = $0 { true } else { false } })
        #expect(
            steps.contains(
                .mount(
                    type: "cgroup2", target: "/sys/fs/cgroup",
                    attributes: [.readOnly, .noSetuid, .noDevices, .noExecute], data: "")))
    }

    struct Refused: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var change: @Sendable (inout ContainerPlan) -> Void
    }

    @Test(arguments: [
        Refused(testDescription: "command: no command specified") { $0.arguments = [] },
        Refused(testDescription: "command: no command specified") { $0.arguments = [""] },
        Refused(testDescription: "argument: has a NUL byte in it") { $0.arguments = ["a", "b\0c"] },
        Refused(testDescription: "environment: longer than 128 KiB") {
            $0.environment = ["A=" + String(repeating: "x", count: 131_072)]
        },
        Refused(testDescription: "command: arguments and environment are longer than 2 MiB together") {
            $0.environment = Array(repeating: String(repeating: "x", count: 100_000), count: 30)
        },
        Refused(testDescription: #"working directory: "work" is not an absolute path"#) {
            $0.workingDirectory = "work"
        },
        Refused(testDescription: #"mount target: "/proc/self/attr" is inside /proc"#) {
            $0.mounts = [BindMount(source: "/a", target: "/proc/self/attr")]
        },
        Refused(testDescription: #"mount target: "//proc" is inside /proc"#) {
            $0.mounts = [BindMount(source: "/a", target: "//proc")]
        },
        Refused(testDescription: #"mount target: "/" is not a place inside the container"#) {
            $0.mounts = [BindMount(source: "/a", target: "/")]
        },
        Refused(testDescription: #"mount target: "/x/../proc" is not a place inside the container"#) {
            $0.mounts = [BindMount(source: "/a", target: "/x/../proc")]
        },
        Refused(testDescription: "layers: an image has 1 to 499 layers, this one has 0") { $0.layers = [] },
        Refused(testDescription: #"user: "1000:" is not a user and a group"#) { $0.user = UserSpec(image: "1000:") },
        Refused(testDescription: #"user: "-1" is not a user"#) { $0.user = UserSpec(image: "-1") },
        Refused(testDescription: #"user: "4294967296" is not a user"#) { $0.user = UserSpec(image: "4294967296") },
        Refused(testDescription: #"user: "root " is not a user"#) { $0.user = UserSpec(image: "root ") },
        Refused(testDescription: "runAsUser: 2147483648 is not between 0 and 2147483647") {
            $0.user = UserSpec(uid: 2_147_483_648)
        },
        Refused(testDescription: "runAsUser: -1 is not between 0 and 2147483647") { $0.user = UserSpec(uid: -1) },
        Refused(testDescription: "runAsGroup: 4294967295 is not between 0 and 2147483647") {
            $0.user = UserSpec(gid: 4_294_967_295)
        },
        Refused(testDescription: "oomScoreAdjust: 1001 is not between -1000 and 1000") { $0.oomScoreAdjust = 1001 },
        Refused(testDescription: #"container name: "../x" is not made of letters, digits and hyphens"#) {
            $0.name = "../x"
        },
        Refused(testDescription: "stop signal: 0 is no signal") { $0.stopSignal = 0 },
    ])
    func `a plan that cannot be is refused by name`(_ row: Refused) {
        let error = #expect(throws: ContainerError.self) { try steps(plan(row.change)) }
        #expect(error?.description == row.testDescription)
    }

    @Test(
        arguments: [
            (UserSpec(), UserRequest(user: .id(0))),
            (UserSpec(image: "0:0"), UserRequest(user: .id(0), group: .id(0))),
            (UserSpec(image: "alice:wheel"), UserRequest(user: .text("alice"), group: .text("wheel"))),
            (UserSpec(image: "alice:wheel", uid: 5), UserRequest(user: .id(5))),
            (UserSpec(image: "alice:wheel", gid: 6), UserRequest(user: .text("alice"), group: .id(6))),
            (UserSpec(image: "alice", uid: 5, gid: 6), UserRequest(user: .id(5), group: .id(6))),
        ] as [(UserSpec, UserRequest)])
    func `the operator's numbers win over the image's text`(_ spec: UserSpec, _ request: UserRequest) throws {
        #expect(try PlanCheck.user(spec, additionalGroups: []) == request)
    }

    /// Images name users in many ways; none of them may become another user on the way (CVE-2024-40635).
    @Test(
        arguments: [
            ("0:alice", UserRequest(user: .id(0), group: .text("alice"))),
            ("alice:0", UserRequest(user: .text("alice"), group: .id(0))),
            ("1000:2147483647", UserRequest(user: .id(1000), group: .id(2_147_483_647))),
            ("007:08", UserRequest(user: .id(7), group: .id(8))),
            ("2147483648:0", nil), ("0:2147483648", nil), ("4294967296:0", nil), ("0:4294967296", nil),
            ("18446744073709551616", nil), ("1000:1000:0", nil), (":0", nil), (":", nil), ("0:", nil), ("-0", nil),
            ("0x0", UserRequest(user: .text("0x0"))), ("1000 :0", nil), ("1000: 0", nil), ("root\n:0", nil),
        ] as [(String, UserRequest?)])
    func `an image's user is who it says, or nobody`(_ image: String, _ request: UserRequest?) {
        #expect((try? PlanCheck.user(UserSpec(image: image), additionalGroups: [])) == request)
    }

    @Test func `a strict user takes no groups from the image`() throws {
        let steps = try steps(
            plan {
                $0.user = UserSpec(uid: 7)
                $0.supplementalGroups = [5]
                $0.takesImageGroups = false
            })
        #expect(
            steps.contains(
                .becomeUser(UserRequest(user: .id(7), additionalGroups: [5], takesImageGroups: false))))
    }

    @Test(
        arguments: [
            ("net/ipv4/tcp_syncookies", .all, true), ("kernel/shm_rmid_forced", .all, true),
            ("fs/mqueue/msg_max", .all, true), ("net/ipv4/tcp_syncookies", [.ipc, .pids], false),
            ("kernel/shm_rmid_forced", [.network, .pids], false), ("fs/mqueue/msg_max", [.network], false),
            ("vm/swappiness", .all, false), ("net/../kernel/core_pattern", .all, false), ("net", .all, false),
            ("net//a", .all, false), ("net/a b", .all, false), ("/net/a", .all, false), ("fs/file-max", .all, false),
        ] as [(String, PodNamespaces, Bool)])
    func `a parameter is of a namespace that the pod has to itself`(
        _ path: String, _ namespaces: PodNamespaces, _ isOne: Bool
    ) {
        let parameter = KernelParameter(path: path, value: "1")
        #expect((try? PlanCheck.check(parameter, namespaces)) != nil || !isOne)
        if !isOne { #expect(throws: ContainerError.self) { try PlanCheck.check(parameter, namespaces) } }
    }

    @Test func `containers share a PID namespace only when they are to, and it is not the host's`() {
        func namespaces(_ change: (inout PodPlan) -> Void) -> PodNamespaces {
            var plan = PodPlan(uid: "u", hostname: "h", containers: [])
            change(&plan)
            return plan.namespaces
        }
        #expect(namespaces { _ in } == .all)
        #expect(namespaces { $0.shareProcessNamespace = true } == [.network, .ipc, .sharedPIDs])
        #expect(
            namespaces {
                $0.shareProcessNamespace = true
                $0.hostPID = true
            } == [.network, .ipc])
    }
}
