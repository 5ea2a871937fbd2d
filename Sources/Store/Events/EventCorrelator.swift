import Foundation
import Kube

/// Something somebody wants to be known about an object.
struct Sighting: Sendable {
    var object: ObjectReference
    /// `Normal` or `Warning`.
    var type: String
    var reason: String
    var message: String
}

/// Makes few Events of many sightings, as client-go's `EventCorrelator` does with its default settings:
///
/// 1. The tenth different message about one object with one reason, each within ten minutes of the last, and all that
///    follow, become one event "(combined from similar events): …".
/// 2. The same message again counts up the event it made.
/// 3. One source writes 25 events about one object, and then one more every five minutes. What is dropped is counted.
struct EventCorrelator: Sendable {
    static let messagesBeforeCombining = 10
    static let combiningSeconds = 600.0
    static let burst = 25.0
    static let secondsPerToken = 300.0

    let source: EventSource
    private var groups = RecentMap<Similar, Group>(limit: 2048)
    private var observed = RecentMap<Same, Observation>(limit: 2048)
    private var buckets = RecentMap<ObjectReference, Bucket>(limit: 2048)
    private var lastNanoseconds: Int64 = 0

    init(source: EventSource) { self.source = source }

    private struct Similar: Hashable {
        var object: ObjectReference
        var type: String
        var reason: String
    }

    /// The message is nil for the combined event of a group.
    private struct Same: Hashable {
        var similar: Similar
        var fieldPath: String?
        var message: String?
    }

    private struct Group {
        var messages: Set<String>
        var last: Date
    }

    private struct Observation {
        var name: String
        var count: Int
        var first: Timestamp
    }

    private struct Bucket {
        var tokens: Double
        var filled: Date
    }

    /// The event to write: a new one when its count is 1, else the next state of one that was written before. Nil when
    /// there are too many.
    mutating func correlate(_ sighting: Sighting, now: Date) -> Event? {
        var object = sighting.object
        object.resourceVersion = nil
        object.fieldPath = nil
        let similar = Similar(object: object, type: sighting.type, reason: sighting.reason)
        let isCombined = joinGroup(similar, sighting.message, now: now)
        let same = Same(
            similar: similar, fieldPath: isCombined ? nil : sighting.object.fieldPath,
            message: isCombined ? nil : sighting.message)

        var observation =
            observed[same] ?? Observation(name: newName(for: object, now: now), count: 0, first: Timestamp(now))
        observation.count += 1
        observed[same] = observation
        guard takeToken(object, now: now) else { return nil }

        var event = Event(
            metadata: ObjectMeta(name: observation.name, namespace: object.namespace ?? "default"),
            involvedObject: sighting.object)
        event.type = sighting.type
        event.reason = sighting.reason
        event.message = isCombined ? "(combined from similar events): \(sighting.message)" : sighting.message
        event.source = source
        event.firstTimestamp = observation.first
        // Upstream's older recorder leaves it out; clients of events.k8s.io require it.
        event.eventTime = MicroTimestamp(observation.first.date)
        event.lastTimestamp = Timestamp(now)
        event.count = observation.count
        event.reportingComponent = source.component
        event.reportingInstance = source.host
        return event
    }

    private mutating func joinGroup(_ similar: Similar, _ message: String, now: Date) -> Bool {
        var group = groups[similar] ?? Group(messages: [], last: now)
        if now.timeIntervalSince(group.last) > Self.combiningSeconds { group.messages = [] }
        group.last = now
        group.messages.insert(message)
        let isCombined = group.messages.count >= Self.messagesBeforeCombining
        if isCombined { group.messages.removeFirst() }  // any: only their number counts
        groups[similar] = group
        return isCombined
    }

    private mutating func takeToken(_ object: ObjectReference, now: Date) -> Bool {
        var bucket = buckets[object] ?? Bucket(tokens: Self.burst, filled: now)
        let gained = max(0, now.timeIntervalSince(bucket.filled)) / Self.secondsPerToken
        bucket.tokens = min(Self.burst, bucket.tokens + gained)
        bucket.filled = now
        defer { buckets[object] = bucket }
        guard bucket.tokens >= 1 else { return false }
        bucket.tokens -= 1
        return true
    }

    /// `<object>.<nanoseconds in hex>` as upstream; never the same twice, however coarse the clock.
    private mutating func newName(for object: ObjectReference, now: Date) -> String {
        lastNanoseconds = max(lastNanoseconds + 1, Int64(now.timeIntervalSince1970 * 1e9))
        let hex = String(lastNanoseconds, radix: 16)
        return "\((object.name ?? "").prefix(253 - 1 - hex.count)).\(hex)"
    }
}
