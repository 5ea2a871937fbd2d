internal import Foundation
internal import Linux
public import Logging

/// The images of this host. Owns its directory:
///
///     catalog.json       what there is
///     layers/NAME/       one unpacked layer each, in overlayfs's form
///     tmp/               imports under way; emptied at every start
///     lock               held by the process whose store it is
///
/// A layer directory is named by its diff_id, and by the chain of layers below as well if it took something from those
/// (see `LowerLayers`). All is 0700 and root's: what is setuid in an image is out of reach of the host's users.
///
/// An image becomes visible when the catalog that lists it is on disk, and that is after its files are. So a crash or a
/// power cut at any point leaves the whole image or none; what is left over is removed at the next start.
///
/// May be used from any thread; several imports may run at once.
public final class ImageStore: Sendable {
    struct State {
        var catalog: Catalog
        /// Layer directories that imports under way count on, by how many.
        var reserved: [String: Int] = [:]
        var numbers = 0
    }

    public let directory: String
    let limits: ImportLimits
    let logger: Logger
    let root: SharedFile
    let layers: SharedFile
    let scratch: SharedFile
    private let lock: SharedFile
    private let state: Guarded<State>
    /// Changes on disk happen one after the other; reading does not wait for them.
    private let changes = NSLock()
    /// For tests: told before and after each durable step of an import.
    let observe: @Sendable (ImportStep) -> Void

    public convenience init(directory: String, limits: ImportLimits = .init(), logger: Logger) throws(ImageError) {
        try self.init(directory: directory, limits: limits, logger: logger) { _ in }
    }

