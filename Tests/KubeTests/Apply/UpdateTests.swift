import Foundation
import Testing

@testable import Kube

@Suite struct ManagedUpdateTests {
    private static let kubectlEntry = """
        {manager: kubectl-client-side-apply, operation: Update, apiVersion: batch/v1, fieldsType: FieldsV1,
        time: '1970-01-01T00:00:01Z', fieldsV1: {'f:spec': {'f:parallelism': {}}}}
        """

    @Test(arguments: [
        ApplyCase(
            "a new object is its creator's, without what a struct always has",
            [
                .update(
                    "kubectl-create",
                    """
                    {metadata: {generateName: p, labels: {a: b}}, spec: {parallelism: 1, template: {spec: {
                      containers: [{name: a, image: x}], securityContext: {runAsUser: 1}, nodeSelector: {a: b}}}}}
                    """)
            ],
            after: """
                {metadata: {generateName: p, labels: {a: b}}, spec: {parallelism: 1, template: {spec: {
                  containers: [{name: a, image: x}], securityContext: {runAsUser: 1}, nodeSelector: {a: b}}}}}
                """,
            owners: [
                "kubectl-create updating":
                    ".metadata.generateName .metadata.labels .metadata.labels.a .spec.parallelism ~.containers "
                    + #"~.containers[name="a"] ~.containers[name="a"].name ~.containers[name="a"].image "#
                    + #"~.containers[name="a"].resources ~.securityContext ~.securityContext.runAsUser ~.nodeSelector"#
            ]),
        ApplyCase(
            "a changed field goes to who changed it",
            [
                .apply("alice", "{spec: {parallelism: 1, completions: 1}}"),
                .update("bob", "{spec: {parallelism: 2, completions: 1}}"),
            ],
            after: "{spec: {parallelism: 2, completions: 1}}",
            owners: ["alice": ".spec.completions", "bob updating": ".spec.parallelism"]),
        ApplyCase(
            "a removed field has no owner",
            [
                .apply("alice", "{spec: {parallelism: 1, completions: 1}}"), .apply("bob", "{spec: {parallelism: 1}}"),
                .update("carol", "{spec: {completions: 1}}"),
            ],
            after: "{spec: {completions: 1}}", owners: ["alice": ".spec.completions"]),
        ApplyCase(
            "one manager's updates add up",
            [
                .update("a", "{spec: {parallelism: 1}}"), .update("a", "{spec: {parallelism: 1, completions: 1}}"),
                .update("a", "{spec: {parallelism: 1, completions: 1, suspend: true}}"),
            ],
            after: "{spec: {parallelism: 1, completions: 1, suspend: true}}",
            owners: ["a updating": ".spec.parallelism .spec.completions .spec.suspend"]),
        ApplyCase(
            "one name that applies and updates is two managers",
            [.apply("a", "{spec: {parallelism: 1}}"), .update("a", "{spec: {parallelism: 2}}")],
            after: "{spec: {parallelism: 2}}", owners: ["a updating": ".spec.parallelism"]),
        ApplyCase(
            "a nameless manager is unknown", [.update("", "{spec: {parallelism: 1}}")],
            after: "{spec: {parallelism: 1}}", owners: ["unknown updating": ".spec.parallelism"]),
        ApplyCase(
            "the status is written through its subresource",
            [
                .update("a", "{spec: {parallelism: 1}, status: {active: 9}}"),
                .update(
                    "a", "{spec: {parallelism: 5}, status: {active: 1, conditions: [{type: x}]}}", subresource: "status"
                ),
            ],
            after: "{spec: {parallelism: 5}, status: {active: 1, conditions: [{type: x}]}}",
            owners: ["a updating": ".spec.parallelism", "a updating status": ".status.active .status.conditions"]),
        ApplyCase(
            "an element that comes twice has one owner and no parts",
            [
                .update("a", "{metadata: {finalizers: [x]}, spec: {template: {spec: {containers: [{name: a}]}}}}"),
                .update(
                    "b",
                    "{metadata: {finalizers: [x, x]}, spec: {template: {spec: {containers: [{name: a}, {name: a}]}}}}"),
            ],
            after: "{metadata: {finalizers: [x, x]}, spec: {template: {spec: {containers: [{name: a}, {name: a}]}}}}",
            owners: [
                "a updating": "~.containers .metadata.finalizers",
                "b updating": #"~.containers[name="a"] .metadata.finalizers[="x"]"#,
            ]),
        ApplyCase(
            "and its parts again when it comes once",
            [
                .update("a", "{spec: {template: {spec: {containers: [{name: a}, {name: a}]}}}}"),
                .update("b", "{spec: {template: {spec: {containers: [{name: a, image: x}]}}}}"),
            ],
            after: "{spec: {template: {spec: {containers: [{name: a, image: x}]}}}}",
            owners: [
                "a updating": "~.containers",
                "b updating":
                    #"~.containers[name="a"].name ~.containers[name="a"].image ~.containers[name="a"].resources"#,
            ]),
        ApplyCase(
            "a client that edits the list is honoured: kubectl goes over to server-side apply",
            [
                .update("kubectl-client-side-apply", "{spec: {parallelism: 1}}"),
                .update(
                    "kubectl",
                    """
                    {metadata: {managedFields: [{manager: kubectl, operation: Apply, apiVersion: batch/v1,
                      fieldsType: FieldsV1, fieldsV1: {'f:spec': {'f:parallelism': {}}}}]}, spec: {parallelism: 1}}
                    """),
                .apply("kubectl", "{spec: {completions: 2}}"),
            ],
            after: "{spec: {completions: 2}}", owners: ["kubectl": ".spec.completions"]),
        ApplyCase(
            "but not through a subresource",
            [
                .update("a", "{spec: {parallelism: 1}}"),
                .update(
                    "b", "{metadata: {managedFields: [\(kubectlEntry)]}, spec: {parallelism: 1}}", subresource: "status"
                ),
            ],
            after: "{spec: {parallelism: 1}}", owners: ["a updating": ".spec.parallelism"]),
        ApplyCase(
            "an empty list starts over",
            [
                .update("a", "{spec: {parallelism: 1}}"),
                .update("b", "{metadata: {managedFields: []}, spec: {parallelism: 2}}"),
            ],
            after: "{spec: {parallelism: 2}}", owners: [:]),
        ApplyCase(
            "so does a list of one empty entry, and the next applier finds an owner",
            [
                .update("a", "{spec: {parallelism: 1}}"),
                .update("b", "{metadata: {managedFields: [{}]}, spec: {parallelism: 1}}"),
                .apply("c", "{spec: {parallelism: 1, completions: 1}}"),
            ],
            after: "{spec: {parallelism: 1, completions: 1}}",
            owners: ["before-first-apply updating": ".spec.parallelism", "c": ".spec.parallelism .spec.completions"]),
        ApplyCase(
            "what nobody tracks is not tracked by an update",
            [
                .update("a", "{spec: {parallelism: 1}}"),
                .update("b", "{metadata: {managedFields: []}, spec: {parallelism: 1}}"),
                .update("c", "{spec: {parallelism: 2}}"),
            ],
            after: "{spec: {parallelism: 2}}", owners: [:]),
        ApplyCase(
            "entries of a version that is gone go",
            [
                .update(
                    "a",
                    """
                    {metadata: {managedFields: [\(kubectlEntry), {manager: old, operation: Update,
                      apiVersion: batch/v1beta1, fieldsType: FieldsV1, fieldsV1: {'f:spec': {'f:suspend': {}}}}]},
                    spec: {parallelism: 1}}
                    """),
                .update("b", "{spec: {parallelism: 1, completions: 1}}"),
            ],
            after: "{spec: {parallelism: 1, completions: 1}}",
            owners: [
                "a updating": ".spec.parallelism", "b updating": ".spec.completions",
            ]),
        ApplyCase(
            "who owned parts of what has one owner today owns the whole",
            [
                .update("a", "{spec: {parallelism: 1, template: {spec: {nodeSelector: {a: b}}}}}"),
                .update(
                    "b",
                    """
                    {metadata: {managedFields: [{manager: old, operation: Apply, apiVersion: batch/v1,
                      fieldsType: FieldsV1, fieldsV1: {'f:spec': {'f:template': {'f:spec': {'f:nodeSelector':
                      {'f:a': {}}}}}}}]}, spec: {parallelism: 1, template: {spec: {nodeSelector: {a: b}}}}}
                    """),
            ],
            after: "{spec: {parallelism: 1, template: {spec: {nodeSelector: {a: b}}}}}",
            owners: ["old": "~.nodeSelector"]),
    ])
    func updates(_ row: ApplyCase) throws { try row.check() }

