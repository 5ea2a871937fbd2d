import Kube
import Testing

@testable import stint

@Suite struct RunTests {
    static func job(_ condition: String? = nil, reason: String? = nil, failed: Int = 0) -> Job {
        var job = Job(
            metadata: ObjectMeta(name: "run-x"), spec: JobSpec(template: PodTemplateSpec(spec: PodSpec(containers: [])))
        )
        var status = JobStatus()
        status.failed = failed
        status.conditions = condition.map { [JobCondition(type: $0, status: "True", reason: reason)] }
        job.status = status
        return job
    }

    static func pod(_ state: ContainerState, at seconds: Int = 0) -> Pod {
        var pod = Pod(metadata: ObjectMeta(name: "run-x-\(seconds)"), spec: PodSpec(containers: []))
        pod.metadata.creationTimestamp = Timestamp(.init(timeIntervalSince1970: Double(seconds)))
        var container = ContainerStatus(name: "main", image: "busybox")
        container.state = state
        var status = PodStatus()
        status.containerStatuses = [container]
        pod.status = status
        return pod
    }

    static func ended(_ code: Int, _ reason: String = "Error", signal: Int? = nil, message: String? = nil)
        -> ContainerState
    {
        var ended = ContainerStateTerminated(exitCode: code, reason: reason)
        ended.signal = signal
        ended.message = message
        return ContainerState(terminated: ended)
    }

    static func end(_ code: Int32, _ message: String?) -> RunVerdict {
        .ended(RunEnd(exitCode: code, message: message))
    }

    struct Case: Sendable {
        let sentence: String
        let job: Job
        let pods: [Pod]
        let verdict: RunVerdict

        init(_ sentence: String, _ job: Job, _ pods: [Pod], _ verdict: RunVerdict) {
            (self.sentence, self.job, self.pods, self.verdict) = (sentence, job, pods, verdict)
        }
    }

    @Test(arguments: [
        Case("nothing happened yet", job(), [], .goesOn),
        Case("a program that runs", job(), [pod(ContainerState(running: ContainerStateRunning()))], .goesOn),
        Case("a failed try before the next", job(failed: 1), [pod(ended(1))], .goesOn),
        Case("success is silent", job("Complete"), [pod(ended(0, "Completed"))], end(0, nil)),
        Case(
            "success after a failure too", job("Complete", failed: 1),
            [pod(ended(3)), pod(ended(0, "Completed"), at: 9)], end(0, nil)),
        Case(
            "the program's own exit code", job("Failed", reason: "BackoffLimitExceeded", failed: 1), [pod(ended(3))],
            end(3, "job/run-x failed: exit code 3")),
        Case(
            "the newest try counts", job("Failed", reason: "BackoffLimitExceeded", failed: 2),
            [pod(ended(4), at: 9), pod(ended(3))],
            end(4, "job/run-x failed: exit code 4 (2 attempts)")),
        Case(
            "a signal", job("Failed", failed: 1), [pod(ended(139, signal: 11))],
            end(139, "job/run-x failed: exit code 139, ended by signal 11")),
        Case(
            "too much memory", job("Failed", failed: 1), [pod(ended(137, "OOMKilled"))],
            end(137, "job/run-x was killed: it used more than its 64Mi of memory (OOMKilled)")),
        Case(
            "too much time", job("Failed", reason: "DeadlineExceeded", failed: 1), [pod(ended(137))],
            end(137, "job/run-x was killed: still running after 30s (DeadlineExceeded)")),
        Case(
            "too much time, for a program that then ended well", job("Failed", reason: "DeadlineExceeded"),
            [pod(ended(0, "Completed"))],
            end(124, "job/run-x was killed: still running after 30s (DeadlineExceeded)")),
        Case(
            "too much time without a pod to see", job("Failed", reason: "DeadlineExceeded"), [],
            end(124, "job/run-x was killed: still running after 30s (DeadlineExceeded)")),
        Case(
            "a program that is not there", job("Failed", failed: 1),
            [pod(ended(128, "StartError", message: "exec /nope: no such file"))],
            end(128, "job/run-x failed: StartError: exec /nope: no such file")),
        Case(
            "an image that is not here", job(),
            [
                pod(
                    ContainerState(
                        waiting: ContainerStateWaiting(
                            reason: "ErrImageNeverPull", message: "image \"x\" is not present")))
            ],
            end(
                125,
                "job/run-x cannot start: image \"x\" is not present (ErrImageNeverPull); bring it here with 'stint image import'"
            )),
        Case(
            "an image that is not here, in the daemon's own words", job(),
            [
                pod(
                    ContainerState(
                        waiting: ContainerStateWaiting(
                            reason: "ImagePullBackOff", message: "import it with \"stint image import\"")))
            ],
            end(125, "job/run-x cannot start: import it with \"stint image import\" (ImagePullBackOff)")),
        Case(
            "a container being made", job(),
            [pod(ContainerState(waiting: ContainerStateWaiting(reason: "ContainerCreating")))], .goesOn),
    ])
    func `a run ends with`(_ row: Case) {
        let verdict = RunVerdict.decide(
            job: row.job, pods: row.pods, memory: Quantity("64Mi"), deadline: GoDuration(seconds: 30))
        #expect(verdict == row.verdict, "\(row.sentence)")
    }

