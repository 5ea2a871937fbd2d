import Containers
import Foundation
import Kube

/// What a pod takes of the disk, in bytes.
struct StorageUse: Equatable, Sendable {
    /// Volumes of type `emptyDir` that are on disk.
    var volumes: [String: Int64] = [:]
    /// What containers wrote to their root and to their logs.
    var containers: [String: Int64] = [:]

    var total: Int64 {
        (Array(volumes.values) + containers.values).reduce(0) {
            $0.addingReportingOverflow($1).overflow ? .max : $0 + $1
        }
    }
}

/// Which limits on disk a pod has. Pure.
struct StorageLimits: Equatable, Sendable {
    /// In the order of the pod's lists.
    var volumes: [(name: String, limit: Quantity)] = []
    var containers: [(name: String, limit: Quantity)] = []

    static let resource = "ephemeral-storage"

    init(_ spec: PodSpec) {
        for volume in spec.volumes ?? [] {
            // A volume of memory ends at its size by itself.
            guard let source = volume.emptyDir, source.medium != "Memory", let limit = source.sizeLimit, limit > .zero
            else { continue }
            volumes.append((volume.name, limit))
        }
        for container in spec.containers + (spec.initContainers ?? []) {
            guard let limit = container.resources?.limits?[Self.resource] else { continue }
            containers.append((container.name, limit))
        }
    }

    var isEmpty: Bool { volumes.isEmpty && containers.isEmpty }

    /// Why the pod is to be evicted, in the kubelet's words and order: a volume, the pod as a whole, a container
    /// (`localStorageEviction`).
    func violation(_ use: StorageUse) -> String? {
        for (name, limit) in volumes where use.volumes[name] ?? 0 > limit.value {
            return "Usage of EmptyDir volume \(name.goQuoted) exceeds the limit \(limit.text.goQuoted). "
        }
        if !containers.isEmpty {
            let whole = containers.map(\.limit.value).reduce(0, +)
            if use.total > whole {
                let text = containers.count == 1 ? containers[0].limit.text : Quantity(bytes: whole).text
                return "Pod ephemeral local storage usage exceeds the total limit of containers \(text). "
            }
        }
        for (name, limit) in containers where use.containers[name] ?? 0 > limit.value {
            return "Container \(name) exceeded its local ephemeral storage limit \(limit.text.goQuoted). "
        }
        return nil
    }

    static func == (left: StorageLimits, right: StorageLimits) -> Bool {
        left.volumes.elementsEqual(right.volumes, by: ==) && left.containers.elementsEqual(right.containers, by: ==)
    }
}

extension PodPaths {
    /// Blocks.
    func storageUse(_ spec: PodSpec) -> StorageUse {
        var use = StorageUse()
        for volume in spec.volumes ?? [] where volume.emptyDir != nil && volume.emptyDir?.medium != "Memory" {
            use.volumes[volume.name] = DiskUse.bytes(below: self.volume("empty-dir", volume.name))
        }
        for container in spec.containers + (spec.initContainers ?? []) {
            let parts = ["\(roots)/\(container.name)", "\(directory)/logs/\(container.name)"]
            let bytes = parts.map { DiskUse.bytes(below: $0) }
            use.containers[container.name] = bytes.contains(.max) ? .max : bytes.reduce(0, +)
        }
        return use
    }
}
