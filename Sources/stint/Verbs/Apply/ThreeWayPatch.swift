import Kube

/// The strategic merge patch that turns `current` into what `modified` says, leaves alone what neither it nor
/// `original` mentions (defaults, status, other people's fields), and takes away what `original` had and `modified`
/// no longer has.
enum ThreeWayPatch {
    static func make(original: JSONValue, modified: JSONValue, current: JSONValue) -> JSONValue {
        object(original, modified, current) ?? .object([:])
    }

    /// Lists that merge element by element, and the member that tells the elements apart (upstream's
    /// `patchMergeKey`). Every other list is replaced as a whole.
    private static let mergeKeys = [
        "containers": "name", "initContainers": "name", "ephemeralContainers": "name", "env": "name",
        "volumes": "name", "volumeMounts": "mountPath", "volumeDevices": "devicePath", "ports": "containerPort",
        "imagePullSecrets": "name", "hostAliases": "ip", "conditions": "type", "ownerReferences": "uid",
        "topologySpreadConstraints": "topologyKey", "secrets": "name",
    ]

    /// None when there is nothing to do.
    private static func object(_ original: JSONValue, _ modified: JSONValue, _ current: JSONValue) -> JSONValue? {
        var patch: [String: JSONValue] = [:]
        let wanted = modified.object ?? [:]
        for (name, value) in wanted {
            guard value != .null else {
                if current[name] != nil { patch[name] = .null }
                continue
            }
            patch[name] = member(name, original[name], value, current[name])
        }
        for (name, _) in original.object ?? [:] where wanted[name] == nil && current[name] != nil {
            patch[name] = .null
        }
        guard !patch.isEmpty else { return .none }
        return .object(patch)
    }

    private static func member(
        _ name: String, _ original: JSONValue?, _ modified: JSONValue, _ current: JSONValue?
    ) -> JSONValue? {
        guard let current else { return modified }
        switch (modified, current) {
        case (.object, .object): return object(original ?? .object([:]), modified, current)
        case (.array(let wanted), .array(let found)):
            if let key = mergeKeys[name] { return list(by: key, original?.array ?? [], wanted, found) }
            guard wanted != found else { return .none }
            return modified
        default:
            guard modified != current else { return .none }
            return modified
        }
    }

    private static func list(
        by key: String, _ original: [JSONValue], _ wanted: [JSONValue], _ found: [JSONValue]
    ) -> JSONValue? {
        func element(_ value: JSONValue?, in list: [JSONValue]) -> JSONValue? {
            value.flatMap { value in list.first { $0[key] == value } }
        }
        var patch: [JSONValue] = []
        for value in wanted {
            guard let there = element(value[key], in: found) else {
                patch.append(value)
                continue
            }
            guard case .object(var change)? = object(element(value[key], in: original) ?? .object([:]), value, there)
            else { continue }
            change[key] = value[key]
            patch.append(.object(change))
        }
        for value in original where element(value[key], in: wanted) == nil && element(value[key], in: found) != nil {
            if let name = value[key] { patch.append(.object(["$patch": "delete", key: name])) }
        }
        guard !patch.isEmpty else { return .none }
        return .array(patch)
    }
}
