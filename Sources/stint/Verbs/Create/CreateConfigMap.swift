import ArgumentParser
import Kube

/// `stint create configmap`: settings for programs.
struct CreateConfigMap: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "configmap", abstract: "Create a ConfigMap from values, files or directories.",
        usage: "stint create configmap NAME [--from-literal a=b] [--from-file [a=]FILE] [--from-env-file FILE]",
        aliases: ["cm"])

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var creation: CreationOptions
    @OptionGroup var sources: DataSources

    @Argument(help: "The name of the ConfigMap.")
    var name: String

    func run() async throws {
        let entries = try sources.entries(of: "ConfigMap", named: name)
        var (text, binary): ([String: JSONValue], [String: JSONValue]) = ([:], [:])
        for (key, bytes) in entries {
            if let string = String(validating: bytes, as: UTF8.self) {
                text[key] = .string(string)
            } else {
                binary[key] = .string(Base64.text(of: bytes))
            }
        }
        var object: [String: JSONValue] = [
            "apiVersion": "v1", "kind": "ConfigMap", "metadata": .object(["name": .string(name)]),
        ]
        if !text.isEmpty { object["data"] = .object(text) }
        if !binary.isEmpty { object["binaryData"] = .object(binary) }
        try await creation.create(.object(object), .draftConfigMap, connection)
    }
}
