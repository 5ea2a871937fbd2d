/// The operations on the resources of one document, path by path.
struct OpenAPIPaths {
    var definitions: OpenAPIDefinitions
    private(set) var paths: [String: JSONValue] = [:]

    private static let objects = ["application/json", "application/yaml", KubeProtobuf.mediaType]

    init(_ definitions: OpenAPIDefinitions) { self.definitions = definitions }

    mutating func add(_ resource: OpenAPIResource) {
        let type = resource.type
        let kind = OpenAPIKind(type)
        let scope = type.isNamespaced ? "Namespaced" : ""
        let collection = kind.path + (type.isNamespaced ? "/namespaces/{namespace}/" : "/") + type.plural
        let item = "\(collection)/{name}"
        if type.isNamespaced, resource.verbs.contains("list") {
            let name = "\(kind.operationName)\(type.kind)ForAllNamespaces"
            put(["get": list(resource, id: "list\(name)")], at: "\(kind.path)/\(type.plural)", type)
        }
        let name = "\(kind.operationName)\(scope)\(type.kind)"
        var onCollection: [String: JSONValue] = [:]
        if resource.verbs.contains("list") { onCollection["get"] = list(resource, id: "list\(name)") }
        if resource.verbs.contains("create") {
            onCollection["post"] = operation("create", kind, kind, id: "create\(name)")
        }
        if resource.verbs.contains("deletecollection") {
            let id = "delete\(kind.operationName)Collection\(scope)\(type.kind)"
            onCollection["delete"] = operation("deletecollection", kind, kind, id: id)
        }
        put(onCollection, at: collection, type)
        put(operations(resource.verbs, kind, kind, name), at: item, type)
        for subresource in resource.subresources {
            let inner = subresource.kind ?? kind
            let operations = operations(
                subresource.verbs, inner, kind, name + subresource.name.capitalizedFirst, subresource)
            put(operations, at: "\(item)/\(subresource.name)", type)
        }
    }

    private mutating func put(_ operations: [String: JSONValue], at path: String, _ type: ResourceType) {
        guard !operations.isEmpty else { return }
        var parameters: [JSONValue] = []
        if path.contains("{name}") {
            let name = OpenAPIParameter("name", "name of the \(type.kind)")
            parameters.append(definitions.dialect.parameter(name, in: "path"))
        }
        if path.contains("{namespace}") {
            let namespace = OpenAPIParameter("namespace", "The namespace that the object is in.")
            parameters.append(definitions.dialect.parameter(namespace, in: "path"))
        }
        paths[path] = .object(
            parameters.isEmpty ? operations : operations.merging(["parameters": .array(parameters)]) { $1 })
    }

    /// On one object, or on a part of it.
    private mutating func operations(
        _ verbs: Set<String>, _ kind: OpenAPIKind, _ owner: OpenAPIKind, _ name: String,
        _ subresource: OpenAPISubresource? = nil
    ) -> [String: JSONValue] {
        var operations: [String: JSONValue] = [:]
        let known = [
            ("get", "get", "read"), ("update", "put", "replace"), ("patch", "patch", "patch"),
            ("delete", "delete", "delete"),
        ]
        for (verb, method, word) in known where verbs.contains(verb) {
            operations[method] = operation(verb, kind, owner, id: word + name, subresource)
        }
        // Below an object, create is what one posts there; the object itself is created in its collection.
        if subresource != nil, verbs.contains("create") {
            operations["post"] = operation("create", kind, owner, id: "create\(name)", subresource)
        }
        return operations
    }

    private mutating func list(_ resource: OpenAPIResource, id: String) -> JSONValue {
        let kind = OpenAPIKind(resource.type)
        var list = kind
        list.kind += "List"
        var operation = OpenAPIOperation(
            id: id, description: "list or watch objects of kind \(kind.kind)", tag: kind.tag, action: "list",
            kind: kind,
            parameters: OpenAPIParameter.parameters(of: "list"), answer: definitions.reference(list),
            produces: Self.objects, codes: [("200", "OK")])
        if resource.verbs.contains("watch") {
            operation.produces += ["application/json;stream=watch", "\(KubeProtobuf.mediaType);stream=watch"]
            _ = definitions.reference(OpenAPIKind(group: "", version: "v1", kind: "WatchEvent"))
        } else {
            operation.parameters.removeAll { $0.name == "watch" || $0.name == "allowWatchBookmarks" }
            operation.description = "list objects of kind \(kind.kind)"
        }
        return definitions.dialect.operation(operation)
    }

    private mutating func operation(
        _ verb: String, _ kind: OpenAPIKind, _ owner: OpenAPIKind, id: String, _ subresource: OpenAPISubresource? = nil
    ) -> JSONValue {
        let part = subresource.map { "\($0.name) of the specified \(owner.kind)" }
        let text = subresource?.answersText == true
        var operation = OpenAPIOperation(
            id: id, description: "", tag: owner.tag, action: verb, kind: kind,
            parameters: OpenAPIParameter.parameters(of: verb) + (subresource?.parameters ?? []),
            answer: text ? ["type": "string"] : definitions.reference(kind),
            produces: text ? ["text/plain"] : Self.objects, codes: [("200", "OK")])
        switch verb {
        case "create":
            operation.description = "create \(part ?? "a \(kind.kind)")"
            operation.action = "post"
            operation.body = definitions.reference(kind)
            operation.codes += [("201", "Created"), ("202", "Accepted")]
        case "update":
            operation.description = "replace \(part ?? "the specified \(kind.kind)")"
            operation.action = "put"
            operation.body = definitions.reference(kind)
            operation.codes += [("201", "Created")]
        case "patch":
            operation.description = "partially update \(part ?? "the specified \(kind.kind)")"
            operation.body = definitions.reference(.patch)
            operation.consumes = [
                "application/json-patch+json", "application/merge-patch+json",
                "application/strategic-merge-patch+json", "application/apply-patch+yaml",
            ]
            operation.codes += [("201", "Created")]
        case "delete", "deletecollection":
            operation.description = verb == "delete" ? "delete a \(kind.kind)" : "delete collection of \(kind.kind)"
            operation.body = definitions.reference(OpenAPIKind(group: "", version: "v1", kind: "DeleteOptions"))
            operation.answer = definitions.reference(OpenAPIKind(group: "", version: "v1", kind: "Status"))
            if verb == "delete" { operation.codes += [("202", "Accepted")] }
        default: operation.description = "read \(part ?? "the specified \(kind.kind)")"
        }
        return definitions.dialect.operation(operation)
    }
}
