import Testing

@testable import Kube

/// stint's annotations where they stand: on Jobs, CronJobs, pods and in templates.
@Suite struct AdditionTests {
    /// Annotations in JSON, without the prefix, on the object itself and on the pods of a Job.
    struct Annotations: Sendable {
        var own = "{}"
        var pods = "{}"
        var spec = "{}"
    }

    static func prefixed(_ text: String) throws -> JSONValue {
        let members = try json(text).object ?? [:]
        return .object(Dictionary(uniqueKeysWithValues: members.map { ("stint.dev/\($0.key)", $0.value) }))
    }

    static func job(_ annotations: Annotations) throws -> (Job, [String]) {
        var tree = MergePatch.apply(["spec": try json(annotations.spec)], to: try YAMLReader.read(bytes(helloJob))[0])
        let template: JSONValue = ["metadata": ["annotations": try prefixed(annotations.pods)]]
        tree = MergePatch.apply(
            ["metadata": ["annotations": try prefixed(annotations.own)], "spec": ["template": template]], to: tree)
        var job = try ObjectDecoder.decode(Job.self, from: tree).object
        let warnings = try job.admitForCreate(namespace: "default", uid: "u-1", now: noon)
        return (job, warnings)
    }

    static func cronJob(_ annotations: Annotations, ofJob: String = "{}") throws -> (CronJob, [String]) {
        let (job, _) = try Self.job(Annotations(spec: annotations.spec))
        var spec = try KubeJSON.tree(of: job.spec)
        for name in ["selector", "manualSelector"] { spec = MergePatch.apply([:], to: spec).without(name) }
        let template: JSONValue = [
            "metadata": ["annotations": try prefixed(ofJob)],
            "spec": MergePatch.apply(
                ["template": ["metadata": ["annotations": try prefixed(annotations.pods)]]], to: spec),
        ]
        let tree: JSONValue = [
            "metadata": ["name": "nightly", "annotations": try prefixed(annotations.own)],
            "spec": ["schedule": "@daily", "jobTemplate": template],
        ]
        var cronJob = try ObjectDecoder.decode(CronJob.self, from: tree).object
        let warnings = try cronJob.admitForCreate(namespace: "default", uid: "u-1", now: noon)
        return (cronJob, warnings)
    }

    static func pod(_ annotations: String, spec: String = "{}") throws -> (Pod, [String]) {
        let tree = MergePatch.apply(
            ["metadata": ["annotations": try prefixed(annotations)], "spec": try json(spec)],
            to: try YAMLReader.read(bytes(helloPod))[0])
        var pod = try ObjectDecoder.decode(Pod.self, from: tree).object
        let warnings = try pod.admitForCreate(namespace: "default", uid: "u-1", now: noon)
        return (pod, warnings)
    }

    static let indexed = #"{"completionMode":"Indexed","completions":5}"#
    static let path = "metadata.annotations"

