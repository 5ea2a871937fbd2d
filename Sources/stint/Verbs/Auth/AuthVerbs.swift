import ArgumentParser
import Kube

/// `stint auth`: who asks, and what they may do.
struct AuthVerbs: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "auth", abstract: "Say who you are to the daemon and what you may do.",
        subcommands: [CanI.self, WhoAmI.self])
}

/// `stint auth whoami`.
struct WhoAmI: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "whoami", abstract: "Say who you are to the daemon.")

    @OptionGroup var connection: ConnectionOptions

    @Option(
        name: [.customShort("o", allowingJoined: true), .long], help: "yaml, json or jsonpath=TEMPLATE.",
        transform: OutputFormat.parse)
    var output: OutputFormat?

    func run() async throws {
        let client = connection.client
        let answer: JSONValue
        do {
            answer = try await client.create(
                ["apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview"],
                at: "/apis/authentication.k8s.io/v1/selfsubjectreviews")
        } catch let status as Status where status.code == 404 {
            throw Failure("the selfsubjectreviews API is not enabled in the cluster")
        }
        if let output, output != .wide { return try output.print(.single(answer), to: client.console) }
        var table = TextTable(["Attribute", "Value"])
        let user = answer.at("status", "userInfo")
        if let name = user?["username"]?.string, !name.isEmpty { table.add(["Username", name]) }
        if let uid = user?["uid"]?.string, !uid.isEmpty { table.add(["UID", uid]) }
        if let groups = user?["groups"]?.array, !groups.isEmpty { table.add(["Groups", Self.list(groups)]) }
        for (name, values) in (user?["extra"]?.object ?? [:]).sorted(by: { $0.key < $1.key }) {
            table.add(["Extra: \(name)", Self.list(values.array ?? [])])
        }
        try client.console.write(table.text)
    }

    static func list(_ values: [JSONValue]) -> String { "[" + values.map(\.plain).joined(separator: " ") + "]" }
}

extension APIClient {
    /// Posts an object, such as a question that the daemon answers in its status.
    func create(_ object: JSONValue, at path: String) async throws -> JSONValue {
        var request = APIRequest(.POST, path)
        request.contentType = "application/json"
        request.body = .bytes(try KubeJSON.encode(object))
        return try await send(request)
    }
}
