import Launch
import Testing

@testable import Containers

struct ExecStepsTests {
    private func names(_ steps: [LaunchStep]) -> [String] {
        steps.map { step in String(String(describing: step).prefix { $0 != "(" }) }
    }

    @Test func `the golden list`() throws {
        let plan = ExecPlan(container: "main", arguments: ["sh"], tty: true)
        #expect(
            try names(plan.steps(tasks: ["/g/tasks"], joinsUserNamespace: false, filter: [0])) == [
                "joinControlGroups", "setOOMScoreAdjust", "newKeyring", "joinContainer", "openTerminal",
                "changeDirectory", "limitBoundingCapabilities", "becomeUser", "setCapabilities", "setNoNewPrivileges",
                "loadFilter", "execute",
            ])
    }

    @Test func `without a terminal none is opened, and without v1 no group is joined by hand`() throws {
        let steps = try ExecPlan(container: "main", arguments: ["sh"])
            .steps(tasks: [], joinsUserNamespace: true, filter: [])
        #expect(names(steps).prefix(3) == ["setOOMScoreAdjust", "joinContainer", "newKeyring"])
        #expect(steps[1] == .joinContainer(user: true))
    }

    @Test func `limits are set before a user namespace is joined, whose root may not raise them`() throws {
        let container = ContainerPlan(
            name: "main", layers: ["/l"], upperDirectory: "/u", arguments: ["sh"],
            resourceLimits: [ResourceLimit(resource: 7, soft: 1, hard: 2)], logPath: "/log")
        let users = try #require(UserRange(number: 2))
        let own = try StepCompiler(
            plan: container, namespaces: .all, groups: .init(), shared: .init(base: "/b", place: "/p"), filter: [1],
            users: users
        ).compile()
        let command = try ExecPlan(container, arguments: ["sh"])
            .steps(tasks: [], joinsUserNamespace: true, filter: [1])
        let entered = try #require(own.firstIndex(of: .joinUserNamespace(first: 131_072)))
        let joined = try #require(command.firstIndex(of: .joinContainer(user: true)))
        #expect(own[entered - 1] == .setResourceLimit(resource: 7, soft: 1, hard: 2))
        #expect(command[joined - 1] == own[entered - 1])
        #expect(Array(own[(entered + 1)...]) == Array(command[(joined + 1)...]))
    }

    @Test(arguments: [true, false])
    func `from the root on a command takes the very steps of the container's own program`(_ newPrivileges: Bool) throws
    {
        var container = ContainerPlan(
            name: "main", layers: ["/l"], upperDirectory: "/u", arguments: ["sh"], environment: ["A=b"],
            workingDirectory: "/work", user: UserSpec(image: "alice:wheel", uid: 5), supplementalGroups: [7],
            capabilities: .containerDefault, resourceLimits: [ResourceLimit(resource: 7, soft: 1, hard: 2)],
            logPath: "/log")
        container.noNewPrivileges = !newPrivileges
        container.takesImageGroups = newPrivileges
        let own = try StepCompiler(
            plan: container, namespaces: .all, groups: .init(), shared: .init(base: "/b", place: "/p"), filter: [1]
        ).compile()
        let command = try ExecPlan(container, arguments: ["sh"])
            .steps(tasks: [], joinsUserNamespace: false, filter: [1])
        let entered = try #require(own.firstIndex(of: .enterRoot))
        let joined = try #require(command.firstIndex(of: .joinContainer(user: false)))
        #expect(Array(own[(entered + 1)...]) == Array(command[(joined + 1)...]))
    }

    @Test(arguments: [
        ("0::/stint/uid/main\n", true), ("12:pids:/x\n0::/uid/main/exec-1-2\n", true), ("0::/stint/uid/other\n", false),
        ("0::/stint/uid\n", false), ("1:name=systemd:/uid/main\n", false), ("", false), ("0::/main/uid\n", false),
    ])
    func `a process belongs to a container when its group says so`(_ text: String, _ expected: Bool) throws {
        let path = CgroupMembership.unified(text)
        #expect(
            (path.map { CgroupMembership.holds(path: $0, group: "/sys/fs/cgroup/stint/uid/main") } ?? false) == expected
        )
    }
}
