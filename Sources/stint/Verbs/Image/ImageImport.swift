import ArgumentParser
import Foundation
import Kube
import Synchronization

/// `stint image import`: sends an archive to the daemon while it is being read.
struct ImageImport: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Import a docker save archive or an OCI layout archive.",
        discussion: "docker save busybox | stint image import -")

    @OptionGroup var connection: ConnectionOptions

    @Argument(help: "The archive, or - for standard input.")
    var file: String

    @Option(help: "What to call the image, instead of what the archive says.")
    var name: String?

    @Flag(name: .shortAndLong, help: "Show no progress.")
    var quiet = false

    func run() async throws {
        let client = connection.client
        let (handle, length) = try open()
        let progress = Mutex(ImportProgress(total: length.map(Int64.init)))
        let isShown = client.console.showsProgress && !quiet
        let show: @Sendable (ImportProgress) -> Void = {
            if isShown { client.console.complain("\r\($0.line)\u{1b}[K") }
        }
        let source = FileBody(handle) { count in
            let change = progress.withLock { $0.sent(count) ? $0 : nil }
            if let change { show(change) }
        }
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
            for name in image.names.isEmpty ? ["<none>"] : image.names {
                try client.console.print("imported \(name.harmless) (\(image.id.shortDigest))")
            }
        }
    }

    /// The archive and its size, which a pipe does not have.
    private func open() throws -> (FileHandle, Int?) {
        if file == "-" { return (.standardInput, nil) }
        var isDirectory: ObjCBool = false
        guard FileManager.default.fileExists(atPath: file, isDirectory: &isDirectory) else {
            throw Failure("the path \"\(file)\" does not exist")
        }
        if isDirectory.boolValue {
            throw Failure("\(file) is a directory: pack it, as in 'tar -C \(file) -c . | stint image import -'")
        }
        guard let handle = FileHandle(forReadingAtPath: file) else { throw Failure("\(file) cannot be read") }
        let size = try? FileManager.default.attributesOfItem(atPath: file)[.size] as? Int  // without it: no percentage
        return (handle, size.flatMap { $0 > 0 ? $0 : nil })
    }
}

extension String {
    /// Twelve characters of a digest, enough to tell images apart.
    var shortDigest: String {
        let hex = hasPrefix("sha256:") ? String(dropFirst("sha256:".count)) : self
        return String(hex.prefix(12)).harmless
    }
}
