import Kube

/// What the server says about itself: plain (not aggregated) discovery, as `APIVersions`, `APIGroupList`, `APIGroup` and
/// `APIResourceList` of meta/v1.
struct Discovery: Sendable {
    let registry: KindRegistry

    struct Versions: Codable, Equatable {
        var kind = "APIVersions"
        var versions: [String]
        var serverAddressByClientCIDRs: [String] = []
    }

    struct GroupVersion: Codable, Equatable {
        var groupVersion: String
        var version: String
    }

    struct Group: Codable, Equatable {
        var kind: String?
        var apiVersion: String?
        var name: String
        var versions: [GroupVersion]
        var preferredVersion: GroupVersion?
    }

    struct GroupList: Codable, Equatable {
        var kind = "APIGroupList"
        var apiVersion = "v1"
        var groups: [Group]
    }

    struct ResourceList: Codable, Equatable {
        var kind = "APIResourceList"
        var apiVersion = "v1"
        var groupVersion: String
        var resources: [Resource]
    }

    struct Resource: Codable, Equatable {
        var name: String
        var singularName: String
        var namespaced: Bool
        /// Of the kind, where they differ from the list's.
        var group: String?
        var version: String?
        var kind: String
        var verbs: [String]
        var shortNames: [String]?
        var categories: [String]?
    }

    /// Every path that can be opened without knowing an object.
    var paths: [String] {
        let groups = registry.groups.flatMap { group in
            ["/apis/\(group)"] + registry.versions(of: group).map { "/apis/\(group)/\($0)" }
        }
        return
            (["/api", "/api/v1", "/apis"] + groups + ["/healthz", "/livez", "/metrics", "/openapi/v2", "/openapi/v3"]
            + ["/readyz", "/version"]).sorted()
    }

    var coreVersions: Versions { Versions(versions: registry.versions(of: "")) }

    var groups: GroupList { GroupList(groups: registry.groups.map(entry)) }

    func group(_ name: String) -> Group? {
        guard registry.groups.contains(name) else { return nil }
        var group = entry(name)
        group.kind = "APIGroup"
        group.apiVersion = "v1"
        return group
    }

    private func entry(_ name: String) -> Group {
        let versions = registry.versions(of: name).map { GroupVersion(groupVersion: "\(name)/\($0)", version: $0) }
        return Group(name: name, versions: versions, preferredVersion: versions.first)
    }

    /// Nil for a group and version nobody registered.
    func resources(group: String, version: String) -> ResourceList? {
        let kinds = registry.kinds(group: group, version: version)
        guard let first = kinds.first else { return nil }
        var resources: [Resource] = []
        for kind in kinds {
            let type = kind.type
            resources.append(
                Resource(
                    name: type.plural, singularName: type.singular, namespaced: type.isNamespaced, kind: type.kind,
                    verbs: kind.verbs.map(\.rawValue).sorted(),
                    shortNames: type.shortNames.isEmpty ? nil : type.shortNames,
                    categories: type.categories.isEmpty ? nil : type.categories))
            for part in kind.subresources.sorted(by: { $0.rawValue < $1.rawValue }) {
                resources.append(
                    Resource(
                        name: "\(type.plural)/\(part.rawValue)", singularName: "", namespaced: type.isNamespaced,
                        group: part.kind?.group, version: part.kind?.version, kind: (part.kind ?? type).kind,
                        verbs: part.verbs.map(\.rawValue)))
            }
        }
        return ResourceList(groupVersion: first.type.apiVersion, resources: resources.sorted { $0.name < $1.name })
    }
}
