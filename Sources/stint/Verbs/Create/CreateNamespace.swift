import ArgumentParser
import Kube

/// `stint create namespace`.
struct CreateNamespace: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "namespace", abstract: "Create a namespace.", usage: "stint create namespace NAME", aliases: ["ns"]
    )

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var creation: CreationOptions

    @Argument(help: "The name of the namespace.")
    var name: String

    func run() async throws {
        let draft: JSONValue = .object([
            "apiVersion": "v1", "kind": "Namespace", "metadata": .object(["name": .string(name)]),
            "spec": .object([:]), "status": .object([:]),
        ])
        try await creation.create(draft, Namespace.type, connection)
    }
}
