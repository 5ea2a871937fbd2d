import Foundation
import Kube

/// The starts whose time has come and that have not been made.
struct UnmetStarts: Equatable {
    /// Of more starts than this the older ones are given up.
    static let limit = 100
    /// Seconds. A start that was due so shortly before the controller began is late, not missed: a daemon that is
    /// replaced by a newer one was not away.
    static let tolerance: TimeInterval = 10

    /// Those to make now, oldest first.
    var wanted: [Date] = []
    /// How many of `wanted`, from its beginning, are made up for one after the other (`all`).
    var caughtUpCount = 0
    /// The newest start that was missed, when `catchUp` says not to make up for it.
    var givenUp: Date?
    /// There were more than the limit.
    var areTooMany = false

    /// 1. What is past the starting deadline is not made up for, and not spoken of: upstream never gets to see it
    ///    (`mostRecentScheduleTime` begins at the deadline), so that its MissSchedule cannot come.
    /// 2. Of what was missed while no controller ran, as `catchUp` says: the last, all, none.
    /// 3. Of the rest the last, as upstream.
    ///
    /// - Parameters:
    ///   - times: the starts, oldest first, at most one more than the limit.
    ///   - began: when the controller began.
    init(_ times: [Date], deadline: Int64?, catchUp: CronCatchUp, began: Date, now: Date) {
        let earliest = deadline.map { now.addingTimeInterval(-TimeInterval($0)) } ?? .distantPast
        let inTime = times.filter { $0 >= earliest }
        areTooMany = inTime.count > Self.limit
        let missed = inTime.suffix(Self.limit).filter { $0 < began.addingTimeInterval(-Self.tolerance) }
        let others = inTime.suffix(Self.limit).dropFirst(missed.count)
        let made: [Date] =
            switch catchUp {
            case .all: missed
            case .none: []
            case .last: others.isEmpty ? missed.suffix(1) : []
            }
        wanted = made + others.suffix(1)
        caughtUpCount = catchUp == .all ? made.count : 0
        if let newest = inTime.last, wanted.last != newest { givenUp = newest }
    }
}
