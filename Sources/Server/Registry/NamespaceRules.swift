import Kube

/// What namespaces allow: upstream's `NamespaceLifecycle` admission, as pure decisions.
enum NamespaceRules {
    /// May an object be created in a namespace that looks like this?
    static func refusal(ofCreating type: ResourceType, name: String, in namespace: String, found: Namespace?) -> Status?
    {
        guard let found else { return .notFound(Namespace.type, namespace) }
        guard found.metadata.deletionTimestamp != nil || found.status?.phase == "Terminating" else { return nil }
        return .namespaceTerminating(type, name, namespace: namespace)
    }

    /// The namespace every client starts in stays, and so do the priority classes that everybody counts on.
    static func refusal(ofDeleting type: ResourceType, name: String) -> Status? {
        if type == PriorityClass.type, PriorityClass.system.contains(where: { $0.name == name }) {
            return .forbidden(type, name, "this is a system priority class and cannot be deleted")
        }
        guard type == Namespace.type, name == "default" else { return nil }
        return .forbidden(type, name, "this namespace may not be deleted")
    }
}
