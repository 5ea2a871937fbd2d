import Kube

/// Waits for one object by watching it.
struct ObjectWait: Sendable {
    let object: NamedObject
    let client: APIClient
    /// When set, an object of the same name with another uid counts as gone.
    var uid: String?

    /// Waits for one condition after the other. `seconds` 0 looks once.
    func perform(_ conditions: [WaitCondition], seconds: Double) async throws {
        let ordered = conditions.filter { $0 == .created } + conditions.filter { $0 != .created }
        guard seconds > 0 else {
            for condition in ordered { try await lookOnce(condition) }
            return
        }
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { for condition in ordered { try await watch(condition) } }
            tasks.addTask {
                try await Task.sleep(for: .seconds(seconds))
                throw Failure("timed out waiting for the condition on \(object.type.plural)/\(object.name)")
            }
            defer { tasks.cancelAll() }
            try await tasks.next()
        }
    }

    private func lookOnce(_ condition: WaitCondition) async throws {
        let found: JSONValue?
        do {
            found = try await client.send(APIRequest(.GET, object.path))
        } catch let status as Status where status.code == 404 && condition == .deleted {
            found = nil
        }
        if let found, !condition.holds(of: found) { throw Failure("condition not met for \(object.name)") }
    }

    private func watch(_ condition: WaitCondition) async throws {
        let watched = WatchRequest(
            list: ObjectPath(object.type, namespace: object.namespace).list,
            selection: Selection(fields: "metadata.name=\(object.name)"))
        try await client.follow(
            watched,
            listed: { items in
                guard items.isEmpty else { return nil }
                switch condition {
                case .deleted: return ()
                case .created: return nil
                default: throw Status.notFound(object.type, object.name)
                }
            },
            { change -> Void? in
                let isGone = change.type == "DELETED" || (uid != nil && change.object.objectUID != uid)
                if condition == .deleted { return isGone ? () : nil }
                guard ["ADDED", "MODIFIED"].contains(change.type) else { return nil }
                return condition.holds(of: change.object) ? () : nil
            })
    }
}

extension GoDuration {
    static let week = 7 * 24 * 3600.0
}
