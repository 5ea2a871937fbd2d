import Hummingbird
import Kube
import Store

/// Where a watch begins, and what it says first.
struct WatchStart: Equatable {
    /// Changes after this revision; nil for the objects as they are, then the changes.
    var since: Int64?
    /// The bookmark behind the initial objects is sent, with the annotation that says what it is.
    var marksInitialEnd = false

    /// Upstream's rules (`cacher.Watch`, "streaming lists"), in order:
    ///
    /// 1. `sendInitialEvents=true`: the objects, then, if bookmarks are allowed, the marked one.
    /// 2. `sendInitialEvents=false`: changes only, from the given version or from now.
    /// 3. No version, or 0: the objects, unmarked.
    /// 4. Otherwise the changes after that version.
    init(_ options: ListOptions, current: Int64) {
        let version = options.resourceVersion ?? 0
        switch options.sendInitialEvents {
        case true?: marksInitialEnd = options.allowWatchBookmarks
        case false?: since = version > 0 ? version : current
        case nil: since = version > 0 ? version : nil
        }
    }
}

extension KindEndpoint {
    /// How often a client that allows bookmarks gets one; upstream's `defaultBookmarkFrequency`.
    private static var bookmarkInterval: Duration { .seconds(60) }
    /// A watch without a time limit ends after a random time from one to two of these (`minRequestTimeout`).
    private static var leastSeconds: Int64 { 1800 }

    func watch(_ call: ResourceCall) throws(Status) -> Response {
        let options = try ListOptions(call.query)
        let selection = try Selection<R>(options, name: call.path.name, view: view)
        let form = try form(call, isStream: true)
        let start = WatchStart(options, current: store.revision)
        if let asked = options.resourceVersion, asked > store.revision {
            throw Status.tooLargeResourceVersion(asked, current: store.revision)
        }
        let seconds =
            options.timeoutSeconds.flatMap { $0 > 0 ? $0 : nil }
            ?? Int64.random(in: Self.leastSeconds...(2 * Self.leastSeconds))
        let watch: Watch<R>
        do {
            watch = try store.watch(
                R.self, namespace: call.path.namespace ?? selection.namespace, since: start.since,
                where: selection.filter)
        } catch {
            let line = try WatchLines(form, encoded: environment.encoded).error(
                Self.status(error, asked: start.since ?? 0))
            return .stream(
                type: form.streamType, StreamedBody.make(on: call.channel) { try await $0.write(line) })
        }
        let lines = WatchLines(form, encoded: environment.encoded)
        let body = StreamedBody.make(on: call.channel, lasting: .seconds(min(seconds, 1_000_000_000))) { writer in
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    try await Self.tell(
                        watch, start, lines, bookmarks: options.allowWatchBookmarks, to: writer)
                }
                if options.allowWatchBookmarks {
                    group.addTask {
                        while true {
                            try await Task.sleep(for: Self.bookmarkInterval)
                            watch.bookmark()
                        }
                    }
                }
                defer { group.cancelAll() }
                try await group.next()
            }
        }
        return .stream(type: form.streamType, body)
    }

    /// Writes events until the watch ends. One that cannot go on says so in the stream: 410, list again.
    private static func tell(
        _ watch: Watch<R>, _ start: WatchStart, _ lines: WatchLines<R>, bookmarks: Bool, to writer: StreamWriter
    ) async throws {
        var lines = lines
        var isInitial = start.since == nil
        var last = start.since ?? 0
        do {
            for try await event in watch {
                switch event {
                case .bookmark(let revision):
                    last = revision
                    if bookmarks, !isInitial || start.marksInitialEnd {
                        try await writer.write(
                            lines.bookmark(revision, endsInitialEvents: isInitial && start.marksInitialEnd))
                    }
                    isInitial = false
                case .added(let object): try await writer.write(lines.line("ADDED", object, isInitial: isInitial))
                case .modified(let object): try await writer.write(lines.line("MODIFIED", object))
                case .deleted(let object): try await writer.write(lines.line("DELETED", object))
                }
            }
        } catch let error as StoreError {
            try await writer.write(lines.error(status(error, asked: last)))
        }
    }

    private static func status(_ error: StoreError, asked: Int64) -> Status {
        guard case .expired(let oldest) = error else { return Status(error) }
        return .tooOldResourceVersion(asked, oldest: oldest)
    }
}
