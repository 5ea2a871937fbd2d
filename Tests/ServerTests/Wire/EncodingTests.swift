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

    @Test func `a watch comes in frames to who takes nothing but protobuf`() async throws {
        try await TestServer.run { server in
            let made = try await server.send("POST", jobsPath, Samples.job("watched"))
            #expect(made.code == 201)
            let reply = try await server.get(
                "\(jobsPath)?watch=true&timeoutSeconds=1&allowWatchBookmarks=true&sendInitialEvents=true"
                    + "&resourceVersionMatch=NotOlderThan", accept: "\(Self.protobuf);stream=watch")
            #expect(reply["content-type"] == "\(Self.protobuf);stream=watch")
            // Each frame: its length in four bytes, then a WatchEvent: 1 the type, 2 the object, whose 1 is a whole body.
            var rest = reply.body[...]
            var types: [String] = []
            var names: [String?] = []
            while rest.count >= 4 {
                let length = rest.prefix(4).reduce(0) { $0 << 8 | Int($1) }
                var frame = rest.dropFirst(4).prefix(length)
                rest = rest.dropFirst(4 + length)
                #expect(frame.removeFirst() == 0x0A)
                let size = Int(frame.removeFirst())
                types.append(String(decoding: frame.prefix(size), as: UTF8.self))
                let start = try #require(frame.firstRange(of: Array("k8s\0".utf8)))
                let object = try KubeProtobuf.decode(Array(frame[start.lowerBound...]))
                #expect(object["kind"] == "Job")
                names.append(object["metadata"]?["name"]?.string)
            }
            #expect(rest.isEmpty)
            #expect(types == ["ADDED", "BOOKMARK"])
            #expect(names == ["watched", nil])
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

/// What a rehearsal says, and what it leaves behind.
@Suite struct DryRunTests {
    @Test func `a rehearsed change is told, and neither written nor remembered`() async throws {
        try await TestServer.run { server in
            #expect(try await server.send("POST", jobsPath, Samples.job("j")).code == 201)
            #expect(try await server.get("\(jobsPath)/j").at("spec.parallelism") == 1)
            let type = "application/merge-patch+json"
            let rehearsed = try await server.send(
                "PATCH", "\(jobsPath)/j?dryRun=All", #"{"spec":{"parallelism":7}}"#, type: type)
            #expect(rehearsed.at("spec.parallelism") == 7)
            #expect(try await server.get("\(jobsPath)/j").at("spec.parallelism") == 1)
            // Also when the rehearsal comes first and nobody has asked for this version yet.
            #expect(
                try await server.send("PATCH", "\(jobsPath)/j", #"{"spec":{"parallelism":2}}"#, type: type)
                    .at("spec.parallelism") == 2)
            #expect(
                try await server.send("PATCH", "\(jobsPath)/j?dryRun=All", #"{"spec":{"parallelism":9}}"#, type: type)
                    .at("spec.parallelism") == 9)
            #expect(try await server.get("\(jobsPath)/j").at("spec.parallelism") == 2)
        }
    }
}