    init(
        directory: String, limits: ImportLimits, logger: Logger, observe: @escaping @Sendable (ImportStep) -> Void
    ) throws(ImageError) {
        self.directory = directory
        self.limits = limits
        self.logger = logger
        self.observe = observe
        do {
            try FileManager.default.createDirectory(
                atPath: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw .sourceFailed("cannot make the image store \(directory): \(error.localizedDescription)")
        }
        root = SharedFile(
            try during("opening the image store") { () throws(SyscallError) in try Paths.openDirectory(directory) })
        let root = root.descriptor.raw
        do throws(SyscallError) {
            lock = SharedFile(try Paths.lockFile(directory + "/lock"))
        } catch {
            if error.wouldBlock { throw .storeInUse(directory) }
            throw .system(error, during: "opening the image store")
        }
        try during("opening the image store") { () throws(SyscallError) in
            try Paths.setMode(root, 0o700)
            try Paths.removeTree(RawPath("tmp"), in: root)
            for name in ["tmp", "layers"] {
                do throws(SyscallError) {
                    try Paths.makeDirectory(RawPath(name), in: root, mode: 0o700)
                } catch  where error.isTaken {}
            }
        }
        layers = SharedFile(
            try during("opening the image store") { () throws(SyscallError) in
                try Paths.openDirectory(RawPath("layers"), in: root)
            })
        scratch = SharedFile(
            try during("opening the image store") { () throws(SyscallError) in
                try Paths.openDirectory(RawPath("tmp"), in: root)
            })
        let catalog = try Self.recover(root: root, layers: layers.descriptor.raw, logger)
        state = Guarded(State(catalog: catalog))
        try sweep()
    }

    /// The catalog without images whose layers are gone, and the layers without directories no catalog knows.
    private static func recover(root: Int32, layers: Int32, _ logger: Logger) throws(ImageError) -> Catalog {
        var catalog = try Catalog.read(in: root) ?? Catalog()
        let present = Set(
            try during("reading the image store") { () throws(SyscallError) in
                let again = try Paths.openDirectory(RawPath("."), in: layers)
                return try Paths.names(in: again.raw).map(\.description)
            })
        for name in present where catalog.layers[name] == nil {
            try during("removing a left-over layer") { () throws(SyscallError) in
                try Paths.removeTree(RawPath(name), in: layers)
            }
        }
        for image in catalog.images.values where !image.layers.allSatisfy({ present.contains($0.directory) }) {
            logger.warning("image lost: its layers are gone", metadata: ["image.id": "\(image.id)"])
            catalog.images[image.id] = nil
        }
        catalog.layers = catalog.layers.filter { present.contains($0.key) }
        return catalog
    }

    // MARK: reading

    /// By name, completed as Docker does, or by id.
    public func image(named name: String) -> Image? {
        state.with { find(name, in: $0.catalog) }.map(located)
    }

    /// By first name, then by id.
    public func images() -> [Image] {
        state.with { Array($0.catalog.images.values) }.map(located).sorted {
            ($0.names.first ?? "~", $0.id) < ($1.names.first ?? "~", $1.id)
        }
    }

    private func find(_ name: String, in catalog: Catalog) -> Image? {
        if let image = catalog.image(id: name) { return image }
        guard let parsed = try? ImageName(parsing: name) else { return nil }  // what is no name names no image
        if let image = catalog.image(named: parsed) { return image }
        // `name@sha256:…`: we do not keep manifests, so only the image's own id can be meant.
        return parsed.digest.flatMap { catalog.images[$0] }
    }

    /// With absolute layer directories.
    private func located(_ image: Image) -> Image {
        var image = image
        for index in image.layers.indices {
            image.layers[index].directory = "\(directory)/layers/\(image.layers[index].directory)"
        }
        return image
    }

    // MARK: removing

    /// Takes a name away; with the last one, or by id, the image goes, and the layers no other image has.
    ///
    /// An image in use is not touched, unless forced: then it loses its names, but stays, nameless, until it is
    /// removed by id. An image with several names is removed by id only when forced.
    /// - Returns: the names taken away, and the id if the image is gone.
    @discardableResult
    public func remove(
        _ name: String, force: Bool, inUse: (Image) -> Bool
    ) throws(ImageError) -> [String] {
        let removed = try changing { (catalog) throws(ImageError) -> [String] in
            let byID = catalog.image(id: name)
            if byID == nil { _ = try ImageName(parsing: name) }
            guard var image = byID ?? find(name, in: catalog) else { throw .unknownImage(name) }
            let isUsed = inUse(located(image))
            if isUsed, !force { throw .imageInUse(name) }
            if byID != nil, image.names.count > 1, !force { throw .severalNames(id: image.id, names: image.names) }
            let gone: [String]
            if byID == nil, let parsed = try? ImageName(parsing: name), image.names.contains(parsed.description) {
                gone = [parsed.description]
            } else {
                gone = image.names
            }
            image.names.removeAll { gone.contains($0) }
            if image.names.isEmpty, !isUsed {
                catalog.images[image.id] = nil
                return gone + [image.id]
            }
            catalog.images[image.id] = image
            return gone
        }
        try sweep()
        return removed
    }

    /// Removes layers that no image has and no import counts on: from the catalog first, then out of the way, then from
    /// the disk. The first two under the lock, so that an import which brings the same layer again finds its place free.
    func sweep() throws(ImageError) {
        var doomed: [(name: RawPath, aside: RawPath)] = []
        try changing { (catalog) throws(ImageError) in
            let reserved = state.with { Set($0.reserved.keys) }
            for name in catalog.unreferencedLayers.subtracting(reserved) {
                catalog.layers[name] = nil
                doomed.append((RawPath(name), RawPath("removed-\(nextNumber())")))
            }
        } then: { () throws(ImageError) in
            for layer in doomed {
                try during("removing a layer") { () throws(SyscallError) in
                    try Paths.rename(
                        layer.name, in: layers.descriptor.raw, to: layer.aside, in: scratch.descriptor.raw)
                }
            }
        }
        for layer in doomed {
            try during("removing a layer") { () throws(SyscallError) in
                try Paths.removeTree(layer.aside, in: scratch.descriptor.raw)
            }
        }
    }

    // MARK: changing

    /// One change of the catalog at a time; it is on disk when this returns. Nothing is written if nothing changed.
    /// `then` follows on disk, before anybody else's change.
    func changing<R>(
        _ change: (inout Catalog) throws(ImageError) -> R, then: () throws(ImageError) -> Void = {}
    ) throws(ImageError) -> R {
        changes.lock()
        defer { changes.unlock() }
        var catalog = state.with { $0.catalog }
        let before = (catalog.images, catalog.layers)
        let result = try change(&catalog)
        if (catalog.images, catalog.layers) == before { return result }
        try catalog.write(in: root.descriptor.raw)
        state.with { $0.catalog = catalog }
        try then()
        return result
    }

    /// Keeps the directories a layer may be in from being removed while an import counts on them.
    /// - Returns: those that are there.
    func reserve(_ diffIDs: Set<Digest>) -> [String: Int64] {
        state.with { state in
            var found: [String: Int64] = [:]
            for (name, size) in state.catalog.layers where diffIDs.contains(where: { name.hasPrefix($0.hex) }) {
                found[name] = size
                state.reserved[name, default: 0] += 1
            }
            return found
        }
    }

    func release(_ names: some Sequence<String>) {
        state.with { state in
            for name in names {
                state.reserved[name, default: 0] -= 1
                if state.reserved[name] == 0 { state.reserved[name] = nil }
            }
        }
    }

    /// For names in `tmp`; never the same twice in this process.
    func nextNumber() -> Int {
        state.with { state in
            state.numbers += 1
            return state.numbers
        }
    }

    func located(_ images: [Image]) -> [Image] { images.map(located) }
}

/// The durable steps of an import, in order.
enum ImportStep: Sendable, Hashable, CaseIterable {
    case unpacked, synced, layersPlaced, catalogWritten
}

/// A value several threads use under a lock.
final class Guarded<Value>: @unchecked Sendable {
    private let lock = NSLock()
    private var value: Value

    init(_ value: Value) { self.value = value }

    func with<R>(_ body: (inout Value) -> R) -> R {
        lock.withLock { body(&value) }
    }
}
