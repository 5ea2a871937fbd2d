/// A version of the CNI specification: how a configuration and a result are written.
struct NetworkVersion: Hashable, Comparable, Sendable, CustomStringConvertible {
    var major: Int
    var minor: Int
    var patch: Int

    init(_ major: Int, _ minor: Int, _ patch: Int) { (self.major, self.minor, self.patch) = (major, minor, patch) }

    init?(_ text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false).map { Int($0) }
        guard parts.count == 3, let major = parts[0], let minor = parts[1], let patch = parts[2],
            min(major, minor, patch) >= 0
        else { return nil }
        self.init(major, minor, patch)
    }

    var description: String { "\(major).\(minor).\(patch)" }

    static func < (left: NetworkVersion, right: NetworkVersion) -> Bool {
        (left.major, left.minor, left.patch) < (right.major, right.minor, right.patch)
    }

    /// Of a configuration that does not say.
    static let oldest = NetworkVersion(0, 1, 0)
    static let supported = [
        oldest, NetworkVersion(0, 2, 0), NetworkVersion(0, 3, 0), NetworkVersion(0, 3, 1), NetworkVersion(0, 4, 0),
        NetworkVersion(1, 0, 0), NetworkVersion(1, 1, 0),
    ]

    /// Results are lists of addresses, not one for each family.
    var hasLists: Bool { self >= NetworkVersion(0, 3, 0) }
    /// Each address of a result says of which family it is.
    var namesFamilies: Bool { self < NetworkVersion(1, 0, 0) }
    /// There is CHECK, and DEL is told what ADD had to say.
    var hasCheck: Bool { self >= NetworkVersion(0, 4, 0) }
}
