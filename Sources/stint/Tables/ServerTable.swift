import Kube

/// A Table as the daemon answers it (meta.k8s.io/v1): it decides the columns, the client only lays them out.
struct ServerTable: Sendable {
    struct Column: Equatable, Sendable {
        var name: String
        /// Above 0: only for `-o wide`.
        var priority: Int64
        /// True for the column that names the object.
        var isName: Bool
    }

    struct Row: Sendable {
        var cells: [JSONValue]
        var object: JSONValue
    }

    static let accept = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json"

    var columns: [Column]
    var rows: [Row]
    var resourceVersion: String?
    /// Set when the list goes on: ask again with it.
    var continuation: String?

    /// Reads a Table; an object or a list that is none gives the columns NAME and CREATED.
    init(_ answer: JSONValue) {
        resourceVersion = answer.at("metadata", "resourceVersion")?.string
        continuation = answer.at("metadata", "continue")?.string.flatMap { $0.isEmpty ? nil : $0 }
        guard answer["kind"]?.string == "Table" else {
            columns = [
                Column(name: "Name", priority: 0, isName: true), Column(name: "Created", priority: 0, isName: false),
            ]
            rows = (answer["items"]?.array ?? [answer]).map { object in
                let created = object.at("metadata", "creationTimestamp") ?? .string("<unknown>")
                return Row(cells: [.string(object.objectName), created], object: object)
            }
            return
        }
        columns = (answer["columnDefinitions"]?.array ?? []).map { column in
            Column(
                name: column["name"]?.string ?? "", priority: column["priority"]?.integer ?? 0,
                isName: column["format"]?.string == "name")
        }
        rows = (answer["rows"]?.array ?? []).map { row in
            Row(cells: row["cells"]?.array ?? [], object: row["object"] ?? .null)
        }
    }
}

extension APIClient {
    /// A whole list as one Table, fetched in pieces so that neither side holds more than it must.
    func table(
        _ list: String, selection: Selection = Selection(), withObjects: Bool = false, pageSize: Int = 500
    ) async throws -> ServerTable {
        var query = selection.query
        if pageSize > 0 { query.append((name: "limit", value: String(pageSize))) }
        if withObjects { query.append((name: "includeObject", value: "Object")) }
        var request = APIRequest(.GET, list, query: query)
        request.accept = ServerTable.accept
        var table = ServerTable(try await send(request))
        while let continuation = table.continuation {
            request.query = query + [(name: "continue", value: continuation)]
            let next = ServerTable(try await send(request))
            table.rows += next.rows
            table.continuation = next.continuation
            table.resourceVersion = next.resourceVersion
        }
        return table
    }
}
