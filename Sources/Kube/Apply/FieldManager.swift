import Foundation

/// Who wrote what of an object (`metav1.ManagedFieldsEntry`), kept by the API on every write, and server-side apply, which
/// rests on it.
///
/// Pure functions over trees: what comes out is decoded, defaulted and validated like any other write. They behave as
/// upstream's (apimachinery `util/managedfields`, structured-merge-diff). Where upstream looks at Go structs we look at the
/// schema, which knows what a list is shared by.
public struct FieldManager: Sendable {
    let type: ResourceType
    let shapes: Shapes
    let root: Shape

    public init(type: ResourceType, schema: Schema = .kubernetes) {
        self.type = type
        shapes = Shapes(schema: schema)
        root = shapes.root(type)
    }

    /// After create, update or a patch that is no apply: `metadata.managedFields` of the new object, nil for none. `manager`
    /// is what `FieldManager.manager(fieldManager:userAgent:)` says.
    ///
    /// A client may edit the list itself, which is how kubectl moves an object from client-side to server-side apply: what
    /// `new` carries is honoured, unless it cannot be read (then the live list counts) or the write is to a subresource.
    /// Never fails: a write is not refused for its bookkeeping, and an object that cannot be compared keeps its list.
    public func update(
        from live: JSONValue?, to new: JSONValue, manager: String, subresource: String? = nil, now: Date
    ) -> [JSONValue]? {
        let managed = managedFields(live: live, new: new, isSubresource: !(subresource ?? "").isEmpty)
        let isCreate = (live?["metadata"]?["uid"]?.string ?? "").isEmpty
        // What existed before anyone kept its list is not tracked until it is applied to: the first to change one field
        // would seem to own nothing else.
        if managed.entries.isEmpty, !isCreate { return nil }
        let (old, object) = (live?.withoutManagedFields ?? .object([:]), new.withoutManagedFields)
        guard mismatch(old) == nil, mismatch(object) == nil else { return live?.managedFields?.array }
        let updated = update(managed, from: old, to: object, manager, subresource ?? "", now)
        return keepingTimes(updated.list, of: live, isUnchanged: old.isSame(as: object))
    }

    private func managedFields(live: JSONValue?, new: JSONValue, isSubresource: Bool) -> ManagedFields {
        if !isSubresource {
            if ManagedFields.isReset(new.managedFields) { return ManagedFields() }
            // An unreadable list is like none.
            if let managed = try? ManagedFields(new.managedFields), !managed.entries.isEmpty { return managed }
        }
        return (try? ManagedFields(live?.managedFields)) ?? ManagedFields()  // the same
    }

    /// Added and changed fields go to the manager; what it has is taken from the others, what is removed from everyone.
    func update(
        _ managed: ManagedFields, from old: JSONValue, to new: JSONValue, _ manager: String, _ subresource: String,
        _ now: Date
    ) -> ManagedFields {
        var managed = reconciled(managed)
        let resets = ResetFields(type: type, shapes: shapes, subresource: subresource)
        let comparison = shapes.compare(shapes.filled(old, root), shapes.filled(new, root), root)
            .filtered(resets.filter)
        let lost = comparison.changed.union(comparison.removed)
        managed.take(lost)
        let gained = comparison.changed.subtracting(Self.unowned)
        if !gained.isEmpty {
            let identity = identity(manager, .update, subresource)
            var entry = managed.entries[identity] ?? .init(apiVersion: type.apiVersion, fields: FieldSet())
            entry.fields.formUnion(gained)
            entry.time = Timestamp(now)
            managed.entries[identity] = entry
        }
        managed.capUpdaters()
        return managed
    }

    func identity(_ manager: String, _ operation: ManagerIdentity.Operation, _ subresource: String)
        -> ManagerIdentity
    {
        ManagerIdentity(
            manager: manager.isEmpty ? "unknown" : manager, operation: operation, apiVersion: type.apiVersion,
            subresource: subresource)
    }

    /// The list in the terms of today's schema. Entries of versions that we do not serve can no longer be understood, and
    /// go; those of another version of the same objects are kept as they are.
    func reconciled(_ managed: ManagedFields) -> ManagedFields {
        var result = ManagedFields()
        for (identity, entry) in managed.entries {
            if entry.apiVersion == type.apiVersion {
                var entry = entry
                entry.fields = shapes.reconciled(entry.fields, root)
                result.entries[identity] = entry
            } else if type.kind == "Event", Self.eventVersions.contains(entry.apiVersion) {
                result.entries[identity] = entry
            }
        }
        return result
    }

    /// The one kind that is served in two groups.
    private static let eventVersions: Set = ["v1", "events.k8s.io/v1"]

    /// What is wrong with the shape of an object that is stored, or is about to be.
    func mismatch(_ object: JSONValue) -> String? {
        var check = ShapeCheck(shapes: shapes, isLenient: true)
        check.check(object, root)
        return check.message
    }

    /// What names the object or is kept by the API has no owner.
    static let unowned = FieldSet(
        [.field("apiVersion")], [.field("kind")], [.field("metadata")], metadata("name"), metadata("namespace"),
        metadata("creationTimestamp"), metadata("selfLink"), metadata("uid"), metadata("clusterName"),
        metadata("generation"), metadata("managedFields"), metadata("resourceVersion"))

    private static func metadata(_ name: String) -> [PathElement] { [.field("metadata"), .field(name)] }
}

extension ManagedFields {
    /// Takes fields from every manager but one; who has nothing left is off the list.
    mutating func take(_ fields: FieldSet, exceptFrom own: ManagerIdentity? = nil) {
        for (identity, entry) in entries where identity != own {
            let left = entry.fields.subtracting(fields)
            entries[identity]?.fields = left
            if left.isEmpty { entries[identity] = nil }
        }
    }
}

extension JSONValue {
    var managedFields: JSONValue? { self["metadata"]?["managedFields"] }

    var withoutManagedFields: JSONValue { settingManagedFields(nil) }

    func settingManagedFields(_ list: [JSONValue]?) -> JSONValue {
        guard case .object(var members) = self else { return self }
        guard case .object(var metadata) = members["metadata"] ?? (list == nil ? .null : .object([:])) else {
            return self
        }
        metadata["managedFields"] = list.map { .array($0) }
        members["metadata"] = .object(metadata)
        return .object(members)
    }
}
