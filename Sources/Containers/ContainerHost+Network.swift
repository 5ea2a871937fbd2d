import Foundation
import Launch
import Linux
import Synchronization

/// The network that pods of this host are joined to.
public struct PodNetworkFacts: Hashable, Sendable {
    public var name: String
    /// Whether a `hostPort` leads anywhere.
    public var mapsPorts: Bool

    public init(name: String, mapsPorts: Bool) {
        self.name = name
        self.mapsPorts = mapsPorts
    }
}

extension ContainerHost {
    /// What pods are joined to now; nil: they have their loopback only.
    public func network() async throws(ContainerError) -> PodNetworkFacts? {
        try await currentNetwork().map { PodNetworkFacts(name: $0.name, mapsPorts: $0.mapsPorts) }
    }

    /// A host without a configuration is told by one look; files are read where that may take its time.
    private func currentNetwork() async throws(ContainerError) -> NetworkConfiguration? {
        guard networks.hasDirectory else { return nil }
        return try await awayFromThePool { () throws(ContainerError) -> NetworkConfiguration? in
            do throws(NetworkError) { return try self.networks.current()?.network } catch { throw .network(error) }
        }
    }

    /// Starts the supervisor of a pod that will be launched and joins the namespace it makes to the host's network. To be
    /// done before its containers are planned, because what they see depends on the pod's addresses. Again for a pod that
    /// waits for its launch already: fine.
    ///
    /// - Parameters:
    ///   - pod: containers in it count for nothing.
    ///   - isWanted: asked when ``interruptNetwork(uid:)`` would be heard, so that no word is lost between the two.
    /// - Returns: the pod's addresses, the first of them its main one; nil without a network.
    public func joinNetwork(
        _ pod: PodPlan, _ request: PodNetworkRequest, isWanted: () -> Bool
    ) async throws(ContainerError) -> [String]? {
        try PlanCheck.name(pod.uid, field: "pod uid")
        guard pod.namespaces.contains(.network) else { return nil }
        if let waiting = joined.addresses(pod.uid) { return waiting }
        guard let network = try await currentNetwork() else { return nil }
        let interruption: Interruption
        do throws(SyscallError) { interruption = try Interruption() } catch { throw .kernel(error) }
        joined.begin(pod.uid, interruption)
        defer { joined.stopBeginning(pod.uid) }
        guard isWanted() else { throw .network(.interrupted) }
        return try await pluginQueues.joining.run { () throws(ContainerError) -> [String] in
            try self.join(pod, request, network, interruption)
        }
    }

    /// Nobody waits for this pod's network any more: a plugin that is at work for it is killed.
    public func interruptNetwork(uid: String) { joined.interrupt(uid) }

    /// Of a pod that was joined to a network, by this daemon or an earlier one.
    public func networkAddresses(uid: String) async -> [String] {
        await awayFromThePool { self.networks.addresses(uid) }
    }

    /// What has become of the network of a pod that runs; nil: all is well, as far as the plugins say.
    public func checkNetwork(uid: String) async -> String? {
        guard (try? PlanCheck.name(uid, field: "pod uid")) != nil, networks.records.exists(uid) else { return nil }
        do throws(ContainerError) {
            try await pluginQueues.checking.run { () throws(ContainerError) in
                let path = self.namespaceIfThere(uid)
                guard !path.isEmpty else { throw .network(.result(problem: "the pod's network namespace is gone")) }
                do throws(NetworkError) { try self.networks.check(uid, namespacePath: path) } catch {
                    throw .network(error)
                }
            }
            return nil
        } catch { return "\(error)" }
    }

    private func join(
        _ pod: PodPlan, _ request: PodNetworkRequest, _ network: NetworkConfiguration, _ interruption: Interruption
    ) throws(ContainerError) -> [String] {
        let directory = runDirectory(pod.uid)
        // An earlier daemon, or an earlier boot, may have been in the middle of it.
        if networks.records.exists(pod.uid) { try leaveNetwork(pod.uid) }
        do { try Directories.makeNew(directory, mode: 0o700) } catch { throw .kernel(error) }
        do throws(ContainerError) {
            let users = pod.hasOwnUsers ? try takeUsers(for: pod.uid) : nil
            let channel = try makeNamespace(pod, users, at: namespacePath(pod.uid))
            // The plugins get no more time than the pod has.
            let limit = max(.seconds(1), min(PodNetworks.limit, pod.deadline ?? PodNetworks.limit))
            let addresses: [String]
            do throws(NetworkError) {
                addresses = try networks.join(
                    request, network, namespacePath: namespacePath(pod.uid), limit: limit, interruption)
            } catch { throw .network(error) }
            joined.wait(pod.uid, JoinedPods.Waiting(channel: channel, users: users, addresses: addresses))
            return addresses
        } catch {
            forgetNamespace(pod.uid)
            Directories.removeTree(directory)
            throw error
        }
    }

