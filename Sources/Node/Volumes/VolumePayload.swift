import Containers
import Foundation
import Kube

/// What files are made from is not there.
struct MissingSource: Error, Equatable {
    let message: String
}

/// The files of a volume, from objects and from the pod itself. Pure. Messages have names in them and never values.
struct VolumePayload {
    let pod: Pod
    let host: NodeFacts
    let objects: VolumeObjects

    func files(of volume: Volume) throws(MissingSource) -> [VolumeFile] {
        if let source = volume.configMap {
            return try configMap(
                source.name ?? "", source.items, mode: source.defaultMode, isOptional: source.optional == true)
        }
        if let source = volume.secret {
            return try secret(
                source.secretName ?? "", source.items, mode: source.defaultMode, isOptional: source.optional == true)
        }
        if let source = volume.downwardAPI { return try fields(source.items ?? [], mode: source.defaultMode) }
        return try projected(volume.projected ?? ProjectedVolumeSource())
    }

    /// A later source wins over an earlier one. All that is missing is told.
    private func projected(_ source: ProjectedVolumeSource) throws(MissingSource) -> [VolumeFile] {
        var files: [String: VolumeFile] = [:]
        var missing: [String] = []
        let mode = source.defaultMode
        for source in source.sources ?? [] {
            do throws(MissingSource) {
                var found: [VolumeFile] = []
                if let object = source.secret {
                    found += try secret(
                        object.name ?? "", object.items, mode: mode, isOptional: object.optional == true)
                }
                if let object = source.configMap {
                    found += try configMap(
                        object.name ?? "", object.items, mode: mode, isOptional: object.optional == true)
                }
                found += try fields(source.downwardAPI?.items ?? [], mode: mode)
                for file in found { files[file.path] = file }
            } catch { missing.append(error.message) }
        }
        if missing.count == 1 { throw MissingSource(message: missing[0]) }
        if !missing.isEmpty { throw MissingSource(message: "[\(missing.joined(separator: ", "))]") }
        return files.values.sorted { $0.path < $1.path }
    }

    private func configMap(
        _ name: String, _ items: [KeyToPath]?, mode: Int?, isOptional: Bool
    ) throws(MissingSource) -> [VolumeFile] {
        guard let object = objects.configMap(name) else {
            if isOptional { return [] }
            throw MissingSource(message: "configmap \"\(name)\" not found")
        }
        var entries = (object.data ?? [:]).mapValues { Array($0.utf8) }
        entries.merge((object.binaryData ?? [:]).mapValues { Array($0.bytes) }) { $1 }
        return try files(
            entries, items, mode: mode, isOptional: isOptional, "configmap references non-existent config key")
    }

    private func secret(
        _ name: String, _ items: [KeyToPath]?, mode: Int?, isOptional: Bool
    ) throws(MissingSource) -> [VolumeFile] {
        guard let object = objects.secret(name) else {
            if isOptional { return [] }
            throw MissingSource(message: "secret \"\(name)\" not found")
        }
        let entries = (object.data ?? [:]).mapValues { Array($0.bytes) }
        return try files(
            entries, items, mode: mode, isOptional: isOptional, "references non-existent secret key")
    }

    private func files(
        _ entries: [String: [UInt8]], _ items: [KeyToPath]?, mode: Int?, isOptional: Bool, _ complaint: String
    ) throws(MissingSource) -> [VolumeFile] {
        guard let items, !items.isEmpty else {
            return entries.sorted { $0.key < $1.key }.map {
                VolumeFile(path: $0.key, bytes: $0.value, mode: bits(mode))
            }
        }
        var files: [VolumeFile] = []
        for item in items {
            guard let bytes = entries[item.key] else {
                if isOptional { continue }
                throw MissingSource(message: "\(complaint): \(item.key)")
            }
            files.append(VolumeFile(path: item.path, bytes: bytes, mode: bits(item.mode ?? mode)))
        }
        return files
    }

    private func fields(_ items: [DownwardAPIVolumeFile], mode: Int?) throws(MissingSource) -> [VolumeFile] {
        var files: [VolumeFile] = []
        for item in items {
            let text: String
            do throws(ContainerConfigError) { text = try value(of: item) } catch {
                throw MissingSource(message: error.message)
            }
            files.append(VolumeFile(path: item.path, bytes: Array(text.utf8), mode: bits(item.mode ?? mode)))
        }
        return files
    }

    private func value(of item: DownwardAPIVolumeFile) throws(ContainerConfigError) -> String {
        if let field = item.fieldRef {
            switch field.fieldPath {
            case "metadata.labels": return table(pod.metadata.labels)
            case "metadata.annotations": return table(pod.metadata.annotations)
            default: return try podField(field.fieldPath, pod: pod, host: host)
            }
        }
        guard let resource = item.resourceFieldRef else { return "" }
        let containers = pod.spec.allContainers
        guard let container = containers.first(where: { $0.name == resource.containerName }) else {
            throw ContainerConfigError(message: "container \(resource.containerName ?? "") not found")
        }
        return try resourceField(resource, of: container, in: pod.spec, host: host)
    }

    /// One entry a line, the value as Go quotes it (`fieldpath.FormatMap`).
    private func table(_ entries: [String: String]?) -> String {
        (entries ?? [:]).sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value.goQuoted)" }.joined(separator: "\n")
    }

    private func bits(_ mode: Int?) -> UInt32 { UInt32(mode ?? 0o644) & 0o777 }
}
