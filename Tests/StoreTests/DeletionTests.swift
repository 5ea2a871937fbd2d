import Foundation
import Kube
import Testing

@testable import Store

private let now = RFC3339.parse("2026-03-01T10:00:00Z") ?? .distantPast

private func at(_ seconds: Double) -> Timestamp { Timestamp(now.addingTimeInterval(seconds)) }

/// A pod, what a client asks, and what must be left of the pod.
struct DeletionCase: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var node: String? = "here"
    var phase: String? = "Running"
    var specGrace: Int64?
    var finalizers: [String] = []
    /// When it is being deleted already: its deletion time in seconds from now, and its grace period.
    var ending: (at: Double, grace: Int64)?
    var ask: DeleteOptions

    var removed = false
    var left: (at: Double, grace: Int64)?
    var leftFinalizers: [String] = []
    var generation: Int64 = 2

    init(
        _ sentence: String, node: String? = "here", phase: String? = "Running", specGrace: Int64? = nil,
        finalizers: [String] = [], ending: (at: Double, grace: Int64)? = nil, ask: DeleteOptions = DeleteOptions(),
        removed: Bool = false, left: (at: Double, grace: Int64)? = nil, leftFinalizers: [String] = [],
        generation: Int64 = 2
    ) {
        testDescription = sentence
        self.node = node
        self.phase = phase
        self.specGrace = specGrace
        self.finalizers = finalizers
        self.ending = ending
        self.ask = ask
        self.removed = removed
        self.left = left
        self.leftFinalizers = leftFinalizers
        self.generation = generation
    }
}

struct DeletionTests {
    @Test(arguments: [
        DeletionCase("a running pod gets 30 seconds", left: (30, 30)),
        DeletionCase("or what its spec says", specGrace: 5, left: (5, 5)),
        DeletionCase("or what the client says", specGrace: 5, ask: .init(gracePeriodSeconds: 90), left: (90, 90)),
        DeletionCase("a negative period is one second", ask: .init(gracePeriodSeconds: -3), left: (1, 1)),
        DeletionCase("zero removes at once", ask: .init(gracePeriodSeconds: 0), removed: true, left: (0, 0)),
        DeletionCase("a pod without a node goes at once", node: nil, phase: "Pending", removed: true, left: (0, 0)),
        DeletionCase("so does one that succeeded", phase: "Succeeded", removed: true, left: (0, 0)),
        DeletionCase(
            "and one that failed", phase: "Failed", ask: .init(gracePeriodSeconds: 60), removed: true, left: (0, 0)),
        DeletionCase(
            "a finalizer holds a pod without a node", node: nil, phase: "Pending", finalizers: ["f"], left: (0, 0),
            leftFinalizers: ["f"]),
        DeletionCase(
            "a finalizer holds even against zero", finalizers: ["f"], ask: .init(gracePeriodSeconds: 0), left: (0, 0),
            leftFinalizers: ["f"]),
        DeletionCase(
            "a running pod with a finalizer still gets its time", finalizers: ["f"], left: (30, 30),
            leftFinalizers: ["f"]),
        DeletionCase("asking again changes nothing", ending: (20, 30), left: (20, 30), generation: 1),
        DeletionCase(
            "asking for more changes nothing", ending: (20, 30), ask: .init(gracePeriodSeconds: 60), left: (20, 30),
            generation: 1),
        DeletionCase(
            "asking for less counts from the first time", ending: (20, 30), ask: .init(gracePeriodSeconds: 15),
            left: (5, 15),
            generation: 1),
        DeletionCase(
            "zero ends the waiting", ending: (20, 30), ask: .init(gracePeriodSeconds: 0), removed: true, left: (-10, 0),
            generation: 1),
        DeletionCase(
            "zero ends the waiting, a finalizer still holds", finalizers: ["f"], ending: (20, 30),
            ask: .init(gracePeriodSeconds: 0), left: (-10, 0), leftFinalizers: ["f"], generation: 1),
        DeletionCase(
            "a pod held by its finalizer alone stays as it is", finalizers: ["f"], ending: (-10, 0), left: (-10, 0),
            leftFinalizers: ["f"], generation: 1),
        DeletionCase(
            "orphan holds a pod", phase: "Failed", ask: .init(propagationPolicy: .orphan), left: (0, 0),
            leftFinalizers: ["orphan"]),
    ])
    func `a pod is deleted as upstream does`(_ row: DeletionCase) {
        var start = pod("a", node: row.node)
        start.status = PodStatus()
        start.status?.phase = row.phase
        start.spec.terminationGracePeriodSeconds = row.specGrace
        start.metadata.generation = 1
        start.metadata.finalizers = row.finalizers.isEmpty ? nil : row.finalizers
        start.metadata.deletionTimestamp = row.ending.map { at($0.at) }
        start.metadata.deletionGracePeriodSeconds = row.ending?.grace

        let decision = Deletion.decide(start, row.ask, now: now)
        let end: Pod
        switch decision {
        case .remove(let pod):
            #expect(row.removed)
            end = pod
        case .mark(let pod):
            #expect(!row.removed)
            end = pod
        }
        #expect(end.metadata.deletionTimestamp == row.left.map { at($0.at) })
        #expect(end.metadata.deletionGracePeriodSeconds == row.left?.grace)
        #expect(end.metadata.finalizers ?? [] == row.leftFinalizers)
        #expect(end.metadata.generation == row.generation)
    }

