import Foundation
import Launch
import Linux

extension ContainerHost {
    /// Kills what is left of a pod and removes its groups and its run directory. Nothing there: fine. The container's
    /// mounts went with its mount namespace; its upper directory belongs to the caller.
    public func remove(uid: String) async throws(ContainerError) {
        try PlanCheck.name(uid, field: "pod uid")
        let directory = runDirectory(uid)
        firstProcesses.forget(uid)
        joined.drop(uid)
        receipts.forget(uid)
        let group = cgroups.pod(uid: uid)
        if let group {
            do { try group.kill() } catch { throw .cgroup(error) }
        }
        try await awayFromThePool { () throws(ContainerError) in
            do throws(SyscallError) { try self.dismissSupervisor(uid) } catch { throw .kernel(error) }
        }
        if let group {
            do { try await group.remove() } catch { throw .cgroup(error) }
        }
        if networks.records.exists(uid) {
            try await pluginQueues.leaving.run { () throws(ContainerError) in try self.leaveNetwork(uid) }
        }
        await awayFromThePool { Directories.removeTree(directory) }
    }

    /// Asks the supervisor to go and waits until it is gone, then makes it.
    private func dismissSupervisor(_ uid: String) throws(SyscallError) {
        let socket: OwnedDescriptor
        do throws(SyscallError) {
            socket = try connectToSupervisor(uid)
        } catch {
            // Nobody there: the usual case.
            if error.errno == .connectionRefused || error.errno == .noSuchFileOrDirectory { return }
            throw error
        }
        let peer = try Sockets.peerProcess(socket)
        do throws(SyscallError) {
            _ = try Sockets.send(socket, Request.release.encoded)
        } catch {
            // It was about to go by itself.
            if error.errno != .brokenPipe && error.errno != .connectionReset { throw error }
        }
        if try Waiting.untilEnded(socket, milliseconds: 5000) { return }
        try Processes.signal(try Processes.open(peer), Signals.kill)
        _ = try Waiting.untilEnded(socket, milliseconds: 5000)
    }
}
