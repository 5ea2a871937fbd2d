import Foundation
import TestSupport
import Testing

/// A real image of 200 MB, in archives that our own code did not make.
@Suite(
    .serialized,
    .enabled(if: Project.whyNoContainers == nil, Comment(rawValue: Project.whyNoContainers ?? "")),
    .disabled(if: Project.isUserModeLinux, "the guest's memory does not hold the image three times"))
struct PythonImageTests {
    /// Sums the primes below 200,000 with a sieve: something to compute that needs some memory and is known.
    static let primes = """
        n = 200000
        sieve = bytearray([1]) * n
        sieve[0:2] = b"\\0\\0"
        for i in range(2, int(n ** 0.5) + 1):
            if sieve[i]: sieve[i * i::i] = bytes(len(range(i * i, n, i)))
        print(sum(i for i in range(n) if sieve[i]))
        """

    @Test(arguments: ["docker-archive", "oci-archive"])
    func `an archive that podman saved runs a real computation under a memory limit`(format: String) async throws {
        try await DaemonFixture.run { daemon in
            let archive = "\(daemon.scope.directory)/python.tar"
            try await podman(["load", "-q", "-i", Project.pythonArchive], in: daemon.scope)
            try await podman(["save", "-q", "--format", format, "-o", archive, "localhost/python:3"], in: daemon.scope)
            try await daemon.stint("image", "import", archive, "--name", "python:3.11")
            let job = manifest(python: Self.primes, name: "primes", memory: "64Mi")
            try await daemon.apply(job)
            try await daemon.stint("wait", "--for=condition=Complete", "--timeout=60s", "job/primes")
            #expect(try await daemon.stint("logs", "job/primes").output == "1709600813\n")
            let attempt = try #require(try await daemon.attempts(job: "primes").first)
            let peak = attempt["memoryPeakBytes"] as? Int ?? 0
            #expect(peak > 1 << 20 && peak <= 64 << 20)
        }
    }

    @Test func `a computation that takes more than its limit is OOMKilled and says so`() async throws {
        try await DaemonFixture.run { daemon in
            try await daemon.stint("image", "import", Project.pythonArchive, "--name", "python:3.11")
            let job = manifest(python: "b = bytearray(500 << 20); print(len(b))", name: "hungry", memory: "64Mi")
            try await daemon.apply(job)
            try await daemon.stint("wait", "--for=condition=Failed", "--timeout=60s", "job/hungry")
            let pod = try #require(try await daemon.list("pods", selector: "job-name=hungry").first)
            let name = try #require(value(pod, "metadata", "name") as? String)
            let description = try await daemon.stint("describe", "pod", name).output
            #expect(description.contains("Reason:       OOMKilled"))
            #expect(description.contains("Exit Code:    137"))
        }
    }

    private func manifest(python program: String, name: String, memory: String) -> String {
        let text = String(decoding: (try? JSONEncoder().encode(program)) ?? Data(), as: UTF8.self)
        return """
            {"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "\(name)"}, "spec": {"backoffLimit": 0,
             "template": {"spec": {"restartPolicy": "Never", "containers": [{"name": "main", "image": "python:3.11",
              "command": ["python", "-c", \(text)], "resources": {"limits": {"memory": "\(memory)"}}}]}}}}
            """
    }

    private func podman(_ arguments: [String], in scope: Scope) async throws {
        let root = "\(scope.directory)/podman"
        let command = ["podman", "--root", root, "--runroot", "\(scope.directory)/podman-run"] + arguments
        let result = try await runCommand(command, in: scope)
        // Podman binds its storage onto itself; what is mounted cannot be removed.
        scope.cleanUp { _ = try? await runCommand(["umount", "\(root)/overlay"], in: scope) }
        guard result.exitCode == 0 else { throw CommandFailure(command: command, result: result) }
    }
}
