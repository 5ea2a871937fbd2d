import ArgumentParser
import Kube

/// `stint image inspect`.
struct ImageInspect: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect", abstract: "Show an image's layers and config.")

    @OptionGroup var connection: ConnectionOptions

    @Argument(help: "A name or an id.")
    var image: String

    @Option(
        name: [.customShort("o", allowingJoined: true), .long], help: "json, yaml or jsonpath=TEMPLATE.",
        transform: OutputFormat.parse)
    var output = OutputFormat.json

    func validate() throws {
        if output == .wide || output == .name { throw ValidationError("-o is json, yaml or jsonpath=TEMPLATE here") }
    }

    func run() async throws {
        let client = connection.client
        let request = APIRequest(.GET, ImageVerbs.path + "/inspect", query: [(name: "name", value: image)])
        try output.print(.single(try await client.send(request)), to: client.console)
    }
}
