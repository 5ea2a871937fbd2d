import Launch
import Linux

/// What belongs to the pod as a whole, made once, before its first container.
enum PodSetup {
    /// Namespaces that belong to the pod. Containers inherit them.
    ///
    /// - Returns: why that is not possible, the pid of the first process of a namespace that the containers share, and the
    ///   user namespace that the others belong to.
    static func makeNamespaces(
        _ own: PodNamespaces, _ range: UserRange?
    ) -> (LaunchFailure?, reaper: Int32?, users: PodUsers?) {
        var step = PodStep.makeNamespaces
        do {
            var new: NewNamespaces = [.hostname]
            if own.contains(.network) { new.insert(.network) }
            if own.contains(.ipc) { new.insert(.ipc) }
            var users: PodUsers?
            if let range {
                step = .makeUsers
                users = try PodUsers.make(first: range.first, new)
            } else {
                try Processes.unshare(new)
            }
            if own.contains(.network) {
                step = .raiseLoopback
                try Sockets.raiseLoopback()
            }
            guard own.contains(.sharedPIDs) else { return (nil, nil, users) }
            step = .startReaper
            return (nil, try Reaper.start(), users)
        } catch {
            return (LaunchFailure(.pod(step), error), nil, nil)
        }
    }

    /// The pod's own list.
    ///
    /// Parameters of an IPC namespace are the host's root's to write, or since Linux 6.9 the root's of its user namespace
    /// and nobody else's.
    static func perform(_ steps: [LaunchStep], _ users: PodUsers?) -> LaunchFailure? {
        guard var failure = perform(steps) else { return nil }
        if let users, failure.reason == .call, [1, 13].contains(failure.errno) {
            do {
                guard let inside = try users.perform(steps) else { return nil }
                failure = inside
            } catch {
                return LaunchFailure(.pod(.makeUsers), error)
            }
        }
        return LaunchFailure(failure, of: steps)
    }

    /// In the namespaces that this process is in. Nothing but parameters belongs to the pod as a whole.
    ///
    /// - Returns: which step failed, and why.
    static func perform(_ steps: [LaunchStep]) -> StepFailure? {
        for (index, step) in steps.enumerated() {
            do {
                guard case .setKernelParameter(let path, let value) = step else { throw StepError(.call, errno: 22) }
                try KernelParameter.set(path, value)
            } catch {
                return StepFailure(index, error)
            }
        }
        return nil
    }

    /// With the pod's groups it is killed with the pod.
    static func move(_ reaper: Int32, to group: String) -> LaunchFailure? {
        attempt(.startReaper) { () throws(SyscallError) in
            try Files.write(String(reaper), to: group + "/cgroup.procs")
        }
    }

    static func setHostname(_ name: String) -> LaunchFailure? {
        attempt(.setHostname) { () throws(SyscallError) in try Identity.setHostname(name) }
    }

    private static func attempt(_ step: PodStep, _ body: () throws(SyscallError) -> Void) -> LaunchFailure? {
        do throws(SyscallError) {
            try body()
            return nil
        } catch {
            return LaunchFailure(.pod(step), error)
        }
    }
}
