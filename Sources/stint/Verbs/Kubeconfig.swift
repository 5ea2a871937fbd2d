import ArgumentParser
import Kube

/// `stint kubeconfig`: what another program needs to reach the daemon by TCP.
struct KubeconfigVerb: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "kubeconfig",
        abstract: "Print a kubeconfig: the administrator's, or one for a user of a single namespace.",
        discussion: """
            The key in it is made for this answer and kept nowhere else. Whoever has the text is the user: write it to a \
            file that only its owner reads.
            """)

    @OptionGroup var connection: ConnectionOptions

    @Option(help: ArgumentHelp("Who the holder will be; may do everything in the namespace, and nothing elsewhere."))
    var user: String?

    @Flag(help: "The user may look and read logs, but change nothing.")
    var readOnly = false

    @Option(help: "How many seconds the certificate is good for. (default: one year)")
    var expirationSeconds: Int64?

    func validate() throws {
        if user != nil, connection.namedNamespace == nil {
            throw ValidationError("--user needs the --namespace it is for")
        }
        if readOnly, user == nil { throw ValidationError("--read-only needs a --user") }
    }

    func run() async throws {
        let client = connection.client
        var request = APIRequest(.POST, "/apis/stint.dev/v1/kubeconfig")
        request.accept = "application/yaml"
        request.contentType = "application/json"
        request.body = .bytes(try KubeJSON.encode(JSONValue.object(members)))
        try client.console.writeBytes(try await client.sendForBytes(request))
    }

    private var members: [String: JSONValue] {
        var members: [String: JSONValue] = [:]
        if let user { members["user"] = .string(user) }
        if let namespace = connection.namedNamespace { members["namespace"] = .string(namespace) }
        if readOnly { members["readOnly"] = .bool(true) }
        if let expirationSeconds { members["expirationSeconds"] = .integer(expirationSeconds) }
        return members
    }
}
