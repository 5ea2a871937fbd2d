import Kube

/// One change in a watch: `ADDED`, `MODIFIED`, `DELETED`, `BOOKMARK` or `ERROR`.
struct WatchChange: Sendable {
    let type: String
    let object: JSONValue
}

/// What to watch: a list, narrowed by selectors, from a revision on.
struct WatchRequest: Sendable {
    var list: String
    var selection = Selection()
    var resourceVersion: String?
    var accept = "application/json"
    /// For tables: the whole object beside every row.
    var includesObjects = false

    var request: APIRequest {
        var query = selection.query + [(name: "watch", value: "1")]
        if let resourceVersion { query.append((name: "resourceVersion", value: resourceVersion)) }
        if includesObjects { query.append((name: "includeObject", value: "Object")) }
        var request = APIRequest(.GET, list, query: query)
        request.accept = accept
        return request
    }
}

extension APIClient {
    /// Hands every change to `see` until that returns an answer. Nil when the daemon ended the watch, as it may at
    /// any time: list again and watch on.
    func watch<Answer: Sendable>(
        _ watch: WatchRequest, _ see: (WatchChange) async throws -> Answer?
    ) async throws -> Answer? {
        try await stream(watch.request) { response in
            var lines = LineBuffer()
            while let line = try await response.line(from: &lines) {
                let event = try KubeJSON.parse(line)
                guard let type = event.at("type")?.string, let object = event.at("object") else { continue }
                if type == "ERROR" {
                    let status = try KubeJSON.decode(Status.self, from: object)
                    if status.code == 410 { return nil }  // too old: begin again
                    throw status
                }
                if let answer = try await see(WatchChange(type: type, object: object)) { return answer }
            }
            return nil
        }
    }

    /// Lists, tells `see` the items as `ADDED`, then watches on from there, again whenever the daemon ends the
    /// watch, until `see` returns an answer. After each list `listed` may answer too: it learns the names that exist.
    func follow<Answer: Sendable>(
        _ watched: WatchRequest, listed: ([JSONValue]) throws -> Answer? = { _ in nil },
        _ see: (WatchChange) async throws -> Answer?
    ) async throws -> Answer {
        while true {
            var request = APIRequest(.GET, watched.list, query: watched.selection.query)
            request.accept = watched.accept
            let list = try await send(request)
            let items = list.at("items")?.array ?? []
            if let answer = try listed(items) { return answer }
            for item in items {
                if let answer = try await see(WatchChange(type: "ADDED", object: item)) { return answer }
            }
            var next = watched
            next.resourceVersion = list.at("metadata", "resourceVersion")?.string
            if let answer = try await watch(next, see) { return answer }
            // A daemon that ends every watch at once is not to be hammered.
            try await Task.sleep(for: .milliseconds(50))
        }
    }
}

/// Label and field selectors, as the user wrote them; the daemon parses them.
struct Selection: Sendable, Equatable {
    var labels: String?
    var fields: String?

    var query: [(name: String, value: String)] {
        var query: [(name: String, value: String)] = []
        if let labels, !labels.isEmpty { query.append((name: "labelSelector", value: labels)) }
        if let fields, !fields.isEmpty { query.append((name: "fieldSelector", value: fields)) }
        return query
    }

    var isEmpty: Bool { query.isEmpty }
}