    @Test(
        arguments: [
            ("a job goes at once", nil, [], [], true),
            ("in the foreground it waits for its pods", .foreground, [], ["foregroundDeletion"], false),
            ("as an orphaner it waits for them to be let go", .orphan, [], ["orphan"], false),
            ("a finalizer holds it", .background, ["f"], ["f"], false),
            ("background takes the others' finalizers away", .background, ["orphan", "foregroundDeletion"], [], true),
            ("without a policy the finalizer that is there decides", nil, ["f", "orphan"], ["f", "orphan"], false),
            ("a change of mind replaces it", .foreground, ["orphan", "f"], ["f", "foregroundDeletion"], false),
        ] as [(String, DeleteOptions.Propagation?, [String], [String], Bool)])
    func `the propagation policy is a finalizer`(
        _ sentence: String, policy: DeleteOptions.Propagation?, before: [String], after: [String], removed: Bool
    ) {
        var start = job("a")
        start.metadata.generation = 4
        start.metadata.finalizers = before.isEmpty ? nil : before
        let options = DeleteOptions(propagationPolicy: policy)
        guard !removed else {
            var end = start
            end.metadata.finalizers = nil
            #expect(Deletion.decide(start, options, now: now) == .remove(end))
            return
        }
        var end = start
        end.metadata.finalizers = after
        end.metadata.deletionTimestamp = at(0)
        end.metadata.deletionGracePeriodSeconds = 0
        end.metadata.generation = 5
        #expect(Deletion.decide(start, options, now: now) == .mark(end))
        #expect(Deletion.decide(end, DeleteOptions(), now: now.addingTimeInterval(5)) == .mark(end))
    }

    @Test func `losing the last finalizer removes what is being deleted, and only that`() async throws {
        try await withStore { store in
            var draft = job("a")
            draft.metadata.finalizers = ["f", "g"]
            let created = try await store.create(draft)
            try await store.modify(Job.self, key("a")) { $0.metadata.finalizers = ["f"] }
            let marked = try await store.delete(Job.self, key("a"))
            #expect(marked.isBeingDeleted)
            #expect(try await store.delete(Job.self, key("a")) == marked)
            #expect(store.revision == 4)

            var watch = try store.watch(Job.self, since: store.revision).makeAsyncIterator()
            let final = try await store.modify(Job.self, key("a")) {
                $0.metadata.finalizers = nil
                $0.metadata.deletionTimestamp = nil  // nobody takes a deletion back
            }
            #expect(!final.isBeingDeleted)
            #expect(store.get(Job.self, key("a")) == nil)
            #expect(try await watch.next() == .deleted(final))
            #expect(final.metadata.resourceVersion == "5")

            let again = try await store.create(draft)
            #expect(again.uid != created.uid)
            #expect(again.metadata.resourceVersion == "6")
        }
    }

