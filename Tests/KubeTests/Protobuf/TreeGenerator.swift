import TestSupport

@testable import Kube

/// Objects of any kind of a schema, as the coder leaves them: without the zeros that JSON leaves out, and without
/// empty lists and maps.
struct TreeGenerator {
    let schema: Schema
    private var random: SplitMix

    init(schema: Schema, seed: UInt64) {
        self.schema = schema
        random = SplitMix(seed: seed)
    }

    mutating func object(apiVersion: String, kind: String) -> JSONValue {
        let parts = apiVersion.split(separator: "/").map(String.init)
        guard
            let message = schema.message(
                group: parts.count == 2 ? parts[0] : "", version: parts[parts.count - 1], kind: kind)
        else { preconditionFailure("no message for \(apiVersion) \(kind)") }
        var members = self.members(message, depth: 0)
        members["apiVersion"] = .string(apiVersion)
        members["kind"] = .string(kind)
        return .object(members)
    }

    private mutating func members(_ message: MessageSchema, depth: Int) -> [String: JSONValue] {
        var result: [String: JSONValue] = [:]
        for field in message.fields where random.below(depth < 3 ? 3 : 2) != 0 {
            if field.isInline, case .message(let name) = field.type, let inner = schema[name] {
                result.merge(members(inner, depth: depth)) { first, _ in first }
                continue
            }
            guard let value = value(field.type, depth: depth) else { continue }
            if field.isOptional || !field.type.isZero(value) { result[field.name] = value }
        }
        return result
    }

    private mutating func value(_ type: FieldType, depth: Int) -> JSONValue? {
        switch type {
        case .string: return .string(text())
        case .bool: return .bool(random.below(2) == 0)
        case .int32: return .integer(Int64([0, 1, -1, Int32.max, Int32.min, 80][random.below(6)]))
        case .int64: return .integer([0, 1, -1, .max, .min, 1 << 40][random.below(6)])
        case .double: return [0, 1, .number(-0.25), .number(1e-7)][random.below(4)]
        case .bytes: return .string(["", "AA==", "AP8=", "aGVsbG8="][random.below(4)])
        case .time:
            return .string(["0001-01-01T00:00:01Z", "1970-01-01T00:00:00Z", "2026-01-01T12:00:00Z"][random.below(3)])
        case .microTime:
            return .string(["1969-12-31T23:59:59.000001Z", "2026-01-01T12:00:00.999999Z"][random.below(2)])
        case .duration: return .string(["0s", "1h0m0.5s", "-3ms", "1µs"][random.below(4)])
        case .quantity: return .string(["0", "250m", "64Mi", "-1.5"][random.below(4)])
        case .intOrString: return [0, 8080, "http", ""][random.below(4)]
        case .rawExtension, .fieldsV1: return [[:], ["f:a": ["k": .null]], [1, "x"], "text", false][random.below(5)]
        case .list(let element): return elements(element, depth: depth)
        case .map(let element):
            guard depth < 5, let values = elements(element, depth: depth)?.array else { return nil }
            return .object(Dictionary(values.map { (text(), $0) }) { first, _ in first })
        case .message(let name):
            guard depth < 5, let message = schema[name] else { return nil }
            return .object(members(message, depth: depth + 1))
        }
    }

    private mutating func elements(_ type: FieldType, depth: Int) -> JSONValue? {
        guard depth < 4 else { return nil }
        var elements: [JSONValue] = []
        for _ in 0..<random.below(3) {
            if let value = value(type, depth: depth) { elements.append(value) }
        }
        return elements.isEmpty ? nil : .array(elements)
    }

    private mutating func text() -> String { ["", "a", "hello", "é😀", "app.kubernetes.io/name"][random.below(5)] }
}
