import Linux

/// The pod's points in time on one timer, which is only made when there is one.
struct Alarm: ~Copyable {
    /// Nanoseconds of `Clocks.bootNanoseconds`; nil is never.
    var deadline: Int64?
    /// When the next of those who were asked to stop is killed.
    var grace: Int64?
    /// When the next container is to be warned of the deadline.
    var warning: Int64?
    /// When somebody who is attached has been waited for long enough.
    var patience: Int64?

    private var timer: TimerHolder?
    private var armedFor: Int64?

    enum Ring { case deadline, grace, warning, patience }

    init() {}

    /// What is due. Whatever is due is taken out, so it rings once.
    mutating func ring() -> Ring? {
        armedFor = nil
        let now = Clocks.bootNanoseconds
        // Grace first: the kill it stands for is what a deadline would end in anyway.
        if let at = grace, at <= now {
            grace = nil
            return .grace
        }
        if let at = deadline, at <= now {
            deadline = nil
            return .deadline
        }
        // After the deadline: whoever is that late with both warns of nothing.
        if let at = warning, at <= now {
            warning = nil
            return .warning
        }
        if let at = patience, at <= now {
            patience = nil
            return .patience
        }
        return nil
    }

    mutating func arm(_ poller: borrowing Poller) {
        let next = [deadline, grace, warning, patience].compactMap(\.self).min()
        guard next != armedFor else { return }
        do {
            if timer == nil {
                let made = try TimerHolder()
                try poller.add(made.timer.descriptor.raw, token: Token.alarm.packed)
                timer = made
            }
            try timer?.timer.set(at: next)
            armedFor = next
        } catch {
            // No timer, no deadline: better no pod.
            Processes.exit(125)
        }
    }
}

/// A timer that can be there or not.
final class TimerHolder {
    let timer: TimerDescriptor
    init() throws(SyscallError) { timer = try TimerDescriptor() }
}

/// Saturating: a deadline a thousand years away is one that never comes.
func nanoseconds(_ milliseconds: UInt64) -> Int64 {
    Int64(min(milliseconds, 1_000_000_000_000)) * 1_000_000
}
