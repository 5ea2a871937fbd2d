import Testing

@testable import Kube

@Suite struct ApplyTests {
    @Test(arguments: [
        ApplyCase(
            "apply creates, and what names the object has no owner",
            [.apply("alice", "{metadata: {labels: {a: b}}, spec: {parallelism: 1}}")],
            after: "{metadata: {labels: {a: b}}, spec: {parallelism: 1}}",
            owners: ["alice": ".metadata.labels.a .spec.parallelism"]),
        ApplyCase(
            "the same value is shared",
            [.apply("alice", "{spec: {parallelism: 1}}"), .apply("bob", "{spec: {parallelism: 1}}")],
            after: "{spec: {parallelism: 1}}",
            owners: ["alice": ".spec.parallelism", "bob": ".spec.parallelism"]),
        ApplyCase(
            "force takes, and who has nothing left is off the list",
            [.apply("alice", "{spec: {parallelism: 1}}"), .apply("bob", "{spec: {parallelism: 2}}", force: true)],
            after: "{spec: {parallelism: 2}}", owners: ["bob": ".spec.parallelism"]),
        ApplyCase(
            "force takes only what differs",
            [
                .apply("alice", "{spec: {parallelism: 1, completions: 3}}"),
                .apply("bob", "{spec: {parallelism: 2, completions: 3}}", force: true),
            ],
            after: "{spec: {parallelism: 2, completions: 3}}",
            owners: ["alice": ".spec.completions", "bob": ".spec.completions .spec.parallelism"]),
        ApplyCase(
            "a field that is no longer applied goes",
            [
                .apply("alice", "{spec: {parallelism: 1, completions: 3}}"),
                .apply("alice", "{spec: {completions: 3}}"),
            ],
            after: "{spec: {completions: 3}}", owners: ["alice": ".spec.completions"]),
        ApplyCase(
            "a field that is no longer applied stays for another applier",
            [
                .apply("alice", "{spec: {parallelism: 1, completions: 3}}"), .apply("bob", "{spec: {parallelism: 1}}"),
                .apply("alice", "{spec: {completions: 3}}"),
            ],
            after: "{spec: {parallelism: 1, completions: 3}}",
            owners: ["alice": ".spec.completions", "bob": ".spec.parallelism"]),
        ApplyCase(
            "a field that an updater took stays when it is no longer applied",
            [
                .apply("alice", "{spec: {parallelism: 1, completions: 3}}"),
                .update("bob", "{spec: {parallelism: 7, completions: 3}}"), .apply("alice", "{spec: {completions: 3}}"),
            ],
            after: "{spec: {parallelism: 7, completions: 3}}",
            owners: ["alice": ".spec.completions", "bob updating": ".spec.parallelism"]),
        ApplyCase(
            "a field that nobody owns is not removed with its neighbours",
            [
                .update("bob", "{spec: {template: {spec: {restartPolicy: Never}}}}"),
                .apply("alice", "{spec: {template: {spec: {securityContext: {runAsUser: 1}}}}}"),
                .apply("alice", "{spec: {parallelism: 1}}"),
            ],
            after: "{spec: {parallelism: 1, template: {spec: {restartPolicy: Never}}}}",
            owners: ["alice": ".spec.parallelism", "bob updating": "~.restartPolicy"]),
        ApplyCase(
            "an applier that applies nothing any more leaves no trace",
            [.apply("alice", "{spec: {parallelism: 1}}"), .apply("alice", "{}")],
            after: "{}", owners: [:]),
        ApplyCase(
            "labels are shared one by one",
            [
                .apply("alice", "{metadata: {labels: {a: '1', b: '1'}}}"),
                .apply("bob", "{metadata: {labels: {c: '1'}}}"), .apply("alice", "{metadata: {labels: {a: '1'}}}"),
            ],
            after: "{metadata: {labels: {a: '1', c: '1'}}}",
            owners: ["alice": ".metadata.labels.a", "bob": ".metadata.labels.c"]),
        ApplyCase(
            "an object goes with its last part, and stays for the parts of others",
            [
                .apply("alice", "{spec: {template: {spec: {securityContext: {runAsUser: 1}}}}}"),
                .apply("bob", "{spec: {template: {spec: {securityContext: {runAsNonRoot: true}}}}}"),
                .apply("alice", "{spec: {parallelism: 1}}"),
            ],
            after: "{spec: {parallelism: 1, template: {spec: {securityContext: {runAsNonRoot: true}}}}}",
            owners: ["alice": ".spec.parallelism", "bob": "~.securityContext.runAsNonRoot"]),
        ApplyCase(
            "an empty object has an owner",
            [.apply("alice", "{spec: {template: {spec: {securityContext: {}}}}}")],
            after: "{spec: {template: {spec: {securityContext: {}}}}}", owners: ["alice": "~.securityContext"]),
        ApplyCase(
            "null takes nothing from an object that has parts, and asks for the default of a value",
            [
                .apply("alice", "{metadata: {labels: {a: b}}}"),
                .apply("bob", "{metadata: {labels: null, creationTimestamp: null}, spec: {suspend: null}}"),
            ],
            after: "{metadata: {labels: {a: b}}, spec: {suspend: null}}",
            owners: ["alice": ".metadata.labels.a", "bob": ".metadata.labels .spec.suspend"]),
        ApplyCase(
            "the status is not the applier's to write",
            [.apply("alice", "{spec: {parallelism: 1}, status: {active: 1}}")],
            after: "{spec: {parallelism: 1}, status: {active: 1}}", owners: ["alice": ".spec.parallelism"]),
        ApplyCase(
            "nothing but the status is written through it",
            [
                .apply("alice", "{spec: {parallelism: 1}}"),
                .apply("alice", "{spec: {parallelism: 2}, status: {active: 1}}", subresource: "status"),
            ],
            after: "{spec: {parallelism: 2}, status: {active: 1}}",
            owners: ["alice": ".spec.parallelism", "alice status": ".status.active"]),
    ])
    func fields(_ row: ApplyCase) throws { try row.check() }