    /// Starts the supervisor and gives its network namespace a name that outlives it, so that plugins never open that of a
    /// process whose number belongs to somebody else by now.
    private func makeNamespace(
        _ pod: PodPlan, _ users: UserRange?, at path: String
    ) throws(ContainerError) -> SupervisorChannel {
        do throws(SyscallError) {
            let (channel, pid) = try spawnSupervisor(pod.uid, pod.namespaces, users, telling: true)
            guard let notice = try channel.waitForNamespaces(milliseconds: 30_000) else {
                throw SyscallError(call: "unshare", target: "network namespace", errno: .timedOut)
            }
            if let failure = notice.failure { return try Self.fail(failure) }
            _ = try OwnedDescriptor.open(path, [.write, .create, .exclusive, .noFollow], mode: 0o600)
            try Mounts.bind("/proc/\(pid)/ns/net", at: path)
            let made = try OwnedDescriptor.open(path, .read).status()
            let own = try OwnedDescriptor.open("/proc/self/ns/net", .read).status()
            guard made.inode != own.inode || made.device != own.device else {
                throw SyscallError(call: "mount", target: path, errno: .noSuchProcess)
            }
            return channel
        } catch { throw .kernel(error) }
    }

    private static func fail<T>(_ failure: LaunchFailure) throws(SyscallError) -> T {
        throw SyscallError(call: "unshare", target: "\(failure.place)", errno: .init(rawValue: failure.errno))
    }

    /// Takes a pod out of its network and lets the name of its namespace go. Nothing there: fine. Blocks.
    func leaveNetwork(_ uid: String) throws(ContainerError) {
        do throws(NetworkError) { try networks.leave(uid, namespacePath: namespaceIfThere(uid)) } catch {
            throw .network(error)
        }
        forgetNamespace(uid)
    }

    private func namespacePath(_ uid: String) -> String { runDirectory(uid) + "/netns" }

    /// Empty when it is gone, which after a reboot it is.
    private func namespaceIfThere(_ uid: String) -> String {
        let path = namespacePath(uid)
        let magic = try? OwnedDescriptor.open(path, [.read, .noFollow]).fileSystemMagic()
        return magic == Files.Magic.namespace ? path : ""
    }

    private func forgetNamespace(_ uid: String) {
        let path = namespacePath(uid)
        if Files.exists(path) { try? Mounts.detach(path) }  // nothing mounted: fine
    }
}

/// The pods whose network is being made, and those that have one and wait for their launch.
final class JoinedPods: Sendable {
    struct Waiting: Sendable {
        let channel: SupervisorChannel
        /// Of the pod's own, which the supervisor was told.
        let users: UserRange?
        let addresses: [String]
    }

    private struct State {
        var beginning: [String: Interruption] = [:]
        var waiting: [String: Waiting] = [:]
    }

    private let state = Mutex(State())

    func begin(_ uid: String, _ interruption: Interruption) { state.withLock { $0.beginning[uid] = interruption } }
    func stopBeginning(_ uid: String) { state.withLock { $0.beginning[uid] = nil } }
    func interrupt(_ uid: String) { state.withLock { $0.beginning[uid] }?.raise() }

    func wait(_ uid: String, _ waiting: Waiting) { state.withLock { $0.waiting[uid] = waiting } }

    func addresses(_ uid: String) -> [String]? { state.withLock { $0.waiting[uid]?.addresses } }

    /// For the launch.
    func take(_ uid: String) -> Waiting? { state.withLock { $0.waiting.removeValue(forKey: uid) } }

    /// There will be none: the supervisor ends with its channel.
    func drop(_ uid: String) { _ = take(uid) }
}

/// How many plugins work at once. Joining is apart from leaving, so that plugins that hang in the one do not hold up the
/// other.
let pluginQueues = (joining: BlockingQueue(16), leaving: BlockingQueue(16), checking: BlockingQueue(2))

/// Threads for work that blocks for long, no more than so many.
final class BlockingQueue: Sendable {
    private let queue: OperationQueue

    init(_ width: Int) {
        queue = OperationQueue()
        queue.maxConcurrentOperationCount = width
    }

    func run<T: Sendable, E: Error>(_ body: @escaping @Sendable () throws(E) -> T) async throws(E) -> T {
        let result: Result<T, E> = await withCheckedContinuation { continuation in
            queue.addOperation {
                do throws(E) { continuation.resume(returning: .success(try body())) } catch {
                    continuation.resume(returning: .failure(error))
                }
            }
        }
        return try result.get()
    }
}

extension PodNetworks {
    convenience init(_ configuration: ContainerHostConfiguration) {
        self.init(
            configurationDirectory: configuration.networkDirectory,
            pluginDirectories: configuration.networkPluginDirectories,
            records: NetworkRecords(directory: configuration.stateDirectory + "/network"))
    }

    /// For `stint check`.
    var fact: HostFacts.Network {
        do throws(NetworkError) {
            guard let (path, network) = try current() else { return .absent(directory: configurationDirectory) }
            let helpers = network.plugins.compactMap { $0.members["ipam"]?["type"]?.string }.filter { !$0.isEmpty }
            let missing = (network.plugins.map(\.type) + helpers).filter { find($0) == nil }
            return .present(
                name: network.name, path: path, plugins: network.plugins.map(\.type), missing: missing,
                directories: pluginDirectories)
        } catch { return .unusable("\(error)") }
    }
}
