import Testing

@testable import Kube

@Suite struct PodFailurePolicyTests {
    static let path = "spec.podFailurePolicy.rules[0]"

    /// One rule, or several with commas between them; `main` is the only container.
    static func refusal(of rules: String, _ more: String = "") -> String? {
        JobSpecTests.refusal(of: #"{"podFailurePolicy":{"rules":[\#(rules)]}\#(more)}"#)
    }

    static let rules: [Row<String, String?>] = [
        Row("no rules", "", nil),
        Row("by exit code", #"{"action":"FailJob","onExitCodes":{"operator":"In","values":[1,3,42]}}"#, nil),
        Row(
            "of one container",
            #"{"action":"Ignore","onExitCodes":{"containerName":"main","operator":"NotIn","values":[0]}}"#,
            nil),
        Row("by condition", #"{"action":"Count","onPodConditions":[{"type":"DisruptionTarget"}]}"#, nil),
        Row(
            "a condition with a prefix, and its status",
            #"{"action":"Count","onPodConditions":[{"type":"example.com/Bad_one","status":"Unknown"}]}"#, nil),
        Row(
            "no action", #"{"onPodConditions":[{"type":"A"}]}"#,
            #"\#(path).action: Required value: valid values: ["Count" "FailIndex" "FailJob" "Ignore"]"#),
        Row(
            "an unknown action", #"{"action":"Retry","onPodConditions":[{"type":"A"}]}"#,
            #"\#(path).action: Unsupported value: "Retry": supported values: "Count", "FailIndex", "FailJob", "Ignore""#
        ),
        Row(
            "an index can only fail where indexes have limits",
            #"{"action":"FailIndex","onPodConditions":[{"type":"A"}]}"#,
            #"\#(path).action: Invalid value: "FailIndex": requires the backoffLimitPerIndex to be set"#),
        Row(
            "about nothing", #"{"action":"Ignore"}"#,
            "\(path): Invalid value: specifying one of OnExitCodes and OnPodConditions is required"),
        Row(
            "no conditions are nothing", #"{"action":"Ignore","onPodConditions":[]}"#,
            "\(path): Invalid value: specifying one of OnExitCodes and OnPodConditions is required"),
        Row(
            "about both",
            #"{"action":"Ignore","onExitCodes":{"operator":"In","values":[1]},"onPodConditions":[{"type":"A"}]}"#,
            "\(path): Invalid value: specifying both OnExitCodes and OnPodConditions is not supported"),
    ]

    static let exitCodes: [Row<String, String?>] = [
        Row("negative ones are not looked at", #"{"operator":"In","values":[-1,1]}"#, nil),
        Row(
            "no operator", #"{"values":[1]}"#,
            #"\#(path).onExitCodes.operator: Required value: valid values: ["In" "NotIn"]"#),
        Row(
            "an unknown operator", #"{"operator":"Above","values":[1]}"#,
            #"\#(path).onExitCodes.operator: Unsupported value: "Above": supported values: "In", "NotIn""#),
        Row(
            "a container that is not there", #"{"containerName":"other","operator":"In","values":[1]}"#,
            #"\#(path).onExitCodes.containerName: Invalid value: "other": must be one of the container or initContainer "#
                + "names in the pod template"),
        Row(
            "no codes", #"{"operator":"In","values":[]}"#,
            "\(path).onExitCodes.values: Invalid value: []: at least one value is required"),
        Row(
            "zero is no failure", #"{"operator":"In","values":[0,1]}"#,
            "\(path).onExitCodes.values[0]: Invalid value: 0: must not be 0 for the In operator"),
        Row(
            "twice the same", #"{"operator":"In","values":[1,1]}"#,
            "\(path).onExitCodes.values[1]: Duplicate value: 1"),
        Row(
            "in disorder", #"{"operator":"NotIn","values":[3,1]}"#,
            "\(path).onExitCodes.values: Invalid value: [3,1]: must be ordered"),
        Row(
            "everything wrong at once", #"{"operator":"In","values":[2,0,2]}"#,
            "[\(path).onExitCodes.values[1]: Invalid value: 0: must not be 0 for the In operator, "
                + "\(path).onExitCodes.values[2]: Duplicate value: 2, "
                + "\(path).onExitCodes.values: Invalid value: [2,0,2]: must be ordered]"),
        Row(
            "as many as there are",
            #"{"operator":"In","values":[\#((1...255).map(String.init).joined(separator: ","))]}"#,
            nil),
        Row(
            "more", #"{"operator":"In","values":[\#((1...256).map(String.init).joined(separator: ","))]}"#,
            "\(path).onExitCodes.values: Too many: 256: must have at most 255 items"),
    ]

    static let conditions: [Row<String, String?>] = [
        Row(
            "no type", "{}",
            "[\(path).onPodConditions[0].type: Invalid value: \"\": name part must be non-empty, "
                + "\(path).onPodConditions[0].type: Invalid value: \"\": name part must consist of alphanumeric characters, '-', "
                + "'_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or "
                + "'123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')]"),
        Row(
            "an unknown status", #"{"type":"A","status":"Maybe"}"#,
            #"\#(path).onPodConditions[0].status: Unsupported value: "Maybe": supported values: "False", "True", "Unknown""#
        ),
        Row("twenty", Array(repeating: #"{"type":"A"}"#, count: 20).joined(separator: ","), nil),
        Row(
            "more than twenty", Array(repeating: #"{"type":"A"}"#, count: 21).joined(separator: ","),
            "\(path).onPodConditions: Too many: 21: must have at most 20 items"),
    ]

    @Test(arguments: rules)
    func holds(_ row: Row<String, String?>) { #expect(Self.refusal(of: row.input) == row.expected) }

    @Test(arguments: exitCodes)
    func looksAtExitCodes(_ row: Row<String, String?>) {
        #expect(Self.refusal(of: #"{"action":"Ignore","onExitCodes":\#(row.input)}"#) == row.expected)
    }

    @Test(arguments: conditions)
    func looksAtConditions(_ row: Row<String, String?>) {
        #expect(Self.refusal(of: #"{"action":"Ignore","onPodConditions":[\#(row.input)]}"#) == row.expected)
    }

    @Test func `an index may fail where indexes have limits`() {
        let rule = #"{"action":"FailIndex","onExitCodes":{"operator":"In","values":[1]}}"#
        #expect(
            Self.refusal(of: rule, #","completionMode":"Indexed","completions":2,"backoffLimitPerIndex":1"#) == nil)
    }

    @Test func `at most twenty rules, and all that are wrong are named`() {
        let rule = #"{"action":"Ignore","onPodConditions":[{"type":"A"}]}"#
        #expect(Self.refusal(of: Array(repeating: rule, count: 20).joined(separator: ",")) == nil)
        #expect(
            Self.refusal(of: Array(repeating: rule, count: 21).joined(separator: ","))
                == "spec.podFailurePolicy.rules: Too many: 21: must have at most 20 items")
        #expect(
            Self.refusal(of: #"{"action":"A","onPodConditions":[{"type":"A"}]},\#(rule),{"action":"Count"}"#)
                == #"[\#(Self.path).action: Unsupported value: "A": supported values: "Count", "FailIndex", "FailJob", "#
                + #""Ignore", spec.podFailurePolicy.rules[2]: Invalid value: specifying one of OnExitCodes and "#
                + "OnPodConditions is required]")
    }

    @Test func `a container of a rule may be an init container`() {
        var spec = JobSpec(template: PodTemplateSpec(spec: PodSpec(containers: [Container(name: "main")])))
        spec.template.spec.initContainers = [Container(name: "first")]
        let codes = PodFailurePolicyOnExitCodes(containerName: "first", operator: "In", values: [1])
        let policy = PodFailurePolicy(rules: [PodFailurePolicyRule(action: "Ignore", onExitCodes: codes)])
        #expect(policy.validate(in: spec, "p") == [])
    }

    @Test func `what the author left out is filled in`() throws {
        let policy = #"""
            {"podFailurePolicy":{"rules":[{"action":"Ignore","onPodConditions":[{"type":"A"},{"type":"B","status":"False"},
            {"type":"C","status":""}]}]}}
            """#
        let job = try JobTests.job(policy)
        #expect(job.spec.podReplacementPolicy == "Failed")
        let statuses = ["True", "False", "True"]
        #expect(job.spec.podFailurePolicy?.rules[0].onPodConditions?.map(\.status) == statuses)
        let (cronJob, _) = try CronJobTests.cronJob(#"{"jobTemplate":{"spec":\#(policy)}}"#)
        let template = cronJob.spec.jobTemplate.spec
        #expect(template.podFailurePolicy?.rules[0].onPodConditions?.map(\.status) == statuses)
        #expect(template.podReplacementPolicy == nil, "the rest is filled in when a Job is made of it")
    }
}
