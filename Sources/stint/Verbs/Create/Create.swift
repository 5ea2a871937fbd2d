import ArgumentParser
import Kube

/// `stint create`: objects that are not there yet.
struct Create: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Create objects from files, or a Job from the command line.", subcommands: [CreateJob.self])

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var files: FileOptions
    @OptionGroup var creation: CreationOptions

    func run() async throws {
        // Not in validate(), which is asked for the subcommands too.
        if files.files.isEmpty { throw Failure("name files with -f, or say what to create: stint create job") }
        let client = connection.client
        let discovery = Discovery(client: client)
        creation.dryRun.warn(client.console)
        var problems: [any Error] = []
        for manifest in try Manifest.read(files.files) {
            do {
                let target = try await manifest.target(in: discovery, namespace: connection.namedNamespace)
                try await creation.create(manifest.object, as: target, with: client)
            } catch let status as Status {
                problems.append(status.happened(when: "creating \"\(manifest.source)\""))
            }
        }
        guard problems.isEmpty else { throw Failures(problems) }
    }
}

/// What every way to create an object takes.
struct CreationOptions: ParsableArguments {
    @Option(help: "client: print what would be sent; server: ask, but keep nothing.")
    var dryRun = DryRun.none

    @Option(
        name: [.customShort("o", allowingJoined: true), .long],
        help: "Print the object: yaml, json, name or jsonpath=TEMPLATE.")
    var output: OutputFormat?

    @Option(name: .customLong("validate"), help: "What to do about unknown fields: strict, warn or ignore.")
    var validation = Validation.strict

    func validate() throws {
        if output == .wide { throw ValidationError("-o wide is for tables; use yaml, json, name or jsonpath") }
    }

    /// Sends the object, unless it is a dry run that stays here, and prints it or what became of it.
    func create(_ object: JSONValue, as target: NamedObject, with client: APIClient) async throws {
        var object = object
        if !dryRun.staysHere {
            if let namespace = target.namespace { object.set("metadata", "namespace", to: .string(namespace)) }
            var request = APIRequest(.POST, ObjectPath(target.type, namespace: target.namespace).list)
            request.query = dryRun.query + validation.query + [(name: "fieldManager", value: "stint-create")]
            request.contentType = "application/json"
            request.body = .bytes(try KubeJSON.encode(object))
            object = try await client.send(request)
        }
        if let output { return try output.print(.single(object), to: client.console) }
        try client.console.print("\(target.type.printedKind)/\(object.objectName) created\(dryRun.suffix)")
    }
}
