extension OpenAPI {
    /// The document of version 2 as the protobuf message that kubectl asks for (`openapi.v2.Document` of gnostic).
    ///
    /// The message is close to the JSON, so the coder for Kubernetes' own messages writes it, by a table of its own.
    /// Where gnostic says things differently the tree is rewritten first: extensions are collected and written as YAML,
    /// types are lists, and a parameter stands in a member named after where it goes.
    public static func v2Protobuf(_ document: JSONValue) throws(ProtobufError) -> [UInt8] {
        guard let message = gnostic["openapi.v2.Document"] else {
            throw .unknownKind(apiVersion: "openapi.v2", kind: "Document")
        }
        var tree = document.object ?? [:]
        tree["paths"] = try named("path", document["paths"]) { path throws(ProtobufError) in
            try members(path) { value throws(ProtobufError) in
                switch value {
                case .array(let parameters): .array(try Self.parameters(parameters))
                default: try operation(value)
                }
            }
        }
        tree["definitions"] = try named("additionalProperties", document["definitions"], Self.schema)
        var writer = WireWriter()
        try ProtobufEncoder(schema: gnostic).encode(.object(tree), message, to: &writer, depth: 1)
        return writer.bytes
    }

    private static func operation(_ operation: JSONValue) throws(ProtobufError) -> JSONValue {
        var members = try collectingExtensions(operation)
        if let parameters = members["parameters"]?.array {
            members["parameters"] = .array(try Self.parameters(parameters))
        }
        members["responses"] = try named("responseCode", members["responses"]) { response throws(ProtobufError) in
            var response = response.object ?? [:]
            if let schema = response["schema"] { response["schema"] = try Self.schema(schema) }
            return .object(response)
        }
        return .object(members)
    }

    private static func parameters(_ parameters: [JSONValue]) throws(ProtobufError) -> [JSONValue] {
        var result: [JSONValue] = []
        for parameter in parameters {
            var members = parameter.object ?? [:]
            if let schema = members["schema"] { members["schema"] = try Self.schema(schema) }
            switch members["in"]?.string {
            case "body"?: result.append(["body": .object(members)])
            case let place?: result.append(["nonBody": [place: .object(members)]])
            case nil: throw .wrongType(field: "Parameter.in", expected: "string")
            }
        }
        return result
    }

    private static func schema(_ schema: JSONValue) throws(ProtobufError) -> JSONValue {
        var members = try collectingExtensions(schema)
        if let type = members["type"] { members["type"] = [type] }
        for name in ["items", "additionalProperties"] {
            if let inner = members[name] { members[name] = try Self.schema(inner) }
        }
        if let properties = members["properties"] {
            members["properties"] = try named("additionalProperties", properties, Self.schema)
        }
        if let value = members["default"] { members["default"] = try yaml(value) }
        if let values = members["enum"]?.array {
            var list: [JSONValue] = []
            for value in values { list.append(try yaml(value)) }
            members["enum"] = .array(list)
        }
        return .object(members)
    }

    private static func collectingExtensions(_ value: JSONValue) throws(ProtobufError) -> [String: JSONValue] {
        var members = value.object ?? [:]
        var extensions: [String: JSONValue] = [:]
        for (name, value) in members where name.hasPrefix("x-") {
            extensions[name] = try yaml(value)
            members[name] = nil
        }
        if !extensions.isEmpty { members["vendorExtension"] = .object(extensions) }
        return members
    }

    private static func members(
        _ value: JSONValue?, _ transform: (JSONValue) throws(ProtobufError) -> JSONValue
    ) throws(ProtobufError) -> JSONValue {
        var result: [String: JSONValue] = [:]
        for (name, value) in value?.object ?? [:] { result[name] = try transform(value) }
        return .object(result)
    }

    /// A map that is the one field of a message.
    private static func named(
        _ field: String, _ value: JSONValue?, _ transform: (JSONValue) throws(ProtobufError) -> JSONValue
    ) throws(ProtobufError) -> JSONValue { [field: try members(value, transform)] }

    /// JSON is YAML.
    private static func yaml(_ value: JSONValue) throws(ProtobufError) -> JSONValue {
        do {
            return ["yaml": .string(String(decoding: try KubeJSON.encode(value), as: UTF8.self))]
        } catch {
            throw .badValue(field: "Any.yaml", reason: "\(error)")
        }
    }

    /// Those messages and fields of gnostic's `OpenAPIv2.proto` that our documents use.
    static let gnostic: Schema = {
        do {
            return try Schema([SchemaTable("openapi.v2", gnosticTable)])
        } catch {
            preconditionFailure("the table of OpenAPI messages is wrong: \(error)")
        }
    }()

    private static let gnosticTable = """
        Document
          1   swagger               string
          2   info                  Info
          8   paths                 Paths
          9   definitions           Definitions
        Info
          1   title                 string
          2   version               string
        Paths
          2   path                  map[PathItem]
        PathItem
          2   get                   Operation
          3   put                   Operation
          4   post                  Operation
          5   delete                Operation
          8   patch                 Operation
          9   parameters            []ParametersItem
        Operation
          1   tags                  []string
          3   description           string
          5   operationId           string
          6   produces              []string
          7   consumes              []string
          8   parameters            []ParametersItem
          9   responses             Responses
          10  schemes               []string
          13  vendorExtension       map[Any]
        ParametersItem
          1   parameter             Parameter inline
        Parameter
          1   body                  BodyParameter
          2   nonBody               NonBodyParameter
        BodyParameter
          1   description           string
          2   name                  string
          3   in                    string
          4   required              bool
          5   schema                Schema
        NonBodyParameter
          3   query                 QueryParameter
          4   path                  PathParameter
        QueryParameter
          1   required              bool
          2   in                    string
          3   description           string
          4   name                  string
          6   type                  string
        PathParameter
          1   required              bool
          2   in                    string
          3   description           string
          4   name                  string
          5   type                  string
        Responses
          1   responseCode          map[ResponseValue]
        ResponseValue
          1   response              Response inline
        Response
          1   description           string
          2   schema                SchemaItem
        SchemaItem
          1   schema                Schema inline
        Definitions
          1   additionalProperties  map[Schema]
        Schema
          1   $ref                  string
          2   format                string
          4   description           string
          5   default               Any
          19  required              []string
          20  enum                  []Any
          21  additionalProperties  AdditionalPropertiesItem
          22  type                  []string wrapped
          23  items                 ItemsItem
          25  properties            Properties
          31  vendorExtension       map[Any]
        AdditionalPropertiesItem
          1   schema                Schema inline
        ItemsItem
          1   schema                Schema inline
        Properties
          1   additionalProperties  map[Schema]
        Any
          2   yaml                  string
        """
}
