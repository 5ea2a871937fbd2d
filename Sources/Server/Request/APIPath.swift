import Kube

/// What a path names. Whether we serve it is the registry's business.
enum APIPath: Equatable, Sendable {
    case root
    /// `/api`
    case coreVersions
    /// `/apis`
    case groups
    /// `/apis/batch`
    case group(String)
    /// `/api/v1`, `/apis/batch/v1`
    case resources(group: String, version: String)
    case resource(ResourcePath)
    /// Everything of group `stint.dev`, below its version: `["images", "inspect"]`.
    case stint([String])
    case version
    /// `/openapi/v2`
    case openAPIv2
    /// `/openapi/v3`
    case openAPIv3
    /// `/openapi/v3/api/v1`, `/openapi/v3/apis/batch/v1`: what is behind the second slash.
    case openAPIv3Group(String)
    /// For Prometheus.
    case metrics
    /// `/healthz`, `/livez`, `/readyz`, and one check below them.
    case health(probe: String, check: String?)
    case unknown

    static let healthProbes: Set = ["healthz", "livez", "readyz"]
    static let stintGroup = "stint.dev"

    init(_ segments: [String]) {
        guard let first = segments.first else {
            self = .root
            return
        }
        let rest = segments.dropFirst()
        switch first {
        case "version" where rest.isEmpty: self = .version
        case "metrics" where rest.isEmpty: self = .metrics
        case "openapi": self = APIPath.openAPI(Array(rest))
        case let probe where APIPath.healthProbes.contains(probe) && rest.count <= 1:
            self = .health(probe: probe, check: rest.first)
        case "api": self = APIPath.below(group: "", rest)
        case "apis":
            guard let group = rest.first else {
                self = .groups
                return
            }
            self = APIPath.below(group: group, rest.dropFirst())
        default: self = .unknown
        }
    }

    private static func openAPI(_ segments: [String]) -> APIPath {
        switch segments.first {
        case "v2" where segments.count == 1: .openAPIv2
        case "v3" where segments.count == 1: .openAPIv3
        case "v3": .openAPIv3Group(segments.dropFirst().joined(separator: "/"))
        default: .unknown
        }
    }

    private static func below(group: String, _ segments: ArraySlice<String>) -> APIPath {
        guard let version = segments.first else { return group.isEmpty ? .coreVersions : .group(group) }
        let rest = Array(segments.dropFirst())
        if rest.isEmpty { return .resources(group: group, version: version) }
        if group == stintGroup { return version == "v1" ? .stint(rest) : .unknown }
        return ResourcePath(group: group, version: version, rest).map(APIPath.resource) ?? .unknown
    }
}

/// A path to a collection, an object or a part of one:
/// `/apis/GROUP/VERSION/[namespaces/NAMESPACE/]RESOURCE[/NAME[/SUBRESOURCE]]`.
struct ResourcePath: Equatable, Sendable {
    var group: String
    var version: String
    var namespace: String?
    var resource: String
    var name: String?
    var subresource: String?

    /// What comes after the version. A namespace is also an object of its own, so `namespaces/x` is that object, and
    /// `namespaces/x/status` is part of it, while `namespaces/x/jobs` are the jobs in it (upstream's `RequestInfo`).
    init?(group: String, version: String, _ segments: [String]) {
        self.group = group
        self.version = version
        var rest = segments[...]
        if group.isEmpty, rest.count >= 3, rest.first == "namespaces", !["status", "finalize"].contains(rest[2]) {
            namespace = rest[1]
            rest = rest.dropFirst(2)
        } else if !group.isEmpty, rest.count >= 3, rest.first == "namespaces" {
            namespace = rest[1]
            rest = rest.dropFirst(2)
        }
        guard let resource = rest.popFirst() else { return nil }
        self.resource = resource
        name = rest.popFirst()
        subresource = rest.popFirst()
        guard rest.isEmpty else { return nil }
    }

    init(
        group: String = "", version: String = "v1", namespace: String? = nil, resource: String, name: String? = nil,
        subresource: String? = nil
    ) {
        self.group = group
        self.version = version
        self.namespace = namespace
        self.resource = resource
        self.name = name
        self.subresource = subresource
    }
}
