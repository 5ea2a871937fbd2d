public import Foundation

/// An image whose layers lie unpacked on this host.
public struct Image: Sendable, Hashable, Codable {
    /// Digest of the image's config, `sha256:…`.
    public var id: String
    /// Normalised, `docker.io/library/busybox:latest`; sorted. Empty for an image without a name.
    public var names: [String]
    /// Bottom first. What an opaque root hides is left out.
    public var layers: [LayerReference]
    public var config: ImageConfig
    /// As Go names them: `amd64`, `linux`.
    public var architecture: String
    public var os: String
    /// When its maker made it; nil if the maker does not say.
    public var createdAt: Date?
    public var importedAt: Date

    /// Bytes of the files in all its layers; shared layers count for every image that has them.
    public var sizeBytes: Int64 { layers.reduce(0) { $0 + $1.sizeBytes } }
}

/// One unpacked layer, read-only, shared by the images that have it.
public struct LayerReference: Sendable, Hashable, Codable {
    /// SHA-256 of the uncompressed tar, `sha256:…`: the layer's diff_id.
    public var digest: String
    /// Absolute. Ready to be an overlayfs `lowerdir`: whiteouts and opaque directories are in overlayfs's own form.
    public var directory: String
    /// Sum of the sizes of its files.
    public var sizeBytes: Int64
}

/// What the image's maker says about the container to run. Data from outside: bounded and of the right type, and that
/// is all that was checked.
public struct ImageConfig: Sendable, Hashable, Codable {
    public var entrypoint: [String] = []
    public var cmd: [String] = []
    /// `NAME=value`.
    public var env: [String] = []
    public var workingDirectory: String = ""
    /// `user[:group]`, names or numbers; empty for root.
    public var user: String = ""
    public var labels: [String: String] = [:]
    /// `SIGTERM` or a number; empty when the image does not say.
    public var stopSignal: String = ""

    public init() {}
}

/// Where an image comes from.
public enum ImportSource: Sendable {
    /// An archive made by `docker save` or an OCI layout, as a tar, maybe compressed.
    case file(path: String)
    /// The same, unpacked.
    case directory(path: String)
    /// The bytes of an archive as they arrive.
    case stream(any AsyncSequence<[UInt8], any Error> & Sendable)
}

/// How far an import is. Told from several threads, at most every few megabytes.
public struct ImportProgress: Sendable, Hashable {
    public enum Stage: String, Sendable { case receiving, unpacking, syncing }
    public var stage: Stage
    /// Of the archive while receiving, of the layers as they are in the archive while unpacking.
    public var doneBytes: Int64
    /// Nil while it is not known.
    public var totalBytes: Int64?
}

/// Bounds on what an image may cost us. The defaults let through every honest image we know of.
public struct ImportLimits: Sendable {
    /// Of one layer after decompression.
    public var layerBytes: Int64 = 64 << 30
    /// Of all layers of one import after decompression.
    public var totalBytes: Int64 = 256 << 30
    /// Of the archive as it arrives, and after the whole archive's own decompression.
    public var archiveBytes: Int64 = 256 << 30
    /// Entries of one layer.
    public var layerEntries: Int = 2_000_000
    /// Entries of all layers of one import, and of the archive itself.
    public var totalEntries: Int = 4_000_000
    /// Decompressed to compressed bytes. Held against a layer once it has `ratioStartBytes`; deflate itself cannot
    /// exceed 1032.
    public var ratio: Int64 = 200
    public var ratioStartBytes: Int64 = 1 << 30
    /// Of a name in a layer; the kernel takes no path of 4096.
    public var nameBytes: Int = 4095
    /// Directories above an entry, by its name.
    public var depth: Int = 256
    /// Layers of an image; overlayfs takes 500.
    public var layers: Int = 500
    /// Images in one archive.
    public var images: Int = 1000
    /// Of one pax or long-name header.
    public var headerBytes: Int = 1 << 20
    /// Of the names and attributes of one layer's directories, which are held in memory until its end.
    public var retainedBytes: Int = 256 << 20
    /// Members of the archive around the layers.
    public var archiveMembers: Int = 100_000
    /// Of a manifest, index or config.
    public var documentBytes: Int = 8 << 20
    /// log2 of the memory a zstd stream may ask for.
    public var zstdWindowLog: Int32 = 27
    /// Layers unpacked side by side.
    public var parallelLayers: Int = 2

    public init() {}
}

extension Image {
    /// Whether an image can have this name at all (`[domain/]path[:tag][@digest]`).
    public static func isName(_ text: String) -> Bool {
        // Why not is not asked.
        (try? ImageName(parsing: text)) != nil
    }
}
