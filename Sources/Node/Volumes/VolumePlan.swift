import Containers
import Foundation
import Images
import Kube

/// What one volume of a pod is on this host. Nothing of it has happened yet.
struct VolumePlan: Equatable, Sendable {
    enum Content: Equatable, Sendable {
        /// An empty directory on disk.
        case directory(mode: UInt32)
        case memory(MemoryVolumePlan)
        case hostPath(type: String)
        case files([VolumeFile])
        /// Layers, bottom first.
        case image([String])
        /// What a claim is bound to, of a type as `hostPath` has them. Unlike a path of the host, anybody may have asked for it.
        case claim(type: String)
        /// We made it, and what it was made from is gone: it stays as it is.
        case existing
    }

    let name: String
    /// On the host; empty for an image.
    var path = ""
    var content: Content
    /// Whatever its mounts say.
    var isReadOnly = false
    /// `fsGroup`, for volumes that are made here.
    var group: UInt32?
}

/// Why a volume cannot be made yet, in the kubelet's words. It may be possible later.
struct VolumeProblem: Error, Equatable {
    let volume: String
    let message: String
    /// An image that is not imported: its containers say so as they do of their own.
    var image: String?
}

/// Where the volume of a claim is. The one point where claims come in: `PodContext.volumeDirectory` answers it.
enum ClaimDirectory: Equatable, Sendable {
    /// - Parameter type: what must be there, as in `HostPathVolumeSource`.
    case directory(path: String, type: String)
    /// Not yet, and why. The pod is looked at again when a ConfigMap, Secret or image changes; whoever answers sends
    /// `.referencesChanged` to the pod's worker when the answer changes.
    case waiting(String)
}

/// From where volumes are made.
struct VolumeObjects {
    var configMap: (String) -> ConfigMap?
    var secret: (String) -> Secret?
    var image: (String) -> Image?
    var claim: (PersistentVolumeClaimVolumeSource) -> ClaimDirectory
}

/// Decides what a volume is. Pure.
struct VolumePlanner {
    let pod: Pod
    let host: NodeFacts
    let paths: PodPaths
    let objects: VolumeObjects

    func plan(_ volume: Volume) throws(VolumeProblem) -> VolumePlan {
        let name = volume.name
        if let source = volume.emptyDir { return planEmpty(source, name) }
        if let source = volume.hostPath {
            return VolumePlan(name: name, path: source.path, content: .hostPath(type: source.type ?? ""))
        }
        if let source = volume.image { return try planImage(source, name) }
        if let source = volume.persistentVolumeClaim {
            switch objects.claim(source) {
            case .directory(let path, let type):
                return VolumePlan(
                    name: name, path: path, content: .claim(type: type), isReadOnly: source.readOnly == true)
            case .waiting(let message): throw VolumeProblem(volume: name, message: message)
            }
        }
        guard let place = paths.files(of: volume) else {
            throw VolumeProblem(volume: name, message: "this kind of volume is not supported")
        }
        let files: [VolumeFile]
        do throws(MissingSource) {
            files = try VolumePayload(pod: pod, host: host, objects: objects).files(of: volume)
        } catch { throw VolumeProblem(volume: name, message: error.message) }
        return VolumePlan(name: name, path: place, content: .files(files), isReadOnly: true, group: group)
    }

    private var group: UInt32? { pod.spec.securityContext?.fsGroup.flatMap { UInt32(exactly: $0) } }

    private func planEmpty(_ source: EmptyDirVolumeSource, _ name: String) -> VolumePlan {
        let path = paths.volume("empty-dir", name)
        let mode = UInt32(source.mode ?? 0o777)
        guard source.medium == "Memory" else {
            return VolumePlan(name: name, path: path, content: .directory(mode: mode), group: group)
        }
        let memory = MemoryVolumePlan(
            name: name, path: path, bytes: memorySize(source), mode: group == nil ? mode : mode | 0o2770, group: group)
        return VolumePlan(name: name, path: path, content: .memory(memory), group: group)
    }

    /// The smallest of its own limit and the pod's limit of memory; half of the host's memory when there is neither.
    private func memorySize(_ source: EmptyDirVolumeSource) -> Int64 {
        let own = source.sizeLimit.map(\.value).flatMap { $0 > 0 ? $0 : nil }
        let whole = PodResources(pod.spec).bound("memory")?.value
        return [own, whole].compactMap { $0 }.min() ?? host.memoryBytes / 2
    }

    private func planImage(_ source: ImageVolumeSource, _ name: String) throws(VolumeProblem) -> VolumePlan {
        let reference = source.reference ?? ""
        guard let image = objects.image(reference) else {
            let message =
                source.pullPolicy == "Never"
                ? "Container image \"\(reference)\" is not present with pull policy of Never"
                : "image \"\(reference)\" is not in this host's store; import it with \"stint image import\""
            throw VolumeProblem(volume: name, message: message, image: reference)
        }
        return VolumePlan(name: name, content: .image(image.layers.map(\.directory)), isReadOnly: true)
    }
}

extension PodPaths {
    /// `<pod>/volumes/kubernetes.io~<kind>/<name>`, as the kubelet has it.
    func volume(_ kind: String, _ name: String) -> String { "\(volumes)/kubernetes.io~\(kind)/\(name)" }

    /// Where the files of a volume are; those of Secrets go with a reboot. Nil for other kinds.
    func files(of volume: Volume) -> String? {
        if volume.configMap != nil { return self.volume("configmap", volume.name) }
        if volume.downwardAPI != nil { return self.volume("downward-api", volume.name) }
        if volume.secret != nil { return "\(memory)/kubernetes.io~secret/\(volume.name)" }
        guard let projected = volume.projected else { return nil }
        let hasSecret = (projected.sources ?? []).contains { $0.secret != nil }
        return hasSecret ? "\(memory)/kubernetes.io~projected/\(volume.name)" : self.volume("projected", volume.name)
    }
}
