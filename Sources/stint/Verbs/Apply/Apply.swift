import ArgumentParser
import Kube

/// `stint apply`: makes objects as files say.
struct Apply: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Create objects from files, or change them to match.")

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var files: FileOptions

    @Option(help: "client: only say what would be done; server: ask, but keep nothing.")
    var dryRun = DryRun.none

    @Option(
        name: [.customShort("o", allowingJoined: true), .long],
        help: "Print the objects: yaml, json, name or jsonpath=TEMPLATE.")
    var output: OutputFormat?

    @Option(name: .customLong("validate"), help: "What to do about unknown fields: strict, warn or ignore.")
    var validation = Validation.strict

    func validate() throws {
        if files.files.isEmpty { throw ValidationError("must specify one of -f and -k") }
        if output == .wide { throw ValidationError("-o wide is for tables; use yaml, json, name or jsonpath") }
    }

    func run() async throws {
        let client = connection.client
        let discovery = Discovery(client: client)
        dryRun.warn(client.console)
        var problems: [any Error] = []
        var objects: [JSONValue] = []
        for manifest in try Manifest.read(files.files) {
            do {
                let target = try await manifest.target(in: discovery, namespace: connection.namedNamespace)
                let applier = Applier(client: client, dryRun: dryRun, validation: validation)
                let (object, outcome) = try await applier.apply(manifest, to: target)
                objects.append(object)
                if output == nil {
                    try client.console.print("\(target.printed) \(outcome.rawValue)\(dryRun.suffix)")
                }
            } catch let failure as Failure {
                problems.append(failure)
            }
        }
        if let output, let first = objects.first {
            try output.print(objects.count == 1 ? .single(first) : .list(objects), to: client.console)
        }
        guard problems.isEmpty else { throw Failures(problems) }
    }
}
