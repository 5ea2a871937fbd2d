import Kube

/// What `TYPE[,TYPE] [NAME…]` or `TYPE/NAME…` means.
enum ResourceArguments: Equatable {
    /// Every object of these kinds.
    case kinds([ResourceType])
    case named([NamedObject])

    /// Resolves kinds through the daemon. A plain list of names without a kind is refused.
    static func resolve(
        _ arguments: [String], namespace: String, discovery: Discovery
    ) async throws -> ResourceArguments {
        guard let first = arguments.first else { throw Failure("You must provide one or more resources by argument.") }
        if arguments.contains(where: { $0.contains("/") }) {
            return .named(try await pairs(arguments, namespace: namespace, discovery: discovery))
        }
        let types = try await discovery.types(named: first)
        let names = arguments.dropFirst()
        if names.isEmpty { return .kinds(types) }
        return .named(types.flatMap { type in names.map { NamedObject(type, namespace: namespace, name: $0) } })
    }

    private static func pairs(
        _ arguments: [String], namespace: String, discovery: Discovery
    ) async throws -> [NamedObject] {
        var objects: [NamedObject] = []
        for argument in arguments {
            let parts = argument.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
            guard parts.count == 2 else {
                throw Failure(
                    parts.count == 1
                        ? "there is no need to specify a resource type as a separate argument when passing arguments in resource/name form (e.g. 'stint get resource/<resource_name>' instead of 'stint get resource resource/<resource_name>'"
                        : "arguments in resource/name form may not have more than one slash")
            }
            guard !parts[0].isEmpty, !parts[1].isEmpty else {
                throw Failure("arguments in resource/name form must have a single resource and name")
            }
            for type in try await discovery.types(named: parts[0]) {
                objects.append(NamedObject(type, namespace: namespace, name: parts[1]))
            }
        }
        return objects
    }

    /// True when objects of more than one kind may come out, so that names must say their kind.
    var isMixed: Bool {
        switch self {
        case .kinds(let types): types.count > 1
        case .named(let objects): Set(objects.map(\.type)).count > 1
        }
    }
}
