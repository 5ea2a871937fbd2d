internal import Glibc
public import SystemPackage

/// The kernel said no: which call, on what, and why.
public struct SyscallError: Error, Hashable, Sendable, CustomStringConvertible {
    public let call: String
    /// The path or object the call was about; empty when there is none.
    public let target: String
    public let errno: Errno

    public init(call: String, target: String, errno: Errno) {
        self.call = call
        self.target = target
        self.errno = errno
    }

    public var description: String {
        target.isEmpty ? "\(call): \(errno)" : "\(call) \(target): \(errno)"
    }
}

extension Errno {
    /// As shells and container engines print it: `connection refused`.
    public var reason: String { description.lowercased() }
}

/// Runs one system call, again if a signal cut it short. The only reader of `errno`.
@inline(never)
@discardableResult
func check<R: FixedWidthInteger & SignedInteger>(
    _ call: StaticString, _ target: @autoclosure () -> String = "", _ body: () -> R
) throws(SyscallError) -> R {
    while true {
        let result = body()
        guard result == -1 else { return result }
        let code = Errno(rawValue: Glibc.errno)
        if code == .interrupted { continue }
        throw SyscallError(call: "\(call)", target: target(), errno: code)
    }
}
