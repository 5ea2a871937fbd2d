import ArgumentParser
import Kube

/// `stint create cronjob`: a Job at times that a schedule gives.
struct CreateCronJob: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cronjob", abstract: "Create a CronJob from an image, a schedule and a command.",
        usage: "stint create cronjob NAME --image IMAGE --schedule '*/5 * * * *' [--restart Never] [-- COMMAND …]",
        aliases: ["cj"])

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var creation: CreationOptions

    @Argument(help: "The name of the CronJob.")
    var name: String

    @Option(help: "The image to run.")
    var image: String?

    @Option(help: "When, as in a crontab: five fields, or @daily.")
    var schedule: String?

    @Option(help: "Whether a program that failed is restarted in place: OnFailure or Never.")
    var restart = "OnFailure"

    @Argument(parsing: .postTerminator, help: "The command, instead of what the image says.")
    var command: [String] = []

    func validate() throws {
        if image?.isEmpty != false { throw ValidationError("--image must be specified") }
        if schedule?.isEmpty != false { throw ValidationError("--schedule must be specified") }
    }

    func run() async throws {
        let draft = JobDraft.cronJob(
            name, image: image ?? "", schedule: schedule ?? "", restart: restart, command: command)
        try await creation.create(draft, .draftCronJob, connection)
    }
}
