import Testing

@testable import Kube

/// What a Job may ask for; `JobTests` has the rest of its life.
@Suite struct JobSpecTests {
    /// Changes to the spec of the hello job, and what is wrong with them.
    typealias SpecRow = Row<String, String?>

    static func refusal(of changes: String) -> String? {
        KubeTests.refusal { _ = try JobTests.job(changes) }?.replacing("Job.batch \"hello\" is invalid: ", with: "")
    }

    static let label63 = String(repeating: "a", count: 63)

    static let counts: [SpecRow] = [
        SpecRow("nothing to do is fine", #"{"completions":0,"parallelism":0}"#, nil),
        SpecRow(
            "negative numbers, all at once",
            #"""
            {"parallelism":-1,"completions":-2,"activeDeadlineSeconds":-3,"backoffLimit":-4,"ttlSecondsAfterFinished":-5}
            """#,
            "[spec.parallelism: Invalid value: -1: must be greater than or equal to 0, spec.completions: Invalid value: -2: "
                + "must be greater than or equal to 0, spec.activeDeadlineSeconds: Invalid value: -3: must be greater than or "
                + "equal to 0, spec.backoffLimit: Invalid value: -4: must be greater than or equal to 0, "
                + "spec.ttlSecondsAfterFinished: Invalid value: -5: must be greater than or equal to 0]"),
        SpecRow("the longest time to live", #"{"ttlSecondsAfterFinished":2147483647}"#, nil),
        SpecRow(
            "a longer one", #"{"ttlSecondsAfterFinished":2147483648}"#,
            "spec.ttlSecondsAfterFinished: Invalid value: 2147483648: must be less than or equal to 2147483647"),
        SpecRow("a deadline of 64 bits", #"{"activeDeadlineSeconds":9223372036854775807}"#, nil),
    ]

    static let managers: [SpecRow] = [
        SpecRow("another manager", #"{"managedBy":"kueue.x-k8s.io/multikueue"}"#, nil),
        SpecRow("us, by name", #"{"managedBy":"kubernetes.io/job-controller"}"#, nil),
        SpecRow("a path of several parts", #"{"managedBy":"a.io/b/c~d(e)"}"#, nil),
        SpecRow("a manager without a name", #"{"managedBy":""}"#, "spec.managedBy: Required value"),
        SpecRow(
            "only a domain", #"{"managedBy":"a.io/"}"#,
            "spec.managedBy: Invalid value: \"a.io/\": must be a domain-prefixed path (such as \"acme.io/foo\")"),
        SpecRow(
            "a path that is none", #"{"managedBy":"a.io/b c"}"#,
            "spec.managedBy: Invalid value: \"b c\": Invalid path (regex used for validation is "
                + #"'[A-Za-z0-9/\-._~%!$&'()*+,;=:]+')"#),
        SpecRow(
            "a bad domain and a name that is too long", #"{"managedBy":"-/\#(label63)"}"#,
            "[spec.managedBy: Invalid value: \"-\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric "
                + "characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex "
                + "used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*'), "
                + "spec.managedBy: Too long: may not be more than 63 bytes]"),
    ]

    static let indexed: [SpecRow] = [
        SpecRow("with completions", #"{"completionMode":"Indexed","completions":3}"#, nil),
        SpecRow(
            "without", #"{"completionMode":"Indexed","parallelism":3}"#,
            "spec.completions: Required value: when completion mode is Indexed"),
        SpecRow(
            "the most at a time", #"{"completionMode":"Indexed","completions":100000,"parallelism":100000}"#, nil),
        SpecRow(
            "more", #"{"completionMode":"Indexed","completions":1,"parallelism":100001}"#,
            "spec.parallelism: Invalid value: 100001: must be less than or equal to 100000 when completion mode is Indexed"
        ),
        SpecRow(
            "limits per index",
            #"{"completionMode":"Indexed","completions":3,"backoffLimitPerIndex":0,"maxFailedIndexes":3}"#,
            nil),
        SpecRow(
            "negative ones",
            #"{"completionMode":"Indexed","completions":3,"backoffLimitPerIndex":-1,"maxFailedIndexes":-1}"#,
            "[spec.backoffLimitPerIndex: Invalid value: -1: must be greater than or equal to 0, spec.maxFailedIndexes: Invalid "
                + "value: -1: must be greater than or equal to 0]"),
        SpecRow(
            "how many may fail, but not how often",
            #"{"completionMode":"Indexed","completions":3,"maxFailedIndexes":1}"#,
            "spec.backoffLimitPerIndex: Required value: when maxFailedIndexes is specified"),
        SpecRow(
            "more failed indexes than indexes",
            #"{"completionMode":"Indexed","completions":3,"backoffLimitPerIndex":1,"maxFailedIndexes":4}"#,
            "spec.maxFailedIndexes: Invalid value: 4: must be less than or equal to completions"),
        SpecRow(
            "too many failed indexes",
            #"{"completionMode":"Indexed","completions":100000,"backoffLimitPerIndex":1,"maxFailedIndexes":100001}"#,
            "[spec.maxFailedIndexes: Invalid value: 100001: must be less than or equal to completions, spec.maxFailedIndexes: "
                + "Invalid value: 100001: must be less than or equal to 100000]"),
        SpecRow(
            "a very large Job must say how many indexes may fail",
            #"{"completionMode":"Indexed","completions":100001,"backoffLimitPerIndex":1}"#,
            "spec.maxFailedIndexes: Required value: must be specified when completions is above 100000"),
        SpecRow(
            "and be narrow",
            #"""
            {"completionMode":"Indexed","completions":100001,"backoffLimitPerIndex":1,"parallelism":10001,
             "maxFailedIndexes":10001}
            """#,
            "[spec.parallelism: Invalid value: 10001: must be less than or equal to 10000 when completions are above 100000 and "
                + "used with backoff limit per index, spec.maxFailedIndexes: Invalid value: 10001: must be less than or equal to "
                + "10000 when completions are above 100000 and used with backoff limit per index]"),
        SpecRow(
            "without indexes nothing is per index",
            #"{"backoffLimitPerIndex":1,"maxFailedIndexes":1,"successPolicy":{"rules":[{"succeededCount":1}]}}"#,
            "[spec.backoffLimitPerIndex: Invalid value: 1: requires indexed completion mode, spec.maxFailedIndexes: Invalid "
                + "value: 1: requires indexed completion mode, spec.successPolicy: Invalid value: "
                + "{\"rules\":[{\"succeededCount\":1}]}: requires indexed completion mode]"),
        SpecRow(
            "of an unknown mode nothing is known", #"{"completionMode":"Sorted","backoffLimitPerIndex":1}"#,
            "spec.completionMode: Unsupported value: \"Sorted\": supported values: \"NonIndexed\", \"Indexed\""),
    ]

    static let replacement: [SpecRow] = [
        SpecRow("replaced only once ended", #"{"podReplacementPolicy":"Failed"}"#, nil),
        SpecRow("or before", #"{"podReplacementPolicy":"TerminatingOrFailed"}"#, nil),
        SpecRow(
            "anything else", #"{"podReplacementPolicy":"Never"}"#,
            "spec.podReplacementPolicy: Unsupported value: \"Never\": supported values: \"Failed\", \"TerminatingOrFailed\""
        ),
        SpecRow(
            "with rules for failures pods must have ended",
            #"{"podReplacementPolicy":"TerminatingOrFailed","podFailurePolicy":{"rules":[]}}"#,
            "spec.podReplacementPolicy: Unsupported value: \"TerminatingOrFailed\": supported values: \"Failed\""),
        SpecRow(
            "and are not restarted in place",
            #"{"podFailurePolicy":{"rules":[]},"template":{"spec":{"restartPolicy":"OnFailure"}}}"#,
            "spec.template.spec.restartPolicy: Invalid value: \"OnFailure\": only \"Never\" is supported when podFailurePolicy "
                + "is specified"),
        SpecRow("OnFailure is fine without", #"{"template":{"spec":{"restartPolicy":"OnFailure"}}}"#, nil),
    ]

    static let selectors: [SpecRow] = [
        SpecRow(
            "a manual selector that finds the pods",
            #"""
            {"manualSelector":true,"selector":{"matchLabels":{"a":"b"}},"template":{"metadata":{"labels":{"a":"b"}}}}
            """#, nil),
        SpecRow(
            "one that does not",
            #"{"manualSelector":true,"selector":{"matchLabels":{"a":"b"}}}"#,
            "spec.template.metadata.labels: Invalid value: null: `selector` does not match template `labels`"),
        SpecRow(
            "none at all", #"{"manualSelector":true}"#,
            "[spec.selector: Required value, spec.template.metadata.labels: Invalid value: null: `selector` does not match "
                + "template `labels`]"),
        SpecRow(
            "one that cannot be read",
            #"{"manualSelector":true,"selector":{"matchExpressions":[{"key":"a","operator":"Near"}]}}"#,
            "spec.selector.matchExpressions[0].operator: Invalid value: \"Near\": not a valid selector operator"),
    ]

    @Test(arguments: counts + managers + indexed + replacement + selectors)
    func holds(_ row: SpecRow) { #expect(Self.refusal(of: row.input) == row.expected) }

    @Test func `the hostname of the last index must be a label`() throws {
        let name = String(repeating: "a", count: 60)
        func message(completions: Int) -> String? {
            KubeTests.refusal {
                let yaml = helloJob.replacing("name: hello", with: "name: \(name)")
                    .replacing(
                        "spec:\n  template",
                        with: "spec:\n  completionMode: Indexed\n  completions: \(completions)\n  template")
                _ = try admit(Job.self, yaml)
            }
        }
        #expect(message(completions: 100) == nil)
        #expect(
            message(completions: 101)
                == "Job.batch \"\(name)\" is invalid: metadata.name: Invalid value: \"\(name)\": will not able to create pod "
                + "with invalid DNS label: \(name)-100")
    }

    @Test func `with limits per index the Job's own limit is out of the way`() throws {
        let job = try JobTests.job(#"{"completionMode":"Indexed","completions":2,"backoffLimitPerIndex":1}"#)
        #expect(job.spec.backoffLimit == 2_147_483_647)
        #expect(job.spec.maxFailedIndexes == nil)
    }

    @Test func `thousands of errors are told in time`() throws {
        let values = String(repeating: "0,", count: 20_000) + "0"
        let start = ContinuousClock.now
        let message = Self.refusal(
            of: #"""
                {"podFailurePolicy":{"rules":[{"action":"Ignore","onExitCodes":{"operator":"In","values":[\#(values)]}}]}}
                """#)
        #expect(
            message?.hasPrefix("[spec.podFailurePolicy.rules[0].onExitCodes.values: Too many: 20001: must have") == true
        )
        #expect(ContinuousClock.now - start < .seconds(5))
    }
}
