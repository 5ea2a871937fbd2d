import Foundation

/// How long something lasted, as kubectl says it: two or three significant figures (`90s`, `3m12s`, `5h30m`, `47h`,
/// `3d4h`, `2y40d`).
public enum HumanDuration {
    public static func text(_ interval: TimeInterval) -> String {
        // A clock that is a second off is not worth a word.
        guard interval.isFinite, interval > -2 else { return "<invalid>" }
        let seconds = max(0, Int(min(interval, 1e12)))
        let (minutes, hours, days) = (seconds / 60, seconds / 3600, seconds / 86400)
        switch seconds {
        case ..<120: return "\(seconds)s"
        case ..<600: return two(minutes, "m", seconds % 60, "s")
        case ..<(3 * 3600): return "\(minutes)m"
        case ..<(8 * 3600): return two(hours, "h", minutes % 60, "m")
        case ..<(48 * 3600): return "\(hours)h"
        case ..<(8 * 86400): return two(days, "d", hours % 24, "h")
        case ..<(2 * 365 * 86400): return "\(days)d"
        case ..<(8 * 365 * 86400): return two(days / 365, "y", days % 365, "d")
        default: return "\(days / 365)y"
        }
    }

    /// Since a moment, `<unknown>` when there was none: the AGE column.
    public static func since(_ moment: Timestamp?, now: Date) -> String {
        moment.map { text(now.timeIntervalSince($0.date)) } ?? "<unknown>"
    }

    private static func two(_ large: Int, _ largeUnit: String, _ small: Int, _ smallUnit: String) -> String {
        small == 0 ? "\(large)\(largeUnit)" : "\(large)\(largeUnit)\(small)\(smallUnit)"
    }
}
