import Kube

/// What `/openapi/v3` says of one group: schemas that refer to each other.
struct OpenAPIDocument: Sendable {
    let tree: JSONValue

    func schema(of type: ResourceType) -> JSONValue? {
        let wanted: JSONValue = .object([
            "group": .string(type.group), "version": .string(type.version), "kind": .string(type.kind),
        ])
        let schemas = tree.at("components", "schemas")?.object ?? [:]
        return schemas.sorted { $0.key < $1.key }.map(\.value).first {
            $0["x-kubernetes-group-version-kind"]?.array?.contains(wanted) == true
        }
    }

    /// The schema that a reference within the document means.
    func resolve(_ reference: String?) -> JSONValue? {
        guard let reference, reference.hasPrefix("#/") else { return nil }
        return tree.at(reference.dropFirst(2).split(separator: "/").map(String.init))
    }

    /// The schema itself, or what it refers to.
    func resolved(_ schema: JSONValue) -> JSONValue { resolve(schema["$ref"]?.string) ?? schema }

    /// `string`, `[]Container`, `map[string]string`, `JobSpec`.
    func typeName(_ schema: JSONValue) -> String {
        if let items = schema["items"] { return "[]" + typeName(items) }
        if let values = schema["additionalProperties"], values.object != nil { return "map[string]" + typeName(values) }
        if let parts = schema["allOf"]?.array, parts.count == 1, schema["properties"] == nil {
            return typeName(parts[0])
        }
        if let reference = schema["$ref"]?.string {
            let type = resolve(reference)?["type"]?.string ?? "object"
            guard type == "object" else { return type }
            let name = reference.split(separator: "/").last ?? ""
            return name.split(separator: ".").last.map(String.init) ?? "Object"
        }
        let type = schema["type"]?.string ?? "Object"
        return type == "object" ? "Object" : type
    }

    /// What is said of a schema and of all it is made of, each ended by a newline.
    func description(_ schema: JSONValue) -> String {
        let schema = resolved(schema)
        var text = schema["description"]?.string.map { $0.isEmpty ? "" : $0 + "\n" } ?? ""
        for part in schema["allOf"]?.array ?? [] { text += description(part) }
        if let items = schema["items"] { text += description(items) }
        if let values = schema["additionalProperties"], values.object != nil { text += description(values) }
        return text
    }
}
