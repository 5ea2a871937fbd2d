import Foundation
import Kube
import Store

/// Makes the kubeconfigs that `stint kubeconfig` prints.
struct KubeconfigIssuer: Sendable {
    let pki: HostPKI
    let store: Store
    let bound: BoundAddresses

    /// Only for the administrator at the unix socket: whoever holds a certificate could otherwise renew it for ever.
    func make(for wanted: KubeconfigRequest, by identity: Identity) throws(Status) -> String {
        guard identity.isMaster, identity.proof == .peerCredentials else {
            throw Status(
                code: 403, reason: "Forbidden",
                message: "forbidden: kubeconfigs are issued at the daemon's unix socket only", details: StatusDetails())
        }
        guard let address = bound.addresses.first else {
            throw Status(
                code: 409, reason: "Conflict",
                message: "the daemon does not listen on TCP: start it with --listen HOST:PORT")
        }
        let namespace = wanted.namespace.flatMap { $0.isEmpty ? nil : $0 }
        if let namespace, store.get(Namespace.self, ObjectKey(namespace: nil, name: namespace)) == nil {
            throw Status.notFound(Namespace.type, namespace)
        }
        let leaf: CertificateAuthority.Leaf
        do {
            leaf = try makeLeaf(for: wanted, namespace)
        } catch {
            throw Status.internalError("\(error)")
        }
        let user = wanted.user.flatMap { $0.isEmpty ? nil : $0 } ?? "admin"
        return Kubeconfig(
            server: "https://\(address.reachable)", authority: pki.caCertificatePEM, user: user,
            namespace: namespace ?? "default", certificate: leaf.certificatePEM, key: leaf.keyPEM
        ).text
    }

    /// The administrator's certificate is the one in the files, unless it is wanted for another time.
    private func makeLeaf(
        for wanted: KubeconfigRequest, _ namespace: String?
    ) throws(PKIError) -> CertificateAuthority.Leaf {
        let seconds = wanted.expirationSeconds.map(TimeInterval.init)
        guard let user = wanted.user, !user.isEmpty, let namespace else {
            guard let seconds else { return pki.adminLeaf() }
            return try pki.issue(user: Identity.root.user, groups: [Identity.masters], seconds: seconds)
        }
        var groups = [Identity.group(ofNamespace: namespace)]
        if wanted.readOnly == true { groups.append(Identity.readOnly) }
        return try pki.issue(user: user, groups: groups, seconds: seconds ?? Lifetime.leaf)
    }
}

extension TCPAddress {
    /// Where a client on this host finds a server that listens here.
    var reachable: TCPAddress {
        switch host {
        case "0.0.0.0": TCPAddress(host: "127.0.0.1", port: port)
        case "::": TCPAddress(host: "::1", port: port)
        default: self
        }
    }
}
