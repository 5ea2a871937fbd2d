internal import Glibc

/// A file descriptor with one owner, closed when the owner lets go. Close-on-exec from the call that made it.
///
/// `close` is not checked and never retried: on Linux the number is free again whatever it returns (close(2)).
public struct OwnedDescriptor: ~Copyable, Sendable {
    /// The number, for system calls; valid as long as this value lives.
    public let raw: Int32

    /// Takes ownership of a descriptor the caller just made.
    public init(owning raw: Int32) {
        precondition(raw >= 0, "a descriptor is never negative")
        self.raw = raw
    }

    deinit { _ = Glibc.close(raw) }

    /// Gives the number away; the caller closes it.
    public consuming func release() -> Int32 {
        let raw = self.raw
        discard self
        return raw
    }
}
