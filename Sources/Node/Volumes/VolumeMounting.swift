import Containers
import Foundation
import Kube

/// Where the volumes of a pod appear in one of its containers. Pure.
func makePlacements(
    _ container: Container, volumes: [VolumePlan], environment: Environment
) throws(ContainerConfigError) -> [VolumePlacement] {
    var placements: [VolumePlacement] = []
    for mount in container.volumeMounts ?? [] {
        // Validation saw to it that there is one; a pod of an older daemon may be different.
        guard let volume = volumes.first(where: { $0.name == mount.name }) else {
            throw ContainerConfigError(message: "volume \"\(mount.name)\" is not one of the pod")
        }
        var placement = VolumePlacement(
            name: mount.name, source: volume.path, subPath: try subPath(mount, environment),
            target: absolute(mount.mountPath), isReadOnly: mount.readOnly == true || volume.isReadOnly,
            isRecursive: ["Enabled", "IfPossible"].contains(mount.recursiveReadOnly))
        switch mount.mountPropagation {
        case "HostToContainer": placement.propagation = .hostToContainer
        case "Bidirectional": placement.propagation = .bidirectional
        default: break
        }
        if case .image(let layers) = volume.content { placement.layers = layers }
        if case .memory = volume.content { placement.isMemory = true }
        // A path of the host is the operator's, devices in it included.
        if case .hostPath = volume.content { placement.allowsDevices = true }
        if container.securityContext?.privileged == true { placement.allowsDevices = true }
        placements.append(placement)
    }
    return placements
}

/// As the kubelet's `ExpandContainerVolumeMounts`: every variable must have a value, and the result must be a path inside.
private func subPath(_ mount: VolumeMount, _ environment: Environment) throws(ContainerConfigError) -> String {
    guard let expression = mount.subPathExpr, !expression.isEmpty else { return mount.subPath ?? "" }
    let missing = Environment.references(in: expression).filter { environment.declared[$0] ?? "" == "" }
    if !missing.isEmpty {
        let names = Set(missing).sorted().joined(separator: ", ")
        throw ContainerConfigError(message: "missing value for \(names)")
    }
    let path = Environment.expand(expression, with: environment.declared)
    if path.hasPrefix("/") {
        throw ContainerConfigError(message: "error SubPath `\(path)` must not be an absolute path")
    }
    if path.split(separator: "/").contains("..") {
        throw ContainerConfigError(message: "unable to provision SubPath `\(path)`: must not contain '..'")
    }
    return path
}

/// From the root, without `.` and `..` (Go's `path.Clean`).
private func absolute(_ path: String) -> String {
    var names: [Substring] = []
    for name in path.split(separator: "/") where name != "." {
        if name == ".." { _ = names.popLast() } else { names.append(name) }
    }
    return "/" + names.joined(separator: "/")
}

extension Container {
    /// For the status. Files of the API and images can never be written, whatever the mount says.
    func mountStatuses(_ volumes: [Volume]?) -> [VolumeMountStatus]? {
        guard let volumeMounts, !volumeMounts.isEmpty else { return nil }
        return volumeMounts.map { mount in
            let volume = volumes?.first { $0.name == mount.name }
            let isFixed =
                volume?.configMap != nil || volume?.secret != nil || volume?.downwardAPI != nil
                || volume?.projected != nil || volume?.image != nil
            return VolumeMountStatus(mount, isReadOnly: mount.readOnly == true || isFixed)
        }
    }
}
