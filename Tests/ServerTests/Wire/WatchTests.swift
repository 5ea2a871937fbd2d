import Foundation
import Kube
import NIOCore
import Store
import Testing

@testable import Server

/// One watch, read line by line as it comes.
private final class WatchReader {
    private var iterator: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator
    private var bytes: [UInt8] = []
    private var chunked: [UInt8] = []
    private(set) var code = 0
    private var hasHead = false
    private var isOver = false

    init(_ client: RawClient) { iterator = client.inbound.makeAsyncIterator() }

    /// The next event, or nil when the server has ended the stream.
    func next() async throws -> JSONValue? {
        while true {
            if let end = bytes.firstIndex(of: UInt8(ascii: "\n")) {
                let line = Array(bytes[..<end])
                bytes.removeFirst(end + 1)
                return try KubeJSON.parse(line)
            }
            if isOver { return nil }
            guard let chunk = try await iterator.next() else { return nil }
            chunked += chunk.readableBytesView
            try takeChunks()
        }
    }

    private func takeChunks() throws {
        if !hasHead {
            guard let range = chunked.firstRange(of: Array("\r\n\r\n".utf8)) else { return }
            code = Reply(Array(chunked[..<range.upperBound])).code
            chunked.removeFirst(range.upperBound)
            hasHead = true
        }
        while let end = chunked.firstRange(of: Array("\r\n".utf8)) {
            let size = Int(String(decoding: chunked[..<end.lowerBound], as: UTF8.self), radix: 16) ?? 0
            guard chunked.count >= end.upperBound + size + 2 else { return }
            if size == 0 { isOver = true }
            bytes += chunked[end.upperBound..<(end.upperBound + size)]
            chunked.removeFirst(end.upperBound + size + 2)
        }
    }
}

extension TestServer {
    fileprivate func watch<T: Sendable>(
        _ target: String, accept: String = "application/json",
        _ body: @escaping @Sendable (WatchReader) async throws -> T
    ) async throws -> T {
        try await RawClient.connect(socket) { client in
            try await client.send("GET \(target) HTTP/1.1\r\nHost: x\r\nAccept: \(accept)\r\n\r\n")
            return try await body(WatchReader(client))
        }
    }

    fileprivate func makeJob(_ name: String, label: String = "x") async throws -> Job {
        var job = Job(
            metadata: ObjectMeta(name: name, namespace: "default", labels: ["l": label]),
            spec: JobSpec(template: PodTemplateSpec(spec: PodSpec(containers: [Container(name: "c")]))))
        job.spec.completions = 1
        return try await store.create(job)
    }

    fileprivate func relabel(_ name: String, _ label: String) async throws {
        _ = try await store.modify(Job.self, ObjectKey(namespace: "default", name: name)) {
            $0.metadata.labels = ["l": label]
        }
    }
}

@Suite struct WatchTests {
    @Test func `what is there, then what happens`() async throws {
        try await TestServer.run { server in
            _ = try await server.makeJob("a")
            try await server.watch("\(jobsPath)?watch=1") { watch in
                let first = try #require(try await watch.next())
                #expect(watch.code == 200)
                #expect(first.at("type") == "ADDED")
                #expect(first.at("object.kind") == "Job")
                #expect(first.at("object.metadata.name") == "a")
                _ = try await server.makeJob("b")
                #expect(try await watch.next()?.at("object.metadata.name") == "b")
                try await server.relabel("a", "y")
                let changed = try await watch.next()
                #expect(changed?.at("type") == "MODIFIED")
                #expect(changed?.at("object.metadata.labels.l") == "y")
                try await server.store.delete(Job.self, ObjectKey(namespace: "default", name: "b"))
                let deleted = try await watch.next()
                #expect(deleted?.at("type") == "DELETED")
                #expect(deleted?.at("object.metadata.name") == "b")
            }
        }
    }

    @Test func `a list and a watch from its version miss nothing and repeat nothing`() async throws {
        try await TestServer.run { server in
            _ = try await server.makeJob("a")
            let list = try await server.get(jobsPath)
            let version = try #require(list.at("metadata.resourceVersion").string)
            _ = try await server.makeJob("b")
            try await server.watch("\(jobsPath)?watch=1&resourceVersion=\(version)") { watch in
                #expect(try await watch.next()?.at("object.metadata.name") == "b")
                _ = try await server.makeJob("c")
                #expect(try await watch.next()?.at("object.metadata.name") == "c")
            }
        }
    }

    @Test func `initial events end with a marked bookmark`() async throws {
        try await TestServer.run { server in
            _ = try await server.makeJob("a")
            let query = "watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true"
            try await server.watch("\(jobsPath)?\(query)") { watch in
                #expect(try await watch.next()?.at("type") == "ADDED")
                let mark = try await watch.next()
                #expect(mark?.at("type") == "BOOKMARK")
                #expect(mark?.at("object.kind") == "Job")
                #expect(mark?.at("object.metadata.resourceVersion").string == "\(server.store.revision)")
                guard case .object(let metadata)? = mark?.at("object.metadata"),
                    case .object(let annotations)? = metadata["annotations"]
                else {
                    Issue.record("the bookmark has no annotations")
                    return
                }
                #expect(annotations["k8s.io/initial-events-end"] == "true")
                _ = try await server.makeJob("b")
                #expect(try await watch.next()?.at("object.metadata.name") == "b")
            }
        }
    }

