import Kube

/// The answers that belong to HTTP rather than to a kind: the one place where the server words its own refusals.
/// Texts and reasons are those of apimachinery's `errors.go` and apiserver's `negotiation/errors.go`.
extension Status {
    static func badTarget(_ why: String) -> Status { .badRequest(why) }

    /// A method that a served path does not take.
    static var methodNotAllowed: Status {
        Status(
            code: 405, reason: "MethodNotAllowed",
            message: "the server does not allow this method on the requested resource", details: StatusDetails())
    }

    static func notAcceptable(_ accepted: [String]) -> Status {
        .notAcceptable("only the following media types are accepted: \(accepted.joined(separator: ", "))")
    }

    static func tooLarge(limit: Int) -> Status {
        .tooLarge("limit is \(limit)")
    }

    /// The client asked for a revision we have not reached (`storage.NewTooLargeResourceVersionError`).
    static func tooLargeResourceVersion(_ asked: Int64, current: Int64) -> Status {
        var details = StatusDetails(
            causes: [StatusCause(reason: "ResourceVersionTooLarge", message: "Too large resource version")])
        details.retryAfterSeconds = 1
        return Status(
            code: 504, reason: "Timeout",
            message: "Timeout: Too large resource version: \(asked), current: \(current)", details: details)
    }

    static var bodyTimedOut: Status {
        Status(code: 408, reason: "Timeout", message: "Timeout: the request body did not arrive in time")
    }
}

extension Status {
    /// 422 for options of a request: `ListOptions.meta.k8s.io "" is invalid: …`. The kind `PodLogOptions` has no group.
    static func invalidOptions(_ kind: String, group: String = "meta.k8s.io", _ problems: [FieldError]) -> Status {
        .invalid(ResourceType(group: group, kind: kind, plural: "", singular: ""), "", problems)
    }
}

extension Status {
    /// What the host side threw: a Status as it is, anything else as our fault.
    init(host error: any Error) {
        self = (error as? Status) ?? .internalError("\(error)")
    }
}
