import Foundation
import Kube
import Testing

@testable import Jobs

@Suite struct PodTests {
    @Test func `too many pods: the one that has come less far goes first`() {
        let order: [Pod] = [
            .pending("no-node") { $0.spec.nodeName = nil },
            .pending("pending"),
            .sketch("unknown", "Unknown"),
            .running("restarted", restarts: 3),
            .running("younger") { $0.metadata.creationTimestamp = moment(-10) },
            .running("a-older"), .running("b-older"),
            .ready("ready-lately", since: -3),
            .ready("ready-long", since: -30),
        ]
        #expect(order.shuffled().sorted(by: goesFirst).map(\.name) == order.map(\.name))
    }

    @Test func `a pod is its template with names, owner and finalizer`() throws {
        let job = makeJob {
            $0.spec.template.metadata = ObjectMeta(labels: ["app": "pi"])
            $0.spec.template.metadata?.annotations = ["note": "x"]
        }
        let pod = PodDraft().makePod(for: job)
        #expect(pod.metadata.generateName == "pi-")
        #expect(pod.metadata.name == nil)
        #expect(pod.namespace == "default")
        #expect(pod.metadata.finalizers == ["batch.kubernetes.io/job-tracking"])
        #expect(
            pod.metadata.labels == [
                "app": "pi", "job-name": "pi", "batch.kubernetes.io/job-name": "pi", "controller-uid": "job-1",
                "batch.kubernetes.io/controller-uid": "job-1",
            ])
        #expect(pod.metadata.annotations == ["note": "x"])
        #expect(
            pod.metadata.ownerReferences == [
                OwnerReference(
                    apiVersion: "batch/v1", kind: "Job", name: "pi", uid: "job-1", controller: true,
                    blockOwnerDeletion: true)
            ])
        #expect(pod.spec.containers.map(\.image) == ["busybox"] && pod.spec.restartPolicy == "Never")
        #expect(pod.spec.terminationGracePeriodSeconds == 30)
        #expect(pod.status?.phase == "Pending" && pod.status?.qosClass == "BestEffort")
    }

    @Test func `with manualSelector the labels are the user's`() {
        let job = makeJob {
            $0.spec.manualSelector = true; $0.spec.template.metadata = ObjectMeta(labels: ["app": "pi"])
        }
        #expect(PodDraft().makePod(for: job).metadata.labels == ["app": "pi"])
    }

    @Test func `an index shows in name, hostname, annotation, label and environment`() {
        let job = makeJob(completions: 5, indexed)
        let pod = PodDraft(index: 3).makePod(for: job)
        #expect(pod.metadata.generateName == "pi-3-")
        #expect(pod.spec.hostname == "pi-3")
        #expect(pod.metadata.annotations?["batch.kubernetes.io/job-completion-index"] == "3")
        #expect(pod.metadata.labels?["batch.kubernetes.io/job-completion-index"] == "3")
        #expect(pod.spec.containers[0].env?.first?.name == "JOB_COMPLETION_INDEX")
        #expect(
            pod.spec.containers[0].env?.first?.valueFrom?.fieldRef?.fieldPath
                == "metadata.labels['batch.kubernetes.io/job-completion-index']")
    }

    @Test func `a container that sets the index variable keeps its own`() {
        let job = makeJob(completions: 5) {
            indexed(&$0)
            $0.spec.template.spec.containers[0].env = [EnvVar(name: "JOB_COMPLETION_INDEX", value: "mine")]
        }
        #expect(
            PodDraft(index: 3).makePod(for: job).spec.containers[0].env == [
                EnvVar(name: "JOB_COMPLETION_INDEX", value: "mine")
            ])
    }

    @Test func `a long name is cut before the index`() {
        let prefix = PodDraft.namePrefix(String(repeating: "x", count: 63), 12345)
        #expect(prefix.count == 58)
        #expect(prefix.hasSuffix("x-12345-"))
        #expect(PodDraft.namePrefix(String(repeating: "x", count: 63), nil).count == 58)
    }

    private static func stray(_ name: String, _ change: (inout Pod) -> Void = { _ in }) -> Pod {
        .running(name) {
            $0.metadata.ownerReferences = nil
            $0.metadata.finalizers = nil
            change(&$0)
        }
    }

    @Test(arguments: [
        DecideCase(
            "a matching pod without an owner is adopted, and nothing else is decided yet", makeJob(), [stray("a")],
            says: "adopt a, look +0"),
        DecideCase("not while it is being deleted", makeJob(), [stray("a").dying()], says: "create 1, active 1"),
        DecideCase(
            "not by a Job that is being deleted", makeJob { $0.metadata.deletionTimestamp = moment(0) }, [stray("a")],
            says: ""),
        DecideCase(
            "not when the labels differ", makeJob(), [stray("a") { $0.metadata.labels = [:] }],
            says: "create 1, active 1"),
        DecideCase(
            "a pod whose labels were changed is let go", makeJob(), [.running("a") { $0.metadata.labels = ["x": "y"] }],
            says: "release a, look +0"),
    ])
    func `pods are claimed by label`(_ row: DecideCase) {
        #expect(sketch(row.decision) == row.expected)
    }

    @Test(arguments: [
        ("In", ["a", "b"], true), ("In", ["b"], false), ("NotIn", ["b"], true), ("NotIn", ["a"], false),
        ("Exists", [], true), ("DoesNotExist", [], false), ("Odd", [], false),
    ])
    func `selectors by expression`(_ op: String, _ values: [String], _ expected: Bool) {
        let selector = LabelSelector(matchExpressions: [
            LabelSelectorRequirement(key: "k", operator: op, values: values)
        ])
        #expect(selector.selects(["k": "a"]) == expected)
    }
}
