/// The models of one document: those that its operations name, and those that these are made of.
struct OpenAPIDefinitions {
    let schema: Schema
    let dialect: OpenAPIDialect
    /// All that are served: `DeleteOptions` belongs to each of them.
    let groupVersions: [(group: String, version: String)]
    private(set) var models: [String: JSONValue] = [:]

    init(schema: Schema, dialect: OpenAPIDialect, groupVersions: [(group: String, version: String)]) {
        self.schema = schema
        self.dialect = dialect
        self.groupVersions = groupVersions
    }

    /// The model of a kind; any object, when the schema does not have it.
    mutating func reference(_ kind: OpenAPIKind) -> JSONValue {
        guard let message = schema.message(group: kind.group, version: kind.version, kind: kind.kind) else {
            return ["type": "object"]
        }
        return reference(message, [:])
    }

    mutating func reference(_ leaf: OpenAPILeaf) -> JSONValue {
        models[leaf.name] = leaf.model(dialect)
        return dialect.reference(leaf.name)
    }

    private mutating func reference(_ message: MessageSchema, _ extras: [String: JSONValue]) -> JSONValue {
        add(message)
        return dialect.reference(message.name, extras)
    }

    private mutating func add(_ message: MessageSchema) {
        guard models[message.name] == nil else { return }
        models[message.name] = .null  // Not yet; a message inside itself must find it, and stop.
        var properties: [String: JSONValue] = [:]
        var required: [JSONValue] = []
        if message.isKind {
            properties["apiVersion"] = [
                "type": "string", "description": "The group and version of the API that this object is written in.",
            ]
            properties["kind"] = [
                "type": "string", "description": "What this object is. In CamelCase; never changes.",
            ]
        }
        add(message, to: &properties, &required)
        var model: [String: JSONValue] = ["type": "object", "description": .string(message.description)]
        // Without this, old clients take a message without fields for a kind that nothing may be in.
        if !properties.isEmpty { model["properties"] = .object(properties) }
        if !required.isEmpty { model["required"] = .array(required) }
        if message.isAtomic { model["x-kubernetes-map-type"] = "atomic" }
        if message.isKind { model["x-kubernetes-group-version-kind"] = .array(kinds(of: message).map(\.json)) }
        models[message.name] = .object(model)
    }

    private mutating func add(
        _ message: MessageSchema, to properties: inout [String: JSONValue], _ required: inout [JSONValue]
    ) {
        for field in message.fields {
            if field.isInline, case .message(let name) = field.type {
                if let inner = schema[name] { add(inner, to: &properties, &required) }
                continue
            }
            properties[field.name] = property(field)
            if field.isRequired { required.append(.string(field.name)) }
        }
    }

    private mutating func property(_ field: FieldSchema) -> JSONValue {
        var extras: [String: JSONValue] = ["description": .string(field.description)]
        extras.merge(Self.extensions(field)) { first, _ in first }
        if dialect == .v3 { extras["default"] = field.defaultValue ?? emptyDefault(field) }
        let values = field.values.map(JSONValue.string)
        if case .list(let element) = field.type, !values.isEmpty {
            extras["type"] = "array"
            extras["items"] = value(element, ["enum": .array(values)])
            return .object(extras)
        }
        if !values.isEmpty { extras["enum"] = .array(values) }
        return value(field.type, extras)
    }

    /// Go has an object here, also when nobody wrote one. Upstream says so everywhere; where members are required it
    /// would be no valid value.
    private func emptyDefault(_ field: FieldSchema) -> JSONValue? {
        guard !field.isOptional, case .message(let name) = field.type, let message = schema[name],
            !hasRequired(message)
        else { return nil }
        return .object([:])
    }

    private func hasRequired(_ message: MessageSchema) -> Bool {
        message.fields.contains { field in
            guard field.isInline, case .message(let name) = field.type else { return field.isRequired }
            return schema[name].map(hasRequired) ?? false
        }
    }

    private mutating func value(_ type: FieldType, _ extras: [String: JSONValue] = [:]) -> JSONValue {
        func plain(_ type: JSONValue, format: JSONValue? = nil) -> JSONValue {
            var members = extras
            members["type"] = type
            if let format { members["format"] = format }
            return .object(members)
        }
        switch type {
        case .string: return plain("string")
        case .bool: return plain("boolean")
        case .int32: return plain("integer", format: "int32")
        case .int64: return plain("integer", format: "int64")
        case .double: return plain("number", format: "double")
        case .bytes: return plain("string", format: "byte")
        case .list(let element):
            let items = value(element)
            return .object(extras.merging(["type": "array", "items": items]) { _, new in new })
        case .map(let element):
            let values = value(element)
            return .object(extras.merging(["type": "object", "additionalProperties": values]) { _, new in new })
        case .message(let name):
            guard let message = schema[name] else { return plain("object") }
            return reference(message, extras)
        case .time, .microTime, .duration, .quantity, .intOrString, .rawExtension, .fieldsV1:
            guard let leaf = OpenAPILeaf(type) else { return plain("object") }
            models[leaf.name] = leaf.model(dialect)
            return dialect.reference(leaf.name, extras)
        }
    }

    private static func extensions(_ field: FieldSchema) -> [String: JSONValue] {
        var members: [String: JSONValue] = [:]
        switch field.list {
        case .set?: members["x-kubernetes-list-type"] = "set"
        case .map(let keys)?:
            members["x-kubernetes-list-type"] = "map"
            members["x-kubernetes-list-map-keys"] = .array(keys.map(JSONValue.string))
        // Every list is atomic unless it says more; only those that say it are marked.
        case .atomic?: if field.isAtomic { members["x-kubernetes-list-type"] = "atomic" }
        case nil: if field.isAtomic { members["x-kubernetes-map-type"] = "atomic" }
        }
        let strategies = (field.patch.merges ? ["merge"] : []) + (field.patch.retainsKeys ? ["retainKeys"] : [])
        if !strategies.isEmpty { members["x-kubernetes-patch-strategy"] = .string(strategies.joined(separator: ",")) }
        if let key = field.patch.mergeKey { members["x-kubernetes-patch-merge-key"] = .string(key) }
        return members
    }

    /// Under which groups and versions the message is a kind.
    private func kinds(of message: MessageSchema) -> [OpenAPIKind] {
        let parts = message.name.split(separator: ".")
        let version = String(parts.dropLast().last ?? "")
        let package = parts.dropLast(2).joined(separator: ".")
        let kind = message.shortName
        if "\(package).\(version)" == Schema.meta {
            let everywhere = ["DeleteOptions", "WatchEvent"].contains(kind) ? groupVersions : []
            let others = everywhere.filter { $0 != ("", "v1") }.map {
                OpenAPIKind(group: $0.group, version: $0.version, kind: kind)
            }
            return [OpenAPIKind(group: "", version: "v1", kind: kind)] + others
        }
        return Schema.packages.filter { $0.value == package }.keys.sorted()
            .map { OpenAPIKind(group: $0, version: version, kind: kind) }
    }
}
