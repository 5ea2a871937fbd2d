import Foundation
import Kube
import Logging
import ServiceLifecycle
import Store

@testable import Server

/// A real server on a socket of its own, over a real store in a scratch directory.
struct TestServer: Sendable {
    let directory: String
    let store: Store
    /// With certificates of its own, when the test asked for TLS.
    var tls: TLSFront?
    var socket: String { directory + "/api.sock" }

    /// Opens the scope, runs the body, and takes everything down again, whether it passes or throws.
    static func run(
        services: HostServices = .none, store options: StoreOptions = StoreOptions(),
        limits: ConnectionGuard.Limits = ConnectionGuard.Limits(), tls clock: WallClock? = nil,
        _ body: @escaping @Sendable (TestServer) async throws -> Void
    ) async throws {
        let directory = FileManager.default.temporaryDirectory.path + "/stint-server-\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: directory) }
        var logger = Logger(label: "test")
        logger.logLevel = .error
        let store = try Store(
            path: directory + "/state.db", types: KindRegistration.all.compactMap(\.resource), options: options,
            logger: logger)
        var test = TestServer(directory: directory, store: store)
        try await store.create(Namespace(metadata: ObjectMeta(name: "default")))
        let pki = try clock.map {
            try HostPKI(
                directory: directory + "/pki", names: ServerNames(hostName: "worker", listening: []), logger: logger,
                clock: $0)
        }
        let server = APIServer(store: store, services: services, pki: pki, logger: logger, limits: limits)
        let (ready, isReady) = AsyncStream<[TCPAddress]>.makeStream()
        let listeners =
            [Listener.unixSocket(path: test.socket)]
            + (pki.map { [.tls(TCPAddress(host: "127.0.0.1", port: 0), $0)] } ?? [])
        let service = server.service(listeners) {
            isReady.yield($0)
            isReady.finish()
        }
        let group = ServiceGroup(services: [service] + (pki.map { [$0] } ?? []), logger: logger)
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            for await addresses in ready {
                if let pki, let address = addresses.first { test.tls = TLSFront(pki: pki, port: address.port) }
            }
            let test = test
            let result: Result<Void, any Error>
            do {
                result = .success(try await body(test))
            } catch {
                result = .failure(error)
            }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
            await store.close()
            try result.get()
        }
    }

    /// One request on a connection of its own.
    func send(
        _ method: String, _ target: String, _ body: String? = nil, type: String? = "application/json",
        accept: String? = nil, headers: [String] = []
    ) async throws -> Reply {
        var head = "\(method) \(target) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
        if let accept { head += "Accept: \(accept)\r\n" }
        for header in headers { head += header + "\r\n" }
        if let body {
            if let type { head += "Content-Type: \(type)\r\n" }
            head += "Content-Length: \(body.utf8.count)\r\n"
        }
        return try await raw(head + "\r\n" + (body ?? ""))
    }

    /// The same with a body that is no text.
    func send(
        _ method: String, _ target: String, bytes: [UInt8], type: String, accept: String? = nil
    ) async throws -> Reply {
        var head = "\(method) \(target) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
        if let accept { head += "Accept: \(accept)\r\n" }
        head += "Content-Type: \(type)\r\nContent-Length: \(bytes.count)\r\n\r\n"
        let request = Array(head.utf8) + bytes
        return try await RawClient.connect(socket) { client in
            try await client.send(request)
            return Reply(try await client.readAll())
        }
    }

    /// Bytes as they are; the answer is everything until the server closes.
    func raw(_ text: String) async throws -> Reply {
        try await RawClient.connect(socket) { client in
            try await client.send(text)
            return Reply(try await client.readAll())
        }
    }

    func get(_ target: String, accept: String? = nil) async throws -> Reply {
        try await send("GET", target, accept: accept)
    }
}

extension HostServices {
    /// A host without images and logs.
    static var none: HostServices {
        HostServices(
            podLogs: { _, _ throws(Status) in throw Status.badRequest("no logs here") },
            podExec: { _, _ throws(Status) in throw Status.badRequest("no commands here") },
            podAttach: { _, _ throws(Status) in throw Status.badRequest("no streams here") },
            podConnect: { _, _ throws(Status) in throw Status.badRequest("no ports here") },
            importImage: { _, _ in AsyncThrowingStream { $0.finish() } },
            images: { [] }, inspectImage: { _ in nil }, removeImage: { _, _ throws(Status) in },
            hostReport: { HostReport(checks: []) }, podMetrics: { [] }, nodeMetrics: { [] }, version: "0.0.1")
    }
}

enum Samples {
    static func job(_ name: String, spec: String = "", labels: String? = nil) -> String {
        """
        {"apiVersion":"batch/v1","kind":"Job","metadata":{"name":"\(name)"\(labels.map { ",\"labels\":\($0)" } ?? "")},"spec":{\(spec)
        "template":{"spec":{"restartPolicy":"Never","containers":[{"name":"c","image":"busybox"}]}}}}
        """
    }

    static func pod(_ name: String, containers: [String] = ["c"]) -> String {
        let list = containers.map { #"{"name":"\#($0)","image":"busybox"}"# }.joined(separator: ",")
        return """
            {"apiVersion":"v1","kind":"Pod","metadata":{"name":"\(name)"},
            "spec":{"restartPolicy":"Never","containers":[\(list)]}}
            """
    }
}

let jobsPath = "/apis/batch/v1/namespaces/default/jobs"
let podsPath = "/api/v1/namespaces/default/pods"
