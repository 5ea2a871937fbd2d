import Kube
import Testing

@testable import Server

/// SPDY/3.1 as clients before Kubernetes 1.31 speak it.
struct SPDYTests {
    static let frames: [SPDYFrame] = [
        .data(stream: 5, [1, 2, 3], isLast: false), .data(stream: 0x7fff_ffff, [], isLast: true),
        .open(stream: 1, headers: [9, 8, 7], isLast: false), .open(stream: 3, headers: [], isLast: true),
        .reply(stream: 1, headers: [4]), .reset(stream: 3, status: 5), .ping(7), .goAway, .headers(stream: 1, [1]),
        .other(kind: 4), .other(kind: 9),
    ]

    @Test func `frames are read as they were written, in any pieces`() throws {
        let bytes = Self.frames.flatMap(\.encoded)
        for size in [1, 2, 7, 8, 9, 4096] {
            var reader = SPDYReader()
            var seen: [SPDYFrame] = []
            for start in stride(from: 0, to: bytes.count, by: size) {
                reader.append(bytes[start..<min(start + size, bytes.count)])
                while let frame = try reader.next() { seen.append(frame) }
            }
            #expect(seen == Self.frames)
        }
    }

    /// Section 2.2.1 and 2.6.1 of the draft.
    @Test func `they are on the wire as the draft draws them`() {
        #expect(SPDYFrame.data(stream: 5, [0xaa], isLast: true).encoded == [0, 0, 0, 5, 1, 0, 0, 1, 0xaa])
        #expect(
            SPDYFrame.open(stream: 1, headers: [0xbb], isLast: false).encoded
                == [0x80, 3, 0, 1, 0, 0, 0, 11, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0xbb])
        #expect(SPDYFrame.ping(1).encoded == [0x80, 3, 0, 6, 0, 0, 0, 4, 0, 0, 0, 1])
    }

    @Test(arguments: [
        ([0x80, 2, 0, 6, 0, 0, 0, 4, 0, 0, 0, 1], SPDYError.unknownVersion),
        ([0x80, 3, 0, 6, 0, 0, 0, 0], .truncated),
        ([0x80, 3, 0, 1, 0, 0, 0, 4, 0, 0, 0, 1], .truncated),
        ([0x80, 3, 0, 3, 0, 0, 0, 4, 0, 0, 0, 1], .truncated),
        ([0, 0, 0, 1, 0, 0xff, 0xff, 0xff], .tooLong(0xff_ffff)),
    ])
    func `what is no frame is an error before it is waited for`(_ bytes: [UInt8], _ error: SPDYError) {
        var reader = SPDYReader()
        reader.append(bytes)
        #expect(throws: error) { try reader.next() }
    }

    @Test func `noise is no connection`() {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<500 {
            let noise = (0..<Int.random(in: 0...200)).map { _ in UInt8.random(in: 0...255, using: &generator) }
            var reader = SPDYReader()
            reader.append(noise)
            while (try? reader.next()) != nil {}
            _ = try? SPDYHeaders.decode(noise)
            _ = try? SPDYExpander().expand(noise)
            _ = try? SPDYExpander().expand([0x78, 0xbb, 0xe3, 0xc6, 0xa7, 0xc2] + noise)
        }
    }

    private static func bytes(_ hex: String) -> [UInt8] {
        stride(from: 0, to: hex.count, by: 2).compactMap { offset in
            UInt8(hex.dropFirst(offset).prefix(2), radix: 16)
        }
    }

    /// Made with zlib itself: one stream, flushed after each block.
    @Test func `headers of one connection are expanded one after the other`() throws {
        #expect(SPDYDictionary.bytes.count == 1423)
        let expander = SPDYExpander()
        for (hex, headers) in [
            ("78f9e3c6a7c202a62346703a2b294a4dcc851625aca9a08006000000ffff", ["streamtype": "error"]),
            ("c22e555c02cc2e00000000ffff", ["streamtype": "stdin"]),
            ("c22a054ce729f9a52500000000ffff", ["streamtype": "stdout"]),
            (
                "0225630c3950e1940829e78bc059cac2c0c20048731641d2452628bf301a00000000ffff",
                ["streamtype": "data", "port": "8080", "requestid": "0"]
            ),
        ] {
            #expect(try SPDYHeaders.decode(expander.expand(Self.bytes(hex))) == headers)
        }
        let another = SPDYExpander()
        #expect(throws: SPDYError.badHeaders) { try another.expand(Self.bytes("c22e555c02cc2e00000000ffff")) }
    }

    @Test func `what we send is what we would expand`() throws {
        let expander = SPDYExpander()
        var storer = SPDYStorer()
        for headers in [[], [(name: "a", value: "b")], [(name: "a", value: ""), (name: "c", value: "d")]] {
            let expanded = try SPDYHeaders.decode(expander.expand(storer.store(SPDYHeaders.encode(headers))))
            #expect(expanded == Dictionary(uniqueKeysWithValues: headers.map { ($0.name, $0.value) }))
        }
    }

    @Test func `what we send ends as zlib ends a flush, so that its reader gives it out`() {
        var storer = SPDYStorer()
        #expect(
            storer.store(SPDYHeaders.encode([]))
                == [0x78, 0xbb, 0xe3, 0xc6, 0xa7, 0xc2, 0, 4, 0, 0xfb, 0xff, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff])
        #expect(storer.store([]) == [0, 0, 0, 0xff, 0xff, 0, 0, 0, 0xff, 0xff])
    }

    @Test func `headers that come to more than anybody needs are refused`() throws {
        var storer = SPDYStorer()
        let large = storer.store(SPDYHeaders.encode([(name: "a", value: String(repeating: "x", count: 20_000))]))
        let expander = SPDYExpander()
        #expect(throws: SPDYError.badHeaders) { try expander.expand(large) }
        #expect(throws: SPDYError.badHeaders) { try SPDYHeaders.decode([0xff, 0xff, 0xff, 0xff]) }
        #expect(throws: SPDYError.badHeaders) { try SPDYHeaders.decode([0, 0, 0, 0, 1]) }
    }
}
