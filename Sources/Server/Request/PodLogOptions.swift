import Foundation
import Kube

/// Which part of a container's log a client wants (`v1.PodLogOptions`).
public struct PodLogOptions: Hashable, Sendable {
    /// Nil in the request when the pod has one container; the server fills it in before it asks the host.
    public var container: String?
    public var follow = false
    /// The log of the attempt before the current one.
    public var previous = false
    /// Each line starts with its RFC 3339 time.
    public var timestamps = false
    /// How many lines from the end; nil means all.
    public var tailLines: Int?
    public var limitBytes: Int?
    /// Only lines at or after this moment. `sinceSeconds` of the request counts back from its arrival.
    public var since: Date?

    public init() {}

    init(_ query: Query, now: Date) throws(Status) {
        container = query.text("container")
        follow = query.flag("follow") ?? false
        previous = query.flag("previous") ?? false
        timestamps = query.flag("timestamps") ?? false
        var problems: [FieldError] = []
        if let lines = try query.integer("tailLines") {
            if lines < 0 {
                problems.append(
                    .invalid("tailLines", .integer(lines), "must be greater than or equal to 0"))
            }
            tailLines = Int(clamping: lines)
        }
        if let bytes = try query.integer("limitBytes") {
            if bytes < 1 { problems.append(.invalid("limitBytes", .integer(bytes), "must be greater than 0")) }
            limitBytes = Int(clamping: bytes)
        }
        if let seconds = try query.integer("sinceSeconds") {
            if seconds < 1 {
                problems.append(.invalid("sinceSeconds", .integer(seconds), "must be greater than 0"))
            }
            since = now.addingTimeInterval(-Double(seconds))
        }
        if let text = query.text("sinceTime") {
            guard let time = RFC3339.parse(text) else {
                throw Status.badRequest("parsing time \"\(text)\" as \"2006-01-02T15:04:05Z07:00\": cannot parse it")
            }
            if since != nil {
                problems.append(
                    .forbidden("", "at most one of `sinceTime` or `sinceSeconds` may be specified"))
            }
            since = time
        }
        if let stream = query.text("stream"), stream != "All" {
            problems.append(.notSupported("stream", .string(stream), ["All"]))
        }
        if !problems.isEmpty { throw Status.invalidOptions("PodLogOptions", group: "", problems) }
    }
}
