/// A kind whose objects can be listed by the values of some fields.
public protocol FieldSelectable: Resource {
    /// Path and value of each field, beside `metadata.name` and `metadata.namespace`. The order is that of error texts.
    static var selectableFields: [(path: String, value: @Sendable (Self) -> String)] { get }
}

/// `metadata.name=x,status.phase!=Running`: every term must hold.
public struct FieldSelector: Hashable, Sendable {
    public struct Term: Hashable, Sendable {
        public let path: String
        public let value: String
        public let isEqual: Bool

        public init(path: String, value: String, isEqual: Bool) {
            self.path = path
            self.value = value
            self.isEqual = isEqual
        }
    }

    public let terms: [Term]

    public static let everything = FieldSelector(terms: [])

    public init(terms: [Term]) { self.terms = terms }

    /// Backslashes protect commas, equal signs and backslashes in values.
    public init(parsing text: String) throws(Status) {
        var terms: [Term] = []
        for part in Self.split(text) where !part.isEmpty {
            guard let term = Self.term(part) else {
                throw .badRequest("invalid selector: '\(text)'; can't understand '\(part)'")
            }
            terms.append(term)
        }
        self.terms = terms
    }

    /// The only object the terms allow by name, if they name one: a list of it need not look at others.
    public var name: String? { terms.first { $0.path == "metadata.name" && $0.isEqual }?.value }

    public var namespace: String? { terms.first { $0.path == "metadata.namespace" && $0.isEqual }?.value }

    /// Makes a test for objects of one kind; a path the kind does not serve is the client's mistake.
    public func predicate<R: FieldSelectable>(for type: R.Type) throws(Status) -> @Sendable (R) -> Bool {
        var tests: [@Sendable (R) -> Bool] = []
        for term in terms {
            let value: @Sendable (R) -> String
            switch term.path {
            case "metadata.name": value = { $0.name }
            case "metadata.namespace" where R.type.isNamespaced: value = { $0.namespace }
            default:
                guard let field = R.selectableFields.first(where: { $0.path == term.path }) else {
                    throw .badRequest("field label not supported: \(term.path)")
                }
                value = field.value
            }
            tests.append { (value($0) == term.value) == term.isEqual }
        }
        return { [tests] object in tests.allSatisfy { $0(object) } }
    }

    private static func split(_ text: String) -> [String] {
        var parts = [""]
        var isEscaped = false
        for character in text {
            if character == ",", !isEscaped {
                parts.append("")
                continue
            }
            isEscaped = character == "\\" && !isEscaped
            parts[parts.count - 1].append(character)
        }
        return parts
    }

    private static func term(_ text: String) -> Term? {
        for (mark, isEqual) in [("!=", false), ("==", true), ("=", true)] {
            guard let range = text.firstRange(of: mark) else { continue }
            // "a=b!=c" has its first sign earlier.
            if mark != "=", let first = text.firstIndex(of: "="), first < range.lowerBound { continue }
            guard let value = unescaped(text[range.upperBound...]) else { return nil }
            return Term(path: String(text[..<range.lowerBound]), value: value, isEqual: isEqual)
        }
        return nil
    }

    private static func unescaped(_ text: Substring) -> String? {
        var value = ""
        var isEscaped = false
        for character in text {
            if isEscaped {
                guard "\\,=".contains(character) else { return nil }
                value.append(character)
                isEscaped = false
            } else if character == "\\" {
                isEscaped = true
            } else if character == "," || character == "=" {
                return nil
            } else {
                value.append(character)
            }
        }
        return isEscaped ? nil : value
    }
}

extension FieldSelector: CustomStringConvertible {
    public var description: String {
        terms.map { term in
            let value = term.value.replacing("\\", with: "\\\\").replacing(",", with: "\\,").replacing("=", with: "\\=")
            return term.path + (term.isEqual ? "=" : "!=") + value
        }.joined(separator: ",")
    }
}
