import Foundation
import Logging
import Testing

@testable import Images

struct LimitTests {
    private func message(_ change: (inout ImportLimits) -> Void, _ archive: [UInt8]) async throws -> String? {
        var limits = ImportLimits()
        change(&limits)
        return try await ImageFixture(limits: limits).failure(archive)
    }

    private func gzip(_ bytes: [UInt8]) throws -> [UInt8] { try packed("gzip -9", bytes) }

    @Test func `a gzip bomb is stopped by its ratio, on the decompressed side`() async throws {
        let tar = TarWriter.build { $0.file("zeros", bytes: [UInt8](repeating: 0, count: 64 << 20)) }
        let archive = Archive.docker([tar], stored: [try gzip(tar)])
        let name = "layer \(Digest(of: tar))"
        #expect(
            try await message({ $0.ratioStartBytes = 16 << 20 }, archive)
                == "\(name) exceeds the limit of 200 times its compressed size")
        #expect(
            try await message({ $0.layerBytes = 32 << 20 }, archive)
                == "\(name) exceeds the limit of 33554432 unpacked bytes")
        #expect(
            try await message({ $0.totalBytes = 32 << 20 }, archive)
                == "the image exceeds the limit of 33554432 unpacked bytes")
        #expect(try await message({ _ in }, archive) == nil)
    }

    @Test func `many small gzip members do not hide a bomb`() async throws {
        let zeros = try gzip([UInt8](repeating: 0, count: 1 << 20))
        let head = try gzip(
            { () -> [UInt8] in
                var tar = TarWriter()
                tar.add("0", "zeros", []) { $0.size = 64 << 20 }
                return tar.bytes
            }())
        let bomb = head + (0..<64).flatMap { _ in zeros }
        let archive = Archive.docker([[1]], stored: [bomb])
        let text = try await message({ $0.ratioStartBytes = 16 << 20 }, archive)
        #expect(text?.hasSuffix("exceeds the limit of 200 times its compressed size") == true, "\(text ?? "")")
    }

    @Test(.enabled(if: has("zstd"), "needs zstd"))
    func `a zstd stream may not ask for a giant window`() async throws {
        let tar = TarWriter.build { $0.file("a", bytes: [UInt8](repeating: 7, count: 40 << 20)) }
        let archive = Archive.docker([tar], stored: [try packed("zstd --ultra -22 --long=31 -c", tar)])
        #expect(
            try await message({ $0.zstdWindowLog = 20 }, archive)?.contains("cannot be decompressed: zstd says") == true
        )
    }

    @Test func `a compressed archive is bounded too`() async throws {
        let archive = try gzip(TarWriter.build { $0.file("zeros", bytes: [UInt8](repeating: 0, count: 64 << 20)) })
        let text = try await message({ $0.ratioStartBytes = 16 << 20 }, archive)
        #expect(text?.hasSuffix("exceeds the limit of 200 times its compressed size") == true)
        let bounded = try await message({ $0.archiveBytes = 16 << 20 }, archive)
        #expect(bounded == "the archive exceeds the limit of 16777216 bytes")
    }

    @Test func `entries, also those only implied, members, layers and held names are counted`() async throws {
        let files = TarWriter.build { tar in for index in 0..<50 { tar.file("\(index)", "") } }
        let implied = TarWriter.build { tar in for index in 0..<4 { tar.file("\(index)/a/b/c/d/e/f/g/h/i/j/k/l", "") } }
        let large = String(repeating: "x", count: 1000)
        let held = TarWriter.build { tar in
            for index in 0..<50 { tar.directory("\(index)/") { $0.pax = [("SCHILY.xattr.user.x", large)] } }
        }
        for layer in [files, implied] {
            #expect(
                try await message({ $0.layerEntries = 40 }, Archive.docker([layer]))
                    == "layer \(Digest(of: layer)) exceeds the limit of 40 entries")
        }
        #expect(
            try await message({ $0.retainedBytes = 10_000 }, Archive.docker([held]))
                == "layer \(Digest(of: held)) exceeds the limit of 10000 bytes of directory names and attributes")
        #expect(
            try await message({ $0.totalEntries = 40 }, Archive.docker([files]))
                == "the image exceeds the limit of 40 entries")
        #expect(
            try await message({ $0.layers = 3 }, Archive.docker([files, files, files, files]))
                == "the image exceeds the limit of 3 layers")
        #expect(
            try await message({ $0.archiveMembers = 3 }, Archive.docker([files]))?.hasSuffix(
                "exceeds the limit of 3 members") == true)
        #expect(
            try await message({ $0.documentBytes = 100 }, Archive.docker([files]))
                == "manifest.json exceeds the limit of 100 bytes")
    }

    @Test func `a tree deeper than any path can be removed again`() async throws {
        var limits = ImportLimits()
        limits.layerEntries = 20_000
        let fixture = try ImageFixture(limits: limits)
        // Each round goes 200 deeper through a link made in the round before.
        let deep = (0..<200).map { _ in "d" }.joined(separator: "/")
        let layer = TarWriter.build { tar in
            var start = ""
            for index in 0..<20 {
                tar.file("x", "") { $0.pax = [("path", "\(start)\(deep)/f")] }
                tar.symlink("link\(index)", to: "\(start)\(deep)")
                start = "link\(index)/"
            }
        }
        let before = try ImageFixture.listing(fixture.path + "/images")
        let image = try? await fixture.importing(Archive.docker([layer]))
        if let id = image?[0].id {
            try fixture.store.remove(id, force: true) { _ in false }
            #expect(
                try shell("ls '\(fixture.path)/images/layers' '\(fixture.path)/images/tmp'").contains("removing")
                    == false)
            #expect(try shell("ls '\(fixture.path)/images/layers'") == "")
        } else {
            #expect(try ImageFixture.listing(fixture.path + "/images") == before)
        }
    }

    @Test func `a full disk is one clear sentence, and the store goes on when there is room`() async throws {
        let fixture = try ImageFixture()
        let mount = fixture.path + "/small"
        try shell("mkdir '\(mount)' && mount -t tmpfs -o size=4m tmpfs '\(mount)'")
        defer { _ = try? shell("umount -l '\(mount)'") }
        let store = try ImageStore(directory: mount + "/images", logger: Logger(label: "test"))
        func load(_ size: Int) async throws -> String? {
            let layer = TarWriter.build { $0.file("big", bytes: [UInt8](repeating: 1, count: size)) }
            let file = fixture.path + "/big.tar"
            try Data(Archive.docker([layer])).write(to: URL(filePath: file))
            do {
                _ = try await store.importImage(from: .file(path: file), name: nil)
                return nil
            } catch {
                return error.description.replacing("\(Digest(of: layer))", with: "DIGEST")
            }
        }
        let before = try ImageFixture.listing(mount)
        #expect(try await load(8 << 20) == "layer DIGEST: entry \"big\": write: No space left on device")
        #expect(try ImageFixture.listing(mount) == before)
        #expect(try await load(2 << 20) == nil)
    }

    @Test func `cancelling leaves nothing`() async throws {
        let fixture = try ImageFixture()
        let layer = TarWriter.build { $0.file("a", bytes: [UInt8](repeating: 1, count: 8 << 20)) }
        let before = try ImageFixture.listing(fixture.path + "/images")
        let store = fixture.store!
        let archive = Archive.docker([layer])
        let stream = AsyncThrowingStream<[UInt8], any Error> { continuation in
            for start in stride(from: 0, to: archive.count - 1_000_000, by: 65536) {
                continuation.yield(Array(archive[start..<min(start + 65536, archive.count)]))
            }
        }
        let task = Task { try await store.importImage(from: .stream(stream), name: nil) }
        try await Task.sleep(for: .milliseconds(50))
        task.cancel()
        await #expect(throws: (any Error).self) { try await task.value }
        #expect(try ImageFixture.listing(fixture.path + "/images") == before)
    }
}

/// Bytes through a command of the host.
func packed(_ command: String, _ bytes: [UInt8]) throws -> [UInt8] {
    let path = FileManager.default.temporaryDirectory.path + "/stint-images-\(UUID().uuidString)"
    try Data(bytes).write(to: URL(filePath: path))
    defer { try? FileManager.default.removeItem(atPath: path) }
    try shell("\(command) < '\(path)' > '\(path).packed'")
    defer { try? FileManager.default.removeItem(atPath: path + ".packed") }
    return [UInt8](try Data(contentsOf: URL(filePath: path + ".packed")))
}
