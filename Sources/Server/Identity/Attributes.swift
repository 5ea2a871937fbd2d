/// What a request wants to do, in the terms of authorization (upstream's `authorizer.Attributes`).
public struct Attributes: Equatable, Sendable {
    /// A verb of the API, or an HTTP method in lower case when `path` is set.
    public var verb: String
    public var group = ""
    public var version = ""
    /// `pods`; empty when the request is about a path.
    public var resource = ""
    public var subresource = ""
    /// Empty at the scope of the cluster. A Namespace counts as lying in itself.
    public var namespace = ""
    public var name = ""
    /// For requests that are about no resource.
    public var path = ""

    public init(
        verb: String, group: String = "", version: String = "", resource: String, subresource: String = "",
        namespace: String = "", name: String = ""
    ) {
        self.verb = verb
        self.group = group
        self.version = version
        self.resource = resource
        self.subresource = subresource
        self.namespace = namespace
        self.name = name
    }

    public init(verb: String, path: String) {
        self.verb = verb
        self.path = path
    }

    init(_ verb: Verb, _ path: ResourcePath) {
        self.init(
            verb: verb.rawValue, group: path.group, version: path.version, resource: path.resource,
            subresource: path.subresource ?? "", namespace: path.namespace ?? "", name: path.name ?? "")
        if group.isEmpty, resource == "namespaces", namespace.isEmpty { namespace = name }
    }

    public var isResourceRequest: Bool { path.isEmpty }
}
