/// A signal for the first process of each container, some time before the pod's deadline. Times are nanoseconds of the
/// supervisor's clock, which does not jump.
///
/// The signal reaches the first process alone, from outside its pid namespace. As everywhere, a first process that has
/// no handler for a signal does not notice it (pid_namespaces(7)): that is the program's choice. A shell runs its trap
/// when the command in front of it ends. In the host's pid namespace (`hostPID`) the process is no first process, and a
/// signal without a handler ends it, as signal(7) says.
public struct WarningSignal: Equatable, Sendable {
    public var signal: Int32
    /// How long before the deadline.
    public var leadMilliseconds: UInt64

    public init(signal: Int32, leadMilliseconds: UInt64) {
        self.signal = signal
        self.leadMilliseconds = leadMilliseconds
    }

    /// No program is warned in its first second: it would have no handler yet, and the warning would be lost on it, or
    /// its end.
    public static let quietNanoseconds: Int64 = 1_000_000_000

    /// A daemon that comes back tells the deadline again, as a length from then on, so the same one never comes out
    /// quite the same.
    public static let sameNanoseconds: Int64 = 1_000_000_000

    /// When a program that began at `begun` is to be warned of `deadline`; nil when it was.
    ///
    /// The rule is the same for a container that is started again after the moment of the warning, and for a lead that is
    /// longer than the whole deadline: who runs in what is left is warned once, as soon as it can hear it. A restarted
    /// program knows nothing of what the one before it was told.
    public func time(deadline: Int64, begun: Int64, warnedFor: Int64?) -> Int64? {
        if let warnedFor, abs(warnedFor - deadline) < Self.sameNanoseconds { return nil }
        let lead = Int64(min(leadMilliseconds, 1_000_000_000_000)) * 1_000_000
        return max(deadline - lead, begun + Self.quietNanoseconds)
    }
}

extension WarningSignal {
    func write(to writer: inout WireWriter) {
        writer.put(signal)
        writer.put(leadMilliseconds)
    }

    init(from reader: inout WireReader) throws(WireError) {
        signal = try reader.take()
        guard (1...64).contains(signal) else { throw .badValue("warning signal") }
        leadMilliseconds = try reader.take()
    }
}

/// What the file ``RunDirectoryFile/deadline`` holds: the deadline in seconds since 1970, zero when there is none. Always
/// as long, so that it is replaced by one write and nobody reads half of it.
public enum DeadlineText {
    public static func make(nanoseconds: Int64?) -> String {
        let seconds = nanoseconds.map { max(0, $0 + 500_000_000) / 1_000_000_000 } ?? 0
        let digits = String(seconds)
        return String(repeating: "0", count: max(0, 10 - digits.utf8.count)) + digits + "\n"
    }
}
