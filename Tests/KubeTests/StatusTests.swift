import Testing

@testable import Kube

@Suite struct StatusTests {
    @Test(arguments: [
        Row("not found", Status.notFound(Job.type, "x"), "jobs.batch \"x\" not found"),
        Row("core kinds have no group", .notFound(Pod.type, "x"), "pods \"x\" not found"),
        Row("already there", .alreadyExists(Job.type, "x"), "jobs.batch \"x\" already exists"),
        Row(
            "someone else wrote first", .conflict(Job.type, "x"),
            "Operation cannot be fulfilled on jobs.batch \"x\": the object has been modified; please apply your changes to "
                + "the latest version and try again"),
        Row(
            "another object of that name", .preconditionFailed(Pod.type, "x", "UID", wanted: "a", found: "b"),
            "Operation cannot be fulfilled on pods \"x\": Precondition failed: UID in precondition: a, UID in object meta: b"
        ),
        Row(
            "one thing is wrong",
            .invalid(
                Job.type, "x",
                [.required("spec.template.spec.restartPolicy", "valid values: \"OnFailure\", \"Never\"")]),
            "Job.batch \"x\" is invalid: spec.template.spec.restartPolicy: Required value: valid values: \"OnFailure\", "
                + "\"Never\""),
        Row(
            "two things are wrong, one of them twice",
            .invalid(
                Pod.type, "x",
                [
                    .invalid("spec.a", 1, "too small"), .invalid("spec.a", 1, "too small"),
                    .notSupported("spec.b", "x\"y", ["a", "b"]),
                ]),
            "Pod \"x\" is invalid: [spec.a: Invalid value: 1: too small, spec.b: Unsupported value: \"x\\\"y\": supported "
                + "values: \"a\", \"b\"]"),
        Row("too old", .tooOldResourceVersion(3, oldest: 9), "too old resource version: 3 (9)"),
        Row("not here", .forbidden(Pod.type, "x", "no"), "pods \"x\" is forbidden: no"),
        Row("ours", .internalError("disk full"), "Internal error occurred: disk full"),
    ])
    func speaksAsUpstream(_ row: Row<Status, String>) {
        #expect(row.input.message == row.expected)
    }

    @Test func `details tell machines the same`() throws {
        let status = Status.invalid(Job.type, "x", [.tooMany("spec.rules", 21, maximum: 20)])
        #expect(
            String(decoding: try KubeJSON.encode(status), as: UTF8.self)
                == #"{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"Job.batch \"x\" is "#
                + #"invalid: spec.rules: Too many: 21: must have at most 20 items","reason":"Invalid","details":{"name":"x","#
                + #""group":"batch","kind":"Job","causes":[{"reason":"FieldValueTooMany","message":"Too many: 21: must have "#
                + #"at most 20 items","field":"spec.rules"}]},"code":422}"#)
    }

    @Test func `a delete that is done tells what went`() throws {
        let status = Status.deleted(Job.type, "x", uid: "u")
        #expect(
            String(decoding: try KubeJSON.encode(status), as: UTF8.self)
                == #"{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Success","details":{"name":"x","#
                + #""group":"batch","kind":"jobs","uid":"u"}}"#)
    }
}
