internal import Foundation
internal import Linux

/// One import, from an archive at hand to an entry in the catalog. Owns a directory below `tmp`, which is gone when it is
/// over, however it ends. Blocks; runs on a thread of its own.
final class ImageImport {
    private let store: ImageStore
    private let budget: ImportBudget
    private let name: RawPath
    private let folder: SharedFile
    private let trash: SharedFile

    /// A layer after unpacking.
    private struct Unpacked {
        let directory: RawPath
        let root: SharedFile
        var sizeBytes: Int64
        let needs: LayerUnpacker.Needs
        let hidesLower: Bool
        let skipped: LayerUnpacker.Skipped
    }

    init(_ store: ImageStore, budget: ImportBudget) throws(ImageError) {
        self.store = store
        self.budget = budget
        let name = RawPath("import-\(store.nextNumber())")
        self.name = name
        let scratch = store.scratch.descriptor.raw
        folder = SharedFile(
            try during("starting an import") { () throws(SyscallError) in
                try Paths.makeDirectory(name, in: scratch, mode: 0o700)
                return try Paths.openDirectory(name, in: scratch)
            })
        let own = folder.descriptor.raw
        trash = SharedFile(
            try during("starting an import") { () throws(SyscallError) in
                try Paths.makeDirectory(RawPath("trash"), in: own, mode: 0o700)
                return try Paths.openDirectory(RawPath("trash"), in: own)
            })
    }

    /// Removes what is left of the import. Twice is fine.
    func cleanUp() {
        do throws(SyscallError) {
            try Paths.removeTree(name, in: store.scratch.descriptor.raw)
        } catch {
            store.logger.warning(
                "left-over of an import not removed; the next start tries again", metadata: ["error": "\(error)"])
        }
    }

    func run(_ files: any ArchiveFiles, name: ImageName?) throws(ImageError) -> [Image] {
        let reader = ArchiveReader(
            files: files, limits: store.limits, architecture: ArchiveReader.hostArchitecture)
        var planned = try reader.images()
        if let name {
            guard planned.count == 1 else {
                throw .severalImages(count: planned.count, name: name.description)
            }
            planned[0].names = [name]
        }
        return try run(planned)
    }

    private func run(_ planned: [PlannedImage]) throws(ImageError) -> [Image] {
        var wanted: [Digest: PlannedImage.Layer] = [:]
        for layer in planned.flatMap(\.layers) where wanted[layer.diffID] == nil { wanted[layer.diffID] = layer }
        let present = store.reserve(Set(wanted.keys))
        defer { store.release(present.keys) }

        // What depends on the layers below is only found when it was unpacked, so a directory with a chain in its name
        // counts only if the whole chain is the same.
        var places: [Digest: LayerPlace] = [:]  // by chain
        var missing: [PlannedImage.Layer] = []
        var sawMissing: Set<Digest> = []
        for image in planned {
            var chain: Digest?
            for layer in image.layers {
                chain = LayerPlace.chain(layer.diffID, on: chain)
                if let place = LayerPlace.existing(layer.diffID, chain: chain!, in: present) {
                    places[chain!] = place
                } else if sawMissing.insert(layer.diffID).inserted {
                    missing.append(layer)
                }
            }
        }
        var unpacked = try unpack(missing)
        store.observe(.unpacked)
        let new = try settle(planned, &places, &unpacked)

        budget.syncing()
        try budget.checkCancelled()
        if !new.isEmpty {
            try during("writing the layers to disk") { () throws(SyscallError) in
                try Paths.syncFileSystem(store.root.descriptor.raw)
            }
        }
        store.observe(.synced)
        return try publish(planned, places, new)
    }

    // MARK: unpacking

