import ArgumentParser
import Foundation
import Kube

/// `stint run`: one program in a container, in the foreground.
struct Run: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run a program as a Job, show its output, and exit as it did.",
        usage: "stint run --image IMAGE [--cpu 500m] [--memory 64Mi] [--deadline 30s] [--retries N] [-- ARGUMENTS …]",
        discussion: """
            The Job is deleted afterwards, and when you press Ctrl-C; --keep keeps it. A program that has to end gets \
            SIGTERM and 10 seconds. Exit codes: the program's own; 124 when the deadline ended it and it has none; \
            125 when it could not be run; 130 after Ctrl-C.
            """)

    @OptionGroup var connection: ConnectionOptions

    @Option(help: "The image to run.")
    var image: String

    @Option(help: "The name of the Job. (default: made up)")
    var name: String?

    @Option(help: "At most so much CPU: 500m, 2.")
    var cpu: Quantity?

    @Option(help: "At most so much memory: 64Mi, 1Gi.")
    var memory: Quantity?

    @Option(help: "Kill it after so long: 30s, 5m.")
    var deadline: GoDuration?

    @Option(parsing: .unconditional, help: "Start it again so many times when it fails.")
    var retries = 0

    @Option(name: .shortAndLong, help: "A variable, NAME=VALUE, or NAME to pass your own on; may be repeated.")
    var env: [Variable] = []

    @Option(name: .shortAndLong, help: "The directory to start in.")
    var workdir: String?

    @Option(help: "Labels of the Job: a=b,c=d.")
    var labels: LabelList?

    @Flag(help: "The arguments are the whole command: the image's entrypoint is not used.")
    var command = false

    @Flag(help: "Do not delete the Job.")
    var keep = false

    @Argument(parsing: .postTerminator, help: "Arguments for the image's entrypoint.")
    var arguments: [String] = []

    func validate() throws {
        if retries < 0 { throw ValidationError("--retries must be 0 or more") }
        if let deadline, deadline.seconds < 1 { throw ValidationError("--deadline must be at least 1s") }
        for (option, quantity) in [("--cpu", cpu), ("--memory", memory)] {
            if let quantity, quantity <= .zero { throw ValidationError("\(option) must be more than 0") }
        }
        if command, arguments.isEmpty { throw ValidationError("--command needs a command after --") }
    }

    func run() async throws {
        let session = RunSession(
            client: connection.client, namespace: connection.effectiveNamespace, keeps: keep,
            memory: memory, deadline: deadline)
        let end = try await session.run(draft.job)
        if let message = end.message { connection.client.console.note("stint: \(message)") }
        if end.exitCode != 0 { throw ExitCode(end.exitCode) }
    }

    var draft: RunDraft {
        RunDraft(
            name: name, image: image, arguments: arguments, replacesEntrypoint: command, cpu: cpu, memory: memory,
            deadlineSeconds: deadline.map { Int64($0.seconds.rounded(.up)) }, retries: retries,
            environment: env, workingDirectory: workdir, labels: labels?.labels ?? [:])
    }
}

extension Quantity: ExpressibleByArgument {
    public init?(argument: String) { self.init(argument) }
}

/// `NAME=VALUE`.
struct Variable: Equatable, Sendable, ExpressibleByArgument {
    let name: String
    let value: String

    init?(argument: String) {
        let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard let name = parts.first, !name.isEmpty else { return nil }
        self.name = name
        self.value = parts.count == 2 ? parts[1] : ProcessInfo.processInfo.environment[name] ?? ""
    }
}
