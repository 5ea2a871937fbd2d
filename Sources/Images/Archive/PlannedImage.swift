internal import Foundation

/// One image of an archive, as its documents describe it; nothing of its layers was read yet.
struct PlannedImage: Sendable {
    struct Layer: Sendable {
        let blob: Blob
        /// What the blob's name or descriptor says its digest is.
        let blobDigest: Digest?
        /// Of the uncompressed tar.
        let diffID: Digest
    }

    var names: [ImageName]
    let id: Digest
    let layers: [Layer]
    let config: ImageConfig
    let architecture: String
    let variant: String?
    let os: String
    let createdAt: Date?

    /// - Parameter config: the config's bytes, whose digest is the image's id.
    init(
        names: [ImageName], config bytes: [UInt8], from document: String,
        layers: [(blob: Blob, digest: Digest?)], limits: ImportLimits
    ) throws(ImageError) {
        let config = try Documents.decode(Documents.Config.self, bytes, name: document)
        guard config.rootfs.type ?? "layers" == "layers" else {
            throw .badDocument(document, problem: "rootfs.type \"\(config.rootfs.type!)\" is not supported")
        }
        let diffIDs = config.rootfs.diffIDs ?? []
        guard diffIDs.count == layers.count else {
            throw .badDocument(
                document, problem: "it has \(diffIDs.count) diff_ids, but the manifest has \(layers.count) layers")
        }
        guard layers.count <= limits.layers else {
            throw .overLimit("the image", limit: "layers", allowed: Int64(limits.layers))
        }
        var planned: [Layer] = []
        for (text, layer) in zip(diffIDs, layers) {
            guard let diffID = Digest(text) else {
                throw .badDocument(document, problem: "diff_id \"\(text)\" is not a sha256 digest")
            }
            planned.append(Layer(blob: layer.blob, blobDigest: layer.digest, diffID: diffID))
        }
        self.names = names
        self.id = Digest(of: bytes)
        self.layers = planned
        self.config = try Self.container(config.config, document)
        architecture = config.architecture ?? ""
        variant = config.variant
        os = config.os ?? ""
        createdAt = config.created.flatMap(Self.date)
    }

    /// Bounds what comes with an image, so that it can be a process's arguments and environment: the kernel's
    /// MAX_ARG_STRLEN is 128 KiB, and no string there can have a NUL.
    private static func container(
        _ raw: Documents.Config.Container?, _ document: String
    ) throws(ImageError) -> ImageConfig {
        var config = ImageConfig()
        guard let raw else { return config }
        config.entrypoint = try strings(raw.entrypoint, "Entrypoint", document)
        config.cmd = try strings(raw.cmd, "Cmd", document)
        config.env = try strings(raw.env, "Env", document)
        config.workingDirectory = try string(raw.workingDirectory, "WorkingDir", document, limit: 4095)
        config.user = try string(raw.user, "User", document, limit: 256)
        config.stopSignal = try string(raw.stopSignal, "StopSignal", document, limit: 64)
        let labels = raw.labels ?? [:]
        guard labels.count <= mostStrings else {
            throw .badDocument(document, problem: "config.Labels has more than \(mostStrings) entries")
        }
        config.labels = labels
        return config
    }

    private static let mostStrings = 10_000
    private static let longestString = 128 * 1024 - 1

    private static func strings(
        _ values: [String]?, _ field: String, _ document: String
    ) throws(ImageError) -> [String] {
        let values = values ?? []
        guard values.count <= mostStrings else {
            throw .badDocument(document, problem: "config.\(field) has more than \(mostStrings) entries")
        }
        for value in values { _ = try string(value, field, document, limit: longestString) }
        return values
    }

    private static func string(
        _ value: String?, _ field: String, _ document: String, limit: Int
    ) throws(ImageError) -> String {
        let value = value ?? ""
        guard value.utf8.count <= limit else {
            throw .badDocument(document, problem: "config.\(field) is longer than \(limit) bytes")
        }
        guard !value.utf8.contains(0) else {
            throw .badDocument(document, problem: "config.\(field) has a NUL in it")
        }
        return value
    }

    /// RFC 3339 with any number of fraction digits. Go writes year 1 for "not set".
    static func date(_ text: String) -> Date? {
        var whole = text
        var fraction = 0.0
        if let dot = text.firstIndex(of: ".") {
            let digits = text[text.index(after: dot)...].prefix { $0.isASCII && $0.isNumber }
            fraction = Double("0.\(digits)") ?? 0
            whole = String(text[..<dot]) + text[digits.endIndex...]
        }
        guard let date = try? Date(whole, strategy: .iso8601) else { return nil }  // an odd date is no date
        return date.timeIntervalSince1970 < -30_000_000_000 ? nil : date.addingTimeInterval(fraction)
    }
}
