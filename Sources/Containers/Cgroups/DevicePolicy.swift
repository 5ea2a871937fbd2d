/// Which device nodes a container may open and make, whatever nodes its file system holds.
public enum DevicePolicy: Sendable, Hashable {
    /// A privileged container.
    case unrestricted
    /// Only these.
    case allow([DeviceRule])

    /// What every container gets: the harmless memory devices, terminals, and nothing else. Unlike runc we do not
    /// allow making nodes of arbitrary devices (`c *:* m`): a node that cannot be opened helps nobody inside.
    public static let standard = DevicePolicy.allow([
        .character(1, 3), .character(1, 5), .character(1, 7),  // null, zero, full
        .character(1, 8), .character(1, 9),  // random, urandom
        .character(5, 0), .character(5, 2),  // tty, ptmx
        DeviceRule(.character, major: 136, minor: nil),  // pts
    ])
}

/// What enforces a `DevicePolicy` on this host.
public enum DeviceFilterKind: String, Codable, Sendable {
    /// The list of the v1 `devices` controller.
    case list
    /// An eBPF program on the v2 group.
    case program
    /// Neither: a container must be kept from making nodes (no CAP_MKNOD, `nodev` mounts).
    case none
}

public struct DeviceRule: Sendable, Hashable {
    public enum Kind: String, Sendable { case character = "c", block = "b" }

    public var kind: Kind
    /// Nil: every one.
    public var major: UInt32?
    public var minor: UInt32?
    public var read: Bool
    public var write: Bool
    public var make: Bool

    public init(
        _ kind: Kind, major: UInt32?, minor: UInt32?, read: Bool = true, write: Bool = true, make: Bool = true
    ) {
        self.kind = kind
        self.major = major
        self.minor = minor
        self.read = read
        self.write = write
        self.make = make
    }

    static func character(_ major: UInt32, _ minor: UInt32) -> DeviceRule {
        DeviceRule(.character, major: major, minor: minor)
    }
}
