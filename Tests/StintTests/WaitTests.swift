import Kube
import Testing

@testable import stint

@Suite struct WaitTests {
    @Test(arguments: [
        ("condition=complete", WaitCondition.condition("complete", is: "true")),
        ("condition=Ready=False", .condition("Ready", is: "False")), ("delete", .deleted), ("create", .created),
        ("jsonpath={.status.phase}=Running", .jsonPath("{.status.phase}", is: "Running")),
        ("jsonpath='{.a}'", nil), ("jsonpath={.a[?(@.b==\"c\")].d}=e", .jsonPath("{.a[?(@.b==\"c\")].d}", is: "e")),
        ("jsonpath={.a}=", nil), ("ready", nil), ("condition=", nil),
    ])
    func reads(_ row: (text: String, condition: WaitCondition?)) {
        #expect(WaitCondition(argument: row.text) == row.condition)
    }

    static func job(_ type: String, _ status: String, generation: Int = 1, observed: Int = 1) -> JSONValue {
        [
            "metadata": ["name": "a", "uid": "u", "generation": .integer(Int64(generation))],
            "status": [
                "phase": "Running",
                "conditions": [
                    ["type": .string(type), "status": .string(status), "observedGeneration": .integer(Int64(observed))]
                ],
            ],
        ]
    }

    @Test(arguments: [
        (
            "the case does not matter", WaitCondition.condition("complete", is: "true"),
            WaitTests.job("Complete", "True"), true
        ),
        ("a condition that is false", .condition("complete", is: "true"), WaitTests.job("Complete", "False"), false),
        ("waiting for false", .condition("complete", is: "false"), WaitTests.job("Complete", "False"), true),
        ("another condition", .condition("failed", is: "true"), WaitTests.job("Complete", "True"), false),
        (
            "said of an older spec", .condition("complete", is: "true"),
            WaitTests.job("Complete", "True", generation: 2), false
        ),
        ("a path with its value", .jsonPath("{.status.phase}", is: "Running"), WaitTests.job("A", "B"), true),
        ("a path with another value", .jsonPath(".status.phase", is: "Pending"), WaitTests.job("A", "B"), false),
        ("a path with any value", .jsonPath("status.phase", is: nil), WaitTests.job("A", "B"), true),
        ("a path that leads nowhere", .jsonPath("{.status.x}", is: nil), WaitTests.job("A", "B"), false),
    ])
    func holds(_ row: (sentence: String, condition: WaitCondition, object: JSONValue, holds: Bool)) {
        #expect(row.condition.holds(of: row.object) == row.holds, "\(row.sentence)")
    }

    static let complete =
        #"{"type":"MODIFIED","object":{"metadata":{"name":"a","uid":"u"},"status":{"conditions":[{"type":"Complete","status":"True"}]}}}"#
    static let deleted = #"{"type":"DELETED","object":{"metadata":{"name":"a","uid":"u"}}}"#

    @Test(
        arguments: [
            (
                "a condition that comes true", ["--for=condition=complete", "job/a"], [complete],
                "job.batch/a condition met\n", "", 0
            ),
            (
                "several objects", ["--for=condition=complete", "job/a", "job/b"], [complete],
                "job.batch/a condition met\njob.batch/b condition met\n", "", 0
            ),
            (
                "one that never does", ["--for=condition=failed", "job/a", "--timeout=100ms"], [complete], "",
                "error: timed out waiting for the condition on jobs/a\n", 1
            ),
            (
                "two that never do", ["--for=condition=failed", "job/a", "job/b", "--timeout=100ms"], [complete], "",
                "timed out waiting for the condition on jobs/a\ntimed out waiting for the condition on jobs/b\n", 1
            ),
            ("an object that goes", ["--for=delete", "job/a"], [deleted], "job.batch/a condition met\n", "", 0),
            ("an object that is gone is not spoken of", ["--for=delete", "job/gone"], [], "", "", 0),
            (
                "an object that is not there", ["--for=condition=complete", "job/gone"], [], "",
                "Error from server (NotFound): jobs.batch \"gone\" not found\n", 1
            ),
        ] as [(String, [String], [String], String, String, Int32)])
    func waits(
        _ row: (
            sentence: String, arguments: [String], changes: [String], output: String, complaint: String, exitCode: Int32
        )
    ) async throws {
        let script: FakeDaemon.Script = { question in
            if question.target.hasSuffix("/jobs/a") { return .json(#"{"metadata":{"name":"a","uid":"u"}}"#) }
            guard question.target.hasPrefix("/apis/batch/v1/namespaces/default/jobs?") else {
                return fixtures(question)
            }
            if question.target.contains("watch=1") { return .open(row.changes.map { $0 + "\n" }) }
            if question.target.contains("%3Dgone") { return .json(#"{"metadata":{"resourceVersion":"5"},"items":[]}"#) }
            return .json(
                #"{"metadata":{"resourceVersion":"5"},"items":[{"metadata":{"name":"a","uid":"u"},"status":{}}]}"#)
        }
        try await FakeDaemon.with(script) { daemon in
            let result = await Recording.of(["wait"] + row.arguments + ["--socket", daemon.path])
            #expect(result.output == row.output, "\(row.sentence)")
            #expect(result.complaints == row.complaint)
            #expect(result.exitCode == row.exitCode)
        }
    }
}
