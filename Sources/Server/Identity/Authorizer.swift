import Kube

/// Who may do what. The rules are few and fixed; certificates say which of them apply.
public enum Authorizer {
    public struct Decision: Equatable, Sendable {
        public var isAllowed: Bool
        /// Why not, for people; empty when there is no more to say than that no rule allows it.
        public var reason: String

        static let allowed = Decision(isAllowed: true, reason: "")

        static func denied(_ reason: String = "") -> Decision { Decision(isAllowed: false, reason: reason) }
    }

    /// In this order:
    ///
    /// 1. `system:masters` may do everything.
    /// 2. Who is not authenticated may do nothing.
    /// 3. Everybody may look at what the server says about itself, and ask what they may do.
    /// 4. What all of this host share (nodes, images, metrics of the daemon, …) is the masters', whatever the namespace
    ///    the request names.
    ///    Of it, everybody may look at the PriorityClasses, because pods name them.
    /// 5. A namespace user may read the one Namespace object.
    /// 6. What bounds a namespace its users may look at and not change: limit ranges and quotas. Nor may they say that a
    ///    pod has ended, because then it would not count any more.
    /// 7. A namespace user may do everything else to what lies in that namespace; a read-only one may look, and read logs.
    /// 8. Nothing else.
    public static func decide(_ identity: Identity, _ attributes: Attributes) -> Decision {
        if identity.isMaster { return .allowed }
        guard identity.groups.contains(Identity.authenticated) else { return .denied() }
        guard attributes.isResourceRequest else {
            return isSelfDescription(attributes) ? .allowed : .denied()
        }
        if isSelfReview(attributes) { return .allowed }
        if attributes.group == PriorityClass.type.group, attributes.resource == PriorityClass.type.plural {
            return isReading(attributes) ? .allowed : .denied()
        }
        if isShared(attributes) {
            let isOwnNamespace =
                attributes.verb == Verb.get.rawValue && attributes.group.isEmpty && attributes.resource == "namespaces"
                && attributes.subresource.isEmpty && !attributes.name.isEmpty
                && identity.holds(namespace: attributes.name)
            return isOwnNamespace ? .allowed : .denied()
        }
        guard !attributes.namespace.isEmpty, identity.holds(namespace: attributes.namespace) else { return .denied() }
        if isBound(attributes), !isReading(attributes) {
            return .denied("what bounds a namespace is the administrator's")
        }
        guard identity.isReadOnly else { return .allowed }
        if isReading(attributes) { return .allowed }
        return .denied("the certificate is read-only")
    }

    static let describedPaths: Set = ["/api", "/apis", "/healthz", "/livez", "/openapi", "/readyz", "/version"]

    /// Upstream's role `system:discovery`, and health.
    private static func isSelfDescription(_ attributes: Attributes) -> Bool {
        guard ["get", "head"].contains(attributes.verb) else { return false }
        return describedPaths.contains { attributes.path == $0 || attributes.path.hasPrefix($0 + "/") }
    }

    private static func isSelfReview(_ attributes: Attributes) -> Bool {
        guard attributes.verb == Verb.create.rawValue, attributes.subresource.isEmpty else { return false }
        switch attributes.group {
        case "authorization.k8s.io":
            return ["selfsubjectaccessreviews", "selfsubjectrulesreviews"].contains(attributes.resource)
        case "authentication.k8s.io": return attributes.resource == "selfsubjectreviews"
        default: return false
        }
    }

    /// Of the cluster, so in no namespace: a path cannot name one for them, but a question may.
    private static let sharedResources: Set = [
        "certificatesigningrequests", "clusterrolebindings", "clusterroles", "componentstatuses", "namespaces",
        "nodes", "persistentvolumes", "priorityclasses", "runtimeclasses", "storageclasses",
    ]

    private static func isShared(_ attributes: Attributes) -> Bool {
        attributes.group == APIPath.stintGroup || sharedResources.contains(attributes.resource)
    }

    private static func isBound(_ attributes: Attributes) -> Bool {
        guard attributes.group.isEmpty else { return false }
        switch attributes.resource {
        case LimitRange.type.plural, ResourceQuota.type.plural: return true
        case Pod.type.plural: return attributes.subresource == "status"
        default: return false
        }
    }

    private static func isReading(_ attributes: Attributes) -> Bool {
        guard ["get", "list", "watch"].contains(attributes.verb) else { return false }
        switch attributes.subresource {
        case "", "status": return true
        case "log": return attributes.group.isEmpty && attributes.resource == "pods"
        default: return false
        }
    }
}

extension Status {
    /// 403, in upstream's words (`apiserver/pkg/endpoints/handlers/responsewriters`).
    static func forbidden(_ identity: Identity, _ attributes: Attributes, reason: String) -> Status {
        let user = "User \(identity.user.goQuoted) cannot \(attributes.verb)"
        guard attributes.isResourceRequest else {
            return Status(
                code: 403, reason: "Forbidden",
                message: "forbidden: \(user) path \(attributes.path.goQuoted)" + (reason.isEmpty ? "" : ": \(reason)"),
                details: StatusDetails())
        }
        let part = attributes.subresource.isEmpty ? "" : "/\(attributes.subresource)"
        let scope =
            attributes.namespace.isEmpty
            ? "at the cluster scope" : "in the namespace \(attributes.namespace.goQuoted)"
        let why =
            "\(user) resource \((attributes.resource + part).goQuoted) in API group \(attributes.group.goQuoted) \(scope)"
        let type = ResourceType(
            group: attributes.group, version: attributes.version, kind: "", plural: attributes.resource, singular: "")
        return .forbidden(type, attributes.name, reason.isEmpty ? why : "\(why): \(reason)")
    }
}
