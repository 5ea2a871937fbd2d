public import Foundation
import Linux
import Synchronization

/// Reads one container's log, rotated files included, and follows it while it grows.
///
/// It reads when asked, so a slow client costs no memory. Following waits for inotify; when the file is rotated under
/// it, it reads the old file to its end and goes on with the one that came after.
public actor LogReader {
    private let path: String
    private let query: LogQuery
    private var filter: LogFilter
    private var file: FileHandle?
    /// Identity of the file that is open.
    private var inode: UInt64 = 0
    private var isStarted = false
    /// Without following: the file that was being written when reading began, and how much was in it. Whoever writes faster
    /// than we read would otherwise keep us for ever.
    private var end: (inode: UInt64, offset: UInt64)?
    private var hasEnded = false
    private let changes: DirectoryChanges?

    /// - Parameter path: the current file; rotated ones stand beside it as `path.1` (the newest), `path.2`, …
    public init(path: String, query: LogQuery) throws {
        self.path = path
        self.query = query
        filter = LogFilter(query)
        changes =
            query.follows ? try DirectoryChanges(URL(fileURLWithPath: path).deletingLastPathComponent().path) : nil
    }

    /// The container has ended: what is in the file is all there will be.
    public func containerEnded() {
        hasEnded = true
        changes?.wake()
    }

    /// The next piece, as soon as there is one; nil at the end.
    public func next() async throws -> [UInt8]? {
        if !isStarted {
            isStarted = true
            if !query.follows { end = (identity(of: path) ?? 0, size(of: path)) }
            try open(at: start())
        }
        while !filter.isFull {
            try Task.checkCancellation()
            // Whether the container ended is looked at before reading, or its last words could be missed.
            let isLast = !query.follows || hasEnded
            if let bytes = try file?.read(upToCount: try readable()), !bytes.isEmpty {
                let text = filter.take(Array(bytes)[...])
                if !text.isEmpty { return text }
                continue
            }
            if isPastEnd() { return nil }
            if try openNext() { continue }
            if isLast { return nil }
            await changes?.wait()
        }
        return nil
    }

    /// How much of the open file may be read now.
    private func readable() throws -> Int {
        let most = 1 << 16
        guard let end, let file, inode == end.inode else { return most }
        return Int(min(UInt64(most), end.offset - min(end.offset, try file.offset())))
    }

    /// Whether what comes after the open file was written after reading began.
    private func isPastEnd() -> Bool {
        guard let end, file != nil else { return false }
        return inode == end.inode || !files().contains { identity(of: $0) == end.inode }
    }

    /// The files of this log, oldest first.
    private func files() -> [String] {
        var names: [String] = []
        var number = 1
        while FileManager.default.fileExists(atPath: "\(path).\(number)") {
            names.append("\(path).\(number)")
            number += 1
        }
        return names.reversed() + [path]
    }

    private func open(at place: (path: String, offset: UInt64)) throws {
        guard let handle = FileHandle(forReadingAtPath: place.path) else {
            file = nil
            return
        }
        try handle.seek(toOffset: place.offset)
        file = handle
        inode = identity(of: place.path) ?? 0
    }

    /// Goes to the file written after the one that is open; false when that one is the newest.
    private func openNext() throws -> Bool {
        let files = files()
        guard file != nil else {
            guard FileManager.default.fileExists(atPath: path) else { return false }
            try open(at: (files[0], 0))
            return file != nil
        }
        let place = files.firstIndex { identity(of: $0) == inode }
        guard let place else {
            // Rotated away altogether while we read: the oldest that is left comes next.
            guard identity(of: files[0]) != nil else { return false }
            try open(at: (files[0], 0))
            return true
        }
        guard place + 1 < files.count, identity(of: files[place + 1]) != nil else { return false }
        try open(at: (files[place + 1], 0))
        return true
    }

    private func identity(of path: String) -> UInt64? {
        // A file that is gone has no identity.
        (try? FileManager.default.attributesOfItem(atPath: path))?[.systemFileNumber] as? UInt64
    }

    private func size(of path: String) -> UInt64 {
        // A file that is gone is empty.
        (try? FileManager.default.attributesOfItem(atPath: path))?[.size] as? UInt64 ?? 0
    }

    /// Where the wanted lines begin: found by counting line ends backwards from the end of the newest file.
    private func start() throws -> (path: String, offset: UInt64) {
        let files = files()
        guard let wanted = query.tailLines else { return (files[0], 0) }
        var left = wanted
        for file in files.reversed() {
            guard let handle = FileHandle(forReadingAtPath: file) else { continue }
            defer { try? handle.close() }  // nothing was written through it
            var end = try handle.seekToEnd()
            if left == 0 { return (file, end) }
            while end > 0 {
                let size = min(end, 1 << 16)
                try handle.seek(toOffset: end - size)
                let bytes = Array(try handle.read(upToCount: Int(size)) ?? Data())
                for index in bytes.indices.reversed() where bytes[index] == UInt8(ascii: "\n") && endsLine(bytes, index)
                {
                    // The newline before the first wanted line is one more than the lines wanted.
                    if left == 0 { return (file, end - size + UInt64(index) + 1) }
                    left -= 1
                }
                end -= size
            }
        }
        return (files[0], 0)
    }

    /// Counts only entries that end a line of the program. The mark stands near the start of the entry, which may lie in
    /// an earlier block; then it counts as the end of a line.
    private func endsLine(_ bytes: [UInt8], _ newline: Int) -> Bool {
        guard let before = bytes[..<newline].lastIndex(of: UInt8(ascii: "\n")) else { return true }
        return CRILine(bytes[(before + 1)..<newline])?.isPartial != true
    }
}

/// Wakes a waiter when a file of a directory changes.
private final class DirectoryChanges: Sendable {
    private struct State {
        var isRaised = false
        var waiter: CheckedContinuation<Void, Never>?
    }

    private let state = Mutex(State())
    private nonisolated(unsafe) let source: any DispatchSourceRead  // thread-safe by its own word (libdispatch)

    init(_ directory: String) throws {
        let watch = Watch(inotify: try Inotify())
        try watch.inotify.watchDirectory(directory)
        let source = DispatchSource.makeReadSource(fileDescriptor: watch.inotify.raw, queue: .global())
        self.source = source
        source.setEventHandler { [weak self] in
            watch.inotify.drain()
            self?.wake()
        }
        // The descriptor must outlive the source, or the source would watch whatever takes its number.
        source.setCancelHandler { _ = watch }
        source.resume()
    }

    private final class Watch: Sendable {
        let inotify: Inotify
        init(inotify: consuming Inotify) { self.inotify = inotify }
    }

    deinit { source.cancel() }

    func wake() {
        let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
            defer { state.waiter = nil }
            if state.waiter == nil { state.isRaised = true }
            return state.waiter
        }
        waiter?.resume()
    }

    /// Returns at the next change, or at once if one came since the last wait, or when the task is cancelled.
    func wait() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isNews = state.withLock { state in
                    if state.isRaised || Task.isCancelled {
                        state.isRaised = false
                        return true
                    }
                    state.waiter = continuation
                    return false
                }
                if isNews { continuation.resume() }
            }
        } onCancel: {
            wake()
        }
    }
}
