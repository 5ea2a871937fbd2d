import ArgumentParser
import Kube

/// `stint apply`: makes objects as files say.
struct Apply: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Create objects from files, or change them to match.",
        subcommands: [ViewLastApplied.self, SetLastApplied.self])

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var files: FileOptions
    @OptionGroup var serverSide: ServerSideOptions

    @Option(help: "client: only say what would be done; server: ask, but keep nothing.")
    var dryRun = DryRun.none

    @Option(
        name: [.customShort("o", allowingJoined: true), .long],
        help: "Print the objects: yaml, json, name or jsonpath=TEMPLATE.", transform: OutputFormat.parse)
    var output: OutputFormat?

    @Option(name: .customLong("validate"), help: "What to do about unknown fields: strict, warn or ignore.")
    var validation = Validation.strict

    @Option(
        name: [.customShort("l", allowingJoined: true), .long], help: "Only the objects of the files with these labels."
    )
    var selector: String?

    @Flag(help: .hidden)
    var prune = false

    // Not in validate(), which is asked for the subcommands too.
    private func check() throws {
        if files.kustomize != nil {
            throw Failure("stint has no kustomize: use 'kustomize build DIR | stint apply -f -'")
        }
        if files.isEmpty { throw Failure("must specify one of -f and -k") }
        if prune {
            throw Failure("stint has no apply --prune: delete what is not wanted with 'stint delete -l SELECTOR'")
        }
        if output == .wide { throw Failure("-o wide is for tables; use yaml, json, name or jsonpath") }
        try serverSide.check(dryRun)
    }

    func run() async throws {
        try check()
        let client = connection.client
        let discovery = Discovery(client: client)
        dryRun.warn(client.console)
        var problems: [any Error] = []
        var objects: [JSONValue] = []
        let applier = Applier(
            client: client, dryRun: dryRun, validation: validation, manager: serverSide.manager,
            forcesConflicts: serverSide.forceConflicts)
        for manifest in try files.manifests().selected(by: selector) {
            do {
                let target = try await manifest.target(in: discovery, namespace: connection.namedNamespace)
                let (object, outcome) = try await applier.apply(
                    manifest, to: target, serverSide: serverSide.serverSide)
                objects.append(object)
                if output == nil {
                    try client.console.print("\(target.printed) \(outcome.rawValue)\(dryRun.suffix)")
                }
            } catch let failure as Failure {
                problems.append(failure)
            } catch let status as Status {
                problems.append(status)
            }
        }
        if let output, let first = objects.first {
            try output.print(objects.count == 1 ? .single(first) : .list(objects), to: client.console)
        }
        guard problems.isEmpty else { throw Failures(problems) }
    }
}

/// Whether the daemon merges, and for whom.
struct ServerSideOptions: ParsableArguments {
    @Flag(help: "Let the daemon merge: each field belongs to who set it.")
    var serverSide = false

    @Flag(help: "With --server-side: take fields from others.")
    var forceConflicts = false

    @Option(help: "Who owns the fields.")
    var fieldManager: String?

    var manager: String { fieldManager ?? (serverSide ? "stint" : "stint-client-side-apply") }

    func check(_ dryRun: DryRun) throws {
        if forceConflicts, !serverSide { throw Failure("--force-conflicts only works with --server-side") }
        if serverSide, dryRun.staysHere {
            throw Failure(
                "--dry-run=client doesn't work with --server-side (did you mean --dry-run=server instead?)")
        }
    }
}
