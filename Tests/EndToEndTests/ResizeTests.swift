import Foundation
import TestSupport
import Testing

/// Resources of a pod that runs, changed by hand.
@Suite(.serialized, .enabled(if: Project.whyNoContainers == nil, Comment(rawValue: Project.whyNoContainers ?? "")))
struct ResizeTests {
    /// kubectl knows the subresource since 1.32.
    static let clients = Kubectl.all.filter { $0.minor >= 32 }.suffix(1).map(Client.kubectl) + [.stint]

    private func patch(_ cpu: String, _ memory: String) -> String {
        let amounts = #"{"cpu":"\#(cpu)","memory":"\#(memory)"}"#
        return
            #"{"spec":{"containers":[{"name":"main","resources":{"limits":\#(amounts),"requests":\#(amounts)}}]}}"#
    }

    @Test(arguments: clients)
    func `a pod of a Job has more and less while it runs, also of a daemon that began since`(client: Client)
        async throws
    {
        try await ClientShell.run(client) { shell in
            // What the program itself sees of its limits, on either kind of host.
            let script =
                "cd /sys/fs/cgroup; while :; do cat cpu.max cpu/cpu.cfs_quota_us 2>/dev/null | cut -d' ' -f1; sleep 0.2; done"
            try await shell.daemon.apply(
                manifest(
                    "grows", script: script, pod: ["restartPolicy: Never", "terminationGracePeriodSeconds: 1"],
                    container: ["resources: {limits: {cpu: 200m, memory: 64Mi}}"]))
            try await eventually("it runs", within: .seconds(20)) {
                value(try await shell.daemon.get("job", "grows"), "status", "ready") as? Int == 1
            }
            let pod = try await shell.printed("kubectl get pods -o jsonpath='{.items[0].metadata.name}'")
            func field(_ path: String) async throws -> String {
                try await shell.printed("kubectl get pod \(pod) -o jsonpath='{\(path)}'")
            }
            func resize(_ cpu: String, _ memory: String) async throws {
                let line = "kubectl patch pod \(pod) --subresource resize --patch '\(patch(cpu, memory))'"
                #expect(try await shell.printed(line) == "pod/\(pod) patched\n")
            }
            func sees(_ quota: String) async throws {
                try await eventually("the program sees \(quota)", within: .seconds(20)) {
                    try await shell.printed("kubectl logs \(pod) --tail=1") == "\(quota)\n"
                }
            }
            try await sees("20000")
            try await resize("400m", "96Mi")
            try await sees("40000")
            try await eventually("it is said", within: .seconds(10)) {
                try await field(".status.containerStatuses[0].resources.limits.memory") == "96Mi"
            }
            let receipt = try await field(".metadata.annotations.stint\\.dev/receipt")
            #expect(receipt.contains("cpu limit 400m = ") && receipt.contains("memory limit 96Mi = "), "\(receipt)")

            await shell.daemon.crash()
            try await shell.daemon.start()
            try await resize("100m", "80Mi")
            try await sees("10000")
            #expect(try await field(".status.containerStatuses[0].restartCount") == "0")

            try await resize("1000", "80Mi")
            try await eventually("there is no such room", within: .seconds(10)) {
                try await field(#".status.conditions[?(@.type=="PodResizePending")].reason"#) == "Infeasible"
            }
            try await sees("10000")
            // A merge patch takes the place of the whole list; nothing but resources is taken from it.
            try await shell.printed(
                "kubectl patch pod \(pod) --subresource resize --type=merge --patch '\(patch("100m", "80Mi"))'")
            try await eventually("the wish is gone", within: .seconds(10)) {
                try await field(#".status.conditions[?(@.type=="PodResizePending")].reason"#) == ""
            }
            let description = try await shell.printed("kubectl describe pod \(pod)")
            #expect(description.contains("Pod resize completed: {\"containers\":[{\"name\":\"main\""))
            #expect(description.contains("memory limit 80Mi"))
        }
    }
}
