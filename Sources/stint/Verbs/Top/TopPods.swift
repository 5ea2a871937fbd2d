import ArgumentParser
import Kube

/// `stint top pods`.
struct TopPods: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pods", abstract: "Show the CPU and memory that pods use.",
        usage: "stint top pods [NAME | -l SELECTOR] [--containers] [--sum] [--sort-by cpu|memory]",
        aliases: ["pod", "po"])

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var selecting: SelectionOptions

    @Argument(help: "One pod.")
    var name: String?

    @Flag(name: [.customShort("A"), .long], help: "In all namespaces.")
    var allNamespaces = false

    @Flag(help: "A line for each container.")
    var containers = false

    @Flag(help: "A last line with the sum.")
    var sum = false

    @Flag(help: "Leave the headers out.")
    var noHeaders = false

    @Option(help: "The most first: cpu or memory.", transform: TopOrder.parse)
    var sortBy: TopOrder?

    func validate() throws {
        if name != nil, !selecting.selection.isEmpty {
            throw ValidationError("only one of NAME or selector can be provided")
        }
    }

    private struct Line {
        let namespace: String
        let pod: String
        var containers: [(name: String, usage: Usage)]
        var usage: Usage { containers.map(\.usage).reduce(Usage(), +) }

        init(_ tree: JSONValue) {
            namespace = tree.objectNamespace ?? ""
            pod = tree.objectName
            containers = (tree["containers"]?.array ?? []).map { ($0["name"]?.plain ?? "", Usage($0["usage"])) }
        }
    }

    func run() async throws {
        let client = connection.client
        let namespace = connection.effectiveNamespace
        let scope = allNamespaces ? "" : "/namespaces/\(escaped(namespace))"
        let path = Metrics.path + scope + "/pods" + (name.map { "/\(escaped($0))" } ?? "")
        let labels = Selection(labels: selecting.selector)
        var lines = try await Metrics.fetch(APIRequest(.GET, path, query: labels.query), client).map(Line.init)
        let pods =
            selecting.fieldSelector == nil && !lines.isEmpty
            ? nil
            : try await client.list(
                Pod.type, namespace: allNamespaces ? nil : namespace, selection: selecting.selection)
        if let pods {
            let chosen = Set(pods.map { "\($0.objectNamespace ?? "")/\($0.objectName)" })
            lines.removeAll { !chosen.contains("\($0.namespace)/\($0.pod)") }
        }
        if lines.isEmpty {
            for pod in pods ?? [] { try Self.complain(of: pod, client.console) }
            guard pods?.isEmpty != false else { throw Failure("metrics not available yet") }
            client.console.note("No resources found" + (allNamespaces ? "" : " in \(namespace) namespace."))
            return
        }
        try client.console.write(table(lines).usageText)
    }

    /// A pod older than two minutes should have been measured.
    private static func complain(of pod: JSONValue, _ console: Console) throws {
        let created = pod.at("metadata", "creationTimestamp")?.string.flatMap { RFC3339.parse($0) }
        guard let created, console.now().timeIntervalSince(created) > 120 else { return }
        let age = HumanDuration.text(console.now().timeIntervalSince(created))
        throw Failure(
            "Metrics not available for pod \(pod.objectNamespace ?? "")/\(pod.objectName), age: \(age)")
    }

    private func table(_ lines: [Line]) -> [[String]] {
        let ordered = lines.sorted { a, b in
            if let sortBy, a.usage != b.usage { return a.usage.precedes(b.usage, by: sortBy) }
            return (allNamespaces ? a.namespace : "", a.pod) < (allNamespaces ? b.namespace : "", b.pod)
        }
        var rows: [[String]] = []
        let lead = (allNamespaces ? ["NAMESPACE"] : []) + (containers ? ["POD"] : [])
        if !noHeaders { rows.append(lead + ["NAME", "CPU(cores)", "MEMORY(bytes)"]) }
        for line in ordered {
            let place = allNamespaces ? [line.namespace] : []
            guard containers else {
                rows.append(place + [line.pod] + line.usage.cells)
                continue
            }
            let parts = line.containers.sorted { a, b in
                if let sortBy, a.usage != b.usage { return a.usage.precedes(b.usage, by: sortBy) }
                return a.name < b.name
            }
            rows += parts.map { place + [line.pod, $0.name] + $0.usage.cells }
        }
        if sum {
            let empty = Array(repeating: "", count: (noHeaders ? 0 : lead.count) + 1)
            rows.append(empty + ["________", "________"])
            rows.append(empty + lines.map(\.usage).reduce(Usage(), +).cells)
        }
        return rows
    }
}
