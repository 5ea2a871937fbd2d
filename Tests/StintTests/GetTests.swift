import Kube
import Testing

@testable import stint

@Suite struct GetTests {
    static let columns = """
        "columnDefinitions":[{"name":"Name","type":"string","format":"name","priority":0},{"name":"Status","type":"string","priority":0},{"name":"Completions","type":"string","priority":0},{"name":"Duration","type":"string","priority":0},{"name":"Age","type":"string","priority":0},{"name":"Containers","type":"string","priority":1}]
        """

    static func row(_ name: String, _ status: String, _ completions: String) -> String {
        #"{"cells":["\#(name)","\#(status)","\#(completions)","5s","2m","main"],"object":{"kind":"PartialObjectMetadata","metadata":{"name":"\#(name)","namespace":"default","labels":{"app":"\#(name)","b":"c"}}}}"#
    }

    static func table(_ rows: String...) -> String {
        #"{"kind":"Table","apiVersion":"meta.k8s.io/v1","metadata":{"resourceVersion":"7"},\#(columns),"rows":[\#(rows.joined(separator: ","))]}"#
    }

    static func jobs(_ question: FakeDaemon.Question) -> FakeDaemon.Answer {
        let path = question.target.split(separator: "?").first.map(String.init) ?? ""
        guard question.accept == ServerTable.accept else { return fixtures(question) }
        switch path {
        case "/apis/batch/v1/namespaces/default/jobs" where question.target.contains("watch=1"):
            let change = #"{"type":"MODIFIED","object":{"kind":"Table","rows":[\#(row("hello", "Complete", "1/1"))]}}"#
            return .open([change + "\n" + #"{"type":"BOOKMARK","object":{"kind":"Table","rows":[]}}"# + "\n"])
        case "/apis/batch/v1/namespaces/default/jobs", "/apis/batch/v1/jobs":
            return .json(table(row("hello", "Complete", "1/1"), row("a-longer-name", "Running", "0/1")))
        case "/apis/batch/v1/namespaces/default/jobs/hello": return .json(table(row("hello", "Complete", "1/1")))
        case "/api/v1/namespaces/default/pods": return .json(#"{"kind":"Table","metadata":{},\#(columns),"rows":[]}"#)
        default: return .notFound(path)
        }
    }

    @Test(arguments: [
        (
            "columns are three spaces apart and the last is not padded", ["jobs"],
            """
            NAME            STATUS     COMPLETIONS   DURATION   AGE
            hello           Complete   1/1           5s         2m
            a-longer-name   Running    0/1           5s         2m

            """
        ),
        (
            "wide shows the columns of lower rank", ["job", "-o", "wide", "--no-headers"],
            """
            hello           Complete   1/1   5s    2m    main
            a-longer-name   Running    0/1   5s    2m    main

            """
        ),
        (
            "all namespaces begin with the namespace", ["jobs.batch", "-A"],
            """
            NAMESPACE   NAME            STATUS     COMPLETIONS   DURATION   AGE
            default     hello           Complete   1/1           5s         2m
            default     a-longer-name   Running    0/1           5s         2m

            """
        ),
        (
            "labels come last", ["job/hello", "--show-labels"],
            """
            NAME    STATUS     COMPLETIONS   DURATION   AGE   LABELS
            hello   Complete   1/1           5s         2m    app=hello,b=c

            """
        ),
        (
            "of several kinds, names say their kind and empty ones nothing", ["jobs,pods"],
            """
            NAME                      STATUS     COMPLETIONS   DURATION   AGE
            job.batch/hello           Complete   1/1           5s         2m
            job.batch/a-longer-name   Running    0/1           5s         2m

            """
        ),
    ])
    func tables(_ row: (sentence: String, arguments: [String], output: String)) async throws {
        try await FakeDaemon.with(Self.jobs) { daemon in
            let result = await Recording.of(["get"] + row.arguments + ["--socket", daemon.path])
            #expect(result.output == row.output, "\(row.sentence)")
            #expect(result.complaints == "")
        }
    }

    @Test(arguments: [
        ("nothing of a kind", ["pods"], "No resources found in default namespace.\n", 0),
        ("a kind the daemon does not serve", ["cows"], "error: the server doesn't have a resource type \"cows\"\n", 1),
        ("a name that is not there", ["job", "x"], "Error from server (NotFound): jobs.batch \"x\" not found\n", 1),
        (
            "two names that are not there, without repeating itself", ["job", "x", "y"],
            "Error from server (NotFound): jobs.batch \"x\" not found\nError from server (NotFound): jobs.batch \"y\" not found\n",
            1
        ),
        (
            "names across namespaces", ["job", "x", "-A"],
            "error: a resource cannot be retrieved by name across all namespaces\n", 1
        ),
    ])
    func says(_ row: (sentence: String, arguments: [String], complaint: String, exitCode: Int32)) async throws {
        try await FakeDaemon.with(Self.jobs) { daemon in
            let result = await Recording.of(["get"] + row.arguments + ["--socket", daemon.path])
            #expect(result.complaints == row.complaint, "\(row.sentence)")
            #expect(result.exitCode == row.exitCode)
        }
    }

    @Test func `a watch prints what is there and then each change, under one header`() async throws {
        try await FakeDaemon.with(Self.jobs) { daemon in
            let watch = Task { await Recording.of(["get", "jobs", "-w", "--socket", daemon.path]) }
            while !daemon.questions.contains(where: { $0.target.contains("watch=1") }) { await Task.yield() }
            try await Task.sleep(for: .milliseconds(200))
            watch.cancel()
            let output = await watch.value.output
            #expect(
                output == """
                    NAME            STATUS     COMPLETIONS   DURATION   AGE
                    hello           Complete   1/1           5s         2m
                    a-longer-name   Running    0/1           5s         2m
                    hello           Complete   1/1           5s         2m

                    """)
            #expect(daemon.questions.last?.target.contains("resourceVersion=7") == true)
        }
    }

    @Test func `selectors go to the daemon as they were written, escaped`() async throws {
        try await FakeDaemon.with(Self.jobs) { daemon in
            _ = await Recording.of(
                [
                    "get", "jobs", "-l", "a=b,c in (d)", "--field-selector", "status.successful=1", "--socket",
                    daemon.path,
                ])
            #expect(
                daemon.questions.last?.target
                    == "/apis/batch/v1/namespaces/default/jobs?labelSelector=a%3Db%2Cc%20in%20%28d%29&fieldSelector=status.successful%3D1&limit=500"
            )
        }
    }

    @Test func `without a daemon one sentence says which socket and how to start it`() async {
        let result = await Recording.of(["get", "jobs", "--socket", "/nonexistent/s"])
        #expect(
            result.complaints == "error: no daemon answers on /nonexistent/s: start it with 'stintd' as root, or name "
                + "its socket with --socket or STINT_SOCKET\n")
        #expect(result.exitCode == 1)
    }

