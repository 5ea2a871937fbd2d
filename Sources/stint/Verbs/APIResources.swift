import ArgumentParser
import Kube

/// `stint api-resources`: the kinds that the daemon serves.
struct APIResources: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "api-resources", abstract: "List the kinds that the daemon serves.")

    enum Order: String, ExpressibleByArgument, CaseIterable { case name, kind }

    @OptionGroup var connection: ConnectionOptions

    @Option(name: [.customShort("o", allowingJoined: true), .long], help: "wide or name.")
    var output: String?

    @Flag(help: "Leave the headers out.")
    var noHeaders = false

    @Option(help: "Only kinds of this group; empty is the core group.")
    var apiGroup: String?

    @Option(help: "true: only kinds in namespaces; false: only the others.")
    var namespaced: Bool?

    @Option(help: "Only kinds with all of these verbs: list,watch.")
    var verbs: String?

    @Option(help: "Only kinds in all of these categories.")
    var categories: String?

    @Option(help: "By name or kind instead of by group.")
    var sortBy: Order?

    func validate() throws {
        if let output, output != "wide", output != "name" {
            throw ValidationError("--output \(output) is not available: wide or name")
        }
    }

    func run() async throws {
        let client = connection.client
        let (verbs, categories) = (Self.words(verbs), Self.words(categories))
        let served = try await Discovery(client: client).everything().filter { served in
            !served.verbs.isEmpty && (apiGroup ?? served.type.group) == served.type.group
                && (namespaced ?? served.type.isNamespaced) == served.type.isNamespaced
                && verbs.isSubset(of: served.verbs) && categories.isSubset(of: served.type.categories)
        }
        let sorted = served.sorted { a, b in
            func key(_ type: ResourceType) -> String {
                switch sortBy {
                case .name: type.plural
                case .kind: type.kind
                case nil: type.group
                }
            }
            return (key(a.type), a.type.plural) < (key(b.type), b.type.plural)
        }
        if output == "name" {
            for entry in sorted { try client.console.print(entry.type.qualifiedName) }
            return
        }
        let headers = ["NAME", "SHORTNAMES", "APIVERSION", "NAMESPACED", "KIND"]
        var table = TextTable(
            headers + (output == "wide" ? ["VERBS", "CATEGORIES"] : []), printsHeaders: !noHeaders)
        for (type, verbs) in sorted {
            let cells = [
                type.plural, type.shortNames.joined(separator: ","), type.apiVersion, String(type.isNamespaced),
                type.kind,
            ]
            let wide = [verbs.joined(separator: ","), type.categories.joined(separator: ",")]
            table.add(cells + (output == "wide" ? wide : []))
        }
        try client.console.write(table.text)
    }

    private static func words(_ text: String?) -> Set<String> {
        Set((text ?? "").split(separator: ",").map(String.init))
    }
}

/// `stint api-versions`: the groups and versions that the daemon serves.
struct APIVersions: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "api-versions", abstract: "List the API versions that the daemon serves.")

    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
        let client = connection.client
        for version in try await Discovery(client: client).versions().sorted() { try client.console.print(version) }
    }
}
