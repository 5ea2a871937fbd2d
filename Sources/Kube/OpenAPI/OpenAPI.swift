/// The documents that say what is served: `/openapi/v2` and `/openapi/v3`.
///
/// kubectl reads them to explain kinds, to validate manifests before it sends them (up to 1.26), to see whether a kind's
/// patch knows `dryRun` and `fieldValidation`, and to compute strategic patches. The shapes, the names of models and of
/// operations and the `x-kubernetes-` members are upstream's; the sentences are those of the schema. A document has the
/// models that its operations reach, and no others.
public enum OpenAPI {
    public static let v2ProtobufMediaType = "application/com.github.proto-openapi.spec.v2@v1.0+protobuf"

    /// All resources in one document: Swagger 2.0.
    public static func v2(_ resources: [OpenAPIResource], version: String, schema: Schema = .kubernetes) -> JSONValue {
        let paths = paths(resources, of: resources, .v2, schema)
        return [
            "swagger": "2.0", "info": ["title": "Kubernetes", "version": .string(version)],
            "paths": .object(paths.paths), "definitions": .object(paths.definitions.models),
        ]
    }

    /// The documents of version 3: one for each group and version. Clients may keep one for as long as its hash is the
    /// same; `hash` is asked with the name of the document, `apis/batch/v1`.
    public static func v3Index(_ resources: [OpenAPIResource], hash: (String) -> String) -> JSONValue {
        var paths: [String: JSONValue] = [:]
        for resource in resources {
            let name = String(OpenAPIKind(resource.type).path.dropFirst())
            paths[name] = ["serverRelativeURL": .string("/openapi/v3/\(name)?hash=\(hash(name))")]
        }
        return ["paths": .object(paths)]
    }

    /// One of them: OpenAPI 3.0. Takes all resources, because some models are of every group.
    public static func v3(
        group: String, version: String, _ resources: [OpenAPIResource], apiVersion: String, schema: Schema = .kubernetes
    ) -> JSONValue {
        let own = resources.filter { $0.type.group == group && $0.type.version == version }
        let paths = paths(own, of: resources, .v3, schema)
        return [
            "openapi": "3.0.0", "info": ["title": "Kubernetes", "version": .string(apiVersion)],
            "paths": .object(paths.paths), "components": ["schemas": .object(paths.definitions.models)],
        ]
    }

    private static func paths(
        _ own: [OpenAPIResource], of all: [OpenAPIResource], _ dialect: OpenAPIDialect, _ schema: Schema
    ) -> OpenAPIPaths {
        let kinds = Set(all.map { OpenAPIKind(group: $0.type.group, version: $0.type.version, kind: "") })
        let groupVersions = kinds.map { (group: $0.group, version: $0.version) }.sorted { $0 < $1 }
        var paths = OpenAPIPaths(
            OpenAPIDefinitions(schema: schema, dialect: dialect, groupVersions: groupVersions))
        for resource in own { paths.add(resource) }
        return paths
    }
}