    @Test(arguments: [
        ApplyCase(
            "of an unknown kind, objects are shared member by member and lists have one owner",
            [
                .apply("alice", "{spec: {size: 1, parts: {a: 1}, list: [1, 2]}}"),
                .apply("bob", "{spec: {parts: {b: 2}}}"), .apply("alice", "{spec: {list: [3]}}"),
            ],
            after: "{spec: {parts: {b: 2}, list: [3]}}",
            owners: ["alice": ".spec .spec.list", "bob": ".spec .spec.parts .spec.parts.b"]),
        ApplyCase(
            "an object that becomes a value loses its parts",
            [
                .apply("alice", "{spec: {size: {x: 1}}}"), .update("bob", "{spec: {size: 5}}"),
            ],
            after: "{spec: {size: 5}}", owners: ["alice": ".spec", "bob updating": ".spec.size"]),
        ApplyCase(
            "a value that becomes an object",
            [.apply("alice", "{spec: {size: 5}}"), .update("bob", "{spec: {size: {x: 1}}}")],
            after: "{spec: {size: {x: 1}}}", owners: ["alice": ".spec .spec.size", "bob updating": ".spec.size.x"]),
    ])
    func deduced(_ row: ApplyCase) throws { try row.check(ApplySchema.gadget) }

    @Test func `an update that changes nothing leaves the list as it is`() throws {
        var timeline = Timeline()
        try timeline.perform(.update("a", "{spec: {parallelism: 1}}"))
        let before = timeline.object
        try timeline.perform(.update("b", "{metadata: {resourceVersion: '7'}, spec: {parallelism: 1.0}}"))
        #expect(timeline.object?.managedFields == before?.managedFields)
        #expect(try timeline.times == ["a": 1])
    }

