import Foundation
import Testing

@testable import Images

private let layer = TarWriter.build { $0.file("a", "x") }
private let host = ArchiveReader.hostArchitecture

struct ArchiveTests {
    @Test func `an old docker archive with two images, three names and a shared layer`() async throws {
        let fixture = try ImageFixture()
        let top = TarWriter.build { $0.file("b", "y") }
        let (one, two) = (Archive.config([layer]), Archive.config([layer, top]))
        let images = try await fixture.importing(
            TarWriter.build { tar in
                tar.file("one/layer.tar", bytes: layer)
                tar.symlink("two/layer.tar", to: "../one/layer.tar")
                tar.file("top/layer.tar", bytes: top)
                tar.file("\(Digest(of: one).hex).json", bytes: one)
                tar.file("\(Digest(of: two).hex).json", bytes: two)
                tar.file("repositories", "{}")
                tar.file(
                    "manifest.json",
                    """
                    [{"Config":"\(Digest(of: one).hex).json","RepoTags":["app:1","app"],"Layers":["one/layer.tar"]},
                     {"Config":"\(Digest(of: two).hex).json","RepoTags":["localhost/two"],"Layers":["two/layer.tar","top/layer.tar"]}]
                    """)
            })
        #expect(
            images.map(\.names) == [
                ["docker.io/library/app:1", "docker.io/library/app:latest"], ["localhost/two:latest"],
            ])
        #expect(images.map(\.id) == ["\(Digest(of: one))", "\(Digest(of: two))"])
        #expect(images[0].layers[0] == images[1].layers[0])
        #expect(images[1].sizeBytes == 2)
        #expect(images[0].architecture == host && images[0].os == "linux")
        #expect(images[0].createdAt == Date(timeIntervalSince1970: 1_706_933_106.5))
        #expect(try shell("ls '\(fixture.path)/images/layers' | wc -l; ls -A '\(fixture.path)/images/tmp'") == "2\n")
    }

    @Test func `the image for this host is chosen from an index`() async throws {
        let fixture = try ImageFixture()
        var layout = Archive.Layout()
        let foreign = TarWriter.build { $0.file("foreign", "x") }
        let other = layout.manifest([foreign])
        let own = layout.manifest([layer])
        func platform(_ digest: String, _ architecture: String, _ os: String = "linux") -> String {
            layout.descriptor(
                digest, Archive.manifestType, ",\"platform\":{\"architecture\":\"\(architecture)\",\"os\":\"\(os)\"}")
        }
        let index = layout.blob(
            Array(
                """
                {"mediaType":"\(Archive.indexType)","manifests":[\(platform(other, "s390x")),\
                \(platform(other, host, "windows")),\(platform(own, host)),\(platform(other, "unknown", "unknown"))]}
                """.utf8))
        layout.index([
            layout.descriptor(
                index, Archive.indexType, ",\"annotations\":{\"io.containerd.image.name\":\"quay.io/x/y:1\"}")
        ])
        let images = try await fixture.importing(layout.tar)
        #expect(images.map(\.names) == [["quay.io/x/y:1"]])
        #expect(try shell("ls '\(images[0].layers[0].directory)'") == "a\n")

        var none = Archive.Layout()
        let only = none.manifest([foreign])
        none.index([
            none.descriptor(only, Archive.manifestType, ",\"platform\":{\"architecture\":\"s390x\",\"os\":\"linux\"}"),
            none.descriptor(
                only, Archive.manifestType,
                ",\"platform\":{\"architecture\":\"arm\",\"variant\":\"v7\",\"os\":\"linux\"}"),
        ])
        #expect(
            try await fixture.failure(none.tar)
                == "the image is not for linux/\(host), but for linux/s390x, linux/arm/v7")
        let config = Array("{\"architecture\":\"riscv64\",\"os\":\"linux\",\"rootfs\":{\"diff_ids\":[]}}".utf8)
        #expect(
            try await fixture.failure(Archive.docker([], config: config))
                == "the image is not for linux/\(host), but for linux/riscv64")
    }

    @Test func `a name given goes before the archive's, and only to one image`() async throws {
        let fixture = try ImageFixture()
        #expect(
            try await fixture.importing(Archive.docker([layer]), name: "mine")[0].names == [
                "docker.io/library/mine:latest"
            ])
        #expect(
            try await fixture.importing(Archive.docker([layer]))[0].names == [
                "docker.io/library/mine:latest", "docker.io/library/test:latest",
            ])
        await #expect(throws: ImageError.invalidName("a:b:c", .format)) {
            try await fixture.importing(Archive.docker([layer]), name: "a:b:c")
        }
        var layout = Archive.Layout()
        let (one, two) = (layout.manifest([layer]), layout.manifest([]))
        layout.index([layout.descriptor(one, Archive.manifestType), layout.descriptor(two, Archive.manifestType)])
        await #expect(throws: ImageError.severalImages(count: 2, name: "docker.io/library/mine:latest")) {
            try await fixture.importing(layout.tar, name: "mine")
        }
        #expect(
            try await fixture.importing(layout.tar).map(\.names) == [
                ["docker.io/library/mine:latest", "docker.io/library/test:latest"], [],
            ])
    }

    @Test(
        .enabled(if: has("gzip", "zstd"), "needs gzip and zstd"),
        arguments: [
            "cat", "gzip -1", "gzip -9", "zstd -c", "zstd --ultra -20 -c",
        ])
    func `a layer is recognised by its first bytes, and so is the archive`(_ command: String) async throws {
        let fixture = try ImageFixture()
        var random: UInt64 = 1
        let content = (0..<3_000_000).map { _ -> UInt8 in
            random = random &* 6_364_136_223_846_793_005 &+ 1
            return UInt8(random >> 60)
        }
        let layer = TarWriter.build { $0.file("a", bytes: content) }
        let archive = Archive.docker([layer], stored: [try packed(command, layer)])
        let image = try await fixture.importing(packed(command, archive))[0]
        #expect(try Data(contentsOf: URL(filePath: image.layers[0].directory + "/a")) == Data(content))
    }

    @Test func `gzip of several members is one layer, whatever their sizes`() async throws {
        let fixture = try ImageFixture()
        let layer = TarWriter.build { tar in for index in 0..<300 { tar.file("\(index)", "\(index)") } }
        var stored: [UInt8] = []
        var rest = layer[...]
        for size in [1, 511, 7, 0, 100_000, 3, 65_536, 1 << 30] {
            stored += try packed("gzip", Array(rest.prefix(size)))
            rest = rest.dropFirst(size)
        }
        let root = try await fixture.importing(Archive.docker([layer], stored: [stored]))[0].layers[0].directory
        #expect(try shell("ls '\(root)' | wc -l; cat '\(root)/299'") == "300\n299")
    }

    @Test func `damaged or cut compression is refused`() async throws {
        let fixture = try ImageFixture()
        let name = "layer \(Digest(of: layer))"
        let gzip = try packed("gzip", layer)
        func message(_ stored: [UInt8]) async throws -> String? {
            try await fixture.failure(Archive.docker([layer], stored: [stored]))
        }
        for end in 2..<gzip.count {
            #expect(
                try await message(Array(gzip[..<end])) == "\(name) cannot be decompressed: it ends early",
                "cut at \(end)")
        }
        var wrong = gzip
        wrong[gzip.count - 6] ^= 1
        #expect(try await message(wrong) == "\(name) cannot be decompressed: its gzip checksum is wrong")
        wrong = gzip
        wrong[gzip.count - 1] ^= 1
        #expect(try await message(wrong) == "\(name) cannot be decompressed: its gzip checksum is wrong")
        #expect(
            try await message(gzip + Array("rubbish behind the last member".utf8))
                == "\(name) cannot be decompressed: it has something else than gzip where a gzip header should be")
        guard has("zstd") else { return }
        let zstd = try packed("zstd -c --check", layer)
        for end in 4..<zstd.count {
            #expect(try await message(Array(zstd[..<end]))?.contains("cannot be decompressed") == true, "cut at \(end)")
        }
    }

    @Test func `what does not have its digest is refused`() async throws {
        let fixture = try ImageFixture()
        let (good, bad) = (Digest(of: layer), Digest(of: [1, 2, 3]))
        let config = Archive.config([layer], diffIDs: ["\(bad)"])
        #expect(
            try await fixture.failure(Archive.docker([layer], config: config))
                == "layer \(bad) is damaged or not what it says: its digest is \(good), not \(bad)")
        for part in ["config", "layer", "manifest"] {
            var layout = Archive.Layout()
            let manifest = layout.manifest([layer], stored: [try packed("gzip", layer)])
            layout.index([layout.descriptor(manifest, Archive.manifestType)])
            let index = ["config": 1, "layer": 2, "manifest": 3][part]!
            // Of the layer, a byte of the time in its gzip header, which changes nothing of what comes out of it.
            layout.files[index].1[part == "layer" ? 4 : layout.files[index].1.count - 1] ^= 1
            let text = try await fixture.failure(layout.tar)
            #expect(text?.contains("damaged") == true, "\(part): \(text ?? "imported")")
        }
    }

    @Test func `documents that are not sound are refused by name`() async throws {
        let fixture = try ImageFixture()
        func manifest(_ text: String, _ more: (inout TarWriter) -> Void = { _ in }) async throws -> String? {
            try await fixture.failure(
                TarWriter.build { tar in
                    tar.file("manifest.json", text)
                    more(&tar)
                })
        }
        #expect(try await manifest("{") == "manifest.json: it is not JSON")
        #expect(try await manifest("[]") == "manifest.json: it has no image")
        #expect(try await manifest("[{}]") == "manifest.json: [0].Config is missing")
        #expect(try await manifest("[{\"Config\":1}]") == "manifest.json: [0].Config has the wrong type")
        #expect(
            try await manifest("[{\"Config\":\"c.json\"}]")
                == "\"c.json\" is not in the archive, but manifest.json names it")
        let outside = try await manifest("[{\"Config\":\"../../../etc/passwd\"}]")
        #expect(outside?.hasSuffix("\"../../../etc/passwd\" leads out of it") == true)
        #expect(
            try await manifest("[{\"Config\":\"c\",\"Layers\":[]}]") { $0.symlink("c", to: "/etc/passwd") }
                == "\"c\" is not in the archive, but manifest.json names it")
        #expect(
            try await manifest("[{\"Config\":\"c\",\"Layers\":[\"l\"]}]") { tar in
                tar.file("c", "{\"rootfs\":{\"diff_ids\":[]}}")
                tar.file("l", "")
            } == "c: it has 0 diff_ids, but the manifest has 1 layers")
        let nothing = try await fixture.failure(TarWriter.build { $0.file("a", "b") })
        #expect(
            nothing?.hasSuffix(
                "is neither a docker archive nor an OCI layout: it has no manifest.json and no index.json") == true)
        let twice = try await manifest("[]") { $0.file("./manifest.json", "[{}]") }
        #expect(twice?.hasSuffix("it has \"manifest.json\" twice") == true)
        #expect(try await fixture.failure([])?.hasSuffix("is not a sound tar: it is empty") == true)
        #expect(try await fixture.failure(Array("hello world".utf8))?.contains("is not a sound tar") == true)
    }

    @Test func `a document that is index and manifest at once is refused`() async throws {
        let fixture = try ImageFixture()
        var layout = Archive.Layout()
        let manifest = layout.manifest([layer])
        let both = layout.blob(Array("{\"manifests\":[],\"layers\":[]}".utf8))
        layout.index([layout.descriptor(both, Archive.manifestType)])
        #expect(try await fixture.failure(layout.tar)?.hasSuffix(": it is an index and a manifest at once") == true)
        var lying = Archive.Layout()
        _ = lying.manifest([layer])
        lying.index([lying.descriptor(manifest, Archive.indexType)])
        #expect(
            try await fixture.failure(lying.tar)?
                .hasSuffix(
                    "its mediaType \"\(Archive.manifestType)\" is not the \"\(Archive.indexType)\" it is referred to as"
                ) == true)
    }

    @Test func `a directory may not lead out by a link or stall us with a FIFO`() async throws {
        let fixture = try ImageFixture()
        let path = fixture.path + "/layout"
        try shell("mkdir -p '\(path)' && ln -s ../sentinel/file '\(path)/manifest.json'")
        await #expect(throws: ImageError.badDocument(path, problem: "\"manifest.json\" leads out of it")) {
            try await fixture.store.importImage(from: .directory(path: path), name: nil)
        }
        try shell("rm '\(path)/manifest.json' && mkfifo '\(path)/manifest.json'")
        await #expect(throws: ImageError.notAnImage(path)) {
            try await fixture.store.importImage(from: .directory(path: path), name: nil)
        }
    }

    @Test func `the config is data: kept as it is, and bounded`() async throws {
        let fixture = try ImageFixture()
        let container = """
            {"Entrypoint":["/bin/sh","-c"],"Cmd":["echo $X"],"Env":["X=1","PATH=/bin"],"WorkingDir":"/proc/self/fd/7",\
            "User":"1000:4294967296","Labels":{"a":"$(touch \(fixture.sentinel)/owned)"},"StopSignal":"SIGINT",\
            "Volumes":{"../../sentinel":{}},"ExposedPorts":{}}
            """
        let image = try await fixture.importing(
            Archive.docker([layer], config: Archive.config([layer], container: container)))[0]
        #expect(image.config.entrypoint == ["/bin/sh", "-c"])
        #expect(image.config.cmd == ["echo $X"])
        #expect(image.config.env == ["X=1", "PATH=/bin"])
        #expect(image.config.workingDirectory == "/proc/self/fd/7")
        #expect(image.config.user == "1000:4294967296")
        #expect(image.config.labels == ["a": "$(touch \(fixture.sentinel)/owned)"])
        #expect(image.config.stopSignal == "SIGINT")
        try fixture.expectSentinel()
        for (container, problem) in [
            ("{\"Env\":{\"a\":1}}", "config.Env has the wrong type"),
            ("{\"Cmd\":[1]}", "config.Cmd[0] has the wrong type"),
            ("{\"User\":0}", "config.User has the wrong type"),
            ("{\"Labels\":{\"a\":1}}", "config.Labels.a has the wrong type"),
            ("{\"Env\":[\"a\\u0000b\"]}", "config.Env has a NUL in it"),
            (
                "{\"WorkingDir\":\"\(String(repeating: "x", count: 5000))\"}",
                "config.WorkingDir is longer than 4095 bytes"
            ),
            ("{\"Cmd\":[\"\(String(repeating: "x", count: 131072))\"]}", "config.Cmd is longer than 131071 bytes"),
        ] {
            let config = Archive.config([layer], container: container)
            #expect(
                try await fixture.failure(Archive.docker([layer], config: config))
                    == "\(Digest(of: config).hex).json: \(problem)")
        }
    }

    @Test func `a stream is taken as it comes, and a stream that breaks off leaves nothing`() async throws {
        let fixture = try ImageFixture()
        let archive = Archive.docker([layer])
        func stream(upTo end: Int, _ error: CommandFailed?) -> ImportSource {
            .stream(
                AsyncThrowingStream { continuation in
                    for start in stride(from: 0, to: end, by: 700) {
                        continuation.yield(Array(archive[start..<min(start + 700, end)]))
                    }
                    continuation.finish(throwing: error)
                })
        }
        let before = try ImageFixture.listing(fixture.path + "/images")
        await #expect(throws: (any Error).self) {
            try await fixture.store.importImage(
                from: stream(upTo: 3000, CommandFailed(command: "", output: "")), name: nil)
        }
        await #expect(throws: (any Error).self) {
            try await fixture.store.importImage(from: stream(upTo: 3000, nil), name: nil)
        }
        #expect(try ImageFixture.listing(fixture.path + "/images") == before)
        let image = try await fixture.store.importImage(from: stream(upTo: archive.count, nil), name: nil)[0]
        #expect(image.names == ["docker.io/library/test:latest"])
    }
}
