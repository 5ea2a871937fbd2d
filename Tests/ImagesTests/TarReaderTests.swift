import Testing

@testable import Images

private typealias Fields = TarWriter.Fields

/// The tar reader against whole imports: what it accepts must come out right, what it refuses must leave nothing.
struct TarReaderTests {
    @Test func `ustar prefixes, GNU long names and pax names are all whole names`() async throws {
        let fixture = try ImageFixture()
        let long = (0..<20).map { "directory-\($0)" }.joined(separator: "/") + "/file"
        let layer = TarWriter.build { tar in
            tar.file("short", "prefix") { $0.prefix = "some/where" }
            tar.add("L", "././@LongLink", Array(long.utf8) + [0])
            tar.file("cut", "gnu")
            tar.add("K", "././@LongLink", Array(("/" + long).utf8) + [0])
            tar.symlink("gnu-link", to: "cut")
            tar.file("x", "pax") { $0.pax = [("path", "pax/näme"), ("mtime", "1600000001.123456789")] }
            tar.add("2", "pax-link", []) { $0.pax = [("linkpath", long)] }
        }
        let root = try await fixture.unpacking(layer)[0]
        #expect(try shell("cat '\(root)/some/where/short' '\(root)/\(long)' '\(root)/pax/näme'") == "prefixgnupax")
        #expect(try shell("readlink '\(root)/gnu-link' '\(root)/pax-link'") == "/\(long)\n\(long)\n")
        #expect(try shell("stat -c %.9Y '\(root)/pax/näme'") == "1600000001.123456789\n")
    }

