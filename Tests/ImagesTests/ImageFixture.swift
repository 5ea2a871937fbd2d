import Foundation
import Linux
import Logging
import Testing

@testable import Images

/// A scratch directory with a store in it and a sentinel beside it that nothing may touch. Removes itself.
final class ImageFixture {
    let path: String
    private(set) var store: ImageStore!
    private let before: String

    init(limits: ImportLimits = ImportLimits(), observe: @escaping @Sendable (ImportStep) -> Void = { _ in }) throws {
        path = FileManager.default.temporaryDirectory.path + "/stint-images-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path + "/sentinel/inner", withIntermediateDirectories: true)
        try Data("untouched\n".utf8).write(to: URL(filePath: path + "/sentinel/file"))
        try Data("untouched\n".utf8).write(to: URL(filePath: path + "/sentinel/inner/file"))
        before = try Self.listing(path + "/sentinel", directoryTimes: true)
        store = try ImageStore(
            directory: path + "/images", limits: limits, logger: Logger(label: "test"), observe: observe)
    }

    deinit {
        store = nil
        try? FileManager.default.removeItem(atPath: path)  // a test's rubbish; nothing depends on it
    }

    var sentinel: String { path + "/sentinel" }

    func reopen(limits: ImportLimits = ImportLimits()) throws {
        store = nil
        // The last thread of an import may hold the old store a moment longer.
        for _ in 0..<100 {
            do {
                store = try ImageStore(directory: path + "/images", limits: limits, logger: Logger(label: "test"))
                return
            } catch ImageError.storeInUse {
                Thread.sleep(forTimeInterval: 0.01)
            }
        }
        store = try ImageStore(directory: path + "/images", limits: limits, logger: Logger(label: "test"))
    }

    func importing(_ archive: [UInt8], name: String? = nil) async throws -> [Image] {
        let file = path + "/archive-\(UUID().uuidString).tar"
        try Data(archive).write(to: URL(filePath: file))
        return try await store.importImage(from: .file(path: file), name: name)
    }

    /// Imports an image made of these layers and gives back the layers' directories, bottom first.
    func unpacking(_ layers: [UInt8]...) async throws -> [String] {
        try await importing(Archive.docker(layers))[0].layers.map(\.directory)
    }

    /// The message an import fails with; nil if it does not. The store must be as it was, and the sentinel too.
    func failure(_ archive: [UInt8], _ location: SourceLocation = #_sourceLocation) async throws -> String? {
        let stored = try Self.listing(path + "/images")
        do {
            _ = try await importing(archive)
            try expectSentinel(location)
            return nil
        } catch let error as ImageError {
            #expect(try Self.listing(path + "/images") == stored, "something was left behind", sourceLocation: location)
            try expectSentinel(location)
            return error.description
        }
    }

    func failure(layers: [UInt8]..., at location: SourceLocation = #_sourceLocation) async throws -> String? {
        try await failure(Archive.docker(layers), location)
    }

    func expectSentinel(_ location: SourceLocation = #_sourceLocation) throws {
        #expect(
            try Self.listing(sentinel, directoryTimes: true) == before, "the sentinel was touched",
            sourceLocation: location)
    }

    /// Everything stat and the content say of all below. Times of directories only if asked for: the store's own change.
    static func listing(_ directory: String, directoryTimes: Bool = false) throws -> String {
        var lines: [String] = []
        for path in try FileManager.default.subpathsOfDirectory(atPath: directory).sorted() where path != "lock" {
            let status = try Paths.status(RawPath("\(directory)/\(path)"), in: -100)
            var line = "\(path) \(status.kind) \(status.mode) \(status.user):\(status.group)"
            if status.kind != .directory || directoryTimes { line += " \(status.size) \(status.modified)" }
            if status.kind == .regular {
                line += " \(Digest(of: [UInt8](try Data(contentsOf: URL(filePath: "\(directory)/\(path)")))))"
            }
            lines.append(line)
        }
        return lines.joined(separator: "\n")
    }
}

