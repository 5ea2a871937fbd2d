import Foundation
import Linux
import Synchronization

/// Joins pods to the network of this host and takes them out of it, by the plugins that the operator configured (CNI
/// specification 1.1).
///
/// The configuration is looked for when a pod needs it, so one that comes or changes while the daemon runs counts from the
/// next pod on. A pod leaves the network it was joined to, by its record. Everything here blocks.
final class PodNetworks: Sendable {
    /// nil: pods have their loopback only.
    let configurationDirectory: String?
    let pluginDirectories: [String]
    let records: NetworkRecords
    private let known = Mutex<Known?>(nil)

    /// The file that counted at the last look. It is read again when it, or the directory, has changed.
    private struct Known {
        var stamps: [Stamp?]
        var path: String
        var network: Result<NetworkConfiguration, NetworkError>
    }

    private struct Stamp: Equatable {
        var inode: UInt64
        var size: Int64
        var modified: FileTime
    }

    /// A plugin that takes longer is killed.
    static let limit = Duration.seconds(120)

    init(configurationDirectory: String?, pluginDirectories: [String], records: NetworkRecords) {
        self.configurationDirectory = configurationDirectory
        self.pluginDirectories = pluginDirectories
        self.records = records
    }

    /// Whether there is a place for a configuration at all.
    var hasDirectory: Bool { configurationDirectory.map(Files.exists) ?? false }

    /// The network that pods are joined to now; nil when this host has none.
    func current() throws(NetworkError) -> (path: String, network: NetworkConfiguration)? {
        guard let directory = configurationDirectory, let stamp = Self.stamp(directory) else { return nil }
        let last = known.withLock { $0 }
        if let last, last.stamps == [stamp, Self.stamp(last.path)] {
            return (last.path, try last.network.get())
        }
        let names: [String]
        do throws(SyscallError) {
            names = try Files.list(directory).filter { !$0.isDirectory }.map(\.name)
        } catch { throw .kernel(error) }
        guard let name = NetworkConfiguration.choose(names) else { return nil }
        let path = "\(directory)/\(name)"
        let stamps = [stamp, Self.stamp(path)]
        let network = Result { () throws(NetworkError) in try Self.read(path) }
        known.withLock { $0 = Known(stamps: stamps, path: path, network: network) }
        return (path, try network.get())
    }

    private static func stamp(_ path: String) -> Stamp? {
        guard let status = try? OwnedDescriptor.open(path, .place).status() else { return nil }  // not there
        return Stamp(inode: status.inode, size: status.size, modified: status.modified)
    }

    private static func read(_ path: String) throws(NetworkError) -> NetworkConfiguration {
        let bytes: [UInt8]
        do throws(SyscallError) { bytes = try Files.read(path) } catch { throw .kernel(error) }
        guard let document = NetworkJSON(bytes) else { throw .configuration(path: path, problem: "not JSON") }
        do throws(MalformedNetwork) { return try NetworkConfiguration(document) } catch {
            throw .configuration(path: path, problem: error.message)
        }
    }

    /// Joins a pod to a network. On an error it is in none, or there is a record of it.
    ///
    /// - Parameter namespacePath: where the pod's network namespace is.
    /// - Returns: its addresses, at least one.
    func join(
        _ request: PodNetworkRequest, _ network: NetworkConfiguration, namespacePath: String, limit: Duration,
        _ interruption: Interruption
    ) throws(NetworkError) -> [String] {
        var record = NetworkRecord(network: network.document, request: request)
        try records.write(record, request.uid)
        let chain = chain(network, request, namespacePath, limit, interruption)
        do throws(NetworkError) {
            let result = try chain.add()
            record.result = result.document
            try records.write(record, request.uid)
            return result.addresses
        } catch {
            // Why it could not be joined is what counts; what could not be undone either is tried again by the record.
            _ = try? leave(request.uid, namespacePath: namespacePath)
            throw interruption.isRaised ? .interrupted : error
        }
    }

    /// Takes a pod out of the network it was joined to. One that is in none is fine.
    ///
    /// - Parameter namespacePath: empty when the namespace is gone.
    func leave(_ uid: String, namespacePath: String) throws(NetworkError) {
        guard let (record, network) = try recorded(uid) else { return records.remove(uid) }
        let interruption: Interruption
        do throws(SyscallError) { interruption = try Interruption() } catch { throw .kernel(error) }
        try chain(network, record.request, namespacePath, Self.limit, interruption).delete(result(record, network))
        records.remove(uid)
    }

    /// Whether the pod is still in its network as it was. One that was never in any is fine.
    func check(_ uid: String, namespacePath: String) throws(NetworkError) {
        guard let (record, network) = try recorded(uid), let result = result(record, network) else { return }
        let interruption: Interruption
        do throws(SyscallError) { interruption = try Interruption() } catch { throw .kernel(error) }
        try chain(network, record.request, namespacePath, .seconds(30), interruption).check(result)
    }

    /// Nothing of a pod that is in no network.
    func addresses(_ uid: String) -> [String] {
        guard let record = records.read(uid), let network = try? NetworkConfiguration(record.network) else { return [] }
        return result(record, network)?.addresses ?? []
    }

    private func recorded(_ uid: String) throws(NetworkError) -> (NetworkRecord, NetworkConfiguration)? {
        guard let record = records.read(uid) else { return nil }
        do throws(MalformedNetwork) { return (record, try NetworkConfiguration(record.network)) } catch {
            throw .result(problem: "the record of the pod's network: \(error.message)")
        }
    }

    private func result(_ record: NetworkRecord, _ network: NetworkConfiguration) -> NetworkResult? {
        record.result.flatMap { try? NetworkResult($0, expected: network.version) }  // it was read once already
    }

    private func chain(
        _ network: NetworkConfiguration, _ request: PodNetworkRequest, _ namespacePath: String, _ limit: Duration,
        _ interruption: Interruption
    ) -> NetworkChain {
        NetworkChain(network: network, wishes: request.wishes) { (plugin, verb, input) throws(NetworkError) in
            func wrong(_ problem: String) -> NetworkError { .plugin(type: plugin.type, verb: verb, problem: problem) }
            guard let path = self.find(plugin.type) else {
                let places = self.pluginDirectories.joined(separator: " ")
                throw wrong("failed to find plugin \"\(plugin.type)\" in path [\(places)]")
            }
            if interruption.isRaised { throw .interrupted }
            let program = PluginProgram(
                path: path,
                environment: request.environment(
                    verb, namespacePath: namespacePath, directories: self.pluginDirectories),
                input: input.bytes, limit: limit)
            let outcome: PluginProgram.Outcome
            do throws(SyscallError) { outcome = try program.run(interruption) } catch { throw wrong("\(error)") }
            if let problem = outcome.problem(limit: limit) { throw wrong(problem) }
            return outcome.output
        }
    }

    /// Where a plugin is; the first directory that has it counts.
    func find(_ type: String) -> String? {
        pluginDirectories.map { "\($0)/\(type)" }.first(where: Files.isExecutable)
    }
}
