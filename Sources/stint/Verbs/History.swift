import ArgumentParser
import Kube

/// `stint history`: every run of every container, also of Jobs that are gone.
struct History: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show the record of every attempt: exit code, times, memory, CPU.",
        discussion: "Records outlive pods and Jobs.")

    @OptionGroup var connection: ConnectionOptions

    @Argument(help: "job/NAME or pod/NAME; without it, everything in the namespace.")
    var target: String?

    @Flag(name: [.customShort("A"), .long], help: "In all namespaces.")
    var allNamespaces = false

    @Option(
        name: [.customShort("o", allowingJoined: true), .long], help: "wide, json or yaml.",
        transform: OutputFormat.parse)
    var output: OutputFormat?

    @Flag(help: "Leave the headers out.")
    var noHeaders = false

    func run() async throws {
        let client = connection.client
        var query: [(name: String, value: String)] = []
        if !allNamespaces { query.append((name: "namespace", value: connection.effectiveNamespace)) }
        if let target { query.append(try Self.filter(target)) }
        let answer = try await client.send(APIRequest(.GET, "/apis/stint.dev/v1/attempts", query: query))
        if let output, output != .wide { return try output.print(.single(answer), to: client.console) }
        let records = try (answer["items"]?.array ?? []).map { try KubeJSON.decode(AttemptRecord.self, from: $0) }
        guard !records.isEmpty else {
            let whose = target.map { " for \($0)" } ?? ""
            let place = allNamespaces ? "" : " in \(connection.effectiveNamespace) namespace"
            return client.console.note("No attempts recorded\(whose)\(place).")
        }
        let table = AttemptTable(isWide: output == .wide, showsNamespace: allNamespaces, console: client.console)
        try client.console.write(table.text(records, showsHeaders: !noHeaders))
    }

    /// Objects that are gone have no kind to look up, so the two kinds with a history are known by name.
    private static func filter(_ target: String) throws -> (name: String, value: String) {
        let parts = target.split(separator: "/", maxSplits: 1).map(String.init)
        guard parts.count == 2 else { return (name: "job", value: target) }
        if Job.type.answers(to: parts[0]) { return (name: "job", value: parts[1]) }
        if Pod.type.answers(to: parts[0]) { return (name: "pod", value: parts[1]) }
        throw Failure("only Jobs and pods have a history, not \(parts[0])")
    }
}