    static let refusals: [Row<Annotations, String?>] = [
        Row("nothing of ours", Annotations(), nil),
        Row("a bare prefix is not ours to judge", Annotations(own: #"{"x":"y"}"#), nil),
        Row(
            "all that a Job may have",
            Annotations(
                own: #"""
                    {"oom-retry":"factor=2","start-deadline":"120s","backoff":"base=1s","deadline-signal":"SIGUSR1@60s",
                     "ttl":"failed=7d","completed-before":"0,2-3"}
                    """#,
                pods: #"{"start-deadline":"1m","deadline-signal":"SIGTERM@5s"}"#, spec: indexed), nil),
        Row(
            "values that cannot be read, in order",
            Annotations(
                own: #"{"ttl":"","backoff":"base=1","oom-retry":"factor=1"}"#,
                pods: #"{"start-deadline":"x","deadline-signal":"y"}"#),
            #"[\#(path)[stint.dev/backoff]: Invalid value: "base=1": base must be a duration such as 90s, 10m or 7d, not "1", "#
                + #"\#(path)[stint.dev/oom-retry]: Invalid value: "factor=1": factor must be more than 1, not "1", "#
                + #"\#(path)[stint.dev/ttl]: Invalid value: "": must have at least one of succeeded=…, failed=…, "#
                + #"spec.template.\#(path)[stint.dev/deadline-signal]: Invalid value: "y": must be a signal and a time, such as "#
                + #"SIGUSR1@60s, spec.template.\#(path)[stint.dev/start-deadline]: Invalid value: "x": the start deadline must "#
                + #"be a duration such as 90s, 10m or 7d, not "x"]"#),
        Row(
            "indexes of a Job without them", Annotations(own: #"{"completed-before":"0"}"#),
            #"\#(path)[stint.dev/completed-before]: Invalid value: "0": requires indexed completion mode"#),
        Row(
            "indexes it does not have", Annotations(own: #"{"completed-before":"3-5"}"#, spec: indexed),
            #"\#(path)[stint.dev/completed-before]: Invalid value: "3-5": error parsing completed-before: too large index: "5""#
        ),
        Row(
            "indexes in disorder", Annotations(own: #"{"completed-before":"3,1"}"#, spec: indexed),
            #"\#(path)[stint.dev/completed-before]: Invalid value: "3,1": error parsing completed-before: non-increasing order, "#
                + "previous: 3, current: 1"),
        Row("no indexes", Annotations(own: #"{"completed-before":""}"#, spec: indexed), nil),
        Row(
            "what has no meaning here is not read", Annotations(own: #"{"cron-group":"?"}"#, pods: #"{"ttl":"?"}"#), nil
        ),
    ]

    @Test(arguments: refusals)
    func holds(_ row: Row<Annotations, String?>) {
        #expect(
            refusal { _ = try Self.job(row.input) } == row.expected.map { "Job.batch \"hello\" is invalid: \($0)" })
    }

    @Test func `a CronJob's are its own, those of its Jobs are in the template`() throws {
        #expect(
            refusal {
                _ = try Self.cronJob(
                    Annotations(
                        own: #"{"cron-spread":"10","cron-catch-up":"some","cron-group":"max=1","ttl":"?"}"#,
                        pods: #"{"start-deadline":"0s"}"#),
                    ofJob: #"{"ttl":"1h","completed-before":"0","cron-spread":"?"}"#)
            }
                == #"CronJob.batch "nightly" is invalid: [\#(Self.path)[stint.dev/cron-catch-up]: Invalid value: "some": must be "#
                + #"one of last, all, none, \#(Self.path)[stint.dev/cron-group]: Invalid value: "max=1": must have a name, such "#
                + #"as name=backups,max=2, \#(Self.path)[stint.dev/cron-spread]: Invalid value: "10": the spread must be a "#
                + #"duration such as 90s, 10m or 7d, not "10", spec.jobTemplate.\#(Self.path)[stint.dev/completed-before]: "#
                + #"Invalid value: "0": requires indexed completion mode, spec.jobTemplate.\#(Self.path)[stint.dev/ttl]: Invalid "#
                + #"value: "1h": "1h" is none of succeeded=…, failed=…, "#
                + #"spec.jobTemplate.spec.template.\#(Self.path)[stint.dev/start-deadline]: Invalid value: "0s": the start "#
                + "deadline must be more than 0s]")
        let own = #"{"cron-spread":"10m","cron-catch-up":"none","cron-group":"name=a,max=2"}"#
        let (cronJob, warnings) = try Self.cronJob(Annotations(own: own), ofJob: #"{"ttl":"failed=1h"}"#)
        #expect(warnings == [])
        #expect(cronJob.cronSpread == 600 && cronJob.cronCatchUp == .none)
        #expect(cronJob.cronGroup == CronGroup(name: "a", maximum: 2))
    }

    @Test func `a pod has two of them`() throws {
        #expect(
            refusal { _ = try Self.pod(#"{"start-deadline":"-1s","deadline-signal":"SIGSTOP@1s","backoff":"?"}"#) }
                == #"Pod "hello" is invalid: [\#(Self.path)[stint.dev/deadline-signal]: Invalid value: "SIGSTOP@1s": "SIGSTOP" "#
                + #"is not one of the signals \#(AdditionTextTests.known), \#(Self.path)[stint.dev/start-deadline]: Invalid "#
                + #"value: "-1s": the start deadline must be a duration such as 90s, 10m or 7d, not "-1s"]"#)
        let (pod, warnings) = try Self.pod(
            #"{"start-deadline":"90s","deadline-signal":"SIGUSR2@5s","boot-id":"b","job-deadline":"d"}"#,
            spec: #"{"activeDeadlineSeconds":60}"#)
        #expect(warnings == [])
        #expect(pod.startDeadline == 90 && pod.deadlineSignal == DeadlineSignal(signal: 12, lead: 5))
    }

    static let limited = #"""
        {"template":{"spec":{"containers":[{"name":"main","image":"a:1","resources":{"limits":{"memory":"1Gi"}}}]}}}
        """#

    static let warnings: [Row<Annotations, [String]>] = [
        Row(
            "more memory for who has a limit", Annotations(own: #"{"oom-retry":"factor=2"}"#, spec: limited), []),
        Row(
            "and for nobody else", Annotations(own: #"{"oom-retry":"factor=2"}"#),
            ["\(path)[stint.dev/oom-retry]: ignored: no container has a memory limit"]),
        Row(
            "a limit of something else is none",
            Annotations(own: #"{"oom-retry":"factor=2"}"#, spec: limited.replacing("memory", with: "cpu")),
            ["\(path)[stint.dev/oom-retry]: ignored: no container has a memory limit"]),
        Row(
            "a signal before a deadline",
            Annotations(own: #"{"deadline-signal":"SIGUSR1@60s"}"#, spec: #"{"activeDeadlineSeconds":61}"#), []),
        Row(
            "before none", Annotations(own: #"{"deadline-signal":"SIGUSR1@60s"}"#),
            ["\(path)[stint.dev/deadline-signal]: ignored: there is no activeDeadlineSeconds"]),
        Row(
            "before one that is too near",
            Annotations(pods: #"{"deadline-signal":"SIGUSR1@60s"}"#, spec: #"{"activeDeadlineSeconds":60}"#),
            [
                "spec.template.\(path)[stint.dev/deadline-signal]: the signal comes at the start: it is due 60s before a deadline "
                    + "of 60s"
            ]),
        Row(
            "the pods' own deadline counts too",
            Annotations(
                own: #"{"deadline-signal":"SIGUSR1@60s"}"#,
                spec: #"{"template":{"spec":{"activeDeadlineSeconds":90}}}"#), []),
        Row(
            "where they mean nothing",
            Annotations(own: #"{"cron-spread":"10m"}"#, pods: #"{"ttl":"failed=1h","cron-group":"name=a"}"#),
            [
                "\(path)[stint.dev/cron-spread]: ignored: it only means something on a CronJob",
                "spec.template.\(path)[stint.dev/cron-group]: ignored: it only means something on a CronJob",
                "spec.template.\(path)[stint.dev/ttl]: ignored: it only means something on a Job",
            ]),
        Row(
            "near misses",
            Annotations(
                own:
                    #"{"back-off":"","oomRetry":"","OOM-retry":"","start_deadline":"","tll":"","ttls":"","cron-catchup":""}"#
            ),
            [
                "\(path)[stint.dev/OOM-retry]: unknown annotation, did you mean \"stint.dev/oom-retry\"?",
                "\(path)[stint.dev/back-off]: unknown annotation, did you mean \"stint.dev/backoff\"?",
                "\(path)[stint.dev/cron-catchup]: unknown annotation, did you mean \"stint.dev/cron-catch-up\"?",
                "\(path)[stint.dev/oomRetry]: unknown annotation, did you mean \"stint.dev/oom-retry\"?",
                "\(path)[stint.dev/start_deadline]: unknown annotation, did you mean \"stint.dev/start-deadline\"?",
                "\(path)[stint.dev/tll]: unknown annotation, did you mean \"stint.dev/ttl\"?",
                "\(path)[stint.dev/ttls]: unknown annotation, did you mean \"stint.dev/ttl\"?",
            ]),
        Row(
            "what is far away, and what the daemon writes",
            Annotations(
                own: #"{"boot-id":"","job-deadline":"","oom-retries":"","restarts":"","a":"","retry":"","signal":""}"#),
            []),
    ]

    @Test(arguments: warnings)
    func warns(_ row: Row<Annotations, [String]>) throws {
        #expect(try Self.job(row.input).1 == row.expected)
    }

    @Test func `of a CronJob's annotations those of its Jobs belong in the template`() throws {
        let (_, warnings) = try Self.cronJob(
            Annotations(own: #"{"ttl":"failed=1h","cron-groups":"x"}"#), ofJob: #"{"cron-spread":"1m","tl":""}"#)
        #expect(
            warnings == [
                "\(Self.path)[stint.dev/cron-groups]: unknown annotation, did you mean \"stint.dev/cron-group\"?",
                "\(Self.path)[stint.dev/ttl]: ignored: it belongs in spec.jobTemplate.metadata.annotations",
                "spec.jobTemplate.\(Self.path)[stint.dev/cron-spread]: ignored: it only means something on a CronJob",
                "spec.jobTemplate.\(Self.path)[stint.dev/tl]: unknown annotation, did you mean \"stint.dev/ttl\"?",
            ])
    }

    @Test func `an update is asked about what it changes`() throws {
        var (old, _) = try Self.job(Annotations())
        old.metadata.annotations = ["stint.dev/backoff": "stored by another version", "stint.dev/ttls": ""]
        var new = old
        new.metadata.labels = ["a": "b"]
        #expect(try new.admitForUpdate(old: old) == [], "the value was there, and nobody is told again")
        #expect(new.backoffPolicy == nil)
        new.metadata.annotations?["stint.dev/ttl"] = "?"
        new.metadata.annotations?["stint.dev/backoff"] = "changed"
        for isStatus in [false, true] {
            let message = refusal { _ = try new.admitForUpdate(old: old, isStatus: isStatus) }
            #expect(
                message
                    == #"Job.batch "hello" is invalid: [\#(Self.path)[stint.dev/backoff]: Invalid value: "changed": "changed" is "#
                    + #"none of base=…, factor=…, max=…, jitter=…, \#(Self.path)[stint.dev/ttl]: Invalid value: "?": "?" is none "#
                    + "of succeeded=…, failed=…]")
        }
        new.metadata.annotations?["stint.dev/ttl"] = "failed=1s"
        new.metadata.annotations?["stint.dev/backoff"] = nil
        #expect(
            try new.admitForUpdate(old: old) == [
                "\(Self.path)[stint.dev/ttls]: unknown annotation, did you mean \"stint.dev/ttl\"?"
            ])
        let (pod, _) = try Self.pod("{}")
        var changed = pod
        changed.metadata.annotations = ["stint.dev/start-deadline": "?"]
        #expect(refusal { _ = try changed.admitForUpdate(old: pod) }?.contains("[stint.dev/start-deadline]") == true)
    }

    @Test func `a bad name of an annotation is the name's fault alone`() {
        #expect(
            refusal { _ = try Self.pod(#"{"":"x"}"#) }?.hasPrefix(
                "Pod \"hello\" is invalid: [metadata.annotations: Invalid value: \"stint.dev/\": name part must be non-empty"
            )
                == true)
    }
}

extension JSONValue {
    fileprivate func without(_ name: String) -> JSONValue {
        var members = object ?? [:]
        members[name] = nil
        return .object(members)
    }
}
