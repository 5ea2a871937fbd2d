import Containers
import Kube
import Testing

@testable import Node

/// What clients of a command read at its end, word for word as the kubelet says it.
struct CommandStatusTests {
    struct Row: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var end: ExecEnd
        var reason: String?
        var message: String?
        var exitCode: String?
    }

    @Test(arguments: [
        Row(testDescription: "success says nothing more", end: .exited(0)),
        Row(
            testDescription: "an exit code", end: .exited(3), reason: "NonZeroExitCode",
            message:
                "command terminated with non-zero exit code: error executing command [sh -c exit], exit code 3",
            exitCode: "3"),
        Row(
            testDescription: "a signal is 128 and its number", end: .signalled(9), reason: "NonZeroExitCode",
            message:
                "command terminated with non-zero exit code: error executing command [sh -c exit], exit code 137",
            exitCode: "137"),
        Row(
            testDescription: "a command that is not there",
            end: .notStarted(
                StartFailure(kind: .commandNotFound, message: "exec: \"x\": executable file not found in $PATH")),
            reason: "InternalError",
            message:
                "Internal error occurred: error executing command in container: failed to exec in container: failed to start exec: OCI runtime exec failed: exec failed: unable to start container process: exec: \"x\": executable file not found in $PATH: unknown"
        ),
    ])
    func `the end of a command is a Status`(_ row: Row) {
        let status = row.end.status(of: ["sh", "-c", "exit"])
        #expect(status.status == (row.reason == nil ? "Success" : "Failure"))
        #expect(status.reason == row.reason)
        #expect(status.message == row.message)
        let cause = status.details?.causes?.first { $0.reason == "ExitCode" }
        #expect(cause?.message == row.exitCode)
    }
}
