import ArgumentParser
import Kube

/// `stint label`: the words that selectors find objects by.
struct Label: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Set or take away labels of objects.",
        usage: "stint label [--overwrite] (TYPE NAME … | TYPE/NAME | -f FILE) KEY=VALUE … KEY- …")

    @OptionGroup var options: MetadataOptions

    func validate() throws { try options.check(.labels) }

    func run() async throws { try await options.perform(.labels, manager: "stint-label") }
}

/// `stint annotate`: notes on objects.
struct Annotate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Set or take away annotations of objects.",
        usage: "stint annotate [--overwrite] (TYPE NAME … | TYPE/NAME | -f FILE) KEY=VALUE … KEY- …")

    @OptionGroup var options: MetadataOptions

    func validate() throws { try options.check(.annotations) }

    func run() async throws { try await options.perform(.annotations, manager: "stint-annotate") }
}

/// What both take, and do.
struct MetadataOptions: ParsableArguments {
    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var selecting: SelectionOptions
    @OptionGroup var files: FileOptions

    @Argument(help: "TYPE NAME… or TYPE/NAME…, then KEY=VALUE to set and KEY- to take away.")
    var arguments: [String] = []

    @Flag(help: "Change values that are there already.")
    var overwrite = false

    @Flag(help: "Every object of the kind in the namespace.")
    var all = false

    @Flag(name: [.customShort("A"), .long], help: "In all namespaces.")
    var allNamespaces = false

    @Flag(help: "Print what they are afterwards.")
    var list = false

    @Option(help: "Only if this is the object's revision.")
    var resourceVersion: String?

    @Option(help: "client: only say what would be done; server: ask, but keep nothing.")
    var dryRun = DryRun.none

    @Option(
        name: [.customShort("o", allowingJoined: true), .long],
        help: "Print the object: yaml, json, name or jsonpath=TEMPLATE.", transform: OutputFormat.parse)
    var output: OutputFormat?

    @Option(help: "Who owns the fields, for server-side apply.")
    var fieldManager: String?

    func check(_ member: MetadataChange.Member) throws {
        try files.refuseKustomize()
        if all, selecting.selector != nil { throw ValidationError("cannot set --all and --selector at the same time") }
        if all, selecting.fieldSelector != nil {
            throw ValidationError("cannot set --all and --field-selector at the same time")
        }
        if list, output != nil { throw ValidationError("--list and --output may not be specified together") }
        if output == .wide { throw ValidationError("-o wide is for tables; use yaml, json, name or jsonpath") }
    }

    func perform(_ member: MetadataChange.Member, manager: String) async throws {
        let (resources, change) = try MetadataChange.split(arguments, member)
        let word = member == .labels ? "label" : "annotation"
        if resources.isEmpty, files.isEmpty {
            throw Failure("one or more resources must be specified as <resource> <name> or <resource>/<name>")
        }
        if change.isEmpty, !list { throw Failure("at least one \(word) update is required") }
        let client = connection.client
        dryRun.warn(client.console)
        let query = TargetQuery(
            connection: connection, selecting: selecting.selection, files: files, all: all,
            allNamespaces: allNamespaces)
        let targets = try await query.targets(resources, client)
        if resourceVersion != nil, targets.count != 1 {
            throw Failure("--resource-version may only be used with a single resource")
        }
        var problems: [any Error] = []
        for target in targets {
            do {
                try await apply(change, to: target.object, isOnly: targets.count == 1, client, manager)
            } catch let error as Status {
                problems.append(error)
            } catch let error as Failure {
                problems.append(error)
            }
        }
        guard problems.isEmpty else { throw Failures(problems) }
    }

    private func apply(
        _ change: MetadataChange, to object: NamedObject, isOnly: Bool, _ client: APIClient, _ manager: String
    ) async throws {
        let console = client.console
        let before = try await client.send(APIRequest(.GET, object.path))
        if change.member == .labels {
            for key in change.removed where change.current(before)[key] == nil {
                try console.print("label \"\(key)\" not found.")
            }
        }
        if !overwrite { try change.refuseOverwrites(in: before) }
        var after = before
        if let patch = change.patch(for: before, resourceVersion: resourceVersion) {
            if dryRun.staysHere {
                after = before.merged(with: patch)
            } else {
                var request = APIRequest(.PATCH, object.path, query: dryRun.query)
                request.query.append((name: "fieldManager", value: fieldManager ?? manager))
                request.contentType = "application/merge-patch+json"
                request.body = .bytes(try KubeJSON.encode(patch))
                after = try await client.send(request)
            }
        }
        if list {
            let indent = isOnly ? "" : " "
            let word = change.member.rawValue
            if !isOnly {
                try console.print("Listing \(word) for \(object.type.kind).\(object.type.group)/\(object.name):")
            }
            for (key, value) in change.current(after).sorted(by: { $0.key < $1.key }) {
                try console.print("\(indent)\(key)=\(value)")
            }
        } else if let output {
            try output.print(.single(after), to: console)
        } else {
            try console.print("\(object.printed) \(change.outcome(for: before))\(dryRun.suffix)")
        }
    }
}

extension JSONValue {
    /// What a merge patch makes of a value (RFC 7396).
    func merged(with patch: JSONValue) -> JSONValue {
        guard case .object(let changes) = patch else { return patch }
        var members = object ?? [:]
        for (name, change) in changes {
            members[name] = change == .null ? nil : (members[name] ?? .object([:])).merged(with: change)
        }
        return .object(members)
    }
}
