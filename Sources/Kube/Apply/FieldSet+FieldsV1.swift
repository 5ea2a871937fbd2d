/// `metav1.FieldsV1`, the form in which objects carry the set: `{"f:spec":{"f:parallelism":{}}}`. A place that is in the
/// set and has others below it says so with a member `.`.
extension FieldSet {
    enum SyntaxError: Error, Hashable {
        case notAnObject
        case element(PathElement.SyntaxError)
    }

    init(fieldsV1 value: JSONValue) throws(SyntaxError) {
        self = try Self.read(value).set
    }

    private static func read(_ value: JSONValue) throws(SyntaxError) -> (set: FieldSet, isMember: Bool) {
        if value == .null { return (FieldSet(), true) }
        guard case .object(let members) = value else { throw .notAnObject }
        var set = FieldSet()
        for (name, value) in members where name != "." {
            let element: PathElement?
            do { element = try PathElement(fieldsV1: name) } catch { throw .element(error) }
            guard let element else { continue }
            let (below, isMember) = try read(value)
            if isMember { set.insert(element) }
            set.add(below, below: element)
        }
        return (set, set.isEmpty || members["."] != nil)
    }

    var fieldsV1: JSONValue {
        var result: [String: JSONValue] = [:]
        for element in members { result[element.fieldsV1] = .object([:]) }
        for (element, set) in children {
            var below = set.fieldsV1.object ?? [:]
            if members.contains(element) { below["."] = .object([:]) }
            result[element.fieldsV1] = .object(below)
        }
        return .object(result)
    }
}
