import Foundation
import Testing

@testable import Kube

@Suite struct CronJobTests {
    /// A CronJob with changes to its spec, as JSON.
    static func cronJob(_ spec: String = "{}", name: String = "nightly") throws -> (CronJob, [String]) {
        let job = try YAMLReader.read(bytes(helloJob))[0]
        let manifest: JSONValue = [
            "metadata": ["name": .string(name)],
            "spec": MergePatch.apply(
                try json(spec), to: ["schedule": "0 3 * * *", "jobTemplate": ["spec": job["spec"] ?? .null]]),
        ]
        var object = try ObjectDecoder.decode(CronJob.self, from: manifest).object
        let warnings = try object.admitForCreate(namespace: "default", uid: "u-1", now: noon)
        return (object, warnings)
    }

    @Test func `what the author left out is filled in, and the template of the Job is not a Job yet`() throws {
        let (cronJob, warnings) = try Self.cronJob()
        #expect(warnings == [])
        #expect(cronJob.spec.concurrencyPolicy == "Allow")
        #expect(cronJob.spec.suspend == false)
        #expect(cronJob.spec.successfulJobsHistoryLimit == 3)
        #expect(cronJob.spec.failedJobsHistoryLimit == 1)
        #expect(cronJob.status == CronJobStatus())
        #expect(cronJob.spec.jobTemplate.spec.template.spec.schedulerName == "default-scheduler")
        #expect(cronJob.spec.jobTemplate.spec.completions == nil)
        #expect(cronJob.spec.jobTemplate.spec.backoffLimit == nil)
    }

    static let refusals: [Row<String, String>] = [
        Row("no schedule", #"{"schedule":""}"#, "spec.schedule: Required value"),
        Row(
            "too few fields", #"{"schedule":"* * *"}"#,
            "spec.schedule: Invalid value: \"* * *\": expected exactly 5 fields, found 3: [* * *]"),
        Row(
            "a zone in the schedule", #"{"schedule":"TZ=UTC * * * * *"}"#,
            "spec.schedule: Invalid value: \"TZ=UTC * * * * *\": cannot use TZ or CRON_TZ in schedule, use timeZone field "
                + "instead"),
        Row(
            "the other spelling", #"{"schedule":"CRON_TZ=UTC * * * * *"}"#,
            "spec.schedule: Invalid value: \"CRON_TZ=UTC * * * * *\": cannot use TZ or CRON_TZ in schedule, use timeZone "
                + "field instead"),
        Row(
            "a zone and too few fields", #"{"schedule":"TZ=UTC * * *"}"#,
            #"[spec.schedule: Invalid value: "TZ=UTC * * *": expected exactly 5 fields, found 3: [* * *], "#
                + #"spec.schedule: Invalid value: "TZ=UTC * * *": cannot use TZ or CRON_TZ in schedule, use timeZone field "#
                + "instead]"),
        Row(
            "a zone that is none, in the schedule", #"{"schedule":"CRON_TZ=Mars/Base * * * * *"}"#,
            #"[spec.schedule: Invalid value: "CRON_TZ=Mars/Base * * * * *": provided bad location Mars/Base: unknown time "#
                + #"zone Mars/Base, spec.schedule: Invalid value: "CRON_TZ=Mars/Base * * * * *": cannot use TZ or CRON_TZ "#
                + "in schedule, use timeZone field instead]"),
        Row(
            "a zone outside the folder of zones", #"{"schedule":"TZ=../UTC @daily"}"#,
            #"[spec.schedule: Invalid value: "TZ=../UTC @daily": provided bad location ../UTC: time: invalid location "#
                + #"name, spec.schedule: Invalid value: "TZ=../UTC @daily": cannot use TZ or CRON_TZ in schedule, use "#
                + "timeZone field instead]"),
        Row(
            "nothing but a zone", #"{"schedule":"TZ=0"}"#,
            #"[spec.schedule: Invalid value: "TZ=0": invalid schedule format: runtime error: slice bounds out of range "#
                + #"[:-1], spec.schedule: Invalid value: "TZ=0": cannot use TZ or CRON_TZ in schedule, use timeZone field "#
                + "instead]"),
        Row(
            "a zone before a name", #"{"schedule":"TZ=UTC  @daily"}"#,
            "spec.schedule: Invalid value: \"TZ=UTC  @daily\": cannot use TZ or CRON_TZ in schedule, use timeZone field "
                + "instead"),
        Row(
            "an empty zone", #"{"timeZone":""}"#,
            "spec.timeZone: Invalid value: \"\": timeZone must be nil or non-empty string"),
        Row(
            "the host's zone", #"{"timeZone":"Local"}"#,
            "spec.timeZone: Invalid value: \"Local\": timeZone must be an explicit time zone as defined in "
                + "https://www.iana.org/time-zones"),
        Row(
            "a zone that is not there", #"{"timeZone":"Mars/Olympus"}"#,
            "spec.timeZone: Invalid value: \"Mars/Olympus\": unknown time zone Mars/Olympus"),
        Row(
            "a negative deadline", #"{"startingDeadlineSeconds":-1}"#,
            "spec.startingDeadlineSeconds: Invalid value: -1: must be greater than or equal to 0"),
        Row(
            "an unknown policy", #"{"concurrencyPolicy":"Wait"}"#,
            "spec.concurrencyPolicy: Unsupported value: \"Wait\": supported values: \"Allow\", \"Forbid\", \"Replace\""),
        Row(
            "negative limits", #"{"successfulJobsHistoryLimit":-1,"failedJobsHistoryLimit":-2}"#,
            "[spec.successfulJobsHistoryLimit: Invalid value: -1: must be greater than or equal to 0, "
                + "spec.failedJobsHistoryLimit: Invalid value: -2: must be greater than or equal to 0]"),
        Row(
            "a selector of one's own", #"{"jobTemplate":{"spec":{"selector":{"matchLabels":{"a":"b"}}}}}"#,
            "spec.jobTemplate.spec.selector: Invalid value: {\"matchLabels\":{\"a\":\"b\"}}: `selector` will be auto-generated"
        ),
        Row(
            "a manual selector", #"{"jobTemplate":{"spec":{"manualSelector":true}}}"#,
            "spec.jobTemplate.spec.manualSelector: Unsupported value: true: supported values: \"nil\", \"false\""),
        Row(
            "what no Job may have", #"{"jobTemplate":{"spec":{"parallelism":-1}}}"#,
            "spec.jobTemplate.spec.parallelism: Invalid value: -1: must be greater than or equal to 0"),
        Row(
            "a restart policy no Job may have",
            #"{"jobTemplate":{"spec":{"template":{"spec":{"restartPolicy":"Always"}}}}}"#,
            "spec.jobTemplate.spec.template.spec.restartPolicy: Required value: valid values: \"OnFailure\", \"Never\""),
        Row(
            "limits per index without indexes", #"{"jobTemplate":{"spec":{"backoffLimitPerIndex":1}}}"#,
            "spec.jobTemplate.spec.backoffLimitPerIndex: Invalid value: 1: requires indexed completion mode"),
        Row(
            "volumes of its pods",
            #"{"jobTemplate":{"spec":{"template":{"spec":{"volumes":[{"name":"v","nfs":{}}]}}}}}"#,
            "spec.jobTemplate.spec.template.spec.volumes[0].nfs: Forbidden: not supported by stint yet"),
    ]

    @Test(arguments: refusals)
    func refuses(_ row: Row<String, String>) {
        #expect(refusal { _ = try Self.cronJob(row.input) } == "CronJob.batch \"nightly\" is invalid: \(row.expected)")
    }

    @Test func `a name leaves room for the time`() throws {
        let name = String(repeating: "a", count: 53)
        #expect(
            refusal { _ = try Self.cronJob(name: name) }
                == "CronJob.batch \"\(name)\" is invalid: metadata.name: Invalid value: \"\(name)\": must be no more than 52 "
                + "characters")
        #expect(throws: Never.self) { try Self.cronJob(name: String(repeating: "a", count: 52)) }
    }

