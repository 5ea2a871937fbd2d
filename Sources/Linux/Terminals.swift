internal import CLinux
internal import Glibc
internal import SystemPackage

/// Pseudoterminals. The outer end is the one that a person or a log is at, the inner one the program's.
public enum Terminals {
    /// `DEVPTS_SUPER_MAGIC` of linux/magic.h.
    public static let devptsMagic: UInt64 = 0x1cd1

    /// A new terminal, from a multiplexer that the caller has proven to be one (``isMultiplexer(_:)``).
    ///
    /// The inner end is opened by the outer one and not by its name, so nobody can put another file there.
    public static func inner(of outer: borrowing OwnedDescriptor) throws(SyscallError) -> OwnedDescriptor {
        let raw = outer.raw
        try check("ioctl TIOCSPTLCK") { stint_terminal_unlock(raw) }
        return OwnedDescriptor(owning: try check("ioctl TIOCGPTPEER") { stint_terminal_peer(raw) })
    }

    /// Whether opening this made a terminal: the character device 5:2 on a devpts.
    public static func isMultiplexer(_ descriptor: borrowing OwnedDescriptor) throws(SyscallError) -> Bool {
        let status = try descriptor.status()
        guard status.isCharacterDevice, status.deviceNumber == 0x502 else { return false }
        return try descriptor.fileSystemMagic() == devptsMagic
    }

    /// Whether it is an inner end: a character device of majors 136 to 143 (Documentation/admin-guide/devices.txt) on a
    /// devpts.
    public static func isInner(_ descriptor: borrowing OwnedDescriptor) throws(SyscallError) -> Bool {
        let status = try descriptor.status()
        guard status.isCharacterDevice, (136...143).contains(status.deviceNumber >> 8) else { return false }
        return try descriptor.fileSystemMagic() == devptsMagic
    }

    /// Makes it the controlling terminal of this process, which leads a session that has none.
    public static func control(_ inner: borrowing OwnedDescriptor) throws(SyscallError) {
        let raw = inner.raw
        try check("ioctl TIOCSCTTY") { stint_terminal_control(raw) }
    }

    public static func resize(
        _ outer: borrowing OwnedDescriptor, columns: UInt16, rows: UInt16
    ) throws(SyscallError) {
        let raw = outer.raw
        try check("ioctl TIOCSWINSZ") { stint_terminal_resize(raw, columns, rows) }
    }
}

extension OwnedDescriptor {
    /// Another number for the same open file, close-on-exec.
    public borrowing func duplicate() throws(SyscallError) -> OwnedDescriptor { try .duplicate(raw) }

    /// The same of a number that stays somebody else's.
    public static func duplicate(_ number: Int32) throws(SyscallError) -> OwnedDescriptor {
        OwnedDescriptor(owning: try check("fcntl F_DUPFD_CLOEXEC") { fcntl(number, F_DUPFD_CLOEXEC, 0) })
    }
}

/// A descriptor that travels over a local socket.
extension Sockets {
    /// Sends a short message that there is room for, and a descriptor with it.
    public static func send(
        _ bytes: [UInt8], with descriptor: borrowing OwnedDescriptor, over socket: Int32
    ) throws(SyscallError) {
        let raw = descriptor.raw
        let sent = try check("sendmsg") {
            bytes.withUnsafeBytes { stint_send_descriptor(socket, $0.baseAddress, $0.count, raw) }
        }
        guard sent == bytes.count else { throw SyscallError(call: "sendmsg", target: "", errno: .ioError) }
    }

    /// Up to `buffer.count` bytes, 0 at the end, nil when there is nothing yet; and a descriptor that came along.
    public static func receive(
        _ socket: borrowing OwnedDescriptor, into buffer: UnsafeMutableRawBufferPointer, descriptor: inout Int32?
    ) throws(SyscallError) -> Int? {
        let raw = socket.raw
        var number: Int32 = -1
        do throws(SyscallError) {
            let count = try check("recvmsg") {
                stint_receive_descriptor(raw, buffer.baseAddress, buffer.count, &number)
            }
            if number >= 0 { descriptor = number }
            return count
        } catch {
            if error.errno == .wouldBlock { return nil }
            throw error
        }
    }

    /// Says that nothing more will be sent. The other side may go on.
    public static func endSending(_ socket: borrowing OwnedDescriptor) {
        let raw = socket.raw
        // One that is closed on the other side has heard it already.
        _ = shutdown(raw, Int32(SHUT_WR))
    }
}

extension Signals {
    /// Writing to somebody who is gone is an error of that write and not the end of this process.
    public static func ignoreBrokenPipes() { signal(SIGPIPE, SIG_IGN) }
}
