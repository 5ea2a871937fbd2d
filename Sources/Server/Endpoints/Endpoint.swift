import Foundation
import Hummingbird
import Kube
import NIOCore

/// One kind, as the dispatcher sees it.
protocol Endpoint: Sendable {
    func respond(to call: ResourceCall) async throws(Status) -> Response
}

/// What one request asks of one kind, decided from its head; the body is read by whoever needs it.
struct ResourceCall: Sendable {
    var verb: Verb
    var path: ResourcePath
    var query: Query
    var request: Request
    /// Who asks. May do this: it was looked at before.
    var identity: Identity
    var channel: any Channel
    /// When the request arrived.
    var now: Date

    /// The path's object. Only for verbs that have a name in their path.
    var key: ObjectKey { ObjectKey(namespace: path.namespace, name: path.name ?? "") }
    var accept: String? { request.headers[.accept] }
    var contentType: String? { request.headers[.contentType] }
}
