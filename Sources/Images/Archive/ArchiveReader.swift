/// Reads the documents of an archive and says which images it has.
///
/// An archive with a manifest.json is read as `docker load` reads it, also when it has an OCI index beside it (Docker 25
/// and later write both). Otherwise it is an OCI layout.
struct ArchiveReader {
    let files: any ArchiveFiles
    let limits: ImportLimits
    /// `amd64`, `arm64`.
    let architecture: String

    static var hostArchitecture: String {
        #if arch(x86_64)
            "amd64"
        #elseif arch(arm64)
            "arm64"
        #else
            #error("which name does Go have for this architecture?")
        #endif
    }

    func images() throws(ImageError) -> [PlannedImage] {
        let images: [PlannedImage]
        if let manifest = try files.file("manifest.json") {
            images = try dockerImages(manifest)
        } else if let index = try files.file("index.json") {
            images = try layoutImages(index)
        } else {
            throw .notAnImage(files.name)
        }
        if images.count > limits.images {
            throw .overLimit(files.name, limit: "images", allowed: Int64(limits.images))
        }
        return images
    }

    // MARK: docker save

    private func dockerImages(_ manifest: Blob) throws(ImageError) -> [PlannedImage] {
        let bytes = try manifest.contents(named: "manifest.json", limit: limits.documentBytes)
        let items = try Documents.decode([Documents.DockerManifest].self, bytes, name: "manifest.json")
        if items.isEmpty { throw .badDocument("manifest.json", problem: "it has no image") }
        var images: [PlannedImage] = []
        for item in items {
            let config = try document(item.config, digest: Self.digest(inPath: item.config), neededBy: "manifest.json")
            var layers: [(blob: Blob, digest: Digest?)] = []
            for path in item.layers ?? [] {
                let blob = try files.require(path, neededBy: "manifest.json")
                layers.append((blob, path.hasPrefix("blobs/") ? Self.digest(inPath: path) : nil))
            }
            var names: [ImageName] = []
            for tag in item.repoTags ?? [] { names.append(try ImageName(parsing: tag)) }
            let image = try PlannedImage(
                names: names, config: config, from: item.config, layers: layers, limits: limits)
            try checkPlatform(image)
            images.append(image)
        }
        return images
    }

    /// `blobs/sha256/HEX` and `HEX.json` are named by their digest.
    private static func digest(inPath path: String) -> Digest? {
        if path.hasPrefix("blobs/sha256/") { return Digest(hex: String(path.dropFirst("blobs/sha256/".count))) }
        if path.hasSuffix(".json") { return Digest(hex: String(path.dropLast(".json".count))) }
        return nil
    }

    private func document(
        _ path: String, digest: Digest?, neededBy: String
    ) throws(ImageError) -> [UInt8] {
        let blob = try files.require(path, neededBy: neededBy)
        let bytes = try blob.contents(named: path, limit: limits.documentBytes)
        if let digest {
            let found = Digest(of: bytes)
            guard found == digest else { throw .digestMismatch(path, wanted: "\(digest)", found: "\(found)") }
        }
        return bytes
    }

    // MARK: OCI layout

    /// Names that the maker of a layout gave an image: containerd's is a whole name, OCI's own may be just a tag, which
    /// names nothing here.
    private static func names(_ annotations: [String: String]?) throws(ImageError) -> [ImageName] {
        if let name = annotations?["io.containerd.image.name"] { return [try ImageName(parsing: name)] }
        guard let name = annotations?["org.opencontainers.image.ref.name"],
            name.contains(where: { $0 == ":" || $0 == "/" })
        else { return [] }
        return [try ImageName(parsing: name)]
    }

    /// The entries of the top index are images each, unless they are one image for several platforms: then those for
    /// others are passed over, as long as one is for this host.
    private func layoutImages(_ index: Blob) throws(ImageError) -> [PlannedImage] {
        if let mark = try files.file("oci-layout") {
            struct Layout: Decodable { var imageLayoutVersion: String }
            let bytes = try mark.contents(named: "oci-layout", limit: limits.documentBytes)
            let layout = try Documents.decode(Layout.self, bytes, name: "oci-layout")
            guard layout.imageLayoutVersion.hasPrefix("1.") else {
                throw .badDocument("oci-layout", problem: "version \"\(layout.imageLayoutVersion)\" is not supported")
            }
        }
        let bytes = try index.contents(named: "index.json", limit: limits.documentBytes)
        let top = try indexOrManifest(bytes, named: "index.json")
        guard let entries = top.manifests else { throw .badDocument("index.json", problem: "manifests is missing") }
        if entries.isEmpty { throw .badDocument("index.json", problem: "it has no image") }
        var found: [PlannedImage] = []
        var offered: [String] = []
        for entry in entries where !isAttachment(entry) {
            let names = try Self.names(entry.annotations)
            switch try resolve(entry, names: names, depth: 0) {
            case .image(let image):
                if let same = found.firstIndex(where: { $0.id == image.id }) {
                    found[same].names += image.names
                } else {
                    found.append(image)
                }
            case .otherPlatforms(let platforms): offered += platforms
            }
        }
        if found.isEmpty { throw .wrongPlatform(wanted: wanted, offered: offered) }
        return found
    }