    @Test func `a pod that waits for room says why`() {
        var pod = Self.pod(ContainerState())
        pod.status?.conditions = [
            PodCondition(type: "PodScheduled", status: "False", reason: "Unschedulable", message: "0/1 nodes: no cpu")
        ]
        #expect(
            RunVerdict.decide(job: Self.job(), pods: [pod], memory: nil, deadline: nil)
                == .waits("job/run-x waits for room: 0/1 nodes: no cpu"))
    }

    @Test func `the flags become a Job`() throws {
        let run = try Run.parse([
            "--image", "busybox", "--cpu", "500m", "--memory", "64Mi", "--deadline", "1500ms", "--retries", "2", "-e",
            "A=b=c",
            "--workdir", "/w", "--labels", "x=y", "--", "echo", "-n",
        ])
        #expect(
            run.draft.job == [
                "apiVersion": "batch/v1", "kind": "Job", "metadata": ["generateName": "run-", "labels": ["x": "y"]],
                "spec": [
                    "activeDeadlineSeconds": 2, "backoffLimit": 2,
                    "template": [
                        "metadata": ["labels": ["x": "y"]],
                        "spec": [
                            "restartPolicy": "Never", "terminationGracePeriodSeconds": 10,
                            "containers": [
                                [
                                    "name": "main", "image": "busybox", "args": ["echo", "-n"], "workingDir": "/w",
                                    "env": [["name": "A", "value": "b=c"]],
                                    "resources": ["limits": ["cpu": "500m", "memory": "64Mi"]],
                                ]
                            ],
                        ],
                    ],
                ],
            ])
    }

    @Test(arguments: [
        ["--image", "i", "--cpu", "0"], ["--image", "i", "--memory=-1"], ["--image", "i", "--deadline", "500ms"],
        ["--image", "i", "--retries=-1"], ["--image", "i", "--command"], [],
    ])
    func `flags that make no sense are refused`(_ arguments: [String]) {
        #expect(throws: (any Error).self) { try Run.parse(arguments) }
    }

    /// A whole run against canned answers: the Job, its one pod that ends at once, its log, the deletion.
    @Test func `a run shows the log, exits as the program did and cleans up`() async throws {
        let meta = #""metadata":{"name":"run-x","namespace":"default","uid":"u"}"#
        let pod =
            #"{"metadata":{"name":"run-x-p","namespace":"default"},"spec":{"containers":[{"name":"main"}]},"status":{"phase":"Failed","containerStatuses":[{"name":"main","ready":false,"restartCount":0,"image":"i","imageID":"","state":{"terminated":{"exitCode":7,"reason":"Error","startedAt":"2026-01-01T00:00:00Z"}}}]}}"#
        let failed =
            #"{"type":"MODIFIED","object":{\#(meta),"status":{"conditions":[{"type":"Failed","status":"True","reason":"BackoffLimitExceeded"}]}}}"#
        let script: FakeDaemon.Script = { question in
            let path = question.target.split(separator: "?").first.map(String.init) ?? ""
            switch (question.method, path) {
            case ("POST", _): return .json("{\(meta)}", status: 201)
            case ("DELETE", _): return .json(#"{"kind":"Status","status":"Success"}"#)
            case (_, "/apis/batch/v1/namespaces/default/jobs") where question.target.contains("watch=1"):
                return .open([failed + "\n"])
            case (_, "/apis/batch/v1/namespaces/default/jobs"):
                return .json(#"{"metadata":{"resourceVersion":"1"},"items":[{\#(meta)}]}"#)
            case (_, "/api/v1/namespaces/default/pods") where question.target.contains("watch=1"): return .open([])
            case (_, "/api/v1/namespaces/default/pods"):
                return .json(#"{"metadata":{"resourceVersion":"1"},"items":[\#(pod)]}"#)
            case (_, "/api/v1/namespaces/default/pods/run-x-p/log"): return .stream(["hel", "lo\n"], pause: 20)
            default: return .notFound(path)
            }
        }
        try await FakeDaemon.with(script) { daemon in
            let result = await Recording.of(["run", "--image", "i", "--socket", daemon.path, "--", "x"])
            #expect(result.output == "hello\n")
            #expect(result.complaints == "stint: job/run-x failed: exit code 7\n")
            #expect(result.exitCode == 7)
            #expect(daemon.questions.last?.method == "DELETE")
        }
    }
}
