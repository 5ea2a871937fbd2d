import Testing

@testable import Kube

/// What a client may write into a Job's status (another controller, or a queue), told as the changes it makes.
@Suite struct JobStatusTests {
    static let indexed = #"{"completionMode":"Indexed","completions":10,"parallelism":2,"backoffLimitPerIndex":1}"#
    static let started = #"{"startTime":"2026-01-01T12:00:00Z"}"#
    static let path = "status.conditions: Invalid value: "

    static func conditions(_ types: String...) -> String {
        types.map { #"{"type":"\#($0)","status":"True"}"# }.joined(separator: ",")
    }

    static let complete = #"""
        {"startTime":"2026-01-01T12:00:00Z","completionTime":"2026-01-01T12:05:00Z","succeeded":1,
         "conditions":[\#(conditions("SuccessCriteriaMet", "Complete"))]}
        """#
    static let failed = #"""
        {"startTime":"2026-01-01T12:00:00Z","failed":1,"conditions":[\#(conditions("FailureTarget", "Failed"))]}
        """#

    /// The spec, the status as it was, and a change of it.
    typealias StatusRow = Row<(spec: String, old: String, change: String), String?>

    static func row(
        _ sentence: String, spec: String = "{}", old: String = started, _ change: String, _ expected: String? = nil
    ) -> StatusRow { StatusRow(sentence, (spec, old, change), expected) }

    static let counts: [StatusRow] = [
        row("pods come", #"{"active":2,"ready":1,"terminating":1}"#),
        row(
            "nothing is below zero", #"{"active":-1,"succeeded":-2,"failed":-3,"ready":-4,"terminating":-5}"#,
            "[status.active: Invalid value: -1: must be greater than or equal to 0, status.succeeded: Invalid value: -2: must "
                + "be greater than or equal to 0, status.failed: Invalid value: -3: must be greater than or equal to 0, "
                + "status.ready: Invalid value: -4: must be greater than or equal to 0, status.terminating: Invalid value: -5: "
                + "must be greater than or equal to 0, status.failed: Invalid value: -3: cannot decrease the failed counter, "
                + "status.succeeded: Invalid value: -2: cannot decrease the succeeded counter]"),
        row(
            "more ready than active", #"{"active":1,"ready":2}"#,
            "status.ready: Invalid value: 2: cannot set more ready pods than active"),
        row("as it was before is not held against anybody", old: #"{"ready":2}"#, #"{"failed":1}"#),
        row(
            "counters go up", old: #"{"failed":2,"succeeded":3}"#, #"{"failed":1,"succeeded":2}"#,
            "[status.failed: Invalid value: 1: cannot decrease the failed counter, status.succeeded: Invalid value: 2: cannot "
                + "decrease the succeeded counter]"),
        row(
            "an elastic Job that shrank has fewer successes",
            spec: #"{"completionMode":"Indexed","completions":2,"parallelism":2}"#, old: #"{"succeeded":3}"#,
            #"{"succeeded":2}"#),
        row(
            "other Indexed Jobs have not", spec: indexed, old: #"{"succeeded":3}"#, #"{"succeeded":2}"#,
            "status.succeeded: Invalid value: 2: cannot decrease the succeeded counter"),
        row("pods that are not counted yet", #"{"uncountedTerminatedPods":{"succeeded":["a"],"failed":["b"]}}"#),
        row(
            "none without a name, and none twice",
            #"{"uncountedTerminatedPods":{"succeeded":["a","","a"],"failed":["b","a",""]}}"#,
            "[status.uncountedTerminatedPods.succeeded[1]: Invalid value: \"\": must not be empty, "
                + "status.uncountedTerminatedPods.succeeded[2]: Duplicate value: \"a\", "
                + "status.uncountedTerminatedPods.failed[1]: Duplicate value: \"a\", "
                + "status.uncountedTerminatedPods.failed[2]: Invalid value: \"\": must not be empty]"),
    ]

    static let ends: [StatusRow] = [
        row("it succeeds", complete),
        row("it fails", failed),
        row(
            "no success without criteria",
            #"{"completionTime":"2026-01-01T12:05:00Z","conditions":[\#(conditions("Complete"))]}"#,
            path + "cannot set Complete=True condition without the SuccessCriteriaMet=true condition"),
        row(
            "no failure without a target", #"{"conditions":[\#(conditions("Failed"))]}"#,
            path + "cannot set Failed=True condition without the FailureTarget=true condition"),
        row(
            "both at once", old: "{}", #"{"conditions":[\#(conditions("Complete", "Failed"))]}"#,
            "[\(path)cannot set Complete=True and Failed=true conditions, status.completionTime: Required value: "
                + "completionTime is required for Complete jobs, \(path)cannot set Failed=True condition without the "
                + "FailureTarget=true condition, \(path)cannot set Complete=True condition without the SuccessCriteriaMet=true "
                + "condition, status.startTime: Required value: startTime is required for finished job]"),
        row(
            "success with a target of failure",
            #"""
            {"completionTime":"2026-01-01T12:05:00Z",
             "conditions":[\#(conditions("SuccessCriteriaMet", "Complete", "FailureTarget"))]}
            """#,
            "[\(path)cannot set Complete=True and FailureTarget=true conditions, "
                + "\(path)cannot set SuccessCriteriaMet=True and FailureTarget=true conditions]"),
        row(
            "criteria of success for a failed Job",
            #"{"conditions":[\#(conditions("SuccessCriteriaMet", "FailureTarget", "Failed"))]}"#,
            "[\(path)cannot set SuccessCriteriaMet=True and Failed=true conditions, "
                + "\(path)cannot set SuccessCriteriaMet=True and FailureTarget=true conditions]"),
        row(
            "a time of completion before the end", #"{"completionTime":"2026-01-01T12:05:00Z"}"#,
            "status.completionTime: Invalid value: \"2026-01-01T12:05:00Z\": cannot set completionTime when there is no "
                + "Complete=True condition"),
        row(
            "before the start", complete.replacing("12:05", with: "11:05"),
            "status.completionTime: Invalid value: \"2026-01-01T11:05:00Z\": completionTime cannot be set before startTime"
        ),
        row(
            "an end without a start", old: "{}", complete.replacing(#""startTime":"2026-01-01T12:00:00Z","#, with: ""),
            "status.startTime: Required value: startTime is required for finished job"),
        row(
            "one that has nothing to do ends while it is suspended", spec: #"{"suspend":true,"completions":0}"#,
            old: "{}",
            complete.replacing(#""startTime":"2026-01-01T12:00:00Z","#, with: "")),
        row(
            "one that is suspended and has something to do does not", spec: #"{"suspend":true,"completions":1}"#,
            old: "{}", complete.replacing(#""startTime":"2026-01-01T12:00:00Z","#, with: ""),
            "status.startTime: Required value: startTime is required for finished job"),
        row(
            "with pods that run, end and are not counted",
            complete.replacing(
                #""succeeded":1"#, with: #""active":1,"terminating":2,"uncountedTerminatedPods":{"failed":["a"]}"#),
            "[status.active: Invalid value: 1: active>0 is invalid for finished job, status.uncountedTerminatedPods: Invalid "
                + "value: {\"failed\":[\"a\"]}: uncountedTerminatedPods needs to be empty for finished job, status.terminating: "
                + "Invalid value: 2: terminating>0 is invalid for finished job]"),
        row(
            "empty lists are no pods",
            complete.replacing(#""succeeded":1"#, with: #""uncountedTerminatedPods":{"failed":[],"succeeded":[]}"#)),
        row(
            "a Job with a success policy needs criteria, whatever was before",
            spec: #"{"completionMode":"Indexed","completions":2,"successPolicy":{"rules":[{"succeededCount":1}]}}"#,
            old: complete.replacing("SuccessCriteriaMet", with: "Other"), #"{"active":0}"#,
            path + "cannot set Complete=True for Job with SuccessPolicy unless SuccessCriteriaMet=True"),
    ]

    static let finals: [StatusRow] = [
        row("what is not touched may stay", old: complete, #"{"ready":0}"#),
        row(
            "no pods come after the end", old: complete, #"{"terminating":1,"active":1}"#,
            "[status.active: Invalid value: 1: active>0 is invalid for finished job, status.terminating: Invalid value: 1: "
                + "terminating>0 is invalid for finished job]"),
        row(
            "an end is final", old: failed, #"{"conditions":[]}"#,
            "[\(path)cannot disable the terminal Failed=True condition, \(path)cannot disable the terminal FailureTarget=True "
                + "condition]"),
        row(
            "a False is no condition", old: complete,
            #"{"conditions":[{"type":"Complete","status":"False"},{"type":"SuccessCriteriaMet","status":"True"}]}"#,
            "[status.completionTime: Invalid value: \"2026-01-01T12:05:00Z\": cannot set completionTime when there is no "
                + "Complete=True condition, \(path)cannot disable the terminal Complete=True condition]"),
        row(
            "criteria are final too", old: #"{"conditions":[\#(conditions("SuccessCriteriaMet"))]}"#,
            #"{"conditions":[]}"#, path + "cannot disable the SuccessCriteriaMet=True condition"),
        row(
            "and do not come after the end", old: complete.replacing("SuccessCriteriaMet", with: "Other"), complete,
            path + "cannot set SuccessCriteriaMet=True for Job already has Complete=true conditions"),
        row(
            "the time of completion stays", old: complete, #"{"completionTime":"2026-01-01T12:06:00Z"}"#,
            "status.completionTime: Invalid value: \"2026-01-01T12:06:00Z\": completionTime cannot be mutated"),
        row(
            "and is needed", old: complete, #"{"completionTime":null}"#,
            "status.completionTime: Required value: completionTime is required for Complete jobs"),
        row("a start", old: "{}", started),
        row(
            "stays", #"{"startTime":"2026-01-01T12:01:00Z"}"#,
            "status.startTime: Required value: startTime cannot be removed for unsuspended job"),
        row(
            "as it is", #"{"startTime":null}"#,
            "status.startTime: Required value: startTime cannot be removed for unsuspended job"),
        row("unless the Job is suspended", spec: #"{"suspend":true}"#, #"{"startTime":null}"#),
        row(
            "or resumed",
            old: #"{"startTime":"2026-01-01T12:00:00Z","conditions":[\#(conditions("Suspended"))]}"#,
            #"{"startTime":"2026-01-01T12:01:00Z","conditions":[{"type":"Suspended","status":"False"}]}"#),
    ]

    static let indexes: [StatusRow] = [
        row("indexes end", spec: indexed, #"{"completedIndexes":"0,2-4","failedIndexes":"1,9"}"#),
        row("none have failed", spec: indexed, #"{"failedIndexes":""}"#),
        row(
            "in disorder", spec: indexed, #"{"completedIndexes":"2,1","failedIndexes":"4-3"}"#,
            "[status.completedIndexes: Invalid value: \"2,1\": error parsing completedIndexes: non-increasing order, previous: 2, "
                + "current: 1, status.failedIndexes: Invalid value: \"4-3\": error parsing failedIndexes: non-increasing order, "
                + "previous: 4, current: 3]"),
        row(
            "beyond the completions", spec: indexed, #"{"completedIndexes":"10"}"#,
            "status.completedIndexes: Invalid value: \"10\": error parsing completedIndexes: too large index: \"10\""),
        row("unless they were there before", spec: indexed, old: #"{"completedIndexes":"10"}"#, #"{"failed":1}"#),
        row(
            "both", spec: indexed, old: #"{"completedIndexes":"1-3"}"#, #"{"failedIndexes":"3-4"}"#,
            "status.failedIndexes: Invalid value: \"3-4\": failedIndexes and completedIndexes overlap at index: 3"),
        row(
            "also when the other one is new", spec: indexed, old: #"{"failedIndexes":"3-4"}"#,
            #"{"completedIndexes":"4"}"#,
            "status.failedIndexes: Invalid value: \"3-4\": failedIndexes and completedIndexes overlap at index: 4"),
        row(
            "a Job without indexes", #"{"completedIndexes":"0","failedIndexes":""}"#,
            "[status.completedIndexes: Invalid value: \"0\": cannot set non-empty completedIndexes when non-indexed completion "
                + "mode, status.failedIndexes: Invalid value: \"\": cannot set non-null failedIndexes when backoffLimitPerIndex "
                + "is null]"),
        row(
            "failed ones without limits for them", spec: #"{"completionMode":"Indexed","completions":3}"#,
            #"{"failedIndexes":"0"}"#,
            "status.failedIndexes: Invalid value: \"0\": cannot set non-null failedIndexes when backoffLimitPerIndex is null"
        ),
    ]

    @Test(arguments: counts + ends + finals + indexes)
    func holds(_ row: StatusRow) throws {
        let (spec, status, change) = row.input
        var old = try JobTests.job(spec)
        old = try Patch.apply(.merge, bytes(#"{"status":\#(status)}"#), to: old).object
        var new = try Patch.apply(.merge, bytes(#"{"status":\#(change)}"#), to: old).object
        #expect(
            refusal { _ = try new.admitForUpdate(old: old, isStatus: true) }
                == row.expected.map { "Job.batch \"hello\" is invalid: \($0)" })
    }

    @Test func `labels come along with a status, and are held to their rules`() throws {
        let old = try JobTests.job("{}")
        var new = old
        new.metadata.labels = ["-": ""]
        #expect(refusal { _ = try new.admitForUpdate(old: old, isStatus: true) }?.contains("metadata.labels: ") == true)
        var (cronJob, _) = try CronJobTests.cronJob()
        let before = cronJob
        cronJob.metadata.labels = ["-": ""]
        #expect(
            refusal { _ = try cronJob.admitForUpdate(old: before, isStatus: true) }?.contains("metadata.labels: ")
                == true)
    }
}
