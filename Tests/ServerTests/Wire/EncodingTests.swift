import Foundation
import Kube
import Testing

@testable import Server

/// Bodies in other encodings than JSON.
@Suite struct EncodingTests {
    private static let protobuf = "application/vnd.kubernetes.protobuf"

    @Test func `a Job comes in as protobuf and goes out as protobuf`() async throws {
        try await TestServer.run { server in
            let tree = try KubeJSON.parse(Array(Samples.job("proto").utf8))
            let made = try await server.send(
                "POST", jobsPath, bytes: try KubeProtobuf.encode(tree), type: Self.protobuf, accept: Self.protobuf)
            #expect(made.code == 201)
            #expect(made["content-type"] == Self.protobuf)
            let object = try KubeProtobuf.decode(made.body)
            #expect(object["kind"] == "Job")
            #expect(object["metadata"]?["name"] == "proto")
            #expect(object["spec"]?["template"]?["spec"]?["containers"]?.array?.first?["image"] == "busybox")
            // What was understood is what JSON clients see.
            #expect(try await server.get("\(jobsPath)/proto").at("spec.backoffLimit") == 6)
            let list = try await server.get(jobsPath, accept: Self.protobuf)
            let items = try #require(try KubeProtobuf.decode(list.body)["items"]?.array)
            #expect(items.first?["metadata"]?["name"] == "proto")
        }
    }

    @Test func `a client that takes JSON too gets JSON`() async throws {
        try await TestServer.run { server in
            let reply = try await server.get(jobsPath, accept: "\(Self.protobuf),application/json")
            #expect(reply["content-type"] == "application/json")
        }
    }

    @Test(arguments: [
        Array("k8s\0".utf8), Array("k8s\0".utf8) + [0x0A, 0xFF], Array("nonsense".utf8),
        [UInt8](repeating: 0xFF, count: 4096),
    ])
    func `what is no protobuf is a 400`(_ body: [UInt8]) async throws {
        try await TestServer.run { server in
            let reply = try await server.send("POST", jobsPath, bytes: body, type: Self.protobuf)
            #expect(reply.code == 400)
            #expect(reply.at("kind") == "Status")
            #expect(try await server.get(jobsPath).at("items").array?.count == 0)
        }
    }

    @Test func `an error is JSON for every client`() async throws {
        try await TestServer.run { server in
            let reply = try await server.get("\(jobsPath)/none", accept: Self.protobuf)
            #expect(reply.code == 404)
            #expect(reply["content-type"] == "application/json")
        }
    }

    @Test func `a large list is compressed for those who take it`() async throws {
        try await TestServer.run { server in
            for number in 0..<200 {
                #expect(try await server.send("POST", jobsPath, Samples.job("job-\(number)")).code == 201)
            }
            let plain = try await server.send("GET", jobsPath)
            #expect(plain["content-encoding"] == nil)
            let packed = try await server.send("GET", jobsPath, headers: ["Accept-Encoding: gzip"])
            #expect(packed["content-encoding"] == "gzip")
            #expect(packed["vary"] == "Accept-Encoding")
            #expect(packed.body.count < plain.body.count / 4)
            #expect(packed.body.starts(with: [0x1F, 0x8B]))
            let expanded = try Gzip.expand(.init(bytes: packed.body), size: plain.body.count)
            #expect(Array(expanded.readableBytesView) == plain.body)
            let refused = try await server.send("GET", jobsPath, headers: ["Accept-Encoding: gzip;q=0"])
            #expect(refused["content-encoding"] == nil)
            let small = try await server.send("GET", "\(jobsPath)?limit=1", headers: ["Accept-Encoding: gzip"])
            #expect(small["content-encoding"] == nil)
        }
    }
}
