import Hummingbird

typealias RequestMethod = HTTPRequest.Method

/// What a client can do with a resource, in the words of discovery.
public enum Verb: String, Sendable, Hashable, CaseIterable {
    case create, delete, deletecollection, get, list, patch, update, watch

    /// What a method asks for on a path, or nil when no verb stands for it.
    ///
    /// 1. A watch of one named object is a watch of its collection that selects the name; only GET can ask for it.
    /// 2. Subresources are never listed or deleted; some are created (an eviction).
    init?(method: RequestMethod, path: ResourcePath, watch: Bool) {
        let isNamed = path.name != nil
        switch method {
        case .get, .head:
            if watch, path.subresource == nil {
                self = .watch
            } else {
                self = isNamed ? .get : .list
            }
        case .post where !isNamed || path.subresource != nil: self = .create
        case .put where isNamed: self = .update
        case .patch where isNamed: self = .patch
        case .delete where path.subresource == nil: self = isNamed ? .delete : .deletecollection
        default: return nil
        }
    }
}
