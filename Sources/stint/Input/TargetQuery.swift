import Kube

/// The objects a verb is to work on, whichever way the user names them: by kind and name, by file, or all of a kind
/// that match.
struct TargetQuery {
    struct Target: Sendable {
        let object: NamedObject
        /// The file it was named in.
        var source: String?
        /// What the file says of it.
        var manifest: JSONValue?
    }

    let connection: ConnectionOptions
    var selecting = Selection()
    var files = FileOptions()
    var all = false
    var allNamespaces = false

    /// Nothing is changed: named objects may not exist.
    func targets(_ resources: [String], _ client: APIClient) async throws -> [Target] {
        let discovery = Discovery(client: client)
        if !files.isEmpty {
            var found: [Target] = []
            for manifest in try files.manifests() {
                let object = try await manifest.target(in: discovery, namespace: connection.namedNamespace)
                found.append(Target(object: object, source: manifest.source, manifest: manifest.object))
            }
            return found
        }
        switch try await ResourceArguments.resolve(
            resources, namespace: connection.effectiveNamespace, discovery: discovery)
        {
        case .named(let objects): return objects.map { Target(object: $0) }
        case .kinds(let types):
            guard all || !selecting.isEmpty else {
                throw Failure("resource(s) were provided, but no name was specified")
            }
            var found: [Target] = []
            for type in types {
                let namespace = allNamespaces ? nil : connection.effectiveNamespace
                found += try await client.list(type, namespace: namespace, selection: selecting).map {
                    Target(object: NamedObject(type, namespace: $0.objectNamespace, name: $0.objectName))
                }
            }
            return found
        }
    }
}
