internal import CLinux
internal import Glibc
internal import SystemPackage

/// Local stream sockets.
public enum Sockets {
    /// Two connected ends; neither blocks.
    public static func pair() throws(SyscallError) -> (Int32, Int32) {
        var ends: (Int32, Int32) = (-1, -1)
        _ = try withUnsafeMutableBytes(of: &ends) { bytes throws(SyscallError) in
            try check("socketpair") {
                socketpair(AF_UNIX, stream | flags, 0, bytes.assumingMemoryBound(to: Int32.self).baseAddress)
            }
        }
        return ends
    }

    /// Listens at a path, only for the owner. Short paths only (107 bytes): the caller works in the directory.
    public static func listen(at path: String) throws(SyscallError) -> OwnedDescriptor {
        let socket = try make()
        let raw = socket.raw
        let before = umask(0o177)
        defer { umask(before) }
        try withAddress(path) { address, length throws(SyscallError) in
            try check("bind", path) { bind(raw, address, length) }
        }
        try check("listen", path) { Glibc.listen(raw, 16) }
        return socket
    }

    public static func connect(to path: String) throws(SyscallError) -> OwnedDescriptor {
        let socket = try make()
        let raw = socket.raw
        try withAddress(path) { address, length throws(SyscallError) in
            try check("connect", path) { Glibc.connect(raw, address, length) }
        }
        return socket
    }

    /// The next connection; nil when there is none.
    public static func accept(_ listener: borrowing OwnedDescriptor) throws(SyscallError) -> OwnedDescriptor? {
        let raw = listener.raw
        do throws(SyscallError) {
            return OwnedDescriptor(owning: try check("accept4") { stint_accept(raw) })
        } catch {
            if error.errno == .wouldBlock || error.errno == .connectionAbort { return nil }
            throw error
        }
    }

    /// Whether who connected is root of this user namespace.
    public static func peerIsRoot(_ socket: borrowing OwnedDescriptor) throws(SyscallError) -> Bool {
        try credentials(socket).uid == 0
    }

    /// Who is on the other end, by pid: the one who called connect or listen.
    public static func peerProcess(_ socket: borrowing OwnedDescriptor) throws(SyscallError) -> Int32 {
        try credentials(socket).pid
    }

    private static func credentials(
        _ socket: borrowing OwnedDescriptor
    ) throws(SyscallError) -> (pid: Int32, uid: UInt32) {
        let raw = socket.raw
        // struct ucred, which Glibc's Swift import leaves out: pid, uid, gid.
        var credentials: (Int32, UInt32, UInt32) = (0, .max, .max)
        var length = socklen_t(12)
        try check("getsockopt") { getsockopt(raw, SOL_SOCKET, SO_PEERCRED, &credentials, &length) }
        return (credentials.0, credentials.1)
    }

    /// As much as goes at once, of what there is from `start` on; nil is "no room". A peer that is gone is `EPIPE` and no signal.
    public static func send(
        _ socket: borrowing OwnedDescriptor, _ bytes: [UInt8], from start: Int = 0
    ) throws(SyscallError) -> Int? {
        let raw = socket.raw
        do throws(SyscallError) {
            return try check("send") {
                bytes.withUnsafeBytes {
                    Glibc.send(raw, $0.baseAddress! + start, $0.count - start, Int32(MSG_NOSIGNAL))
                }
            }
        } catch {
            if error.errno == .wouldBlock { return nil }
            throw error
        }
    }

    /// Brings up the loopback device of this network namespace.
    public static func raiseLoopback() throws(SyscallError) {
        let socket = OwnedDescriptor(
            owning: try check("socket") {
                Glibc.socket(AF_INET, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
            })
        let raw = socket.raw
        var request = ifreq()
        withUnsafeMutableBytes(of: &request.ifr_ifrn) { $0.copyBytes(from: Array("lo".utf8)) }
        request.ifr_ifru.ifru_flags = Int16(IFF_UP)
        try check("ioctl SIOCSIFFLAGS", "lo") { ioctl(raw, UInt(SIOCSIFFLAGS), &request) }
    }

    private static var stream: Int32 { Int32(SOCK_STREAM.rawValue) }
    private static var flags: Int32 { Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue) }

    private static func make() throws(SyscallError) -> OwnedDescriptor {
        OwnedDescriptor(owning: try check("socket") { socket(AF_UNIX, stream | flags, 0) })
    }

    private static func withAddress(
        _ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) throws(SyscallError) -> Void
    ) throws(SyscallError) {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        guard bytes.count < MemoryLayout.size(ofValue: address.sun_path) else {
            throw SyscallError(call: "bind", target: path, errno: .fileNameTooLong)
        }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        try withUnsafePointer(to: &address) { pointer throws(SyscallError) in
            try pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer throws(SyscallError) in
                try body(pointer, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }
}

/// A program held in memory, which nobody can change any more.
public enum SealedFile {
    /// - Parameter name: what /proc shows as its name.
    public static func make(_ bytes: [UInt8], name: String) throws(SyscallError) -> OwnedDescriptor {
        let file = OwnedDescriptor(
            owning: try check("memfd_create") { stint_memfd_create_sealable(name) })
        let raw = file.raw
        var written = 0
        while written < bytes.count {
            written += try check("write", name) {
                bytes.withUnsafeBytes { Glibc.write(raw, $0.baseAddress! + written, $0.count - written) }
            }
        }
        try check("fchmod", name) { fchmod(raw, 0o500) }
        try check("fcntl ADD_SEALS", name) { stint_memfd_seal(raw) }
        return file
    }
}