    @Test func `a global pax header holds for what follows, and a file's own wins`() async throws {
        let fixture = try ImageFixture()
        let layer = TarWriter.build { tar in
            tar.add("g", "global", TarWriter.pax([("comment", "from git"), ("mtime", "1000000000"), ("uid", "1234")]))
            tar.file("a", "")
            tar.file("b", "") { $0.pax = [("mtime", "1100000000.5")] }
            tar.file("c", "") { $0.pax = [("uid", "")] }
        }
        let root = try await fixture.unpacking(layer)[0]
        #expect(
            try shell("cd '\(root)' && stat -c '%u %.1Y' a b c")
                == "1234 1000000000.0\n1234 1100000000.5\n0 1000000000.0\n")
    }

    @Test func `a pax size wins over the header, and base-256 numbers are read`() async throws {
        let fixture = try ImageFixture()
        let layer = TarWriter.build { tar in
            tar.file("a", "twelve bytes") {
                $0.size = 0
                $0.pax = [("size", "12")]
            }
            tar.file("b", "four") { $0.rawSize = [0x80] + [UInt8](repeating: 0, count: 10) + [4] }
        }
        let root = try await fixture.unpacking(layer)[0]
        #expect(try shell("cat '\(root)/a' '\(root)/b'") == "twelve bytesfour")
    }

    struct Refused: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let message: String
        let layer: [UInt8]

        init(_ sentence: String, _ message: String, _ build: (inout TarWriter) -> Void) {
            testDescription = sentence
            self.message = message
            layer = TarWriter.build(build)
        }
    }

    @Test(arguments: [
        Refused("a wrong checksum", "LAYER is not a sound tar: a header has a wrong checksum") {
            $0.file("a", "x") { $0.checksum = 1 }
        },
        Refused("letters for a size", "LAYER is not a sound tar: a header has a bad number as its size") {
            $0.file("a", "x") { $0.rawSize = Array("12345678xyz".utf8) }
        },
        Refused("a negative base-256 size", "LAYER: entry \"a\": its size is negative") {
            $0.file("a", "x") { $0.rawSize = [UInt8](repeating: 0xff, count: 12) }
        },
        Refused("a size above 2^63", "LAYER is not a sound tar: a header has a bad number as its size") {
            $0.file("a", "x") { $0.rawSize = [0x80, 0, 0, 0x80] + [UInt8](repeating: 0, count: 8) }
        },
        Refused("a pax size above 2^63", "LAYER is not a sound tar: a pax header has a bad size") {
            $0.file("a", "x") { $0.pax = [("size", "9223372036854775808")] }
        },
        Refused("a negative pax size", "LAYER is not a sound tar: a pax header has a bad size") {
            $0.file("a", "x") { $0.pax = [("size", "-1")] }
        },
        Refused("more data than there is", "LAYER is not a sound tar: it ends in the middle of a member") {
            $0.file("a", "x") { $0.size = 1 << 30 }
        },
        Refused("a pax record that is too long", "LAYER is not a sound tar: a pax header is malformed") {
            $0.add("x", "p", Array("99 path=a\n".utf8))
            $0.file("a", "x")
        },
        Refused("a pax record without a newline", "LAYER is not a sound tar: a pax header is malformed") {
            $0.add("x", "p", Array("9 path=ab".utf8))
            $0.file("a", "x")
        },
        Refused("a NUL in a pax name", "LAYER: entry \"a\\u{0}b\": its name has a NUL in it") {
            $0.file("x", "x") { $0.pax = [("path", "a\0b")] }
        },
        Refused("a name for all members", "LAYER is not a sound tar: a global pax header sets path for all members") {
            $0.add("g", "g", TarWriter.pax([("path", "a")]))
            $0.file("x", "x")
        },
        Refused("an owner of -1", "LAYER: entry \"a\": its owner 4294967295:0 is no user and group id") {
            $0.file("a", "x") { $0.pax = [("uid", "4294967295")] }
        },
        Refused("a GNU sparse file", "LAYER: entry \"a\": sparse files are not supported") { $0.add("S", "a", []) },
        Refused("a pax sparse file", "LAYER: entry \"a\": sparse files are not supported") {
            $0.file("a", "x") { $0.pax = [("GNU.sparse.major", "1"), ("GNU.sparse.minor", "0")] }
        },
        Refused("a type nobody knows", "LAYER: entry \"a\": type 86 is not supported") { $0.add("V", "a", []) },
        Refused("an extended header and nothing after it", "LAYER is not a sound tar: it ends after an extended header")
        {
            $0.add("L", "././@LongLink", Array("name\0".utf8))
        },
        Refused("an endless pax header", "an extended header of LAYER exceeds the limit of 1048576 bytes") {
            $0.add("x", "p", []) { $0.size = 1 << 32 }
        },
    ])
    func `is refused:`(_ row: Refused) async throws {
        let fixture = try ImageFixture()
        let message = try await fixture.failure(layers: row.layer)
        #expect(message == row.message.replacing("LAYER", with: "layer \(Digest(of: row.layer))"))
    }

    @Test func `a layer without an end mark is taken, an archive without one is not`() async throws {
        let fixture = try ImageFixture()
        var tar = TarWriter()
        tar.file("a", "x")
        let root = try await fixture.unpacking(tar.bytes)[0]
        #expect(try shell("cat '\(root)/a'") == "x")
        let message = try await fixture.failure(Array(Archive.docker([tar.bytes]).dropLast(1024)))
        #expect(message?.hasSuffix("is not a sound tar: it ends without its end mark, so something is missing") == true)
    }

    @Test func `an archive cut anywhere is refused and leaves nothing`() async throws {
        let fixture = try ImageFixture()
        let layer = TarWriter.build { $0.file("a", "x") }
        let whole = Archive.docker([layer])
        for end in stride(from: 0, to: whole.count - 1024, by: 97) {
            #expect(try await fixture.failure(Array(whole[..<end])) != nil, "cut at \(end)")
        }
        for end in (whole.count - 1536)..<(whole.count - 1024) where end % 32 < 2 {
            #expect(try await fixture.failure(Array(whole[..<end])) != nil, "cut at \(end)")
        }
    }

    @Test func `a layer cut at any byte is refused and leaves nothing`() async throws {
        let fixture = try ImageFixture()
        let layer = TarWriter.build { tar in
            tar.directory("d/")
            tar.file("d/a", "some text") { $0.pax = [("mtime", "1.5")] }
        }
        let config = Archive.config([layer])
        for end in 0..<layer.count {
            let archive = Archive.docker([layer], stored: [Array(layer[..<end])], config: config)
            #expect(try await fixture.failure(archive) != nil, "cut at \(end)")
        }
    }

    /// Deterministic noise: any byte of any header replaced must not crash and must not leave a part of an image.
    @Test func `a header with any byte changed is refused or read, never half imported`() async throws {
        let fixture = try ImageFixture()
        let layer = TarWriter.build { tar in
            tar.file("d/a", "text") { $0.pax = [("mtime", "1.5"), ("SCHILY.xattr.user.x", "y")] }
            tar.symlink("l", to: "d")
        }
        var state: UInt64 = 42
        for _ in 0..<400 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            var damaged = layer
            let position = Int(state >> 33) % damaged.count
            damaged[position] = UInt8(truncatingIfNeeded: state >> 25)
            // Its own diff_id, so that only the tar reader stands between it and the store.
            _ = try await fixture.failure(Archive.docker([damaged], tags: []))
            for image in fixture.store.images() { try fixture.store.remove(image.id, force: true) { _ in false } }
        }
        try fixture.expectSentinel()
    }
}
