import Foundation

/// Who sends a request, as the connection proves it. Nothing a request says about itself is in here.
public struct Identity: Equatable, Sendable {
    public enum Proof: Equatable, Sendable {
        /// The kernel says which user is at the other end of the unix socket.
        case peerCredentials
        /// A certificate of our own authority, good until then.
        case clientCertificate(notAfter: Date)
    }

    public var user: String
    public var groups: Set<String>
    public var proof: Proof

    public init(user: String, groups: Set<String>, proof: Proof) {
        self.user = user
        self.groups = groups
        self.proof = proof
    }

    /// May do everything.
    public static let masters = "system:masters"
    /// Everybody who proved who they are.
    public static let authenticated = "system:authenticated"
    /// Narrows what a namespace user may do to looking.
    public static let readOnly = "stint.dev:read-only"
    private static let namespacePrefix = "stint.dev:namespace:"

    static func group(ofNamespace name: String) -> String { namespacePrefix + name }

    /// Whoever connects to the unix socket: only root can.
    static let root = Identity(
        user: "system:admin", groups: [masters, authenticated], proof: .peerCredentials)

    public var isMaster: Bool { groups.contains(Self.masters) }
    public var isReadOnly: Bool { groups.contains(Self.readOnly) }

    func holds(namespace: String) -> Bool { groups.contains(Self.group(ofNamespace: namespace)) }

    /// Certificates end while connections go on.
    func isValid(at now: Date) -> Bool {
        switch proof {
        case .peerCredentials: true
        case .clientCertificate(let notAfter): now <= notAfter
        }
    }
}
