import ArgumentParser
import Kube

/// `stint get`: what is there.
struct Get: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "List objects, or print them whole.")

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var selecting: SelectionOptions

    @Argument(help: "TYPE[,TYPE] [NAME…] or TYPE/NAME…")
    var resources: [String] = []

    @Option(
        name: [.customShort("o", allowingJoined: true), .long], help: "wide, yaml, json, name or jsonpath=TEMPLATE.")
    var output: OutputFormat?

    @Flag(name: [.customShort("A"), .long], help: "Look in all namespaces.")
    var allNamespaces = false

    @Flag(name: .shortAndLong, help: "Print what is there, then every change.")
    var watch = false

    @Flag(help: "Add a column with all labels.")
    var showLabels = false

    @Option(name: [.customShort("L", allowingJoined: true), .long], help: "Add columns for these labels: a,b.")
    var labelColumns: String?

    @Flag(help: "Put the kind before every name.")
    var showKind = false

    @Flag(help: "Leave the headers out.")
    var noHeaders = false

    @Option(help: "Sort by a JSONPath expression: .metadata.creationTimestamp.")
    var sortBy: String?

    @Flag(help: "Say nothing about objects that do not exist.")
    var ignoreNotFound = false

    func validate() throws {
        if resources.isEmpty {
            throw ValidationError("Required resource not specified: say what to get, as in 'stint get jobs,pods'")
        }
        if watch, sortBy != nil { throw ValidationError("--watch and --sort-by cannot be used together") }
    }

    func run() async throws {
        let query = GetQuery(
            client: connection.client, namespace: allNamespaces ? nil : connection.effectiveNamespace,
            selection: selecting.selection, sortBy: try sortBy.map { try JSONPath(relaxed: $0) })
        let discovery = Discovery(client: query.client)
        let targets = try await ResourceArguments.resolve(
            resources, namespace: connection.effectiveNamespace, discovery: discovery)
        if case .named = targets, allNamespaces {
            throw Failure("a resource cannot be retrieved by name across all namespaces")
        }
        if watch { return try await GetWatch(query: query, format: output, table: tableOptions).run(targets) }
        switch output {
        case nil, .wide: try await printTables(targets, query)
        case let format?: try await printObjects(targets, query, as: format)
        }
    }

    private var tableOptions: TableOptions {
        TableOptions(
            isWide: output == .wide, showsHeaders: !noHeaders, showsNamespace: allNamespaces, showsLabels: showLabels,
            labelColumns: labelColumns?.split(separator: ",").map(String.init) ?? [],
            kindPrefix: showKind ? "" : nil)
    }

    private func printTables(_ targets: ResourceArguments, _ query: GetQuery) async throws {
        let console = query.client.console
        var problems: [any Error] = []
        var isFirst = true
        for (type, result) in try await query.tables(targets) {
            problems += result.problems
            guard let table = result.table, !table.rows.isEmpty else { continue }
            var options = tableOptions
            if showKind || targets.isMixed { options.kindPrefix = type.printedKind + "/" }
            options.showsNamespace = allNamespaces && type.isNamespaced
            var layout = TableLayout(options)
            if !isFirst { try console.print("") }
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
        if targets.isSingleObject {
            if let object = objects.first { try format.print(.single(object), to: query.client.console) }
        } else if !objects.isEmpty || problems.isEmpty {
            try format.print(.list(objects), to: query.client.console)
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
