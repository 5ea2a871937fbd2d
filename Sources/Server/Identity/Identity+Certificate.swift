import NIOSSL
import SwiftASN1
import X509

extension Identity {
    /// Who the holder of a certificate is: its common name is the user, its organizations are the groups. Nil when it names
    /// nobody. The certificate must be one that the handshake has verified.
    init?(certificate: NIOSSLCertificate) {
        // A certificate the one library verified and the other cannot read names nobody.
        guard let bytes = try? certificate.toDERBytes(), let parsed = try? Certificate(derEncoded: bytes) else {
            return nil
        }
        self.init(certificate: parsed)
    }

    init?(certificate: Certificate) {
        var user: String?
        var groups: Set<String> = [Self.authenticated]
        for attribute in certificate.subject.flatMap({ $0 }) {
            guard let text = String(attribute.value) else { continue }
            switch attribute.type {
            case .RDNAttributeType.commonName: user = text
            case .RDNAttributeType.organizationName: groups.insert(text)
            default: continue
            }
        }
        guard let user, !user.isEmpty else { return nil }
        self.init(user: user, groups: groups, proof: .clientCertificate(notAfter: certificate.notValidAfter))
    }
}
