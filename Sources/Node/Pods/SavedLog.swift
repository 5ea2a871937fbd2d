import Foundation
import Kube

/// The end of an attempt's log, as it is saved with the attempt's record: lines as the supervisor wrote them.
struct SavedLog: Equatable, Sendable {
    static let limit = 64 << 10

    var bytes: Data
    /// There was more.
    var isCut: Bool
}

extension PodPaths {
    /// The end of what an attempt printed, whole lines. Reads no more than that, from the current file and, where that
    /// is short, from those rotated before it. Whoever wrote has ended, so nothing is rotated in between.
    ///
    /// A log that cannot be read is an empty one: it is worth less than the record it belongs to.
    func savedLog(_ container: String, attempt: Int, limit: Int = SavedLog.limit) -> SavedLog {
        let path = log(container, attempt)
        // One more than wanted: it tells whether the first line is whole.
        var (end, wanted, number) = (Data(), limit + 1, 0)
        while wanted > 0, let piece = lastBytes(wanted, of: number == 0 ? path : "\(path).\(number)") {
            end = piece + end
            wanted -= piece.count
            number += 1
        }
        guard end.count > limit else { return SavedLog(bytes: end, isCut: false) }
        let line = end.firstIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? end.startIndex
        return SavedLog(bytes: Data(end[line...].suffix(limit)), isCut: true)
    }

    /// Nil when there is no such file.
    private func lastBytes(_ count: Int, of path: String) -> Data? {
        guard let handle = FileHandle(forReadingAtPath: path) else { return nil }
        defer { try? handle.close() }  // nothing was written through it
        do {
            let size = try handle.seekToEnd()
            try handle.seek(toOffset: size > count ? size - UInt64(count) : 0)
            return try handle.read(upToCount: count) ?? Data()
        } catch {
            return nil
        }
    }
}
