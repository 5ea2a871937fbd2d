import Foundation
import Testing

@testable import Kube

@Suite struct ApplyListTests {
    private static func pod(_ fields: String) -> String { "{spec: {template: {spec: {\(fields)}}}}" }

    @Test(arguments: [
        ApplyCase(
            "containers are shared by name",
            [
                .apply("alice", pod("containers: [{name: a, image: x}]")),
                .apply("bob", pod("containers: [{name: b, image: w}]")),
            ],
            after: pod("containers: [{name: a, image: x}, {name: b, image: w}]"),
            owners: [
                "alice": #"~.containers[name="a"] ~.containers[name="a"].name ~.containers[name="a"].image"#,
                "bob": #"~.containers[name="b"] ~.containers[name="b"].name ~.containers[name="b"].image"#,
            ]),
        ApplyCase(
            "an element that is no longer applied goes, those of others stay",
            [
                .apply("alice", pod("containers: [{name: a}, {name: c}]")),
                .apply("bob", pod("containers: [{name: b}]")),
                .apply("alice", pod("containers: [{name: c}]")),
            ],
            after: pod("containers: [{name: c}, {name: b}]"),
            owners: [
                "alice": #"~.containers[name="c"] ~.containers[name="c"].name"#,
                "bob": #"~.containers[name="b"] ~.containers[name="b"].name"#,
            ]),
        ApplyCase(
            "an element of two keeps what the other applied",
            [
                .apply("alice", pod("containers: [{name: a, image: x}]")),
                .apply("bob", pod("containers: [{name: a, stdin: true}]")),
                .apply("alice", "{spec: {parallelism: 1}}"),
            ],
            after: "{spec: {parallelism: 1, template: {spec: {containers: [{name: a, stdin: true}]}}}}",
            owners: [
                "alice": ".spec.parallelism",
                "bob": #"~.containers[name="a"] ~.containers[name="a"].name ~.containers[name="a"].stdin"#,
            ]),
        ApplyCase(
            "a list goes with its last element",
            [
                .apply("alice", pod("restartPolicy: Never, containers: [{name: a}]")),
                .apply("alice", pod("restartPolicy: Never")),
            ],
            after: pod("restartPolicy: Never"), owners: ["alice": "~.restartPolicy"]),
        ApplyCase(
            "elements that an updater added stay",
            [
                .apply("alice", pod("containers: [{name: a}]")),
                .update("bob", pod("containers: [{name: b}, {name: a}]")),
                .apply("alice", pod("containers: [{name: a}]")),
            ],
            after: pod("containers: [{name: b}, {name: a}]"),
            owners: [
                "alice": #"~.containers[name="a"] ~.containers[name="a"].name"#,
                "bob updating":
                    #"~.containers[name="b"] ~.containers[name="b"].name ~.containers[name="b"].resources"#,
            ]),
        ApplyCase(
            "the key of an element that stays is not removed",
            [
                .apply("alice", pod("containers: [{name: a, image: x}]")),
                .update(
                    "bob",
                    """
                    {metadata: {managedFields: [
                      {manager: alice, operation: Apply, apiVersion: batch/v1, fieldsType: FieldsV1, fieldsV1: {'f:spec': {
                        'f:template': {'f:spec': {'f:containers': {'k:{"name":"a"}': {'f:name': {}, 'f:image': {}}}}}}}},
                      {manager: carol, operation: Apply, apiVersion: batch/v1, fieldsType: FieldsV1, fieldsV1: {'f:spec': {
                        'f:template': {'f:spec': {'f:containers': {'k:{"name":"a"}': {}}}}}}}
                    ]}, spec: {template: {spec: {containers: [{name: a, image: x}]}}}}
                    """),
                .apply("alice", "{spec: {parallelism: 1}}"),
            ],
            after: "{spec: {parallelism: 1, template: {spec: {containers: [{name: a}]}}}}",
            owners: ["alice": ".spec.parallelism", "carol": #"~.containers[name="a"]"#]),
        ApplyCase(
            "variables are shared by name within a container of two",
            [
                .apply("alice", pod("containers: [{name: a, env: [{name: X, value: '1'}]}]")),
                .apply("bob", pod("containers: [{name: a, env: [{name: Z, value: '2'}]}]")),
                .apply("alice", pod("containers: [{name: a}]")),
            ],
            after: pod("containers: [{name: a, env: [{name: Z, value: '2'}]}]"),
            owners: [
                "alice": #"~.containers[name="a"] ~.containers[name="a"].name"#,
                "bob":
                    #"~.containers[name="a"] ~.containers[name="a"].name ~.containers[name="a"].env[name="Z"] "#
                    + #"~.containers[name="a"].env[name="Z"].name ~.containers[name="a"].env[name="Z"].value"#,
            ]),
        ApplyCase(
            "a key that is left out has its default",
            [
                .apply("alice", pod("containers: [{name: a, ports: [{containerPort: 80}]}]")),
                .apply("bob", pod("containers: [{name: a, ports: [{containerPort: 80, protocol: TCP}]}]")),
            ],
            after: pod("containers: [{name: a, ports: [{containerPort: 80, protocol: TCP}]}]"),
            owners: [
                "alice":
                    #"~.containers[name="a"] ~.containers[name="a"].name "#
                    + #"~.containers[name="a"].ports[containerPort=80,protocol="TCP"] "#
                    + #"~.containers[name="a"].ports[containerPort=80,protocol="TCP"].containerPort"#,
                "bob":
                    #"~.containers[name="a"] ~.containers[name="a"].name "#
                    + #"~.containers[name="a"].ports[containerPort=80,protocol="TCP"] "#
                    + #"~.containers[name="a"].ports[containerPort=80,protocol="TCP"].containerPort "#
                    + #"~.containers[name="a"].ports[containerPort=80,protocol="TCP"].protocol"#,
            ]),
        ApplyCase(
            "one port of two protocols is two elements",
            [
                .apply("a", pod("containers: [{name: a, ports: [{containerPort: 53}]}]")),
                .apply("b", pod("containers: [{name: a, ports: [{containerPort: 53, protocol: UDP}]}]")),
                .apply("b", pod("containers: [{name: a}]")),
            ],
            after: pod("containers: [{name: a, ports: [{containerPort: 53}]}]"),
            owners: [
                "a":
                    #"~.containers[name="a"] ~.containers[name="a"].name "#
                    + #"~.containers[name="a"].ports[containerPort=53,protocol="TCP"] "#
                    + #"~.containers[name="a"].ports[containerPort=53,protocol="TCP"].containerPort"#,
                "b": #"~.containers[name="a"] ~.containers[name="a"].name"#,
            ]),
        ApplyCase(
            "a set is shared by value",
            [
                .apply("alice", "{metadata: {finalizers: [a, b]}}"), .apply("bob", "{metadata: {finalizers: [b, c]}}"),
                .apply("alice", "{metadata: {finalizers: []}}"),
            ],
            after: "{metadata: {finalizers: [b, c]}}",
            owners: ["bob": #".metadata.finalizers[="b"] .metadata.finalizers[="c"]"#]),
        ApplyCase(
            "a list with one owner is replaced",
            [
                .apply("alice", pod("containers: [{name: a, command: [x, w]}], tolerations: [{key: k}]")),
                .apply("alice", pod("containers: [{name: a, command: [z]}], tolerations: [{key: l}, {key: k}]")),
            ],
            after: pod("containers: [{name: a, command: [z]}], tolerations: [{key: l}, {key: k}]"),
            owners: [
                "alice":
                    #"~.containers[name="a"] ~.containers[name="a"].name ~.containers[name="a"].command ~.tolerations"#
            ]),
        ApplyCase(
            "a map or an object with one owner is replaced",
            [
                .apply(
                    "alice",
                    "{spec: {selector: {matchLabels: {a: b}}, template: {spec: {nodeSelector: {a: b, c: d}}}}}"),
                .apply("alice", "{spec: {selector: {matchLabels: {c: d}}, template: {spec: {nodeSelector: {e: f}}}}}"),
            ],
            after: "{spec: {selector: {matchLabels: {c: d}}, template: {spec: {nodeSelector: {e: f}}}}}",
            owners: ["alice": ".spec.selector ~.nodeSelector"]),
        ApplyCase(
            "members of an inlined message belong to the object",
            [
                .apply("alice", pod("volumes: [{name: v, emptyDir: {sizeLimit: 1Gi}}]")),
                .apply("alice", pod("volumes: [{name: v}]")),
            ],
            after: pod("volumes: [{name: v}]"),
            owners: ["alice": #"~.volumes[name="v"] ~.volumes[name="v"].name"#]),
    ])
    func lists(_ row: ApplyCase) throws { try row.check() }

    struct Order: Sendable, CustomTestStringConvertible {
        let live: String
        let applied: String
        let merged: String
        let name: String
        init(_ live: String, _ applied: String, _ merged: String, _ name: String) {
            (self.live, self.applied, self.merged, self.name) = (live, applied, merged, name)
        }
        var testDescription: String { name }
    }

    @Test(arguments: [
        Order("abc", "abc", "abc", "the same"),
        Order("abc", "", "abc", "nothing applied"),
        Order("", "cab", "cab", "nothing live"),
        Order("abc", "cba", "cba", "another order"),
        Order("abc", "ca", "bca", "live elements keep their place before what follows them"),
        Order("axb", "ab", "axb", "and between"),
        Order("abx", "ab", "abx", "and behind"),
        Order("ab", "anb", "anb", "new elements have their place"),
        Order("ab", "bn", "abn", "new elements behind a shared one"),
        Order("ab", "nm", "abnm", "nothing shared: live first"),
        Order("axbyc", "cnb", "axycnb", "all of it"),
        Order("xabz", "bnaq", "xbznaq", "swapped, with strangers around"),
        Order("aab", "a", "ab", "an element that is there twice becomes one"),
        Order("aabx", "b", "aabx", "and is left alone when it is not applied"),
        Order("aax", "ac", "acx", "a repeated element lets one applied element by"),
    ])
    func `elements come in the applied order, and others keep their place`(_ row: Order) {
        let shapes = Shapes(schema: ApplySchema.schema)
        func list(_ text: String) -> JSONValue { .array(text.map { .string(String($0)) }) }
        let merged = shapes.merge(list(row.applied), over: list(row.live), .list(.string, .set))
        #expect(merged == list(row.merged))
    }

    @Test func `ten thousand elements take no time that matters`() throws {
        let count = 10_000
        func containers(_ image: String, reversed: Bool = false) -> JSONValue {
            let list = (0..<count).map { ["name": .string("c\($0)"), "image": .string(image)] as JSONValue }
            return ["spec": ["template": ["spec": ["containers": .array(reversed ? list.reversed() : list)]]]]
        }
        var timeline = Timeline()
        let start = ContinuousClock.now
        let template = try timeline.named("{}")
        func apply(_ object: JSONValue, _ name: String, force: Bool = false) throws {
            guard case .object(let named) = template, case .object(let members) = object else { return }
            timeline.object = try timeline.manager.apply(
                .object(named.merging(members) { $1 }), to: timeline.object, manager: name, force: force,
                now: Date(timeIntervalSince1970: 1))
        }
        try apply(containers("x"), "alice")
        try apply(containers("y", reversed: true), "bob", force: true)
        try apply([:], "alice")
        #expect(timeline.object?["spec"]?["template"]?["spec"]?["containers"]?.array?.count == count)
        // Seconds even in a debug build; comparing every element with every other would take minutes.
        #expect(ContinuousClock.now - start < .seconds(60))
    }

    @Test func `nesting as deep as a parser lets through is no danger`() throws {
        let depth = 190
        let text = String(repeating: #"{"a":"#, count: depth) + "1" + String(repeating: "}", count: depth)
        var timeline = Timeline(ApplySchema.gadget)
        try timeline.perform(.update("a", "{deep: \(text)}"))
        try timeline.perform(.apply("b", "{deep: \(text)}"))
        try timeline.perform(.apply("b", "{}"))
        #expect(try timeline.owners.keys.sorted() == ["a updating"])
    }
}
