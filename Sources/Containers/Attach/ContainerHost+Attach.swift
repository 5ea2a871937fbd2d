import Launch
import Linux

extension ContainerHost {
    /// Attaches to the program of a container that runs. Any number of clients may be attached to it, and neither they nor
    /// the end of this daemon make a difference to it, except that it waits for one that is slow to read, for a while.
    ///
    /// - Throws: `.notRunning`, `.tooManyAttached`, `.cannotAttach`, or what the kernel said.
    public func attach(
        uid: String, container: String, _ wanted: AttachRequest
    ) async throws(ContainerError) -> AttachSession {
        try PlanCheck.name(uid, field: "pod uid")
        try PlanCheck.name(container, field: "container name")
        let control = try await awayFromThePool { () throws(ContainerError) in
            try self.connect(uid, container, wanted)
        }
        switch await control.answer() {
        case .attached(let streams):
            do throws(SyscallError) { return try session(streams, control) } catch { throw .kernel(error) }
        case .refused(.notRunning): throw .notRunning(container: container)
        case .refused(.tooMany): throw .tooManyAttached
        case .refused(.noPipes):
            throw .kernel(SyscallError(call: "pipe2", target: "", errno: .tooManyOpenFiles))
        case .none: throw .cannotAttach(uid: uid)
        }
    }

    private func connect(
        _ uid: String, _ container: String, _ wanted: AttachRequest
    ) throws(ContainerError) -> AttachControl {
        do throws(SyscallError) {
            let control = AttachControl(try connectToSupervisor(uid), loop)
            try control.open(.attach(container: container, wanted.forSupervisor))
            return control
        } catch {
            switch error.errno {
            case .connectionRefused, .noSuchFileOrDirectory, .brokenPipe, .connectionReset:
                throw .notRunning(container: container)
            default: throw .kernel(error)
            }
        }
    }

    private func session(
        _ streams: AttachControl.Streams, _ control: AttachControl
    ) throws(SyscallError) -> AttachSession {
        var owned: [AttachedStreams: HeldEnd] = [:]
        for (stream, number) in streams { owned[stream] = HeldEnd(number) }
        func end(_ stream: AttachedStreams, writing: Bool) throws(SyscallError) -> WaitingDescriptor? {
            guard let number = owned[stream]?.take() else { return nil }
            return try WaitingDescriptor(OwnedDescriptor(owning: number), loop, writing: writing)
        }
        return AttachSession(
            output: try end(.output, writing: false), errors: try end(.errors, writing: false),
            input: try end(.input, writing: true), terminal: try end(.terminal, writing: false), control)
    }
}

/// A number that is closed unless somebody takes it.
private final class HeldEnd {
    private var number: Int32?
    init(_ number: Int32) { self.number = number }
    deinit { if let number { _ = OwnedDescriptor(owning: number) } }
    func take() -> Int32? { number.take() }
}
