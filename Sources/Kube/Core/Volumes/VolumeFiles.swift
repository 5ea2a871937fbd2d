// Sources of volumes whose files come from the API.

/// The entries of a Secret, as files.
public struct SecretVolumeSource: Codable, Hashable, Sendable {
    public var secretName: String?
    /// Which entries, and under which names; nil is all, under their own.
    public var items: [KeyToPath]?
    public var defaultMode: Int?
    public var optional: Bool?
    public var defaultUser: Int64?

    public init(secretName: String) { self.secretName = secretName }
}

/// The entries of a ConfigMap, as files.
public struct ConfigMapVolumeSource: Codable, Hashable, Sendable {
    public var name: String?
    public var items: [KeyToPath]?
    public var defaultMode: Int?
    public var optional: Bool?
    public var defaultUser: Int64?

    public init(name: String) { self.name = name }
}

/// Which file an entry becomes.
public struct KeyToPath: Codable, Hashable, Sendable {
    public var key: String
    public var path: String
    /// The volume's if nil.
    public var mode: Int?
    public var user: Int64?

    public init(key: String, path: String) {
        self.key = key
        self.path = path
    }
}

/// Fields of the pod, as files.
public struct DownwardAPIVolumeSource: Codable, Hashable, Sendable {
    public var items: [DownwardAPIVolumeFile]?
    public var defaultMode: Int?
    public var defaultUser: Int64?

    public init() {}
}

public struct DownwardAPIVolumeFile: Codable, Hashable, Sendable {
    public var path: String
    public var fieldRef: ObjectFieldSelector?
    public var resourceFieldRef: ResourceFieldSelector?
    public var mode: Int?
    public var user: Int64?

    public init(path: String, fieldRef: ObjectFieldSelector? = nil) {
        self.path = path
        self.fieldRef = fieldRef
    }
}

/// Several sources in one directory.
public struct ProjectedVolumeSource: Codable, Hashable, Sendable {
    public var sources: [VolumeProjection]?
    public var defaultMode: Int?
    public var defaultUser: Int64?

    public init() {}
}

/// One source of a projected volume; one member is set.
public struct VolumeProjection: Codable, Hashable, Sendable {
    public var secret: ObjectProjection?
    public var configMap: ObjectProjection?
    public var downwardAPI: DownwardAPIProjection?
    public var serviceAccountToken: JSONValue?
    public var clusterTrustBundle: JSONValue?
    public var podCertificate: JSONValue?

    public init() {}
}

/// Entries of a Secret or a ConfigMap (`SecretProjection`, `ConfigMapProjection`).
public struct ObjectProjection: Codable, Hashable, Sendable {
    public var name: String?
    public var items: [KeyToPath]?
    public var optional: Bool?

    public init(name: String) { self.name = name }
}

public struct DownwardAPIProjection: Codable, Hashable, Sendable {
    public var items: [DownwardAPIVolumeFile]?

    public init() {}
}
