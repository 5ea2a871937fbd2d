import Containers
import Foundation
import Kube
import Testing

@testable import Node

private func ended(_ code: Int, attempt: Int = 0, ran seconds: Double = 1) -> Termination {
    Termination(
        attempt: attempt, exitCode: code, reason: code == 0 ? "Completed" : "Error",
        startedAt: noon.addingTimeInterval(-seconds), finishedAt: noon)
}

private func pod(restartPolicy: String = "Never", containers: [String] = ["main"]) -> Pod {
    var spec = PodSpec(containers: containers.map { Container(name: $0, image: "busybox") })
    spec.restartPolicy = restartPolicy
    return Pod(metadata: ObjectMeta(name: "p", namespace: "default"), spec: spec)
}

struct PodRunTests {
    @Test func `a start and an end are heard once, however often they are told`() {
        var run = PodRun(pod().spec)
        let started = PodRuntimeEvent.started(container: "main", attempt: 0, at: noon, processID: 7)
        let lost = PodRuntimeEvent.lost(message: "gone")
        #expect(run.apply(started, now: noon).isEmpty)
        #expect(run.containers[0].isRunning)
        #expect(run.apply(lost, now: noon).map(\.reason) == ["SupervisorLost"])
        #expect(run.apply(lost, now: noon).isEmpty)
        #expect(run.apply(started, now: noon).isEmpty)
        #expect(!run.containers[0].isRunning, "a start that is told again does not bring it back")
    }

    @Test(arguments: [(StartFailure.Kind.commandNotFound, 127), (.commandNotExecutable, 126), (.setup, 128)])
    func `a program that cannot start ends as in a shell`(kind: StartFailure.Kind, code: Int) {
        var run = PodRun(pod().spec)
        let failure = StartFailure(kind: kind, message: "why")
        let ended = run.apply(.failedToStart(container: "main", attempt: 0, at: noon, failure: failure), now: noon)
        #expect(ended.map(\.exitCode) == [code])
        #expect(ended.map(\.reason) == ["StartError"])
    }

    @Test(arguments: [StartFailure.Kind.setup, .commandNotFound])
    func `a start that the deadline forbade or cut short is the deadline's`(kind: StartFailure.Kind) {
        var run = PodRun(pod().spec)
        #expect(run.apply(.deadlineReached(at: noon), now: noon).isEmpty)
        let failure = StartFailure(kind: kind, message: "the pod's deadline has passed")
        let ended = run.apply(.failedToStart(container: "main", attempt: 0, at: noon, failure: failure), now: noon)
        #expect(ended.map(\.reason) == ["DeadlineExceeded"])
        #expect(ended.map(\.exitCode) == [137] && ended.first?.message == "the pod's deadline has passed")
        #expect(run.isFinished)
    }

    struct Restart: Sendable, CustomTestStringConvertible {
        let sentence: String
        let attempt: Int
        let before: Duration
        var ran: Double = 1
        let wait: Duration
        var testDescription: String { sentence }
    }

    @Test(arguments: [
        Restart(sentence: "the first restart comes at once", attempt: 0, before: .zero, wait: .zero),
        Restart(sentence: "the second waits ten seconds", attempt: 1, before: .zero, wait: .seconds(10)),
        Restart(sentence: "then the wait doubles", attempt: 2, before: .seconds(10), wait: .seconds(20)),
        Restart(sentence: "and stops at five minutes", attempt: 9, before: .seconds(300), wait: .seconds(300)),
        Restart(sentence: "a long run starts it anew", attempt: 9, before: .seconds(300), ran: 600, wait: .zero),
    ])
    func waitsBeforeRestart(_ row: Restart) {
        var container = ContainerRun(name: "main")
        container.attempt = row.attempt
        container.backOff = row.before
        let decision = decideRestart(container, ended(1, attempt: row.attempt, ran: row.ran))
        #expect(decision.backOff == row.wait)
        #expect(decision.at == noon.addingTimeInterval(Double(row.wait.components.seconds)))
    }

    struct Phase: Sendable, CustomTestStringConvertible {
        let sentence: String
        let policy: String
        let codes: [Int?]
        var deadline = false
        let phase: String
        var testDescription: String { sentence }
    }

    @Test(arguments: [
        Phase(sentence: "nothing started: Pending", policy: "Never", codes: [nil], phase: "Pending"),
        Phase(sentence: "ended well: Succeeded", policy: "Never", codes: [0], phase: "Succeeded"),
        Phase(sentence: "ended badly: Failed", policy: "Never", codes: [3], phase: "Failed"),
        Phase(sentence: "one of two ended badly: Failed", policy: "Never", codes: [0, 1], phase: "Failed"),
        Phase(sentence: "to be restarted: Running", policy: "OnFailure", codes: [3], phase: "Running"),
        Phase(sentence: "success is not restarted", policy: "OnFailure", codes: [0], phase: "Succeeded"),
        Phase(sentence: "Always restarts success too", policy: "Always", codes: [0], phase: "Running"),
        Phase(
            sentence: "a deadline fails even what ended well", policy: "OnFailure", codes: [0], deadline: true,
            phase: "Failed"),
    ])
    func tellsThePhase(_ row: Phase) {
        let names = row.codes.indices.map { "c\($0)" }
        let pod = pod(restartPolicy: row.policy, containers: names)
        var run = PodRun(pod.spec)
        for (index, code) in row.codes.enumerated() {
            if let code { run.containers[index].state = .terminated(ended(code)) }
        }
        if row.deadline { run.deadlineReached = noon }
        let status = makePodStatus(pod, run: run, images: [:], now: noon)
        #expect(status.phase == row.phase)
        #expect(status.reason == (row.deadline ? "DeadlineExceeded" : nil))
    }

    @Test func `a condition keeps its time while its status stays`() {
        var status = PodStatus()
        status.setCondition(PodCondition(type: "Ready", status: "False", reason: "a"), at: noon)
        status.setCondition(PodCondition(type: "Ready", status: "False", reason: "b"), at: noon.addingTimeInterval(60))
        #expect(status.conditions?.map(\.lastTransitionTime) == [Timestamp(noon)])
        #expect(status.conditions?.map(\.reason) == ["b"])
        status.setCondition(PodCondition(type: "Ready", status: "True"), at: noon.addingTimeInterval(90))
        #expect(status.conditions?.map(\.lastTransitionTime) == [Timestamp(noon.addingTimeInterval(90))])
    }

    @Test(
        arguments: [
            ([:], [:], "BestEffort"), (["cpu": "1"], ["cpu": "1"], "Burstable"),
            (["cpu": "1", "memory": "1Gi"], [:], "Guaranteed"),
            (["cpu": "1", "memory": "1Gi"], ["cpu": "500m"], "Burstable"), ([:], ["memory": "1Gi"], "Burstable"),
            (["cpu": "1", "memory": "1Gi"], ["cpu": "0"], "Burstable"), (["cpu": "0"], ["memory": "0"], "BestEffort"),
        ] as [([String: String], [String: String], String)])
    func `the class follows requests and limits`(limits: [String: String], requests: [String: String], name: String) {
        var spec = pod().spec
        spec.containers[0].resources = ResourceRequirements(
            limits: limits.compactMapValues { Quantity($0) }, requests: requests.compactMapValues { Quantity($0) })
        #expect(spec.qosClass == name)
    }
}
