import Kube
import Store

/// How to delete (`metav1.DeleteOptions`), from the body, or from the query when there is no body.
struct DeleteRequest: Equatable, Sendable {
    var dryRun = false
    var options = DeleteOptions()
    /// The client used the deprecated `orphanDependents: false`, which asks for 202 while the object stays.
    var answersAccepted = false

    init() {}

    init(_ query: Query) throws(Status) {
        var body = Body()
        body.dryRun = query.values("dryRun")
        body.gracePeriodSeconds = try query.integer("gracePeriodSeconds")
        body.propagationPolicy = query.text("propagationPolicy")
        body.orphanDependents = query.flag("orphanDependents")
        try self.init(body)
    }

    /// The body as clients write it: read loosely, so that a wrong policy is refused in upstream's words.
    struct Body: Codable, Sendable {
        var kind: String?
        var apiVersion: String?
        var gracePeriodSeconds: Int64?
        var preconditions: DeleteOptions.Preconditions?
        var orphanDependents: Bool?
        var propagationPolicy: String?
        var dryRun: [String]?
    }

    init(tree: JSONValue) throws(Status) {
        let body: Body
        do {
            body = try KubeJSON.decode(Body.self, from: tree)
        } catch {
            throw Status.badRequest("\(error)")
        }
        try self.init(body)
    }

    init(_ body: Body) throws(Status) {
        if let kind = body.kind, !kind.isEmpty, kind != "DeleteOptions" {
            throw Status.badRequest("decoded object cannot be converted to DeleteOptions")
        }
        var problems: [FieldError] = []
        dryRun = WriteOptions.dryRun(body.dryRun ?? [], &problems)
        if let policy = body.propagationPolicy {
            if body.orphanDependents != nil {
                problems.append(
                    .invalid(
                        "propagationPolicy", .string(policy),
                        "orphanDependents and deletionPropagation cannot be both set"))
            }
            options.propagationPolicy = DeleteOptions.Propagation(rawValue: policy)
            if options.propagationPolicy == nil {
                problems.append(
                    .notSupported(
                        "propagationPolicy", .string(policy), ["Background", "Foreground", "Orphan", "nil"]))
            }
        }
        if !problems.isEmpty { throw Status.invalidOptions("DeleteOptions", problems) }
        if let orphan = body.orphanDependents {
            options.propagationPolicy = orphan ? .orphan : .background
            answersAccepted = !orphan
        }
        // "Negative values will be treated as the value 1s on the delete path" (metav1.DeleteOptions).
        options.gracePeriodSeconds = body.gracePeriodSeconds.map { $0 < 0 ? 1 : $0 }
        options.preconditions = body.preconditions
    }
}