    @Test func `a pod ends gracefully, then waits for its finalizer, then goes`() async throws {
        try await withStore { store in
            var draft = pod("a", node: "here")
            draft.metadata.finalizers = ["batch.kubernetes.io/job-tracking"]
            try await store.create(draft)
            #expect(try await store.delete(Pod.self, key("a")).metadata.deletionGracePeriodSeconds == 30)
            try await store.modify(Pod.self, key("a")) {
                $0.status = PodStatus()
                $0.status?.phase = "Failed"
            }
            #expect(try await store.delete(Pod.self, key("a"), .init(gracePeriodSeconds: 0)).isBeingDeleted)
            #expect(store.get(Pod.self, key("a"))?.metadata.deletionGracePeriodSeconds == 0)
            try await store.modify(Pod.self, key("a")) { $0.metadata.finalizers = nil }
            #expect(store.get(Pod.self, key("a")) == nil)
        }
    }

    @Test func `a running pod without finalizers stays until its time is up`() async throws {
        try await withStore { store in
            try await store.create(pod("a", node: "here"))
            try await store.delete(Pod.self, key("a"))
            try await store.modify(Pod.self, key("a")) { $0.metadata.labels = ["still": "here"] }
            #expect(store.get(Pod.self, key("a"))?.isBeingDeleted == true)
            try await store.delete(Pod.self, key("a"), .init(gracePeriodSeconds: 0))
            #expect(store.get(Pod.self, key("a")) == nil)
        }
    }

    @Test func `a namespace waits for the finalizers in its spec`() async throws {
        try await withStore { store in
            var draft = Namespace(metadata: ObjectMeta(name: "n"))
            draft.spec = NamespaceSpec(finalizers: ["kubernetes"])
            draft.status = NamespaceStatus(phase: "Active")
            try await store.create(draft)
            let marked = try await store.delete(Namespace.self, key("n", nil))
            #expect(marked.isBeingDeleted)
            #expect(marked.status?.phase == "Terminating")
            #expect(try await store.delete(Namespace.self, key("n", nil)) == marked)
            try await store.modify(Namespace.self, key("n", nil)) { $0.metadata.labels = ["a": "b"] }
            #expect(store.get(Namespace.self, key("n", nil)) != nil)
            try await store.modify(Namespace.self, key("n", nil)) { $0.spec?.finalizers = [] }
            #expect(store.get(Namespace.self, key("n", nil)) == nil)
        }
    }

    @Test func `preconditions name the object and the version`() async throws {
        try await withStore { store in
            let a = try await store.create(job("a"))
            await #expect(throws: StoreError.conflict(Job.type, key("a"), .uid(wanted: "x", found: a.uid))) {
                try await store.delete(Job.self, key("a"), .init(preconditions: .init(uid: "x")))
            }
            await #expect(throws: StoreError.conflict(Job.type, key("a"), .resourceVersion(wanted: "1", found: "2"))) {
                try await store.delete(
                    Job.self, key("a"), .init(preconditions: .init(uid: a.uid, resourceVersion: "1")))
            }
            try await store.delete(Job.self, key("a"), .init(preconditions: .init(uid: a.uid, resourceVersion: "2")))
            await #expect(throws: StoreError.notFound(Job.type, key("a"))) {
                try await store.delete(Job.self, key("a"))
            }
        }
    }

    @Test func `delete options read as clients write them`() throws {
        let body =
            #"{"kind":"DeleteOptions","apiVersion":"v1","gracePeriodSeconds":0,"propagationPolicy":"Foreground","preconditions":{"uid":"u"}}"#
        let options = try ObjectCoding.decode(DeleteOptions.self, from: Data(body.utf8))
        #expect(
            options
                == DeleteOptions(gracePeriodSeconds: 0, propagationPolicy: .foreground, preconditions: .init(uid: "u")))
    }
}
