import Kube
import Testing

@testable import Server

@Suite struct APIPathTests {
    struct Case: CustomTestStringConvertible, Sendable {
        var testDescription: String
        var path: String
        var expected: APIPath

        init(_ path: String, _ expected: APIPath) {
            (testDescription, self.path, self.expected) = (path, path, expected)
        }
    }

    @Test(arguments: [
        Case("/", .root),
        Case("/api", .coreVersions),
        Case("/apis", .groups),
        Case("/apis/batch", .group("batch")),
        Case("/api/v1", .resources(group: "", version: "v1")),
        Case("/apis/batch/v1", .resources(group: "batch", version: "v1")),
        Case("/version", .version),
        Case("/version/x", .unknown),
        Case("/healthz", .health(probe: "healthz", check: nil)),
        Case("/readyz/ping", .health(probe: "readyz", check: "ping")),
        Case("/metrics", .metrics), Case("/openapi/v2", .openAPIv2), Case("/openapi/v3", .openAPIv3),
        Case("/openapi/v3/apis/batch/v1", .openAPIv3Group("apis/batch/v1")), Case("/openapi", .unknown),
        Case("/api/v1/nodes", .resource(ResourcePath(resource: "nodes"))),
        Case("/api/v1/namespaces", .resource(ResourcePath(resource: "namespaces"))),
        Case("/api/v1/namespaces/x", .resource(ResourcePath(resource: "namespaces", name: "x"))),
        Case(
            "/api/v1/namespaces/x/status",
            .resource(ResourcePath(resource: "namespaces", name: "x", subresource: "status"))),
        Case("/api/v1/namespaces/x/pods", .resource(ResourcePath(namespace: "x", resource: "pods"))),
        Case(
            "/api/v1/namespaces/x/pods/y/log",
            .resource(ResourcePath(namespace: "x", resource: "pods", name: "y", subresource: "log"))),
        Case("/api/v1/namespaces/x/pods/y/log/z", .unknown),
        Case("/apis/batch/v1/jobs", .resource(ResourcePath(group: "batch", resource: "jobs"))),
        Case(
            "/apis/batch/v1/namespaces/x/jobs/y/status",
            .resource(
                ResourcePath(group: "batch", namespace: "x", resource: "jobs", name: "y", subresource: "status"))),
        Case("/apis/stint.dev/v1/images/inspect", .stint(["images", "inspect"])),
        Case("/apis/stint.dev/v2/images", .unknown),
    ])
    func names(_ row: Case) throws {
        #expect(APIPath(try RequestTarget(row.path).segments) == row.expected)
    }
}

@Suite struct KindRegistryTests {
    let registry = KindRegistry(KindRegistration.all)

    struct Case: CustomTestStringConvertible, Sendable {
        var testDescription: String
        var method: RequestMethod
        var path: ResourcePath
        var watch = false
        var verb: Verb?
        var code: Int?

        init(
            _ sentence: String, _ method: RequestMethod, _ path: ResourcePath, watch: Bool = false, verb: Verb? = nil,
            code: Int? = nil
        ) {
            testDescription = sentence
            (self.method, self.path, self.watch, self.verb, self.code) = (method, path, watch, verb, code)
        }
    }

    static let jobs = ResourcePath(group: "batch", namespace: "n", resource: "jobs")
    static let job = ResourcePath(group: "batch", namespace: "n", resource: "jobs", name: "j")

