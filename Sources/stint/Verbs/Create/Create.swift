import ArgumentParser
import Kube

/// `stint create`: objects that are not there yet.
struct Create: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Create objects from files, or one from the command line.",
        subcommands: [
            CreateJob.self, CreateCronJob.self, CreateConfigMap.self, CreateSecret.self, CreateNamespace.self,
            CreateServiceAccount.self, CreateQuota.self, CreatePriorityClass.self,
        ])

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var files: FileOptions
    @OptionGroup var creation: CreationOptions

    @Option(
        name: [.customShort("l", allowingJoined: true), .long], help: "Only the objects of the files with these labels."
    )
    var selector: String?

    func run() async throws {
        // Not in validate(), which is asked for the subcommands too.
        if files.kustomize != nil {
            throw Failure("stint has no kustomize: use 'kustomize build DIR | stint create -f -'")
        }
        if files.isEmpty { throw Failure("must specify one of -f and -k") }
        let client = connection.client
        let discovery = Discovery(client: client)
        creation.dryRun.warn(client.console)
        var problems: [any Error] = []
        for manifest in try files.manifests().selected(by: selector) {
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
        help: "Print the object: yaml, json, name or jsonpath=TEMPLATE.", transform: OutputFormat.parse)
    var output: OutputFormat?

    @Option(name: .customLong("validate"), help: "What to do about unknown fields: strict, warn or ignore.")
    var validation = Validation.strict

    @Flag(help: "Keep what was sent in an annotation, as apply does.")
    var saveConfig = false

    @Option(help: "Who owns the fields, for server-side apply.")
    var fieldManager = "stint-create"

    func validate() throws {
        if output == .wide { throw ValidationError("-o wide is for tables; use yaml, json, name or jsonpath") }
    }

    /// Sends the object, unless it is a dry run that stays here, and prints it or what became of it.
    func create(_ object: JSONValue, as target: NamedObject, with client: APIClient) async throws {
        var object = object
        if !dryRun.staysHere, let namespace = target.namespace {
            object.set("metadata", "namespace", to: .string(namespace))
        }
        if saveConfig { object = LastApplied.annotated(object) }
        if !dryRun.staysHere {
            var request = APIRequest(.POST, ObjectPath(target.type, namespace: target.namespace).list)
            request.query = dryRun.query + validation.query + [(name: "fieldManager", value: fieldManager)]
            request.contentType = "application/json"
            request.body = .bytes(try KubeJSON.encode(object))
            object = try await client.send(request)
        }
        if let output { return try output.print(.single(object), to: client.console) }
        try client.console.print("\(target.type.printedKind)/\(object.objectName) created\(dryRun.suffix)")
    }

    /// The same for an object made from the command line: a refusal says what could not be made.
    func create(
        _ draft: JSONValue, _ type: ResourceType, _ connection: ConnectionOptions
    ) async throws {
        let client = connection.client
        dryRun.warn(client.console)
        var object = draft
        if type.isNamespaced, let namespace = connection.namedNamespace {
            object.set("metadata", "namespace", to: .string(namespace))
        }
        do {
            let target = NamedObject(type, namespace: connection.effectiveNamespace, name: object.objectName)
            try await create(object, as: target, with: client)
        } catch let status as Status where type.isNamespaced {
            throw Failure("failed to create \(type.singular): \(status.message ?? "")")
        }
    }
}
