import Containers
import Foundation
import Kube
import Store
import Testing

@testable import Node

/// What the node does for a pod that wants to be warned of its deadline; the supervisor does the warning.
struct DeadlineWarningTests {
    private func warned(_ signal: String? = "SIGUSR1@60s", deadline: Int64? = 600) -> Pod {
        var pod = makePod(deadline: deadline)
        pod.metadata.annotations = signal.map { [StintAnnotation.deadlineSignal: $0] }
        return pod
    }

    private func deadlines(_ scene: Scene) -> [String] {
        scene.runtime.plans.withLock { $0 }.flatMap(\.environment).filter { $0.hasPrefix("STINT_DEADLINE") }
    }

    struct Row: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let signal: String?
        let deadline: Int64?
        let warning: DeadlineWarning?
        let environment: [String]

        init(
            _ sentence: String, signal: String? = "SIGUSR1@60s", deadline: Int64? = 600,
            warning: DeadlineWarning? = DeadlineWarning(signal: 10, lead: .seconds(60)), environment: [String] = []
        ) {
            (testDescription, self.signal, self.deadline) = (sentence, signal, deadline)
            (self.warning, self.environment) = (warning, environment)
        }
    }

    @Test(arguments: [
        Row("a signal and a deadline: both are told", environment: ["STINT_DEADLINE=1800000600"]),
        Row("no signal: nothing", signal: nil, warning: nil),
        Row("no deadline yet: the supervisor knows, the program does not", deadline: nil),
        Row("a signal that cannot be read: nothing", signal: "SIGUSR1", warning: nil),
        Row(
            "another signal", signal: "TERM@2m", warning: DeadlineWarning(signal: 15, lead: .seconds(120)),
            environment: ["STINT_DEADLINE=1800000600"]),
    ])
    func isOrdered(_ row: Row) async throws {
        try await Scene.run { scene in
            _ = try await Timeline(scene, warned(row.signal, deadline: row.deadline))
            #expect(scene.runtime.warnings.withLock { $0 } == [row.warning])
            #expect(deadlines(scene) == row.environment)
        }
    }

    @Test func `the Job's deadline counts when it is the earlier one`() async throws {
        try await Scene.run { scene in
            var pod = warned()
            pod.metadata.annotations?[PodAnnotations.jobDeadline] = "2027-01-15T08:01:00Z"
            _ = try await Timeline(scene, pod)
            #expect(deadlines(scene) == ["STINT_DEADLINE=1800000060"])
        }
    }

    @Test func `the pod's own variables may refer to it, and win`() async throws {
        try await Scene.run { scene in
            var pod = warned()
            pod.spec.containers[0].env = [
                EnvVar(name: "UNTIL", value: "t=$(STINT_DEADLINE)"), EnvVar(name: "STINT_DEADLINE", value: "mine"),
            ]
            _ = try await Timeline(scene, pod)
            #expect(deadlines(scene) == ["STINT_DEADLINE=mine"])
            #expect(scene.runtime.plans.withLock { $0 }[0].environment.contains("UNTIL=t=1800000600"))
        }
    }

    private func told(_ scene: Scene) async -> [String] {
        await scene.recorder.flush()
        return scene.store.list(Event.self).items.filter { $0.reason == "DeadlineWarning" }
            .map { "\($0.message ?? "") (\($0.count ?? 0))" }.sorted()
    }

    private func warning(_ name: String, at seconds: Double, left: Duration = .milliseconds(59_998)) -> PodRuntimeEvent
    {
        .deadlineWarning(
            container: name, attempt: 0, at: noon.addingTimeInterval(seconds), signal: 10, left: left)
    }

    @Test func `an event tells of each warning, once, whoever hears of it`() async throws {
        try await Scene.run { scene in
            let pod = makePod(containers: ["a", "b"])
            let time = try await Timeline(scene, pod)
            await time.happens(
                time.starts("a"), time.starts("b"), warning("a", at: 1), warning("b", at: 1.0001), warning("a", at: 1))
            let first = [
                "Sent SIGUSR1 to container a, 60s before the deadline (1)",
                "Sent SIGUSR1 to container b, 60s before the deadline (1)",
            ]
            #expect(await told(scene) == first)

            // The next daemon hears the whole story, and then of another warning.
            let left = FakePod(scene.runtime)
            scene.runtime.state.withLock { $0.adoptable[time.uid] = left }
            let mailbox = Mailbox<PodWorker.Message>()
            var life = PodLife(try #require(time.pod), context: scene.context, mailbox: mailbox)
            await life.settle()
            let story = [
                time.starts("a"), time.starts("b"), warning("a", at: 1), warning("b", at: 1.0001),
                warning("b", at: 7, left: .seconds(5)),
            ]
            for event in story { left.tell(event) }
            var heard = 0
            while heard < story.count {
                for message in await mailbox.receive() {
                    heard += 1
                    _ = await life.take(message)
                }
            }
            await life.settle()
            #expect(
                await Set(told(scene)) == Set(first + ["Sent SIGUSR1 to container b, 5s before the deadline (1)"]))
        }
    }

    @Test func `what happened while no daemon ran is told, also of a pod that has ended`() async throws {
        try await Scene.run { scene in
            let time = try await Timeline(scene, makeBound(makePod(), [makeStatus(runningState)]), adoptable: true)
            await time.happens(time.starts(), warning("main", at: 1), .deadlineReached(at: noon), time.exits())
            #expect(time.pod?.status?.reason == "DeadlineExceeded")
            #expect(await told(scene) == ["Sent SIGUSR1 to container main, 60s before the deadline (1)"])
        }
    }
}
