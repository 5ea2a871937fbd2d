import Containers
import Foundation
import Kube
import Testing

@testable import Node

/// How a pod comes to its network, what it is told of it, and what happens when there is none.
struct PodNetworkTests {
    private func events(_ scene: Scene, _ reason: String) async -> [String] {
        await scene.recorder.flush()
        return scene.store.list(Event.self).items.filter { $0.reason == reason }.compactMap(\.message)
    }

    private func named(_ name: String, _ variable: String = "status.podIP") -> Pod {
        var pod = makePod(name)
        var source = EnvVarSource()
        source.fieldRef = ObjectFieldSelector(fieldPath: variable)
        pod.spec.containers[0].env = [EnvVar(name: "IP", valueFrom: source)]
        return pod
    }

    @Test func `a pod knows its addresses before its first container runs, and so does everybody`() async throws {
        try await Scene.run { scene in
            scene.runtime.state.withLock { $0.joins = [.success(["10.9.8.7", "fd00::7"])] }
            let time = try await Timeline(scene, named("p", "status.podIPs"))
            #expect(time.calls == ["join p", "launch main/0"])
            let plan = try #require(scene.runtime.plans.withLock { $0.first })
            #expect(plan.environment.contains("IP=10.9.8.7,fd00::7"))
            let hosts = try #require(plan.mounts.first { $0.target == "/etc/hosts" })
            let text = try String(contentsOfFile: hosts.source, encoding: .utf8)
            #expect(text.hasSuffix("\n10.9.8.7\tp\nfd00::7\tp\n"))
            // With a network there is somebody to ask for names.
            #expect(plan.mounts.contains { $0.target == "/etc/resolv.conf" })
            await time.happens(time.starts())
            #expect(time.pod?.status?.podIP == "10.9.8.7")
            #expect(time.pod?.status?.podIPs == [["ip": "10.9.8.7"], ["ip": "fd00::7"]])
            await time.happens(time.exits())
            #expect(time.pod?.status?.podIP == "10.9.8.7")
        }
    }

    @Test func `without a network a pod has its loopback and no address`() async throws {
        try await Scene.run { scene in
            let time = try await Timeline(scene, named("p"))
            await time.happens(time.starts())
            #expect(time.pod?.status?.podIP == nil)
            let plan = try #require(scene.runtime.plans.withLock { $0.first })
            #expect(plan.environment.contains("IP=127.0.0.1"))
            #expect(!plan.mounts.contains { $0.target == "/etc/resolv.conf" })
        }
    }

    @Test func `in the host's network a pod has the host's address`() async throws {
        try await Scene.run { scene in
            var pod = named("p")
            pod.spec.hostNetwork = true
            let time = try await Timeline(scene, pod)
            await time.happens(time.starts())
            #expect(time.pod?.status?.podIP == box.address)
            #expect(time.calls == ["launch main/0"])
        }
    }

