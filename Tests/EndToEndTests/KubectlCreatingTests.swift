import Foundation
import TestSupport
import Testing

/// `kubectl create` and `run`, which speak the binary encoding in newer versions, and dry runs of both kinds.
@Suite(.serialized, .enabled(if: Kubectl.whyNone == nil, Comment(rawValue: Kubectl.whyNone ?? "")), .notInTheGuest)
struct KubectlCreatingTests {
    @Test(arguments: Kubectl.all)
    func `configmaps and secrets from words and files`(kubectl: Kubectl) async throws {
        try await ClientShell.run(kubectl) { shell in
            let file = "\(shell.daemon.scope.directory)/file.txt"
            try Data("line\n".utf8).write(to: URL(fileURLWithPath: file))
            let binary = "\(shell.daemon.scope.directory)/binary"
            try Data([0, 255, 254]).write(to: URL(fileURLWithPath: binary))
            #expect(
                try await shell.printed(
                    "kubectl create configmap c --from-literal=a=1 --from-file=\(file) --from-file=raw=\(binary)")
                    == "configmap/c created\n")
            let map = try await shell.daemon.get("configmap", "c")
            #expect(value(map, "data") as? [String: String] == ["a": "1", "file.txt": "line\n"])
            #expect(value(map, "binaryData") as? [String: String] == ["raw": "AP/+"])

            #expect(
                try await shell.printed("kubectl create secret generic s --from-literal=password=hush")
                    == "secret/s created\n")
            let secret = try await shell.daemon.get("secret", "s")
            #expect(value(secret, "type") as? String == "Opaque")
            #expect(value(secret, "data") as? [String: String] == ["password": "aHVzaA=="])
            let described = try await shell.printed("kubectl describe secret s")
            #expect(described.contains(/password: +4 bytes/) && !described.contains("hush"))
            #expect(
                try await shell.printed("kubectl get secret s -o jsonpath='{.data.password}' | base64 -d") == "hush")

            // Both reach a container.
            try await shell.daemon.apply(
                manifest(
                    "reads", script: "echo $A $PASSWORD",
                    container: [
                        "envFrom: [{configMapRef: {name: c}}]",
                        "env: [{name: PASSWORD, valueFrom: {secretKeyRef: {name: s, key: password}}},"
                            + " {name: A, valueFrom: {configMapKeyRef: {name: c, key: a}}}]",
                    ]))
            try await shell.daemon.stint("wait", "--for=condition=complete", "job/reads", "--timeout=30s")
            #expect(try await shell.printed("kubectl logs job/reads") == "1 hush\n")
        }
    }

    @Test(arguments: Kubectl.all)
    func `quotas, limit ranges and priority classes, and stint describes them in the same words`(kubectl: Kubectl)
        async throws
    {
        try await ClientShell.run(kubectl) { shell in
            #expect(
                try await shell.printed("kubectl create quota q --hard=pods=2,limits.cpu=1 --scopes=NotTerminating")
                    == "resourcequota/q created\n")
            #expect(
                try await shell.printed("kubectl create priorityclass high --value=1000 --description=first")
                    == "priorityclass.scheduling.k8s.io/high created\n")
            try await shell.daemon.apply(
                """
                {"apiVersion":"v1","kind":"LimitRange","metadata":{"name":"r"},"spec":{"limits":[
                 {"type":"Container","max":{"cpu":"1"},"defaultRequest":{"cpu":"100m"}},{"type":"Pod","max":{"cpu":"2"}}]}}
                """)
            let table = try await shell.printed("kubectl get quota q")
            #expect(table.contains(/^NAME +AGE +REQUEST +LIMIT *\nq .* pods: 0\/2 +limits.cpu: 0\/1/), "\(table)")
            let classes = try await shell.printed("kubectl get priorityclasses")
            #expect(classes.contains(/system-node-critical +2000001000 +false/), "\(classes)")
            for object in ["quota q", "limitrange r", "priorityclass high", "namespace default"] {
                let words = object.split(separator: " ").map(String.init)
                let ours = try await shell.daemon.stint("describe", words[0], words[1]).output
                let theirs = try await shell.printed("kubectl describe \(object)")
                if object.hasPrefix("priorityclass"), kubectl.minor < 24 {
                    #expect(theirs.contains("high"))  // it did not know of policies
                } else if object.hasPrefix("namespace"), kubectl.minor < 24 {
                    // It indented a quota by one space less.
                    func words(_ text: String) -> [String] {
                        text.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
                    }
                    #expect(words(theirs) == words(ours))
                } else {
                    #expect(theirs == ours)
                }
            }
        }
    }

    @Test(arguments: Kubectl.all)
    func `namespaces, service accounts and Jobs`(kubectl: Kubectl) async throws {
        try await ClientShell.run(kubectl) { shell in
            #expect(try await shell.printed("kubectl create namespace team") == "namespace/team created\n")
            let again = try await shell.run("kubectl create ns team")
            #expect(
                again.errors == "Error from server (AlreadyExists): namespaces \"team\" already exists\n", "\(again)")
            try await eventually("a service account of its own", within: .seconds(10)) {
                try await shell.daemon.list("serviceaccounts", namespace: "team").count == 1
            }
            #expect(
                try await shell.printed("kubectl create serviceaccount builder -n team")
                    == "serviceaccount/builder created\n")
            #expect(
                try await shell.printed("kubectl create job -n team j --image=busybox -- echo in team")
                    == "job.batch/j created\n")
            let twice = try await shell.run("kubectl create job -n team j --image=busybox")
            #expect(twice.exitCode == 1)
            #expect(twice.errors.contains("jobs.batch \"j\" already exists"), "\(twice.errors)")
            let nowhere = try await shell.run("kubectl create job -n nowhere j --image=busybox")
            #expect(nowhere.exitCode == 1)
            #expect(nowhere.errors.contains("namespaces \"nowhere\" not found"), "\(nowhere.errors)")
            try await shell.printed("kubectl wait -n team --for=condition=complete job/j --timeout=30s")
            #expect(try await shell.printed("kubectl logs -n team job/j") == "in team\n")
            #expect(try await shell.printed("kubectl delete namespace team") == "namespace \"team\" deleted\n")
            #expect(try await shell.run("kubectl get job -n team j").exitCode == 1)
        }
    }

    @Test(arguments: Kubectl.all.filter { $0.minor >= 21 })  // batch/v1 has CronJobs since then
    func `cronjobs, and a Job made of one`(kubectl: Kubectl) async throws {
        try await ClientShell.run(kubectl) { shell in
            #expect(
                try await shell.printed(
                    "kubectl create cronjob nightly --image=busybox --schedule='0 3 * * *' -- echo tonight")
                    == "cronjob.batch/nightly created\n")
            let table = try #require(PrintedTable(try await shell.printed("kubectl get cronjobs")))
            #expect(
                Set(table.columns).isSuperset(of: ["NAME", "SCHEDULE", "SUSPEND", "ACTIVE", "LAST SCHEDULE", "AGE"]))
            #expect(table.row("nightly")["SCHEDULE"] == "0 3 * * *")
            let described = try await shell.printed("kubectl describe cj nightly")
            #expect(
                described.contains(/Schedule: +0 3 \* \* \*\n/) && described.contains(/Concurrency Policy: +Allow\n/))
            #expect(
                try await shell.printed("kubectl create job now --from=cronjob/nightly") == "job.batch/now created\n")
            try await shell.printed("kubectl wait --for=condition=complete job/now --timeout=30s")
            #expect(try await shell.printed("kubectl logs job/now") == "tonight\n")
            let wrong = try await shell.run("kubectl create cronjob x --image=busybox --schedule='61 * * * *'")
            #expect(wrong.exitCode == 1 && wrong.errors.contains("spec.schedule: Invalid value: "), "\(wrong.errors)")
            try await shell.printed("kubectl patch cronjob nightly -p '{\"spec\":{\"suspend\":true}}'")
            let suspended = PrintedTable(try await shell.printed("kubectl get cj"))
            #expect(suspended?.row("nightly")["SUSPEND"] == "True")
            // Its Jobs go with it.
            try await shell.printed("kubectl delete cronjob nightly")
            try await eventually("its Job is gone", within: .seconds(20)) {
                try await shell.daemon.list("jobs").isEmpty
            }
        }
    }

    @Test(arguments: Kubectl.all)
    func `run makes a pod, and dry runs make nothing`(kubectl: Kubectl) async throws {
        try await ClientShell.run(kubectl) { shell in
            for (line, printed) in [
                ("create job dry --image=busybox --dry-run=client", "job.batch/dry created (dry run)\n"),
                ("create job dry --image=busybox --dry-run=server", "job.batch/dry created (server dry run)\n"),
                (
                    "create configmap dry --from-literal=a=1 --dry-run=server",
                    "configmap/dry created (server dry run)\n"
                ),
                ("create job dry --image=busybox --dry-run=server -o name", "job.batch/dry\n"),
            ] {
                #expect(try await shell.printed("kubectl \(line)") == printed, "\(line)")
            }
            let defaulted = try await shell.printed(
                "kubectl create job dry --image=busybox --dry-run=server -o jsonpath='{.spec.backoffLimit} {.metadata.uid}'"
            )
            #expect(defaulted.contains(/^6 \S+$/), "\(defaulted)")
            #expect(try await shell.daemon.list("jobs").isEmpty)

            #expect(
                try await shell.printed("kubectl run once --image=busybox --restart=Never --labels=a=b -- echo once")
                    == "pod/once created\n")
            try await eventually("the pod has run", within: .seconds(20)) {
                value(try await shell.daemon.get("pod", "once"), "status", "phase") as? String == "Succeeded"
            }
            #expect(try await shell.printed("kubectl logs once") == "once\n")
            #expect(
                try await shell.printed("kubectl get pods --field-selector status.phase=Succeeded -o name")
                    == "pod/once\n")
            #expect(try await shell.printed("kubectl get pods --field-selector status.phase=Running -o name") == "")
        }
    }
}
