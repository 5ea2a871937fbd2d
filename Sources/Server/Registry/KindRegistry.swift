import Kube

/// The kinds this server offers, and where their paths lead.
struct KindRegistry: Sendable {
    let kinds: [KindRegistration]
    private let byPath: [Place: KindRegistration]

    private struct Place: Hashable {
        var group: String
        var version: String
        var plural: String
    }

    init(_ kinds: [KindRegistration]) {
        self.kinds = kinds
        byPath = Dictionary(
            kinds.map { (Place(group: $0.type.group, version: $0.type.version, plural: $0.type.plural), $0) },
            uniquingKeysWith: { first, _ in first })
    }

    /// The groups in order of registration, without the core group.
    var groups: [String] {
        var seen: Set<String> = []
        return kinds.map(\.type.group).filter { !$0.isEmpty && seen.insert($0).inserted }
    }

    func versions(of group: String) -> [String] {
        var seen: Set<String> = []
        return kinds.filter { $0.type.group == group }.map(\.type.version).filter { seen.insert($0).inserted }
    }

    func kinds(group: String, version: String) -> [KindRegistration] {
        kinds.filter { $0.type.group == group && $0.type.version == version }
    }

    /// What a path and a method ask for.
    ///
    /// 1. A resource nobody registered is a 404, whatever the method.
    /// 2. A namespace where none belongs, or none where an object's name needs one, is a path that does not exist.
    /// 3. A method without a verb here is a 405; so is creating in all namespaces at once.
    func decide(_ method: RequestMethod, _ path: ResourcePath, watch: Bool) throws(Status) -> (KindRegistration, Verb) {
        let place = Place(group: path.group, version: path.version, plural: path.resource)
        guard let kind = byPath[place] else { throw Status.pathNotFound() }
        guard kind.type.isNamespaced || path.namespace == nil else { throw Status.pathNotFound() }
        guard !kind.type.isNamespaced || path.name == nil || path.namespace != nil else { throw Status.pathNotFound() }
        if let text = path.subresource {
            guard let subresource = Subresource(rawValue: text), kind.subresources.contains(subresource) else {
                throw Status.pathNotFound()
            }
            guard let verb = Verb(method: method, path: path, watch: false), subresource.verbs.contains(verb) else {
                throw Status.methodNotAllowed
            }
            return (kind, verb)
        }
        guard let verb = Verb(method: method, path: path, watch: watch) else { throw Status.methodNotAllowed }
        if verb == .create, kind.type.isNamespaced, path.namespace == nil { throw Status.methodNotAllowed }
        guard kind.verbs.contains(verb) else { throw Status.methodNotAllowed }
        return (kind, verb)
    }
}
