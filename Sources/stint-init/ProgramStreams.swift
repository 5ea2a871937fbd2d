import Launch
import Linux

/// The ends of what lies between the supervisor and one container's program, until parent and child have theirs.
///
/// - Without streams of its own it has two pipes for what it writes, and reads `/dev/null`.
/// - With an input there is a third, whose writing end stays with us: that the program waits while nobody is attached.
/// - With a terminal there are none of these, but a socket over which the child sends the outer end of the one it made.
final class PipeEnds {
    typealias Pipe = (read: Int32, write: Int32)

    let failure: Pipe
    private(set) var output: Pipe?
    private(set) var errors: Pipe?
    private(set) var input: Pipe?
    private(set) var terminal: (ours: Int32, theirs: Int32)?

    init(_ streams: ContainerStreams) throws(SyscallError) {
        failure = try OwnedDescriptor.pipe()
        if streams.contains(.terminal) {
            terminal = try Sockets.pair()
            return
        }
        output = try OwnedDescriptor.pipe()
        errors = try OwnedDescriptor.pipe()
        if streams.contains(.input) { input = try OwnedDescriptor.pipe() }
    }

    /// The parent's copies of what is the child's; our own ends are owned by whoever took them.
    func closeTheirs() {
        for end in [failure.write, output?.write, errors?.write, input?.read, terminal?.theirs] {
            if let end { _ = OwnedDescriptor(owning: end) }
        }
    }
}

/// A descriptor that can be there or not.
final class HeldDescriptor {
    let descriptor: OwnedDescriptor
    init(_ descriptor: consuming OwnedDescriptor) { self.descriptor = descriptor }
    convenience init(owning number: Int32) { self.init(OwnedDescriptor(owning: number)) }
}

/// One of the streams that a container writes into: a pipe, or the outer end of its terminal.
final class LogStream {
    let descriptor: OwnedDescriptor
    let name: [UInt8]
    /// A line that has no end yet; shorter than `OutputCopier.pieceBytes`.
    var rest: [UInt8] = []
    /// Those who see it as it is written.
    private(set) var taps: [Tap] = []
    /// Not read from until those who are attached have taken what there was.
    var isHeld = false
    /// Of a terminal, and open for as long as we are: without it the terminal would end whenever no program had it open,
    /// as those that write to /dev/console now and then do.
    private var inner: HeldDescriptor?

    init(_ descriptor: consuming OwnedDescriptor, _ name: String) {
        self.descriptor = descriptor
        self.name = Array(name.utf8)
        try? self.descriptor.setNonBlocking()
    }

    convenience init(terminal: consuming OwnedDescriptor) {
        self.init(terminal, "stdout")
        _ = holdInner()
    }

    private func holdInner() -> Bool {
        do throws(SyscallError) {
            inner = HeldDescriptor(try Terminals.inner(of: descriptor))
            return true
        } catch {
            inner = nil
            return false
        }
    }

    /// How much there was; 0 at the end, nil when there is nothing now.
    func read(into buffer: UnsafeMutableRawBufferPointer) -> Int? {
        do throws(SyscallError) {
            return try descriptor.read(into: buffer)
        } catch {
            // A terminal whose inner ends are all closed or hung up, ours too (vhangup(2)): the next one who opens it is heard.
            guard error.errno == .ioError else { return nil }
            return holdInner() ? nil : 0
        }
    }

    var isStuck: Bool { taps.contains { $0.stuckSince != nil } }
    func add(_ tap: Tap) { taps.append(tap) }
    func remove(_ tap: Tap) { taps.removeAll { $0 === tap } }

    func show(_ bytes: UnsafeRawBufferPointer) {
        for tap in taps { tap.write(bytes) }
    }
}

/// A pipe in which somebody who is attached sees what a container writes, byte by byte as it is written.
///
/// What the pipe has no room for waits here, and while it does the program waits, as it does on a cluster: so no client
/// that reads loses anything, however slow it is, and of one that does not read there is never more than one chunk here.
/// How long the program waits for such a one, ``Attachments/patienceNanoseconds`` says.
final class Tap {
    let pipe: OwnedDescriptor
    let token: UInt64
    private var rest: [UInt8] = []
    /// Since when nothing was taken though there is something, on `Clocks.bootNanoseconds`.
    private(set) var stuckSince: Int64?
    /// The reader has closed its end.
    private(set) var isGone = false
    /// The poller tells when there is room.
    var isWatched = false

    init(_ pipe: consuming OwnedDescriptor, token: Token) throws(SyscallError) {
        try pipe.setNonBlocking()
        self.pipe = pipe
        self.token = token.packed
    }

    func write(_ bytes: UnsafeRawBufferPointer) {
        guard !isGone else { return }
        let taken = rest.isEmpty ? put(bytes) : 0
        guard taken < bytes.count, !isGone else { return }
        rest += UnsafeRawBufferPointer(rebasing: bytes[taken...])
        if stuckSince == nil { stuckSince = Clocks.bootNanoseconds }
    }

    /// There is room again, perhaps.
    func flush() {
        let taken = rest.withUnsafeBytes { put($0) }
        rest.removeFirst(taken)
        if rest.isEmpty || isGone {
            (rest, stuckSince) = ([], nil)
        } else if taken > 0 {
            stuckSince = Clocks.bootNanoseconds
        }
    }

    private func put(_ bytes: UnsafeRawBufferPointer) -> Int {
        var taken = 0
        do throws(SyscallError) {
            while taken < bytes.count {
                guard let count = try pipe.write(UnsafeRawBufferPointer(rebasing: bytes[taken...])) else { break }
                taken += count
            }
        } catch {
            isGone = true
        }
        return taken
    }
}
