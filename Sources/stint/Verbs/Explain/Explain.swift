import ArgumentParser
import Kube

/// `stint explain`: what the fields of a kind mean.
struct Explain: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show the documentation of a kind and its fields.",
        usage: "stint explain TYPE[.FIELD…] [--recursive] [--api-version GROUP/VERSION]")

    @OptionGroup var connection: ConnectionOptions

    @Argument(help: "A kind, and a path of fields: job.spec.podFailurePolicy.")
    var resources: [String] = []

    @Flag(help: "Print the fields of the fields too, without their descriptions.")
    var recursive = false

    @Option(help: "With --recursive: how deep to go; 0 is all the way.")
    var maxDepth = 0

    @Option(help: "Which version of the kind.")
    var apiVersion: String?

    @Option(name: [.customShort("o", allowingJoined: true), .long], help: "plaintext.")
    var output = "plaintext"

    func validate() throws {
        if resources.isEmpty {
            throw ValidationError(
                "You must specify the type of resource to explain. Use \"stint api-resources\" for a complete list of "
                    + "supported resources.")
        }
        if resources.count > 1 { throw ValidationError("We accept only this format: explain RESOURCE") }
        if maxDepth > 0, !recursive { throw ValidationError("--max-depth requires --recursive") }
        if maxDepth < 0 { throw ValidationError("--max-depth must be non-negative") }
        if output != "plaintext" { throw ValidationError("unrecognized format: \(output)") }
    }

    func run() async throws {
        let client = connection.client
        let words = (resources.first ?? "").split(separator: ".").map(String.init)
        var type = try await Self.type(named: words.first ?? "", client)
        let fields = Self.fields(Array(words.dropFirst()), of: type)
        if let apiVersion { type = type.in(apiVersion) }
        let paths = try await client.send(APIRequest(.GET, "/openapi/v3"))
        let place = type.group.isEmpty ? "api/\(type.version)" : "apis/\(type.group)/\(type.version)"
        guard let path = paths.at("paths", place, "serverRelativeURL")?.string else {
            throw Failure(
                "couldn't find resource for \"\(type.group.isEmpty ? "" : type.group)/\(type.version), "
                    + "Resource=\(type.plural)\"")
        }
        let document = OpenAPIDocument(tree: try await client.send(APIRequest(.GET, path)))
        guard let schema = document.schema(of: type) else {
            throw Failure(
                "GVR (\(type.apiVersion), Resource=\(type.plural)) not found in OpenAPI schema")
        }
        var head = type.group.isEmpty ? "" : "GROUP:      \(type.group)\n"
        head += "KIND:       \(type.kind)\nVERSION:    \(type.version)\n\n"
        try client.console.write(head)
        var printer = SchemaPrinter(document: document, isRecursive: recursive, maxDepth: maxDepth)
        guard printer.explain(schema, path: fields[...]) else {
            throw Failure("field \"\(fields.last ?? "")\" does not exist")
        }
        try client.console.write(printer.text + "\n")
    }

    /// kubectl leaves the `error: ` out here.
    private static func type(named name: String, _ client: APIClient) async throws -> ResourceType {
        do {
            return try await Discovery(client: client).type(named: name)
        } catch let failure as Failure {
            throw failure.message.map { .verbatim($0.replacing("error: ", with: "")) } ?? failure
        }
    }

    /// The path behind `jobs`, `jobs.batch` or `jobs.v1.batch`.
    private static func fields(_ words: [String], of type: ResourceType) -> [String] {
        let group = type.group.split(separator: ".").map(String.init)
        for prefix in [[type.version] + group, group] where !group.isEmpty && words.starts(with: prefix) {
            return Array(words.dropFirst(prefix.count))
        }
        return words
    }
}

extension ResourceType {
    fileprivate func `in`(_ apiVersion: String) -> ResourceType {
        let parts = apiVersion.split(separator: "/", maxSplits: 1).map(String.init)
        return ResourceType(
            group: parts.count == 2 ? parts[0] : "", version: parts.last ?? version, kind: kind, plural: plural,
            singular: singular, shortNames: shortNames, categories: categories, isNamespaced: isNamespaced)
    }
}
