import Crypto
import Foundation
import SwiftASN1
import X509

/// Our own certificate authority: signs the server's certificate and those of clients. A value; files are `PKIDirectory`'s.
struct CertificateAuthority: Sendable {
    let certificate: Certificate
    private let key: P256.Signing.PrivateKey

    /// A key with the certificate that belongs to it, in PEM. Whoever has the text is whoever the certificate says.
    struct Leaf: Sendable {
        let certificate: Certificate
        let certificatePEM: String
        let keyPEM: String

        var lifetime: Lifetime { certificate.lifetime }

        /// Both in one text, so that they are written and replaced together.
        var pem: String { certificatePEM + "\n" + keyPEM + "\n" }
    }

    /// - Throws: when the key is not the certificate's, or one of them is no such thing.
    init(certificatePEM: String, keyPEM: String) throws {
        certificate = try Certificate(pemEncoded: certificatePEM)
        key = try P256.Signing.PrivateKey(pemRepresentation: keyPEM)
        guard certificate.publicKey == Certificate.PublicKey(key.publicKey) else { throw Mismatch() }
    }

    struct Mismatch: Error, CustomStringConvertible {
        var description: String { "the key does not belong to the certificate" }
    }

    /// Signs a certificate for itself. With a key that was used before, whatever that key has signed stays good, and so do
    /// the kubeconfigs that carry the certificate before this one until that ends.
    init(key: P256.Signing.PrivateKey = P256.Signing.PrivateKey(), now: Date) throws {
        self.key = key
        let name = try DistinguishedName { CommonName("stint-ca") }
        let publicKey = Certificate.PublicKey(key.publicKey)
        let lifetime = Lifetime(from: now, seconds: Lifetime.authority)
        certificate = try Certificate(
            version: .v3, serialNumber: Certificate.SerialNumber(), publicKey: publicKey,
            notValidBefore: lifetime.notBefore, notValidAfter: lifetime.notAfter, issuer: name, subject: name,
            signatureAlgorithm: .ecdsaWithSHA256,
            extensions: try Certificate.Extensions {
                Critical(BasicConstraints.isCertificateAuthority(maxPathLength: 0))
                Critical(KeyUsage(digitalSignature: true, keyCertSign: true))
                SubjectKeyIdentifier(hash: publicKey)
            },
            issuerPrivateKey: Certificate.PrivateKey(key))
    }

    var lifetime: Lifetime { certificate.lifetime }
    var keyPEM: String { key.pemRepresentation + "\n" }
    var certificatePEM: String {
        get throws { try certificate.serializeAsPEM().pemString + "\n" }
    }

    /// The certificate the server shows.
    func makeServerLeaf(for names: ServerNames, now: Date) throws -> Leaf {
        let subject = try DistinguishedName { CommonName("stint") }
        return try sign(
            subject, usage: .serverAuth, names: names,
            Lifetime(from: now, seconds: Lifetime.leaf, limit: lifetime.notAfter))
    }

    /// A certificate that says: the holder is `user`, in these groups.
    func makeClientLeaf(
        user: String, groups: [String], now: Date, seconds: TimeInterval = Lifetime.leaf
    ) throws -> Leaf {
        let subject = try DistinguishedName {
            for group in groups.sorted() { OrganizationName(group) }
            CommonName(user)
        }
        return try sign(
            subject, usage: .clientAuth, names: nil, Lifetime(from: now, seconds: seconds, limit: lifetime.notAfter))
    }

    private func sign(
        _ subject: DistinguishedName, usage: ExtendedKeyUsage.Usage, names: ServerNames?, _ lifetime: Lifetime
    ) throws -> Leaf {
        let leafKey = P256.Signing.PrivateKey()
        let publicKey = Certificate.PublicKey(leafKey.publicKey)
        let issuer = SubjectKeyIdentifier(hash: certificate.publicKey)
        let signed = try Certificate(
            version: .v3, serialNumber: Certificate.SerialNumber(), publicKey: publicKey,
            notValidBefore: lifetime.notBefore, notValidAfter: lifetime.notAfter, issuer: certificate.subject,
            subject: subject, signatureAlgorithm: .ecdsaWithSHA256,
            extensions: try Certificate.Extensions {
                Critical(BasicConstraints.notCertificateAuthority)
                Critical(KeyUsage(digitalSignature: true))
                try ExtendedKeyUsage([usage])
                AuthorityKeyIdentifier(keyIdentifier: issuer.keyIdentifier)
                if let names { SubjectAlternativeNames(names.generalNames) }
            },
            issuerPrivateKey: Certificate.PrivateKey(key))
        return Leaf(
            certificate: signed, certificatePEM: try signed.serializeAsPEM().pemString,
            keyPEM: leafKey.pemRepresentation)
    }

    /// Whether we signed it. Says nothing about its time.
    func signed(_ leaf: Leaf) -> Bool {
        certificate.publicKey.isValidSignature(leaf.certificate.signature, for: leaf.certificate)
    }
}

extension CertificateAuthority.Leaf {
    /// Both from one text, as `pem` has them.
    init(pem: String) throws {
        guard let start = pem.range(of: "-----BEGIN PRIVATE KEY-----") else { throw CertificateAuthority.Mismatch() }
        let certificate = try Certificate(pemEncoded: String(pem[..<start.lowerBound]))
        let key = try P256.Signing.PrivateKey(pemRepresentation: String(pem[start.lowerBound...]))
        guard certificate.publicKey == Certificate.PublicKey(key.publicKey) else {
            throw CertificateAuthority.Mismatch()
        }
        self.certificate = certificate
        certificatePEM = try certificate.serializeAsPEM().pemString
        keyPEM = key.pemRepresentation
    }
}

extension Certificate {
    var lifetime: Lifetime { Lifetime(notBefore: notValidBefore, notAfter: notValidAfter) }
}
