import ArgumentParser
import Kube

/// `stint create job`: a Job of one container, or one that a CronJob describes.
struct CreateJob: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "job", abstract: "Create a Job from an image and a command, or from a CronJob.",
        usage: "stint create job NAME (--image IMAGE | --from cronjob/NAME) [--labels a=b,…] [-- COMMAND …]")

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var creation: CreationOptions

    @Argument(help: "The name of the Job.")
    var name: String

    @Option(help: "The image to run.")
    var image: String?

    @Option(help: "A CronJob to take the Job from: cronjob/NAME.")
    var from: String?

    @Option(help: "Labels of the Job and its pods: a=b,c=d.")
    var labels: LabelList?

    @Argument(parsing: .postTerminator, help: "The command, instead of what the image says.")
    var command: [String] = []

    func validate() throws {
        if (image == nil) == (from == nil) { throw ValidationError("either --image or --from must be specified") }
        if from != nil, !command.isEmpty { throw ValidationError("cannot specify --from and command") }
    }

    func run() async throws {
        var job = image.map { JobDraft.job(name, image: $0, command: command) } ?? .null
        if let from { job = try await jobFromCronJob(from, connection.client) }
        JobDraft.add(labels?.labels ?? [:], to: &job)
        try await creation.create(job, Job.type, connection)
    }

    private func jobFromCronJob(_ reference: String, _ client: APIClient) async throws -> JSONValue {
        let targets = try await ResourceArguments.resolve(
            [reference], namespace: connection.effectiveNamespace, discovery: Discovery(client: client))
        guard case .named(let objects) = targets, objects.count == 1, objects[0].type.kind == "CronJob" else {
            throw Failure("from must be an existing cronjob")
        }
        return JobDraft.job(name, from: try await client.send(APIRequest(.GET, objects[0].path)))
    }
}

/// `a=b,c=d`.
struct LabelList: ExpressibleByArgument, Equatable {
    var labels: [String: String] = [:]

    init?(argument: String) {
        for pair in argument.split(separator: ",", omittingEmptySubsequences: true) {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, !parts[0].isEmpty else { return nil }
            labels[String(parts[0])] = String(parts[1])
        }
    }
}
