import Containers
import Foundation
import Kube

extension PodPaths {
    /// Makes the files one attempt of a container needs. Everything is 0700: containers see it through mounts only.
    ///
    /// - Returns: what had to be left out of them, a sentence each.
    func make(
        for container: String, attempt: Int, _ pod: Pod, _ names: PodNames, _ neighbours: [Neighbour] = []
    ) throws -> [String] {
        let files = FileManager.default
        let attributes: [FileAttributeKey: Any] = [.posixPermissions: 0o700]
        for path in [attemptDirectory(container, attempt), "\(directory)/logs/\(container)"] {
            try files.createDirectory(atPath: path, withIntermediateDirectories: true, attributes: attributes)
        }
        try write("", to: terminationLog(container, attempt), mode: 0o666)
        guard attempt == 0 || !files.fileExists(atPath: hosts) else { return [] }
        let named = try PodNameFiles.make(pod, names, neighbours, host: PodNameFiles.readFromHost)
        for (path, text) in [(hosts, named.hosts), (hostname, named.hostname), (resolver, named.resolver)] {
            if let text { try write(text, to: path, mode: 0o644) }
        }
        return named.omissions
    }

    /// In place, because containers have this very file mounted: first the new text, then what is longer than it goes, so
    /// that nobody finds the file empty.
    func rewriteHosts(_ text: String) throws {
        guard let file = FileHandle(forUpdatingAtPath: hosts) else { return }
        defer { try? file.close() }  // written already
        try file.write(contentsOf: Data(text.utf8))
        try file.truncate(atOffset: UInt64(text.utf8.count))
    }

    private func write(_ text: String, to path: String, mode: Int) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
    }

    /// Removes what only attempts before the previous one left: logs are kept for the last two.
    func forget(_ container: String, attempt: Int) {
        guard attempt >= 0 else { return }
        remove(attemptDirectory(container, attempt))
        let logs = "\(directory)/logs/\(container)"
        // No directory: nothing to remove.
        let names = (try? FileManager.default.contentsOfDirectory(atPath: logs)) ?? []
        for name in names where name.hasPrefix("\(attempt).") { remove("\(logs)/\(name)") }
    }

    /// Removes the written layers of all attempts, and the volumes; the logs stay until the pod's object goes.
    func removeRoots(hasVolumes: Bool) async {
        await onBlockingThread {
            remove(roots)
            if hasVolumes { removeVolumes() }
        }
    }

    func removeAll() async {
        await onBlockingThread {
            removeVolumes()
            remove(directory)
        }
    }

    private func removeVolumes() {
        VolumeDirectories.remove(volumes)
        VolumeDirectories.remove(memory)
    }

    private func remove(_ path: String) {
        // What cannot be removed now is removed by the next start of the daemon, which looks for pods it does not know.
        try? FileManager.default.removeItem(atPath: path)
    }

    /// What the container left in its termination log, or with `FallbackToLogsOnError` the end of its log
    /// (at most 4096 bytes, or 2048 bytes and 80 lines of log, as the kubelet). The container has ended: what it wrote
    /// beyond that goes, so that it does not fill the disk for as long as its pod is kept.
    func terminationMessage(_ container: Container, attempt: Int, failed: Bool) -> String? {
        let path = terminationLog(container.name, attempt)
        let message = tail(path, bytes: 4096)
        shorten(path, to: message ?? [])
        if let message, !message.isEmpty { return String(decoding: message, as: UTF8.self) }
        guard failed, container.terminationMessagePolicy == "FallbackToLogsOnError",
            let log = tail(self.log(container.name, attempt), bytes: 16384)
        else { return nil }
        let lines = log.split(separator: UInt8(ascii: "\n")).suffix(80).map { CRILine.text(Array($0)) }
        let text = lines.map { String(decoding: $0, as: UTF8.self) }.joined(separator: "\n")
        return text.isEmpty ? nil : String(text.suffix(2048))
    }

    /// Written to the front before the rest is cut off, and only where the two are far apart: whoever reads the file in
    /// between, or after a crash, finds the same end.
    private func shorten(_ path: String, to end: [UInt8]) {
        guard let handle = FileHandle(forUpdatingAtPath: path) else { return }
        defer { try? handle.close() }  // a file that stays long is only long
        guard let size = try? handle.seekToEnd(), size > 65_536 else { return }
        guard (try? handle.seek(toOffset: 0)) != nil, (try? handle.write(contentsOf: end)) != nil else { return }
        try? handle.truncate(atOffset: UInt64(end.count))
    }

    private func tail(_ path: String, bytes: UInt64) -> [UInt8]? {
        guard let handle = FileHandle(forReadingAtPath: path) else { return nil }
        defer { try? handle.close() }  // nothing was written through it
        guard let size = try? handle.seekToEnd(), size > 0 else { return nil }  // unreadable: there is no message
        try? handle.seek(toOffset: size > bytes ? size - bytes : 0)
        return (try? handle.read(upToCount: Int(bytes))).map(Array.init)
    }
}

/// Runs blocking work on a thread that is not of the cooperative pool.
func onBlockingThread<T: Sendable, E: Error>(_ work: @escaping @Sendable () throws(E) -> T) async throws(E) -> T {
    let result: Result<T, E> = await withCheckedContinuation { continuation in
        blockingQueue.async {
            do throws(E) { continuation.resume(returning: .success(try work())) } catch {
                continuation.resume(returning: .failure(error))
            }
        }
    }
    return try result.get()
}

private let blockingQueue = DispatchQueue(label: "stint.node.blocking", attributes: .concurrent)