    @Test(arguments: [
        RefusedCase(
            "another value conflicts with an applier",
            [.apply("alice", "{spec: {parallelism: 1}}"), .apply("bob", "{spec: {parallelism: 2}}")],
            409, #"Apply failed with 1 conflict: conflict with "alice": .spec.parallelism"#),
        RefusedCase(
            "and with an updater, whose version is named",
            [.update("kubectl-edit", "{spec: {parallelism: 1}}"), .apply("bob", "{spec: {parallelism: 2}}")],
            409, #"Apply failed with 1 conflict: conflict with "kubectl-edit" using batch/v1: .spec.parallelism"#),
        RefusedCase(
            "and with a writer of a subresource, which is named too",
            [
                .update("a", "{spec: {parallelism: 1}}"),
                .update("b", "{spec: {parallelism: 1}, status: {active: 1}}", subresource: "status"),
                .apply("c", "{status: {active: 2}}", subresource: "status"),
            ],
            409,
            #"Apply failed with 1 conflict: conflict with "b" with subresource "status" using batch/v1: .status.active"#
        ),
        RefusedCase(
            "all conflicts are named, by manager",
            [
                .apply("bob", "{spec: {parallelism: 1, completions: 1}}"),
                .apply("alice", "{spec: {template: {spec: {containers: [{name: a, image: x}]}}}}"),
                .apply(
                    "carol",
                    "{spec: {parallelism: 2, completions: 2, template: {spec: {containers: [{name: a, image: w}]}}}}"),
            ],
            409,
            """
            Apply failed with 3 conflicts: conflicts with "alice":
            - .spec.template.spec.containers[name="a"].image
            conflicts with "bob":
            - .spec.completions
            - .spec.parallelism
            """),
        RefusedCase(
            "a field that was there before anyone kept a list has an owner",
            [
                .update("a", "{spec: {parallelism: 1}}"),
                .update("a", "{metadata: {managedFields: []}, spec: {parallelism: 1}}"),
                .apply("bob", "{spec: {parallelism: 2}}"),
            ],
            409,
            #"Apply failed with 1 conflict: conflict with "before-first-apply" using batch/v1: .spec.parallelism"#),
        RefusedCase(
            "a list with one owner conflicts as a whole",
            [
                .apply("alice", "{spec: {template: {spec: {containers: [{name: a, command: [x, w]}]}}}}"),
                .apply("bob", "{spec: {template: {spec: {containers: [{name: a, command: [x]}]}}}}"),
            ],
            409,
            #"Apply failed with 1 conflict: conflict with "alice": .spec.template.spec.containers[name="a"].command"#),
        RefusedCase(
            "the applied object carries no managers", [.apply("a", "{metadata: {managedFields: []}}")],
            400, "metadata.managedFields must be nil"),
        RefusedCase(
            "another kind", [.apply("a", "{kind: Pod}")], 400, "invalid object type: batch/v1, Kind=Pod"),
        RefusedCase(
            "another version", [.apply("a", "{apiVersion: v1}")], 400, "invalid object type: /v1, Kind=Job"),
        RefusedCase(
            "no version", [.apply("a", "{apiVersion: ''}")], 400, "invalid object type: /, Kind=Job"),
        RefusedCase(
            "another name", [.apply("a", "{}"), .apply("a", "{metadata: {name: e}}")],
            400, "the name of the object (e) does not match the name on the URL (pi)"),
        RefusedCase(
            "no object", [.apply("a", "[]")], 400,
            "error decoding patch: json: cannot unmarshal null into Go value of type map[string]interface {}"),
        RefusedCase(
            "an unknown field", [.apply("a", "{metadata: {namespace: default}, spec: {paralelism: 1}}")],
            500,
            "failed to create typed patch object (default/pi; batch/v1, Kind=Job): .spec.paralelism: field not declared "
                + "in schema"),
        RefusedCase(
            "values of other types, all at once",
            [.apply("a", "{metadata: {labels: {a: 5}}, spec: {parallelism: '1', suspend: 3, template: [{a: 1}]}}")],
            500,
            """
            failed to create typed patch object (/pi; batch/v1, Kind=Job): errors:
              .metadata.labels.a: expected string, got &value.valueUnstructured{Value:5}
              .spec.parallelism: expected numeric (int or float), got string
              .spec.suspend: expected boolean, got &{3}
              .spec.template: expected map, got &{[map[a:1]]}
            """),
        RefusedCase(
            "a key given twice, once by its default",
            [
                .apply(
                    "a",
                    """
                    {spec: {template: {spec: {containers: [{name: a, ports: [
                      {containerPort: 80}, {containerPort: 80, protocol: TCP}]}]}}}}
                    """)
            ],
            500,
            "failed to create typed patch object (/pi; batch/v1, Kind=Job): .spec.template.spec.containers[name=\"a\"]"
                + ".ports: duplicate entries for key [containerPort=80,protocol=\"TCP\"]"),
        RefusedCase(
            "a value given twice to a set", [.apply("a", "{metadata: {finalizers: [x, x]}}")],
            500,
            "failed to create typed patch object (/pi; batch/v1, Kind=Job): .metadata.finalizers: duplicate entries for "
                + "key [=\"x\"]"),
        RefusedCase(
            "an object in a set", [.apply("a", "{metadata: {finalizers: [{a: b}]}}")],
            500,
            "failed to create typed patch object (/pi; batch/v1, Kind=Job): .metadata.finalizers: element 0: associative "
                + "list without keys has an element that's a map type"),
        RefusedCase(
            "an element without its key",
            [.apply("a", "{spec: {template: {spec: {imagePullSecrets: [{}]}}}}")],
            500,
            "failed to create typed patch object (/pi; batch/v1, Kind=Job): .spec.template.spec.imagePullSecrets: element "
                + "0: associative list with keys has an element that omits all key fields [\"name\"] (and doesn't have "
                + "default values for any key fields)"),
    ])
    func refused(_ row: RefusedCase) throws { try row.check() }

    @Test func `a conflict has a cause for each field, which kubectl reads`() throws {
        var timeline = Timeline()
        try timeline.perform(.apply("alice", "{spec: {parallelism: 1, completions: 1}}"))
        let status = #expect(throws: Status.self) {
            try timeline.perform(.apply("bob", "{spec: {parallelism: 2, completions: 2}}"))
        }
        #expect(status?.reason == "Conflict")
        #expect(
            status?.details?.causes
                == [".spec.completions", ".spec.parallelism"].map {
                    StatusCause(reason: "FieldManagerConflict", message: #"conflict with "alice""#, field: $0)
                })
    }

    @Test func `an apply that changes nothing gives the object back as it is`() throws {
        var timeline = Timeline()
        let text = "{metadata: {labels: {a: b}, creationTimestamp: null}, spec: {parallelism: 1}}"
        try timeline.perform(.apply("alice", text))
        try timeline.perform(.update("bob", "{metadata: {labels: {a: b}}, spec: {parallelism: 1, completions: 1}}"))
        let before = timeline.object
        try timeline.perform(.apply("alice", text))
        #expect(timeline.object == before)
        #expect(try timeline.times == ["alice": 1, "bob": 2])
    }

    @Test func `a time counts when the applied value or the applied fields change`() throws {
        var timeline = Timeline()
        try timeline.perform(.apply("alice", "{spec: {parallelism: 1}}"))
        try timeline.perform(.apply("bob", "{spec: {completions: 1}}"))
        try timeline.perform(.apply("alice", "{spec: {parallelism: 2}}"))
        #expect(try timeline.times == ["alice": 3, "bob": 2])
    }

    @Test func `objects that decoding makes the same keep the times of the live one`() throws {
        var timeline = Timeline()
        try timeline.perform(.apply("alice", "{spec: {parallelism: 1}}"))
        guard let live = timeline.object else { return }
        try timeline.perform(.apply("alice", "{spec: {parallelism: 2}}"))
        guard let new = timeline.object else { return }
        #expect(FieldManager.keepingTimes(of: new, from: live) == new)
        let decoded = live.settingManagedFields(new.managedFields?.array)
        #expect(decoded != live)
        #expect(FieldManager.keepingTimes(of: decoded, from: live) == live)
    }
}
