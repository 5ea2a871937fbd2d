/// RFC 6902, over JSON pointers (RFC 6901). All operations succeed, or nothing changes.
struct JSONPatch {
    /// More operations than anyone writes; `copy` could grow the object without bound.
    static let maximumOperations = 10_000
    static let maximumValues = 200_000

    enum Operation: Hashable {
        case add([String], JSONValue)
        case remove([String])
        case replace([String], JSONValue)
        case move([String], from: [String])
        case copy([String], from: [String])
        case test([String], JSONValue)
    }

    let operations: [Operation]

    init(_ patch: JSONValue) throws(PatchError) {
        guard case .array(let elements) = patch else { throw .malformed("a JSON patch must be a list of operations") }
        if elements.count > Self.maximumOperations {
            throw .malformed(
                "the allowed maximum operations in a JSON patch is \(Self.maximumOperations), got \(elements.count)")
        }
        var operations: [Operation] = []
        for element in elements { operations.append(try Self.operation(element)) }
        self.operations = operations
    }

    private static func operation(_ element: JSONValue) throws(PatchError) -> Operation {
        func pointer(_ field: String) throws(PatchError) -> [String] {
            guard let text = element[field]?.string else { throw .malformed("JSON patch: missing \(field.goQuoted)") }
            guard let pointer = parsePointer(text) else {
                throw .malformed("JSON patch: \(text.goQuoted) is not a JSON pointer")
            }
            return pointer
        }
        func value() throws(PatchError) -> JSONValue {
            guard let value = element["value"] else { throw .malformed("JSON patch: missing \"value\"") }
            return value
        }
        switch element["op"]?.string {
        case "add": return .add(try pointer("path"), try value())
        case "remove": return .remove(try pointer("path"))
        case "replace": return .replace(try pointer("path"), try value())
        case "move": return .move(try pointer("path"), from: try pointer("from"))
        case "copy": return .copy(try pointer("path"), from: try pointer("from"))
        case "test": return .test(try pointer("path"), try value())
        case let other: throw .malformed("JSON patch: unknown operation \((other ?? "").goQuoted)")
        }
    }

    /// `/a~1b/0` is `["a/b", "0"]`, the empty text the whole document.
    static func parsePointer(_ text: String) -> [String]? {
        if text.isEmpty { return [] }
        guard text.hasPrefix("/") else { return nil }
        return text.dropFirst().split(separator: "/", omittingEmptySubsequences: false).map {
            String($0).replacing("~1", with: "/").replacing("~0", with: "~")
        }
    }

    func apply(to document: JSONValue) throws(PatchError) -> JSONValue {
        var document = document
        for operation in operations {
            switch operation {
            case .add(let path, let value): try Self.add(value, at: path[...], in: &document)
            case .remove(let path): _ = try Self.remove(at: path[...], in: &document)
            case .replace(let path, let value):
                if path.isEmpty {
                    document = value
                } else {
                    try Self.replace(value, at: path[...], in: &document)
                }
            case .move(let path, let from):
                if path.starts(with: from), path != from {
                    throw .notApplicable("move: \(Self.text(path)) lies inside \(Self.text(from))")
                }
                let value = try Self.remove(at: from[...], in: &document)
                try Self.add(value, at: path[...], in: &document)
            case .copy(let path, let from):
                try Self.add(try Self.value(at: from[...], in: document), at: path[...], in: &document)
                var budget = Self.maximumValues
                guard Self.fits(document, &budget) else { throw .notApplicable("copy: the object grows too large") }
            case .test(let path, let value):
                // A missing value and null are the same to a test.
                let found = (try? Self.value(at: path[...], in: document)) ?? .null
                guard Self.isEqual(found, value) else {
                    throw .notApplicable("testing value \(Self.text(path)) failed: test failed")
                }
            }
        }
        return document
    }

    private static func text(_ path: some Sequence<String>) -> String {
        path.map { "/" + $0.replacing("~", with: "~0").replacing("/", with: "~1") }.joined()
    }

    private static func missing(_ path: ArraySlice<String>) -> PatchError {
        .notApplicable("there is nothing at \(text(path)): nonexistent index: missing value")
    }

