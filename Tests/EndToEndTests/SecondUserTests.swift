import Foundation
import TestSupport
import Testing

/// Users with a certificate for one namespace, and local users with none.
@Suite(.serialized, .enabled(if: Kubectl.whyNone == nil, Comment(rawValue: Kubectl.whyNone ?? "")), .notInTheGuest)
struct SecondUserTests {
    /// The daemon of an administrator, who has given eve the namespace team-a, in which something runs; so it does in
    /// team-b and in default, which are not hers.
    private func run(_ options: String..., body: (ClientShell, _ kubeconfig: String) async throws -> Void) async throws
    {
        let kubectl = try #require(Kubectl.all.last)
        try await ClientShell.run(kubectl) { administrator in
            for namespace in ["team-a", "team-b"] {
                try await administrator.printed("kubectl create namespace \(namespace)")
            }
            for namespace in ["team-a", "team-b", "default"] {
                try await administrator.printed("kubectl create job -n \(namespace) old --image=busybox -- echo old")
                try await administrator.printed(
                    "kubectl create secret generic -n \(namespace) key --from-literal=a=\(namespace)")
                try await administrator.printed(
                    "kubectl wait -n \(namespace) --for=condition=complete job/old --timeout=30s")
            }
            let daemon = administrator.daemon
            let arguments = ["--user", "eve", "--namespace", "team-a"] + options.filter { !$0.isEmpty }
            try await body(administrator, try await daemon.kubeconfig(arguments))
        }
    }

