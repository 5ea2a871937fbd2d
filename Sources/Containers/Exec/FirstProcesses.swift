import Linux
import Synchronization

/// The first process of every container that runs, as the supervisors told it, and what it was started with. For
/// commands that are to run beside it.
final class FirstProcesses: Sendable {
    private struct Pod {
        /// By container.
        var processes: [String: Int32] = [:]
        /// Of the attempt that was planned last; not known of containers that an earlier daemon started.
        var environments: [String: [String]] = [:]
        /// What was seen of the first processes of attempts that this daemon planned.
        var facts: [String: ProcessFacts] = [:]
    }

    /// By uid, so that the end of a pod costs the same however many there are.
    private let pods = Mutex<[String: Pod]>([:])

    func plan(_ uid: String, _ container: String, environment: [String]) {
        pods.withLock {
            $0[uid, default: Pod()].environments[container] = environment
            $0[uid]?.facts[container] = nil
        }
    }

    func take(_ uid: String, _ event: PodRuntimeEvent) {
        switch event {
        case .started(let container, _, _, let processID):
            // Of a start that is told again after a restart of ours the number may belong to another process by now.
            let isNew = pods.withLock {
                $0[uid, default: Pod()].processes[container] = processID
                return $0[uid]?.environments[container] != nil
            }
            guard isNew, let facts = ProcessFacts.read(processID) else { return }
            pods.withLock { $0[uid]?.facts[container] = facts }
        case .exited(let exit):
            pods.withLock { _ = $0[uid]?.processes.removeValue(forKey: exit.container) }
        case .runsAs, .failedToStart, .deadlineReached, .deadlineWarning: break
        case .lost: forget(uid)
        }
    }

    func forget(_ uid: String) { pods.withLock { $0[uid] = nil } }

    func process(_ uid: String, _ container: String) -> Int32? { pods.withLock { $0[uid]?.processes[container] } }

    func facts(_ uid: String) -> [String: ProcessFacts] { pods.withLock { $0[uid]?.facts ?? [:] } }

    func environment(_ uid: String, _ container: String) -> [String]? {
        pods.withLock { $0[uid]?.environments[container] }
    }

    /// A process that was just opened by its number is proven to be the container's: the number may have passed to
    /// another since. If it still runs after its group was looked at, then that was its group.
    ///
    /// - Returns: nil when the container has ended meanwhile.
    static func open(_ processID: Int32, in group: ContainerCgroup) throws(SyscallError) -> OwnedDescriptor? {
        do throws(SyscallError) {
            let process = try Processes.open(processID)
            let groups = try Files.readText("/proc/\(processID)/cgroup")
            let isOurs =
                CgroupMembership.unified(groups).map {
                    CgroupMembership.holds(path: $0, group: group.path)
                } ?? false
            guard isOurs, Processes.isThere(process) else { return nil }
            return .some(process)
        } catch {
            if error.errno == .noSuchProcess || error.errno == .noSuchFileOrDirectory { return nil }
            throw error
        }
    }
}

/// What /proc/PID/cgroup says.
enum CgroupMembership {
    /// The path in the v2 tree.
    static func unified(_ text: String) -> String? {
        for line in text.split(separator: "\n") where line.hasPrefix("0::") { return String(line.dropFirst(3)) }
        return nil
    }

    /// Whether a path that the kernel shows is a group or one below it. It is shown from the root of our cgroup
    /// namespace, and not from where the tree is mounted, so the ends are compared.
    static func holds(path shown: String, group: String) -> Bool {
        let own = group.split(separator: "/").suffix(2)
        let parts = shown.split(separator: "/")
        guard own.count == 2, parts.count >= 2 else { return false }
        return parts.indices.dropLast().contains { parts[$0] == own.first && parts[$0 + 1] == own.last }
    }
}
