import Hummingbird
import Kube
import NIOCore

/// Reading the body of a request, whole and within limits, or as a stream.
enum BodyReader {
    /// Upstream's `MaxRequestBodyBytes`.
    static let limit = 3 * 1024 * 1024
    static let timeLimit = Duration.seconds(60)

    /// - Throws: 413 above the limit, 408 when it takes too long, 400 when it breaks off.
    static func collect(_ request: Request, limit: Int = limit, within time: Duration = timeLimit)
        async throws(Status) -> [UInt8]
    {
        if let length = request.headers[.contentLength].flatMap({ Int($0) }), length > limit {
            throw Status.tooLarge(limit: limit)
        }
        let body = request.body
        let result = await withTaskGroup(of: Result<[UInt8], Status>.self) { group in
            group.addTask { await read(body, limit: limit) }
            group.addTask {
                // Cancelled when the body is complete; that is not an error.
                try? await Task.sleep(for: time)
                return .failure(.bodyTimedOut)
            }
            let first = await group.next() ?? .failure(.bodyTimedOut)
            group.cancelAll()
            return first
        }
        return try result.get()
    }

    private static func read(_ body: RequestBody, limit: Int) async -> Result<[UInt8], Status> {
        var bytes: [UInt8] = []
        do {
            for try await chunk in body {
                guard bytes.count + chunk.readableBytes <= limit else { return .failure(.tooLarge(limit: limit)) }
                bytes.append(contentsOf: chunk.readableBytesView)
            }
        } catch {
            return .failure(.badRequest("unable to read the request body"))
        }
        return .success(bytes)
    }

    /// The body as it arrives. Nothing is read from the socket before the consumer asks for it, so a body of any size
    /// costs a few chunks of memory.
    static func stream(_ request: Request) -> HostServices.ByteStream {
        let source = BodySource(request.body.makeAsyncIterator())
        return AsyncThrowingStream { try await source.next() }
    }
}

/// The one iterator of a request's body. `AsyncThrowingStream` calls it from one consumer at a time.
private final class BodySource: @unchecked Sendable {
    private var iterator: RequestBody.AsyncIterator

    init(_ iterator: RequestBody.AsyncIterator) { self.iterator = iterator }

    func next() async throws -> [UInt8]? {
        var iterator = iterator
        let chunk = try await iterator.next()
        self.iterator = iterator
        return chunk.map { Array($0.readableBytesView) }
    }
}
