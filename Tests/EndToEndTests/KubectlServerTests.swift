import Foundation
import TestSupport
import Testing

/// What the server says of itself: versions, kinds, fields, raw paths, and who may do what.
@Suite(.serialized, .enabled(if: Kubectl.whyNone == nil, Comment(rawValue: Kubectl.whyNone ?? "")), .notInTheGuest)
struct KubectlServerTests {
    @Test(arguments: Kubectl.all)
    func `version, cluster-info and the raw paths`(kubectl: Kubectl) async throws {
        try await ClientShell.run(kubectl) { shell in
            let version = try JSONSerialization.jsonObject(
                with: Data(try await shell.printed("kubectl version -o json").utf8))
            #expect(value(version, "serverVersion", "major") as? String == "1")
            #expect(value(version, "serverVersion", "minor") as? String == "35")
            #expect((value(version, "serverVersion", "gitVersion") as? String)?.hasPrefix("v1.35.") == true)
            // It is colored, even for a file.
            let info = try await shell.printed("kubectl cluster-info").replacing(/\u{1b}\[[\d;]*m/, with: "")
            let address = try #require(shell.daemon.listen)
            #expect(
                info.contains(/Kubernetes (control plane|master) is running at https:\/\/127\.0\.0\.1:\d+\n/), "\(info)"
            )
            #expect(info.contains("https://\(address)\n"))

            for path in ["/healthz", "/livez", "/readyz"] {
                #expect(try await shell.printed("kubectl get --raw \(path)") == "ok", "\(path)")
            }
            let namespace = try await shell.printed("kubectl get --raw /api/v1/namespaces/default")
            let object = try JSONSerialization.jsonObject(with: Data(namespace.utf8))
            #expect(value(object, "kind") as? String == "Namespace")
            #expect(value(object, "metadata", "name") as? String == "default")
            let metrics = try await shell.printed("kubectl get --raw /metrics")
            #expect(metrics.contains("\napiserver_request_total{"))
            #expect(metrics.contains("\nprocess_resident_memory_bytes "))
            let missing = try await shell.run("kubectl get --raw /apis/nope")
            #expect(missing.exitCode == 1)
            #expect(
                missing.errors.contains("(NotFound): the server could not find the requested resource"),
                "\(missing.errors)")
        }
    }

    @Test(arguments: Kubectl.all)
    func `api-resources lists the kinds with their short names, and api-versions their groups`(kubectl: Kubectl)
        async throws
    {
        try await ClientShell.run(kubectl) { shell in
            let printed = try await shell.printed("kubectl api-resources")
            let table = try #require(PrintedTable(printed))
            #expect(table.columns == ["NAME", "SHORTNAMES", "APIVERSION", "NAMESPACED", "KIND"])
            for (name, short, version, namespaced, kind) in [
                ("configmaps", "cm", "v1", "true", "ConfigMap"), ("cronjobs", "cj", "batch/v1", "true", "CronJob"),
                ("events", "ev", "v1", "true", "Event"), ("jobs", "", "batch/v1", "true", "Job"),
                ("namespaces", "ns", "v1", "false", "Namespace"), ("nodes", "no", "v1", "false", "Node"),
                ("pods", "po", "v1", "true", "Pod"), ("secrets", "", "v1", "true", "Secret"),
                ("serviceaccounts", "sa", "v1", "true", "ServiceAccount"), ("services", "svc", "v1", "true", "Service"),
            ] {
                let row = table.rows.first { $0["KIND"] == kind && $0["APIVERSION"] == version } ?? [:]
                #expect(
                    row == [
                        "NAME": name, "SHORTNAMES": short, "APIVERSION": version, "NAMESPACED": namespaced,
                        "KIND": kind,
                    ])
            }
            let batch = try await shell.printed("kubectl api-resources --api-group=batch -o name")
            #expect(batch == "cronjobs.batch\njobs.batch\n")
            let deletable = try await shell.printed("kubectl api-resources --verbs=deletecollection,patch -o name")
            #expect(deletable.contains("jobs.batch\n") && deletable.contains("pods\n"))
            let versions = try await shell.printed("kubectl api-versions").split(separator: "\n")
            #expect(Set(versions).isSuperset(of: ["authorization.k8s.io/v1", "batch/v1", "events.k8s.io/v1", "v1"]))
            let unknown = try await shell.run("kubectl get foos")
            #expect(unknown.errors == "error: the server doesn't have a resource type \"foos\"\n")
        }
    }

    @Test(arguments: Kubectl.all)
    func `explain knows every field`(kubectl: Kubectl) async throws {
        try await ClientShell.run(kubectl) { shell in
            let policy = try await shell.printed("kubectl explain job.spec.podFailurePolicy --recursive")
            #expect(policy.contains(/KIND: +Job\n/))
            let fields = [
                "rules", "action", "onExitCodes", "containerName", "operator", "values", "onPodConditions", "status",
                "type",
            ]
            for field in fields {
                #expect(try policy.contains(Regex(#"\n +\#(field)\s+<"#)), "\(field) is not in:\n\(policy)")
            }
            #expect(policy.contains(/rules\s+<\[\](Object|PodFailurePolicyRule)>/))
            #expect(policy.contains(/values\s+<\[\]integer>/))
            for (path, words) in [
                ("job", ["spec", "status", "metadata"]), ("job.spec.backoffLimit", ["integer"]),
                ("cronjob.spec", ["schedule", "jobTemplate", "concurrencyPolicy"]),
                ("pod.spec.containers.resources", ["limits", "requests"]), ("configmap", ["data", "binaryData"]),
            ] {
                let explained = try await shell.printed("kubectl explain \(path)")
                for word in words { #expect(explained.contains(word), "\(path): \(word) is not in:\n\(explained)") }
                #expect(explained.contains(/DESCRIPTION:\n +\S/) && !explained.contains("<empty>"), "\(explained)")
            }
            let wrong = try await shell.run("kubectl explain job.spec.nope")
            #expect(wrong.exitCode == 1 && wrong.errors.contains("field \"nope\" does not exist"), "\(wrong)")
        }
    }

    @Test(arguments: Kubectl.all)
    func `auth can-i says yes to the administrator`(kubectl: Kubectl) async throws {
        try await ClientShell.run(kubectl) { shell in
            for question in ["create jobs", "delete pods -n kube-system", "get nodes", "'*' '*' -A"] {
                #expect(try await shell.printed("kubectl auth can-i \(question)") == "yes\n", "\(question)")
            }
            let list = try #require(PrintedTable(try await shell.printed("kubectl auth can-i --list")))
            #expect(list.columns == ["Resources", "Non-Resource URLs", "Resource Names", "Verbs"])
            #expect(list.rows.contains { $0["Resources"] == "*.*" && $0["Verbs"] == "[*]" }, "\(list.rows)")
        }
    }
}
