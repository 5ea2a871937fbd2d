import Foundation
import Logging
import Testing

@testable import Images

private let base = TarWriter.build { $0.file("base", "1") }
private let top = TarWriter.build { $0.file("top", "2") }

struct ImageStoreTests {
    @Test func `an image is found by any of its names and by its id, also after a restart`() async throws {
        let fixture = try ImageFixture()
        let image = try await fixture.importing(Archive.docker([base], tags: ["app:1", "quay.io/x/app"]))[0]
        try fixture.reopen()
        for name in [
            "app:1", "docker.io/library/app:1", "quay.io/x/app:latest", image.id, String(image.id.dropFirst(7)),
            String(image.id.dropFirst(7).prefix(12)),
        ] {
            #expect(fixture.store.image(named: name) == image, "\(name)")
        }
        for name in ["app", "app:2", "", "../x", "sha256:12", String(image.id.dropFirst(7).prefix(11))] {
            #expect(fixture.store.image(named: name) == nil, "\(name)")
        }
        #expect(fixture.store.images() == [image])
    }

    @Test func `a name moves to the image that was given it last`() async throws {
        let fixture = try ImageFixture()
        let one = try await fixture.importing(Archive.docker([base], tags: ["app", "app:1"]))[0]
        let two = try await fixture.importing(Archive.docker([top], tags: ["app"]))[0]
        #expect(fixture.store.image(named: "app") == two)
        #expect(fixture.store.image(named: one.id)?.names == ["docker.io/library/app:1"])
    }

    @Test func `removing the last name removes the image and the layers nobody shares`() async throws {
        let fixture = try ImageFixture()
        let one = try await fixture.importing(Archive.docker([base], tags: ["one", "uno"]))[0]
        let two = try await fixture.importing(Archive.docker([base, top], tags: ["two"]))[0]
        #expect(try fixture.store.remove("one", force: false) { _ in false } == ["docker.io/library/one:latest"])
        #expect(
            try fixture.store.remove("two", force: false) { _ in false } == ["docker.io/library/two:latest", two.id])
        #expect(FileManager.default.fileExists(atPath: one.layers[0].directory))
        #expect(!FileManager.default.fileExists(atPath: two.layers[1].directory))
        #expect(throws: ImageError.unknownImage("two")) { try fixture.store.remove("two", force: true) { _ in false } }
        #expect(throws: ImageError.imageInUse("uno")) { try fixture.store.remove("uno", force: false) { _ in true } }
        #expect(try fixture.store.remove("uno", force: true) { _ in true } == ["docker.io/library/uno:latest"])
        #expect(fixture.store.images().map(\.id) == [one.id])
        #expect(try fixture.store.remove(one.id, force: false) { _ in false } == [one.id])
        #expect(try shell("ls '\(fixture.path)/images/layers'") == "")
    }

    @Test func `by its id an image with several names goes only by force`() async throws {
        let fixture = try ImageFixture()
        let image = try await fixture.importing(Archive.docker([base], tags: ["one", "uno"]))[0]
        #expect(throws: ImageError.severalNames(id: image.id, names: image.names)) {
            try fixture.store.remove(image.id, force: false) { _ in false }
        }
        #expect(try fixture.store.remove(image.id, force: true) { _ in false } == image.names + [image.id])
    }

    @Test func `a second store on the same directory is refused`() throws {
        let fixture = try ImageFixture()
        #expect(throws: ImageError.storeInUse(fixture.path + "/images")) {
            try ImageStore(directory: fixture.path + "/images", logger: Logger(label: "test"))
        }
    }

    @Test func `many imports at once share their layers`() async throws {
        let fixture = try ImageFixture()
        let store = fixture.store!
        let tops = (0..<8).map { index in TarWriter.build { $0.file("top", "\(index)") } }
        let path = fixture.path
        try await withThrowingTaskGroup(of: Void.self) { group in
            for round in 0..<24 {
                let archive = Archive.docker([base, tops[round % 8]], tags: ["app:\(round % 8)"])
                group.addTask {
                    let file = path + "/\(round).tar"
                    try Data(archive).write(to: URL(filePath: file))
                    _ = try await store.importImage(from: .file(path: file), name: nil)
                    if round % 3 == 0 { _ = try? store.remove("app:\(round % 8)", force: false) { _ in false } }
                }
            }
            try await group.waitForAll()
        }
        for round in 0..<8 {
            _ = try await fixture.importing(Archive.docker([base, tops[round]], tags: ["app:\(round)"]))
        }
        #expect(store.images().count == 8)
        #expect(Set(store.images().map { $0.layers[0].directory }).count == 1)
        #expect(try shell("ls '\(fixture.path)/images/layers' | wc -l; ls -A '\(fixture.path)/images/tmp'") == "9\n")
        for image in store.images() {
            for layer in image.layers { #expect(FileManager.default.fileExists(atPath: layer.directory)) }
        }
    }

    @Test func `a crash at any step leaves the whole image or none, and nothing else`() async throws {
        // At each step the store's directory is copied as a crash would leave it.
        let copies = FileManager.default.temporaryDirectory.path + "/stint-images-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: copies, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: copies) }
        let source = Guarded("")
        let fixture = try ImageFixture { step in
            _ = try? shell("cp -a '\(source.with { $0 })' '\(copies)/\(step)'")
        }
        source.with { $0 = fixture.path + "/images" }
        _ = try await fixture.importing(Archive.docker([base, top], tags: ["app"]))
        for step in ImportStep.allCases {
            let store = try ImageStore(directory: "\(copies)/\(step)", logger: Logger(label: "test"))
            #expect(store.images().count == (step == .catalogWritten ? 1 : 0), "\(step)")
            #expect(
                try shell("ls '\(copies)/\(step)/layers' | wc -l; ls -A '\(copies)/\(step)/tmp'")
                    == (step == .catalogWritten ? "2\n" : "0\n"), "\(step)")
            if let image = store.image(named: "app") {
                #expect(try shell("cat '\(image.layers[0].directory)/base' '\(image.layers[1].directory)/top'") == "12")
            }
        }
    }

    @Test func `a damaged catalog is an error, a missing layer costs its images only`() async throws {
        let fixture = try ImageFixture()
        let one = try await fixture.importing(Archive.docker([base], tags: ["one"]))[0]
        let two = try await fixture.importing(Archive.docker([top], tags: ["two"]))[0]
        try shell("rm -r '\(one.layers[0].directory)'")
        try fixture.reopen()
        #expect(fixture.store.images() == [two])
        _ = try await fixture.importing(Archive.docker([base], tags: ["one"]))
        try Data("{\"version\":1,".utf8).write(to: URL(filePath: fixture.path + "/images/catalog.json"))
        #expect(throws: ImageError.badDocument("catalog.json", problem: "it is damaged")) { try fixture.reopen() }
    }
}
