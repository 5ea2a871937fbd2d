import ArgumentParser
import Kube

/// `stint create serviceaccount`.
struct CreateServiceAccount: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serviceaccount", abstract: "Create a service account.",
        usage: "stint create serviceaccount NAME", aliases: ["sa"])

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var creation: CreationOptions

    @Argument(help: "The name of the service account.")
    var name: String

    func run() async throws {
        let draft: JSONValue = .object([
            "apiVersion": "v1", "kind": "ServiceAccount", "metadata": .object(["name": .string(name)]),
        ])
        try await creation.create(draft, .draftServiceAccount, connection)
    }
}
