internal import Glibc

/// Tells when files in a directory change (inotify(7)). Owns its descriptor, which polls readable when there is news.
public struct Inotify: ~Copyable, Sendable {
    private let descriptor: OwnedDescriptor

    public init() throws(SyscallError) {
        descriptor = OwnedDescriptor(
            owning: try check("inotify_init1") { inotify_init1(Int32(IN_CLOEXEC | IN_NONBLOCK)) })
    }

    public var raw: Int32 { descriptor.raw }

    /// Watches a directory for writes to its files, and files that come, go or are renamed.
    public borrowing func watchDirectory(_ path: String) throws(SyscallError) {
        let mask = UInt32(IN_MODIFY | IN_CREATE | IN_MOVED_FROM | IN_MOVED_TO | IN_DELETE | IN_CLOSE_WRITE)
        try check("inotify_add_watch", path) { inotify_add_watch(descriptor.raw, path, mask) }
    }

    /// Throws away the news that has come: who uses this looks for itself.
    public borrowing func drain() {
        withUnsafeTemporaryAllocation(byteCount: 4096, alignment: 8) { buffer in
            while read(descriptor.raw, buffer.baseAddress, buffer.count) > 0 {}
        }
    }
}
