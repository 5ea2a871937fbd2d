import ArgumentParser
import Kube

/// `stint create secret`: what programs must know and others must not.
struct CreateSecret: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "secret", abstract: "Create a Secret: generic, tls or docker-registry.",
        subcommands: [Generic.self, TLS.self, Registry.self])

    static func draft(_ name: String, type: String?, _ data: [String: [UInt8]]) -> JSONValue {
        var object: [String: JSONValue] = [
            "apiVersion": "v1", "kind": "Secret", "metadata": .object(["name": .string(name)]),
        ]
        if let type { object["type"] = .string(type) }
        if !data.isEmpty { object["data"] = .object(data.mapValues { .string(Base64.text(of: $0)) }) }
        return .object(object)
    }

    struct Generic: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "generic", abstract: "Create a Secret from values, files or directories.",
            usage: "stint create secret generic NAME [--from-literal a=b] [--from-file [a=]FILE] [--type TYPE]")

        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var creation: CreationOptions
        @OptionGroup var sources: DataSources

        @Option(help: "What the Secret is for: Opaque, kubernetes.io/basic-auth, ….")
        var type: String?

        @Argument(help: "The name of the Secret.")
        var name: String

        func run() async throws {
            let data = try sources.entries(of: "Secret", named: name)
            try await creation.create(CreateSecret.draft(name, type: type, data), .draftSecret, connection)
        }
    }

    struct TLS: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "tls", abstract: "Create a Secret from a certificate and its key, both PEM files.",
            usage: "stint create secret tls NAME --cert FILE --key FILE")

        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var creation: CreationOptions

        @Option(help: "The file with the certificate.")
        var cert: String?

        @Option(help: "The file with the private key.")
        var key: String?

        @Argument(help: "The name of the Secret.")
        var name: String

        func validate() throws {
            if cert?.isEmpty != false || key?.isEmpty != false {
                throw ValidationError("key and cert must be specified")
            }
        }

        func run() async throws {
            let (certificate, key) = try (
                DataSources.contents(of: cert ?? ""), DataSources.contents(of: key ?? "")
            )
            // Whether they belong together is for the program that uses them to say.
            for (what, bytes) in [("certificate", certificate), ("key", key)] {
                guard String(decoding: bytes, as: UTF8.self).contains("-----BEGIN ") else {
                    throw Failure("tls: failed to find any PEM data in \(what) input")
                }
            }
            let draft = CreateSecret.draft(
                name, type: "kubernetes.io/tls", ["tls.crt": certificate, "tls.key": key])
            try await creation.create(draft, .draftSecret, connection)
        }
    }

    struct Registry: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "docker-registry", abstract: "Create a Secret for use with a registry.",
            usage: """
                stint create secret docker-registry NAME --docker-username USER --docker-password PASSWORD \
                [--docker-server SERVER] [--docker-email MAIL] | --from-file FILE
                """)

        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var creation: CreationOptions

        @Option(help: "The registry.")
        var dockerServer = "https://index.docker.io/v1/"

        @Option(help: "The user.")
        var dockerUsername: String?

        @Option(help: "The password.")
        var dockerPassword: String?

        @Option(help: "The user's mail address.")
        var dockerEmail: String?

        @Option(help: "A config.json of docker instead.")
        var fromFile: String?

        @Argument(help: "The name of the Secret.")
        var name: String

        func validate() throws {
            if fromFile == nil, dockerUsername == nil || dockerPassword == nil {
                throw ValidationError(
                    "either --from-file or the combination of --docker-username, --docker-password and "
                        + "--docker-server is required")
            }
        }

        func run() async throws {
            let config: [UInt8]
            if let fromFile {
                config = try DataSources.contents(of: fromFile)
            } else {
                let (user, password) = (dockerUsername ?? "", dockerPassword ?? "")
                // In docker's order, which is kubectl's too.
                let entry = [
                    ("username", user), ("password", password), ("email", dockerEmail ?? ""),
                    ("auth", Base64.text(of: "\(user):\(password)".utf8)),
                ].filter { !$0.1.isEmpty }.map { "\"\($0.0)\":\(JSONValue.string($0.1).compact)" }
                let server = JSONValue.string(dockerServer).compact
                config = Array("{\"auths\":{\(server):{\(entry.joined(separator: ","))}}}".utf8)
            }
            let draft = CreateSecret.draft(
                name, type: "kubernetes.io/dockerconfigjson", [".dockerconfigjson": config])
            try await creation.create(draft, .draftSecret, connection)
        }
    }
}
