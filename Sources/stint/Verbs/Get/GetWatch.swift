import Kube

/// `get --watch`: what is there, then every change until the user has seen enough.
struct GetWatch {
    let query: GetQuery
    let format: OutputFormat?
    let table: TableOptions

    func run(_ targets: ResourceArguments) async throws {
        let (type, list, selection) = try watched(targets)
        let console = query.client.console
        var options = table
        if options.kindPrefix != nil { options.kindPrefix = type.printedKind + "/" }
        options.showsNamespace = table.showsNamespace && type.isNamespaced
        var layout = TableLayout(options)
        while true {
            let current = try await query.client.table(list, selection: selection, withObjects: format != nil)
            if case .named(let objects) = targets, current.rows.isEmpty, let object = objects.first {
                throw Status.notFound(object.type, object.name)
            }
            try show(current, &layout, type, console)
            var request = WatchRequest(list: list, selection: selection, resourceVersion: current.resourceVersion)
            request.accept = ServerTable.accept
            request.includesObjects = format != nil
            let columns = current.columns
            let _: Never? = try await query.client.watch(request) { change in
                guard change.type != "BOOKMARK" else { return nil }
                var rows = ServerTable(change.object)
                if rows.columns.isEmpty { rows.columns = columns }  // only the first change brings them along
                try show(rows, &layout, type, console)
                return nil
            }
        }
    }

    private func show(
        _ table: ServerTable, _ layout: inout TableLayout, _ type: ResourceType, _ console: Console
    ) throws {
        switch format {
        case nil, .wide:
            if !table.rows.isEmpty { try console.write(layout.text(table)) }
        case let format?:
            for row in table.rows {
                var object = row.object
                object.set("apiVersion", to: .string(type.apiVersion))
                object.set("kind", to: .string(type.kind))
                try format.print(.single(object), to: console)
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
