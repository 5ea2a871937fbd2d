import Testing

@testable import Kube

@Suite struct LastAppliedTests {
    private static let applied =
        #"{"apiVersion":"batch/v1","kind":"Job","metadata":{"name":"pi"},"spec":{"parallelism":1}}"#

    private static func live(_ spec: String, _ annotation: String = applied) -> String {
        "{metadata: {annotations: {kubectl.kubernetes.io/last-applied-configuration: '\(annotation)'}}, spec: {\(spec)}}"
    }

    private func annotation(_ timeline: Timeline) -> String? {
        timeline.object?["metadata"]?["annotations"]?["kubectl.kubernetes.io/last-applied-configuration"]?.string
    }

    @Test func `kubectl takes over what its client-side apply wrote, and keeps the annotation`() throws {
        var timeline = Timeline()
        try timeline.perform(.update("kubectl-client-side-apply", Self.live("parallelism: 1")))
        try timeline.perform(.apply("kubectl", "{spec: {parallelism: 2}}"))
        #expect(timeline.object?["spec"]?["parallelism"] == 2)
        #expect(try timeline.owners["kubectl"] == [".spec.parallelism"])
        #expect(
            annotation(timeline)
                == #"{"apiVersion":"batch/v1","kind":"Job","metadata":{"name":"pi"},"spec":{"parallelism":2}}"# + "\n")
    }

    @Test(arguments: [
        ("somebody else", "helm", live("parallelism: 1")),
        ("a value that changed since", "kubectl", live("parallelism: 3")),
        ("a field that was not applied", "kubectl", live("parallelism: 3", #"{"apiVersion":"batch/v1","kind":"Job"}"#)),
        ("another version", "kubectl", live("parallelism: 1", #"{"apiVersion":"v1","spec":{"parallelism":1}}"#)),
        ("no JSON", "kubectl", live("parallelism: 1", "{")),
        ("no annotation", "kubectl", "{spec: {parallelism: 1}}"),
    ])
    func `other conflicts stay`(_ name: String, _ manager: String, _ live: String) throws {
        var timeline = Timeline()
        try timeline.perform(.update("a", live))
        let status = #expect(throws: Status.self) { try timeline.perform(.apply(manager, "{spec: {parallelism: 2}}")) }
        #expect(
            status?.message == #"Apply failed with 1 conflict: conflict with "a" using batch/v1: .spec.parallelism"#)
    }

    @Test func `an annotation that grew too large is dropped`() throws {
        var timeline = Timeline()
        try timeline.perform(.update("kubectl-client-side-apply", Self.live("parallelism: 1")))
        let image = String(repeating: "x", count: 300_000)
        try timeline.perform(
            .apply("kubectl", "{spec: {template: {spec: {containers: [{name: a, image: \(image)}]}}}}"))
        #expect(annotation(timeline) == nil)
        #expect(timeline.object?["metadata"]?["annotations"] == [:])
    }

    @Test func `without the annotation none is made`() throws {
        var timeline = Timeline()
        try timeline.perform(.apply("kubectl", "{spec: {parallelism: 2}}"))
        #expect(annotation(timeline) == nil)
    }
}
