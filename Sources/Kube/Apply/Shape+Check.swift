/// Whether an object has the shape its kind says, before anything is merged.
struct ShapeCheck {
    let shapes: Shapes
    /// Objects that are stored may have lists with repeated keys, and members that the schema does not know.
    let isLenient: Bool

    /// Enough for anyone to repair; an object of a megabyte could have a hundred thousand.
    static let maximumErrors = 100

    private(set) var errors: [(path: [PathElement], message: String)] = []

    init(shapes: Shapes, isLenient: Bool) {
        self.shapes = shapes
        self.isLenient = isLenient
    }

    /// Upstream's words, nil when all is well.
    var message: String? {
        let lines = errors.map { $0.path.isEmpty ? $0.message : "\($0.path.text): \($0.message)" }
        guard lines.count != 1 else { return lines[0] }
        return lines.isEmpty ? nil : (["errors:"] + lines.map { "  \($0)" }).joined(separator: "\n")
    }

    mutating func check(_ value: JSONValue, _ shape: Shape, at path: [PathElement] = []) {
        guard value != .null, errors.count < Self.maximumErrors else { return }
        let shape = shapes.settle(shape, value)
        switch shape {
        case .scalar(let scalar):
            if let problem = problem(value, scalar) { errors.append((path, problem)) }
        case .list(let type, let keys):
            guard case .array(let elements) = value else { return expected("list", value, path) }
            check(elements, type, keys, at: path)
        case .opaqueList, .opaque, .deduced: return
        case .message, .map, .deducedMap:
            guard case .object(let members) = value else { return expected("map", value, path) }
            for (name, value) in members.sorted(by: { $0.key < $1.key }) {
                let (member, isDeclared) = shapes.member(name, of: shape)
                if case .message = shape, !isDeclared {
                    if isLenient { continue }
                    errors.append((path + [.field(name)], "field not declared in schema"))
                    return  // as upstream: one unknown name of an object is reported
                }
                check(value, member, at: path + [.field(name)])
            }
        }
    }

    private mutating func check(
        _ elements: [JSONValue], _ type: FieldType, _ keys: ListType, at path: [PathElement]
    ) {
        let shape = shapes.shape(of: type)
        var seen: Set<PathElement> = []
        for (index, element) in elements.enumerated() {
            var step = PathElement.index(index)
            if keys != .atomic {
                do throws(KeyError) {
                    step = try shapes.step(to: element, in: type, keys: keys)
                } catch {
                    errors.append((path, "element \(index): \(error.message)"))
                    return
                }
                if !seen.insert(step).inserted, !isLenient {
                    errors.append((path, "duplicate entries for key \(step.description)"))
                }
            }
            check(element, shape, at: path + [step])
        }
    }

    private mutating func expected(_ what: String, _ value: JSONValue, _ path: [PathElement]) {
        errors.append((path, "expected \(what), got &{\(value.goPlain)}"))
    }

    private func problem(_ value: JSONValue, _ scalar: Shape.Scalar) -> String? {
        switch (scalar, value) {
        case (.numeric, .integer), (.numeric, .number), (.string, .string), (.boolean, .bool): nil
        case (.untyped, .bool), (.untyped, .integer), (.untyped, .number), (.untyped, .string): nil
        case (.numeric, _): "expected numeric (int or float), got \(value.goType)"
        case (.string, _): "expected string, got &value.valueUnstructured{Value:\(value.goSyntax)}"
        case (.boolean, _): "expected boolean, got &{\(value.goPlain)}"
        case (.untyped, _): "expected any scalar, got &{\(value.goPlain)}"
        }
    }
}

extension [PathElement] {
    var text: String { map(\.description).joined() }
}

/// How Go prints decoded JSON (`%v`, `%T`, `%#v`), which is what upstream's messages show. Long values are cut.
extension JSONValue {
    var goPlain: String { cut(plain) }
    var goSyntax: String { cut(syntax) }

    var goType: String {
        switch self {
        case .null: "<nil>"
        case .bool: "bool"
        case .integer: "int64"
        case .number: "float64"
        case .string: "string"
        case .array: "[]interface {}"
        case .object: "map[string]interface {}"
        }
    }

    private func cut(_ text: String) -> String { text.count > 1000 ? "\(text.prefix(1000))..." : text }

    private var plain: String {
        switch self {
        case .null: "<nil>"
        case .string(let value): value
        case .array(let elements): "[\(elements.map(\.plain).joined(separator: " "))]"
        case .object(let members):
            "map[\(members.sorted { $0.key < $1.key }.map { "\($0.key):\($0.value.plain)" }.joined(separator: " "))]"
        default: goText
        }
    }

    private var syntax: String {
        switch self {
        case .null: "interface {}(nil)"
        case .array(let elements): "\(goType){\(elements.map(\.syntax).joined(separator: ", "))}"
        case .object(let members):
            "\(goType){"
                + members.sorted { $0.key < $1.key }.map { "\($0.key.goQuoted):\($0.value.syntax)" }.joined(
                    separator: ", ") + "}"
        default: goText
        }
    }
}
