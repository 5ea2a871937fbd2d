import ArgumentParser
import Kube

/// `stint describe`: one object in full, with what happened to it.
struct Describe: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Show objects in detail, with their events.")

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var selecting: SelectionOptions
    @OptionGroup var files: FileOptions

    @Argument(help: "TYPE [NAME or start of a name…] or TYPE/NAME…")
    var resources: [String] = []

    @Flag(name: [.customShort("A"), .long], help: "Look in all namespaces.")
    var allNamespaces = false

    @Flag(inversion: .prefixedNo, help: "Show the events too.")
    var showEvents = true

    func validate() throws { try files.refuseKustomize() }

    func run() async throws {
        if resources.isEmpty, files.isEmpty {
            throw Failure(
                "You must specify the type of resource to describe. Use \"stint api-resources\" for a complete list of "
                    + "supported resources.")
        }
        let client = connection.client
        let targets: ResourceArguments
        if files.isEmpty {
            targets = try await ResourceArguments.resolve(
                resources, namespace: connection.effectiveNamespace, discovery: Discovery(client: client))
        } else {
            targets = .named(
                try await TargetQuery(connection: connection, files: files).targets([], client).map(\.object))
        }
        let objects = try await expand(targets, client)
        if objects.isEmpty {
            return client.console.note(
                targets.emptyNote(namespace: allNamespaces ? nil : connection.effectiveNamespace))
        }
        var problems: [any Error] = []
        var isFirst = true
        for object in objects {
            do {
                let text = try await ObjectDescriber(client: client, showsEvents: showEvents).text(of: object)
                try client.console.write((isFirst ? "" : "\n\n") + text)
                isFirst = false
            } catch let status as Status {
                problems.append(status)
            }
        }
        guard problems.isEmpty else { throw Failures(problems) }
    }

    /// Every object of a kind, or the named ones; a name that does not exist stands for all that begin with it.
    private func expand(_ targets: ResourceArguments, _ client: APIClient) async throws -> [NamedObject] {
        switch targets {
        case .kinds(let types):
            var found: [NamedObject] = []
            for type in types {
                let namespace = allNamespaces ? nil : connection.effectiveNamespace
                found += try await client.list(type, namespace: namespace, selection: selecting.selection).map {
                    NamedObject(type, namespace: $0.objectNamespace, name: $0.objectName)
                }
            }
            return found
        case .named(let objects):
            var found: [NamedObject] = []
            for object in objects {
                do {
                    _ = try await client.send(APIRequest(.GET, object.path))
                    found.append(object)
                } catch let status as Status where status.code == 404 {
                    let matches = try await client.list(object.type, namespace: object.namespace)
                        .map(\.objectName).filter { $0.hasPrefix(object.name) }
                    guard !matches.isEmpty else { throw status }
                    found += matches.map { NamedObject(object.type, namespace: object.namespace, name: $0) }
                }
            }
            return found
        }
    }
}
