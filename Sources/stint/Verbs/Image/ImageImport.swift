import ArgumentParser
import Foundation
import Kube
import Synchronization

/// `stint image import`: sends an archive, or a directory as one, to the daemon while it is being read.
struct ImageImport: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Import what docker save or podman save made, or an OCI layout, as an archive or unpacked.",
        discussion: "docker save busybox | stint image import -")

    @OptionGroup var connection: ConnectionOptions

    @Argument(help: "The archive or directory, or - for standard input.")
    var file: String

    @Option(help: "What to call the image, instead of what the archive says.")
    var name: String?

    @Flag(name: .shortAndLong, help: "Show no progress.")
    var quiet = false

    func run() async throws {
        let client = connection.client
        let progress = Mutex(ImportProgress(total: nil))
        let isShown = client.console.showsProgress && !quiet
        let show: @Sendable (ImportProgress) -> Void = {
            if isShown { client.console.complain("\r\($0.line)\u{1b}[K") }
        }
        let (source, length) = try open { count in
            let change = progress.withLock { $0.sent(count) ? $0 : nil }
            if let change { show(change) }
        }
        progress.withLock { $0 = ImportProgress(total: length.map(Int64.init)) }
        var request = APIRequest(.POST, ImageVerbs.path, query: name.map { [(name: "name", value: $0)] } ?? [])
        request.contentType = "application/x-tar"
        request.body = .stream(source, length: length)
        defer { if isShown { client.console.complain("\r\u{1b}[K") } }
        let images = try await client.stream(request) { response -> [ImageSummary] in
            var lines = LineBuffer()
            while let line = try await response.line(from: &lines) {
                let message = try KubeJSON.decode(ImageImportMessage.self, from: line)
                if let status = message.status { throw status }
                if let images = message.images { return images }
                if let report = message.progress { show(progress.withLock { $0.told(report) }) }
            }
            throw ConnectionError.cut(client.socket.path)
        }
        if isShown { client.console.complain("\r\u{1b}[K") }
        for image in images {
            for name in Self.names(of: image, asked: name) {
                try client.console.print("imported \(name.harmless) (\(image.id.shortDigest))")
            }
        }
    }

    /// The name the user gave, spelled out; an image that was here before has others too, which are no news.
    private static func names(of image: ImageSummary, asked: String?) -> [String] {
        if let asked {
            let given = image.names.filter { name in
                [asked, "\(asked):latest"].contains { name == $0 || name.hasSuffix("/\($0)") }
            }
            if !given.isEmpty { return given }
        }
        return image.names.isEmpty ? ["<none>"] : image.names
    }

    /// The archive and its size, which a pipe does not have.
    private func open(onRead: @escaping @Sendable (Int) -> Void) throws -> (any BodySource, Int?) {
        if file == "-" {
            if isatty(0) == 1 { throw Failure("standard input is a terminal: pipe an archive in, or name a file") }
            return (FileBody(.standardInput, onRead: onRead), nil)
        }
        let files = FileManager.default
        var isDirectory: ObjCBool = false
        guard files.fileExists(atPath: file, isDirectory: &isDirectory) else {
            throw Failure("the path \"\(file)\" does not exist")
        }
        if isDirectory.boolValue {
            guard ["oci-layout", "manifest.json"].contains(where: { files.fileExists(atPath: "\(file)/\($0)") }) else {
                throw Failure("\(file) is no image: it has neither oci-layout nor manifest.json")
            }
            let body = try DirectoryBody(file, onRead: onRead)
            return (body, body.length)
        }
        guard let handle = FileHandle(forReadingAtPath: file) else { throw Failure("\(file) cannot be read") }
        let size = try? files.attributesOfItem(atPath: file)[.size] as? Int  // without it: no percentage
        return (FileBody(handle, onRead: onRead), size.flatMap { $0 > 0 ? $0 : nil })
    }
}

extension String {
    /// Twelve characters of a digest, enough to tell images apart.
    var shortDigest: String {
        let hex = hasPrefix("sha256:") ? String(dropFirst("sha256:".count)) : self
        return String(hex.prefix(12)).harmless
    }
}
