import Yams

/// Reads YAML as `kubectl` does (sigs.k8s.io/yaml: YAML to a JSON tree), several documents in one text.
///
/// Aliases are expanded, so a few lines could stand for billions of values: the number of values one text may
/// become is bounded, and aliases that could hide inside mapping keys, which the parser compares before we see
/// them, are refused when there are enough of them to matter (`YAMLAliases`). libyaml itself bounds the nesting.
public enum YAMLReader {
    /// Far above any manifest, far below what hurts.
    static let maximumValues = 400_000
    static let maximumBytes = 16 << 20

    /// All documents, without the empty ones.
    public static func read(_ bytes: some Sequence<UInt8>) throws(JSONError) -> [JSONValue] {
        let bytes = Array(bytes)
        if bytes.count > maximumBytes { throw .tooLarge("YAML of more than \(maximumBytes) bytes is not read") }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw .badValue("error converting YAML to JSON: yaml: the text is not UTF-8")
        }
        try YAMLAliases.check(bytes)
        var documents: [JSONValue] = []
        var tree = YAMLTree()
        do {
            let parser = try Parser(yaml: text, resolver: .basic, encoding: .utf8)
            while let root = try parser.nextRoot() {
                let value = try tree.value(of: root)
                if value != .null { documents.append(value) }
            }
        } catch let error as JSONError {
            throw error
        } catch let error as YamlError {
            throw .badValue("error converting YAML to JSON: yaml: \(words(error))")
        } catch {
            throw .badValue("error converting YAML to JSON: yaml: \(error)")
        }
        return documents
    }

    /// The only document of a request body. The parser refuses names given twice, so none are reported.
    static func readDocument(_ bytes: [UInt8]) throws(JSONError) -> (value: JSONValue, duplicates: [String]) {
        let documents = try read(bytes)
        guard documents.count == 1 else {
            throw .badValue("expected one YAML document, found \(documents.count)")
        }
        return (documents[0], [])
    }

    /// One line, without repeating the text.
    private static func words(_ error: YamlError) -> String {
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            "line \(mark.line): \(problem)"
        case .reader(let problem, _, _, _): problem
        case .duplicatedKeysInMapping(let names, let context):
            "line \(context.mark.line): key \(names.first.map(\.goQuoted) ?? "") already set in map"
        default: "the text cannot be read"
        }
    }
}

/// Turns parsed nodes into values, counting them.
private struct YAMLTree {
    private var count = 0

    mutating func value(of node: Node) throws(JSONError) -> JSONValue {
        count += 1
        if count > YAMLReader.maximumValues {
            throw .tooLarge("YAML that expands to more than \(YAMLReader.maximumValues) values is not read")
        }
        switch node {
        case .scalar(let scalar):
            return try YAMLScalar.value(scalar.string, tag: scalar.tag.description)
        case .sequence(let sequence):
            var elements: [JSONValue] = []
            for element in sequence { elements.append(try value(of: element)) }
            return .array(elements)
        case .mapping(let mapping):
            return .object(try members(of: mapping))
        case .alias:
            throw .badValue("error converting YAML to JSON: yaml: an alias without an anchor")
        }
    }

    private mutating func members(of mapping: Node.Mapping) throws(JSONError) -> [String: JSONValue] {
        var members: [String: JSONValue] = [:]
        var merged: [String: JSONValue] = [:]
        for (key, node) in mapping {
            guard case .scalar(let scalar) = key else {
                throw .badValue("error converting YAML to JSON: a key must be a string, a number or a bool")
            }
            if scalar.string == "<<", scalar.style == .any || scalar.style == .plain {
                merged.merge(try mergedMembers(value(of: node))) { first, _ in first }
                continue
            }
            members[try name(of: scalar)] = try value(of: node)
        }
        return members.merging(merged) { own, _ in own }
    }

    /// `<<: *base`, or a list of them, of which the first that has a name wins.
    private func mergedMembers(_ value: JSONValue) throws(JSONError) -> [String: JSONValue] {
        switch value {
        case .object(let members): return members
        case .array(let elements):
            var merged: [String: JSONValue] = [:]
            for element in elements {
                guard case .object(let members) = element else { break }
                merged.merge(members) { first, _ in first }
            }
            return merged
        default:
            throw .badValue(
                "error converting YAML to JSON: yaml: map merge requires map or sequence of maps as the value")
        }
    }

    /// Keys of other types become their text, as in Go: `80: x` is `"80": x`, `yes: x` is `"true": x`.
    private func name(of scalar: Node.Scalar) throws(JSONError) -> String {
        // The parser has resolved the tags of keys to "string" already; the style still tells who wrote quotes.
        let isPlain = scalar.style == .any || scalar.style == .plain
        switch try YAMLScalar.value(scalar.string, tag: isPlain ? "" : YAMLScalar.stringTag) {
        case .string(let text): return text
        case .integer(let number): return String(number)
        case .number(let number): return JSONValue.text(of: number)
        case .bool(let flag): return flag ? "true" : "false"
        default: return "null"
        }
    }
}
