import Containers
import Foundation
import Kube
import Testing

@testable import Node

/// What a pod's security context becomes for the runtime, and what of it shows in its status.
struct PodSecurityPlanTests {
    private func pod(_ change: (inout PodSpec) -> Void) -> Pod {
        var pod = makePod()
        change(&pod.spec)
        return pod
    }

    private func context(_ change: (inout PodSecurityContext) -> Void) -> PodSecurityContext {
        var context = PodSecurityContext()
        change(&context)
        return context
    }

    @Test func `safe kernel parameters go to the runtime, as paths`() async throws {
        try await Scene.run { scene in
            let sysctls = [
                Sysctl(name: "net.ipv4.tcp_syncookies", value: "1"), Sysctl(name: "kernel/shm_rmid_forced", value: "0"),
            ]
            _ = try await Timeline(scene, pod { $0.securityContext = context { $0.sysctls = sysctls } })
            #expect(
                scene.runtime.pods.withLock { $0.first?.kernelParameters } == [
                    KernelParameter(path: "net/ipv4/tcp_syncookies", value: "1"),
                    KernelParameter(path: "kernel/shm_rmid_forced", value: "0"),
                ])
        }
    }

    @Test func `users of its own go to the runtime, and ids beyond them are refused`() async throws {
        for (hostUsers, expected) in [(nil, false), (true, false), (false, true)] as [(Bool?, Bool)] {
            try await Scene.run { scene in
                _ = try await Timeline(scene, pod { $0.hostUsers = hostUsers })
                #expect(scene.runtime.pods.withLock { $0.first?.hasOwnUsers } == expected)
            }
        }
        let rows: [((inout PodSecurityContext) -> Void, String)] = [
            ({ $0.runAsUser = 65_536 }, "runAsUser 65536 is out of range: it must be between 0 and 65535"),
            ({ $0.runAsGroup = 100_000 }, "runAsGroup 100000 is out of range: it must be between 0 and 65535"),
            ({ $0.fsGroup = 65_536 }, "group id 65536 is out of range: it must be between 0 and 65535"),
            ({ $0.supplementalGroups = [65_536] }, "group id 65536 is out of range: it must be between 0 and 65535"),
        ]
        for (change, message) in rows {
            for hostUsers in [true, false] {
                try await Scene.run { scene in
                    _ = try await Timeline(
                        scene,
                        pod {
                            $0.hostUsers = hostUsers
                            $0.securityContext = context(change)
                        })
                    await scene.recorder.flush()
                    let told = scene.store.list(Event.self).items.filter { $0.reason == "Failed" }
                    #expect(told.map(\.message) == (hostUsers ? [] : ["Error: \(message)"]))
                    #expect(scene.runtime.pods.withLock { $0.isEmpty } == !hostUsers)
                }
            }
        }
    }

    @Test func `a pod with an unsafe kernel parameter is rejected and never started`() async throws {
        try await Scene.run { scene in
            let sysctls = [
                Sysctl(name: "net.ipv4.tcp_syncookies", value: "1"), Sysctl(name: "kernel.msgmax", value: "1"),
            ]
            let time = try await Timeline(scene, pod { $0.securityContext = context { $0.sysctls = sysctls } })
            #expect(time.pod?.status?.phase == "Failed")
            #expect(time.pod?.status?.reason == "SysctlForbidden")
            #expect(
                time.pod?.status?.message == "Pod was rejected: forbidden sysctl: \"kernel.msgmax\" not allowlisted")
            #expect(!time.calls.contains { $0.hasPrefix("launch") })
            #expect(try await time.attempts().map(\.reason) == ["SysctlForbidden"])
            #expect(time.life.isOver)
            await scene.recorder.flush()
            let told = scene.store.list(Event.self).items.filter { $0.reason == "SysctlForbidden" }
            #expect(told.map(\.message) == ["forbidden sysctl: \"kernel.msgmax\" not allowlisted"])
        }
    }

    @Test func `a rejected pod is not started again, whatever its policy`() async throws {
        try await Scene.run { scene in
            var pod = pod { $0.securityContext = context { $0.sysctls = [Sysctl(name: "vm.swappiness", value: "1")] } }
            pod.spec.restartPolicy = "OnFailure"
            let time = try await Timeline(scene, pod)
            #expect(time.pod?.status?.phase == "Failed")
            #expect(time.life.isOver)
        }
    }

    @Test func `sharing processes and refusing the image's groups are told to the runtime`() async throws {
        try await Scene.run { scene in
            _ = try await Timeline(
                scene,
                pod {
                    $0.shareProcessNamespace = true
                    $0.securityContext = context {
                        $0.supplementalGroupsPolicy = "Strict"
                        $0.supplementalGroups = [5]
                    }
                })
            let plan = try #require(scene.runtime.pods.withLock { $0.first })
            #expect(plan.shareProcessNamespace)
            #expect(plan.containers.first?.takesImageGroups == false)
            #expect(plan.containers.first?.supplementalGroups == [5])
        }
        try await Scene.run { scene in
            _ = try await Timeline(scene, makePod())
            let plan = try #require(scene.runtime.pods.withLock { $0.first })
            #expect(!plan.shareProcessNamespace)
            #expect(plan.containers.first?.takesImageGroups == true)
        }
    }

    @Test func `the status says whom a container runs as, from its start on, also after a restart of the daemon`()
        async throws
    {
        let identity = ContainerIdentity(uid: 1000, gid: 3000, groups: [3000, 4000])
        let user = ContainerUser(
            linux: LinuxContainerUser(uid: 1000, gid: 3000, supplementalGroups: [3000, 4000]))
        try await Scene.run { scene in
            let time = try await Timeline(scene, makePod())
            #expect(time.pod?.status?.containerStatuses?[0].user == nil)
            await time.happens(.runsAs(container: "main", attempt: 0, identity), time.starts())
            #expect(time.pod?.status?.containerStatuses?[0].user == user)
            await time.happens(time.exits())
            #expect(time.pod?.status?.containerStatuses?[0].user == user)
        }
        try await Scene.run { scene in
            var status = makeStatus(runningState)
            status.user = user
            let time = try await Timeline(scene, makeBound(makePod(), [status]), adoptable: true)
            await time.happens(time.starts(), time.exits())
            #expect(time.pod?.status?.containerStatuses?[0].user == user)
        }
    }

    @Test func `whom it is about to run as is not worth a commit of its own`() async throws {
        try await Scene.run { scene in
            let time = try await Timeline(scene, makePod())
            let before = time.pod?.metadata.resourceVersion
            await time.happens(
                .runsAs(container: "main", attempt: 0, ContainerIdentity(uid: 0, gid: 0, groups: [0])))
            #expect(time.pod?.metadata.resourceVersion == before)
        }
    }
}
