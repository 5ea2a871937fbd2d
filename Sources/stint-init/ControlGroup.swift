import Launch
import Linux

/// A cgroup v2 directory to be born in, if there is one.
struct ControlGroup: ~Copyable {
    let descriptor: OwnedDescriptor?

    init(_ path: String?) throws(SyscallError) {
        guard let path else {
            descriptor = nil
            return
        }
        descriptor = try OwnedDescriptor.open(path, [.place, .directory])
    }
}

/// Tells of an OOM in a v1 memory group.
final class MemoryWatch {
    let counter: OwnedDescriptor

    init(_ events: MemoryEvents) throws(SyscallError) {
        counter = try EventCounter.make()
        let control = try OwnedDescriptor.open(events.oomControl, .read)
        // The kernel keeps what it needs of the second descriptor; it may be closed after this.
        try Files.write("\(counter.raw) \(control.raw)", to: events.eventControl)
    }

    /// Whether it happened since the last look.
    func take() -> Bool {
        var value: UInt64 = 0
        let count = withUnsafeMutableBytes(of: &value) { try? counter.read(into: $0) }
        // Removing the group raises the counter too, but by then nobody looks any more.
        return count == .some(8) && value > 0
    }
}