    @Test func `a user of one namespace does everything there with kubectl`() async throws {
        try await run { administrator, kubeconfig in
            let eve = try await ClientShell(administrator.client, administrator.daemon, kubeconfig: kubeconfig)
            // Her kubeconfig says where she works: no line names the namespace.
            #expect(try await eve.printed("kubectl get jobs -o name") == "job.batch/old\n")
            #expect(
                try await eve.printed("kubectl create job hers --image=busybox -- echo hers")
                    == "job.batch/hers created\n")
            try await eve.printed("kubectl wait --for=condition=complete job/hers --timeout=30s")
            #expect(try await eve.printed("kubectl logs job/hers") == "hers\n")
            try await eve.printed("kubectl label job hers a=b")
            #expect(try await eve.printed("kubectl describe job hers").contains("Completed"))
            #expect(try await eve.printed("kubectl get secret key -o jsonpath='{.data.a}' | base64 -d") == "team-a")
            #expect(try await eve.printed("kubectl auth can-i create jobs") == "yes\n")
            #expect(try await eve.run("kubectl auth can-i create jobs -n team-b").output == "no\n")
            #expect(try await eve.run("kubectl auth can-i list nodes").output.hasPrefix("no"))
            try await eve.printed("kubectl delete jobs --all")
            #expect(try await eve.printed("kubectl get jobs -o name") == "")

            let other = try await eve.run("kubectl get jobs -n team-b")
            #expect(
                other.errors
                    == "Error from server (Forbidden): jobs.batch is forbidden: User \"eve\" cannot list resource "
                    + "\"jobs\" in API group \"batch\" in the namespace \"team-b\"\n")
            #expect(other.exitCode == 1 && other.output == "")
            let everywhere = try await eve.run("kubectl get pods -A")
            #expect(
                everywhere.errors
                    == "Error from server (Forbidden): pods is forbidden: User \"eve\" cannot list resource "
                    + "\"pods\" in API group \"\" at the cluster scope\n")
            let named = try await eve.run("kubectl delete job old -n default")
            #expect(
                named.errors
                    == "Error from server (Forbidden): jobs.batch \"old\" is forbidden: User \"eve\" cannot delete "
                    + "resource \"jobs\" in API group \"batch\" in the namespace \"default\"\n")
            for namespace in ["team-b", "default"] {
                #expect(
                    try await administrator.printed("kubectl get jobs -n \(namespace) -o name") == "job.batch/old\n")
            }
        }
    }

    /// A request, and the answer to eve in her namespace and with `--read-only`; NS stands for the namespace.
    private struct Row: Sendable {
        let method: String
        let path: String
        var body = ""
        var type = "application/json"
        let own: Int
        let readOnly: Int
    }

    private static let job = """
        {"apiVersion":"batch/v1","kind":"Job","metadata":{"name":"new"},"spec":{"suspend":true,"template":{"spec":{\
        "restartPolicy":"Never","containers":[{"name":"main","image":"busybox"}]}}}}
        """
    private static let configMap = #"{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"new"},"data":{"a":"1"}}"#
    private static let jobs = "/apis/batch/v1/namespaces/NS/jobs"
    private static let core = "/api/v1/namespaces/NS"

    private static let verbs: [Row] = [
        Row(method: "GET", path: jobs, own: 200, readOnly: 200),
        Row(method: "GET", path: "\(jobs)?watch=1&timeoutSeconds=1", own: 200, readOnly: 200),
        Row(method: "GET", path: "\(jobs)/old", own: 200, readOnly: 200),
        Row(method: "GET", path: "\(jobs)/old/status", own: 200, readOnly: 200),
        Row(method: "GET", path: "\(core)/pods", own: 200, readOnly: 200),
        Row(method: "GET", path: "\(core)/events", own: 200, readOnly: 200),
        Row(method: "POST", path: jobs, body: job, own: 201, readOnly: 403),
        Row(method: "POST", path: "\(jobs)?dryRun=All", body: job, own: 409, readOnly: 403),
        Row(method: "POST", path: "\(core)/configmaps", body: configMap, own: 201, readOnly: 403),
        Row(
            method: "PUT", path: "\(core)/configmaps/new", body: configMap.replacing("\"1\"", with: "\"2\""), own: 200,
            readOnly: 403),
        Row(
            method: "PATCH", path: "\(jobs)/old", body: #"{"metadata":{"labels":{"a":"b"}}}"#,
            type: "application/merge-patch+json", own: 200, readOnly: 403),
        Row(
            method: "PATCH", path: "\(core)/configmaps/new?fieldManager=eve&force=true", body: configMap,
            type: "application/apply-patch+yaml", own: 200, readOnly: 403),
        Row(method: "DELETE", path: "\(core)/configmaps/new", own: 200, readOnly: 403),
        Row(method: "DELETE", path: jobs, own: 200, readOnly: 403),
    ]

    @Test(arguments: [false, true])
    func `every verb is granted in the own namespace and refused in every other`(readOnly: Bool) async throws {
        try await run(readOnly ? "--read-only" : "") { administrator, kubeconfig in
            let web = Web(administrator.daemon, options: try ClientCredentials(kubeconfig: kubeconfig).curlOptions)
            for row in Self.verbs {
                // First where it is not allowed, so that a mistake does not hide behind what is gone.
                for namespace in ["default", "team-b", "no-such", "team-a"] {
                    let path = row.path.replacing("NS", with: namespace)
                    let answer = try await web.ask(row.method, path, body: row.body, type: row.type)
                    let expected = namespace == "team-a" ? (readOnly ? row.readOnly : row.own) : 403
                    #expect(answer.status == expected, "\(row.method) \(path): \(answer.body)")
                    if expected == 403 {
                        #expect(answer.reason == "Forbidden", "\(row.method) \(path): \(answer.body)")
                    }
                }
            }
            for (method, path) in [
                ("GET", "/api/v1/nodes"), ("GET", "/api/v1/namespaces"), ("GET", "/apis/batch/v1/jobs"),
                ("GET", "/apis/batch/v1/jobs?watch=1&timeoutSeconds=1"), ("GET", "/api/v1/secrets"),
                ("GET", "/apis/batch/v1/jobs?fieldSelector=metadata.namespace%3Dteam-a"),
                ("DELETE", "/api/v1/namespaces/team-b"), ("GET", "/apis/metrics.k8s.io/v1beta1/nodes"),
                ("GET", "/apis/batch/v1/namespaces/team-a/../team-b/jobs"),
                ("GET", "/apis/batch/v1/namespaces/team-a%2F..%2Fteam-b/jobs"),
                ("GET", "/apis/batch/v1/namespaces/team-a//jobs"), ("GET", "//api/v1/namespaces/default/secrets"),
                ("GET", "/api/v1/namespaces/default/secrets/key"), ("GET", "/metrics"),
            ] {
                let answer = try await web.ask(method, path)
                #expect([400, 403, 404].contains(answer.status), "\(method) \(path): \(answer.status) \(answer.body)")
                #expect(!answer.body.contains("dGVhbS1i"), "\(path)")  // the secret of team-b
            }
            let namespace = #"{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"hers"}}"#
            #expect(try await web.ask("POST", "/api/v1/namespaces", body: namespace).status == 403)
            // The path decides where an object goes, never what it says itself.
            let astray = Self.job.replacing(#""name":"new""#, with: #""name":"astray","namespace":"team-b""#)
            let confused = try await web.ask("POST", "/apis/batch/v1/namespaces/team-a/jobs", body: astray)
            #expect(confused.status == (readOnly ? 403 : 400), "\(confused.body)")
            for open in ["/api", "/apis", "/version", "/healthz", "/apis/batch/v1"] {
                #expect(try await web.ask("GET", open).status == 200, "\(open)")
            }
        }
    }

    @Test func `without a certificate of this daemon nothing is answered but who are you`() async throws {
        try await run { administrator, _ in
            let daemon = administrator.daemon
            let credentials = try ClientCredentials(kubeconfig: try await daemon.kubeconfig())
            for options in [["--cacert", credentials.authority], ["--insecure"]] {
                let web = Web(daemon, options: options)
                for path in ["/", "/api", "/apis/batch/v1/namespaces/default/jobs", "/version", "/metrics", "/no/such"]
                {
                    let answer = try await web.ask("GET", path)
                    #expect(answer.status == 401 && answer.reason == "Unauthorized", "\(path): \(answer)")
                }
                let made = try await web.ask("POST", "/apis/batch/v1/namespaces/default/jobs", body: Self.job)
                #expect(made.status == 401, "\(made)")
            }
            // A certificate that says it is an administrator's, from an authority of one's own.
            let forged = "\(daemon.scope.directory)/forged"
            let made = try await runCommand(
                [
                    "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj",
                    "/O=system:masters/CN=admin", "-keyout", "\(forged).key", "-out", "\(forged).crt",
                ], in: daemon.scope)
            #expect(made.exitCode == 0, "\(made.errors)")
            let web = Web(
                daemon, options: ["--insecure", "--cert", "\(forged).crt", "--key", "\(forged).key"])
            let answer = try await web.ask("GET", "/api/v1/namespaces/default/secrets/key")
            #expect(answer.status == 401 || answer.status == 0, "\(answer)")  // 0: not even a handshake
            // The name a page of somebody else's would come with.
            let admin = Web(daemon, options: credentials.curlOptions + ["-H", "Host: evil.test"])
            let rebound = try await admin.ask("GET", "/api/v1/namespaces/default/secrets/key")
            #expect((400..<500).contains(rebound.status) && !rebound.body.contains("ZGVmYXVsdA"), "\(rebound)")
        }
    }

    @Test func `another local user reads no key, and does not get through to the socket`() async throws {
        try await run { administrator, kubeconfig in
            let daemon = administrator.daemon
            // The scratch directory is closed as a whole, which the daemon's own directories are not.
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: daemon.scope.directory)
            let nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
            func tries(_ command: String...) async throws -> CommandResult {
                try await runCommand(nobody + command, in: daemon.scope)
            }
            #expect(try await tries("ls", daemon.scope.directory).exitCode == 0)  // or the rest would say nothing
            let keys = try await runCommand(
                ["grep", "-rl", "PRIVATE KEY", daemon.stateDirectory, daemon.runDirectory], in: daemon.scope
            ).lines
            #expect(!keys.isEmpty)
            for file in keys + [kubeconfig, "\(daemon.stateDirectory)/state.db"] {
                #expect(FileManager.default.fileExists(atPath: file), "\(file)")
                let read = try await tries("cat", file)
                #expect(read.exitCode != 0 && read.output == "" && read.errors.contains("Permission denied"), "\(file)")
            }
            let socket = try await tries("curl", "-s", "-S", "--unix-socket", daemon.socketPath, "http://localhost/api")
            #expect(socket.exitCode == 7 && socket.output == "", "\(socket)")
            let asked = try await tries("curl", "-s", "-k", "https://\(daemon.listen ?? "")/api/v1/secrets")
            #expect(asked.output.contains("\"code\":401") || asked.output.contains("\"code\": 401"), "\(asked)")
            // Nothing of it is in anybody's process list, and nothing outside the loopback listens.
            let processes = try await tries("ps", "-eo", "args")
            #expect(!processes.output.contains("PRIVATE KEY"))
            let port = daemon.listen?.split(separator: ":").last ?? ""
            let listeners = try await runCommand(["ss", "-Hltn", "sport = :\(port)"], in: daemon.scope).lines
            #expect(listeners.count == 1 && listeners[0].contains("127.0.0.1:\(port)"), "\(listeners)")
            #expect(!daemon.log.contains("PRIVATE KEY"))
        }
    }
}
