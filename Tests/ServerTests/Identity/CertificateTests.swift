import Foundation
import Kube
import Logging
import Testing
import X509

@testable import Server

/// Opens a scratch directory for certificates.
func withPKI<T>(_ body: (_ directory: String) throws -> T) throws -> T {
    let directory = FileManager.default.temporaryDirectory.path + "/stint-pki-\(UUID().uuidString.prefix(8))"
    defer { try? FileManager.default.removeItem(atPath: directory) }
    return try body(directory)
}

private func day(_ number: Double) -> Date { Date(timeIntervalSince1970: 1_700_000_000 + number * 86_400) }

private func makePKI(_ directory: String, _ listening: [String] = [], at now: Date) throws -> HostPKI {
    try HostPKI(
        directory: directory, names: ServerNames(hostName: "worker", listening: listening),
        logger: Logger(label: "test"),
        clock: WallClock(now: { now }, sleep: { _ in }))
}

@Suite struct LifetimeTests {
    @Test(arguments: [
        ("just made", 0.0, false), ("two months", 60, false), ("a bit more than a third left", 243, false),
        ("a bit less than a third left", 244, true), ("the last day", 364, true), ("over", 400, true),
        ("the clock was ahead when it was made", -1, true),
    ])
    func `a certificate is renewed when less than a third of its time is left`(
        _ what: String, _ age: Double, _ isDue: Bool
    ) {
        #expect(Lifetime(from: day(0), seconds: Lifetime.leaf).needsRenewal(at: day(age)) == isDue)
    }

    @Test func `nothing outlives the authority that signed it`() {
        #expect(Lifetime(from: day(0), seconds: Lifetime.leaf, limit: day(7)).notAfter == day(7))
        #expect(Lifetime(from: day(0), seconds: Lifetime.leaf, limit: day(700)).notAfter == day(365))
    }
}