    @Test func `a pod that cannot be joined waits, says why, and tries again less and less often`() async throws {
        try await Scene.run { scene in
            let problem = ContainerError.network(.plugin(type: "bridge", verb: .add, problem: "no room"))
            scene.runtime.state.withLock { $0.joins = [.failure(problem), .failure(problem), .success(["10.9.8.7"])] }
            let time = try await Timeline(scene, makePod())
            #expect(time.container()?.waiting?.reason == "ContainerCreating")
            #expect(time.pod?.status?.phase == "Pending")
            // News in between is no reason to try at once.
            await time.send(.imageArrived)
            #expect(time.calls == ["join p"])
            await time.pass(1)
            #expect(time.calls == ["join p", "join p"])
            await time.pass(2)
            #expect(time.calls == ["join p", "join p", "join p", "launch main/0"])
            let uid = time.uid
            #expect(
                await events(scene, "FailedCreatePodSandBox").first
                    == "Failed to create pod sandbox: failed to setup network for sandbox \"\(uid)\": "
                    + "plugin type=\"bridge\" failed (add): no room")
        }
    }

    @Test func `a pod that is deleted while it waits is not joined`() async throws {
        try await Scene.run { scene in
            let problem = ContainerError.network(.plugin(type: "bridge", verb: .add, problem: "no room"))
            scene.runtime.state.withLock { $0.joins = [.failure(problem)] }
            let time = try await Timeline(scene, makePod())
            try await time.delete()
            #expect(time.pod == nil)
            #expect(time.calls == ["join p", "remove"])
        }
    }

    @Test func `who deletes a pod interrupts what waits for its network`() async throws {
        try await Scene.run { scene in
            var pod = makePod()
            pod.metadata.uid = "u"
            let worker = PodWorker("u", context: scene.context)
            worker.send(.changed(pod))
            worker.send(.imageArrived)
            #expect(scene.runtime.calls == [])
            pod.metadata.deletionTimestamp = Timestamp(noon)
            worker.send(.changed(pod))
            worker.send(.removed)
            worker.stop()
            #expect(scene.runtime.calls == ["interrupt u", "interrupt u", "interrupt u"])
        }
    }

    @Test func `after a restart the addresses are found again, and a network that has gone is told`() async throws {
        try await Scene.run { scene in
            scene.runtime.state.withLock {
                $0.joined = ["10.9.8.7"]
                $0.networkProblem = "the pod's network namespace is gone"
            }
            let time = try await Timeline(scene, makeBound(makePod(), [makeStatus(runningState)]), adoptable: true)
            #expect(time.pod?.status?.podIP == "10.9.8.7")
            while await events(scene, "NetworkNotReady").isEmpty { await Task.yield() }
            #expect(
                await events(scene, "NetworkNotReady")
                    == ["network is not ready: the pod's network namespace is gone"])
        }
    }

    @Test func `a pod that cannot leave its network says so and tries again`() async throws {
        try await Scene.run { scene in
            scene.runtime.state.withLock {
                $0.removeFailures = 1
                $0.removeError = .network(.plugin(type: "bridge", verb: .delete, problem: "busy"))
            }
            let time = try await Timeline(scene, makePod())
            await time.happens(time.starts(), time.exits())
            let uid = time.uid
            #expect(
                await events(scene, "FailedKillPod") == [
                    "error killing pod: failed to \"KillPodSandbox\" for \"\(uid)\" with KillPodSandboxError: "
                        + "\"failed to destroy network for sandbox \\\"\(uid)\\\": "
                        + "plugin type=\\\"bridge\\\" failed (delete): busy\""
                ])
            await time.pass(1)
            #expect(time.calls.suffix(2) == ["remove", "remove"])
        }
    }

    @Test func `a port of the host needs a network that maps ports`() async throws {
        var spec = makePod().spec
        spec.containers[0].ports = [["containerPort": 80, "hostPort": 8080]]
        #expect(PodRejection.decide(spec, mapsPorts: true) == nil)
        #expect(
            PodRejection.decide(spec, mapsPorts: false)
                == PodRejection(
                    reason: "HostPortForbidden",
                    message: "hostPort 8080 would lead nowhere: this host has no network of pods that maps ports"))
        spec.hostNetwork = true
        #expect(PodRejection.decide(spec, mapsPorts: false) == nil)
        try await Scene.run { scene in
            var pod = makePod()
            pod.spec.containers[0].ports = [["containerPort": 80, "hostPort": 8080, "protocol": "TCP"]]
            let time = try await Timeline(scene, pod)
            #expect(time.pod?.status?.phase == "Failed")
            #expect(time.pod?.status?.reason == "HostPortForbidden")
            scene.runtime.state.withLock {
                $0.network = PodNetworkFacts(name: "n", mapsPorts: true)
                $0.joins = [.success(["10.9.8.7"])]
            }
            pod.metadata.name = "q"
            pod.metadata.annotations = ["kubernetes.io/egress-bandwidth": "10M"]
            _ = try await Timeline(scene, pod)
            let request = scene.runtime.requests.withLock { $0.last }
            #expect(request?.ports == [.init(hostPort: 8080, containerPort: 80)])
            #expect(request?.bandwidth == .init(egress: 10_000_000))
        }
    }

    struct PortRow: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let first: HostPort
        let second: HostPort
        let conflicts: Bool
        init(_ sentence: String, _ first: (String, Int64, String), _ second: (String, Int64, String), _ conflicts: Bool)
        {
            testDescription = sentence
            self.first = HostPort(transport: first.0, number: first.1, address: first.2)
            self.second = HostPort(transport: second.0, number: second.1, address: second.2)
            self.conflicts = conflicts
        }
    }

    @Test(arguments: [
        PortRow("the same", ("TCP", 80, ""), ("TCP", 80, ""), true),
        PortRow("another number", ("TCP", 80, ""), ("TCP", 81, ""), false),
        PortRow("another protocol", ("TCP", 80, ""), ("UDP", 80, ""), false),
        PortRow("two addresses", ("TCP", 80, "10.0.0.1"), ("TCP", 80, "10.0.0.2"), false),
        PortRow("every address and one of them", ("TCP", 80, ""), ("TCP", 80, "10.0.0.2"), true),
    ])
    func ports(_ row: PortRow) {
        #expect(row.first.conflicts(with: row.second) == row.conflicts)
        #expect(row.second.conflicts(with: row.first) == row.conflicts)
        var holders = HostPortHolders()
        let (taken, again) = (holders.take([row.first], for: "a"), holders.take([row.first], for: "a"))
        #expect(taken && again)
        let both = holders.take([row.second], for: "b")
        #expect(both != row.conflicts)
        let frees = holders.forget("a")
        #expect(frees == row.conflicts)
        let after = holders.take([row.second], for: "b")
        #expect(after)
        #expect(holders.waiting == [])
    }

    @Test func `which ports of the host a pod has`() {
        var spec = makePod(containers: ["a", "b"]).spec
        spec.containers[0].ports = [["containerPort": 80, "hostPort": 8080, "hostIP": "0.0.0.0"]]
        spec.containers[1].ports = [["containerPort": 53, "protocol": "UDP"]]
        #expect(spec.hostPorts == [HostPort(transport: "TCP", number: 8080, address: "")])
        spec.hostNetwork = true
        #expect(spec.hostPorts.last == HostPort(transport: "UDP", number: 53, address: ""))
    }
}

