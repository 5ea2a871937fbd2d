import Foundation
import Synchronization

/// Where a verb's words go, and what it knows of the place: clock, time zone, whether a person is watching.
struct Console: Sendable {
    var writeBytes: @Sendable ([UInt8]) throws -> Void
    var complain: @Sendable (String) -> Void
    /// True when standard error is a terminal: progress is shown only then.
    var showsProgress = false
    var now: @Sendable () -> Date = { Date() }
    /// Seconds east of Greenwich at a moment.
    var zoneOffset: @Sendable (Date) -> Int = localOffset

    /// The console of the running verb; tests put their own in its place.
    @TaskLocal static var current = Console.standard

    static let standard = Console(
        writeBytes: { bytes in
            // A reader that went away, as `head` does, is no failure to speak of.
            do { try FileHandle.standardOutput.write(contentsOf: Data(bytes)) } catch { throw Failure.silent(1) }
        },
        complain: { text in
            try? FileHandle.standardError.write(contentsOf: Data(text.utf8))  // nobody is left to be told
        },
        showsProgress: isatty(2) == 1)

    func write(_ text: String) throws { try writeBytes(Array(text.utf8)) }

    func print(_ line: String) throws { try write(line + "\n") }

    func note(_ line: String) { complain(line + "\n") }

    func warn(_ text: String) { note("Warning: \(text)") }
}

private func localOffset(_ date: Date) -> Int {
    var seconds = time_t(date.timeIntervalSince1970.rounded(.down))
    var parts = tm()
    return localtime_r(&seconds, &parts) == nil ? 0 : parts.tm_gmtoff
}