    @Test(arguments: [
        Case("GET of a collection lists", .get, jobs, verb: .list),
        Case("GET of an object gets", .get, job, verb: .get),
        Case("HEAD is a GET without a body", .head, job, verb: .get),
        Case("GET with watch watches", .get, jobs, watch: true, verb: .watch),
        Case("an object can be watched too", .get, job, watch: true, verb: .watch),
        Case("POST creates", .post, jobs, verb: .create),
        Case("POST to an object is no method", .post, job, code: 405),
        Case("PUT updates", .put, job, verb: .update),
        Case("PUT to a collection is no method", .put, jobs, code: 405),
        Case("PATCH patches", .patch, job, verb: .patch),
        Case("DELETE deletes", .delete, job, verb: .delete),
        Case("DELETE of a collection deletes all", .delete, jobs, verb: .deletecollection),
        Case("OPTIONS is no method", .options, jobs, code: 405),
        Case("all namespaces are listed together", .get, ResourcePath(group: "batch", resource: "jobs"), verb: .list),
        Case(
            "but nothing is created in all of them", .post, ResourcePath(group: "batch", resource: "jobs"), code: 405),
        Case(
            "a namespaced object has a namespace", .get, ResourcePath(group: "batch", resource: "jobs", name: "j"),
            code: 404),
        Case(
            "an object outside of namespaces has none", .get,
            ResourcePath(namespace: "n", resource: "nodes", name: "x"), code: 404),
        Case(
            "a resource belongs to its group", .get,
            ResourcePath(group: "apps", namespace: "n", resource: "jobs", name: "j"), code: 404),
        Case(
            "and to its version", .get,
            ResourcePath(group: "batch", version: "v2", namespace: "n", resource: "jobs", name: "j"), code: 404),
        Case(
            "a status is read", .get,
            ResourcePath(group: "batch", namespace: "n", resource: "jobs", name: "j", subresource: "status"), verb: .get
        ),
        Case(
            "and written", .put,
            ResourcePath(group: "batch", namespace: "n", resource: "jobs", name: "j", subresource: "status"),
            verb: .update),
        Case(
            "but not deleted", .delete,
            ResourcePath(group: "batch", namespace: "n", resource: "jobs", name: "j", subresource: "status"), code: 405),
        Case(
            "jobs have no log", .get,
            ResourcePath(group: "batch", namespace: "n", resource: "jobs", name: "j", subresource: "log"), code: 404),
        Case(
            "a log is only read", .put,
            ResourcePath(namespace: "n", resource: "pods", name: "p", subresource: "log"), code: 405),
        Case(
            "a proxy is not offered", .get,
            ResourcePath(namespace: "n", resource: "pods", name: "p", subresource: "proxy"), code: 404),
        Case("nodes are not created by clients", .post, ResourcePath(resource: "nodes"), code: 405),
        Case("namespaces are not deleted in bulk", .delete, ResourcePath(resource: "namespaces"), code: 405),
    ])
    func decides(_ row: Case) throws {
        if let code = row.code {
            #expect { try registry.decide(row.method, row.path, watch: row.watch) } throws: {
                ($0 as? Status)?.code == code
            }
        } else {
            #expect(try registry.decide(row.method, row.path, watch: row.watch).1 == row.verb)
        }
    }
}

@Suite struct DiscoveryListTests {
    let discovery = Discovery(registry: KindRegistry(KindRegistration.all))

    @Test func `every group is there once, with its version`() {
        let groups = discovery.groups.groups
        #expect(
            groups.map(\.name).sorted() == [
                "authentication.k8s.io", "authorization.k8s.io", "batch", "events.k8s.io", "metrics.k8s.io",
                "scheduling.k8s.io", "storage.k8s.io",
            ])
        let batch = groups.first { $0.name == "batch" }
        #expect(batch?.versions == [Discovery.GroupVersion(groupVersion: "batch/v1", version: "v1")])
        #expect(batch?.preferredVersion == batch?.versions.first)
        #expect(groups.allSatisfy { $0.versions.count == 1 })
    }

    @Test func `the resources of batch are listed as kubectl wants them`() throws {
        let list = try #require(discovery.resources(group: "batch", version: "v1"))
        #expect(
            String(decoding: try KubeJSON.encode(list), as: UTF8.self) == """
                {"kind":"APIResourceList","apiVersion":"v1","groupVersion":"batch/v1","resources":[{"name":"cronjobs",\
                "singularName":"cronjob","namespaced":true,"kind":"CronJob","verbs":["create","delete","deletecollection",\
                "get","list","patch","update","watch"],"shortNames":["cj"],"categories":["all"]},\
                {"name":"cronjobs/status","singularName":"","namespaced":true,"kind":"CronJob",\
                "verbs":["get","patch","update"]},{"name":"jobs",\
                "singularName":"job","namespaced":true,"kind":"Job","verbs":["create","delete","deletecollection","get",\
                "list","patch","update","watch"],"categories":["all"]},{"name":"jobs/status","singularName":"",\
                "namespaced":true,"kind":"Job","verbs":["get","patch","update"]}]}
                """)
    }

    @Test func `the core group has its short names and the log of pods`() throws {
        let list = try #require(discovery.resources(group: "", version: "v1"))
        #expect(list.groupVersion == "v1")
        #expect(list.resources.first { $0.name == "pods" }?.shortNames == ["po"])
        #expect(list.resources.first { $0.name == "pods/log" }?.verbs == ["get"])
        #expect(list.resources.first { $0.name == "nodes" }?.namespaced == false)
    }

    @Test func `what nobody registered is not there`() {
        #expect(discovery.resources(group: "batch", version: "v2") == nil)
        #expect(discovery.group("apps") == nil)
    }
}
