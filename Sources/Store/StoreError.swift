import Kube

/// Why the store said no. Cases carry facts; the words a client reads are made at the HTTP edge.
public enum StoreError: Error, Hashable, Sendable {
    case notFound(ResourceType, ObjectKey)
    case alreadyExists(ResourceType, ObjectKey)
    /// The caller looked at another version of the object than the one that is stored.
    case conflict(ResourceType, ObjectKey, Conflict)
    /// Neither a name nor a generateName, or a namespaced object without a namespace.
    case unnamed(ResourceType)
    /// A watch cannot continue: what it missed is no longer kept. List again, and watch from there.
    case expired(oldest: Int64)
    /// A watch was asked to start at a revision that has not been assigned yet.
    case revisionInFuture(requested: Int64, current: Int64)
    /// The object cannot be written as JSON (a number that is not finite, for example).
    case notEncodable(ResourceType, ObjectKey, String)

    /// A rule of the namespace or of the host speaks against it: a limit range, a quota, a priority class. The text is
    /// upstream's.
    case refused(ResourceType, name: String, String)
    /// What limit ranges made of it cannot be.
    case invalid(ResourceType, name: String, [FieldError])

    /// The disk is full. Nothing of the write was kept; writing works again when there is space.
    case diskFull
    /// The disk said something else. Nothing of the write was kept.
    case inputOutput(String)
    /// Another process has the state file open.
    case inUse(path: String)
    /// The state file was written by a newer version.
    case newerSchema(path: String, found: Int, known: Int)
    /// The state file is not one, or what it holds contradicts itself.
    case corrupt(path: String, String)
    case closed

    public enum Conflict: Hashable, Sendable {
        /// An update or a precondition named this version, the stored object has that one.
        case resourceVersion(wanted: String, found: String)
        case uid(wanted: String, found: String)
    }
}

extension StoreError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .notFound(let type, let key): "\(type.qualifiedName) \"\(key)\" not found"
        case .alreadyExists(let type, let key): "\(type.qualifiedName) \"\(key)\" already exists"
        case .conflict(let type, let key, .resourceVersion(let wanted, let found)):
            "\(type.qualifiedName) \"\(key)\" is at version \"\(found)\", not \"\(wanted)\""
        case .conflict(let type, let key, .uid(let wanted, let found)):
            "\(type.qualifiedName) \"\(key)\" has uid \"\(found)\", not \"\(wanted)\""
        case .unnamed(let type): "\(type.qualifiedName): the object has no name or no namespace"
        case .expired(let oldest): "changes before revision \(oldest) are no longer kept"
        case .revisionInFuture(let requested, let current):
            "revision \(requested) has not happened yet, the newest is \(current)"
        case .notEncodable(let type, let key, let reason):
            "\(type.qualifiedName) \"\(key)\" cannot be written as JSON: \(reason)"
        case .refused(let type, let name, let why): "\(type.qualifiedName) \"\(name)\" is forbidden: \(why)"
        case .invalid(let type, let name, let errors): "\(Status.invalid(type, name, errors))"
        case .diskFull: "the disk that holds the state is full"
        case .inputOutput(let reason): "the state could not be written: \(reason)"
        case .inUse(let path): "state file \"\(path)\" is in use by another process: one daemon per state directory"
        case .newerSchema(let path, let found, let known):
            "state file \"\(path)\" was written by a newer version (schema \(found), this program knows \(known))"
        case .corrupt(let path, let reason): "state file \"\(path)\" cannot be used: \(reason)"
        case .closed: "the store is closed"
        }
    }
}
