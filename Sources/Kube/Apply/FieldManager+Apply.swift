import Foundation

extension FieldManager {
    /// `PATCH application/apply-patch+yaml`: the applied object laid over the live one. `live` is nil when the object does
    /// not exist (apply creates it). The result is the merged object with its `metadata.managedFields`.
    ///
    /// A field that the schema does not know is an error here, whatever `fieldValidation` says: nobody could own it.
    /// Conflicts are one 409 that names them all. When nothing changes, the live object comes back as it is, so that
    /// nothing need be written.
    public func apply(
        _ applied: JSONValue, to live: JSONValue?, manager: String, force: Bool, subresource: String? = nil, now: Date
    ) throws(Status) -> JSONValue {
        try checkNames(applied, live)
        var managed: ManagedFields
        do {
            managed = try ManagedFields(live?.managedFields)
        } catch {
            throw .applyFailed("failed to decode managed fields: \(error.message)")
        }
        if case .array = applied.managedFields { throw .badRequest("metadata.managedFields must be nil") }
        let old = live?.withoutManagedFields ?? .object([:])
        // Fields that were there before anyone kept a list belong to someone, and are not to be overwritten silently.
        if managed.entries.isEmpty, live != nil, mismatch(old) == nil {
            managed = update(managed, from: .object([:]), to: old, "before-first-apply", subresource ?? "", now)
        }
        let application = Application(
            manager: self, applied: applied.withoutNullTimestamp, live: old,
            identity: identity(manager, .apply, subresource ?? ""), now: now)
        try application.check()
        let (object, owners) = try application.merge(managed, force: force, isKubectl: manager == "kubectl")
        let list = keepingTimes(owners.list, of: live, isUnchanged: live != nil && old.isSame(as: object))
        let result = object.settingManagedFields(list)
        guard manager == "kubectl", !result.lastApplied.isEmpty else { return result }
        return result.settingLastApplied(applied)
    }

    private func checkNames(_ applied: JSONValue, _ live: JSONValue?) throws(Status) {
        guard case .object = applied else {
            throw .badRequest(
                "error decoding patch: json: cannot unmarshal \(applied.jsonType) into Go value of type "
                    + "map[string]interface {}")
        }
        let parts = (applied["apiVersion"]?.string ?? "").split(separator: "/", omittingEmptySubsequences: false)
        let kind = applied["kind"]?.string ?? ""
        let (group, version) =
            switch parts.count {
            case 1: ("", String(parts[0]))
            case 2: (String(parts[0]), String(parts[1]))
            default: ("", "")
            }
        guard group == type.group, version == type.version, kind == type.kind else {
            throw .badRequest("invalid object type: \(group)/\(version), Kind=\(parts.count > 2 ? "" : kind)")
        }
        if let name = applied["metadata"]?["name"]?.string, let other = live?["metadata"]?["name"]?.string, name != other {
            throw .badRequest("the name of the object (\(name)) does not match the name on the URL (\(other))")
        }
    }
}

/// One apply at work.
private struct Application {
    let manager: FieldManager
    let applied: JSONValue
    let live: JSONValue
    let identity: ManagerIdentity
    let now: Date

    private var shapes: Shapes { manager.shapes }
    private var root: Shape { manager.root }

    /// A list with a key given twice, or a value of the wrong type, has no place in a set of fields.
    func check() throws(Status) {
        if let problem = manager.problem(applied) {
            throw .applyFailed("failed to create typed patch object (\(manager.name(of: applied))): \(problem)")
        }
        if let problem = manager.mismatch(live) {
            throw .applyFailed("failed to create typed live object (\(manager.name(of: live))): \(problem)")
        }
    }

    func merge(_ managed: ManagedFields, force: Bool, isKubectl: Bool) throws(Status)
        -> (JSONValue, ManagedFields)
    {
        var managed = manager.reconciled(managed)
        let resets = ResetFields(type: manager.type, shapes: shapes, subresource: identity.subresource)
        var object = shapes.merge(applied, over: live, root)

        let last = managed.entries[identity]
        let fields = resets.filter(shapes.fields(of: applied, root))
        managed.entries[identity] = .init(apiVersion: manager.type.apiVersion, fields: fields, time: last?.time)
        if let last, last.apiVersion == manager.type.apiVersion {
            var owned = FieldSet()
            for entry in managed.entries.values { owned.formUnion(entry.fields) }
            object = shapes.pruned(object, last: last.fields, owned: owned, root)
        }

        let comparison = shapes.compare(shapes.filled(live, root), shapes.filled(object, root), root)
            .filtered(resets.filter)
        let changed = comparison.changed
        if !force {
            var conflicts = managed.entries.filter { $0.key != identity }.flatMap { other, entry in
                entry.fields.intersection(changed).paths.map { ApplyConflict(manager: other, path: $0) }
            }
            // kubectl may overwrite what its client-side apply wrote, as long as nobody has changed it since.
            if isKubectl, !conflicts.isEmpty, let own = manager.fieldsLastApplied(to: live) {
                conflicts.removeAll { own.contains($0.path) }
            }
            if !conflicts.isEmpty { throw ApplyConflict.status(conflicts) }
        }
        managed.take(changed.union(comparison.removed), exceptFrom: identity)

        let owned = fields.subtracting(FieldManager.unowned)
        let isUnchanged = live.isSame(as: object)
        managed.entries[identity] =
            owned.isEmpty
            ? nil
            : .init(
                apiVersion: manager.type.apiVersion, fields: owned, time: isUnchanged ? last?.time : Timestamp(now))
        return (isUnchanged ? live : object, managed)
    }
}

extension FieldManager {
    /// What is wrong with the shape of an object that a client applies.
    func problem(_ object: JSONValue) -> String? {
        var check = ShapeCheck(shapes: shapes, isLenient: false)
        check.check(object, root)
        return check.message
    }

    /// `default/pi; batch/v1, Kind=Job`
    fileprivate func name(of object: JSONValue) -> String {
        let metadata = object["metadata"]
        return "\(metadata?["namespace"]?.string ?? "")/\(metadata?["name"]?.string ?? ""); "
            + "\(type.group)/\(type.version), Kind=\(type.kind)"
    }
}

extension Status {
    /// Upstream answers these with 500 and no reason.
    fileprivate static func applyFailed(_ message: String) -> Status {
        var status = Status(code: 500, reason: "", message: message)
        status.reason = nil
        return status
    }
}

extension JSONValue {
    /// Manifests that a program printed say `creationTimestamp: null`, which asks for nothing.
    fileprivate var withoutNullTimestamp: JSONValue {
        guard case .object(var members) = self, case .object(var metadata)? = members["metadata"],
            metadata["creationTimestamp"] == .null
        else { return self }
        metadata["creationTimestamp"] = nil
        members["metadata"] = .object(metadata)
        return .object(members)
    }

    fileprivate var jsonType: String {
        switch self {
        case .null: "null"
        case .bool: "bool"
        case .integer, .number: "number"
        case .string: "string"
        case .array: "array"
        case .object: "object"
        }
    }
}