    private enum Resolved {
        case image(PlannedImage)
        case otherPlatforms([String])
    }

    private var wanted: String { "linux/\(architecture)" }

    private func resolve(
        _ descriptor: Documents.Descriptor, names: [ImageName], depth: Int
    ) throws(ImageError) -> Resolved {
        if depth > 4 { throw .badDocument("index.json", problem: "its indexes are nested too deep") }
        if let platform = descriptor.platform, !fits(platform.os, platform.architecture) {
            return .otherPlatforms([Self.text(platform.os, platform.architecture, platform.variant)])
        }
        let (path, bytes) = try fetch(descriptor, neededBy: "index.json")
        let document = try indexOrManifest(bytes, named: path)
        if let type = descriptor.mediaType, let own = document.mediaType, type != own {
            throw .badDocument(path, problem: "its mediaType \"\(own)\" is not the \"\(type)\" it is referred to as")
        }
        guard let entries = document.manifests else { return try image(document, path, names) }
        // The first that fits, as containerd and Docker take it.
        var offered: [String] = []
        for entry in entries where !isAttachment(entry) {
            switch try resolve(entry, names: names, depth: depth + 1) {
            case .image(let image): return .image(image)
            case .otherPlatforms(let platforms): offered += platforms
            }
        }
        return .otherPlatforms(offered)
    }

    private func image(
        _ manifest: Documents.IndexOrManifest, _ path: String, _ names: [ImageName]
    ) throws(ImageError) -> Resolved {
        guard let config = manifest.config else { throw .badDocument(path, problem: "config is missing") }
        let (configPath, bytes) = try fetch(config, neededBy: path)
        var layers: [(blob: Blob, digest: Digest?)] = []
        for layer in manifest.layers ?? [] {
            let (layerPath, digest) = try place(layer)
            let blob = try files.require(layerPath, neededBy: path)
            if let size = layer.size, size != blob.size {
                throw .badDocument(layerPath, problem: "it has \(blob.size) bytes, not \(size)")
            }
            layers.append((blob, digest))
        }
        let image = try PlannedImage(
            names: names, config: bytes, from: configPath, layers: layers, limits: limits)
        guard fits(image.os, image.architecture) else {
            return .otherPlatforms([Self.text(image.os, image.architecture, image.variant)])
        }
        return .image(image)
    }

    private func fetch(
        _ descriptor: Documents.Descriptor, neededBy: String
    ) throws(ImageError) -> (path: String, bytes: [UInt8]) {
        let (path, digest) = try place(descriptor)
        let bytes = try document(path, digest: digest, neededBy: neededBy)
        if let size = descriptor.size, size != Int64(bytes.count) {
            throw .badDocument(path, problem: "it has \(bytes.count) bytes, not \(size)")
        }
        return (path, bytes)
    }

    private func place(_ descriptor: Documents.Descriptor) throws(ImageError) -> (String, Digest) {
        guard let digest = Digest(descriptor.digest) else {
            throw .badDocument(files.name, problem: "\"\(descriptor.digest)\" is not a sha256 digest")
        }
        return ("blobs/sha256/\(digest.hex)", digest)
    }

    private func indexOrManifest(
        _ bytes: [UInt8], named name: String
    ) throws(ImageError) -> Documents.IndexOrManifest {
        let document = try Documents.decode(Documents.IndexOrManifest.self, bytes, name: name)
        if document.manifests != nil, document.config != nil || document.layers != nil {
            throw .badDocument(name, problem: "it is an index and a manifest at once")
        }
        return document
    }

    // MARK: platforms

    /// Signatures and attestations that BuildKit lists beside the image.
    private func isAttachment(_ entry: Documents.Descriptor) -> Bool {
        entry.annotations?["vnd.docker.reference.type"] != nil
            || (entry.platform?.os == "unknown" && entry.platform?.architecture == "unknown")
    }

    /// An image that does not say is taken for fitting, as Docker does.
    private func fits(_ os: String?, _ architecture: String?) -> Bool {
        (os ?? "").isEmpty && (architecture ?? "").isEmpty
            || ((os ?? "").isEmpty || os == "linux")
                && ((architecture ?? "").isEmpty || architecture == self.architecture)
    }

    private static func text(_ os: String?, _ architecture: String?, _ variant: String?) -> String {
        "\(os ?? "?")/\(architecture ?? "?")" + (variant.map { "/\($0)" } ?? "")
    }

    /// An error if the image is for another platform.
    private func checkPlatform(_ image: PlannedImage) throws(ImageError) {
        if fits(image.os, image.architecture) { return }
        throw .wrongPlatform(wanted: wanted, offered: [Self.text(image.os, image.architecture, image.variant)])
    }
}
