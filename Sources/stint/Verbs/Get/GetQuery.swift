import Kube

/// Fetches what `get` shows, as tables or as objects.
struct GetQuery: Sendable {
    let client: APIClient
    /// Nil for all namespaces.
    let namespace: String?
    let selection: Selection
    let sortBy: JSONPath?
    /// 0 for everything at once.
    var pageSize = 500
    var subresource: String?

    /// One table for each kind, in the order asked for, and what could not be had.
    func tables(
        _ targets: ResourceArguments
    ) async throws -> [(type: ResourceType, result: (table: ServerTable?, problems: [any Error]))] {
        var results: [(type: ResourceType, result: (table: ServerTable?, problems: [any Error]))] = []
        switch targets {
        case .kinds(let types):
            for type in types {
                let table = try await client.table(
                    ObjectPath(type, namespace: namespace).list, selection: selection, withObjects: sortBy != nil,
                    pageSize: pageSize)
                results.append((type, (try sorted(table), [])))
            }
        case .named(let objects):
            for object in objects {
                var (table, problems): (ServerTable?, [any Error]) = (nil, [])
                do {
                    var request = APIRequest(.GET, object.path(of: subresource))
                    if sortBy != nil { request.query.append((name: "includeObject", value: "Object")) }
                    request.accept = ServerTable.accept
                    table = ServerTable(try await client.send(request))
                } catch let status as Status {
                    problems.append(status)
                }
                if let last = results.indices.last, results[last].type == object.type {
                    results[last].result.problems += problems
                    if let table {
                        results[last].result.table?.rows += table.rows
                        if results[last].result.table == nil { results[last].result.table = table }
                    }
                } else {
                    results.append((object.type, (table, problems)))
                }
            }
            for index in results.indices {
                results[index].result.table = try results[index].result.table.map(sorted)
            }
        }
        return results
    }

    /// The objects themselves, each with its `apiVersion` and `kind`.
    func objects(_ targets: ResourceArguments) async throws -> (objects: [JSONValue], problems: [any Error]) {
        var objects: [JSONValue] = []
        var problems: [any Error] = []
        switch targets {
        case .kinds(let types):
            for type in types {
                objects += try await client.list(
                    type, namespace: namespace, selection: selection, pageSize: pageSize)
            }
        case .named(let named):
            for object in named {
                do {
                    objects.append(try await client.send(APIRequest(.GET, object.path(of: subresource))))
                } catch let status as Status {
                    problems.append(status)
                }
            }
        }
        if let sortBy { objects = try SortOrder(sortBy).sorted(objects) { $0 } }
        return (objects, problems)
    }

    private func sorted(_ table: ServerTable) throws -> ServerTable {
        guard let sortBy else { return table }
        var table = table
        table.rows = try SortOrder(sortBy).sorted(table.rows, by: \.object)
        return table
    }
}

extension APIClient {
    /// Every object of a kind. Items of a list come without `apiVersion` and `kind`; here they have them.
    func list(
        _ type: ResourceType, namespace: String?, selection: Selection = Selection(), pageSize: Int = 500
    ) async throws -> [JSONValue] {
        let path = ObjectPath(type, namespace: namespace).list
        var objects: [JSONValue] = []
        var continuation: String?
        repeat {
            var query = selection.query
            if pageSize > 0 { query.append((name: "limit", value: String(pageSize))) }
            if let continuation { query.append((name: "continue", value: continuation)) }
            let list = try await send(APIRequest(.GET, path, query: query))
            objects += (list["items"]?.array ?? []).map { item in
                var item = item
                item.set("apiVersion", to: .string(type.apiVersion))
                item.set("kind", to: .string(type.kind))
                return item
            }
            continuation = list.at("metadata", "continue")?.string.flatMap { $0.isEmpty ? nil : $0 }
        } while continuation != nil
        return objects
    }
}
