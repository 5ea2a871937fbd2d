/// The two ways to write the same things down: Swagger 2.0 and OpenAPI 3.0.
enum OpenAPIDialect {
    case v2, v3

    /// A model by name, with what is said about this use of it. Version 3.0 ignores what stands beside a `$ref`.
    func reference(_ name: String, _ extras: [String: JSONValue] = [:]) -> JSONValue {
        switch self {
        case .v2: .object(extras.merging(["$ref": .string("#/definitions/\(name)")]) { _, new in new })
        case .v3 where extras.isEmpty: ["$ref": .string("#/components/schemas/\(name)")]
        case .v3:
            .object(extras.merging(["allOf": [["$ref": .string("#/components/schemas/\(name)")]]]) { _, new in new })
        }
    }

    func parameter(_ parameter: OpenAPIParameter, in place: String) -> JSONValue {
        var members: [String: JSONValue] = [
            "name": .string(parameter.name), "in": .string(place), "description": .string(parameter.description),
        ]
        if place == "path" { members["required"] = true }
        switch self {
        case .v2: members["type"] = .string(parameter.type.rawValue)
        case .v3: members["schema"] = ["type": .string(parameter.type.rawValue)]
        }
        return .object(members)
    }

    func operation(_ operation: OpenAPIOperation) -> JSONValue {
        var members: [String: JSONValue] = [
            "description": .string(operation.description), "operationId": .string(operation.id),
            "tags": [.string(operation.tag)], "x-kubernetes-action": .string(operation.action),
            "x-kubernetes-group-version-kind": operation.kind.json,
        ]
        var parameters = operation.parameters.map { parameter($0, in: "query") }
        var responses: [String: JSONValue] = ["401": ["description": "Unauthorized"]]
        switch self {
        case .v2:
            if let body = operation.body {
                parameters.insert(["name": "body", "in": "body", "required": true, "schema": body], at: 0)
            }
            members["consumes"] = .array((operation.body == nil ? ["*/*"] : operation.consumes).map(JSONValue.string))
            members["produces"] = .array(operation.produces.map(JSONValue.string))
            members["schemes"] = ["https"]
            for (code, text) in operation.codes {
                responses[code] = ["description": .string(text), "schema": operation.answer]
            }
        case .v3:
            if let body = operation.body {
                members["requestBody"] = ["required": true, "content": content(operation.consumes, body)]
            }
            let content = content(operation.produces, operation.answer)
            for (code, text) in operation.codes {
                responses[code] = ["description": .string(text), "content": content]
            }
        }
        members["responses"] = .object(responses)
        if !parameters.isEmpty { members["parameters"] = .array(parameters) }
        return .object(members)
    }

    private func content(_ types: [String], _ schema: JSONValue) -> JSONValue {
        .object(Dictionary(types.map { ($0, ["schema": schema]) }) { first, _ in first })
    }
}

/// One verb on one path.
struct OpenAPIOperation {
    var id: String
    var description: String
    var tag: String
    var action: String
    var kind: OpenAPIKind
    var parameters: [OpenAPIParameter]
    /// A schema, in the dialect.
    var body: JSONValue?
    var consumes = ["*/*"]
    var answer: JSONValue
    var produces: [String]
    var codes: [(String, String)]
}
