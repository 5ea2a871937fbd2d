import Foundation
import Launch
import Linux

extension ContainerHost {
    /// Runs a command in a container that runs, in its namespaces and its groups, so that its limits, the pod's deadline
    /// and the kill of either hold for the command too. Returns when the command runs, or when it is known that it never
    /// will, which its `wait` tells.
    ///
    /// - Throws: `.notRunning` when there is no such container, `.tooManyCommands`, or what is wrong with the plan.
    public func exec(uid: String, _ plan: ExecPlan) async throws(ContainerError) -> ExecSession {
        guard commands.begin(plan) else { throw .tooManyCommands }
        let started: Started
        do throws(ContainerError) {
            started = try await awayFromThePool { () throws(ContainerError) in try self.start(uid, plan) }
        } catch {
            commands.end(plan, nil)
            throw error
        }
        await started.core.waitForBeginning()
        return try started.session(loop)
    }

    /// The environment that a container was started with, if this daemon started it.
    public func startEnvironment(uid: String, container: String) -> [String]? {
        firstProcesses.environment(uid, container)
    }

    private final class Started: Sendable {
        let core: ExecCore
        let streams: Streams

        init(_ core: ExecCore, _ streams: Streams) {
            self.core = core
            self.streams = streams
        }

        func session(_ loop: ControlLoop) throws(ContainerError) -> ExecSession {
            do throws(SyscallError) {
                var (output, errors, input) = (streams.output, streams.errors, streams.input)
                var terminal: WaitingDescriptor?
                if let outer = core.takeTerminal() {
                    // A number each for reading and writing, because one number is waited for in one way only.
                    if streams.wantsInput {
                        input = try WaitingDescriptor(outer.duplicate(), loop, writing: true)
                    }
                    let shown = try WaitingDescriptor(outer, loop, writing: false)
                    (output, errors, terminal) = (shown, nil, shown)
                }
                return ExecSession(
                    output: ExecOutput(end: output), errors: errors.map { ExecOutput(end: $0) },
                    input: input.map { ExecInput(end: $0) }, terminal: terminal, core: core)
            } catch {
                core.kill()
                throw .kernel(error)
            }
        }
    }

    /// Our ends.
    private struct Streams: Sendable {
        var output: WaitingDescriptor
        var errors: WaitingDescriptor?
        var input: WaitingDescriptor?
        var wantsInput: Bool
    }

    /// Blocks for about a millisecond.
    private func start(_ uid: String, _ plan: ExecPlan) throws(ContainerError) -> Started {
        var plan = plan
        if plan.privileged { plan.capabilities = capabilities }
        try PlanCheck.check(plan)
        commands.sweep()
        guard let container = cgroups.pod(uid: uid)?.container(name: plan.container),
            let processID = firstProcesses.process(uid, plan.container)
        else { throw .notRunning(container: plan.container) }
        let filter = try filter(for: plan)
        let group = CommandGroup(in: container, number: commands.nextNumber())
        do {
            guard let process = try FirstProcesses.open(processID, in: container) else {
                throw ContainerError.notRunning(container: plan.container)
            }
            let joinsUsers = try !Processes.sharesUserNamespace(with: processID)
            let steps = try plan.steps(
                tasks: StepCompiler.Groups(container).tasks, joinsUserNamespace: joinsUsers, filter: filter)
            try group.make()
            do {
                return try spawn(steps, plan, process, group)
            } catch {
                _ = group.remove()
                throw error
            }
        } catch let error as SyscallError {
            throw .kernel(error)
        } catch let error as ContainerError {
            throw error
        } catch {
            throw .notRunning(container: plan.container)
        }
    }

    private func filter(for plan: ExecPlan) throws(ContainerError) -> [UInt8] {
        if plan.privileged { return [] }
        do {
            return try profiles.filter(plan.seccomp, capabilities: plan.capabilities)
        } catch { throw .filter(container: plan.container, error) }
    }

    private func spawn(
        _ steps: [LaunchStep], _ plan: ExecPlan, _ process: borrowing OwnedDescriptor, _ group: CommandGroup
    ) throws -> Started {
        let (ours, theirs) = try Sockets.pair()
        let socket = OwnedDescriptor(owning: ours)
        let control = OwnedDescriptor(owning: theirs)
        let directory = try OwnedDescriptor.open(group.path, [.place, .directory])
        var numbers = [nothing.raw, nothing.raw, nothing.raw]
        // The command's ends, which are ours only until it has them.
        var given: [OwnedNumber] = []
        func pipe(at number: Int, writing: Bool) throws -> WaitingDescriptor {
            let ends = try OwnedDescriptor.pipe()
            let (mine, its) = writing ? (ends.write, ends.read) : (ends.read, ends.write)
            given.append(OwnedNumber(its))
            numbers[number] = its
            return try WaitingDescriptor(OwnedDescriptor(owning: mine), loop, writing: writing)
        }
        var streams = Streams(
            output: try WaitingDescriptor(nothing.duplicate(), loop, writing: false), wantsInput: plan.stdin)
        if !plan.tty {
            streams.output = try pipe(at: 1, writing: false)
            streams.errors = try pipe(at: 2, writing: false)
            if plan.stdin { streams.input = try pipe(at: 0, writing: true) }
        }
        let born = try Processes.spawn(
            program: program, arguments: ["stint-init", ExecLaunch.argument],
            environment: ["SWIFT_BACKTRACE=enable=no"],
            descriptors: numbers + [control.raw, process.raw, directory.raw])
        try reapWhenOver(OwnedDescriptor(owning: born.pidfd))
        let commands = commands
        let core = ExecCore(steps: steps) {
            commands.end(plan, group)
        }
        let conversation = ExecControl(
            socket, ExecLaunch(killPath: group.killPath, steps: steps), loop
        ) { report, descriptor in core.take(report, descriptor) }
        try conversation.open()
        core.follow(conversation)
        return Started(core, streams)
    }
}

/// A descriptor in an array.
private final class OwnedNumber {
    private let descriptor: OwnedDescriptor
    init(_ number: Int32) { descriptor = OwnedDescriptor(owning: number) }
}

/// A command's own group, below the container's in the v2 tree and without controllers: what is in it is counted and
/// limited as the container's, and killed with it, but it can also be killed alone, with all that the command started.
///
/// What a command leaves running when it ends stays in its group, which then cannot be removed; it goes with a later
/// command, or with the container.
struct CommandGroup: Sendable {
    let path: String
    var killPath: String { path + "/" + CgroupDirectory.killFile }

    init(in container: ContainerCgroup, number: Int) {
        path = "\(container.path)/exec-\(CgroupCalls.ownProcessID)-\(number)"
    }

    func make() throws(SyscallError) { try Files.makeDirectory(path) }

    /// False when something is in it still.
    func remove() -> Bool {
        do throws(SyscallError) {
            try Files.removeDirectory(path)
            return true
        } catch {
            return error.errno == .noSuchFileOrDirectory
        }
    }
}

extension PlanCheck {
    static func check(_ plan: ExecPlan) throws(ContainerError) {
        try name(plan.container, field: "container name")
        try path(plan.workingDirectory, field: "working directory")
        try program(plan.arguments, plan.environment)
        guard (-1000...1000).contains(plan.oomScoreAdjust) else {
            throw .plan(field: "oomScoreAdjust", problem: "\(plan.oomScoreAdjust) is not between -1000 and 1000")
        }
    }
}
