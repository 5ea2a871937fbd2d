import Foundation
import Kube
import Synchronization

@testable import stint

/// Runs the command line inside the test and keeps what it printed.
struct Recording {
    var output = ""
    var complaints = ""
    var exitCode: Int32 = 0

    /// The clock stands at 2026-01-02T03:04:05Z, in Greenwich.
    static let now = Date(timeIntervalSince1970: 1_767_323_045)

    private final class Text: Sendable {
        let bytes = Mutex<[UInt8]>([])
        func append(_ more: [UInt8]) { bytes.withLock { $0 += more } }
        var text: String { String(decoding: bytes.withLock { $0 }, as: UTF8.self) }
    }

    static func of(_ arguments: [String], at time: String? = nil) async -> Recording {
        let (output, complaints) = (Text(), Text())
        let now = time.flatMap { RFC3339.parse($0) } ?? now
        let console = Console(
            writeBytes: { output.append($0) }, complain: { complaints.append(Array($0.utf8)) },
            now: { now }, zoneOffset: { _ in 0 })
        let code = await Console.$current.withValue(console) { await Stint.perform(arguments) }
        return Recording(output: output.text, complaints: complaints.text, exitCode: code)
    }
}
