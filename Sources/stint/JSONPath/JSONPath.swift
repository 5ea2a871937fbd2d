import Kube

/// A JSONPath template as kubectl understands it: text, `{.metadata.name}`, `{range .items[*]}…{end}`, `{"\n"}`.
/// https://kubernetes.io/docs/reference/kubectl/jsonpath/
///
/// Members that are missing print nothing. A slice that reaches past its list is cut to the list (kubectl refuses).
struct JSONPath: Sendable {
    indirect enum Node: Equatable, Sendable {
        case text(String)
        case value([Step])
        case range([Step], [Node])
    }

    enum Step: Equatable, Sendable {
        case member(String)
        /// `['a.b']`: the member of that name, or, as kubectl reads it, a path.
        case quoted(String, [Step])
        /// `..`: the value and everything in it, whatever step comes next.
        case descendants
        case everything
        case index(Int)
        case slice(from: Int?, to: Int?, by: Int?)
        case filter(Filter)
        /// `['a','b']`, `[0,2]`: one after the other.
        case union([Step])
        case root
    }

    struct Filter: Equatable, Sendable {
        var path: [Step]
        /// Nil asks only whether the path leads anywhere.
        var comparison: (operation: String, with: Operand)?

        static func == (a: Filter, b: Filter) -> Bool {
            a.path == b.path && a.comparison?.operation == b.comparison?.operation
                && a.comparison?.with == b.comparison?.with
        }
    }

    enum Operand: Equatable, Sendable {
        case literal(JSONValue)
        case path([Step])
    }

    let nodes: [Node]
    /// The expression of a relaxed path, without braces.
    let source: String

    init(_ template: String) throws {
        source = template.hasPrefix("{") && template.hasSuffix("}") ? String(template.dropFirst().dropLast()) : template
        var parser = JSONPathParser(template)
        nodes = try parser.template()
    }

    /// One expression with or without braces and leading dot, as `--sort-by` and `wait --for=jsonpath` take it.
    init(relaxed text: String) throws {
        var inner = text.trimmed
        if inner.hasPrefix("{"), inner.hasSuffix("}") { inner = String(inner.dropFirst().dropLast()) }
        if !inner.hasPrefix("."), !inner.hasPrefix("$"), !inner.hasPrefix("@") { inner = "." + inner }
        try self.init("{\(inner)}")
    }

    /// The text a value gives.
    func text(of value: JSONValue) -> String { render(nodes, value, root: value) }

    /// The values that the first expression leads to.
    func values(in value: JSONValue) -> [JSONValue] {
        for case .value(let steps) in nodes { return walk(steps, from: value, root: value) }
        return []
    }

    /// Every value of every expression, as JSON keeps them: `-o jsonpath-as-json`.
    func everyValue(in value: JSONValue) -> [JSONValue] { collect(nodes, value, root: value) }

    private func collect(_ nodes: [Node], _ value: JSONValue, root: JSONValue) -> [JSONValue] {
        nodes.flatMap { node in
            switch node {
            case .text(let text): [JSONValue.string(text)]
            case .value(let steps): walk(steps, from: value, root: root)
            case .range(let steps, let body):
                walk(steps, from: value, root: root).flatMap { collect(body, $0, root: root) }
            }
        }
    }

    private func render(_ nodes: [Node], _ value: JSONValue, root: JSONValue) -> String {
        nodes.map { node in
            switch node {
            case .text(let text): text
            case .value(let steps): walk(steps, from: value, root: root).map(\.plain).joined(separator: " ")
            case .range(let steps, let body):
                walk(steps, from: value, root: root).map { render(body, $0, root: root) }.joined()
            }
        }.joined()
    }

    private func walk(_ steps: [Step], from value: JSONValue, root: JSONValue) -> [JSONValue] {
        steps.reduce([value]) { values, step in
            // A union's first part is taken from all values before its second.
            if case .union(let parts) = step {
                return parts.flatMap { part in values.flatMap { take(part, from: $0, root: root) } }
            }
            return values.flatMap { take(step, from: $0, root: root) }
        }
    }

    private func take(_ step: Step, from value: JSONValue, root: JSONValue) -> [JSONValue] {
        switch step {
        case .root: return [root]
        case .member(let name): return value.object?[name].map { [$0] } ?? []
        case .quoted(let name, let path):
            return value.object?[name].map { [$0] } ?? walk(path, from: value, root: root)
        case .everything:
            return value.array ?? value.object.map { $0.sorted { $0.key < $1.key }.map(\.value) } ?? []
        case .descendants:
            return [value]
                + take(.everything, from: value, root: root).flatMap { take(step, from: $0, root: root) }
        case .union(let steps): return steps.flatMap { take($0, from: value, root: root) }
        case .index(let index):
            guard let elements = value.array else { return [] }
            let position = index < 0 ? elements.count + index : index
            return elements.indices.contains(position) ? [elements[position]] : []
        case .slice(let from, let to, let by):
            guard let elements = value.array else { return [] }
            func position(_ index: Int) -> Int {
                min(max(index < 0 ? elements.count + index : index, 0), elements.count)
            }
            let (start, end) = (position(from ?? 0), position(to ?? elements.count))
            return start < end ? stride(from: start, to: end, by: max(by ?? 1, 1)).map { elements[$0] } : []
        case .filter(let filter):
            return (value.array ?? []).filter { holds(filter, of: $0, root: root) }
        }
    }

    private func holds(_ filter: Filter, of element: JSONValue, root: JSONValue) -> Bool {
        let left = walk(filter.path, from: element, root: root)
        guard let comparison = filter.comparison else { return !left.isEmpty }
        let right: JSONValue?
        switch comparison.with {
        case .literal(let value): right = value
        case .path(let steps): right = walk(steps, from: element, root: root).first
        }
        guard let a = left.first, let b = right else { return false }
        switch comparison.operation {
        case "==": return a.plain == b.plain
        case "!=": return a.plain != b.plain
        case "<": return a.precedes(b)
        case ">": return b.precedes(a)
        case "<=": return !b.precedes(a)
        default: return !a.precedes(b)
        }
    }
}

extension JSONValue {
    /// Text as it is, numbers and truth values as JSON, everything else as JSON too.
    var plain: String {
        switch self {
        case .null: ""
        case .string(let text): text
        case .bool(let value): value ? "true" : "false"
        case .integer(let value): String(value)
        default: compact
        }
    }

    /// Numbers by value, quantities by their amount, other texts by their bytes, as kubectl sorts.
    func precedes(_ other: JSONValue) -> Bool {
        if let a = number, let b = other.number { return a < b }
        if let a = quantity, let b = other.quantity { return a < b }
        return plain < other.plain
    }

    private var quantity: Quantity? { string.flatMap { Quantity($0) } }

    private var number: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .number(let value): value
        default: nil
        }
    }
}
