internal import CLinux
internal import Glibc
internal import SystemPackage

/// An epoll instance. Descriptors are named by tokens of the caller's choice.
public struct Poller: ~Copyable, Sendable {
    private let descriptor: OwnedDescriptor

    public struct Event: Sendable {
        public let token: UInt64
        public let readable: Bool
        public let writable: Bool
        /// The other side is gone; what it left can still be read.
        public let ended: Bool
    }

    public init() throws(SyscallError) {
        descriptor = OwnedDescriptor(owning: try check("epoll_create1") { stint_epoll_create() })
    }

    public borrowing func add(_ number: Int32, token: UInt64) throws(SyscallError) {
        let raw = descriptor.raw
        try check("epoll_ctl") { stint_epoll_add(raw, number, token) }
    }
    public borrowing func change(_ number: Int32, token: UInt64, alsoWriting: Bool) throws(SyscallError) {
        let raw = descriptor.raw
        try check("epoll_ctl") { stint_epoll_change(raw, number, token, alsoWriting ? 1 : 0) }
    }
    public borrowing func remove(_ number: Int32) throws(SyscallError) {
        let raw = descriptor.raw
        try check("epoll_ctl") { stint_epoll_remove(raw, number) }
    }

    /// Sleeps until something happens.
    public borrowing func wait() throws(SyscallError) -> [Event] {
        let raw = descriptor.raw
        return try withUnsafeTemporaryAllocation(of: stint_event.self, capacity: 16) { events throws(SyscallError) in
            let count = try check("epoll_wait") { stint_epoll_wait(raw, events.baseAddress, 16) }
            return events[..<Int(count)].map {
                Event(token: $0.token, readable: $0.readable != 0, writable: $0.writable != 0, ended: $0.ended != 0)
            }
        }
    }
}

/// A timer that is readable when its time has come. Its clock runs on while the machine sleeps and does not jump.
public struct TimerDescriptor: ~Copyable, Sendable {
    public let descriptor: OwnedDescriptor

    public init() throws(SyscallError) {
        descriptor = OwnedDescriptor(owning: try check("timerfd_create") { stint_timerfd_create() })
    }

    /// - Parameter at: on `Clocks.bootNanoseconds`; nil stops it.
    public borrowing func set(at: Int64?) throws(SyscallError) {
        let raw = descriptor.raw
        // Zero would mean "stop".
        try check("timerfd_settime") { stint_timerfd_set(raw, at.map { max($0, 1) } ?? 0) }
    }
}

public enum Clocks {
    /// Since 1970.
    public static var wallNanoseconds: Int64 { read(CLOCK_REALTIME) }
    /// Since boot, sleep included.
    public static var bootNanoseconds: Int64 { read(CLOCK_BOOTTIME) }

    private static func read(_ clock: clockid_t) -> Int64 {
        var time = timespec()
        clock_gettime(clock, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}

/// A counter the kernel can raise, readable when it is not zero.
public enum EventCounter {
    public static func make() throws(SyscallError) -> OwnedDescriptor {
        OwnedDescriptor(owning: try check("eventfd") { stint_eventfd() })
    }
}

public enum Waiting {
    /// Blocks until there is something to read, or the end.
    public static func untilReadable(_ descriptor: borrowing OwnedDescriptor) throws(SyscallError) {
        var entry = pollfd(fd: descriptor.raw, events: Int16(POLLIN), revents: 0)
        try check("poll") { poll(&entry, 1, -1) }
    }
}

extension Waiting {
    /// Blocks until there is something to read, or the end.
    /// - Returns: false when the time was up first.
    public static func untilReadable(
        _ descriptor: borrowing OwnedDescriptor, milliseconds: Int
    ) throws(SyscallError) -> Bool {
        let end = Clocks.bootNanoseconds + Int64(milliseconds) * 1_000_000
        while true {
            let left = (end - Clocks.bootNanoseconds + 999_999) / 1_000_000
            guard left > 0 else { return false }
            var entry = pollfd(fd: descriptor.raw, events: Int16(POLLIN), revents: 0)
            if try check("poll", "", { poll(&entry, 1, Int32(clamping: left)) }) > 0 { return true }
        }
    }

    /// Blocks until the other end of a connection is closed, reading away what still comes.
    /// - Returns: false when the time was up first.
    public static func untilEnded(_ socket: borrowing OwnedDescriptor, milliseconds: Int) throws(SyscallError) -> Bool {
        let end = Clocks.bootNanoseconds + Int64(milliseconds) * 1_000_000
        var chunk = [UInt8](repeating: 0, count: 4096)
        while true {
            let left = (end - Clocks.bootNanoseconds) / 1_000_000
            guard left > 0 else { return false }
            var entry = pollfd(fd: socket.raw, events: Int16(POLLIN), revents: 0)
            guard try check("poll", "", { poll(&entry, 1, Int32(clamping: left)) }) > 0 else { continue }
            do throws(SyscallError) {
                let raw = socket.raw
                if try check("read", "", { read(raw, &chunk, chunk.count) }) == 0 { return true }
            } catch {
                if error.errno == .connectionReset { return true }
                throw error
            }
        }
    }
}
