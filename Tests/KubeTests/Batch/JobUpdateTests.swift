import Testing

@testable import Kube

@Suite struct JobUpdateTests {
    static let elastic = #"{"completionMode":"Indexed","completions":3,"parallelism":3}"#
    static let policy = #"""
        {"completionMode":"Indexed","completions":3,"backoffLimitPerIndex":1,"maxFailedIndexes":2,"managedBy":"a.io/b",
         "podFailurePolicy":{"rules":[{"action":"Ignore","onPodConditions":[{"type":"A"}]}]},
         "successPolicy":{"rules":[{"succeededCount":1}]}}
        """#
    static let prefix = "Job.batch \"hello\" is invalid: "

    /// The spec of the Job as it was, and a change of it.
    typealias UpdateRow = Row<(String, String), String?>

    static let rows: [UpdateRow] = [
        UpdateRow("an Indexed Job grows as a whole", (elastic, #"{"completions":5,"parallelism":5}"#), nil),
        UpdateRow("and shrinks", (elastic, #"{"completions":1,"parallelism":1}"#), nil),
        UpdateRow("its parallelism is its own", (elastic, #"{"parallelism":1}"#), nil),
        UpdateRow(
            "its completions are not", (elastic, #"{"completions":5}"#),
            "spec.completions: Invalid value: 5: can only be modified in tandem with spec.parallelism"),
        UpdateRow(
            "and cannot be taken away", (elastic, #"{"completions":null}"#),
            "spec.completions: Required value: when completion mode is Indexed"),
        UpdateRow(
            "other Jobs keep their completions",
            (#"{"completions":3,"parallelism":3}"#, #"{"completions":5,"parallelism":5}"#),
            "spec.completions: Invalid value: 5: field is immutable"),
        UpdateRow(
            "how many indexes may fail can change, and so can limits and times",
            (
                policy,
                #"{"maxFailedIndexes":1,"backoffLimit":3,"ttlSecondsAfterFinished":1,"activeDeadlineSeconds":9,"suspend":true}"#
            ), nil),
        UpdateRow("and when pods are replaced", (elastic, #"{"podReplacementPolicy":"Failed"}"#), nil),
        UpdateRow(
            "the limit of an index cannot", (policy, #"{"backoffLimitPerIndex":2}"#),
            "spec.backoffLimitPerIndex: Invalid value: 2: field is immutable"),
        UpdateRow(
            "nor be taken away", (policy, #"{"backoffLimitPerIndex":null,"maxFailedIndexes":null}"#),
            "spec.backoffLimitPerIndex: Invalid value: null: field is immutable"),
        UpdateRow(
            "nor who manages the Job", (policy, #"{"managedBy":"a.io/c"}"#),
            "spec.managedBy: Invalid value: \"a.io/c\": field is immutable"),
        UpdateRow(
            "nor rules for failures",
            (policy, #"{"podFailurePolicy":{"rules":[{"action":"Count","onPodConditions":[{"type":"A"}]}]}}"#),
            "spec.podFailurePolicy: Invalid value: {\"rules\":[{\"action\":\"Count\",\"onPodConditions\":[{\"status\":\"True\","
                + "\"type\":\"A\"}]}]}: field is immutable"),
        UpdateRow(
            "nor rules for success", (policy, #"{"successPolicy":{"rules":[{"succeededCount":2}]}}"#),
            "spec.successPolicy: Invalid value: {\"rules\":[{\"succeededCount\":2}]}: field is immutable"),
        UpdateRow(
            "nor any of them at once", (policy, #"{"podFailurePolicy":null,"managedBy":null,"successPolicy":null}"#),
            "[spec.podFailurePolicy: Invalid value: null: field is immutable, spec.managedBy: Invalid value: null: field is "
                + "immutable, spec.successPolicy: Invalid value: null: field is immutable]"),
        UpdateRow(
            "the selector", (elastic, #"{"selector":{"matchLabels":{"job-name":"hello"}}}"#),
            "spec.selector: Invalid value: {\"matchLabels\":{\"batch.kubernetes.io/controller-uid\":\"u-1\",\"job-name\":"
                + "\"hello\"}}: field is immutable"),
        UpdateRow(
            "what is wrong with the Job comes before what may not change",
            (policy, #"{"parallelism":-1,"managedBy":"x"}"#),
            "[spec.parallelism: Invalid value: -1: must be greater than or equal to 0, spec.managedBy: Invalid value: \"x\": "
                + "must be a domain-prefixed path (such as \"acme.io/foo\"), spec.managedBy: Invalid value: \"x\": field is "
                + "immutable]"),
    ]

    @Test(arguments: rows)
    func holds(_ row: UpdateRow) throws {
        let old = try JobTests.job(row.input.0)
        var new = try Patch.apply(.merge, bytes(#"{"spec":\#(row.input.1)}"#), to: old).object
        #expect(refusal { _ = try new.admitForUpdate(old: old) } == row.expected.map { Self.prefix + $0 })
    }

    @Test func `causes are told once`() throws {
        let old = try JobTests.job(Self.elastic)
        var new = old
        new.spec.parallelism = -1
        new.metadata.labels = ["a": "-"]
        let errors = { () -> [FieldError] in
            new.applyDefaults()
            return new.validateUpdate(old: old)
        }()
        #expect(errors.map(\.field) == ["metadata.labels", "spec.parallelism"])
    }

    @Test func `an Indexed Job cannot grow beyond the names of its pods`() throws {
        var old = try JobTests.job(Self.elastic)
        let name = String(repeating: "a", count: 60)
        old.metadata.name = name
        for label in ["job-name", "batch.kubernetes.io/job-name"] { old.spec.template.metadata?.labels?[label] = name }
        var new = old
        (new.spec.completions, new.spec.parallelism) = (1000, 1000)
        #expect(
            refusal { _ = try new.admitForUpdate(old: old) }
                == "Job.batch \"\(name)\" is invalid: metadata.name: Invalid value: \"\(name)\": will not able to create pod "
                + "with invalid DNS label: \(name)-999")
    }

    @Test func `a Job that was made without the prefixed labels can still change`() throws {
        var old = try JobTests.job("{}")
        for label in ["batch.kubernetes.io/job-name", "batch.kubernetes.io/controller-uid"] {
            old.spec.template.metadata?.labels?[label] = nil
        }
        old.spec.selector = LabelSelector(matchLabels: ["controller-uid": "u-1"])
        var new = old
        new.spec.parallelism = 2
        #expect(refusal { _ = try new.admitForUpdate(old: old) } == nil)
    }

    /// Changes of the template of a suspended Job.
    static let unstarted: [Row<String, Bool>] = [
        Row("labels", #"{"metadata":{"labels":{"a":"b"}}}"#, true),
        Row("annotations", #"{"metadata":{"annotations":{"a":"b"}}}"#, true),
        Row("the node selector", #"{"spec":{"nodeSelector":{"a":"b"}}}"#, true),
        Row("tolerations", #"{"spec":{"tolerations":[{"operator":"Exists"}]}}"#, true),
        Row("node affinity", #"{"spec":{"affinity":{"nodeAffinity":{"a":1},"podAffinity":{"x":1}}}}"#, true),
        Row("node affinity is taken away", #"{"spec":{"affinity":{"nodeAffinity":null}}}"#, true),
        Row("other affinity", #"{"spec":{"affinity":{"podAffinity":{"x":2}}}}"#, false),
        Row("other affinity is taken away with it", #"{"spec":{"affinity":null}}"#, false),
        Row("the image", #"{"spec":{"containers":[{"name":"main","image":"other"}]}}"#, false),
        Row("limits", #"{"spec":{"containers":[{"name":"main","resources":{"limits":{"cpu":"1"}}}]}}"#, false),
        Row("the grace period", #"{"spec":{"terminationGracePeriodSeconds":1}}"#, false),
    ]

    @Test(arguments: unstarted)
    func mayChangeBeforeTheStart(_ row: Row<String, Bool>) throws {
        let affinity = #"{"spec":{"affinity":{"nodeAffinity":{"a":0},"podAffinity":{"x":1}}}}"#
        var old = try JobTests.job(#"{"suspend":true}"#, template: affinity)
        func refused(resumes: Bool) throws -> Bool {
            let patch = #"{"spec":{"template":\#(row.input),"suspend":\#(!resumes)}}"#
            var new = try Patch.apply(.strategicMerge, bytes(patch), to: old).object
            return refusal { _ = try new.admitForUpdate(old: old) }?.contains("spec.template: ") ?? false
        }
        #expect(try refused(resumes: false) == !row.expected)
        #expect(try refused(resumes: true) == !row.expected, "also in the write that resumes it")
        old.status?.startTime = Timestamp(noon)
        #expect(try refused(resumes: false), "it ran before")
        old.status?.startTime = nil
        old.spec.suspend = false
        #expect(try refused(resumes: true), "it runs")
    }

    static let affinities: [Row<(String?, String?), Bool>] = [
        Row("none stays none", (nil, nil), true),
        Row("the first node affinity", (nil, #"{"nodeAffinity":{"a":1}}"#), true),
        Row("an empty one", (nil, "{}"), true),
        Row("the first of another kind", (nil, #"{"podAffinity":{"a":1}}"#), false),
        Row("node affinity alone is taken away", (#"{"nodeAffinity":{"a":1}}"#, nil), true),
        Row("so is an empty one", ("{}", nil), true),
        Row("another kind is not", (#"{"podAffinity":{"a":1}}"#, nil), false),
    ]

    @Test(arguments: affinities)
    func affinityMayChange(_ row: Row<(String?, String?), Bool>) throws {
        var old = try JobTests.job(#"{"suspend":true}"#)
        old.spec.template.spec.affinity = try row.input.0.map(json)
        var new = old
        new.spec.template.spec.affinity = try row.input.1.map(json)
        #expect((refusal { _ = try new.admitForUpdate(old: old) } == nil) == row.expected)
    }
}
