import Foundation

/// The time of the calendar, by which certificates live. Tests bring their own.
struct WallClock: Sendable {
    var now: @Sendable () -> Date
    /// Returns when the time has come; throws when the task is cancelled.
    var sleep: @Sendable (_ until: Date) async throws -> Void

    static let host = WallClock(
        now: { Date() },
        sleep: { date in try await Task.sleep(for: .seconds(max(0, date.timeIntervalSinceNow))) })
}