/// Pods of one namespace that find each other by name.
struct NeighbourTests {
    private func pod(_ name: String, _ address: String?, subdomain: String? = "sub", phase: String = "Running") -> Pod {
        var pod = makePod(name)
        pod.metadata.uid = "uid-\(name)"
        pod.spec.hostname = name
        pod.spec.subdomain = subdomain
        pod.status = PodStatus()
        pod.status?.phase = phase
        if let address { pod.status?.addresses = [address] }
        return pod
    }

    @Test func `a neighbour has a name and an address, and is not about to lose it`() {
        #expect(
            Neighbour(pod("job-0", "10.9.8.7"))?.names == [
                "job-0.sub.default.svc.cluster.local", "job-0.sub.default.svc", "job-0.sub.default", "job-0.sub",
            ])
        #expect(Neighbour(pod("job-0", nil)) == nil)
        #expect(Neighbour(pod("job-0", "10.9.8.7", subdomain: nil)) == nil)
        #expect(Neighbour(pod("job-0", "10.9.8.7", phase: "Succeeded")) == nil)
        var leaving = pod("job-0", "10.9.8.7")
        leaving.metadata.deletionTimestamp = Timestamp(noon)
        #expect(Neighbour(leaving) == nil)
        leaving = pod("job-0", "10.9.8.7")
        leaving.spec.hostname = nil
        #expect(Neighbour(leaving) == nil)
    }

    @Test func `news of a neighbour is told once, and to others only`() {
        let all = Neighbourhood()
        let (a, b) = (pod("a", "10.0.0.1"), pod("b", "10.0.0.2"))
        #expect(all.note(a, isGone: false))
        #expect(!all.note(a, isGone: false))
        #expect(all.note(b, isGone: false))
        #expect(all.others(than: a).map(\.hostname) == ["b"])
        #expect(all.others(than: makePod("plain")).map(\.hostname) == ["a", "b"])
        var elsewhere = makePod("c")
        elsewhere.metadata.namespace = "other"
        #expect(all.others(than: elsewhere) == [])
        #expect(all.note(a, isGone: true))
        #expect(!all.note(a, isGone: true))
        #expect(all.others(than: b) == [])
    }

    @Test func `the hosts file of a pod that runs follows its neighbours, and stays the same file`() async throws {
        try await Scene.run { scene in
            scene.runtime.state.withLock { $0.joins = [.success(["10.0.0.9"])] }
            let all = Neighbourhood()
            let time = try await Timeline(scene, makePod()) { $0.neighbours = { all.others(than: $0) } }
            await time.happens(time.starts())
            let plan = try #require(scene.runtime.plans.withLock { $0.first })
            let path = try #require(plan.mounts.first { $0.target == "/etc/hosts" }?.source)
            func inode() throws -> Int? {
                try FileManager.default.attributesOfItem(atPath: path)[.systemFileNumber] as? Int
            }
            let (before, number) = (try String(contentsOfFile: path, encoding: .utf8), try inode())
            #expect(before.hasSuffix("10.0.0.9\tp\n"))
            _ = all.note(pod("job-0", "10.9.8.7"), isGone: false)
            await time.tell(.neighboursChanged)
            #expect(
                try String(contentsOfFile: path, encoding: .utf8) == before
                    + "\n# Entries of pods of this namespace.\n10.9.8.7\tjob-0.sub.default.svc.cluster.local\t"
                    + "job-0.sub.default.svc\tjob-0.sub.default\tjob-0.sub\n")
            _ = all.note(pod("job-0", "10.9.8.7"), isGone: true)
            await time.tell(.neighboursChanged)
            #expect(try String(contentsOfFile: path, encoding: .utf8) == before)
            #expect(try inode() == number)
        }
    }

    @Test func `the agent tells the workers of a namespace a little later`() async throws {
        try await Scene.run { scene in
            let all = Neighbourhood()
            _ = all.note(pod("a", "10.0.0.1"), isGone: false)
            await withCheckedContinuation { continuation in
                all.tellSoon("default", clock: scene.clock.clock) { continuation.resume() }
                // Already on its way.
                all.tellSoon("default", clock: scene.clock.clock) { Issue.record("told twice") }
                Task {
                    // Until the sleeper has lain down.
                    for _ in 0..<100 {
                        scene.clock.advance(1)
                        await Task.yield()
                        try await Task.sleep(for: .milliseconds(5))
                    }
                }
            }
        }
    }
}
