import Foundation
import Kube
import Store

extension NodeAgent {
    /// Removes what belongs to pods that the store does not know, or knows to be over: an earlier daemon died between
    /// the two. What cannot be removed keeps nobody from starting; the next daemon tries again.
    func removeLeftovers() async throws {
        try FileManager.default.createDirectory(
            atPath: podsDirectory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        let pods = Dictionary(store.list(Pod.self).items.map { ($0.uid, $0) }, uniquingKeysWith: { $1 })
        for uid in runtime.knownPods() where pods[uid]?.hasEnded ?? true {
            logger.info("removing what a pod left", metadata: ["pod.uid": "\(uid)"])
            do {
                try await runtime.remove(uid: uid)
            } catch {
                logger.error("cannot remove what a pod left", metadata: ["pod.uid": "\(uid)", "error": "\(error)"])
            }
        }
        for (uid, pod) in pods where pod.hasEnded {
            await configuration.paths(uid).removeRoots(hasVolumes: pod.spec.volumes?.isEmpty == false)
        }
        await removeForgottenFiles()
    }

    /// Removes the files of pods that the store does not know. The files are listed first: a pod has an object before
    /// it has files.
    func removeForgottenFiles() async {
        let directories = [podsDirectory, configuration.memoryDirectory]
        // Not readable: the next daemon looks again.
        let names = await onBlockingThread {
            Set(directories.flatMap { (try? FileManager.default.contentsOfDirectory(atPath: $0)) ?? [] })
        }
        let known = Set(store.list(Pod.self).items.map(\.uid))
        let running = state.withLock { Set($0.workers.keys) }
        for uid in names where !known.contains(uid) && !running.contains(uid) {
            await configuration.paths(uid).removeAll()
        }
    }

    private var podsDirectory: String { "\(configuration.stateDirectory)/pods" }
}
