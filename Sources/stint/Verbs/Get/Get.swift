import ArgumentParser
import Kube

/// `stint get`: what is there.
struct Get: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "List objects, or print them whole.",
        usage: """
            stint get TYPE[,TYPE] [NAME …] [-o wide|yaml|json|name|jsonpath=…|custom-columns=…] [-l SELECTOR] [-w]
            stint get (TYPE/NAME … | -f FILE | --raw PATH)
            """)

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var selecting: SelectionOptions
    @OptionGroup var files: FileOptions

    @Argument(help: "TYPE[,TYPE] [NAME…] or TYPE/NAME…")
    var resources: [String] = []

    @Option(
        name: [.customShort("o", allowingJoined: true), .long],
        help: "wide, yaml, json, name, jsonpath=TEMPLATE or custom-columns=HEADER:PATH,….",
        transform: OutputFormat.parse)
    var output: OutputFormat?

    @Flag(name: [.customShort("A"), .long], help: "Look in all namespaces.")
    var allNamespaces = false

    @Flag(name: .shortAndLong, help: "Print what is there, then every change.")
    var watch = false

    @Flag(help: "Print only the changes.")
    var watchOnly = false

    @Flag(help: "With a watch: say what kind of change each is.")
    var outputWatchEvents = false

    @Flag(help: "Add a column with all labels.")
    var showLabels = false

    @Option(name: [.customShort("L", allowingJoined: true), .long], help: "Add columns for these labels: a,b.")
    var labelColumns: [String] = []

    @Flag(help: "Put the kind before every name.")
    var showKind = false

    @Flag(help: "Leave the headers out.")
    var noHeaders = false

    @Flag(help: "Keep the field managers in YAML and JSON.")
    var showManagedFields = false

    @Option(help: "Sort by a JSONPath expression: .metadata.creationTimestamp.")
    var sortBy: String?

    @Option(help: "How many objects to ask for at once; 0 is all.")
    var chunkSize = 500

    @Option(help: "A part of the object: status.")
    var subresource: String?

    @Flag(help: "Say nothing about objects that do not exist.")
    var ignoreNotFound = false

    @Option(help: "Print what the daemon answers on a path of its API.")
    var raw: String?

    func validate() throws {
        if raw != nil {
            if watches || !selecting.selection.isEmpty {
                throw ValidationError(
                    "--raw may not be specified with other flags that filter the server request or alter the output")
            }
            if output != nil { throw ValidationError("--raw and --output are mutually exclusive") }
            if !resources.isEmpty { throw ValidationError("arguments may not be passed when --raw is specified") }
            if raw?.hasPrefix("/") != true { throw ValidationError("--raw must be a valid URL path: it begins with /") }
            return
        }
        if showLabels, let output, output != .wide {
            throw ValidationError("--show-labels option cannot be used with \(output.word) printer")
        }
        if outputWatchEvents, !watches {
            throw ValidationError("--output-watch-events option can only be used with --watch or --watch-only")
        }
        try files.refuseKustomize()
    }

    private static let nothingNamed = """
        You must specify the type of resource to get. Use "stint api-resources" for a complete list of supported \
        resources.

        error: Required resource not specified.
        Use "stint explain <resource>" for a detailed description of that resource (e.g. stint explain pods).
        See 'stint get -h' for help and examples
        """

    private var watches: Bool { watch || watchOnly }

    func run() async throws {
        let client = connection.client
        if let raw { return try await client.stream(APIRequest(.GET, raw)) { try await copy(&$0, to: client.console) } }
        if resources.isEmpty, files.isEmpty { throw Failure.verbatim(Self.nothingNamed) }
        let query = GetQuery(
            client: client, namespace: allNamespaces ? nil : connection.effectiveNamespace,
            selection: selecting.selection, sortBy: try sortBy.map { try JSONPath(relaxed: $0) },
            pageSize: chunkSize, subresource: subresource)
        let targets = try await targets(client)
        if case .named = targets, allNamespaces, files.files.isEmpty {
            throw Failure("a resource cannot be retrieved by name across all namespaces")
        }
        if watches {
            if sortBy != nil {
                client.console.note(
                    watch
                        ? "warning: --watch requested, --sort-by will be ignored for watch events received"
                        : "warning: --watch-only requested, --sort-by will be ignored")
            }
            let watch = GetWatch(
                query: query, format: format, table: tableOptions, showsCurrent: !watchOnly,
                showsEvents: outputWatchEvents, ignoresMissing: ignoreNotFound)
            return try await watch.run(targets)
        }
        switch format {
        case nil, .wide: try await printTables(targets, query)
        case let format?: try await printObjects(targets, query, as: format)
        }
    }

    private func copy(_ response: inout APIResponse, to console: Console) async throws {
        while let piece = try await response.next() { try console.writeBytes(Array(piece.readableBytesView)) }
    }

    private func targets(_ client: APIClient) async throws -> ResourceArguments {
        let discovery = Discovery(client: client)
        guard !files.files.isEmpty else {
            return try await ResourceArguments.resolve(
                resources, namespace: connection.effectiveNamespace, discovery: discovery)
        }
        var objects: [NamedObject] = []
        for manifest in try files.manifests() {
            objects.append(try await manifest.target(in: discovery, namespace: connection.namedNamespace))
        }
        return .named(objects)
    }

    private var format: OutputFormat? {
        guard case .columns(var columns) = output, noHeaders else { return output }
        columns.showsHeaders = false
        return .columns(columns)
    }

    private var tableOptions: TableOptions {
        TableOptions(
            isWide: output == .wide, showsHeaders: !noHeaders, showsNamespace: allNamespaces, showsLabels: showLabels,
            labelColumns: labelColumns.flatMap { $0.split(separator: ",") }.map(String.init),
            kindPrefix: showKind ? "" : nil)
    }

    private func printTables(_ targets: ResourceArguments, _ query: GetQuery) async throws {
        let console = query.client.console
        var problems: [any Error] = []
        var isFirst = true
        var showsNamespace = false
        for (type, result) in try await query.tables(targets) {
            problems += result.problems
            guard let table = result.table, !table.rows.isEmpty else { continue }
            var options = tableOptions
            if showKind || targets.isMixed { options.kindPrefix = type.printedKind + "/" }
            // Once it is there it stays, as kubectl has it.
            showsNamespace = showsNamespace || (allNamespaces && type.isNamespaced)
            options.showsNamespace = showsNamespace
            var layout = TableLayout(options)
            if !isFirst, !noHeaders { try console.print("") }
            isFirst = false
            try console.write(layout.text(table))
        }
        if ignoreNotFound { problems.removeAll { ($0 as? Status)?.code == 404 } }
        guard problems.isEmpty else { throw Failures(problems) }
        if isFirst, !ignoreNotFound {
            console.note(targets.emptyNote(namespace: allNamespaces ? nil : connection.effectiveNamespace))
        }
    }

    private func printObjects(_ targets: ResourceArguments, _ query: GetQuery, as format: OutputFormat) async throws {
        var (objects, problems) = try await query.objects(targets)
        if ignoreNotFound { problems.removeAll { ($0 as? Status)?.code == 404 } }
        let console = query.client.console
        if targets.isSingleObject {
            if let object = objects.first {
                try format.print(.single(object), to: console, showsManagedFields: showManagedFields)
            }
        } else if !objects.isEmpty || (problems.isEmpty && !ignoreNotFound) {
            try format.print(.list(objects), to: console, showsManagedFields: showManagedFields)
        }
        guard problems.isEmpty else { throw Failures(problems) }
    }
}

extension ResourceArguments {
    var isSingleObject: Bool {
        if case .named(let objects) = self { objects.count == 1 } else { false }
    }

    /// What kubectl says when nothing was found.
    func emptyNote(namespace: String?) -> String {
        guard case .kinds(let types) = self, let namespace, types.allSatisfy(\.isNamespaced) else {
            return "No resources found"
        }
        return "No resources found in \(namespace) namespace."
    }
}
