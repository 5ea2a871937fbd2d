extension CronSchedule {
    /// What follows the zone (`TZ=` or `CRON_TZ=`) that a schedule begins with, as robfig/cron's `Parse` takes it off. A
    /// CronJob may not have such a schedule; but what else is wrong with it is said along with that.
    ///
    /// Without a space the parser of upstream panics, and `ParseCronScheduleWithPanicRecovery` makes an error of it.
    static func withoutZone(_ text: String) throws(ParseError) -> String {
        guard text.hasPrefix("TZ=") || text.hasPrefix("CRON_TZ=") else { return text }
        let parts = text.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else {
            throw ParseError(words: "invalid schedule format: runtime error: slice bounds out of range [:-1]")
        }
        let name = String(parts[0].drop { $0 != "=" }.dropFirst())
        // Go knows these without a file, and never looks outside the folder of zones.
        if name.contains("..") || name.hasPrefix("/") || name.hasPrefix("\\") {
            throw ParseError(words: "provided bad location \(name): time: invalid location name")
        }
        if !["", "UTC", "Local"].contains(name), Zone(named: name) == nil {
            throw ParseError(words: "provided bad location \(name): unknown time zone \(name)")
        }
        return parts[1].trimmingPrefix { $0.isWhitespace }.description
    }
}
