/// Why an element of a list cannot be told apart from the others.
struct KeyError: Error, Hashable {
    let message: String
}

extension Shapes {
    /// The step to an element of a list that is shared.
    func step(to element: JSONValue, in type: FieldType, keys: ListType) throws(KeyError) -> PathElement {
        if case .map(let keys) = keys { return try step(to: element, in: type, keys: keys) }
        switch element {
        case .object: throw KeyError(message: "associative list without keys has an element that's a map type")
        case .array: throw KeyError(message: "not supported: associative list with lists as elements")
        case .null:
            throw KeyError(message: "associative list without keys has an element that's an explicit null")
        default: return .value(element.canonical)
        }
    }

    private func step(to element: JSONValue, in type: FieldType, keys: [String]) throws(KeyError) -> PathElement {
        if element == .null { throw KeyError(message: "associative list with keys may not have a null element") }
        guard case .object(let members) = element else {
            throw KeyError(message: "associative list with keys may not have non-map elements")
        }
        var fields: [String: JSONValue] = [:]
        // A key that is left out and has no default makes an element of its own.
        for key in keys { fields[key] = members[key] ?? defaultValue(of: key, in: type) }
        if fields.isEmpty {
            let names = keys.map(\.goQuoted).joined(separator: " ")
            throw KeyError(
                message: "associative list with keys has an element that omits all key fields [\(names)] "
                    + "(and doesn't have default values for any key fields)")
        }
        return .key(fields)
    }

    /// Required fields that are no pointers have Go's zero value, which the published documents name as the default.
    private func defaultValue(of key: String, in type: FieldType) -> JSONValue? {
        guard case .message(let name) = type, let message = schema[name], let field = field(key, of: message) else {
            return nil
        }
        if let value = field.defaultValue { return value }
        guard field.isRequired, !field.isOptional else { return nil }
        switch field.type {
        case .string: return ""
        case .int32, .int64, .double: return 0
        case .bool: return false
        default: return nil
        }
    }

    /// A list by its keys, in order, each once, with every element that has it.
    func index(_ elements: [JSONValue], _ type: FieldType, _ keys: ListType) -> ListIndex {
        var index = ListIndex()
        index.steps.reserveCapacity(elements.count)
        for element in elements {
            // Elements without a key were refused when the object was checked; a stored one that slipped through is
            // left out of what is owned.
            guard let step = try? step(to: element, in: type, keys: keys) else {
                index.steps.append(nil)
                continue
            }
            index.steps.append(step)
            index.elements[step, default: []].append(element)
        }
        return index
    }
}

struct ListIndex {
    /// As long as the list.
    var steps: [PathElement?] = []
    var elements: [PathElement: [JSONValue]] = [:]
}
