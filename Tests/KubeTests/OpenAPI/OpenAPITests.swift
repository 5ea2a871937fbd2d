import Testing

@testable import Kube

private let job = ResourceType(group: "batch", kind: "Job", plural: "jobs", singular: "job")
private let pod = ResourceType(kind: "Pod", plural: "pods", singular: "pod")
private let node = ResourceType(kind: "Node", plural: "nodes", singular: "node", isNamespaced: false)

private let all: Set = ["get", "list", "watch", "create", "update", "patch", "delete", "deletecollection"]

private let resources = [
    OpenAPIResource(type: job, verbs: all, subresources: [.status]),
    OpenAPIResource(type: pod, verbs: all, subresources: [.log, .eviction]),
    OpenAPIResource(type: node, verbs: ["get", "list"]),
]

@Suite struct OpenAPITests {
    private let v2 = OpenAPI.v2(resources, version: "v1.35.0", schema: excerpt)
    private let v3 = OpenAPI.v3(group: "batch", version: "v1", resources, apiVersion: "v1.35.0", schema: excerpt)
    private let core = OpenAPI.v3(group: "", version: "v1", resources, apiVersion: "v1.35.0", schema: excerpt)

    @Test func `version 2 has all paths, and the verbs that are served`() {
        #expect(
            methods(v2) == [
                "/api/v1/namespaces/{namespace}/pods": "delete get post",
                "/api/v1/namespaces/{namespace}/pods/{name}": "delete get patch put",
                "/api/v1/namespaces/{namespace}/pods/{name}/eviction": "post",
                "/api/v1/namespaces/{namespace}/pods/{name}/log": "get",
                "/api/v1/nodes": "get",
                "/api/v1/nodes/{name}": "get",
                "/api/v1/pods": "get",
                "/apis/batch/v1/jobs": "get",
                "/apis/batch/v1/namespaces/{namespace}/jobs": "delete get post",
                "/apis/batch/v1/namespaces/{namespace}/jobs/{name}": "delete get patch put",
                "/apis/batch/v1/namespaces/{namespace}/jobs/{name}/status": "get patch put",
            ])
    }

    @Test func `version 3 has those of one group, and the models they reach`() {
        #expect(
            methods(v3).keys.sorted() == [
                "/apis/batch/v1/jobs", "/apis/batch/v1/namespaces/{namespace}/jobs",
                "/apis/batch/v1/namespaces/{namespace}/jobs/{name}",
                "/apis/batch/v1/namespaces/{namespace}/jobs/{name}/status",
            ])
        let models = v3["components"]?["schemas"]?.object ?? [:]
        #expect(models["io.k8s.api.batch.v1.JobList"] != nil)
        #expect(models["io.k8s.api.core.v1.Container"] != nil)
        #expect(models["io.k8s.apimachinery.pkg.util.intstr.IntOrString"] != nil)
        #expect(models["io.k8s.apimachinery.pkg.apis.meta.v1.WatchEvent"] != nil)
        #expect(models["io.k8s.api.core.v1.Pod"] == nil)
        #expect(models["io.k8s.api.core.v1.Secret"] == nil)
        #expect(models["io.k8s.api.core.v1.VolumeSource"] == nil)
    }

    @Test func `operations have upstream's names`() {
        func names(_ document: JSONValue) -> Set<String> {
            Set(
                (document["paths"]?.object ?? [:]).values.flatMap { ($0.object ?? [:]).values }
                    .compactMap { $0["operationId"]?.string })
        }
        #expect(
            names(v3) == [
                "listBatchV1JobForAllNamespaces", "listBatchV1NamespacedJob", "createBatchV1NamespacedJob",
                "deleteBatchV1CollectionNamespacedJob", "readBatchV1NamespacedJob", "replaceBatchV1NamespacedJob",
                "patchBatchV1NamespacedJob", "deleteBatchV1NamespacedJob", "readBatchV1NamespacedJobStatus",
                "patchBatchV1NamespacedJobStatus", "replaceBatchV1NamespacedJobStatus",
            ])
        #expect(
            names(core).isSuperset(of: [
                "listCoreV1Node", "readCoreV1Node", "readCoreV1NamespacedPodLog", "createCoreV1NamespacedPodEviction",
            ]))
    }

    @Test(arguments: [OpenAPIDialect.v2, .v3])
    func `a patch says whose it is, and that it knows dryRun and fieldValidation`(dialect: OpenAPIDialect) throws {
        let path = "/apis/batch/v1/namespaces/{namespace}/jobs/{name}"
        let patch = try #require((dialect == .v2 ? v2 : v3)["paths"]?[path]?["patch"])
        #expect(patch["x-kubernetes-group-version-kind"] == ["group": "batch", "version": "v1", "kind": "Job"])
        #expect(patch["x-kubernetes-action"] == "patch")
        let queries = patch["parameters"]?.array?.filter { $0["in"] == "query" }.compactMap { $0["name"]?.string }
        #expect(queries == ["dryRun", "fieldManager", "fieldValidation", "force"])
        let types = [
            "application/apply-patch+yaml", "application/json-patch+json", "application/merge-patch+json",
            "application/strategic-merge-patch+json",
        ]
        switch dialect {
        case .v2: #expect(patch["consumes"]?.array?.compactMap(\.string).sorted() == types)
        case .v3: #expect(patch["requestBody"]?["content"]?.object?.keys.sorted() == types)
        }
    }

    @Test func `an eviction is of its own group, inside the pod's`() {
        let post = core["paths"]?["/api/v1/namespaces/{namespace}/pods/{name}/eviction"]?["post"]
        #expect(post?["x-kubernetes-group-version-kind"] == ["group": "policy", "version": "v1", "kind": "Eviction"])
        #expect(
            core["components"]?["schemas"]?["io.k8s.api.policy.v1.Eviction"]?["x-kubernetes-group-version-kind"]
                == [["group": "policy", "version": "v1", "kind": "Eviction"]])
    }

    @Test func `options to delete are of every group that is served`() {
        let options = v3["components"]?["schemas"]?["io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions"]
        #expect(
            options?["x-kubernetes-group-version-kind"] == [
                ["group": "", "version": "v1", "kind": "DeleteOptions"],
                ["group": "batch", "version": "v1", "kind": "DeleteOptions"],
            ])
    }

    @Test(arguments: [
        Row(
            "a reference that something is said about", "io.k8s.api.batch.v1.Job.spec",
            [
                ##"{"$ref":"#/definitions/io.k8s.api.batch.v1.JobSpec","description":"What should run."}"##,
                """
                {"allOf":[{"$ref":"#/components/schemas/io.k8s.api.batch.v1.JobSpec"}],"description":"What should run."}
                """,
            ]),
        Row(
            "an object that Go always has", "io.k8s.api.batch.v1.Job.status",
            [
                ##"{"$ref":"#/definitions/io.k8s.api.batch.v1.JobStatus","description":"How far it is."}"##,
                """
                {"allOf":[{"$ref":"#/components/schemas/io.k8s.api.batch.v1.JobStatus"}],"default":{},
                 "description":"How far it is."}
                """,
            ]),
        Row(
            "a number", "io.k8s.api.batch.v1.JobSpec.parallelism",
            [#"{"type":"integer","format":"int32","description":"At the same time."}"#]),
        Row(
            "values and a default", "io.k8s.api.core.v1.PodSpec.restartPolicy",
            [
                #"{"type":"string","enum":["Always","Never","OnFailure"],"description":""}"#,
                #"{"type":"string","enum":["Always","Never","OnFailure"],"description":"","default":"Always"}"#,
            ]),
        Row(
            "a list of objects, merged by name", "io.k8s.api.core.v1.PodSpec.volumes",
            [
                """
                {"type":"array","items":{"$ref":"#/definitions/io.k8s.api.core.v1.Volume"},"description":"",
                 "x-kubernetes-list-type":"map","x-kubernetes-list-map-keys":["name"],
                 "x-kubernetes-patch-merge-key":"name","x-kubernetes-patch-strategy":"merge,retainKeys"}
                """,
                """
                {"type":"array","items":{"$ref":"#/components/schemas/io.k8s.api.core.v1.Volume"},"description":"",
                 "x-kubernetes-list-type":"map","x-kubernetes-list-map-keys":["name"],
                 "x-kubernetes-patch-merge-key":"name","x-kubernetes-patch-strategy":"merge,retainKeys"}
                """,
            ]),
        Row(
            "a set", "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta.finalizers",
            [
                """
                {"type":"array","items":{"type":"string"},"description":"","x-kubernetes-list-type":"set",
                 "x-kubernetes-patch-strategy":"merge"}
                """
            ]),
        Row(
            "an atomic list", "io.k8s.api.core.v1.Container.args",
            [#"{"type":"array","items":{"type":"string"},"description":"","x-kubernetes-list-type":"atomic"}"#]),
        Row(
            "a map", "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta.labels",
            [#"{"type":"object","additionalProperties":{"type":"string"},"description":""}"#]),
        Row(
            "members of an inline message", "io.k8s.api.core.v1.Volume.emptyDir",
            [
                ##"{"$ref":"#/definitions/io.k8s.api.core.v1.EmptyDirVolumeSource","description":""}"##,
                ##"{"allOf":[{"$ref":"#/components/schemas/io.k8s.api.core.v1.EmptyDirVolumeSource"}],"description":""}"##,
            ]),
    ])
    func describes(_ row: Row<String, [String]>) throws {
        let dot = try #require(row.input.lastIndex(of: "."))
        let (model, field) = (String(row.input[..<dot]), String(row.input[dot...].dropFirst()))
        #expect(try v2["definitions"]?[model]?["properties"]?[field] == json(row.expected[0]))
        #expect(
            try v3["components"]?["schemas"]?[model]?["properties"]?[field]
                == json(row.expected[row.expected.count - 1]))
    }

    @Test func `a map of lists needs no model`() {
        var definitions = OpenAPIDefinitions(schema: excerpt, dialect: .v3, groupVersions: [])
        _ = definitions.reference(OpenAPIKind(group: "", version: "v1", kind: "Sample"))
        let extra = definitions.models["io.k8s.api.core.v1.Sample"]?["properties"]?["extra"]
        #expect(extra?["additionalProperties"] == ["type": "array", "items": ["type": "string"]])
    }

    @Test func `kinds say which, and what they need`() {
        let job = v2["definitions"]?["io.k8s.api.batch.v1.Job"]
        #expect(job?["x-kubernetes-group-version-kind"] == [["group": "batch", "version": "v1", "kind": "Job"]])
        #expect(job?["properties"]?.object?.keys.sorted() == ["apiVersion", "kind", "metadata", "spec", "status"])
        #expect(v2["definitions"]?["io.k8s.api.batch.v1.JobSpec"]?["required"] == ["template"])
        #expect(v2["definitions"]?["io.k8s.api.batch.v1.JobSpec"]?["x-kubernetes-group-version-kind"] == nil)
    }

    @Test func `no reference leads nowhere`() {
        #expect(danglingReferences(v2, "#/definitions/", v2["definitions"]) == [])
        #expect(danglingReferences(v3, "#/components/schemas/", v3["components"]?["schemas"]) == [])
        #expect(danglingReferences(core, "#/components/schemas/", core["components"]?["schemas"]) == [])
    }

    @Test func `nor in the documents of the published tables`() {
        let v2 = OpenAPI.v2(resources, version: "v1.35.0")
        #expect(danglingReferences(v2, "#/definitions/", v2["definitions"]) == [])
        #expect(v2["definitions"]?["io.k8s.api.core.v1.Container"]?["required"] == ["name"])
        let v3 = OpenAPI.v3(group: "", version: "v1", resources, apiVersion: "v1.35.0")
        #expect(danglingReferences(v3, "#/components/schemas/", v3["components"]?["schemas"]) == [])
        #expect(throws: Never.self) { try OpenAPI.v2Protobuf(v2) }
    }

    @Test func `the index has one document for each group and version`() {
        #expect(
            OpenAPI.v3Index(resources) { "\($0.utf8.count)" } == [
                "paths": [
                    "api/v1": ["serverRelativeURL": "/openapi/v3/api/v1?hash=6"],
                    "apis/batch/v1": ["serverRelativeURL": "/openapi/v3/apis/batch/v1?hash=13"],
                ]
            ])
    }

    private func methods(_ document: JSONValue) -> [String: String] {
        (document["paths"]?.object ?? [:]).mapValues {
            ($0.object ?? [:]).keys.filter { $0 != "parameters" }.sorted().joined(separator: " ")
        }
    }
}

func danglingReferences(_ value: JSONValue, _ prefix: String, _ models: JSONValue?) -> Set<String> {
    switch value {
    case .array(let elements):
        elements.reduce(into: []) { $0.formUnion(danglingReferences($1, prefix, models)) }
    case .object(let members):
        members.reduce(into: []) { found, member in
            if member.key == "$ref", let reference = member.value.string {
                let name = String(reference.dropFirst(prefix.count))
                if !reference.hasPrefix(prefix) || models?[name] == nil { found.insert(reference) }
            }
            found.formUnion(danglingReferences(member.value, prefix, models))
        }
    default: []
    }
}
