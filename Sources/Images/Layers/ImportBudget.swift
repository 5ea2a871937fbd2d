internal import Foundation

/// What one import has used of its limits, counted by all its threads, and whether it was cancelled.
final class ImportBudget: @unchecked Sendable {
    private let lock = NSLock()
    private let limits: ImportLimits
    private let report: @Sendable (ImportProgress) -> Void
    private var cancelled = false
    private var unpacked: Int64 = 0
    private var entries = 0
    private var consumed: Int64 = 0
    private var reported: Int64 = 0
    private var total: Int64?
    private static let reportEvery: Int64 = 8 << 20

    init(limits: ImportLimits, report: @escaping @Sendable (ImportProgress) -> Void) {
        self.limits = limits
        self.report = report
    }

    func cancel() { lock.withLock { cancelled = true } }

    func checkCancelled() throws(ImageError) {
        if lock.withLock({ cancelled }) { throw .cancelled }
    }

    /// Bytes of a layer after decompression.
    func chargeBytes(_ count: Int) throws(ImageError) {
        let problem: ImageError? = lock.withLock {
            if cancelled { return .cancelled }
            unpacked += Int64(count)
            return unpacked > limits.totalBytes
                ? .overLimit("the image", limit: "unpacked bytes", allowed: limits.totalBytes) : nil
        }
        if let problem { throw problem }
    }

    func chargeEntry() throws(ImageError) {
        let over = lock.withLock { () -> Bool in
            entries += 1
            return entries > limits.totalEntries
        }
        if over { throw .overLimit("the image", limit: "entries", allowed: Int64(limits.totalEntries)) }
    }

    func begin(totalBytes: Int64) {
        lock.withLock { total = totalBytes }
        report(ImportProgress(stage: .unpacking, doneBytes: 0, totalBytes: totalBytes))
    }

    /// Bytes of a layer as it is in the archive.
    func consumed(_ count: Int) {
        let message = lock.withLock { () -> ImportProgress? in
            consumed += Int64(count)
            guard consumed - reported >= Self.reportEvery else { return nil }
            reported = consumed
            return ImportProgress(stage: .unpacking, doneBytes: consumed, totalBytes: total)
        }
        if let message { report(message) }
    }

    func syncing() {
        let done = lock.withLock { consumed }
        report(ImportProgress(stage: .syncing, doneBytes: done, totalBytes: total))
    }

    func received(_ bytes: Int64) {
        report(ImportProgress(stage: .receiving, doneBytes: bytes, totalBytes: nil))
    }
}