    private func unpack(_ layers: [PlannedImage.Layer]) throws(ImageError) -> [Digest: Unpacked] {
        budget.begin(totalBytes: layers.reduce(0) { $0 + $1.blob.size })
        let results = Guarded<(next: Int, done: [Digest: Unpacked], failure: ImageError?)>((0, [:], nil))
        let workers = min(layers.count, max(1, store.limits.parallelLayers))
        // The closure only runs while this function waits for it.
        nonisolated(unsafe) let owner = self
        let group = DispatchGroup()
        for _ in 0..<workers {
            group.enter()
            Thread.detachNewThread {
                while let index = results.with({ state -> Int? in
                    guard state.failure == nil, state.next < layers.count else { return nil }
                    state.next += 1
                    return state.next - 1
                }) {
                    do throws(ImageError) {
                        let done = try owner.unpack(layers[index], number: index)
                        results.with { $0.done[layers[index].diffID] = done }
                    } catch {
                        results.with { if $0.failure == nil { $0.failure = error } }
                        // The others need not finish what will be thrown away.
                        owner.budget.cancel()
                    }
                }
                group.leave()
            }
        }
        group.wait()
        if let failure = results.with({ $0.failure }) { throw failure }
        return results.with { $0.done }
    }

    private func unpack(_ layer: PlannedImage.Layer, number: Int) throws(ImageError) -> Unpacked {
        let name = "layer \(layer.diffID)"
        let directory = RawPath("layer-\(number)")
        let trashName = RawPath("\(number)")
        let root = SharedFile(
            try during(name) { () throws(SyscallError) in
                try Paths.makeDirectory(directory, in: folder.descriptor.raw, mode: 0o700)
                return try Paths.openDirectory(directory, in: folder.descriptor.raw)
            })
        let trash = SharedFile(
            try during(name) { () throws(SyscallError) in
                // Until an entry says otherwise.
                try Paths.setMode(root.descriptor.raw, 0o755)
                try Paths.makeDirectory(trashName, in: self.trash.descriptor.raw, mode: 0o700)
                return try Paths.openDirectory(trashName, in: self.trash.descriptor.raw)
            })
        let pipeline = LayerPipeline(layer.blob, name: name, limits: store.limits, budget: budget)
        let unpacker = LayerUnpacker(name: name, root: root, trash: trash, limits: store.limits, budget: budget)
        try pipeline.run(hashBlob: layer.blobDigest != nil) { (input) throws(ImageError) in
            try unpacker.unpack(input)
        }
        if let wanted = layer.blobDigest, let found = pipeline.blobDigest, wanted != found {
            throw .digestMismatch("blob \(wanted)", wanted: "\(wanted)", found: "\(found)")
        }
        guard pipeline.diffID == layer.diffID else {
            throw .digestMismatch(
                name, wanted: "\(layer.diffID)", found: pipeline.diffID.map { "\($0)" } ?? "not known")
        }
        return Unpacked(
            directory: directory, root: root, sizeBytes: unpacker.sizeBytes, needs: unpacker.needs,
            hidesLower: unpacker.hidesLower, skipped: unpacker.skipped)
    }

    // MARK: layers that need the ones below

    /// A layer directory that is to appear in the store.
    private struct NewLayer {
        let from: RawPath
        let place: LayerPlace
    }

    /// From the bottom up, since what a layer takes from those below must be complete.
    private func settle(
        _ planned: [PlannedImage], _ places: inout [Digest: LayerPlace], _ unpacked: inout [Digest: Unpacked]
    ) throws(ImageError) -> [NewLayer] {
        var new: [String: NewLayer] = [:]
        var usedUp: Set<Digest> = []
        for image in planned {
            var chain: Digest?
            var below: [SharedFile] = []
            for layer in image.layers {
                let own = LayerPlace.chain(layer.diffID, on: chain)
                chain = own
                if let place = places[own] {
                    below.insert(try open(place, new), at: 0)
                    continue
                }
                guard var done = unpacked[layer.diffID] else {
                    preconditionFailure("a layer that is not in the store was unpacked")
                }
                let dependent = !done.needs.isEmpty
                if dependent, usedUp.contains(layer.diffID) {
                    // Settled for another chain already: this image needs a copy of its own.
                    done = try unpack(layer, number: unpacked.count + usedUp.count + new.count + 1000)
                }
                if dependent {
                    usedUp.insert(layer.diffID)
                    done.sizeBytes += try LowerLayers(layer: "layer \(layer.diffID)", root: done.root, below: below)
                        .settle(done.needs)
                }
                if done.skipped != .init() {
                    store.logger.info(
                        "left out of a layer",
                        metadata: [
                            "layer": "\(layer.diffID)", "devices": "\(done.skipped.devices)",
                            "attributes": "\(done.skipped.attributes)",
                        ])
                }
                let place = LayerPlace(
                    name: LayerPlace.name(layer.diffID, chain: dependent ? own : nil), sizeBytes: done.sizeBytes)
                places[own] = place
                new[place.name] = NewLayer(from: done.directory, place: place)
                below.insert(done.root, at: 0)
            }
        }
        return Array(new.values)
    }

