import Linux
import Synchronization

/// Ends the wait for a plugin from outside. Stays raised.
final class Interruption: Sendable {
    fileprivate let counter: OwnedDescriptor
    private let raised = Mutex(false)

    init() throws(SyscallError) { counter = try EventCounter.make() }

    var isRaised: Bool { raised.withLock { $0 } }

    func raise() {
        raised.withLock { $0 = true }
        var one: UInt64 = 1
        _ = withUnsafeBytes(of: &one) { try? counter.write($0) }
    }
}

/// One run of a network plugin: a program of the operator's, as root, outside every container, in a session of its own.
struct PluginProgram {
    enum End: Hashable {
        case exited(Int32)
        case signalled(Int32)
        /// It was killed for it, and all it had started.
        case tooLate, tooMuchOutput, interrupted
    }

    struct Outcome: Hashable {
        var end: End
        var output: [UInt8] = []
        /// The last of it.
        var errors: [UInt8] = []
    }

    var path: String
    var environment: [String]
    var input: [UInt8]
    var limit: Duration

    /// Far more than any result, and less than would hurt.
    static let outputLimit = 1 << 20
    static let errorsLimit = 2048

    private enum Token: UInt64 { case process = 1, input, output, errors, timer, interruption }

    private struct Started: ~Copyable {
        let process: OwnedDescriptor
        let pid: Int32
        /// Nil when everything was written.
        var input: OwnedDescriptor?
        let output: OwnedDescriptor
        let errors: OwnedDescriptor
    }

    /// Runs it to its end, or to ours. Blocks.
    func run(_ interruption: Interruption) throws(SyscallError) -> Outcome {
        // Whoever goes away without reading its input is no reason for us to go.
        Signals.ignoreBrokenPipes()
        var started = try start()
        let poller = try Poller()
        let timer = try TimerDescriptor()
        try timer.set(at: Clocks.bootNanoseconds + Int64(clamping: limit.wholeMilliseconds) * 1_000_000)
        for (number, token) in [
            (started.process.raw, Token.process), (started.output.raw, .output), (started.errors.raw, .errors),
            (timer.descriptor.raw, .timer), (interruption.counter.raw, .interruption),
        ] { try poller.add(number, token: token.rawValue) }
        var outcome = Outcome(end: .tooLate)
        var isKilled = false
        var position = 0
        if let number = write(&started.input, from: &position) {
            try poller.add(number, token: Token.input.rawValue)
            try poller.change(number, token: Token.input.rawValue, alsoWriting: true)
        }
        while true {
            var reason: End?
            for event in try poller.wait() {
                switch Token(rawValue: event.token) {
                case .input: _ = write(&started.input, from: &position)
                case .output:
                    if !read(started.output, into: &outcome.output) { try poller.remove(started.output.raw) }
                case .errors:
                    if !read(started.errors, into: &outcome.errors) { try poller.remove(started.errors.raw) }
                case .timer:
                    // It rings once more for a program that not even a kill ends.
                    if isKilled { return outcome }
                    reason = .tooLate
                case .interruption:
                    try poller.remove(interruption.counter.raw)
                    reason = .interrupted
                case .process:
                    // What its children still hold open is not waited for.
                    _ = read(started.output, into: &outcome.output)
                    _ = read(started.errors, into: &outcome.errors)
                    guard let end = try Processes.reap(started.process) else { continue }
                    if !isKilled { outcome.end = end.signalled ? .signalled(end.status) : .exited(end.status) }
                    if outcome.output.count > Self.outputLimit { outcome.end = .tooMuchOutput }
                    outcome.errors = outcome.errors.suffix(Self.errorsLimit)
                    return outcome
                case nil: break
                }
            }
            if outcome.output.count > Self.outputLimit { reason = .tooMuchOutput }
            outcome.errors = outcome.errors.suffix(Self.errorsLimit)
            if let reason, !isKilled {
                isKilled = true
                outcome.end = reason
                Processes.killGroup(of: started.pid)
                try timer.set(at: Clocks.bootNanoseconds + 5_000_000_000)
            }
        }
    }