    @Test func `an answer that stops in the middle is said to have stopped`() async throws {
        try await FakeDaemon.with({ _ in .cut("{") }) { daemon in
            let result = await Recording.of(["get", "jobs", "--socket", daemon.path])
            #expect(
                result.complaints
                    == "error: the daemon on \(daemon.path) closed the connection in the middle of its answer\n")
        }
    }
}

@Suite struct SpellingTests {
    @Test(arguments: [
        ("options before the verb", ["-n", "x", "get", "pods"], ["get", "pods", "-n", "x"]),
        ("options before the verb go before --", ["-n", "x", "run", "--", "a"], ["run", "-n", "x", "--", "a"]),
        ("a value joined to its letter", ["get", "po", "-lapp=x", "-ojson"], ["get", "po", "-l", "app=x", "-ojson"]),
        ("and with a sign between", ["get", "po", "-l=app=x"], ["get", "po", "-l", "app=x"]),
        ("true and false", ["logs", "x", "--follow=true", "--previous=false"], ["logs", "x", "--follow"]),
        ("a flag that is on", ["delete", "x", "--wait=false"], ["delete", "x", "--no-wait"]),
        ("an option without its value", ["delete", "x", "--cascade"], ["delete", "x", "--cascade=background"]),
        ("nothing behind --", ["run", "--", "--follow=true", "-n", "x"], ["run", "--", "--follow=true", "-n", "x"]),
    ])
    func kubectl(_ row: (sentence: String, given: [String], normalized: [String])) {
        #expect(KubectlSpelling.normalized(row.given) == row.normalized, "\(row.sentence)")
    }
}
