import Kube

/// The query of a list or a watch (`metav1.ListOptions`), validated as upstream validates it.
struct ListOptions: Equatable, Sendable {
    enum Match: String, Sendable {
        case exact = "Exact"
        case notOlderThan = "NotOlderThan"
    }

    var labelSelector: String?
    var fieldSelector: String?
    /// 0 means no limit.
    var limit = 0
    var continuation: String?
    /// Nil when it was not given, which is not the same as 0: see `Freshness`.
    var resourceVersion: Int64?
    var match: Match?
    var watch = false
    var allowWatchBookmarks = false
    var sendInitialEvents: Bool?
    var timeoutSeconds: Int64?

    init() {}

    init(_ query: Query) throws(Status) {
        labelSelector = query.text("labelSelector")
        fieldSelector = query.text("fieldSelector")
        limit = Int(max(0, try query.integer("limit") ?? 0))
        continuation = query.text("continue")
        watch = query.flag("watch") ?? false
        allowWatchBookmarks = query.flag("allowWatchBookmarks") ?? false
        sendInitialEvents = query.flag("sendInitialEvents")
        timeoutSeconds = try query.integer("timeoutSeconds")
        let problems = ListOptions.problems(in: query, watch: watch)
        if !problems.isEmpty { throw Status.invalidOptions("ListOptions", problems) }
        match = query.text("resourceVersionMatch").flatMap(Match.init)
        resourceVersion = try ListOptions.parse(resourceVersion: query.text("resourceVersion"))
        if watch == false, continuation != nil, (resourceVersion ?? 0) > 0 {
            throw Status.badRequest("specifying resource version is not allowed when using continue")
        }
    }

    /// `metainternalversion/validation`: `ValidateListOptions` and `validateWatchOptions`.
    private static func problems(in query: Query, watch: Bool) -> [FieldError] {
        let match = query.text("resourceVersionMatch")
        let hasInitialEvents = query.flag("sendInitialEvents") != nil
        var problems: [FieldError] = []
        if watch {
            if hasInitialEvents, match != Match.notOlderThan.rawValue {
                problems.append(
                    .forbidden(
                        "resourceVersionMatch",
                        "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan"))
            }
            guard let match else { return problems }
            if !hasInitialEvents {
                problems.append(
                    .forbidden(
                        "resourceVersionMatch",
                        "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided"))
            }
            if match != Match.notOlderThan.rawValue {
                problems.append(
                    .notSupported("resourceVersionMatch", .string(match), [Match.notOlderThan.rawValue]))
            }
            if query.text("continue") != nil {
                problems.append(
                    .forbidden(
                        "resourceVersionMatch", "resourceVersionMatch is forbidden when continue is provided"))
            }
            return problems
        }
        if let match {
            if query.text("resourceVersion") == nil {
                problems.append(
                    .forbidden(
                        "resourceVersionMatch",
                        "resourceVersionMatch is forbidden unless resourceVersion is provided"))
            }
            if query.text("continue") != nil {
                problems.append(
                    .forbidden(
                        "resourceVersionMatch", "resourceVersionMatch is forbidden when continue is provided"))
            }
            if Match(rawValue: match) == nil {
                problems.append(
                    .notSupported("resourceVersionMatch", .string(match), ["Exact", "NotOlderThan", ""]))
            }
            if match == Match.exact.rawValue, query.text("resourceVersion") == "0" {
                problems.append(
                    .forbidden(
                        "resourceVersionMatch",
                        "resourceVersionMatch \"exact\" is forbidden for resourceVersion \"0\""))
            }
        }
        if hasInitialEvents {
            problems.append(.forbidden("sendInitialEvents", "sendInitialEvents is forbidden for list"))
        }
        return problems
    }

    private static func parse(resourceVersion text: String?) throws(Status) -> Int64? {
        guard let text else { return nil }
        guard text.utf8.allSatisfy({ (48...57).contains($0) }), let number = Int64(text) else {
            throw Status.badRequest(
                "invalid resource version: resourceVersion: Invalid value: \"\(text)\": strconv.ParseUint: parsing "
                    + "\"\(text)\": invalid syntax")
        }
        return number
    }
}
