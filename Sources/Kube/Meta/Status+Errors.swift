/// The errors of the API, in upstream's words (apimachinery `api/errors`): clients show them and scripts grep them.
extension Status {
    public static func notFound(_ type: ResourceType, _ name: String) -> Status {
        Status(
            code: 404, reason: "NotFound", message: "\(type.qualifiedName) \(name.goQuoted) not found",
            details: details(type, name))
    }

    public static func alreadyExists(_ type: ResourceType, _ name: String) -> Status {
        Status(
            code: 409, reason: "AlreadyExists", message: "\(type.qualifiedName) \(name.goQuoted) already exists",
            details: details(type, name))
    }

    /// Someone else wrote first.
    public static func conflict(_ type: ResourceType, _ name: String) -> Status {
        conflict(
            type, name,
            "the object has been modified; please apply your changes to the latest version and try again")
    }

    public static func conflict(_ type: ResourceType, _ name: String, _ why: String) -> Status {
        Status(
            code: 409, reason: "Conflict",
            message: "Operation cannot be fulfilled on \(type.qualifiedName) \(name.goQuoted): \(why)",
            details: details(type, name))
    }

    /// A precondition of a delete or an update that does not hold; `what` is `UID` or `ResourceVersion`.
    public static func preconditionFailed(
        _ type: ResourceType, _ name: String, _ what: String, wanted: String, found: String
    ) -> Status {
        conflict(
            type, name, "Precondition failed: \(what) in precondition: \(wanted), \(what) in object meta: \(found)")
    }

    /// The object is not acceptable; the errors must not be empty.
    public static func invalid(_ type: ResourceType, _ name: String, _ errors: [FieldError]) -> Status {
        var seen: Set<String> = []
        let messages = errors.map(\.message).filter { seen.insert($0).inserted }
        let list = messages.count == 1 ? messages[0] : "[\(messages.joined(separator: ", "))]"
        var details = details(type, name)
        details.kind = type.kind
        details.causes = errors.map {
            StatusCause(reason: $0.reason.rawValue, message: $0.body, field: $0.field)
        }
        return Status(
            code: 422, reason: "Invalid", message: "\(type.qualifiedKind) \(name.goQuoted) is invalid: \(list)",
            details: details)
    }

    public static func badRequest(_ message: String) -> Status {
        Status(code: 400, reason: "BadRequest", message: message)
    }

    public static func unauthorized() -> Status {
        Status(code: 401, reason: "Unauthorized", message: "Unauthorized")
    }

    public static func forbidden(_ type: ResourceType, _ name: String, _ why: String) -> Status {
        let subject = name.isEmpty ? type.qualifiedName : "\(type.qualifiedName) \(name.goQuoted)"
        return Status(
            code: 403, reason: "Forbidden", message: "\(subject) is forbidden: \(why)", details: details(type, name))
    }

    /// Why a new object cannot be made in a namespace that is going away; kubectl and controllers look for the cause.
    public static func namespaceTerminating(_ type: ResourceType, _ name: String, namespace: String) -> Status {
        let why = "unable to create new content in namespace \(namespace) because it is being terminated"
        var status = forbidden(type, name, why)
        status.details?.causes = [
            StatusCause(
                reason: "NamespaceTerminating", message: "namespace \(namespace) is being terminated",
                field: "metadata.namespace")
        ]
        return status
    }

    /// The resource version asked for is older than what is remembered: list again.
    public static func expired(_ message: String) -> Status { Status(code: 410, reason: "Expired", message: message) }

    /// A watch that asked for `asked` when `oldest` is the first revision still remembered.
    public static func tooOldResourceVersion(_ asked: Int64, oldest: Int64) -> Status {
        expired("too old resource version: \(asked) (\(oldest))")
    }

    /// The `continue` token of a list is too old.
    public static func continueExpired() -> Status {
        expired(
            "The provided continue parameter is too old to display a consistent list result. You must start a new "
                + "list without the continue parameter.")
    }

    public static func gone(_ message: String) -> Status { Status(code: 410, reason: "Gone", message: message) }

    public static func methodNotAllowed(_ type: ResourceType, _ action: String) -> Status {
        Status(
            code: 405, reason: "MethodNotAllowed",
            message: "\(action) is not supported on resources of kind \(type.qualifiedName.goQuoted)",
            details: StatusDetails(group: type.groupOrNil, kind: type.plural))
    }

    public static func notAcceptable(_ message: String) -> Status {
        Status(code: 406, reason: "NotAcceptable", message: message)
    }

    public static func unsupportedMediaType(_ supported: [String]) -> Status {
        Status(
            code: 415, reason: "UnsupportedMediaType",
            message: "the body of the request was in an unknown format - accepted media types include: "
                + supported.joined(separator: ", "))
    }

    public static func tooLarge(_ message: String) -> Status {
        Status(code: 413, reason: "RequestEntityTooLarge", message: "Request entity too large: \(message)")
    }

    public static func tooManyRequests(_ message: String, retryAfterSeconds: Int) -> Status {
        var details = StatusDetails()
        details.retryAfterSeconds = retryAfterSeconds
        return Status(code: 429, reason: "TooManyRequests", message: message, details: details)
    }

    public static func serviceUnavailable(_ message: String) -> Status {
        Status(code: 503, reason: "ServiceUnavailable", message: message)
    }

    public static func timeout(_ message: String) -> Status {
        Status(code: 504, reason: "Timeout", message: "Timeout: \(message)")
    }

    public static func internalError(_ message: String) -> Status {
        var details = StatusDetails()
        details.causes = [StatusCause(message: message)]
        return Status(
            code: 500, reason: "InternalError", message: "Internal error occurred: \(message)", details: details)
    }

    /// A path nobody serves.
    public static func pathNotFound() -> Status {
        Status(
            code: 404, reason: "NotFound", message: "the server could not find the requested resource",
            details: StatusDetails())
    }

    /// What a delete answers when the object is gone at once.
    public static func deleted(_ type: ResourceType, _ name: String, uid: String) -> Status {
        var status = Status(code: 200, reason: "", message: "", details: details(type, name))
        status.code = nil
        status.reason = nil
        status.message = nil
        status.details?.uid = uid
        return status
    }

    private static func details(_ type: ResourceType, _ name: String) -> StatusDetails {
        StatusDetails(name: name.isEmpty ? nil : name, group: type.groupOrNil, kind: type.plural)
    }
}

extension Status: CustomStringConvertible {
    public var description: String { message ?? reason ?? status ?? "" }
}

extension ResourceType {
    /// `Job.batch`, or `Pod` for the core group: how validation errors name it.
    public var qualifiedKind: String { group.isEmpty ? kind : "\(kind).\(group)" }

    var groupOrNil: String? { group.isEmpty ? nil : group }
}
