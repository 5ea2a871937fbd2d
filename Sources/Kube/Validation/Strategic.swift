import Foundation

/// What happens to an object of this kind between the wire and the store, as upstream's strategies say:
/// decode, default, prepare, validate. Everything here is pure.
public protocol Strategic: Resource {
    /// Fills in what the author left out. Safe to apply twice.
    mutating func applyDefaults()
    /// Takes away what clients may not set on create (the status), and adds what needs name and uid (selectors).
    mutating func prepareForCreate()
    /// Puts back what this request may not change.
    mutating func prepareForUpdate(old: Self)
    /// The same for the `status` subresource: only the status changes.
    mutating func prepareForStatusUpdate(old: Self)
    /// The same for the `resize` subresource, which pods alone have: only what containers may use changes.
    mutating func prepareForResize(old: Self)
    func validate() -> [FieldError]
    func validateUpdate(old: Self) -> [FieldError]
    func validateStatusUpdate(old: Self) -> [FieldError]
    func validateResize(old: Self) -> [FieldError]
    /// Told to the client in HTTP `Warning` headers; nothing is refused.
    func warnings(old: Self?) -> [String]
}

extension Strategic {
    public mutating func applyDefaults() {}
    public mutating func prepareForCreate() {}
    public mutating func prepareForUpdate(old: Self) {}
    public mutating func prepareForStatusUpdate(old: Self) {}
    public mutating func prepareForResize(old: Self) {}
    public func validateUpdate(old: Self) -> [FieldError] { [] }
    public func validateStatusUpdate(old: Self) -> [FieldError] { [] }
    public func validateResize(old: Self) -> [FieldError] { [] }
    public func warnings(old: Self?) -> [String] { [] }
}

extension Strategic {
    /// All that stands before the store on create. The answer is what to warn of.
    ///
    /// Gives the object its uid and creation time, which the store keeps; a `generateName` becomes a name.
    public mutating func admitForCreate(
        namespace: String?, uid: String, now: Date
    ) throws(Status) -> [String] {
        try admitNamespace(namespace)
        if metadata.name ?? "" == "", let prefix = metadata.generateName, !prefix.isEmpty {
            metadata.name = NameGenerator.name(from: prefix)
        }
        metadata.uid = uid
        metadata.creationTimestamp = Timestamp(now)
        metadata.deletionTimestamp = nil
        metadata.deletionGracePeriodSeconds = nil
        metadata.generation = 1
        metadata.resourceVersion = nil
        applyDefaults()
        prepareForCreate()
        let errors = validate()
        if !errors.isEmpty { throw .invalid(Self.type, name, errors) }
        return warnings(old: nil)
    }

    /// All that stands before the store on update or patch, of the object, of its status, or of what it may use.
    public mutating func admitForUpdate(
        old: Self, isStatus: Bool = false, isResize: Bool = false
    ) throws(Status) -> [String] {
        if metadata.name ?? "" != "", metadata.name != old.metadata.name {
            throw .badRequest(
                "the name of the object (\(name)) does not match the name on the URL (\(old.name))")
        }
        try admitNamespace(old.metadata.namespace)
        if let uid = metadata.uid, !uid.isEmpty, uid != old.uid {
            throw .preconditionFailed(Self.type, old.name, "UID", wanted: uid, found: old.uid)
        }
        metadata.keepSystemFields(of: old.metadata)
        applyDefaults()
        let errors: [FieldError]
        if isResize {
            prepareForResize(old: old)
            errors = validateResize(old: old)
        } else if isStatus {
            prepareForStatusUpdate(old: old)
            errors = validateStatusUpdate(old: old)
        } else {
            prepareForUpdate(old: old)
            errors = validateUpdate(old: old)
        }
        if !errors.isEmpty { throw .invalid(Self.type, old.name, errors) }
        return isStatus || isResize ? [] : warnings(old: old)
    }

    /// An object without a namespace takes the request's.
    private mutating func admitNamespace(_ namespace: String?) throws(Status) {
        guard Self.type.isNamespaced else {
            metadata.namespace = nil
            return
        }
        if metadata.namespace ?? "" == "" { metadata.namespace = namespace }
        if metadata.namespace != namespace {
            throw .badRequest(
                "the namespace of the provided object does not match the namespace sent on the request")
        }
    }
}

extension ObjectMeta {
    /// What no client may change. The resource version stays: it says which object the client saw.
    mutating func keepSystemFields(of old: ObjectMeta) {
        name = old.name
        generateName = old.generateName
        uid = old.uid
        creationTimestamp = old.creationTimestamp
        deletionTimestamp = old.deletionTimestamp
        deletionGracePeriodSeconds = old.deletionGracePeriodSeconds
        generation = old.generation
    }
}
