internal import Foundation
internal import Linux

/// What the store has, as a value: images, and the layer directories they are made of.
///
/// One JSON file, replaced as a whole, so an import or a removal is there or is not, names included.
struct Catalog: Codable, Sendable {
    var version = 1
    /// By id. `LayerReference.directory` is only the directory's name in here, so the store can be moved.
    var images: [String: Image] = [:]
    /// Bytes of the files in each layer directory.
    var layers: [String: Int64] = [:]

    /// Adds images with their names, which other images lose: a name belongs to the last who was given it.
    mutating func add(_ new: [Image]) {
        for image in new {
            var image = image
            for (id, other) in images where id != image.id {
                images[id]?.names = other.names.filter { !image.names.contains($0) }
            }
            image.names = Array(Set(image.names + (images[image.id]?.names ?? []))).sorted()
            images[image.id] = image
        }
    }

    func image(named name: ImageName) -> Image? {
        let text = name.description
        return images.values.first { $0.names.contains(text) }
    }

    /// By a whole id, or by an unambiguous beginning of at least 12 digits, as Docker shows it.
    func image(id: String) -> Image? {
        if let image = images[id] { return image }
        let digits = id.hasPrefix("sha256:") ? String(id.dropFirst(7)) : id
        guard digits.utf8.count >= 12 else { return nil }
        let found = images.values.filter { $0.id.hasPrefix("sha256:" + digits) }
        return found.count == 1 ? found[0] : nil
    }

    /// Layer directories that no image has.
    var unreferencedLayers: Set<String> {
        var rest = Set(layers.keys)
        for image in images.values { rest.subtract(image.layers.map(\.directory)) }
        return rest
    }

    // MARK: on disk

    static let fileName = RawPath("catalog.json")

    /// Nil when there is none yet.
    static func read(in directory: Int32) throws(ImageError) -> Catalog? {
        let file: SharedFile
        do throws(SyscallError) {
            file = SharedFile(try Paths.openFile(fileName, in: directory))
        } catch {
            if error.isMissing { return nil }
            throw .system(error, during: "reading the image catalog")
        }
        let size = try during("reading the image catalog") { () throws(SyscallError) in
            try Paths.status(file.descriptor.raw).size
        }
        let bytes = try Blob(file: file, offset: 0, size: size).contents(named: "catalog.json", limit: Int.max)
        do {
            let catalog = try JSONDecoder().decode(Catalog.self, from: Data(bytes))
            guard catalog.version == 1 else {
                throw ImageError.badDocument(
                    "catalog.json", problem: "version \(catalog.version) is from a newer stint")
            }
            return catalog
        } catch let error as ImageError {
            throw error
        } catch {
            throw .badDocument("catalog.json", problem: "it is damaged")
        }
    }

    /// On disk when this returns; until then the old one is.
    func write(in directory: Int32) throws(ImageError) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        let bytes: Data
        do { bytes = try encoder.encode(self) } catch { throw .badDocument("catalog.json", problem: "\(error)") }
        try during("writing the image catalog") { () throws(SyscallError) in
            let draft = RawPath(".catalog.json.new")
            try Paths.removeTree(draft, in: directory)
            let file = try Paths.createFile(draft, in: directory, mode: 0o600)
            try Paths.write(file.raw, [UInt8](bytes))
            try Paths.sync(file.raw)
            try Paths.rename(draft, in: directory, to: Self.fileName, in: directory)
            try Paths.sync(directory)
        }
    }
}
