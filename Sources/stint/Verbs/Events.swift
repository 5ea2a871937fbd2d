import ArgumentParser
import Foundation
import Kube

/// `stint events`: what happened, oldest first.
struct Events: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "List what happened, oldest first.",
        usage: "stint events [--for TYPE/NAME] [--types Normal,Warning] [-w]")

    @OptionGroup var connection: ConnectionOptions

    @Flag(name: [.customShort("A"), .long], help: "Of all namespaces.")
    var allNamespaces = false

    @Option(name: .customLong("for"), help: "Only about this object: TYPE/NAME.")
    var object: String?

    @Option(help: "Only of these types: Normal, Warning.")
    var types: [String] = []

    @Flag(name: .shortAndLong, help: "Go on with what happens.")
    var watch = false

    @Flag(help: "Leave the headers out.")
    var noHeaders = false

    @Option(
        name: [.customShort("o", allowingJoined: true), .long], help: "yaml, json, name or jsonpath=TEMPLATE.",
        transform: OutputFormat.parse)
    var output: OutputFormat?

    private var wantedTypes: [String] { types.flatMap { $0.split(separator: ",") }.map { $0.lowercased() } }

    func validate() throws {
        if wantedTypes.contains(where: { !["normal", "warning"].contains($0) }) {
            throw ValidationError("valid --types are Normal or Warning")
        }
        if let object, !object.contains("/") { throw ValidationError("--for must be in resource/name form") }
        if output == .wide { throw ValidationError("-o wide is for tables; use yaml, json, name or jsonpath") }
    }

    func run() async throws {
        let client = connection.client
        let namespace = allNamespaces ? nil : connection.effectiveNamespace
        var selection = Selection()
        if let object {
            let targets = try await ResourceArguments.resolve(
                [object], namespace: connection.effectiveNamespace, discovery: Discovery(client: client))
            guard case .named(let objects) = targets, let named = objects.first else {
                throw Failure("--for must be in resource/name form")
            }
            selection.fields =
                "involvedObject.kind=\(named.type.kind),involvedObject.apiVersion=\(named.type.apiVersion),"
                + "involvedObject.name=\(named.name)"
        }
        if watch { return try await follow(ObjectPath(Event.type, namespace: namespace).list, selection, client) }
        let events = try await client.list(Event.type, namespace: namespace, selection: selection).filter(isWanted)
        if events.isEmpty {
            return client.console.note("No events found" + (namespace.map { " in \($0) namespace." } ?? "."))
        }
        let sorted = events.enumerated().sorted { a, b in
            let (left, right) = (Self.moment(a.element), Self.moment(b.element))
            return left == right ? a.offset < b.offset : left < right
        }.map(\.element)
        if let output { return try output.print(.list(sorted), to: client.console) }
        var table = table
        for event in sorted { table.add(cells(event, client.console)) }
        try client.console.write(table.takeText())
    }

    private func follow(_ list: String, _ selection: Selection, _ client: APIClient) async throws {
        var table = table
        let watched = WatchRequest(list: list, selection: selection)
        let _: Never = try await client.follow(watched) { change in
            guard ["ADDED", "MODIFIED"].contains(change.type), isWanted(change.object) else { return nil }
            if let output {
                var event = change.object
                event.set("apiVersion", to: .string(Event.type.apiVersion))
                event.set("kind", to: .string(Event.type.kind))
                try output.print(.single(event), to: client.console)
            } else {
                table.add(cells(change.object, client.console))
                try client.console.write(table.takeText())
            }
            return nil
        }
    }

    private var table: TextTable {
        TextTable(
            (allNamespaces ? ["NAMESPACE"] : []) + ["LAST SEEN", "TYPE", "REASON", "OBJECT", "MESSAGE"],
            printsHeaders: !noHeaders)
    }

    private func isWanted(_ event: JSONValue) -> Bool {
        wantedTypes.isEmpty || wantedTypes.contains(event["type"]?.plain.lowercased() ?? "")
    }

    private static func time(_ value: JSONValue?) -> Date? { value?.string.flatMap { RFC3339.parse($0) } }

    private static func moment(_ event: JSONValue) -> Date {
        time(event.at("series", "lastObservedTime")) ?? time(event["lastTimestamp"]) ?? time(event["eventTime"])
            ?? .distantPast
    }

    private func cells(_ event: JSONValue, _ console: Console) -> [String] {
        func age(_ date: Date?) -> String {
            date.map { HumanDuration.text(console.now().timeIntervalSince($0)) } ?? "<unknown>"
        }
        let first = age(Self.time(event["eventTime"]) ?? Self.time(event["firstTimestamp"]))
        var seen = first
        if let count = event.at("series", "count")?.integer {
            seen = "\(age(Self.time(event.at("series", "lastObservedTime")))) (x\(count) over \(first))"
        } else if let count = event["count"]?.integer, count > 1 {
            seen = "\(age(Self.time(event["lastTimestamp"]))) (x\(count) over \(first))"
        }
        let object = event["involvedObject"]
        return (allNamespaces ? [event.objectNamespace ?? ""] : []) + [
            seen, event["type"]?.plain ?? "", event["reason"]?.plain ?? "",
            "\(object?["kind"]?.plain ?? "")/\(object?["name"]?.plain ?? "")", (event["message"]?.plain ?? "").trimmed,
        ]
    }
}
