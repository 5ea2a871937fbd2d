import Kube

/// A kind the server can offer: it knows its rules, its columns and the fields it can be selected by.
public typealias ServedKind = FieldSelectable & Strategic & Tabular

/// Which objects of a collection a request is about.
struct Selection<R: FieldSelectable>: Sendable {
    /// The only namespace that can match, when a field selector names one.
    let namespace: String?
    /// Nil when every object is included.
    let filter: (@Sendable (R) -> Bool)?

    var isEverything: Bool { filter == nil }

    func includes(_ object: R) -> Bool { filter?(object) ?? true }

    /// - Parameter name: from the path, for a watch of one object; upstream reads it as a field selector.
    /// - Parameter view: whose names of fields the selector uses.
    init(_ options: ListOptions, name: String?, view: KindView? = nil) throws(Status) {
        var tests: [@Sendable (R) -> Bool] = []
        var namespace: String?
        if let text = options.labelSelector {
            let selector = try Selector(parsing: text)
            if !selector.requirements.isEmpty { tests.append { selector.matches($0) } }
        }
        if let text = options.fieldSelector {
            var selector = try FieldSelector(parsing: text)
            if let view { selector = view.store(selector) }
            if !selector.terms.isEmpty { tests.append(try selector.predicate(for: R.self)) }
            if R.type.isNamespaced { namespace = selector.namespace }
            if let name, let selected = selector.name, selected != name {
                throw Status.badRequest("fieldSelector metadata.name doesn't match requested name")
            }
        }
        if let name { tests.append { $0.name == name } }
        self.namespace = namespace
        guard !tests.isEmpty else {
            filter = nil
            return
        }
        let all = tests
        filter = { object in all.allSatisfy { test in test(object) } }
    }
}
