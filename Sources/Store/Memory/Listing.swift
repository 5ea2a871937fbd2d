import Kube

/// What a list saw: objects in key order, and the revision up to which that is the whole truth. A watch that starts
/// at this revision misses nothing.
public struct Listing<R: Resource>: Sendable {
    public let revision: Int64
    /// How many objects lie behind the last one, when a limit cut the list.
    public let remaining: Int
    let stored: [Stored<R>]

    init(_ stored: [Stored<R>], remaining: Int = 0, revision: Int64) {
        self.stored = stored
        self.remaining = remaining
        self.revision = revision
    }

    /// Copies every object out. To look at each once, iterate over the listing itself.
    public var items: [R] { stored.map(\.object) }
}

extension Listing: RandomAccessCollection {
    public var startIndex: Int { 0 }
    public var endIndex: Int { stored.count }
    public subscript(index: Int) -> R { stored[index].object }
}
