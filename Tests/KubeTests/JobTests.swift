import Foundation
import Testing

@testable import Kube

@Suite struct JobTests {
    /// The hello job with changes to its spec, as JSON.
    static func job(_ changes: String, template: String = "{}") throws -> Job {
        let manifest = try YAMLReader.read(bytes(helloJob))[0]
        let patch: JSONValue = ["spec": try json(changes)]
        let deep: JSONValue = ["spec": ["template": try json(template)]]
        let tree = MergePatch.apply(deep, to: MergePatch.apply(patch, to: manifest))
        var job = try ObjectDecoder.decode(Job.self, from: tree).object
        _ = try job.admitForCreate(namespace: "default", uid: "u-1", now: noon)
        return job
    }

    @Test func `what the author left out is filled in`() throws {
        let (job, warnings) = try admit(Job.self, helloJob)
        #expect(warnings == [])
        let spec = job.spec
        #expect(spec.parallelism == 1)
        #expect(spec.completions == 1)
        #expect(spec.backoffLimit == 6)
        #expect(spec.completionMode == "NonIndexed")
        #expect(spec.suspend == false)
        #expect(spec.podReplacementPolicy == "TerminatingOrFailed")
        #expect(spec.manualSelector == false)
        #expect(spec.template.spec.terminationGracePeriodSeconds == 30)
        #expect(spec.template.spec.dnsPolicy == "ClusterFirst")
        #expect(spec.template.spec.containers[0].imagePullPolicy == "Always")
        #expect(job.metadata.generation == 1)
        #expect(job.metadata.creationTimestamp == Timestamp(noon))
        #expect(job.status == JobStatus())
    }

