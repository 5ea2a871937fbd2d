import Hummingbird
import Kube
import Synchronization

/// The JSON of objects that were asked for lately, so that a change is encoded once however many clients watch it.
///
/// An object's version never changes, so an entry is never wrong; it only becomes old. Bounded in bytes; the oldest
/// entries go first.
final class EncodedObjects: Sendable {
    struct Version: Hashable, Sendable {
        var uid: String
        var resourceVersion: String
    }

    fileprivate struct State {
        var entries: [Version: ByteBuffer] = [:]
        /// In order of arrival; `oldest` is where the next victim stands.
        var order: [Version] = []
        var oldest = 0
        var bytes = 0
    }

    private let state = Mutex(State())
    private let limit: Int

    init(limit: Int = 4 * 1024 * 1024) { self.limit = limit }

    var bytes: Int { state.withLock(\.bytes) }

    /// The JSON of an object, from memory or made now. Objects that were never stored have no version and are not kept.
    func json<R: Resource>(of object: R) throws(Status) -> ByteBuffer {
        guard let uid = object.metadata.uid, let revision = object.metadata.resourceVersion else {
            return try Encoding.json(object)
        }
        let version = Version(uid: uid, resourceVersion: revision)
        if let found = state.withLock({ $0.entries[version] }) { return found }
        let made = try Encoding.json(object)
        state.withLock { $0.add(version, made, limit: limit) }
        return made
    }
}

extension EncodedObjects.State {
    fileprivate mutating func add(_ version: EncodedObjects.Version, _ buffer: ByteBuffer, limit: Int) {
        guard buffer.readableBytes <= limit / 4, entries.updateValue(buffer, forKey: version) == nil else { return }
        order.append(version)
        bytes += buffer.readableBytes
        while bytes > limit, oldest < order.count {
            if let victim = entries.removeValue(forKey: order[oldest]) { bytes -= victim.readableBytes }
            oldest += 1
        }
        if oldest > 1024, oldest > order.count / 2 {
            order.removeFirst(oldest)
            oldest = 0
        }
    }
}
