import Foundation
import Kube
import Testing

@testable import Store

struct EventCorrelatorTests {
    private func sighting(_ message: String, object: String = "a", reason: String = "Reason") -> Sighting {
        Sighting(object: ObjectReference(to: pod(object)), type: "Normal", reason: reason, message: message)
    }

    /// `name.hex` is cut to what repeats: n1, n2 in order of appearance.
    private func story(_ steps: [(at: Double, Sighting)]) -> [String] {
        var correlator = EventCorrelator(source: EventSource(component: "test", host: "here"))
        let start = TestClock().now
        var names: [String] = []
        return steps.map { step in
            guard let event = correlator.correlate(step.1, now: start.addingTimeInterval(step.at)) else {
                return "dropped"
            }
            if !names.contains(event.name) { names.append(event.name) }
            return "n\((names.firstIndex(of: event.name) ?? 0) + 1) x\(event.count ?? 0) \(event.message ?? "")"
        }
    }

    @Test func `the same message counts up one event`() {
        #expect(
            story([(0, sighting("m")), (1, sighting("m")), (2, sighting("other")), (400, sighting("m"))])
                == ["n1 x1 m", "n1 x2 m", "n2 x1 other", "n1 x3 m"])
    }

    @Test func `other objects, reasons and parts are other events`() {
        var part = sighting("m")
        part.object.fieldPath = "spec.containers{main}"
        var later = sighting("m")
        later.object.resourceVersion = "99"
        #expect(
            story([
                (0, sighting("m")), (0, sighting("m", object: "b")), (0, sighting("m", reason: "R")), (0, part),
                (0, later),
            ])
                == ["n1 x1 m", "n2 x1 m", "n3 x1 m", "n4 x1 m", "n1 x2 m"])
    }

    @Test func `the tenth different message is combined with those that follow`() {
        let seen = story((1...12).map { (Double($0), sighting("m\($0)")) })
        #expect(seen[8] == "n9 x1 m9")
        #expect(seen[9] == "n10 x1 (combined from similar events): m10")
        #expect(seen[11] == "n10 x3 (combined from similar events): m12")
    }

    @Test func `ten quiet minutes end the combining`() {
        let seen = story((1...10).map { (Double($0), sighting("m\($0)")) } + [(611, sighting("m11"))])
        #expect(seen.last == "n11 x1 m11")
    }

    @Test func `after 25 events an object waits five minutes for one more`() {
        var steps = (1...30).map { (Double($0), sighting("m")) }
        steps += [(310, sighting("m")), (311, sighting("m")), (311, sighting("m", object: "b"))]
        let seen = story(steps)
        #expect(seen[24] == "n1 x25 m")
        #expect(seen[25...29].allSatisfy { $0 == "dropped" })
        #expect(seen[30...] == ["n1 x31 m", "dropped", "n2 x1 m"])
    }

    @Test func `names are never the same and never too long`() {
        var correlator = EventCorrelator(source: EventSource(component: "test"))
        let now = TestClock().now
        let long = String(repeating: "x", count: 253)
        let names = (0..<5).compactMap { correlator.correlate(sighting("m\($0)", object: long), now: now)?.name }
        #expect(Set(names).count == 5)
        #expect(names.allSatisfy { $0.count == 253 })
    }
}

struct EventRecorderTests {
    @Test func `what was recorded is stored with everything upstream writes`() async throws {
        let clock = TestClock()
        var options = StoreOptions()
        options.now = { clock.now }
        try await withStore(options) { store in
            let subject = try await store.create(pod("a"))
            let recorder = EventRecorder(store: store, component: "kubelet", host: "here")
            recorder.record(subject, .warning, reason: "BackOff", message: "m", fieldPath: "spec.containers{main}")
            recorder.record(subject, .warning, reason: "BackOff", message: "m", fieldPath: "spec.containers{main}")
            await recorder.flush()
            clock.advance(60)
            recorder.record(subject, .warning, reason: "BackOff", message: "m", fieldPath: "spec.containers{main}")
            await recorder.flush()
            let events = store.list(Event.self).items
            let event = try #require(events.first)
            #expect(events.count == 1)
            #expect(event.name.wholeMatch(of: /a\.[0-9a-f]{16}/) != nil)
            #expect(event.namespace == "default")
            #expect(event.count == 3)
            #expect(event.firstTimestamp?.date == clock.now - 60)
            #expect(event.lastTimestamp?.date == clock.now)
            #expect(event.type == "Warning" && event.reason == "BackOff" && event.message == "m")
            #expect(event.source == EventSource(component: "kubelet", host: "here"))
            #expect(event.reportingComponent == "kubelet" && event.reportingInstance == "here")
            #expect(event.involvedObject.uid == subject.uid)
            #expect(event.involvedObject.fieldPath == "spec.containers{main}")
        }
    }

    @Test func `an event that was deleted is made again when it repeats`() async throws {
        try await withStore { store in
            let subject = try await store.create(Namespace(metadata: ObjectMeta(name: "n")))
            let recorder = EventRecorder(store: store, component: "test")
            recorder.record(subject, .normal, reason: "R", message: "m")
            await recorder.flush()
            let first = try #require(store.list(Event.self, namespace: "default").first)
            try await store.delete(Event.self, first.key)
            recorder.record(subject, .normal, reason: "R", message: "m")
            await recorder.flush()
            #expect(store.list(Event.self).map(\.count) == [2])
        }
    }

    @Test func `a flood costs the caller nothing and is bounded`() async throws {
        try await withStore { store in
            let recorder = EventRecorder(store: store, component: "test")
            let pods = (0..<3_000).map { pod("p\($0)") }
            for pod in pods { recorder.record(pod, .normal, reason: "R", message: "m") }
            await recorder.flush()
            #expect(store.list(Event.self).count >= 1_000)
            #expect(store.writer.commitCount < 200)
        }
    }

    @Test func `events after the store has closed are lost in silence`() async throws {
        let scratch = try Scratch()
        let store = try scratch.open()
        let recorder = EventRecorder(store: store, component: "test")
        await store.close()
        recorder.record(pod("a"), .normal, reason: "R", message: "m")
        await recorder.flush()
    }
}