    @Test func `an object that begins or ceases to match is added or deleted`() async throws {
        try await TestServer.run { server in
            _ = try await server.makeJob("a", label: "x")
            _ = try await server.makeJob("b", label: "y")
            try await server.watch("\(jobsPath)?watch=1&labelSelector=l%3Dx") { watch in
                #expect(try await watch.next()?.at("object.metadata.name") == "a")
                try await server.relabel("b", "x")
                let added = try await watch.next()
                #expect(added?.at("type") == "ADDED")
                #expect(added?.at("object.metadata.name") == "b")
                try await server.relabel("a", "y")
                let deleted = try await watch.next()
                #expect(deleted?.at("type") == "DELETED")
                #expect(deleted?.at("object.metadata.name") == "a")
            }
        }
    }

    @Test func `one object can be watched`() async throws {
        try await TestServer.run { server in
            _ = try await server.makeJob("a")
            _ = try await server.makeJob("b")
            try await server.watch("\(jobsPath)/b?watch=1") { watch in
                #expect(try await watch.next()?.at("object.metadata.name") == "b")
                try await server.relabel("a", "z")
                try await server.relabel("b", "z")
                #expect(try await watch.next()?.at("type") == "MODIFIED")
            }
        }
    }

    @Test func `a version that is no longer kept ends in 410`() async throws {
        var options = StoreOptions()
        options.historyLimit = 2
        try await TestServer.run(store: options) { server in
            for name in ["a", "b", "c", "d"] { _ = try await server.makeJob(name) }
            try await server.watch("\(jobsPath)?watch=1&resourceVersion=1") { watch in
                let event = try await watch.next()
                #expect(watch.code == 200)
                #expect(event?.at("type") == "ERROR")
                #expect(event?.at("object.code") == 410)
                #expect(event?.at("object.reason") == "Expired")
                #expect(event?.at("object.message").string?.hasPrefix("too old resource version: 1 (") == true)
                #expect(try await watch.next() == nil)
            }
        }
    }

    @Test func `a watch ends when its time is over, properly`() async throws {
        try await TestServer.run { server in
            let start = ContinuousClock.now
            let reply = try await server.get("\(jobsPath)?watch=1&timeoutSeconds=1")
            #expect(reply.code == 200)
            #expect(reply.body.isEmpty)
            #expect(ContinuousClock.now - start >= .milliseconds(900))
        }
    }

    @Test func `a table is told its columns once`() async throws {
        try await TestServer.run { server in
            _ = try await server.makeJob("a")
            _ = try await server.makeJob("b")
            let accept = "application/json;as=Table;v=v1;g=meta.k8s.io"
            try await server.watch("\(jobsPath)?watch=1", accept: accept) { watch in
                let first = try await watch.next()
                #expect(first?.at("object.kind") == "Table")
                #expect(first?.at("object.columnDefinitions").array?.isEmpty == false)
                #expect(first?.at("object.rows.0.cells.0") == "a")
                let second = try await watch.next()
                #expect(second?.at("object.columnDefinitions").array?.isEmpty == true)
                #expect(second?.at("object.rows.0.cells.0") == "b")
            }
        }
    }

    @Test func `streams end when the server stops`() async throws {
        let ended = AsyncStream<Void>.makeStream()
        try await TestServer.run { server in
            let socket = server.socket
            _ = try await server.makeJob("a")
            let (began, hasBegun) = AsyncStream<Void>.makeStream()
            Task {
                try await RawClient.connect(socket) { client in
                    try await client.send("GET \(jobsPath)?watch=1 HTTP/1.1\r\nHost: x\r\n\r\n")
                    let watch = WatchReader(client)
                    _ = try await watch.next()
                    hasBegun.finish()
                    while try await watch.next() != nil {}
                }
                ended.continuation.finish()
            }
            for await _ in began {}
        }
        for await _ in ended.stream {}
    }

    /// The store cuts the watch off when its buffer is full, the guard closes the connection when nothing is read.
    @Test func `a watcher that reads nothing is cut off`() async throws {
        var options = StoreOptions()
        options.watchLimit = 16
        var limits = ConnectionGuard.Limits()
        limits.stall = .milliseconds(500)
        try await TestServer.run(store: options, limits: limits) { server in
            _ = try await server.makeJob("a")
            try await RawClient.connect(server.socket, reads: false) { client in
                try await client.send("GET \(jobsPath)?watch=1 HTTP/1.1\r\nHost: x\r\n\r\n")
                let text = String(repeating: "x", count: 200_000)
                for number in 0..<40 {
                    _ = try await server.store.modify(Job.self, ObjectKey(namespace: "default", name: "a")) {
                        $0.metadata.annotations = ["big": "\(number)" + text]
                    }
                }
                // The server hangs up; a client that never reads learns of it when it writes.
                try await Task.sleep(for: .seconds(2))
                await #expect(throws: (any Error).self) {
                    for _ in 0..<200 {
                        try await client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
                        try await Task.sleep(for: .milliseconds(10))
                    }
                }
            }
            // And others are served as ever.
            #expect(try await server.get("\(jobsPath)/a").code == 200)
        }
    }
}
