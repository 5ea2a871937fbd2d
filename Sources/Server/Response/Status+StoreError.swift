import Kube
import Store

extension Status {
    /// What the store said, in upstream's words.
    init(_ error: StoreError) {
        switch error {
        case .notFound(let type, let key): self = .notFound(type, key.name)
        case .alreadyExists(let type, let key): self = .alreadyExists(type, key.name)
        case .conflict(let type, let key, .resourceVersion): self = .conflict(type, key.name)
        case .conflict(let type, let key, .uid(let wanted, let found)):
            self = .conflict(
                type, key.name,
                "Precondition failed: UID in precondition: \(wanted), UID in object meta: \(found)")
        case .unnamed(let type):
            self = .invalid(type, "", [.required("metadata.name", "name or generateName is required")])
        case .refused(let type, let name, let why): self = .forbidden(type, name, why)
        case .invalid(let type, let name, let errors): self = .invalid(type, name, errors)
        case .expired(let oldest): self = .expired("too old resource version: the oldest one kept is \(oldest)")
        case .revisionInFuture(let requested, let current): self = .tooLargeResourceVersion(requested, current: current)
        case .notEncodable(_, _, let reason): self = .badRequest(reason)
        case .diskFull:
            self = Status(
                code: 507, reason: "InsufficientStorage", message: "the disk that holds stint's state is full")
        case .closed:
            self = Status(
                code: 503, reason: "ServiceUnavailable",
                message: "the server is currently unable to handle the request")
        case .inputOutput, .inUse, .newerSchema, .corrupt: self = .internalError("\(error)")
        }
    }
}
