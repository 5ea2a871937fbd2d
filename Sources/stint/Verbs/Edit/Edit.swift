import ArgumentParser
import Foundation
import Kube

/// `stint edit`: objects in an editor, and back.
struct Edit: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Change objects in an editor.",
        usage: "stint edit (TYPE NAME … | TYPE/NAME … | -f FILE) [-o yaml|json]",
        discussion: "The editor is what KUBE_EDITOR or EDITOR names, else vi.")

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var selecting: SelectionOptions
    @OptionGroup var files: FileOptions

    @Argument(help: "TYPE NAME… or TYPE/NAME…")
    var resources: [String] = []

    @Option(
        name: [.customShort("o", allowingJoined: true), .long], help: "How to show them in the editor: yaml or json.",
        transform: OutputFormat.parse)
    var output: OutputFormat?

    @Flag(help: "Print the patch that was sent.")
    var outputPatch = false

    @Flag(help: "Keep what was edited in an annotation, as apply does.")
    var saveConfig = false

    @Option(name: .customLong("validate"), help: "What to do about unknown fields: strict, warn or ignore.")
    var validation = Validation.strict

    @Option(help: "A part of the object: status, or resize of pods.")
    var subresource: String?

    @Option(help: "Who owns the fields, for server-side apply.")
    var fieldManager = "stint-edit"

    func validate() throws {
        try files.refuseKustomize()
        if let output, output != .yaml, output != .json { throw ValidationError("-o is json or yaml here") }
        if resources.isEmpty, files.isEmpty {
            throw ValidationError("You must provide one or more resources by argument or filename.")
        }
    }

    func run() async throws {
        let client = connection.client
        let query = TargetQuery(
            connection: connection, selecting: selecting.selection, files: files, all: resources.count == 1)
        var originals: [EditedObject] = []
        for target in try await query.targets(resources, client) {
            let tree = try await client.send(APIRequest(.GET, target.object.path(of: subresource)))
            originals.append(EditedObject(object: target.object, tree: tree))
        }
        guard !originals.isEmpty else { throw Failure("edit cancelled, no objects found") }
        let session = EditSession(
            client: client, editor: Self.editor, originals: originals, isJSON: output == .json,
            outputPatch: outputPatch,
            saveConfig: saveConfig, subresource: subresource,
            query: validation.query + [(name: "fieldManager", value: fieldManager)])
        try await session.run()
    }

    private static var editor: String {
        let environment = ProcessInfo.processInfo.environment
        return ["KUBE_EDITOR", "EDITOR"].compactMap { environment[$0] }.first { !$0.isEmpty } ?? "vi"
    }
}

/// One object that is being edited, as the daemon has it.
struct EditedObject: Sendable {
    let object: NamedObject
    var tree: JSONValue
}
