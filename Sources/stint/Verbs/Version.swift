import ArgumentParser
import Kube

/// `stint version`.
struct Version: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Print the versions of stint and of the daemon.")

    @OptionGroup var connection: ConnectionOptions

    @Flag(help: "Only this program's.")
    var client = false

    func run() async throws {
        let console = Console.current
        try console.print("Client Version: \(StintVersion.current)")
        if client { return }
        let server = try await connection.client.send(APIRequest(.GET, "/version"))
        try console.print("Server Version: \(server["gitVersion"]?.plain ?? "unknown")")
    }
}
