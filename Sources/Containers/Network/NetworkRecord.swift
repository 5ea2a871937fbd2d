import Foundation
import Linux

/// What must be known to take a pod out of its network again, whatever has become of the configuration, the daemon or the
/// host meanwhile. Written before the first plugin is asked, and once more when they have answered.
struct NetworkRecord: Codable, Hashable {
    /// The network's configuration.
    var network: NetworkJSON
    var request: PodNetworkRequest
    var result: NetworkJSON?
}

/// The records of pods that are, or may be, in a network: one file for each, in the state directory, because what plugins
/// remember of a pod (its address, for one) outlives a reboot too.
struct NetworkRecords {
    let directory: String

    /// uids.
    func list() -> [String] {
        // No directory: no pod was ever in a network.
        ((try? Files.list(directory)) ?? []).filter { $0.name.hasSuffix(Self.suffix) }
            .map { String($0.name.dropLast(Self.suffix.count)) }
    }

    /// Nil when there is none. One that cannot be read was cut off when it was first written, before any plugin was asked.
    func read(_ uid: String) -> NetworkRecord? {
        guard let bytes = try? Files.read(path(uid), limit: 4 << 20) else { return nil }
        return try? JSONDecoder().decode(NetworkRecord.self, from: Data(bytes))
    }

    /// All or nothing.
    func write(_ record: NetworkRecord, _ uid: String) throws(NetworkError) {
        do throws(SyscallError) { try Directories.make(directory, mode: 0o700) } catch { throw .kernel(error) }
        do {
            try JSONEncoder().encode(record).write(to: URL(filePath: path(uid)), options: .atomic)
        } catch { throw .result(problem: "\(path(uid)) cannot be written: \(error.localizedDescription)") }
    }

    func remove(_ uid: String) { try? FileManager.default.removeItem(atPath: path(uid)) }  // nothing there: fine

    func exists(_ uid: String) -> Bool { Files.exists(path(uid)) }

    private static let suffix = ".json"
    private func path(_ uid: String) -> String { "\(directory)/\(uid)\(Self.suffix)" }
}
