import Kube

/// `get --watch`: what is there, then every change until the user has seen enough.
struct GetWatch {
    let query: GetQuery
    let format: OutputFormat?
    let table: TableOptions
    var showsCurrent = true
    /// Say of each whether it was added, modified or deleted.
    var showsEvents = false
    var ignoresMissing = false

    func run(_ targets: ResourceArguments) async throws {
        let (type, list, selection) = try watched(targets)
        let console = query.client.console
        var options = table
        if options.kindPrefix != nil { options.kindPrefix = type.printedKind + "/" }
        options.showsNamespace = table.showsNamespace && type.isNamespaced
        var printer = ChangePrinter(
            type: type, format: format, showsEvents: showsEvents, layout: TableLayout(options), console: console)
        var isFirst = true
        while true {
            var current = try await query.client.table(list, selection: selection, withObjects: format != nil)
            if case .named(let objects) = targets, current.rows.isEmpty, let object = objects.first {
                if ignoresMissing { return }
                throw Status.notFound(object.type, object.name)
            }
            if isFirst, let sortBy = query.sortBy, !current.rows.isEmpty {
                current.rows = try SortOrder(sortBy).sorted(current.rows, by: \.object)
            }
            if showsCurrent || !isFirst { try printer.show(current, as: "ADDED") }
            isFirst = false
            var request = WatchRequest(list: list, selection: selection, resourceVersion: current.resourceVersion)
            request.accept = ServerTable.accept
            request.includesObjects = format != nil
            let columns = current.columns
            let _: Never? = try await query.client.watch(request) { change in
                guard change.type != "BOOKMARK" else { return nil }
                var rows = ServerTable(change.object)
                if rows.columns.isEmpty { rows.columns = columns }  // only the first change brings them along
                try printer.show(rows, as: change.type)
                return nil
            }
        }
    }

    private func watched(_ targets: ResourceArguments) throws -> (ResourceType, String, Selection) {
        switch targets {
        case .kinds(let types):
            guard types.count == 1 else { throw Failure("you may only specify a single resource type") }
            return (types[0], ObjectPath(types[0], namespace: query.namespace).list, query.selection)
        case .named(let objects):
            guard objects.count == 1 else { throw Failure("you may only specify a single resource type") }
            let object = objects[0]
            return (
                object.type, ObjectPath(object.type, namespace: object.namespace).list,
                Selection(fields: "metadata.name=\(object.name)")
            )
        }
    }
}

/// Prints changes one after the other: rows under one header, or whole objects.
private struct ChangePrinter {
    let type: ResourceType
    var format: OutputFormat?
    let showsEvents: Bool
    var layout: TableLayout
    let console: Console
    var printedBefore = false

    mutating func show(_ table: ServerTable, as event: String) throws {
        switch format {
        case nil, .wide:
            guard !table.rows.isEmpty else { return }
            try console.write(layout.text(showsEvents ? table.prefixed("Event", with: event) : table))
        case let format?:
            for row in table.rows {
                var object = row.object
                object.set("apiVersion", to: .string(type.apiVersion))
                object.set("kind", to: .string(type.kind))
                object = object.withoutManagedFields
                if showsEvents { object = .object(["type": .string(event), "object": object]) }
                if format == .yaml, printedBefore { try console.print("---") }
                printedBefore = true
                try format.print(.single(object), to: console)
                // Headers of columns of the user's own are printed once.
                if case .columns(var columns) = format {
                    columns.showsHeaders = false
                    self.format = .columns(columns)
                }
            }
        }
    }
}

extension ServerTable {
    /// With a first column that says the same in every row.
    fileprivate func prefixed(_ name: String, with text: String) -> ServerTable {
        var table = self
        table.columns.insert(Column(name: name, priority: 0, isName: false), at: 0)
        table.rows = rows.map { row in
            var row = row
            row.cells.insert(.string(text), at: 0)
            return row
        }
        return table
    }
}