    @Test(arguments: [
        "[{manager: x}]", "[{manager: x, operation: Delete, apiVersion: v1, fieldsType: FieldsV1}]",
        "[{manager: x, operation: Update, fieldsType: FieldsV1}]",
        "[{manager: x, operation: Update, apiVersion: batch/v1}]",
        "[{manager: x, operation: Update, apiVersion: batch/v1, fieldsType: FieldsV2}]",
        "[{manager: x, operation: Update, apiVersion: batch/v1, fieldsType: FieldsV1, fieldsV1: [1]}]",
        "[{manager: x, operation: Update, apiVersion: batch/v1, fieldsType: FieldsV1, fieldsV1: {spec: {}}}]",
        "[{manager: x, operation: Update, apiVersion: batch/v1, fieldsType: FieldsV1, time: yesterday}]", "null", "5",
    ])
    func `a list that cannot be read does not count`(_ list: String) throws {
        var timeline = Timeline()
        try timeline.perform(.update("a", "{spec: {parallelism: 1}}"))
        try timeline.perform(
            .update("b", "{metadata: {managedFields: \(list)}, spec: {parallelism: 1, completions: 1}}"))
        #expect(
            try timeline.owners == ["a updating": [".spec.parallelism"], "b updating": [".spec.completions"]])
    }

    @Test func `a stored list that cannot be read fails an apply`() throws {
        var timeline = Timeline()
        timeline.object = try timeline.named("{metadata: {managedFields: [{manager: a}]}}")
        let status = #expect(throws: Status.self) { try timeline.perform(.apply("b", "{}")) }
        #expect(status?.code == 500)
        #expect(status?.message == "failed to decode managed fields: operation must be `Apply` or `Update`")
    }

    @Test func `an eleventh updater is put together with the oldest`() throws {
        var timeline = Timeline()
        for index in 1...13 {
            let labels = (1...index).map { "l\($0): x" }.joined(separator: ", ")
            try timeline.perform(.update("m\(index)", "{metadata: {labels: {\(labels)}}}"))
        }
        let owners = try timeline.owners
        #expect(owners.count == 10)
        #expect(
            owners["ancient-changes updating"] == [
                ".metadata.labels", ".metadata.labels.l1", ".metadata.labels.l2", ".metadata.labels.l3",
                ".metadata.labels.l4",
            ])
        #expect(owners["m5 updating"] == [".metadata.labels.l5"])
        #expect(try timeline.times["ancient-changes"] == 4)
    }

    @Test func `entries stand in upstream's order`() throws {
        var timeline = Timeline()
        try timeline.perform(.update("z", "{spec: {parallelism: 1}}"))
        try timeline.perform(.apply("b", "{spec: {completions: 1}}"))
        try timeline.perform(.update("a", "{spec: {parallelism: 1, completions: 1, suspend: true}}"))
        let names = timeline.object?.managedFields?.array?.map { $0["manager"]?.string }
        #expect(names == ["b", "z", "a"])
        #expect(
            timeline.object?.managedFields?.array?.first == [
                "manager": "b", "operation": "Apply", "apiVersion": "batch/v1", "time": "1970-01-01T00:00:02Z",
                "fieldsType": "FieldsV1", "fieldsV1": ["f:spec": ["f:completions": [:]]],
            ])
    }
}
