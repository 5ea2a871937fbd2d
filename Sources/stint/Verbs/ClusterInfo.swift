import ArgumentParser
import Kube

/// `stint cluster-info`: where the API is.
struct ClusterInfo: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cluster-info", abstract: "Say where the daemon answers.")

    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
        let client = connection.client
        _ = try await client.send(APIRequest(.GET, "/version"))
        try client.console.print("Kubernetes control plane is running at unix://\(client.socket.path)")
    }
}
