import ArgumentParser
import Kube

/// `stint top nodes`.
struct TopNodes: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "nodes", abstract: "Show the CPU and memory that this host's pods use.",
        usage: "stint top nodes [NAME | -l SELECTOR] [--sort-by cpu|memory]", aliases: ["node", "no"])

    @OptionGroup var connection: ConnectionOptions

    @Argument(help: "One node.")
    var name: String?

    @Option(name: [.customShort("l", allowingJoined: true), .long], help: "Labels to select by.")
    var selector: String?

    @Flag(help: "Percent of all there is, not of what pods may have.")
    var showCapacity = false

    @Flag(help: "Leave the headers out.")
    var noHeaders = false

    @Option(help: "The most first: cpu or memory.", transform: TopOrder.parse)
    var sortBy: TopOrder?

    func validate() throws {
        if name != nil, selector != nil { throw ValidationError("only one of NAME or --selector can be provided") }
    }

    func run() async throws {
        let client = connection.client
        let selection = Selection(labels: selector)
        let path = Metrics.path + "/nodes" + (name.map { "/\(escaped($0))" } ?? "")
        let metrics = try await Metrics.fetch(APIRequest(.GET, path, query: selection.query), client)
        guard !metrics.isEmpty else { throw Failure("metrics not available yet") }
        let nodes: [JSONValue]
        if let name {
            nodes = [
                try await client.send(APIRequest(.GET, NamedObject(HostNode.type, namespace: nil, name: name).path))
            ]
        } else {
            nodes = try await client.list(HostNode.type, namespace: nil, selection: selection)
        }
        var available: [String: Usage] = [:]
        for node in nodes {
            available[node.objectName] = Usage(node.at("status", showCapacity ? "capacity" : "allocatable"))
        }
        let lines = metrics.map { (name: $0.objectName, usage: Usage($0["usage"])) }.sorted { a, b in
            if let sortBy, a.usage != b.usage { return a.usage.precedes(b.usage, by: sortBy) }
            return a.name < b.name
        }
        var rows = noHeaders ? [] : [["NAME", "CPU(cores)", "CPU(%)", "MEMORY(bytes)", "MEMORY(%)"]]
        rows += lines.map { [$0.name] + $0.usage.cells(of: available.removeValue(forKey: $0.name)) }
        rows += available.keys.sorted().map { [$0] + Array(repeating: "<unknown>", count: 4) }
        try client.console.write(rows.usageText)
    }
}
