import Launch
import Linux

/// Stands between the daemon and one command in a running container: starts it, waits for it, kills it when the daemon
/// lets go, and tells how it ended.
///
/// It stays outside the container, in the daemon's own cgroup. Of the container it joins only where children get their
/// pids from. What the command leaves running when it has ended runs on, as with every other runtime.
struct CommandSupervisor: ~Copyable {
    private enum Token: UInt64 { case control, failure, process }

    private let control: OwnedDescriptor
    private let launch: ExecLaunch
    private let poller: Poller

    static func run() throws {
        let control = OwnedDescriptor(owning: Frame.controlDescriptor)
        let launch = try waitForPlan(control)
        let supervisor = CommandSupervisor(control: control, launch: launch, poller: try Poller())
        try supervisor.run()
    }

    private init(control: consuming OwnedDescriptor, launch: ExecLaunch, poller: consuming Poller) {
        self.control = control
        self.launch = launch
        self.poller = poller
    }

    private static func waitForPlan(_ control: borrowing OwnedDescriptor) throws -> ExecLaunch {
        var incoming = FrameBuffer()
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            if let frame = try incoming.next() { return try ExecLaunch(frame: frame) }
            try Waiting.untilReadable(control)
            guard let count = try chunk.withUnsafeMutableBytes({ try control.read(into: $0) }) else { continue }
            guard count > 0 else { throw WireError.truncated }
            incoming.append(Array(chunk[..<count]))
        }
    }

    private borrowing func run() throws {
        let ends = try OwnedDescriptor.pipe()
        do throws(SyscallError) {
            let process = OwnedDescriptor(owning: ExecLaunch.processDescriptor)
            let group: OwnedDescriptor? = OwnedDescriptor(owning: ExecLaunch.groupDescriptor)
            try Processes.join(.pids, of: process)
            switch try Processes.clone([], cgroup: group) {
            case .child: ContainerChild.runCommand(launch.steps, failure: ends.write)
            case .parent(let pid, let pidfd):
                try follow(
                    OwnedDescriptor(owning: pidfd), pid, failure: FailurePipe(OwnedDescriptor(owning: ends.read)),
                    ends.write)
            }
        } catch {
            // As if it were the step that joins the rest.
            let index = launch.steps.firstIndex { if case .joinContainer = $0 { true } else { false } } ?? 0
            tell(.failed(StepFailure(index: UInt32(index), errno: error.errno.rawValue, reason: .call)))
        }
    }

    /// Until it has ended.
    private borrowing func follow(
        _ child: borrowing OwnedDescriptor, _ pid: Int32, failure: FailurePipe, _ writeEnd: Int32
    ) throws(SyscallError) {
        // The streams are the command's alone, so that their other ends see when it closes them.
        for number in [0, 1, 2, writeEnd] { _ = OwnedDescriptor(owning: number) }
        try poller.add(control.raw, token: Token.control.rawValue)
        try poller.add(failure.descriptor.raw, token: Token.failure.rawValue)
        try poller.add(child.raw, token: Token.process.rawValue)
        var began = false
        var told = false
        while true {
            for event in try poller.wait() {
                switch Token(rawValue: event.token) {
                case .control where !daemonIsThere: kill(child)
                case .failure where !told: told = tellOutcome(failure, pid, &began)
                case .process:
                    guard let end = try Processes.reap(child) else { continue }
                    if !told { told = tellOutcome(failure, pid, &began) }
                    if began {
                        tell(.ended(status: end.status, signalled: end.signalled))
                    } else if !told {
                        tell(.failed(StepFailure(index: 0, errno: end.status, reason: .died)))
                    }
                    return
                default: continue
                }
            }
        }
    }

    /// False once it has closed its side, or died. It has nothing more to say than that.
    private var daemonIsThere: Bool {
        var byte: UInt8 = 0
        let count = withUnsafeMutableBytes(of: &byte) { buffer in try? control.read(into: buffer) }
        // Nothing to read is somebody who is silent.
        return count == .some(nil) || count == .some(1)
    }

    private borrowing func kill(_ child: borrowing OwnedDescriptor) {
        try? poller.remove(control.raw)
        // With all it started. Without the file, on an older kernel, the command itself.
        try? Files.write("1", to: launch.killPath)
        try? Processes.signal(child, Signals.kill)
    }

    /// True when there was one.
    private borrowing func tellOutcome(_ pipe: FailurePipe, _ pid: Int32, _ began: inout Bool) -> Bool {
        guard let outcome = pipe.read() else { return false }
        try? poller.remove(pipe.descriptor.raw)
        switch outcome {
        case .running:
            began = true
            tell(.running(processID: pid))
        case .failed(let failure): tell(.failed(failure))
        // Told with the wait status, when it is reaped.
        case .died: return false
        }
        return true
    }

    /// Short, and there are few of them: a socket has room. Nobody there is nobody to tell.
    private borrowing func tell(_ report: ExecReport) { _ = try? Sockets.send(control, report.encoded) }
}
