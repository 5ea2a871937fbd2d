import Foundation
import TestSupport
import Testing

/// The shortest way through kubectl, TLS and a container. It runs in the guest too, where it shows that a client reaches
/// a daemon on a pure cgroup v2 host; the longer tests of clients would take many minutes on its one slow processor, and
/// ask its kernel nothing more.
@Suite(.serialized, .enabled(if: Kubectl.whyNone == nil, Comment(rawValue: Kubectl.whyNone ?? "")))
struct KubectlSmokeTests {
    @Test(arguments: Kubectl.oldestAndNewest)
    func `a Job is created, waited for, read and deleted`(kubectl: Kubectl) async throws {
        try await ClientShell.run(kubectl) { shell in
            #expect(
                try await shell.printed("kubectl create job hello --image=busybox -- echo hello")
                    == "job.batch/hello created\n")
            #expect(
                try await shell.printed("kubectl wait --for=condition=complete job/hello --timeout=100s")
                    == "job.batch/hello condition met\n")
            #expect(try await shell.printed("kubectl logs job/hello") == "hello\n")
            let table = PrintedTable(try await shell.printed("kubectl get jobs"))
            #expect(table?.row("hello")["COMPLETIONS"] == "1/1")
            #expect(try await shell.printed("kubectl delete job hello").hasPrefix(#"job.batch "hello" deleted"#))
            #expect(try await shell.run("kubectl get job hello").exitCode == 1)
        }
    }
}
