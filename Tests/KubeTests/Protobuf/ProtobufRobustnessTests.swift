import TestSupport
import Testing

@testable import Kube

/// Bytes that nobody meant, and trees that nobody thought of. Seeds are fixed: a failure comes again.
@Suite struct ProtobufRobustnessTests {
    static let kinds = ["Sample", "Pod", "PodList", "Secret", "Event"]

    @Test(arguments: kinds)
    func `what is written reads as the same tree`(kind: String) throws {
        var generator = TreeGenerator(schema: excerpt, seed: 7)
        for _ in 0..<100 {
            let tree = generator.object(apiVersion: "v1", kind: kind)
            let bytes = try KubeProtobuf.encode(tree, schema: excerpt)
            try #require(try KubeProtobuf.decode(bytes, schema: excerpt) == tree)
        }
    }

    /// Every kind that is served, by the tables that are served.
    @Test func `the published kinds read as they were written`() throws {
        var generator = TreeGenerator(schema: .kubernetes, seed: 19)
        var count = 0
        for (group, package) in Schema.packages {
            for name in Schema.kubernetes.names where name.hasPrefix("\(package).") {
                guard let message = Schema.kubernetes[name], message.isKind else { continue }
                let version = String(name.split(separator: ".").dropLast().last ?? "")
                let apiVersion = group.isEmpty ? version : "\(group)/\(version)"
                for _ in 0..<10 {
                    let tree = generator.object(apiVersion: apiVersion, kind: message.shortName)
                    let bytes = try KubeProtobuf.encode(tree)
                    try #require(try KubeProtobuf.decode(bytes) == tree)
                }
                count += 1
            }
        }
        #expect(count > 30)
    }

    @Test(arguments: kinds)
    func `a body cut anywhere is refused or read, and nothing else`(kind: String) throws {
        var generator = TreeGenerator(schema: excerpt, seed: 11)
        for _ in 0..<5 {
            let bytes = try KubeProtobuf.encode(generator.object(apiVersion: "v1", kind: kind), schema: excerpt)
            for length in 0..<bytes.count { _ = try? KubeProtobuf.decode(Array(bytes[..<length]), schema: excerpt) }
            // The object's own bytes cut inside an envelope that is whole.
            #expect(throws: ProtobufError.self) {
                try KubeProtobuf.decode(Array(bytes[..<(bytes.count - 5)]), schema: excerpt)
            }
        }
    }

    @Test(arguments: kinds)
    func `flipped bits are refused or read, and what is read can be written`(kind: String) throws {
        var generator = TreeGenerator(schema: excerpt, seed: 13)
        var random = SplitMix(seed: 17)
        var read = 0
        for _ in 0..<40 {
            let bytes = try KubeProtobuf.encode(generator.object(apiVersion: "v1", kind: kind), schema: excerpt)
            for _ in 0..<100 {
                var broken = bytes
                for _ in 0...random.below(3) { broken[random.below(broken.count)] ^= 1 << UInt8(random.below(8)) }
                // Most are refused; that is what try? says here.
                guard let tree = try? KubeProtobuf.decode(broken, schema: excerpt) else { continue }
                read += 1
                // Of another kind, perhaps; but of one we know.
                let again = try KubeProtobuf.decode(KubeProtobuf.encode(tree, schema: excerpt), schema: excerpt)
                try #require(again == tree)
            }
        }
        #expect(read > 100)
    }

    @Test func `nesting is bounded`() {
        func nested(_ levels: Int) -> [UInt8] {
            (0..<levels).reduce(into: []) { bytes, _ in
                var writer = WireWriter()
                writer.data(14, bytes)
                bytes = writer.bytes
            }
        }
        #expect(throws: Never.self) { try KubeProtobuf.decode(body("Sample", nested(199)), schema: excerpt) }
        #expect(throws: ProtobufError.tooDeep) {
            try KubeProtobuf.decode(body("Sample", nested(200)), schema: excerpt)
        }
        #expect(throws: ProtobufError.tooDeep) {
            try KubeProtobuf.decode(body("Sample", nested(20_000)), schema: excerpt)
        }
    }

    @Test func `two lists that take turns cost no more than one after the other`() throws {
        let turn = hex("aa 01 00 b0 01 01")
        let message = Array(repeatElement(turn, count: 100_000).joined())
        let clock = ContinuousClock()
        let tree = try KubeProtobuf.decode(body("Sample", message), schema: excerpt)
        #expect(tree["texts"]?.array?.count == 100_000)
        #expect(tree["numbers"]?.array?.count == 100_000)
        // Copied at every turn it would take minutes.
        let time = try clock.measure { _ = try KubeProtobuf.decode(body("Sample", message), schema: excerpt) }
        #expect(time < .seconds(5))
    }
}
