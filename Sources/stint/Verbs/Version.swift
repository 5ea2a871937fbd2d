import ArgumentParser
import Kube

/// `stint version`.
struct Version: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Print the versions of stint and of the daemon.")

    @OptionGroup var connection: ConnectionOptions

    @Flag(help: "Only this program's.")
    var client = false

    @Option(
        name: [.customShort("o", allowingJoined: true), .long], help: "yaml or json.", transform: OutputFormat.parse)
    var output: OutputFormat?

    func validate() throws {
        if let output, output != .json, output != .yaml {
            throw ValidationError("--output must be 'yaml' or 'json'")
        }
    }

    func run() async throws {
        let console = Console.current
        var versions: [String: JSONValue] = ["clientVersion": ["gitVersion": .string(StintVersion.current)]]
        if output == nil { try console.print("Client Version: \(StintVersion.current)") }
        if !client {
            let server = try await connection.client.send(APIRequest(.GET, "/version"))
            versions["serverVersion"] = server
            if output == nil { try console.print("Server Version: \(server["gitVersion"]?.plain ?? "unknown")") }
        }
        try output?.print(.single(.object(versions)), to: console)
    }
}
