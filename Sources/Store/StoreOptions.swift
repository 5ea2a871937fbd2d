import Foundation
import Kube

/// What tests and small hosts may want to set. The defaults are for the daemon.
public struct StoreOptions: Sendable {
    /// The clock behind `creationTimestamp` and `deletionTimestamp`.
    public var now: @Sendable () -> Date = { Date() }
    /// Makes the uid of an object that comes without one: a version 4 UUID in lower case.
    public var makeUID: @Sendable () -> String = { UUID().uuidString.lowercased() }
    /// Makes the five characters behind a `generateName`.
    public var makeNameSuffix: @Sendable () -> String = {
        var random = SystemRandomNumberGenerator()
        return NameGenerator.suffix(using: &random)
    }
    /// How many changes of one type are kept for watches that start in the past. They keep old versions of objects in
    /// memory, a few kilobytes each.
    public var historyLimit = 4096
    /// The same in bytes of JSON; in memory they take a few times as much.
    public var historyBytes = 16 << 20
    /// How many changes may wait for one watch before it is told to start again.
    public var watchLimit = 4096
    /// The same in bytes of JSON. Watches share what waits for several of them.
    public var watchBytes = 16 << 20
    /// How many writes may share one commit; bounds how long one of them can wait for the others.
    public var batchLimit = 512
    /// Called before each step on disk; what it throws is what the disk "said". For tests of faults.
    var beforeDiskStep: (@Sendable (DiskStep) throws -> Void)?

    public init() {}
}
