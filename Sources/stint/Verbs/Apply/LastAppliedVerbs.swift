import ArgumentParser
import Kube

extension Apply {
    /// `stint apply view-last-applied`: what the file said the last time.
    struct ViewLastApplied: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "view-last-applied", abstract: "Show what was applied last.",
            usage: "stint apply view-last-applied (TYPE NAME | TYPE/NAME | -f FILE) [-o yaml|json]")

        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var selecting: SelectionOptions
        @OptionGroup var files: FileOptions

        @Argument(help: "TYPE NAME… or TYPE/NAME…")
        var resources: [String] = []

        @Flag(help: "Every object of the kind in the namespace.")
        var all = false

        @Option(name: [.customShort("o", allowingJoined: true), .long], help: "yaml or json.")
        var output = "yaml"

        func run() async throws {
            guard ["yaml", "json"].contains(output) else {
                throw Failure("Unexpected -o output mode: \(output), the flag 'output' must be one of yaml|json")
            }
            let client = connection.client
            let query = TargetQuery(connection: connection, selecting: selecting.selection, files: files, all: all)
            for target in try await query.targets(resources, client) {
                let tree = try await client.send(APIRequest(.GET, target.object.path))
                guard let applied = LastApplied.read(from: tree) else {
                    throw Failure("no last-applied-configuration annotation found on resource: \(target.object.name)")
                }
                try client.console.write(
                    output == "yaml" ? YAMLWriter.text(of: applied) : applied.indented(width: 2) + "\n")
            }
        }
    }

    /// `stint apply set-last-applied`: as if the file had been applied.
    struct SetLastApplied: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "set-last-applied", abstract: "Set what counts as applied last to what a file says.",
            usage: "stint apply set-last-applied -f FILE [--create-annotation]")

        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var files: FileOptions

        @Flag(help: "Also where nothing was applied before.")
        var createAnnotation = false

        @Option(help: "client: only say what would be done; server: ask, but keep nothing.")
        var dryRun = DryRun.none

        func validate() throws { try files.require() }

        func run() async throws {
            let client = connection.client
            let query = TargetQuery(connection: connection, files: files)
            for target in try await query.targets([], client) {
                let tree = try await client.send(APIRequest(.GET, target.object.path))
                let before = LastApplied.read(from: tree)
                guard before != nil || createAnnotation else {
                    throw Failure(
                        "no last-applied-configuration annotation found on resource: \(target.object.name), to create "
                            + "the annotation, run the command with --create-annotation")
                }
                var wanted = target.manifest ?? .null
                if let namespace = target.object.namespace {
                    wanted.set("metadata", "namespace", to: .string(namespace))
                }
                wanted = LastApplied.annotated(wanted)
                if before == LastApplied.read(from: wanted) {
                    try client.console.print("set-last-applied \(target.object.name): no changes required.")
                    continue
                }
                if !dryRun.staysHere {
                    var patch = JSONValue.object([:])
                    patch.set(
                        "metadata", "annotations", LastApplied.annotation,
                        to: wanted.at("metadata", "annotations", LastApplied.annotation))
                    var request = APIRequest(.PATCH, target.object.path, query: dryRun.query)
                    request.contentType = "application/merge-patch+json"
                    request.body = .bytes(try KubeJSON.encode(patch))
                    _ = try await client.send(request)
                }
                try client.console.print("\(target.object.printed) configured\(dryRun.suffix)")
            }
        }
    }
}