    @Test func `a change of the spec counts, and a request for one leaves the other alone`() throws {
        let (old, _) = try Self.cronJob()
        var new = old
        new.spec.suspend = true
        new.status?.lastScheduleTime = Timestamp(noon)
        var spec = new
        _ = try spec.admitForUpdate(old: old)
        #expect(spec.spec.suspend == true && spec.status == old.status && spec.metadata.generation == 2)
        _ = try new.admitForUpdate(old: old, isStatus: true)
        #expect(new.spec == old.spec && new.status?.lastScheduleTime == Timestamp(noon))
    }

    @Test(arguments: [
        "UTC", "Etc/UTC", "Europe/Berlin", "America/Argentina/Buenos_Aires", "US/Pacific", "Etc/GMT+5", "GMT", "EST",
        "CET", "EST5EDT", "Zulu",
    ])
    func knowsZones(_ name: String) { #expect(Zone(named: name) != nil) }

    @Test(arguments: ["PST", "GMT+5", "+05:00", "Europe/../UTC", "Europe//Berlin", "-UTC", "Europe/Berlin2", "/UTC"])
    func knowsNoOtherZones(_ name: String) { #expect(Zone(named: name) == nil) }

    @Test func `columns`() throws {
        var (cronJob, _) = try Self.cronJob(#"{"timeZone":"Etc/UTC"}"#)
        #expect(
            cronJob.cells(now: noon.addingTimeInterval(60)) == [
                "nightly", "0 3 * * *", "Etc/UTC", "False", 0, "<none>", "60s", "main", "busybox", "<none>",
            ])
        cronJob.spec.timeZone = nil
        cronJob.spec.suspend = true
        cronJob.status?.active = [ObjectReference(), ObjectReference()]
        cronJob.status?.lastScheduleTime = Timestamp(noon)
        #expect(
            Array(cronJob.cells(now: noon.addingTimeInterval(60))[2...6]) == ["<none>", "True", 2, "60s", "60s"])
        #expect(
            CronJob.columns.map(\.name) == [
                "Name", "Schedule", "Timezone", "Suspend", "Active", "Last Schedule", "Age", "Containers", "Images",
                "Selector",
            ])
    }

    /// As `kubectl create job hello --from=cronjob/nightly` makes it.
    @Test func `a Job may belong to a CronJob`() throws {
        let owned =
            helloJob.replacing(
                "  name: hello\n",
                with: """
                      name: hello
                      annotations: {cronjob.kubernetes.io/instantiate: manual}
                      ownerReferences:
                      - {apiVersion: batch/v1, kind: CronJob, name: nightly, uid: u-9, controller: true}

                    """)
        let (job, warnings) = try admit(Job.self, owned)
        #expect(job.controllerReference?.kind == "CronJob")
        #expect(warnings == [])
    }
}
