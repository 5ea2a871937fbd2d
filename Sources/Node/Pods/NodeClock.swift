import Foundation

/// The time as the node sees it. Tests bring their own.
struct NodeClock: Sendable {
    var now: @Sendable () -> Date
    /// Returns at that time, or earlier when the task is cancelled.
    var sleep: @Sendable (_ until: Date) async -> Void

    static let host = NodeClock(
        now: { Date() },
        sleep: { date in
            // Cancelled: whoever sleeps looks for himself.
            try? await Task.sleep(for: .seconds(max(0, date.timeIntervalSinceNow)))
        })
}
