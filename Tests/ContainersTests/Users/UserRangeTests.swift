import Launch
import Testing

@testable import Containers

/// Which ids a pod gets.
struct UserRangeTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var taken: [UInt32] = []
        var foreign: [ClosedRange<UInt64>] = []
        var number: UInt32?
    }

    @Test(arguments: [
        Case(testDescription: "the first pod gets the lowest range", number: 2),
        Case(testDescription: "the next one the next", taken: [2, 3], number: 4),
        Case(testDescription: "what was given back is given again", taken: [2, 4], number: 3),
        Case(
            testDescription: "ids of the host's users are left alone", foreign: [100_000...165_535],
            number: 3),
        Case(testDescription: "a single one is enough", taken: [2], foreign: [196_608...196_608], number: 4),
        Case(
            testDescription: "and one beside it is nothing", foreign: [131_071...131_071, 196_608...200_000], number: 2),
        Case(testDescription: "a host that gave everything away", foreign: [0...4_294_967_295], number: nil),
    ])
    func chooses(_ row: Case) {
        let taken = Set(row.taken.compactMap(UserRange.init(number:)))
        #expect(taken.count == row.taken.count)
        #expect(UserRanges.choose(taken: taken, foreign: row.foreign) == row.number.flatMap(UserRange.init(number:)))
    }

    @Test func `every pod has another range, and they end before the last id`() {
        let all = Set(UserRange.numbers.compactMap(UserRange.init(number:)))
        #expect(all.count == 65_533)
        #expect(all.allSatisfy { UInt64($0.first) + UInt64(UserRange.count) <= UInt64(UInt32.max) })
        #expect(UserRanges.choose(taken: all, foreign: []) == nil)
        let last = UserRange(number: 65_534)
        #expect(UserRanges.choose(taken: all.filter { $0 != last }, foreign: []) == last)
    }

    @Test(arguments: [0, 1, 65_536, 131_073, 4_294_901_760, 4_294_967_295] as [UInt32])
    func `what is no range is none`(_ first: UInt32) {
        #expect(UserRange(first: first) == nil)
        #expect(UserRange(argument: "users=\(first)") == nil)
    }

    @Test func `a supervisor reads its range as it was written`() {
        let range = UserRange(number: 9)
        #expect(range?.argument == "users=589824")
        #expect(range.flatMap { UserRange(argument: $0.argument) } == range)
        #expect(["589824", "users=", "users=-1", "users=x", ""].allSatisfy { UserRange(argument: $0) == nil })
    }

    @Test func `what the host gave away is read from its files, and what they do not mean is passed over`() {
        let text = """
            # a comment
            alice:100000:65536

            1000:1000000000:65536
            bob:12
            carl:x:65536
            dora:5:0
            emil:4294967295:4294967295
            fred:18446744073709551615:1
            """
        #expect(
            UserRanges.foreign(text) == [
                100_000...165_535, 1_000_000_000...1_000_065_535, 4_294_967_295...8_589_934_589,
            ])
        #expect(UserRanges.foreign("") == [])
    }

    // MARK: the list of steps

    private func steps(_ users: UserRange?, _ change: (inout ContainerPlan) -> Void = { _ in }) throws -> [LaunchStep] {
        var plan = ContainerPlan(
            name: "main", layers: ["/l/1", "/l/2", "/l/1"], upperDirectory: "/state/main", arguments: ["sh"],
            volumes: [
                VolumePlacement(name: "disk", source: "/v", target: "/disk"),
                VolumePlacement(name: "memory", source: "/m", target: "/memory", isMemory: true),
                VolumePlacement(name: "image", layers: ["/i/1", "/i/2"], target: "/image"),
                VolumePlacement(name: "travels", source: "/t", target: "/travels", propagation: .hostToContainer),
            ], logPath: "/logs/0.log")
        change(&plan)
        return try StepCompiler(
            plan: plan, namespaces: .all, groups: .init(), shared: .init(base: "/run/base", place: "/run/root"),
            filter: [0], users: users
        ).compile()
    }

    private func names(_ steps: [LaunchStep]) -> [String] {
        steps.map { step in String(String(describing: step).prefix { $0 != "(" }) }
    }

    @Test func `the golden list of a pod with users of its own`() throws {
        let list = try steps(UserRange(number: 7))
        #expect(
            names(list).filter { !["mount", "device", "link", "makeReadOnly", "mask"].contains($0) } == [
                "setOOMScoreAdjust", "newControlGroupNamespace", "holdVolume", "isolateMounts", "mapLayers",
                "holdVolume", "mountRoot", "ownFiles", "showVolume", "showVolume", "showImage", "showVolume",
                "enterRoot", "joinUserNamespace", "newKeyring", "changeDirectory", "limitBoundingCapabilities",
                "becomeUser", "setCapabilities", "setNoNewPrivileges", "loadFilter", "execute",
            ])
        #expect(list.contains(.mapLayers(["/l/1", "/l/2", "/i/1", "/i/2"])))
        #expect(list.contains(.ownFiles(458_752)))
        #expect(list.contains(.joinUserNamespace(first: 458_752)))
        #expect(
            list.contains(
                .mount(
                    type: "devpts", target: "/dev/pts", attributes: [.noSetuid, .noExecute],
                    data: "newinstance,ptmxmode=0666,mode=0620,gid=458757")))
    }

    @Test func `volumes are mapped, except for those of memory, which begin with the pod's ids`() throws {
        let rows: [(UserRange?, [String])] = [(UserRange(number: 7), ["disk", "travels"]), (nil, [])]
        for (users, expected) in rows {
            let mapped = try steps(users).compactMap { step -> String? in
                switch step {
                case .showVolume(let bind) where bind.isMapped: bind.name
                default: nil
                }
            }
            #expect(mapped == expected)
        }
        let plan = MemoryVolumePlan(name: "m", path: "/m", bytes: 0, mode: 0o777, group: 3000)
        #expect(plan.forSupervisor(nil).owner == nil)
        #expect(plan.forSupervisor(nil).group == 3000)
        #expect(plan.forSupervisor(UserRange(number: 2)).owner == 131_072)
        #expect(plan.forSupervisor(UserRange(number: 2)).group == 134_072)
    }

    @Test func `without users of its own nothing is new in the list`() throws {
        let new = ["mapLayers", "ownFiles", "joinUserNamespace"]
        #expect(names(try steps(nil)).allSatisfy { !new.contains($0) })
        #expect(try steps(nil).count(where: { if case .holdVolume = $0 { true } else { false } }) == 1)
    }

    @Test func `what is mapped is so on the other side of the wire too`() throws {
        for step in try steps(UserRange(number: 7)) {
            let frame = ExecLaunch(killPath: "/k", steps: [step]).encoded
            #expect(try ExecLaunch(frame: Array(frame.dropFirst(4))).steps == [step])
        }
    }

    @Test(arguments: [
        (
            LaunchStep.mapLayers(["/l"]), LaunchFailure.Reason.cannotMap, Int32(22),
            "the file system that images are kept on does not support idmapped mounts, which hostUsers: false needs"
        ),
        (
            .holdVolume(VolumeBind(name: "data", source: "/d", target: "/d")), .cannotMap, 1,
            "the file system of volume \"data\" does not support idmapped mounts, which hostUsers: false needs"
        ),
        (
            .becomeUser(UserRequest(user: .text("big"))), .call, 22,
            "user big or one of its groups has no number in the pod's user namespace"
        ),
        (
            .joinUserNamespace(first: 131_072), .call, 1,
            "join the pod's user namespace: operation not permitted (step 4)"
        ),
    ])
    func `what fails is told in a sentence`(
        _ step: LaunchStep, _ reason: LaunchFailure.Reason, _ errno: Int32, _ sentence: String
    ) {
        let failure = StartFailure(LaunchFailure(place: .container(index: 4, step), reason: reason, errno: errno))
        #expect(failure == StartFailure(kind: .setup, message: sentence))
    }

    @Test func `a pod with users of its own has no namespace of the host's`() throws {
        let changes: [(inout PodPlan) -> Void] = [
            { $0.hostNetwork = true }, { $0.hostPID = true }, { $0.hostIPC = true },
        ]
        for change in changes {
            var pod = PodPlan(uid: "a", hostname: "a", hasOwnUsers: true, containers: [])
            try PlanCheck.checkUsers(of: pod)
            change(&pod)
            let wrong = pod
            #expect(throws: ContainerError.self) { try PlanCheck.checkUsers(of: wrong) }
        }
    }
}
