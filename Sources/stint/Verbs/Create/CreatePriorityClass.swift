import ArgumentParser
import Kube

/// `stint create priorityclass`.
struct CreatePriorityClass: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "priorityclass", abstract: "Create a priority class: a name for how important pods are.",
        usage: "stint create priorityclass NAME --value=VALUE [--global-default=BOOL]", aliases: ["pc"])

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var creation: CreationOptions

    @Argument(help: "The name of the class.")
    var name: String

    @Option(help: "How important its pods are; larger is more.")
    var value: Int32 = 0

    @Option(help: "Whether it is the class of pods that name none.")
    var globalDefault = false

    @Option(help: "When to use it.")
    var description = ""

    @Option(help: "PreemptLowerPriority or Never.")
    var preemptionPolicy = "PreemptLowerPriority"

    func run() async throws {
        var draft: [String: JSONValue] = [
            "apiVersion": .string(PriorityClass.type.apiVersion), "kind": "PriorityClass",
            "metadata": .object(["name": .string(name)]), "value": .integer(Int64(value)),
            "preemptionPolicy": .string(preemptionPolicy),
        ]
        if globalDefault { draft["globalDefault"] = true }
        if !description.isEmpty { draft["description"] = .string(description) }
        try await creation.create(.object(draft), PriorityClass.type, connection)
    }
}
