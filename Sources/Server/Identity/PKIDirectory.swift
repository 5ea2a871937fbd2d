import Crypto
import Foundation
import SystemPackage

/// The files of our certificates: `ca.crt`, `ca.key`, and a file each for the server and the administrator with both
/// parts in one, so that a file is either the old pair or the new one. Mode 0600, in a directory of mode 0700.
///
/// A crash leaves nothing that stops the next start: the authority's key is written before its certificate, which can be
/// signed again; the other two can be replaced at any time.
struct PKIDirectory: Sendable {
    let path: String

    enum File: String, CaseIterable {
        case authorityKey = "ca.key"
        case authorityCertificate = "ca.crt"
        case server = "server.pem"
        case admin = "admin.pem"
    }

    /// Opens the directory, or makes it. Files that others could read are closed to them.
    init(_ path: String) throws(PKIError) {
        self.path = path
        let attributes: [FileAttributeKey: Any] = [.posixPermissions: 0o700]
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true, attributes: attributes)
            try FileManager.default.setAttributes(attributes, ofItemAtPath: path)
            for file in File.allCases where FileManager.default.fileExists(atPath: self.path(of: file)) {
                try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: self.path(of: file))
            }
        } catch {
            throw PKIError.inaccessible(path, "\(error)")
        }
    }

    func path(of file: File) -> String { "\(path)/\(file.rawValue)" }

    /// Nil when it is not there.
    func read(_ file: File) throws(PKIError) -> String? {
        let path = path(of: file)
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        do {
            return try String(contentsOfFile: path, encoding: .utf8)
        } catch {
            throw PKIError.inaccessible(path, "\(error)")
        }
    }

    /// Whole or not at all: a new file, on the disk before it takes the place of the old one.
    func write(_ text: String, to file: File) throws(PKIError) {
        let path = path(of: file)
        let new = "\(self.path)/.\(file.rawValue).new"
        do {
            try? FileManager.default.removeItem(atPath: new)  // left by a crash, or not there
            let descriptor = try FileDescriptor.open(
                FilePath(new), .writeOnly, options: [.create, .exclusiveCreate, .noFollow, .closeOnExec],
                permissions: .ownerReadWrite)
            try descriptor.closeAfter {
                try descriptor.writeAll(text.utf8)
                try FileHandle(fileDescriptor: descriptor.rawValue, closeOnDealloc: false).synchronize()
            }
            guard rename(new, path) == 0 else { throw Errno(rawValue: errno) }
            let directory = try FileDescriptor.open(
                FilePath(self.path), .readOnly, options: [.directory, .closeOnExec])
            try directory.closeAfter {
                try FileHandle(fileDescriptor: directory.rawValue, closeOnDealloc: false).synchronize()
            }
        } catch {
            throw PKIError.unwritable(path, "\(error)")
        }
    }

    /// The authority as it was left, or a new one; with a new certificate when the old one goes to its end.
    func authority(now: Date) throws(PKIError) -> CertificateAuthority {
        guard let keyText = try read(.authorityKey) else {
            guard try read(.authorityCertificate) == nil else {
                throw .corrupt(path, "ca.crt is there, but ca.key is missing")
            }
            return try renew(P256.Signing.PrivateKey(), isNew: true, now: now)
        }
        guard let key = try? P256.Signing.PrivateKey(pemRepresentation: keyText) else {
            throw .corrupt(path, "ca.key is not a private key")
        }
        guard let certificateText = try read(.authorityCertificate) else {
            return try renew(key, isNew: false, now: now)
        }
        let authority: CertificateAuthority
        do {
            authority = try CertificateAuthority(certificatePEM: certificateText, keyPEM: keyText)
        } catch is CertificateAuthority.Mismatch {
            throw .corrupt(path, "ca.key does not belong to ca.crt")
        } catch {
            throw .corrupt(path, "ca.crt is not a certificate")
        }
        return authority.lifetime.needsRenewal(at: now) ? try renew(key, isNew: false, now: now) : authority
    }

    private func renew(
        _ key: P256.Signing.PrivateKey, isNew: Bool, now: Date
    ) throws(PKIError) -> CertificateAuthority {
        let authority: CertificateAuthority
        let certificate: String
        do {
            authority = try CertificateAuthority(key: key, now: now)
            certificate = try authority.certificatePEM
        } catch {
            throw .unsigned("ca.crt", "\(error)")
        }
        if isNew { try write(authority.keyPEM, to: .authorityKey) }
        try write(certificate, to: .authorityCertificate)
        return authority
    }

    /// The pair in the file if it still serves, else a new one. A file that says nothing sensible is replaced: nobody but
    /// us has what it had.
    func leaf(
        _ file: File, of authority: CertificateAuthority, now: Date,
        where serves: (CertificateAuthority.Leaf) -> Bool = { _ in true },
        make: () throws -> CertificateAuthority.Leaf
    ) throws(PKIError) -> CertificateAuthority.Leaf {
        // A file that cannot be parsed is replaced below.
        if let text = try read(file), let leaf = try? CertificateAuthority.Leaf(pem: text), authority.signed(leaf),
            leaf.lifetime.notAfter <= authority.lifetime.notAfter, !leaf.lifetime.needsRenewal(at: now), serves(leaf)
        {
            return leaf
        }
        let leaf: CertificateAuthority.Leaf
        do { leaf = try make() } catch { throw .unsigned(file.rawValue, "\(error)") }
        try write(leaf.pem, to: file)
        return leaf
    }
}

/// Why there are no certificates to serve with. Never says what is in a file.
public enum PKIError: Error, Equatable, CustomStringConvertible {
    case inaccessible(String, String)
    case unwritable(String, String)
    /// The directory, and what of it does not fit.
    case corrupt(String, String)
    case unsigned(String, String)

    public var description: String {
        switch self {
        case .inaccessible(let path, let why): "\(path) cannot be used: \(why)"
        case .unwritable(let path, let why): "\(path) cannot be written: \(why)"
        case .corrupt(let path, let what):
            "the certificate authority in \(path) is damaged: \(what); put the file back, or remove the directory to get a "
                + "new authority (kubeconfigs issued before stop working)"
        case .unsigned(let file, let why): "\(file) cannot be made: \(why)"
        }
    }
}