    private static func index(_ step: String, count: Int) -> Int? {
        guard step == "0" || step.first != "0", step.utf8.allSatisfy({ (48...57).contains($0) }), let index = Int(step),
            index < count
        else { return nil }
        return index
    }

    private static func value(at path: ArraySlice<String>, in node: JSONValue) throws(PatchError) -> JSONValue {
        guard let step = path.first else { return node }
        switch node {
        case .object(let members):
            guard let member = members[step] else { throw missing(path) }
            return try value(at: path.dropFirst(), in: member)
        case .array(let elements):
            guard let index = index(step, count: elements.count) else { throw missing(path) }
            return try value(at: path.dropFirst(), in: elements[index])
        default: throw missing(path)
        }
    }

    /// Changes the value that holds the last step.
    private static func withParent<T>(
        of path: ArraySlice<String>, in node: inout JSONValue,
        _ body: (inout JSONValue, String) throws(PatchError) -> T
    ) throws(PatchError) -> T {
        guard let step = path.first else {
            throw .malformed("JSON patch: the whole object cannot be removed or added to")
        }
        if path.count == 1 { return try body(&node, step) }
        switch node {
        case .object(var members):
            guard var member = members[step] else { throw missing(path) }
            let result = try withParent(of: path.dropFirst(), in: &member, body)
            members[step] = member
            node = .object(members)
            return result
        case .array(var elements):
            guard let index = index(step, count: elements.count) else { throw missing(path) }
            let result = try withParent(of: path.dropFirst(), in: &elements[index], body)
            node = .array(elements)
            return result
        default: throw missing(path)
        }
    }

    private static func add(
        _ value: JSONValue, at path: ArraySlice<String>, in document: inout JSONValue
    ) throws(PatchError) {
        if path.isEmpty {
            document = value
            return
        }
        try withParent(of: path, in: &document) { (parent, step) throws(PatchError) in
            switch parent {
            case .object(var members):
                members[step] = value
                parent = .object(members)
            case .array(var elements):
                guard let index = step == "-" ? elements.count : index(step, count: elements.count + 1) else {
                    throw missing(path)
                }
                elements.insert(value, at: index)
                parent = .array(elements)
            default: throw missing(path)
            }
        }
    }

    private static func remove(
        at path: ArraySlice<String>, in document: inout JSONValue
    ) throws(PatchError) -> JSONValue {
        try withParent(of: path, in: &document) { (parent, step) throws(PatchError) in
            switch parent {
            case .object(var members):
                guard let removed = members.removeValue(forKey: step) else { throw missing(path) }
                parent = .object(members)
                return removed
            case .array(var elements):
                guard let index = index(step, count: elements.count) else { throw missing(path) }
                let removed = elements.remove(at: index)
                parent = .array(elements)
                return removed
            default: throw missing(path)
            }
        }
    }

    private static func replace(
        _ value: JSONValue, at path: ArraySlice<String>, in document: inout JSONValue
    ) throws(PatchError) {
        _ = try self.value(at: path, in: document)
        try withParent(of: path, in: &document) { (parent, step) throws(PatchError) in
            switch parent {
            case .object(var members):
                members[step] = value
                parent = .object(members)
            case .array(var elements):
                guard let index = index(step, count: elements.count) else { throw missing(path) }
                elements[index] = value
                parent = .array(elements)
            default: throw missing(path)
            }
        }
    }

    private static func fits(_ value: JSONValue, _ budget: inout Int) -> Bool {
        budget -= 1
        if budget < 0 { return false }
        switch value {
        case .array(let elements):
            for element in elements where !fits(element, &budget) { return false }
        case .object(let members):
            for member in members.values where !fits(member, &budget) { return false }
        default: break
        }
        return true
    }

    /// 1 and 1.0 are the same number.
    private static func isEqual(_ a: JSONValue, _ b: JSONValue) -> Bool {
        switch (a, b) {
        case (.integer(let a), .number(let b)), (.number(let b), .integer(let a)): Double(a) == b
        case (.array(let a), .array(let b)): a.count == b.count && zip(a, b).allSatisfy { isEqual($0, $1) }
        case (.object(let a), .object(let b)):
            a.count == b.count && a.allSatisfy { name, value in b[name].map { isEqual(value, $0) } ?? false }
        default: a == b
        }
    }
}
