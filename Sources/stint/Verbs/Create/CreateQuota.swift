import ArgumentParser
import Foundation
import Kube

/// `stint create quota`.
struct CreateQuota: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "quota", abstract: "Create a quota: how much a namespace may use.",
        usage: "stint create quota NAME [--hard=KEY=VALUE,…] [--scopes=SCOPE,…]", aliases: ["resourcequota"])

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var creation: CreationOptions

    @Argument(help: "The name of the quota.")
    var name: String

    @Option(help: "What may be used: KEY=VALUE, several with commas.")
    var hard: String?

    @Option(help: "Only pods of these scopes count, several with commas.")
    var scopes: String?

    func run() async throws {
        var spec: [String: JSONValue] = [:]
        let amounts = try parts(hard).map { try Self.amount($0) }
        if !amounts.isEmpty { spec["hard"] = .object(Dictionary(amounts) { $1 }) }
        let scopes = parts(scopes)
        if !scopes.isEmpty { spec["scopes"] = .array(scopes.map(JSONValue.string)) }
        let draft: JSONValue = .object([
            "apiVersion": "v1", "kind": "ResourceQuota", "metadata": .object(["name": .string(name)]),
            "spec": .object(spec), "status": .object([:]),
        ])
        try await creation.create(draft, .draftQuota, connection)
    }

    private func parts(_ text: String?) -> [String] {
        (text ?? "").split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
    }

    private static func amount(_ text: String) throws -> (String, JSONValue) {
        let pair = text.split(separator: "=", omittingEmptySubsequences: false).map(String.init)
        guard pair.count == 2 else { throw Failure("Invalid argument syntax \(text), expected <resource>=<value>") }
        guard let amount = Quantity(pair[1]) else { throw Failure("invalid value \"\(pair[1])\" of \(pair[0])") }
        return (pair[0], .string(amount.text))
    }
}