/// Archives around layers.
enum Archive {
    static func config(_ layers: [[UInt8]], extra: String = "", container: String = "{}", diffIDs: [String]? = nil)
        -> [UInt8]
    {
        let ids = (diffIDs ?? layers.map { "\(Digest(of: $0))" }).map { "\"\($0)\"" }.joined(separator: ",")
        return Array(
            """
            {"architecture":"\(ArchiveReader.hostArchitecture)","os":"linux","created":"2024-02-03T04:05:06.5Z",\
            "config":\(container),"rootfs":{"type":"layers","diff_ids":[\(ids)]}\(extra)}
            """.utf8)
    }

    /// As `docker save` wrote it up to version 24.
    static func docker(
        _ layers: [[UInt8]], stored: [[UInt8]]? = nil, tags: [String] = ["test:latest"], config: [UInt8]? = nil
    ) -> [UInt8] {
        let config = config ?? self.config(layers)
        return TarWriter.build { tar in
            for (index, layer) in (stored ?? layers).enumerated() {
                tar.directory("layer\(index)/")
                tar.file("layer\(index)/layer.tar", bytes: layer)
            }
            tar.file("\(Digest(of: config).hex).json", bytes: config)
            let names = tags.map { "\"\($0)\"" }.joined(separator: ",")
            let paths = layers.indices.map { "\"layer\($0)/layer.tar\"" }.joined(separator: ",")
            tar.file(
                "manifest.json",
                "[{\"Config\":\"\(Digest(of: config).hex).json\",\"RepoTags\":[\(names)],\"Layers\":[\(paths)]}]")
        }
    }

    /// The files of an OCI layout, to be changed before they become a tar.
    struct Layout {
        var files: [(String, [UInt8])] = [("oci-layout", Array("{\"imageLayoutVersion\":\"1.0.0\"}".utf8))]

        mutating func blob(_ bytes: [UInt8]) -> String {
            let digest = Digest(of: bytes)
            if !files.contains(where: { $0.0 == "blobs/sha256/\(digest.hex)" }) {
                files.append(("blobs/sha256/\(digest.hex)", bytes))
            }
            return "\(digest)"
        }

        func descriptor(_ digest: String, _ type: String, _ extra: String = "") -> String {
            let size = files.first { $0.0.hasSuffix(digest.dropFirst(7)) }?.1.count ?? 0
            return "{\"mediaType\":\"\(type)\",\"digest\":\"\(digest)\",\"size\":\(size)\(extra)}"
        }

        mutating func manifest(_ layers: [[UInt8]], config: [UInt8]? = nil, stored: [[UInt8]]? = nil) -> String {
            let config = blob(config ?? Archive.config(layers))
            let layers = (stored ?? layers).map { blob($0) }
            let list = layers.map { descriptor($0, "application/vnd.oci.image.layer.v1.tar+gzip") }
            return blob(
                Array(
                    """
                    {"schemaVersion":2,"mediaType":"\(manifestType)",\
                    "config":\(descriptor(config, "application/vnd.oci.image.config.v1+json")),\
                    "layers":[\(list.joined(separator: ","))]}
                    """.utf8))
        }

        mutating func index(_ entries: [String]) {
            files.append(
                ("index.json", Array("{\"schemaVersion\":2,\"manifests\":[\(entries.joined(separator: ","))]}".utf8)))
        }

        var tar: [UInt8] {
            TarWriter.build { tar in
                for (name, bytes) in files { tar.file(name, bytes: bytes) }
            }
        }
    }

    static let manifestType = "application/vnd.oci.image.manifest.v1+json"
    static let indexType = "application/vnd.oci.image.index.v1+json"
}

/// Runs a command of the host's tools and gives its output back; throws what it wrote to stderr when it fails.
@discardableResult
func shell(_ command: String) throws -> String {
    let process = Process()
    process.executableURL = URL(filePath: "/bin/sh")
    process.arguments = ["-c", command]
    let output = Pipe()
    process.standardOutput = output
    process.standardError = output
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    let text = String(decoding: data, as: UTF8.self)
    guard process.terminationStatus == 0 else { throw CommandFailed(command: command, output: text) }
    return text
}

struct CommandFailed: Error {
    let command: String
    let output: String
}

/// Why tests that need a tool do not run.
func has(_ tools: String...) -> Bool {
    tools.allSatisfy { (try? shell("command -v \($0)")) != nil }
}
