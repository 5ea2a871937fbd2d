import Kube

/// Objects to be printed whole.
enum ObjectPrint {
    case single(JSONValue)
    case list([JSONValue])

    var objects: [JSONValue] {
        switch self {
        case .single(let object): [object]
        case .list(let objects): objects
        }
    }

    /// The object, or a `v1 List` of the objects.
    var value: JSONValue {
        switch self {
        case .single(let object): object
        case .list(let objects):
            .object([
                "apiVersion": "v1", "kind": "List", "items": .array(objects),
                "metadata": .object(["resourceVersion": ""]),
            ])
        }
    }

    var yaml: String { YAMLWriter.text(of: value) }

    /// Four spaces, members in order of their names.
    var json: String { value.indented() + "\n" }

    /// Without the bookkeeping of field managers, as kubectl shows YAML and JSON unless asked.
    var tidy: ObjectPrint {
        switch self {
        case .single(let object): return .single(object.withoutManagedFields)
        case .list(let objects): return .list(objects.map(\.withoutManagedFields))
        }
    }

    /// `job.batch/hello`.
    var names: [String] {
        objects.map { object in
            let group = object["apiVersion"]?.string.flatMap { version in
                version.contains("/") ? version.split(separator: "/").first.map { ".\($0)" } : nil
            }
            return "\((object["kind"]?.string ?? "").lowercased())\(group ?? "")/\(object.objectName)"
        }
    }
}

extension JSONValue {
    var withoutManagedFields: JSONValue {
        guard at("metadata", "managedFields") != nil else { return self }
        var object = self
        object.set("metadata", "managedFields", to: nil)
        return object
    }

    /// JSON over several lines, as Go's MarshalIndent writes it.
    func indented(_ level: Int = 0, width: Int = 4) -> String {
        let (inner, outer) = (
            String(repeating: " ", count: width * (level + 1)), String(repeating: " ", count: width * level)
        )
        switch self {
        case .array(let elements) where !elements.isEmpty:
            let lines = elements.map { inner + $0.indented(level + 1, width: width) }
            return "[\n" + lines.joined(separator: ",\n") + "\n\(outer)]"
        case .object(let members) where !members.isEmpty:
            let lines = members.sorted { $0.key < $1.key }.map { key, value in
                "\(inner)\(JSONValue.string(key).compact): \(value.indented(level + 1, width: width))"
            }
            return "{\n" + lines.joined(separator: ",\n") + "\n\(outer)}"
        default: return compact
        }
    }

    /// JSON on one line.
    var compact: String {
        (try? KubeJSON.encode(self)).map { String(decoding: $0, as: UTF8.self) } ?? "null"  // only NaN has no JSON
    }
}
