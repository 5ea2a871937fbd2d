import ArgumentParser
import Kube

/// `stint image rm`.
struct ImageRemove: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rm", abstract: "Remove images; layers that others share stay.", aliases: ["remove"])

    @OptionGroup var connection: ConnectionOptions

    @Argument(help: "Names or ids.")
    var images: [String]

    @Flag(name: .shortAndLong, help: "Also when a container uses it, and every name of an id.")
    var force = false

    func run() async throws {
        let client = connection.client
        var problems: [any Error] = []
        for image in images {
            var query = [(name: "name", value: image)]
            if force { query.append((name: "force", value: "true")) }
            do {
                _ = try await client.send(APIRequest(.DELETE, ImageVerbs.path, query: query))
                try client.console.print("image \"\(image)\" removed")
            } catch let status as Status {
                problems.append(status)
            }
        }
        guard problems.isEmpty else { throw Failures(problems) }
    }
}
