/// One thing stint wants of its host, whether it is there, and what to do if not.
public struct HostFinding: Sendable, Hashable {
    public enum Result: String, Sendable {
        case ok
        /// Works, with less than asked for.
        case limited
        /// stint cannot run without it.
        case missing
    }

    public var name: String
    public var result: Result
    public var found: String
    /// Nil when nothing needs doing.
    public var advice: String?

    public init(_ name: String, _ result: Result, found: String, advice: String? = nil) {
        self.name = name
        self.result = result
        self.found = found
        self.advice = advice
    }
}