    @Test func `pods carry both spellings of the job's labels, and the selector finds them`() throws {
        let (job, _) = try admit(Job.self, helloJob)
        #expect(
            job.spec.template.metadata?.labels == [
                "batch.kubernetes.io/controller-uid": "u-1", "batch.kubernetes.io/job-name": "hello",
                "controller-uid": "u-1", "job-name": "hello",
            ])
        #expect(job.spec.selector == LabelSelector(matchLabels: ["batch.kubernetes.io/controller-uid": "u-1"]))
        #expect(job.metadata.labels == job.spec.template.metadata?.labels, "as upstream's defaults on reading give it")
    }

    @Test func `a job without labels takes its template's, without the generated ones`() throws {
        let job = try Self.job("{}", template: #"{"metadata":{"labels":{"app":"x"}}}"#)
        #expect(job.metadata.labels == ["app": "x"])
        #expect(job.spec.template.metadata?.labels?.count == 5)
    }

    @Test func `a work queue has no completions`() throws {
        let job = try Self.job(#"{"parallelism":3}"#)
        #expect(job.spec.completions == nil)
        #expect(job.spec.parallelism == 3)
    }

    static let refusals: [Row<(String, String), String>] = [
        Row(
            "always restarting pods never complete", ("{}", #"{"spec":{"restartPolicy":"Always"}}"#),
            "spec.template.spec.restartPolicy: Required value: valid values: \"OnFailure\", \"Never\""),
        Row(
            "and that is the default", ("{}", #"{"spec":{"restartPolicy":null}}"#),
            "spec.template.spec.restartPolicy: Required value: valid values: \"OnFailure\", \"Never\""),
        Row(
            "an unknown policy", ("{}", #"{"spec":{"restartPolicy":"Sometimes"}}"#),
            "[spec.template.spec.restartPolicy: Unsupported value: \"Sometimes\": supported values: \"Always\", "
                + "\"OnFailure\", \"Never\", spec.template.spec.restartPolicy: Unsupported value: \"Sometimes\": supported "
                + "values: \"OnFailure\", \"Never\"]"),
        Row(
            "less than nothing", (#"{"parallelism":-1}"#, "{}"),
            "spec.parallelism: Invalid value: -1: must be greater than or equal to 0"),
        Row(
            "a negative limit", (#"{"backoffLimit":-2}"#, "{}"),
            "spec.backoffLimit: Invalid value: -2: must be greater than or equal to 0"),
        Row(
            "a negative time to live", (#"{"ttlSecondsAfterFinished":-2}"#, "{}"),
            "spec.ttlSecondsAfterFinished: Invalid value: -2: must be greater than or equal to 0"),
        Row("no containers", ("{}", #"{"spec":{"containers":[]}}"#), "spec.template.spec.containers: Required value"),
        Row(
            "limits per index without indexes", (#"{"maxFailedIndexes":1,"backoffLimitPerIndex":1}"#, "{}"),
            "[spec.backoffLimitPerIndex: Invalid value: 1: requires indexed completion mode, spec.maxFailedIndexes: Invalid "
                + "value: 1: requires indexed completion mode]"),
        Row(
            "an unknown completion mode", (#"{"completionMode":"Sorted"}"#, "{}"),
            "spec.completionMode: Unsupported value: \"Sorted\": supported values: \"NonIndexed\", \"Indexed\""),
        Row(
            "a selector of the author's own", (#"{"selector":{"matchLabels":{"a":"b"}}}"#, "{}"),
            "[spec.selector: Invalid value: {\"matchLabels\":{\"a\":\"b\",\"batch.kubernetes.io/controller-uid\":\"u-1\"}}: "
                + "`selector` not auto-generated, spec.template.metadata.labels: Invalid value: "
                + "{\"batch.kubernetes.io/controller-uid\":\"u-1\",\"batch.kubernetes.io/job-name\":\"hello\","
                + "\"controller-uid\":\"u-1\",\"job-name\":\"hello\"}: `selector` does not match template `labels`]"),
        Row(
            "a generated label of the author's own", ("{}", #"{"metadata":{"labels":{"job-name":"other"}}}"#),
            "spec.template.metadata.labels[job-name]: Invalid value: {\"batch.kubernetes.io/controller-uid\":\"u-1\","
                + "\"batch.kubernetes.io/job-name\":\"hello\",\"controller-uid\":\"u-1\",\"job-name\":\"other\"}: must be "
                + "'hello'"),
        Row(
            "a manager without a domain", (#"{"managedBy":"me"}"#, "{}"),
            "spec.managedBy: Invalid value: \"me\": must be a domain-prefixed path (such as \"acme.io/foo\")"),
        Row(
            "volumes inside the template", ("{}", #"{"spec":{"volumes":[{"name":"v","nfs":{}}]}}"#),
            "spec.template.spec.volumes[0].nfs: Forbidden: not supported by stint yet"),
    ]

    @Test(arguments: refusals)
    func refuses(_ row: Row<(String, String), String>) {
        #expect(
            refusal { _ = try Self.job(row.input.0, template: row.input.1) }
                == "Job.batch \"hello\" is invalid: \(row.expected)")
    }

    @Test func `rules for Indexed jobs`() {
        func errors(_ change: (inout JobSpec) -> Void) -> [String] {
            var spec = JobSpec(template: PodTemplateSpec(spec: PodSpec(containers: [Container(name: "a", image: "b")])))
            spec.template.spec.restartPolicy = "Never"
            spec.selector = LabelSelector()
            spec.completionMode = "Indexed"
            change(&spec)
            return spec.validate("spec").map(\.message)
        }
        #expect(errors { _ in } == ["spec.completions: Required value: when completion mode is Indexed"])
        #expect(
            errors { ($0.completions, $0.parallelism) = (1, 100_001) } == [
                "spec.parallelism: Invalid value: 100001: must be less than or equal to 100000 when completion mode is Indexed"
            ])
        #expect(
            errors { ($0.completions, $0.maxFailedIndexes, $0.backoffLimitPerIndex) = (3, 4, 1) } == [
                "spec.maxFailedIndexes: Invalid value: 4: must be less than or equal to completions"
            ])
        #expect(errors { ($0.completions, $0.parallelism) = (10, 5) } == [])
    }

    static let updates: [Row<String, String?>] = [
        Row("parallelism may change", #"{"spec":{"parallelism":5}}"#, nil),
        Row("so may the back-off limit", #"{"spec":{"backoffLimit":1}}"#, nil),
        Row("and the deadline, and suspension", #"{"spec":{"activeDeadlineSeconds":5,"suspend":true}}"#, nil),
        Row(
            "completions never", #"{"spec":{"completions":5}}"#,
            "spec.completions: Invalid value: 5: field is immutable"),
        Row(
            "nor the mode", #"{"spec":{"completionMode":"Indexed"}}"#,
            "spec.completionMode: Invalid value: \"Indexed\": field is immutable"),
        Row("labels may change", #"{"metadata":{"labels":{"a":"b"}}}"#, nil),
        Row(
            "bad labels may not", #"{"metadata":{"labels":{"a":"-"}}}"#,
            "metadata.labels: Invalid value: \"-\": a valid label must be an empty string or consist of alphanumeric characters, "
                + "'-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or "
                + "'12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"),
    ]

    @Test(arguments: updates)
    func allowsChanges(_ row: Row<String, String?>) throws {
        let (old, _) = try admit(Job.self, helloJob)
        var new = try Patch.apply(.merge, bytes(row.input), to: old).object
        #expect(
            refusal { _ = try new.admitForUpdate(old: old) }
                == row.expected.map { "Job.batch \"hello\" is invalid: \($0)" })
    }

    @Test func `a template never changes`() throws {
        let (old, _) = try admit(Job.self, helloJob)
        var new = old
        new.spec.template.spec.containers[0].image = "other"
        let message = refusal { _ = try new.admitForUpdate(old: old) } ?? ""
        #expect(message.hasPrefix("Job.batch \"hello\" is invalid: spec.template: Invalid value: {"))
        #expect(message.hasSuffix("}: field is immutable"))
    }

    @Test func `where the pods of a suspended job run may change until it starts`() throws {
        var (old, _) = try admit(Job.self, helloJob)
        old.spec.suspend = true
        var new = old
        new.spec.template.spec.nodeSelector = ["disk": "ssd"]
        new.spec.template.metadata?.annotations = ["a": "b"]
        #expect(refusal { _ = try new.admitForUpdate(old: old) } == nil)
        old.status?.startTime = Timestamp(noon)
        #expect(refusal { _ = try new.admitForUpdate(old: old) } != nil)
    }

    @Test func `only a changed spec counts as a new generation, and the status stays`() throws {
        var (old, _) = try admit(Job.self, helloJob)
        old.status?.succeeded = 1
        var new = old
        new.status = nil
        new.metadata.annotations = ["a": "b"]
        _ = try new.admitForUpdate(old: old)
        #expect(new.metadata.generation == 1)
        #expect(new.status?.succeeded == 1)
        new.spec.parallelism = 4
        _ = try new.admitForUpdate(old: old)
        #expect(new.metadata.generation == 2)
    }

    @Test func `a status update changes nothing else, and nothing final is taken back`() throws {
        var (old, _) = try admit(Job.self, helloJob)
        old.status?.failed = 2
        old.status?.conditions = [JobCondition(type: "Failed", status: "True")]
        var new = old
        new.spec.parallelism = 9
        new.status?.failed = 1
        new.status?.conditions = []
        #expect(
            refusal { _ = try new.admitForUpdate(old: old, isStatus: true) }
                == "Job.batch \"hello\" is invalid: [status.conditions: Invalid value: cannot disable the terminal Failed=True "
                + "condition, status.failed: Invalid value: 1: cannot decrease the failed counter]")
        new.status = old.status
        new.status?.active = 0
        _ = try new.admitForUpdate(old: old, isStatus: true)
        #expect(new.spec.parallelism == 1)
    }

    @Test func `names are made, and namespaces must agree`() throws {
        var job = try ObjectDecoder.decode(Job.self, from: bytes(helloJob), contentType: .yaml).object
        job.metadata.name = nil
        job.metadata.generateName = "nightly-"
        _ = try job.admitForCreate(namespace: "default", uid: "u", now: noon)
        #expect(job.name.hasPrefix("nightly-") && job.name.count == 13)
        #expect(
            refusal { _ = try job.admitForCreate(namespace: "other", uid: "u", now: noon) }
                == "the namespace of the provided object does not match the namespace sent on the request")
        job.metadata.name = nil
        job.metadata.generateName = nil
        let message = refusal { _ = try job.admitForCreate(namespace: "default", uid: "u", now: noon) }
        #expect(message?.contains("metadata.name: Required value: name or generateName is required") == true)
    }

    @Test func `an index that only Indexed jobs have is warned of`() throws {
        let env = #"""
            {"spec":{"containers":[{"name":"main","image":"a","env":[{"name":"I","valueFrom":{"fieldRef":{"fieldPath":
            "metadata.annotations['batch.kubernetes.io/job-completion-index']"}}}]}]}}
            """#
        let job = try Self.job("{}", template: env)
        #expect(job.warnings(old: nil).count == 1)
        #expect(job.warnings(old: nil)[0].contains("completionMode: Indexed"))
        #expect(job.warnings(old: job) == [])
    }
}
