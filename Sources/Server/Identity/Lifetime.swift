import Foundation

/// From when to when a certificate is good, and when it is time for the next one.
struct Lifetime: Equatable, Sendable {
    static let authority: TimeInterval = 10 * 365 * 86_400
    static let leaf: TimeInterval = 365 * 86_400
    /// Clocks of clients may be behind ours.
    private static let allowedSkew: TimeInterval = 300

    var notBefore: Date
    var notAfter: Date

    init(notBefore: Date, notAfter: Date) {
        self.notBefore = notBefore
        self.notAfter = notAfter
    }

    /// - Parameter limit: the end of the issuer's own certificate, which nothing it signs outlives.
    init(from now: Date, seconds: TimeInterval, limit: Date? = nil) {
        notBefore = now.addingTimeInterval(-Self.allowedSkew)
        let end = now.addingTimeInterval(seconds)
        notAfter = limit.map { min($0, end) } ?? end
    }

    /// When less than a third is left.
    var renewal: Date { notAfter.addingTimeInterval(-notAfter.timeIntervalSince(notBefore) / 3) }

    /// Also for one that is not good yet: it was made while the host's clock was ahead.
    func needsRenewal(at now: Date) -> Bool { now < notBefore || now >= renewal }
}
