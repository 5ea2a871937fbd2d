/// When a container that is to end is killed. Times are of `Clocks.bootNanoseconds`.
struct ContainerEnding {
    /// The daemon has something to do before this one is asked to stop, and has not told that it is done.
    private(set) var isHeld: Bool
    /// When it is to end, if it was asked to stop, or is about to be.
    private var endBy: Int64?
    /// The end that the deadline sets, to which nothing is added.
    private var lastEnd: Int64?
    /// Since when a hook does not hold it back any more.
    private var freeSince: Int64?

    init(isHeld: Bool) { self.isHeld = isHeld }

    /// A second request can shorten its time, not lengthen it.
    mutating func mustEnd(by time: Int64, isDeadline: Bool) {
        endBy = min(endBy ?? time, time)
        if isDeadline { lastEnd = min(lastEnd ?? time, time) }
    }

    var isOrdered: Bool { endBy != nil }

    /// After a hook that took all of the time there are two seconds for the program itself, as with the kubelet; but not
    /// after a deadline.
    var killAt: Int64? {
        guard let endBy else { return nil }
        let end = isHeld ? endBy + Self.leastTime : max(endBy, freeSince.map { $0 + Self.leastTime } ?? endBy)
        return min(end, lastEnd ?? end)
    }

    private static let leastTime: Int64 = 2_000_000_000

    mutating func free(now: Int64) {
        guard isHeld else { return }
        isHeld = false
        if isOrdered { freeSince = now }
    }

    /// There is nothing more to wait for.
    mutating func isKilled() { endBy = nil }
}
