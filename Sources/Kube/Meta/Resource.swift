/// A kind of object we serve: its names, where it lives in the API, and whether it lives in a namespace.
public struct ResourceType: Hashable, Sendable {
    /// Empty for the core group.
    public let group: String
    public let version: String
    public let kind: String
    /// The name in URLs, `jobs`.
    public let plural: String
    public let singular: String
    public let shortNames: [String]
    public let categories: [String]
    public let isNamespaced: Bool

    public init(
        group: String = "", version: String = "v1", kind: String, plural: String, singular: String,
        shortNames: [String] = [], categories: [String] = [], isNamespaced: Bool = true
    ) {
        self.group = group
        self.version = version
        self.kind = kind
        self.plural = plural
        self.singular = singular
        self.shortNames = shortNames
        self.categories = categories
        self.isNamespaced = isNamespaced
    }

    /// `batch/v1`, or `v1` for the core group.
    public var apiVersion: String { group.isEmpty ? version : "\(group)/\(version)" }

    /// `jobs.batch`, or `pods` for the core group: how error messages name it.
    public var qualifiedName: String { group.isEmpty ? plural : "\(plural).\(group)" }
}

/// An object with metadata, of a kind that is known when the program is built.
///
/// A type that conforms also encodes `apiVersion` and `kind` as its first fields.
public protocol Resource: Codable, Hashable, Sendable {
    static var type: ResourceType { get }
    var metadata: ObjectMeta { get set }
}

extension Resource {
    public var name: String { metadata.name ?? "" }
    public var namespace: String { metadata.namespace ?? "" }
    public var uid: String { metadata.uid ?? "" }
    public var key: ObjectKey { ObjectKey(namespace: metadata.namespace, name: name) }

    /// The owner that manages this object, of which there is at most one.
    public var controllerReference: OwnerReference? {
        metadata.ownerReferences?.first { $0.controller == true }
    }
}

/// The name of an object among those of its kind. The namespace is nil for cluster-scoped kinds.
public struct ObjectKey: Hashable, Sendable, CustomStringConvertible {
    public let namespace: String?
    public let name: String

    public init(namespace: String?, name: String) {
        self.namespace = namespace
        self.name = name
    }

    public var description: String { namespace.map { "\($0)/\(name)" } ?? name }
}
