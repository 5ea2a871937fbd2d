import Foundation
import Logging
import NIOSSL
import ServiceLifecycle
import Synchronization

/// The certificates of this host: makes them at the first start, keeps them good while the daemon runs, and issues those of
/// further users. Owned by the daemon; as a service it sleeps until the next renewal is due.
///
/// Renewal does not only hang on that sleep: a host whose clock was wrong when it slept would wake years too late. So every
/// connection looks at the clock as well, and wakes the service when it is late.
public final class HostPKI: Service {
    private struct State {
        var authority: CertificateAuthority
        var server: CertificateAuthority.Leaf
        var admin: CertificateAuthority.Leaf
        var context: NIOSSLContext

        /// All that is checked at a start is checked again then.
        var renewal: Date { min(authority.lifetime.renewal, server.lifetime.renewal, admin.lifetime.renewal) }

        func needsRenewal(at now: Date) -> Bool {
            [authority.lifetime, server.lifetime, admin.lifetime].contains { $0.needsRenewal(at: now) }
        }
    }

    let names: ServerNames
    let clock: WallClock
    let directory: PKIDirectory
    private let logger: Logger
    private let state: Mutex<State>
    private let wakeUps: AsyncStream<Void>
    private let wakeUp: AsyncStream<Void>.Continuation

    /// - Parameters:
    ///   - directory: made with mode 0700 when it is not there.
    ///   - listening: what the server's certificate is for, besides the names everybody has for this host.
    public convenience init(directory: String, listening: [TCPAddress], logger: Logger) throws(PKIError) {
        let names = ServerNames(hostName: ServerNames.thisHost, listening: listening.map(\.host))
        try self.init(directory: directory, names: names, logger: logger, clock: .host)
    }

    /// - Parameter names: a certificate that lacks one of them is replaced.
    init(directory: String, names: ServerNames, logger: Logger, clock: WallClock) throws(PKIError) {
        self.names = names
        self.clock = clock
        self.logger = logger
        self.directory = try PKIDirectory(directory)
        state = Mutex(try Self.load(self.directory, names, now: clock.now()))
        (wakeUps, wakeUp) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// What clients need to trust us; also what a `kube-root-ca.crt` carries.
    public var caCertificatePEM: String {
        // It was read from PEM, or written as such, so it can be written again.
        state.withLock { (try? $0.authority.certificatePEM) ?? "" }
    }

    /// For a connection that is accepted now.
    func context() -> NIOSSLContext {
        let now = clock.now()
        let (context, isLate) = state.withLock { ($0.context, $0.needsRenewal(at: now)) }
        if isLate { wakeUp.yield() }
        return context
    }

    /// The administrator's certificate and key.
    func adminLeaf() -> CertificateAuthority.Leaf { state.withLock { $0.admin } }

    /// A certificate for a user; its key is nowhere but in the answer.
    func issue(user: String, groups: [String], seconds: TimeInterval) throws(PKIError) -> CertificateAuthority.Leaf {
        let authority = state.withLock { $0.authority }
        do {
            return try authority.makeClientLeaf(user: user, groups: groups, now: clock.now(), seconds: seconds)
        } catch {
            throw .unsigned("a client certificate", "\(error)")
        }
    }

    /// Replaces what goes to its end. Connections that come after it see the new certificate.
    func renew() throws(PKIError) {
        let fresh = try Self.load(directory, names, now: clock.now())
        state.withLock { $0 = fresh }
        logger.info("renewed certificates", metadata: ["next": "\(fresh.renewal)"])
    }

    public func run() async throws {
        await cancelWhenGracefulShutdown {
            var alarm = self.setAlarm(at: self.state.withLock { $0.renewal })
            var triesAgain = Date.distantPast
            for await _ in self.wakeUps {
                alarm.cancel()
                let now = self.clock.now()
                if now >= triesAgain, self.state.withLock({ $0.needsRenewal(at: now) }) {
                    do {
                        try self.renew()
                    } catch {
                        // Those we have are good for months. Connections wake us again; one try in an hour is enough.
                        self.logger.error("certificates are not renewed", metadata: ["error": "\(error)"])
                        triesAgain = now.addingTimeInterval(3600)
                    }
                }
                alarm = self.setAlarm(at: max(triesAgain, self.state.withLock { $0.renewal }))
            }
            alarm.cancel()
        }
    }

    private func setAlarm(at date: Date) -> Task<Void, any Error> {
        Task {
            try await clock.sleep(date)
            wakeUp.yield()
        }
    }

    private static func load(_ directory: PKIDirectory, _ names: ServerNames, now: Date) throws(PKIError) -> State {
        let authority = try directory.authority(now: now)
        let server = try directory.leaf(.server, of: authority, now: now) {
            names.areCovered(by: $0.certificate)
        } make: {
            try authority.makeServerLeaf(for: names, now: now)
        }
        let admin = try directory.leaf(.admin, of: authority, now: now) {
            try authority.makeClientLeaf(
                user: Identity.root.user, groups: [Identity.masters], now: now)
        }
        do {
            let context = try makeContext(authority, server)
            return State(authority: authority, server: server, admin: admin, context: context)
        } catch {
            throw .unsigned("the TLS settings", "\(error)")
        }
    }

    /// TLS 1.2 and 1.3; HTTP/1.1 alone. A client may come without a certificate, so that it can be told 401; one that
    /// shows a certificate must show one of ours, for clients, that is good now.
    private static func makeContext(
        _ authority: CertificateAuthority, _ server: CertificateAuthority.Leaf
    ) throws -> NIOSSLContext {
        let certificate = try NIOSSLCertificate(bytes: Array(server.certificatePEM.utf8), format: .pem)
        let key = try NIOSSLPrivateKey(bytes: Array(server.keyPEM.utf8), format: .pem)
        let root = try NIOSSLCertificate(bytes: Array(authority.certificatePEM.utf8), format: .pem)
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: [.certificate(certificate)], privateKey: .privateKey(key))
        configuration.minimumTLSVersion = .tlsv12
        configuration.certificateVerification = .optionalVerification
        configuration.trustRoots = .certificates([root])
        configuration.applicationProtocols = ["http/1.1"]
        configuration.shutdownTimeout = .seconds(1)
        return try NIOSSLContext(configuration: configuration)
    }
}
