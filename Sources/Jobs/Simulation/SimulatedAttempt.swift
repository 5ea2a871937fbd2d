import Foundation
import Kube

/// One pod of a simulated Job, from its creation to what it counted for. It stays when the pod is gone.
public struct SimulatedAttempt: Hashable, Sendable {
    /// What the Job's numbers made of it.
    public enum Fate: Hashable, Sendable {
        /// Not yet known.
        case open
        case succeeded
        case failed
        /// Failed, and a rule of `podFailurePolicy` says that it does not matter.
        case ignored
        /// Ran out of memory and is followed by one that has more.
        case retriedWithMemory
        /// Deleted because it was one too many, or for a suspension.
        case dropped
        /// Let go before it ended: its Job was complete, or is being deleted, or no longer selects it.
        case letGo
    }

    public let pod: String
    public let index: Int?
    /// From 1; see ``PodScript``.
    public let number: Int
    public let createdAt: Date
    public internal(set) var startedAt: Date?
    public internal(set) var endedAt: Date?
    /// `Succeeded` or `Failed`, once it ended.
    public internal(set) var phase: String?
    public internal(set) var exitCode: Int?
    public internal(set) var restarts = 0
    public internal(set) var fate = Fate.open {
        didSet { isCountedTwice = isCountedTwice || oldValue != .open }
    }
    /// Something that must not happen.
    private(set) var isCountedTwice = false
}

/// One line of the story of a simulated Job.
public struct SimulatedEvent: Hashable, Sendable, CustomStringConvertible {
    /// Seconds after the beginning.
    public let at: TimeInterval
    public let text: String

    public var description: String {
        let whole = Int(at)
        let clock = [whole / 3600, whole / 60 % 60, whole % 60].map { $0 < 10 ? "0\($0)" : "\($0)" }
        let thousandths = Int(((at - Double(whole)) * 1000).rounded())
        let fraction = thousandths == 0 ? "" : "." + "\(1000 + thousandths)".dropFirst()
        return clock.joined(separator: ":") + fraction + " " + text
    }
}

/// Something done to a simulated Job from outside.
public enum SimulatedIntervention: Sendable {
    /// One of the pods that are there, by its place in the order of creation, modulo their number.
    case deletePod(Int)
    case patch(@Sendable (inout JobSpec) -> Void)
    /// In the foreground: the Job goes when its pods are gone.
    case deleteJob
    /// The daemon is killed and started: it knows what is stored.
    case restart
    /// The daemon is killed after its next decision, before it has carried it out.
    case crash
    /// A pod that belongs to nobody and has the labels of the Job's pods appears, and runs on.
    case orphan
}
