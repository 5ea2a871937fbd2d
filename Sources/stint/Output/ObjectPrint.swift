import Kube

/// Objects to be printed whole.
enum ObjectPrint {
    case single(JSONValue)
    case list([JSONValue])

    /// The object, or a `v1 List` of the objects, without the bookkeeping of field managers, as kubectl shows it.
    var value: JSONValue {
        switch self {
        case .single(let object): tidied(object)
        case .list(let objects):
            .object([
                "apiVersion": "v1", "kind": "List", "items": .array(objects.map(tidied)),
                "metadata": .object(["resourceVersion": ""]),
            ])
        }
    }

    var yaml: String { YAMLWriter.text(of: value) }

    /// Four spaces, members in order of their names.
    var json: String { value.indented() + "\n" }

    /// `job.batch/hello`.
    var names: [String] {
        let objects: [JSONValue]
        switch self {
        case .single(let object): objects = [object]
        case .list(let all): objects = all
        }
        return objects.map { object in
            let group = object["apiVersion"]?.string.flatMap { version in
                version.contains("/") ? version.split(separator: "/").first.map { ".\($0)" } : nil
            }
            return "\((object["kind"]?.string ?? "").lowercased())\(group ?? "")/\(object.objectName)"
        }
    }

    private func tidied(_ object: JSONValue) -> JSONValue {
        var object = object
        if object["metadata"] != nil { object.set("metadata", "managedFields", to: nil) }
        return object
    }
}

extension JSONValue {
    /// JSON over several lines, as Go's MarshalIndent writes it.
    func indented(_ level: Int = 0) -> String {
        let (inner, outer) = (String(repeating: "    ", count: level + 1), String(repeating: "    ", count: level))
        switch self {
        case .array(let elements) where !elements.isEmpty:
            let lines = elements.map { inner + $0.indented(level + 1) }
            return "[\n" + lines.joined(separator: ",\n") + "\n\(outer)]"
        case .object(let members) where !members.isEmpty:
            let lines = members.sorted { $0.key < $1.key }.map { key, value in
                "\(inner)\(JSONValue.string(key).compact): \(value.indented(level + 1))"
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
