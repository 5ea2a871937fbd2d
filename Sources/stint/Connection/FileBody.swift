import Foundation
import NIOCore
import NIOPosix

/// A file or standard input as a request body. Reads happen on a thread of their own, because a pipe may block.
final class FileBody: BodySource {
    private static let threads: NIOThreadPool = {
        let threads = NIOThreadPool(numberOfThreads: 1)
        threads.start()
        return threads
    }()
    private static let pieceSize = 1 << 18

    private let file: FileHandle
    private let onRead: @Sendable (Int) -> Void

    /// `onRead` is told how many bytes each piece had.
    init(_ file: FileHandle, onRead: @escaping @Sendable (Int) -> Void = { _ in }) {
        self.file = file
        self.onRead = onRead
    }

    func next() async throws -> ByteBuffer? {
        let file = file
        let data = try await Self.threads.runIfActive { try file.read(upToCount: Self.pieceSize) }
        guard let data, !data.isEmpty else { return nil }
        onRead(data.count)
        return ByteBuffer(bytes: data)
    }
}
