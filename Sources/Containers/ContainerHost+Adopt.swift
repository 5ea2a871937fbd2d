import Foundation
import Launch
import Linux

extension ContainerHost {
    /// After a restart: finds the pod's supervisor, or reads what a dead one left behind. The events are told again from
    /// the first. nil: nothing is known of that pod.
    ///
    /// - Parameter hostIPC: as in the pod's plan, for further attempts.
    public func adopt(uid: String, hostIPC: Bool = false) async throws(ContainerError) -> RunningPod? {
        try PlanCheck.name(uid, field: "pod uid")
        return try await awayFromThePool { () throws(ContainerError) -> RunningPod? in
            do throws(SyscallError) {
                return try self.find(uid, hostIPC ? [.network, .pids] : .all)
            } catch { throw .kernel(error) }
        }
    }

    private func find(_ uid: String, _ namespaces: PodNamespaces) throws(SyscallError) -> RunningPod? {
        let directory = runDirectory(uid)
        guard Files.exists(directory) else {
            // Groups without a run directory: the pod was on its way in, or on its way out.
            guard cgroups.pod(uid: uid) != nil else { return nil }
            return dead(uid, reports: [])
        }
        // A supervisor that was started just before the daemon died may not listen yet. It will in a moment; if it does
        // not, it never will, because `remove` takes its directory away.
        for attempt in 0..<10 {
            do throws(SyscallError) {
                return try alive(uid, directory, namespaces)
            } catch {
                guard error.errno == .connectionRefused || error.errno == .noSuchFileOrDirectory else { throw error }
                let begun = Files.exists(directory + "/" + RunDirectoryFile.reports)
                if begun || attempt == 9 { break }
                Thread.sleep(forTimeInterval: 0.02)
            }
        }
        let reports: [UInt8]
        do throws(SyscallError) {
            reports = try Files.read(directory + "/" + RunDirectoryFile.reports, limit: 64 << 20)
        } catch {
            guard error.errno == .noSuchFileOrDirectory else { throw error }
            reports = []
        }
        return dead(uid, reports: reports)
    }

    private func alive(
        _ uid: String, _ directory: String, _ namespaces: PodNamespaces
    ) throws(SyscallError) -> RunningPod {
        let channel = try SupervisorChannel(connectToSupervisor(uid), loop)
        let group = cgroups.pod(uid: uid)
        let deadlineFile = directory + "/" + RunDirectoryFile.deadline
        let shown = Files.exists(deadlineFile) ? deadlineFile : nil
        let users = Result { () throws(ContainerError) in try self.users(of: uid) }
        let running = RunningPod(uid: uid, channel: channel, firstProcesses) {
            [self] (container) throws(ContainerError) in
            guard let group else { throw .supervisorGone(uid: uid) }
            return try prepare(container, in: group, namespaces, users.get(), deadlineFile: shown)
        }
        try running.listen()
        return running
    }

    /// By descriptor, because the path of a socket may be only 107 bytes long.
    func connectToSupervisor(_ uid: String) throws(SyscallError) -> OwnedDescriptor {
        let place = try OwnedDescriptor.open(runDirectory(uid), [.place, .directory, .noFollow])
        return try Sockets.connect(to: "/proc/self/fd/\(place.raw)/\(RunDirectoryFile.control)")
    }

    /// A pod whose supervisor is gone: its reports, and if they do not end well, that.
    private func dead(_ uid: String, reports: [UInt8]) -> RunningPod {
        let running = RunningPod(uid: uid, channel: nil, firstProcesses) { (_) throws(ContainerError) in
            throw .supervisorGone(uid: uid)
        }
        var frames = FrameBuffer()
        frames.append(reports)
        // The last one may have been cut off; what is not a report any more tells nothing.
        while let frame = try? frames.next() {
            guard Report.isKnown(frame) else { continue }
            guard let report = try? Report(frame: frame) else { break }
            running.take(report)
        }
        running.end()
        return running
    }
}
