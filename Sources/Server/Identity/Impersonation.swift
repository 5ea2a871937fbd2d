import HTTPTypes
import Kube

/// `kubectl --as`: a master may send a request as somebody else, to see what that user may do. For anybody else, and for
/// headers we do not know, it is refused: a client that asks to be less must not be served as what it is.
enum Impersonation {
    static func decide(_ identity: Identity, _ headers: HTTPFields) throws(Status) -> Identity {
        let names = Set(headers.map { $0.name.canonicalName }.filter { $0.hasPrefix("impersonate-") })
        guard !names.isEmpty else { return identity }
        let user = headers[HTTPField.Name.impersonateUser] ?? ""
        guard identity.isMaster else {
            let attributes = Attributes(verb: "impersonate", resource: "users", name: user)
            throw Status.forbidden(identity, attributes, reason: "")
        }
        for name in names.sorted() where !["impersonate-user", "impersonate-group"].contains(name) {
            throw Status.badRequest("the header \(name) is not supported")
        }
        guard !user.isEmpty else {
            throw Status.badRequest("requested [{Group}] without impersonating a user")
        }
        var groups = Set(headers[values: HTTPField.Name.impersonateGroup])
        groups.insert(Identity.authenticated)
        return Identity(user: user, groups: groups, proof: identity.proof)
    }
}

extension HTTPField.Name {
    // Constant names, known to be well formed.
    fileprivate static let impersonateUser = HTTPField.Name("Impersonate-User")!
    fileprivate static let impersonateGroup = HTTPField.Name("Impersonate-Group")!
}