    private func open(_ place: LayerPlace, _ new: [String: NewLayer]) throws(ImageError) -> SharedFile {
        SharedFile(
            try during("opening a layer") { () throws(SyscallError) in
                if let fresh = new[place.name] {
                    return try Paths.openDirectory(fresh.from, in: folder.descriptor.raw)
                }
                return try Paths.openDirectory(RawPath(place.name), in: store.layers.descriptor.raw)
            })
    }

    // MARK: becoming visible

    private func publish(
        _ planned: [PlannedImage], _ places: [Digest: LayerPlace], _ new: [NewLayer]
    ) throws(ImageError) -> [Image] {
        var images: [Image] = []
        for image in planned { images.append(try describe(image, places, new)) }
        let published = try store.changing { (catalog) throws(ImageError) -> [Image] in
            for layer in new where catalog.layers[layer.place.name] == nil {
                // There may be one that a crash, or a failure further down, left without an entry.
                try during("placing a layer") { () throws(SyscallError) in
                    let name = RawPath(layer.place.name)
                    try Paths.removeTree(name, in: store.layers.descriptor.raw)
                    try Paths.renameNew(
                        layer.from, in: folder.descriptor.raw, to: name, in: store.layers.descriptor.raw)
                }
                catalog.layers[layer.place.name] = layer.place.sizeBytes
            }
            try during("placing a layer") { () throws(SyscallError) in try Paths.sync(store.layers.descriptor.raw) }
            store.observe(.layersPlaced)
            catalog.add(images)
            return images.map { catalog.images[$0.id]! }
        }
        store.observe(.catalogWritten)
        return store.located(published)
    }

    private func describe(
        _ image: PlannedImage, _ places: [Digest: LayerPlace], _ new: [NewLayer]
    ) throws(ImageError) -> Image {
        var layers: [LayerReference] = []
        var chain: Digest?
        for layer in image.layers {
            chain = LayerPlace.chain(layer.diffID, on: chain)
            guard let place = places[chain!] else { preconditionFailure("every layer has its place by now") }
            let fresh = Dictionary(new.map { ($0.place.name, $0) }, uniquingKeysWith: { first, _ in first })
            let hidesLower = try during("opening a layer") { () throws(SyscallError) in
                let directory =
                    if let layer = fresh[place.name] {
                        try Paths.openDirectory(layer.from, in: folder.descriptor.raw)
                    } else {
                        try Paths.openDirectory(RawPath(place.name), in: store.layers.descriptor.raw)
                    }
                return try Overlay.isOpaque(directory.raw)
            }
            if hidesLower { layers = [] }
            // overlayfs refuses the same directory twice; the upper one alone means the same.
            layers.removeAll { $0.directory == place.name }
            layers.append(
                LayerReference(digest: "\(layer.diffID)", directory: place.name, sizeBytes: place.sizeBytes))
        }
        return Image(
            id: "\(image.id)", names: Array(Set(image.names.map(\.description))).sorted(), layers: layers,
            config: image.config, architecture: image.architecture, os: image.os, createdAt: image.createdAt,
            importedAt: Date())
    }
}

/// The directory of a layer in the store.
struct LayerPlace: Sendable {
    let name: String
    let sizeBytes: Int64

    /// The digest of a layer together with all below it (OCI image-spec config.md, "Layer ChainID").
    static func chain(_ diffID: Digest, on below: Digest?) -> Digest {
        guard let below else { return diffID }
        return Digest(of: Array("\(below) \(diffID)".utf8))
    }

    static func name(_ diffID: Digest, chain: Digest?) -> String {
        chain.map { "\(diffID.hex)-\($0.hex)" } ?? diffID.hex
    }

    static func existing(_ diffID: Digest, chain: Digest, in present: [String: Int64]) -> LayerPlace? {
        for name in [name(diffID, chain: nil), name(diffID, chain: chain)] {
            if let size = present[name] { return LayerPlace(name: name, sizeBytes: size) }
        }
        return nil
    }
}
