import Launch
import Linux

/// The output of one container in the format the kubelet and its readers know:
///
///     2026-01-02T03:04:05.000000006Z stdout F a whole line
///     2026-01-02T03:04:05.000000006Z stdout P the first 16 KiB of a longer one, or one without its end
///
/// The writer itself rotates, before the entry that would not fit, so that no file is ever larger than allowed.
final class LogFile {
    private let limits: LogLimits
    private var file: OpenFile?
    private var size: UInt64 = 0
    /// Bytes of the jobs that found no room on the disk.
    private(set) var lostBytes: UInt64 = 0

    init(_ limits: LogLimits) throws(SyscallError) {
        self.limits = limits
        file = try OpenFile(limits.path)
        // A restarted attempt appends.
        size = UInt64(try file?.descriptor.status().size ?? 0)
    }

    private final class OpenFile {
        let descriptor: OwnedDescriptor

        init(_ path: String) throws(SyscallError) {
            descriptor = try OwnedDescriptor.open(
                path, [.write, .append, .create, .noFollow, .noTerminal], mode: 0o640)
        }
    }

    /// The longest entry that fits into an empty file.
    var longestEntry: Int { Int(min(limits.maxBytes, 1 << 30)) }

    /// - Parameters:
    ///   - entries: whole entries, together.
    ///   - content: how much of it is the job's own.
    func append(_ entries: UnsafeRawBufferPointer, content: UInt64) {
        if size > 0, size + UInt64(entries.count) > limits.maxBytes { rotate() }
        var written = 0
        while written < entries.count {
            let rest = UnsafeRawBufferPointer(rebasing: entries[written...])
            guard let count = (try? file?.descriptor.write(rest)) ?? nil, count > 0 else { break }
            written += count
        }
        if written == entries.count {
            size += UInt64(written)
        } else {
            // No room. A line cut in two would spoil the file for its readers, so it goes as a whole.
            lostBytes += content
            try? file?.descriptor.truncate(to: Int(size))
        }
    }

    func room(for bytes: Int) -> Bool { size + UInt64(bytes) <= limits.maxBytes }

    private func rotate() {
        file = nil
        if limits.maxFiles > 1 {
            for number in stride(from: Int(limits.maxFiles) - 1, to: 0, by: -1) {
                let older = "\(limits.path).\(number)"
                let newer = number == 1 ? limits.path : "\(limits.path).\(number - 1)"
                try? FileNames.rename(newer, to: older)
            }
        } else {
            try? FileNames.remove(limits.path)
        }
        file = try? OpenFile(limits.path)
        size = 0
        // Where renaming failed it is still the old file, and that must not grow.
        if let found = try? file?.descriptor.status().size, found > 0 { try? file?.descriptor.truncate(to: 0) }
    }
}

/// Copies what containers write into log files. One for all containers, because its buffers are the largest thing here.
final class OutputCopier {
    /// A line that is longer goes into several entries, as in containerd and the kubelet's expectation.
    static let pieceBytes = 16_384
    private static let chunkBytes = 65_536

    private var input: [UInt8] = []
    private var entries: [UInt8] = []
    private var content: UInt64 = 0
    private var stamp = TimeStamp()

    enum Outcome { case more, ended }

    /// One chunk, so that the loop comes round to its other duties however fast a job writes.
    func copy(_ stream: LogStream, _ log: LogFile) -> Outcome {
        if input.isEmpty { input = [UInt8](repeating: 0, count: Self.chunkBytes) }
        let count = input.withUnsafeMutableBytes { stream.read(into: $0) }
        guard let count else { return .more }
        stamp.update(Clocks.wallNanoseconds)
        if count == 0 {
            finish(stream, log)
            return .ended
        }
        add(count, stream, log)
        flush(log)
        show(count, stream)
        return .more
    }

    /// What is still in the pipe when the writer has ended. Bounded, in case it has not.
    func drain(_ stream: LogStream, _ log: LogFile) {
        if input.isEmpty { input = [UInt8](repeating: 0, count: Self.chunkBytes) }
        stamp.update(Clocks.wallNanoseconds)
        for _ in 0..<64 {
            let count = input.withUnsafeMutableBytes { stream.read(into: $0) }
            guard let count, count > 0 else { break }
            add(count, stream, log)
            flush(log)
            show(count, stream)
        }
        finish(stream, log)
    }

    /// To those who are attached, when it is in the log.
    private func show(_ count: Int, _ stream: LogStream) {
        if stream.taps.isEmpty { return }
        input.withUnsafeBytes { stream.show(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
    }

    private func add(_ count: Int, _ stream: LogStream, _ log: LogFile) {
        let piece = min(Self.pieceBytes, max(1, log.longestEntry - stamp.bytes.count - stream.name.count - 5))
        var start = 0
        while start < count {
            let end = input[start..<count].firstIndex(of: UInt8(ascii: "\n"))
            var line = input[start..<(end ?? count)]
            // Pieces of a line too long for one entry.
            while stream.rest.count + line.count > piece || (stream.rest.count + line.count == piece && end == nil) {
                let taken = piece - stream.rest.count
                entry(stream, "P", line.prefix(taken), log)
                line = line.dropFirst(taken)
            }
            if let end {
                entry(stream, "F", line, log)
                start = end + 1
            } else {
                stream.rest += line
                start = count
            }
        }
    }

    /// A last line without an end stays recognisable as one.
    private func finish(_ stream: LogStream, _ log: LogFile) {
        if !stream.rest.isEmpty { entry(stream, "P", [], log) }
        flush(log)
    }

    private func entry(_ stream: LogStream, _ tag: Character, _ line: ArraySlice<UInt8>, _ log: LogFile) {
        let length = stamp.bytes.count + stream.name.count + stream.rest.count + line.count + 5
        // All entries of one write are for one file.
        if !log.room(for: entries.count + length) { flush(log) }
        entries += stamp.bytes
        entries.append(UInt8(ascii: " "))
        entries += stream.name
        entries.append(UInt8(ascii: " "))
        entries.append(tag.asciiValue!)
        entries.append(UInt8(ascii: " "))
        entries += stream.rest
        entries += line
        entries.append(UInt8(ascii: "\n"))
        content += UInt64(stream.rest.count + line.count)
        stream.rest.removeAll(keepingCapacity: true)
    }

    private func flush(_ log: LogFile) {
        guard !entries.isEmpty else { return }
        entries.withUnsafeBytes { log.append($0, content: content) }
        entries.removeAll(keepingCapacity: true)
        content = 0
    }
}
