/// kubectl's client-side apply keeps what it applied in an annotation. When kubectl goes over to server-side apply, the
/// annotation is its claim to the fields, and it is kept up to date, so that the way back is open.
extension FieldManager {
    /// The fields that client-side apply wrote and that still have the value it gave them. Nil without a readable claim.
    func fieldsLastApplied(to live: JSONValue) -> FieldSet? {
        let text = live.lastApplied
        // An annotation that is no object of this version is no claim.
        guard !text.isEmpty, let applied = try? KubeJSON.parse(text.utf8),
            applied["apiVersion"]?.string == type.apiVersion, problem(applied) == nil
        else { return nil }
        let comparison = shapes.compare(applied, live, root)
        return shapes.fields(of: applied, root).subtracting(comparison.changed).subtracting(comparison.removed)
    }
}

extension JSONValue {
    private static let lastAppliedName = "kubectl.kubernetes.io/last-applied-configuration"

    /// All annotations of an object together may have this many bytes.
    private static let maximumAnnotations = 256 << 10

    private var annotations: [String: JSONValue]? { self["metadata"]?["annotations"]?.object }

    var lastApplied: String { annotations?[Self.lastAppliedName]?.string ?? "" }

    /// The annotation as kubectl would write it; it is left out when it would make the annotations too large.
    func settingLastApplied(_ applied: JSONValue) -> JSONValue {
        var own = applied.annotations
        own?[Self.lastAppliedName] = nil
        // A tree that came from a parser can be written.
        guard let bytes = try? KubeJSON.encode(applied.settingAnnotations(own)) else { return self }
        var all = annotations ?? [:]
        all[Self.lastAppliedName] = .string(String(decoding: bytes, as: UTF8.self) + "\n")
        let size = all.reduce(0) { $0 + $1.key.utf8.count + ($1.value.string?.utf8.count ?? 0) }
        if size > Self.maximumAnnotations { all[Self.lastAppliedName] = nil }
        return settingAnnotations(all)
    }

    private func settingAnnotations(_ annotations: [String: JSONValue]?) -> JSONValue {
        guard case .object(var members) = self, case .object(var metadata)? = members["metadata"] else { return self }
        metadata["annotations"] = annotations.map { .object($0) }
        members["metadata"] = .object(metadata)
        return .object(members)
    }
}