@Suite struct PKIDirectoryTests {
    @Test func `every file is its owner's alone, from the first start and again from each`() throws {
        try withPKI { directory in
            for _ in 0..<2 {
                _ = try makePKI(directory, at: day(0))
                let files = try FileManager.default.contentsOfDirectory(atPath: directory).sorted()
                #expect(files == ["admin.pem", "ca.crt", "ca.key", "server.pem"])
                for path in files.map({ "\(directory)/\($0)" }) {
                    #expect(try mode(path) == 0o600, "\(path)")
                    try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
                }
                #expect(try mode(directory) == 0o700)
                try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: directory)
            }
        }
    }

    private func mode(_ path: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    }

    @Test func `a second start changes nothing`() throws {
        try withPKI { directory in
            let first = try makePKI(directory, at: day(0))
            let before = try contents(directory)
            let second = try makePKI(directory, at: day(100))
            #expect(try contents(directory) == before)
            #expect(first.caCertificatePEM == second.caCertificatePEM)
            #expect(first.caCertificatePEM.hasPrefix("-----BEGIN CERTIFICATE-----\n"))
        }
    }

    private func contents(_ directory: String) throws -> [String: Data] {
        let files = try FileManager.default.contentsOfDirectory(atPath: directory)
        return try Dictionary(
            uniqueKeysWithValues: files.map { ($0, try Data(contentsOf: URL(fileURLWithPath: "\(directory)/\($0)"))) })
    }

    @Test func `the authority and its children are ECDSA on P-256, and good for what they are for`() throws {
        try withPKI { directory in
            _ = try makePKI(directory, ["10.1.2.3", "host.example", "::1"], at: day(0))
            let authority = try Certificate(
                pemEncoded: try String(contentsOfFile: "\(directory)/ca.crt", encoding: .utf8))
            #expect(authority.signatureAlgorithm == .ecdsaWithSHA256)
            #expect(authority.notValidAfter == day(3650))
            let text = try String(contentsOfFile: "\(directory)/server.pem", encoding: .utf8)
            let server = try CertificateAuthority.Leaf(pem: text).certificate
            #expect(server.notValidAfter == day(365))
            let names = try #require(try server.extensions.subjectAlternativeNames).map { "\($0)" }
            for name in [
                "localhost", "kubernetes", "kubernetes.default", "kubernetes.default.svc", "worker", "host.example",
            ] {
                #expect(names.contains { $0.contains("\"\(name)\"") }, "\(name) in \(names)")
            }
            #expect(names.count == 6 + 3)
            let usage = try #require(try server.extensions.extendedKeyUsage)
            #expect(Array(usage) == [.serverAuth])
        }
    }

    @Test func `a new name to listen on makes a new server certificate, and no new authority`() throws {
        try withPKI { directory in
            let first = try makePKI(directory, at: day(0))
            let before = try contents(directory)
            let second = try makePKI(directory, ["10.1.2.3"], at: day(1))
            let after = try contents(directory)
            #expect(first.caCertificatePEM == second.caCertificatePEM)
            #expect(before["server.pem"] != after["server.pem"])
            #expect(before["admin.pem"] == after["admin.pem"])
        }
    }

    @Test func `leaves are renewed at a start, and the authority by its own key`() throws {
        try withPKI { directory in
            let first = try makePKI(directory, at: day(0))
            let before = try contents(directory)
            _ = try makePKI(directory, at: day(244))
            let renewed = try contents(directory)
            #expect(renewed["server.pem"] != before["server.pem"])
            #expect(renewed["admin.pem"] != before["admin.pem"])
            #expect(renewed["ca.crt"] == before["ca.crt"])

            let last = try makePKI(directory, at: day(2500))
            #expect(last.caCertificatePEM != first.caCertificatePEM)
            #expect(try contents(directory)["ca.key"] == before["ca.key"])
            // What the old certificate vouched for, the new one does: the key and the name are the same.
            let old = try Certificate(pemEncoded: first.caCertificatePEM)
            let new = try Certificate(pemEncoded: last.caCertificatePEM)
            #expect(old.publicKey == new.publicKey)
            #expect(old.subject == new.subject)
        }
    }

    struct Damage: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let file: String
        /// Nil removes it.
        let content: String?
        /// Behind "the certificate authority in … is damaged: "; nil when the next start repairs it.
        let sentence: String?
    }

    @Test(arguments: [
        Damage(
            testDescription: "no key", file: "ca.key", content: nil, sentence: "ca.crt is there, but ca.key is missing"),
        Damage(
            testDescription: "half a key", file: "ca.key", content: "-----BEGIN PRIV",
            sentence: "ca.key is not a private key"),
        Damage(testDescription: "an empty key", file: "ca.key", content: "", sentence: "ca.key is not a private key"),
        Damage(
            testDescription: "half a certificate", file: "ca.crt", content: "-----BEGIN CERT",
            sentence: "ca.crt is not a certificate"),
        Damage(
            testDescription: "somebody else's key", file: "ca.key", content: "other",
            sentence: "ca.key does not belong to ca.crt"),
        Damage(
            testDescription: "stopped before the first certificate was written", file: "ca.crt", content: nil,
            sentence: nil),
        Damage(testDescription: "half a server", file: "server.pem", content: "-----BEGIN CERT", sentence: nil),
        Damage(testDescription: "no server", file: "server.pem", content: nil, sentence: nil),
        Damage(
            testDescription: "an administrator that is nonsense", file: "admin.pem", content: "\u{0}\u{1}",
            sentence: nil),
    ])
    func `damage is repaired, or said in one sentence`(_ damage: Damage) throws {
        try withPKI { directory in
            _ = try makePKI(directory, at: day(0))
            let path = "\(directory)/\(damage.file)"
            switch damage.content {
            case nil: try FileManager.default.removeItem(atPath: path)
            case "other"?:
                try CertificateAuthority(now: day(0)).keyPEM.write(toFile: path, atomically: false, encoding: .utf8)
            case let text?: try text.write(toFile: path, atomically: false, encoding: .utf8)
            }
            guard let sentence = damage.sentence else {
                _ = try makePKI(directory, at: day(1))
                let leaf = try String(contentsOfFile: "\(directory)/server.pem", encoding: .utf8)
                #expect(try CertificateAuthority.Leaf(pem: leaf).certificate.notValidAfter > day(300))
                return
            }
            let text =
                "the certificate authority in \(directory) is damaged: \(sentence); put the file back, or remove the "
                + "directory to get a new authority (kubeconfigs issued before stop working)"
            #expect { _ = try makePKI(directory, at: day(1)) } throws: { "\($0)" == text }
        }
    }

    @Test func `a leaf of another authority is replaced`() throws {
        try withPKI { directory in
            _ = try makePKI(directory, at: day(0))
            let other = try CertificateAuthority(now: day(0))
            let foreign = try other.makeClientLeaf(user: "system:admin", groups: ["system:masters"], now: day(0)).pem
            try foreign.write(toFile: "\(directory)/admin.pem", atomically: false, encoding: .utf8)
            _ = try makePKI(directory, at: day(0))
            #expect(try String(contentsOfFile: "\(directory)/admin.pem", encoding: .utf8) != foreign)
        }
    }
}

@Suite struct IdentityTests {
    @Test func `a certificate names a user and groups`() throws {
        let authority = try CertificateAuthority(now: day(0))
        let leaf = try authority.makeClientLeaf(
            user: "eve@example.com", groups: ["stint.dev:namespace:a", "stint.dev:read-only"], now: day(0), seconds: 600
        )
        let identity = try #require(Identity(certificate: leaf.certificate))
        #expect(identity.user == "eve@example.com")
        #expect(identity.groups == ["stint.dev:namespace:a", "stint.dev:read-only", "system:authenticated"])
        #expect(identity.isValid(at: day(0)))
        #expect(!identity.isValid(at: day(1)))
    }

    @Test func `a certificate without a name is nobody's`() throws {
        let leaf = try CertificateAuthority(now: day(0)).makeClientLeaf(
            user: "", groups: ["system:masters"], now: day(0))
        #expect(Identity(certificate: leaf.certificate) == nil)
    }
}
