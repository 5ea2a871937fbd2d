import Foundation
import Kube

/// The moments at which a CronJob is to start Jobs.
struct StartTimes {
    let schedule: CronSchedule
    let zone: Zone
    /// What `@every` counts from: the last start, or the creation of the CronJob.
    ///
    /// Upstream counts from the starting deadline when that is later, and so moves the next start away from now with
    /// every look; a CronJob with `@every 1h` and a deadline of a minute never starts there.
    let anchor: Date

    /// The first start after a moment; nil when there is none within five years.
    func next(after date: Date) -> Date? {
        guard case .every(let interval) = schedule else { return schedule.next(after: date, in: zone) }
        if date <= anchor { return schedule.next(after: anchor, in: zone) }
        let begin = anchor.timeIntervalSince1970.rounded(.down)
        let passed = ((date.timeIntervalSince1970 - begin) / Double(interval)).rounded(.down)
        return Date(timeIntervalSince1970: begin + (passed + 1) * Double(interval))
    }

    /// The starts after one moment and up to another, oldest first; of more than `limit` the newest.
    ///
    /// Looks back over a window that grows until it holds enough, because years of minutes can lie between the two when
    /// a clock was wrong, and walking through them would take seconds. Upstream estimates instead, from the distance of
    /// the first two, and can miss the newest start of an uneven schedule (`30 6-16/4 * * 1-5`).
    func recent(after begin: Date, through end: Date, limit: Int) -> [Date] {
        var window: TimeInterval = 3600
        while true {
            let from = max(begin, end.addingTimeInterval(-window))
            let starts = all(after: from, through: end)
            if starts.count >= limit || from == begin { return Array(starts.suffix(limit)) }
            window *= 4
        }
    }

    private func all(after begin: Date, through end: Date) -> [Date] {
        var starts: [Date] = []
        var last = begin
        while let start = next(after: last), start <= end {
            starts.append(start)
            last = start
        }
        return starts
    }
}
