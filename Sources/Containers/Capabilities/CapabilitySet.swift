import CCap
import Linux

/// A set of Linux capabilities, as the mask the kernel takes.
public struct CapabilitySet: Sendable, Hashable, Codable {
    /// Bit n is capability n (capabilities(7)).
    public var mask: UInt64

    public init(mask: UInt64 = 0) { self.mask = mask }

    /// - Throws: when a name is not one.
    public init(names: [String]) throws(CapabilityError) {
        self.mask = 0
        for name in names { self.mask |= 1 << UInt64(try Self.number(of: name)) }
    }

    /// What a container holds when nothing is said: the list Docker, containerd and CRI-O started from
    /// (Docker's; containerd's has the same members).
    public static let containerDefault = CapabilitySet(
        numbers: [
            CAP_CHOWN, CAP_DAC_OVERRIDE, CAP_FSETID, CAP_FOWNER, CAP_MKNOD, CAP_NET_RAW, CAP_SETGID, CAP_SETUID,
            CAP_SETFCAP, CAP_SETPCAP, CAP_NET_BIND_SERVICE, CAP_SYS_CHROOT, CAP_KILL, CAP_AUDIT_WRITE,
        ])

    init(numbers: [Int32]) { mask = numbers.reduce(0) { $0 | 1 << UInt64($1) } }

    /// Every capability this kernel knows, which may be more or fewer than libcap does.
    public static func knownToKernel() throws(SyscallError) -> CapabilitySet {
        let path = "/proc/sys/kernel/cap_last_cap"
        guard let last = FlatKeyed.number(try Files.readText(path)), (0..<63).contains(last) else {
            throw SyscallError(call: "read", target: path, errno: .invalidArgument)
        }
        return CapabilitySet(mask: (1 << UInt64(last + 1)) - 1)
    }

    /// What this process could give to a container: it must hold it, and have it in its bounding set.
    public static func ofThisProcess() throws(SyscallError) -> CapabilitySet {
        let path = "/proc/self/status"
        let status = try Files.readText(path)
        func field(_ name: String) throws(SyscallError) -> UInt64 {
            guard let line = status.split(separator: "\n").first(where: { $0.hasPrefix(name + ":") }),
                let value = UInt64(line.dropFirst(name.count + 1).drop(while: \.isWhitespace), radix: 16)
            else { throw SyscallError(call: "read", target: path, errno: .invalidArgument) }
            return value
        }
        return CapabilitySet(mask: try field("CapEff") & field("CapBnd"))
    }

    public func contains(_ name: String) -> Bool {
        guard let number = try? Self.number(of: name) else { return false }  // what is no capability is not in it
        return mask & (1 << UInt64(number)) != 0
    }

    /// In the kernel's order, written `CAP_NET_RAW`; one that libcap does not know is its number.
    public var names: [String] {
        (0..<64).filter { mask & (1 << UInt64($0)) != 0 }.map { Self.name(of: Int32($0)) }
    }

    public func union(_ other: CapabilitySet) -> CapabilitySet { CapabilitySet(mask: mask | other.mask) }
    public func intersection(_ other: CapabilitySet) -> CapabilitySet { CapabilitySet(mask: mask & other.mask) }
    public func subtracting(_ other: CapabilitySet) -> CapabilitySet { CapabilitySet(mask: mask & ~other.mask) }

    /// `NET_RAW` and `CAP_NET_RAW`, in any case. libcap would also take a number; a manifest may not.
    static func number(of name: String) throws(CapabilityError) -> Int32 {
        let bare = bare(name)
        var number: cap_value_t = 0
        guard !bare.isEmpty, bare.utf8.allSatisfy({ ($0 >= 0x61 && $0 <= 0x7A) || $0 == 0x5F }),
            cap_from_name("cap_" + bare, &number) == 0
        else { throw .unknown(name, suggestion: NearMiss.find(bare, in: allNames).map { $0.uppercased() }) }
        return number
    }

    private static func bare(_ name: String) -> String {
        let lower = name.lowercased()
        return lower.hasPrefix("cap_") ? String(lower.dropFirst(4)) : lower
    }

    private static func name(of number: Int32) -> String {
        guard let text = cap_to_name(number) else { return "\(number)" }
        defer { cap_free(text) }
        return String(cString: text).uppercased()
    }

    /// Without `cap_`.
    private static let allNames = (0..<cap_max_bits()).map { bare(name(of: $0)) }
}

/// Why a list of capabilities is refused.
public enum CapabilityError: Error, Hashable, Sendable, CustomStringConvertible {
    case unknown(String, suggestion: String?)
    /// Asked for by name, and this process does not have it to give.
    case notHeld(String)

    public var description: String {
        switch self {
        case .unknown(let name, let suggestion):
            "unknown capability \"\(name)\"" + (suggestion.map { ", did you mean \"\($0)\"?" } ?? "")
        case .notHeld(let name): "capability \"\(name)\" cannot be added: stintd does not hold it itself"
        }
    }
}
