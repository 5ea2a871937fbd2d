/// A length of time for people, as kubectl's tables show it: `45s`, `5m32s`, `3h12m`, `2d4h`, `12d`, `1y30d`.
/// The larger it is, the less of it is said (apimachinery `duration.HumanDuration`).
enum HumanDuration {
    static func text(_ duration: Double) -> String {
        let seconds = Int(duration)
        if duration < -1 { return "<invalid>" }
        if duration < 0 { return "0s" }
        let (minutes, hours, days) = (seconds / 60, seconds / 3600, seconds / 86400)
        func with(_ rest: Int, _ unit: String) -> String { rest == 0 ? "" : "\(rest)\(unit)" }
        switch true {
        case seconds < 120: return "\(seconds)s"
        case minutes < 10: return "\(minutes)m" + with(seconds % 60, "s")
        case minutes < 180: return "\(minutes)m"
        case hours < 8: return "\(hours)h" + with(minutes % 60, "m")
        case hours < 48: return "\(hours)h"
        case hours < 192: return "\(days)d" + with(hours % 24, "h")
        case days < 730: return "\(days)d"
        case days < 2920: return "\(days / 365)y" + with(days % 365, "d")
        default: return "\(days / 365)y"
        }
    }
}
