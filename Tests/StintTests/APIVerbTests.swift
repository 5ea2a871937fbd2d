import Kube
import Testing

@testable import stint

/// The verbs that ask the API about itself and about what runs use.
@Suite struct APIVerbTests {
    static func server(_ question: FakeDaemon.Question) -> FakeDaemon.Answer {
        let path = question.target.split(separator: "?").first.map(String.init) ?? ""
        switch path {
        case "/apis/metrics.k8s.io/v1beta1/namespaces/default/pods", "/apis/metrics.k8s.io/v1beta1/pods":
            return .json(
                #"{"items":[{"metadata":{"name":"p1","namespace":"default"},"containers":[{"name":"b","usage":{"cpu":"1500000n","memory":"30000Ki"}},{"name":"a","usage":{"cpu":"10m","memory":"10Mi"}}]},{"metadata":{"name":"p2","namespace":"default"},"containers":[{"name":"a","usage":{"cpu":"100m","memory":"5Mi"}}]}]}"#
            )
        case "/apis/metrics.k8s.io/v1beta1/nodes":
            return .json(#"{"items":[{"metadata":{"name":"host1"},"usage":{"cpu":"250m","memory":"1Gi"}}]}"#)
        case "/api/v1/nodes":
            return .json(
                #"{"items":[{"metadata":{"name":"host1"},"status":{"allocatable":{"cpu":"2","memory":"4Gi"}}},{"metadata":{"name":"host2"}}]}"#
            )
        case "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews":
            return .json(
                question.text.contains(#""verb":"delete""#)
                    ? #"{"status":{"allowed":false,"reason":"not yours"}}"# : #"{"status":{"allowed":true}}"#,
                status: 201)
        case "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews":
            return .json(
                #"{"status":{"resourceRules":[{"verbs":["get"],"apiGroups":["batch"],"resources":["jobs","jobs/status"]},{"verbs":["list"],"apiGroups":["batch"],"resources":["jobs"]}],"nonResourceRules":[{"verbs":["get"],"nonResourceURLs":["/api"]}]}}"#,
                status: 201)
        case "/apis/authentication.k8s.io/v1/selfsubjectreviews":
            return .json(#"{"status":{"userInfo":{"username":"admin","groups":["a","b"]}}}"#, status: 201)
        case "/api/v1/namespaces/default/events":
            return .json(
                #"{"items":[{"metadata":{"name":"e2"},"involvedObject":{"kind":"Pod","name":"p1"},"reason":"Failed","message":"bad","type":"Warning","count":3,"firstTimestamp":"2026-01-02T03:00:05Z","lastTimestamp":"2026-01-02T03:04:00Z"},{"metadata":{"name":"e1"},"involvedObject":{"kind":"Job","name":"j"},"reason":"SuccessfulCreate","message":"Created pod: x","type":"Normal","count":1,"firstTimestamp":"2026-01-02T03:03:05Z","lastTimestamp":"2026-01-02T03:03:05Z"}]}"#
            )
        default: return fixtures(question)
        }
    }

    @Test(
        arguments: [
            (
                ["top", "pods", "--containers", "--sum"],
                """
                POD   NAME   CPU(cores)   MEMORY(bytes)   
                p1    a      10m          10Mi            
                p1    b      2m           29Mi            
                p2    a      100m         5Mi             
                             ________     ________        
                             112m         44Mi            

                """, 0
            ),
            (
                ["top", "pods", "-A", "--sort-by=cpu"],
                """
                NAMESPACE   NAME   CPU(cores)   MEMORY(bytes)   
                default     p2     100m         5Mi             
                default     p1     12m          39Mi            

                """, 0
            ),
            (
                ["top", "nodes"],
                """
                NAME    CPU(cores)   CPU(%)      MEMORY(bytes)   MEMORY(%)   
                host1   250m         12%         1024Mi          25%         
                host2   <unknown>    <unknown>   <unknown>       <unknown>   

                """, 0
            ),
            (["api-versions"], "batch/v1\nv1\n", 0),
            (["api-resources", "-o", "name", "--api-group=batch"], "jobs.batch\n", 0),
            (
                ["api-resources", "--namespaced=false", "-o", "wide"],
                """
                NAME         SHORTNAMES   APIVERSION   NAMESPACED   KIND        VERBS      CATEGORIES
                namespaces   ns           v1           false        Namespace   get,list   
                nodes        no           v1           false        Node        get,list   

                """, 0
            ),
            (["auth", "can-i", "create", "jobs"], "yes\n", 0),
            (["auth", "can-i", "delete", "jobs/x"], "no - not yours\n", 1),
            (["auth", "can-i", "delete", "jobs", "-q"], "", 1),
            (["auth", "whoami"], "ATTRIBUTE   VALUE\nUsername    admin\nGroups      [a b]\n", 0),
            (
                ["auth", "can-i", "--list"],
                """
                Resources           Non-Resource URLs   Resource Names   Verbs
                jobs.batch          []                  []               [get list]
                jobs.batch/status   []                  []               [get]
                                    [/api]              []               [get]

                """, 0
            ),
            (
                ["events"],
                """
                LAST SEEN         TYPE      REASON             OBJECT   MESSAGE
                60s               Normal    SuccessfulCreate   Job/j    Created pod: x
                5s (x3 over 4m)   Warning   Failed             Pod/p1   bad

                """, 0
            ),
            (
                ["events", "--types=warning", "--no-headers"],
                "5s (x3 over 4m)   Warning   Failed   Pod/p1   bad\n", 0
            ),
        ] as [([String], String, Int32)])
    func prints(_ row: (arguments: [String], output: String, exitCode: Int32)) async throws {
        try await FakeDaemon.with(Self.server) { daemon in
            let result = await Recording.of(row.arguments + ["--socket", daemon.path])
            #expect(result.output == row.output)
            #expect(result.complaints == "")
            #expect(result.exitCode == row.exitCode)
        }
    }

    @Test(arguments: [
        (["top", "pods", "-n", "other"], "error: Metrics API not available\n"),
        (["top", "pods", "--sort-by=x"], "error: --sort-by accepts only cpu or memory\n"),
    ])
    func complains(_ row: (arguments: [String], complaint: String)) async throws {
        let script: FakeDaemon.Script = { question in
            question.target.contains("metrics") ? .status(404, "NotFound", "no such path") : fixtures(question)
        }
        try await FakeDaemon.with(script) { daemon in
            let result = await Recording.of(row.arguments + ["--socket", daemon.path])
            #expect(result.complaints == row.complaint)
            #expect(result.exitCode == 1)
        }
    }

    @Test func `what is asked about a resource and about a path`() async throws {
        try await FakeDaemon.with(Self.server) { daemon in
            _ = await Recording.of([
                "auth", "can-i", "get", "job/x", "--subresource=log", "-n", "a", "--socket", daemon.path,
            ])
            let asked = try KubeJSON.parse(daemon.questions.last?.body ?? [])
            #expect(
                asked.at("spec", "resourceAttributes") == [
                    "verb": "get", "resource": "jobs", "group": "batch", "name": "x", "subresource": "log",
                    "namespace": "a",
                ])
            _ = await Recording.of(["auth", "can-i", "get", "/metrics", "--socket", daemon.path])
            let path = try KubeJSON.parse(daemon.questions.last?.body ?? [])
            #expect(path.at("spec", "nonResourceAttributes") == ["verb": "get", "path": "/metrics"])
        }
    }
}
