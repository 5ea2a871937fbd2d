internal import Foundation
internal import Linux

/// A nameless file in the store that an archive is put into while it arrives. Gone with its descriptor, so nothing is left
/// of it and its pages need never reach the disk.
final class Spool: @unchecked Sendable {
    private let file: SharedFile
    private let limit: Int64
    private(set) var size: Int64 = 0
    private let queue = DispatchQueue(label: "stint.images.spool")

    init(in store: ImageStore) throws(ImageError) {
        file = SharedFile(
            try during("receiving the archive") { () throws(SyscallError) in
                try Paths.createUnnamedFile(in: store.scratch.descriptor.raw)
            })
        limit = store.limits.archiveBytes
    }

    var blob: Blob { Blob(file: file, offset: 0, size: size) }

    func append(_ bytes: UnsafeRawBufferPointer) throws(ImageError) {
        try charge(bytes.count)
        try during("receiving the archive") { () throws(SyscallError) in try Paths.write(file.descriptor.raw, bytes) }
    }

    private func charge(_ count: Int) throws(ImageError) {
        size += Int64(count)
        if size > limit { throw .overLimit("the archive", limit: "bytes", allowed: limit) }
    }

    /// Away from the cooperative pool: a full disk cache makes a write wait.
    private func append(_ bytes: [UInt8]) async throws(ImageError) {
        try charge(bytes.count)
        let failure: SyscallError? = await withCheckedContinuation { continuation in
            queue.async { [file] in
                do throws(SyscallError) {
                    try Paths.write(file.descriptor.raw, bytes)
                    continuation.resume(returning: nil)
                } catch {
                    continuation.resume(returning: error)
                }
            }
        }
        if let failure { throw .system(failure, during: "receiving the archive") }
    }

    func receive(
        _ source: any AsyncSequence<[UInt8], any Error> & Sendable, _ budget: ImportBudget
    ) async throws(ImageError) {
        var waiting: [UInt8] = []
        do {
            for try await piece in source {
                waiting += piece
                if waiting.count >= 1 << 20 {
                    try await append(waiting)
                    waiting.removeAll(keepingCapacity: true)
                    try budget.checkCancelled()
                    budget.received(size)
                }
            }
            try await append(waiting)
            budget.received(size)
        } catch let error as ImageError {
            throw error
        } catch is CancellationError {
            throw .cancelled
        } catch {
            throw .sourceFailed("\(error)")
        }
    }
}