    private func start() throws(SyscallError) -> Started {
        let input = try OwnedDescriptor.pipe()
        let (inputRead, inputWrite) = (input.read, input.write)
        let stdin = OwnedDescriptor(owning: inputRead)
        let ourInput = OwnedDescriptor(owning: inputWrite)
        let output = try OwnedDescriptor.pipe()
        let ourOutput = OwnedDescriptor(owning: output.read)
        let stdout = OwnedDescriptor(owning: output.write)
        let errors = try OwnedDescriptor.pipe()
        let ourErrors = OwnedDescriptor(owning: errors.read)
        let stderr = OwnedDescriptor(owning: errors.write)
        try ourInput.setNonBlocking()
        try ourOutput.setNonBlocking()
        try ourErrors.setNonBlocking()
        // Its ends close here on our side, so that we see the ends of its streams.
        let (pidfd, pid) = try spawn([stdin.raw, stdout.raw, stderr.raw])
        return Started(
            process: OwnedDescriptor(owning: pidfd), pid: pid, input: ourInput, output: ourOutput, errors: ourErrors)
    }

    /// As much of the input as goes; closes it after the last.
    ///
    /// - Returns: the descriptor that waits for room, if one does.
    private func write(_ end: inout OwnedDescriptor?, from position: inout Int) -> Int32? {
        guard let descriptor = end.take() else { return nil }
        let rest = UnsafeMutableRawBufferPointer.allocate(byteCount: input.count - position, alignment: 16)
        defer { rest.deallocate() }
        rest.copyBytes(from: input[position...])
        var written = 0
        while written < rest.count {
            let slice = UnsafeRawBufferPointer(rebasing: rest[written...])
            // A reader that went away has read what it wanted.
            let count: Int?
            do { count = try descriptor.write(slice) } catch { return nil }
            guard let count else {
                position += written
                let number = descriptor.raw
                end = .some(descriptor)
                return number
            }
            written += count
        }
        position += written
        return nil
    }

    /// What there is. False at the end.
    private func read(_ end: borrowing OwnedDescriptor, into bytes: inout [UInt8]) -> Bool {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 16_384, alignment: 16)
        defer { buffer.deallocate() }
        // More than anybody wants is not kept.
        while bytes.count <= 2 * Self.outputLimit {
            let count: Int?
            do { count = try end.read(into: buffer) } catch { return false }
            guard let count else { return true }
            if count == 0 { return false }
            bytes += buffer[..<count]
        }
        return true
    }

    /// Started from a descriptor, which a script's interpreter could not open again: for a script it is the interpreter
    /// that is started, as the kernel does it.
    private func spawn(_ descriptors: [Int32]) throws(SyscallError) -> (pidfd: Int32, pid: Int32) {
        let program = try OwnedDescriptor.open(path, .read)
        guard let words = try Self.interpreter(program) else {
            return try Processes.spawn(
                program: program, arguments: [path], environment: environment, descriptors: descriptors)
        }
        return try Processes.spawn(
            program: try OwnedDescriptor.open(words[0], .read), arguments: words + [path], environment: environment,
            descriptors: descriptors)
    }

    /// `#!` and a program, perhaps with one argument.
    private static func interpreter(_ program: borrowing OwnedDescriptor) throws(SyscallError) -> [String]? {
        let head = UnsafeMutableRawBufferPointer.allocate(byteCount: 256, alignment: 16)
        defer { head.deallocate() }
        let count = try program.read(into: head) ?? 0
        let line = Array(head[..<count]).prefix { $0 != UInt8(ascii: "\n") }
        guard line.starts(with: Array("#!".utf8)) else { return nil }
        let words = String(decoding: line.dropFirst(2), as: UTF8.self)
            .split(maxSplits: 1, whereSeparator: { $0 == " " || $0 == "\t" })
            .map { String($0).trimmingEnd() }
        return words.isEmpty ? nil : words
    }
}

extension String {
    fileprivate func trimmingEnd() -> String {
        var text = self
        while let last = text.last, last.isWhitespace { text.removeLast() }
        return text
    }
}
