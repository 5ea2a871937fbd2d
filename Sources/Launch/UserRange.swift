/// The ids of the host that belong to one pod with a user namespace of its own: user and group 0 inside is `first`, and so
/// on. Every range begins at a multiple of its length, so that two of them are the same or have nothing in common.
public struct UserRange: Hashable, Sendable {
    /// As many as programs expect there to be, `nobody` (65534) included.
    public static let count: UInt32 = 65_536

    public let first: UInt32

    /// Nil of what is no range, or reaches into what is the host's: the ids below 131,072, where its own users are and
    /// where the first subordinate ones usually begin, and the very last range, whose last number means "nobody at all"
    /// to the kernel.
    public init?(first: UInt32) {
        guard first % Self.count == 0, Self.numbers.contains(first / Self.count) else { return nil }
        self.first = first
    }

    /// How a supervisor is told, among its arguments.
    public var argument: String { "users=\(first)" }

    /// - Parameter argument: of a supervisor; nil when it is something else, or no range.
    public init?(argument: String) {
        guard argument.hasPrefix("users="), let first = UInt32(argument.dropFirst(6)) else { return nil }
        self.init(first: first)
    }

    /// Of all ranges there can be.
    public static let numbers: ClosedRange<UInt32> = 2...65_534

    public init?(number: UInt32) {
        guard Self.numbers.contains(number) else { return nil }
        first = number * Self.count
    }
}
