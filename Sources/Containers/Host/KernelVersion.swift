import Linux

/// `5.14`: what decides whether a feature can be there. Distributions' suffixes say nothing about that.
public struct KernelVersion: Sendable, Hashable, Comparable, CustomStringConvertible {
    public let major: Int
    public let minor: Int

    public init(_ major: Int, _ minor: Int) {
        self.major = major
        self.minor = minor
    }

    /// Reads `6.1.0-13-amd64`, `5.14`; nil for anything that does not begin with two numbers.
    public init?(_ release: String) {
        let parts = release.split(separator: ".", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count >= 2, let major = Int(parts[0]), let minor = Int(parts[1].prefix { $0.isNumber }) else {
            return nil
        }
        self.init(major, minor)
    }

    public static func ofThisHost() throws(SyscallError) -> KernelVersion {
        let path = "/proc/sys/kernel/osrelease"
        guard let version = KernelVersion(try Files.readText(path)) else {
            throw SyscallError(call: "read", target: path, errno: .invalidArgument)
        }
        return version
    }

    public static func < (left: KernelVersion, right: KernelVersion) -> Bool {
        (left.major, left.minor) < (right.major, right.minor)
    }

    public var description: String { "\(major).\(minor)" }
}
