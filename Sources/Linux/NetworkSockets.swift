internal import CLinux
internal import Glibc
internal import SystemPackage

/// Where a TCP connection goes: an address of version 4 or 6 and a port.
public struct NetworkAddress: Sendable, Hashable {
    /// A whole `struct sockaddr_in` or `sockaddr_in6`.
    private let bytes: [UInt8]
    fileprivate let family: Int32

    /// Nil when the text is a name.
    public init?(literal host: String, port: UInt16) {
        var four = sockaddr_in()
        four.sin_family = sa_family_t(AF_INET)
        four.sin_port = port.bigEndian
        var six = sockaddr_in6()
        six.sin6_family = sa_family_t(AF_INET6)
        six.sin6_port = port.bigEndian
        if inet_pton(AF_INET, host, &four.sin_addr) == 1 {
            bytes = withUnsafeBytes(of: &four) { Array($0) }
            family = AF_INET
        } else if inet_pton(AF_INET6, host, &six.sin6_addr) == 1 {
            bytes = withUnsafeBytes(of: &six) { Array($0) }
            family = AF_INET6
        } else {
            return nil
        }
    }

    private init(_ address: UnsafePointer<sockaddr>, length: Int) {
        bytes = Array(UnsafeRawBufferPointer(start: address, count: length))
        family = Int32(address.pointee.sa_family)
    }

    /// The first address of a name, as this host resolves it. May block for as long as the resolver takes.
    public static func lookUp(_ host: String, port: UInt16) -> NetworkAddress? {
        guard !host.isEmpty else { return nil }
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, String(port), &hints, &list) == 0, let list else { return nil }
        defer { freeaddrinfo(list) }
        guard let address = list.pointee.ai_addr else { return nil }
        return NetworkAddress(address, length: Int(list.pointee.ai_addrlen))
    }

    fileprivate func withPointer<R>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> R) -> R {
        bytes.withUnsafeBytes { body($0.assumingMemoryBound(to: sockaddr.self).baseAddress!, socklen_t(bytes.count)) }
    }
}

/// TCP, without waiting.
extension Sockets {
    /// A socket of the calling thread's network namespace, where it stays, on its way to an address.
    public static func beginConnecting(to address: NetworkAddress) throws(SyscallError) -> OwnedDescriptor {
        let kind =
            Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
        let socket = OwnedDescriptor(owning: try check("socket") { Glibc.socket(address.family, kind, 0) })
        let raw = socket.raw
        do throws(SyscallError) {
            try check("connect") { address.withPointer { Glibc.connect(raw, $0, $1) } }
        } catch {
            // Under way.
            guard error.errno == .nowInProgress else { throw error }
        }
        return socket
    }

    /// Whether a socket has arrived.
    ///
    /// - Throws: why it never will.
    public static func isConnected(_ raw: Int32) throws(SyscallError) -> Bool {
        var code: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        try check("getsockopt") { getsockopt(raw, SOL_SOCKET, SO_ERROR, &code, &length) }
        guard code == 0 else { throw SyscallError(call: "connect", target: "", errno: Errno(rawValue: code)) }
        var peer = sockaddr_storage()
        var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
        do throws(SyscallError) {
            try withUnsafeMutableBytes(of: &peer) { bytes throws(SyscallError) in
                try check("getpeername") {
                    getpeername(raw, bytes.assumingMemoryBound(to: sockaddr.self).baseAddress!, &size)
                }
            }
            return true
        } catch {
            guard error.errno == .socketNotConnected else { throw error }
            return false
        }
    }
}
