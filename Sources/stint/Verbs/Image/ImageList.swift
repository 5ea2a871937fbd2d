import ArgumentParser
import Kube

/// `stint image ls`.
struct ImageList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ls", abstract: "List the images on this host.", aliases: ["list"])

    @OptionGroup var connection: ConnectionOptions

    @Option(
        name: [.customShort("o", allowingJoined: true), .long], help: "json or yaml.", transform: OutputFormat.parse)
    var output: OutputFormat?

    @Flag(name: .shortAndLong, help: "Only the ids.")
    var quiet = false

    func validate() throws {
        if let output, output != .json, output != .yaml { throw ValidationError("-o is json or yaml here") }
    }

    func run() async throws {
        let client = connection.client
        let answer = try await client.send(APIRequest(.GET, ImageVerbs.path))
        if let output { return try output.print(.single(answer), to: client.console) }
        let images = try (answer["items"]?.array ?? []).map { try KubeJSON.decode(ImageSummary.self, from: $0) }
        if quiet { return try client.console.write(images.map { $0.id + "\n" }.joined()) }
        try client.console.write(Self.text(of: images, console: client.console))
    }

    /// A line for every name, the newest import first.
    static func text(of images: [ImageSummary], console: Console) -> String {
        let sorted = images.sorted { ($1.importedAt, $0.id) < ($0.importedAt, $1.id) }
        let lines = sorted.flatMap { image in
            (image.names.isEmpty ? ["<none>"] : image.names.sorted()).map { name in
                [
                    name.harmless, image.id.shortDigest, "\(image.os)/\(image.architecture)".harmless,
                    image.createdAt.map { HumanDuration.text(console.now().timeIntervalSince($0.date)) } ?? "<none>",
                    HumanDuration.text(console.now().timeIntervalSince(image.importedAt.date)),
                    ByteCount.text(image.sizeBytes),
                ]
            }
        }
        var table = TextTable(["IMAGE", "ID", "PLATFORM", "CREATED", "IMPORTED", "SIZE"])
        for line in lines { table.add(line) }
        return table.text
    }
}
