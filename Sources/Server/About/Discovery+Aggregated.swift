import Kube

/// Everything about all groups in one answer (apidiscovery.k8s.io `APIGroupDiscoveryList`), for clients that ask for it: two
/// requests instead of one for each group and version (KEP 3352).
extension Discovery {
    /// The forms of the answer, newest first: `v2` since kubectl 1.30, `v2beta1` since 1.26.
    static let aggregatedVersions = ["v2", "v2beta1"]

    static func aggregatedType(_ version: String) -> String {
        "application/json;g=apidiscovery.k8s.io;v=\(version);as=APIGroupDiscoveryList"
    }

    struct AggregatedList: Codable, Equatable {
        var kind = "APIGroupDiscoveryList"
        var apiVersion: String
        var metadata = ListMeta()
        var items: [AggregatedGroup]
    }

    struct AggregatedGroup: Codable, Equatable {
        var metadata: ObjectMeta
        var versions: [AggregatedVersion]
    }

    struct AggregatedVersion: Codable, Equatable {
        var version: String
        var resources: [AggregatedResource]
        var freshness = "Current"
    }

    struct AggregatedResource: Codable, Equatable {
        var resource: String
        var responseKind: GroupVersionKind
        var scope: String
        var singularResource: String
        var verbs: [String]
        var shortNames: [String]?
        var categories: [String]?
        var subresources: [AggregatedSubresource]?
    }

    struct AggregatedSubresource: Codable, Equatable {
        var subresource: String
        var responseKind: GroupVersionKind
        var verbs: [String]
    }

    struct GroupVersionKind: Codable, Equatable {
        var group: String
        var version: String
        var kind: String

        init(_ type: ResourceType) {
            group = type.group
            version = type.version
            kind = type.kind
        }
    }

    /// - Parameters:
    ///   - isCore: `/api`, which has the core group alone; otherwise `/apis`, which has the others.
    ///   - version: one of `aggregatedVersions`.
    func aggregated(isCore: Bool, version: String) -> AggregatedList {
        AggregatedList(
            apiVersion: "apidiscovery.k8s.io/\(version)",
            items: (isCore ? [""] : registry.groups).map { group in
                AggregatedGroup(
                    metadata: ObjectMeta(name: group.isEmpty ? nil : group),
                    versions: registry.versions(of: group).map { version in
                        AggregatedVersion(
                            version: version,
                            resources: registry.kinds(group: group, version: version).map(aggregated).sorted {
                                $0.resource < $1.resource
                            })
                    })
            })
    }

    private func aggregated(_ kind: KindRegistration) -> AggregatedResource {
        let type = kind.type
        let parts = kind.subresources.sorted { $0.rawValue < $1.rawValue }.map { part in
            AggregatedSubresource(
                subresource: part.rawValue, responseKind: GroupVersionKind(part.kind ?? type),
                verbs: part.verbs.map(\.rawValue))
        }
        return AggregatedResource(
            resource: type.plural, responseKind: GroupVersionKind(type),
            scope: type.isNamespaced ? "Namespaced" : "Cluster", singularResource: type.singular,
            verbs: kind.verbs.map(\.rawValue).sorted(), shortNames: type.shortNames.isEmpty ? nil : type.shortNames,
            categories: type.categories.isEmpty ? nil : type.categories, subresources: parts.isEmpty ? nil : parts)
    }
}

extension Representation {
    /// Which aggregated form a client of discovery prefers, if it takes one.
    static func aggregatedDiscovery(accept: String?) -> String? {
        for clause in AcceptClause.parse(accept ?? "") where clause.matches(.json) {
            if clause.parameters["g"] == "apidiscovery.k8s.io", clause.parameters["as"] == "APIGroupDiscoveryList",
                let version = clause.parameters["v"], Discovery.aggregatedVersions.contains(version)
            {
                return version
            }
            if clause.parameters["as"] == nil { return nil }
        }
        return nil
    }
}
