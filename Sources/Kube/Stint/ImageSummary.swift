/// An image in the store of this host, as the API tells of it.
public struct ImageSummary: Codable, Hashable, Sendable {
    /// Digest of the image's config: `sha256:…`.
    public var id: String
    /// Normalised names, `docker.io/library/busybox:latest`.
    public var names: [String]
    /// Bytes of the unpacked layers on disk.
    public var sizeBytes: Int64
    /// When it was imported here.
    public var importedAt: Timestamp
    /// When its maker made it.
    public var createdAt: Timestamp?
    public var architecture: String
    public var os: String
    /// Only `inspect` fills these.
    public var layers: [String]?
    public var config: ImageConfigSummary?

    public init(
        id: String, names: [String], sizeBytes: Int64, importedAt: Timestamp, architecture: String, os: String
    ) {
        self.id = id
        self.names = names
        self.sizeBytes = sizeBytes
        self.importedAt = importedAt
        self.architecture = architecture
        self.os = os
    }
}

/// What the image's config says of the container to run; data from outside, never trusted.
public struct ImageConfigSummary: Codable, Hashable, Sendable {
    public var entrypoint: [String]?
    public var cmd: [String]?
    public var env: [String]?
    public var workingDir: String?
    public var user: String?
    public var labels: [String: String]?
    public var stopSignal: String?

    public init() {}
}

/// One line of the answer to an import: progress while it runs, and at the end either the images or a Status.
public struct ImageImportMessage: Codable, Sendable {
    public var progress: ImageImportProgress?
    public var images: [ImageSummary]?
    public var status: Status?

    public init(progress: ImageImportProgress? = nil, images: [ImageSummary]? = nil, status: Status? = nil) {
        self.progress = progress
        self.images = images
        self.status = status
    }
}

public struct ImageImportProgress: Codable, Hashable, Sendable {
    /// `receiving`, `unpacking` or `syncing`.
    public var stage: String
    public var doneBytes: Int64
    /// Nil while it is not known.
    public var totalBytes: Int64?

    public init(stage: String, doneBytes: Int64, totalBytes: Int64? = nil) {
        self.stage = stage
        self.doneBytes = doneBytes
        self.totalBytes = totalBytes
    }
}
