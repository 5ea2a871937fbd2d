import Foundation

/// What was used until one moment, of the whole host and of each container that ran then.
struct UsageSample: Sendable {
    struct Container: Hashable, Sendable {
        var pod: String
        var name: String
        /// Tells attempts apart: counters start anew with each.
        var startedAt: Date
    }

    struct Counters: Hashable, Sendable {
        var cpuMicroseconds: Int64
        var memoryBytes: Int64
    }

    var takenAt: Date
    var host: Counters
    var containers: [Container: Counters]

    /// Shorter than this, what was used is noise; longer ago than the limit, it says nothing of now.
    static let shortest: TimeInterval = 1
    static let longest: TimeInterval = 60

    /// Whether this one can be what a sample of `now` is compared with.
    func isUsable(at now: Date) -> Bool {
        let age = now.timeIntervalSince(takenAt)
        return age >= Self.shortest && age <= Self.longest
    }

    /// Cores in use between an earlier sample and this one, in thousandths of a thousandth of a thousandth; a container
    /// that started since is compared with its start.
    func rate(of container: Container, since earlier: UsageSample) -> (nanoCores: Int64, window: TimeInterval)? {
        guard let counters = containers[container] else { return nil }
        let before = earlier.containers[container]
        let begin = before == nil ? max(container.startedAt, earlier.takenAt) : earlier.takenAt
        return Self.rate(from: before?.cpuMicroseconds ?? 0, to: counters.cpuMicroseconds, begin, takenAt)
    }

    func hostRate(since earlier: UsageSample) -> (nanoCores: Int64, window: TimeInterval) {
        Self.rate(from: earlier.host.cpuMicroseconds, to: host.cpuMicroseconds, earlier.takenAt, takenAt)
    }

    private static func rate(
        from old: Int64, to new: Int64, _ begin: Date, _ end: Date
    ) -> (nanoCores: Int64, window: TimeInterval) {
        // A container that has just started has used something in no time: a millisecond keeps that finite.
        let window = max(end.timeIntervalSince(begin), 0.001)
        return (Int64(Double(max(0, new - old)) * 1000 / window), window)
    }
}
