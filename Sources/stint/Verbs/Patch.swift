import ArgumentParser
import Foundation
import Kube

/// `stint patch`: changes fields of one object.
struct Patch: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Change fields of objects.")

    enum Kind: String, ExpressibleByArgument, CaseIterable {
        case strategic, merge, json

        var contentType: String {
            switch self {
            case .strategic: "application/strategic-merge-patch+json"
            case .merge: "application/merge-patch+json"
            case .json: "application/json-patch+json"
            }
        }
    }

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var files: FileOptions

    @Argument(help: "TYPE NAME or TYPE/NAME.")
    var resources: [String] = []

    @Option(name: .shortAndLong, parsing: .unconditional, help: "The patch, JSON or YAML.")
    var patch: String?

    @Option(help: "A file with the patch.")
    var patchFile: String?

    @Option(help: "strategic, merge or json.")
    var type = Kind.strategic

    @Option(help: "A subresource to patch instead: status, or resize of pods.")
    var subresource: String?

    @Option(help: "server: ask, but keep nothing.")
    var dryRun = DryRun.none

    @Option(
        name: [.customShort("o", allowingJoined: true), .long],
        help: "Print the object: yaml, json, name or jsonpath=TEMPLATE.", transform: OutputFormat.parse)
    var output: OutputFormat?

    @Option(help: "Who owns the fields, for server-side apply.")
    var fieldManager = "stint-patch"

    func validate() throws {
        try files.refuseKustomize()
        if resources.isEmpty, files.isEmpty {
            throw ValidationError("You must provide one or more resources by argument or filename.")
        }
        if patch != nil, patchFile != nil { throw ValidationError("cannot specify --patch and --patch-file together") }
        if patch == nil, patchFile == nil {
            throw ValidationError("must specify --patch or --patch-file containing the contents of the patch")
        }
        if dryRun.staysHere { throw ValidationError("a patch is merged by the daemon: use --dry-run=server") }
        if output == .wide { throw ValidationError("-o wide is for tables; use yaml, json, name or jsonpath") }
    }

    func run() async throws {
        let client = connection.client
        let body = try parsedPatch()
        let query = TargetQuery(connection: connection, files: files)
        for object in try await query.targets(resources, client).map(\.object) {
            let before = try await client.send(APIRequest(.GET, object.path))
            var request = APIRequest(
                .PATCH,
                ObjectPath(object.type, namespace: object.namespace).object(object.name, subresource: subresource))
            request.query = dryRun.query + [(name: "fieldManager", value: fieldManager)]
            request.contentType = type.contentType
            request.body = .bytes(body)
            let after = try await client.send(request)
            if let output {
                try output.print(.single(after), to: client.console)
            } else {
                let isSame = before.resourceVersion == after.resourceVersion && dryRun == .none
                try client.console.print("\(object.printed) patched\(isSame ? " (no change)" : "")\(dryRun.suffix)")
            }
        }
    }

    /// The patch as JSON; a json patch is a list, the others are objects.
    private func parsedPatch() throws -> [UInt8] {
        let text: String
        if let patchFile {
            // Every cause reads the same.
            guard let contents = try? String(contentsOfFile: patchFile, encoding: .utf8) else {
                throw Failure("unable to read patch file: \(patchFile)")
            }
            text = contents
        } else {
            text = patch ?? ""
        }
        let documents: [JSONValue]
        do { documents = try YAMLReader.read(text.utf8) } catch {
            throw Failure("unable to parse \(JSONValue.string(text).compact): \(error)")
        }
        guard documents.count == 1, (documents[0].array != nil) == (type == .json),
            documents[0].array != nil || documents[0].object != nil
        else {
            throw Failure(
                "unable to parse \(JSONValue.string(text).compact): a \(type.rawValue) patch is \(type == .json ? "a list" : "an object")"
            )
        }
        return try KubeJSON.encode(documents[0])
    }
}
