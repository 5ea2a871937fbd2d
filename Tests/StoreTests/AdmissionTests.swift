import Foundation
import Kube
import Logging
import Testing

@testable import Store

/// Rules and quotas where they are kept: on the writer.
@Suite(.timeLimit(.minutes(1))) struct AdmissionTests {
    private static func open(_ path: String) throws -> Store {
        try Store(
            path: path,
            types: [
                Job.self, Pod.self, Event.self, Namespace.self, ConfigMap.self, PersistentVolumeClaim.self,
                LimitRange.self, ResourceQuota.self, PriorityClass.self,
            ], logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    /// Asks the store at the end whether its quotas agree with its objects.
    private func run(_ body: (Store) async throws -> Void) async throws {
        let scratch = try Scratch()
        let store = try Self.open(scratch.path)
        try await body(store)
        #expect(try await store.verify() == [])
        await store.close()
    }

    private func amounts(_ texts: [String: String]) -> [String: Quantity] { texts.compactMapValues { Quantity($0) } }

    private func quota(_ hard: [String: String], scopes: [String]? = nil, name: String = "q") -> ResourceQuota {
        ResourceQuota(
            metadata: ObjectMeta(name: name, namespace: "default"),
            spec: ResourceQuotaSpec(hard: amounts(hard), scopes: scopes))
    }

    private func asking(_ name: String?, _ requests: [String: String], limits: [String: String] = [:]) -> Pod {
        var pod = pod(name)
        pod.spec.containers[0].resources = ResourceRequirements(limits: amounts(limits), requests: amounts(requests))
        return pod
    }

    private func used(_ store: Store, _ name: String = "q") -> [String: String] {
        (store.get(ResourceQuota.self, key(name))?.status?.used ?? [:]).mapValues(\.text)
    }

    private func refusal(_ body: () async throws -> Void) async -> String? {
        do {
            try await body()
            return nil
        } catch {
            return "\(error)"
        }
    }

    @Test func `what is used is in the status, from the first commit on`() async throws {
        try await run { store in
            try await store.create(asking("before", ["cpu": "100m"]))
            try await store.create(quota(["cpu": "1", "pods": "5"]))
            #expect(used(store) == ["cpu": "100m", "pods": "1"])
            #expect(store.get(ResourceQuota.self, key("q"))?.status?.hard == amounts(["cpu": "1", "pods": "5"]))
            try await store.create(asking("a", ["cpu": "300m"]))
            #expect(used(store) == ["cpu": "400m", "pods": "2"])
            try await store.delete(Pod.self, key("before"))
            #expect(used(store) == ["cpu": "300m", "pods": "1"])
            _ = try await store.modify(Pod.self, key("a")) { $0.status = phase("Succeeded") }
            #expect(used(store) == ["cpu": "0", "pods": "0"])
            _ = try await store.modify(ResourceQuota.self, key("q")) { $0.spec?.hard = amounts(["count/pods": "9"]) }
            #expect(used(store) == ["count/pods": "1"])
        }
    }

    @Test func `what is too much is refused, in numbers`() async throws {
        try await run { store in
            try await store.create(quota(["cpu": "500m"]))
            #expect(
                await refusal { _ = try await store.create(asking("x", ["cpu": "1"])) }
                    == "pods \"x\" is forbidden: exceeded quota: q, requested: cpu=1, used: cpu=0, limited: cpu=500m")
            #expect(
                await refusal { _ = try await store.create(pod("y")) }
                    == "pods \"y\" is forbidden: failed quota: q: must specify cpu for: main")
            #expect(used(store) == ["cpu": "0"])
        }
    }

    @Test func `many at the same time do not get more than there is`() async throws {
        try await run { store in
            try await store.create(quota(["pods": "7", "cpu": "10"]))
            let made = await withTaskGroup(of: Bool.self) { group in
                for number in 0..<40 {
                    group.addTask { [self] in
                        (try? await store.create(asking("p\(number)", ["cpu": "1"]))) != nil
                    }
                }
                return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(made == 7)
            #expect(used(store) == ["cpu": "7", "pods": "7"])
        }
    }

    @Test func `a transaction fits as a whole or not at all`() async throws {
        try await run { store in
            try await store.create(quota(["pods": "2"]))
            let three = (0..<3).map { StoreWrite.create(pod("p\($0)")) }
            #expect(
                await refusal { try await store.commit(three) }
                    == "pods \"p2\" is forbidden: exceeded quota: q, requested: pods=1, used: pods=2, limited: pods=2")
            #expect(used(store) == ["pods": "0"])
            try await store.commit(Array(three.prefix(2)))
            // What goes makes room for what comes in the same transaction.
            try await store.commit([
                .delete(Pod.self, key("p0"), DeleteOptions()), .create(pod("p3")),
            ])
            #expect(used(store) == ["pods": "2"])
        }
    }

    @Test func `a rehearsal counts, and leaves nothing behind`() async throws {
        try await run { store in
            try await store.create(quota(["pods": "1"]))
            for _ in 0..<3 { try await store.create(pod("p"), dryRun: true) }
            #expect(used(store) == ["pods": "0"])
            try await store.create(pod("p"))
            #expect(
                await refusal { _ = try await store.create(pod("r"), dryRun: true) }?.contains("exceeded quota") == true
            )
        }
    }

    @Test func `growing in place is counted as what it adds`() async throws {
        try await run { store in
            try await store.create(quota(["cpu": "1"]))
            try await store.create(asking("a", ["cpu": "600m"]))
            let grow: @Sendable (String) async throws -> Void = { size in
                _ = try await store.modify(Pod.self, key("a")) {
                    $0.spec.containers[0].resources?.requests?["cpu"] = Quantity(size)
                }
            }
            try await grow("1")
            #expect(used(store) == ["cpu": "1"])
            #expect(
                await refusal { try await grow("1500m") }
                    == "pods \"a\" is forbidden: exceeded quota: q, requested: cpu=500m, used: cpu=1, limited: cpu=1")
            try await grow("200m")
            #expect(used(store) == ["cpu": "200m"])
        }
    }

    @Test func `who is beyond a quota already may shrink and end`() async throws {
        try await run { store in
            try await store.create(asking("a", ["cpu": "2"]))
            try await store.create(quota(["cpu": "1"]))
            #expect(used(store) == ["cpu": "2"])
            _ = try await store.modify(Pod.self, key("a")) { $0.status = phase("Running") }
            _ = try await store.modify(Pod.self, key("a")) {
                $0.spec.containers[0].resources?.requests?["cpu"] = Quantity("1500m")
            }
            #expect(used(store) == ["cpu": "1500m"])
        }
    }

    @Test func `scopes and namespaces keep apart`() async throws {
        try await run { store in
            try await store.create(quota(["pods": "1"], scopes: ["Terminating"]))
            try await store.create(pod("a"))
            try await store.create(pod("elsewhere", namespace: "other"))
            var ending = pod("b")
            ending.spec.activeDeadlineSeconds = 5
            try await store.create(ending)
            #expect(used(store) == ["pods": "1"])
            // By a change of something else it comes under the quota: counted, not refused.
            _ = try await store.modify(Pod.self, key("a")) { $0.spec.activeDeadlineSeconds = 9 }
            #expect(used(store) == ["pods": "2"])
        }
    }

    @Test func `objects of every kind count`() async throws {
        try await run { store in
            try await store.create(quota(["count/jobs.batch": "1", "configmaps": "1"]))
            try await store.create(job("a"))
            try await store.create(ConfigMap(metadata: ObjectMeta(name: "m", namespace: "default")))
            #expect(
                await refusal { _ = try await store.create(job("b")) }
                    == "jobs.batch \"b\" is forbidden: exceeded quota: q, requested: count/jobs.batch=1, used: "
                    + "count/jobs.batch=1, limited: count/jobs.batch=1")
            #expect(used(store) == ["configmaps": "1", "count/jobs.batch": "1"])
        }
    }

    @Test func `nobody changes what is used by writing it`() async throws {
        try await run { store in
            try await store.create(quota(["pods": "1"]))
            try await store.create(pod("a"))
            _ = try await store.modify(ResourceQuota.self, key("q")) { $0.status = ResourceQuotaStatus() }
            #expect(used(store) == ["pods": "1"])
            #expect(await refusal { _ = try await store.create(pod("b")) } != nil)
        }
    }

    @Test func `the next daemon counts again`() async throws {
        let scratch = try Scratch()
        let first = try Self.open(scratch.path)
        try await first.create(quota(["pods": "2"]))
        try await first.create(pod("a"))
        await first.close()
        let second = try Self.open(scratch.path)
        try await second.create(pod("b"))
        #expect(used(second) == ["pods": "2"])
        #expect(await refusal { _ = try await second.create(pod("c")) } != nil)
        #expect(try await second.verify() == [])
        await second.close()
    }

    @Test func `one update tells of a whole transaction`() async throws {
        try await run { store in
            try await store.create(quota(["pods": "100"]))
            let before = store.revision
            try await store.commit((0..<50).map { .create(pod("p\($0)")) })
            #expect(store.revision == before + 51)
            #expect(used(store) == ["pods": "50"])
        }
    }

    // MARK: - Limit ranges and priorities

    private func range(_ item: LimitRangeItem) -> LimitRange {
        LimitRange(metadata: ObjectMeta(name: "r", namespace: "default"), spec: LimitRangeSpec(limits: [item]))
    }

    @Test func `limits by default count for quotas, and for the class`() async throws {
        try await run { store in
            var item = LimitRangeItem(type: "Container")
            item.default = amounts(["cpu": "500m", "memory": "64Mi"])
            item.defaultRequest = item.default
            try await store.create(range(item))
            try await store.create(quota(["limits.cpu": "1"]))
            var one = pod("a")
            one.status = phase("Pending")
            one.status?.qosClass = "BestEffort"
            let made = try await store.create(one)
            #expect(made.status?.qosClass == "Guaranteed")
            #expect(made.metadata.annotations?[LimitRange.annotation] != nil)
            try await store.create(pod("b"))
            #expect(
                await refusal { _ = try await store.create(pod("c")) }
                    == "pods \"c\" is forbidden: exceeded quota: q, requested: limits.cpu=500m, used: limits.cpu=1, limited: "
                    + "limits.cpu=1")
        }
    }

    @Test func `what is beyond a range is refused, and what a default makes impossible`() async throws {
        try await run { store in
            var item = LimitRangeItem(type: "Container")
            item.max = amounts(["cpu": "500m"])
            item.default = amounts(["memory": "64Mi"])
            try await store.create(range(item))
            #expect(
                await refusal { _ = try await store.create(asking("x", ["cpu": "1"], limits: ["cpu": "1"])) }
                    == "pods \"x\" is forbidden: maximum cpu usage per Container is 500m, but limit is 1")
            #expect(
                await refusal {
                    _ = try await store.create(asking("x", ["memory": "1Gi"], limits: ["cpu": "100m"]))
                }
                    == "Pod \"x\" is invalid: spec.containers[0].resources.requests: Invalid value: \"1Gi\": must be less than "
                    + "or equal to memory limit of 64Mi")
        }
    }

    @Test func `claims have bounds, when they are made and when they grow`() async throws {
        try await run { store in
            var item = LimitRangeItem(type: "PersistentVolumeClaim")
            item.max = amounts(["storage": "2Gi"])
            try await store.create(range(item))
            func claim(_ size: String) -> PersistentVolumeClaim {
                var spec = PersistentVolumeClaimSpec()
                spec.resources = VolumeResourceRequirements(requests: amounts(["storage": size]))
                return PersistentVolumeClaim(metadata: ObjectMeta(name: "c", namespace: "default"), spec: spec)
            }
            let message =
                "persistentvolumeclaims \"c\" is forbidden: maximum storage usage per PersistentVolumeClaim is 2Gi, but "
                + "request is 3Gi"
            #expect(await refusal { _ = try await store.create(claim("3Gi")) } == message)
            var made = try await store.create(claim("1Gi"))
            made.spec.resources = claim("3Gi").spec.resources
            let grown = made
            #expect(await refusal { _ = try await store.update(grown) } == message)
        }
    }

    @Test func `pods take the priority of their class`() async throws {
        try await run { store in
            try await store.create(PriorityClass(metadata: ObjectMeta(name: "high"), value: 100))
            var important = pod("a")
            important.spec.priorityClassName = "high"
            #expect(try await store.create(important).spec.priority == 100)
            #expect(try await store.create(pod("b")).spec.priority == 0)
            var lost = pod("c")
            lost.spec.priorityClassName = "nope"
            let unknown = lost
            #expect(
                await refusal { _ = try await store.create(unknown) }
                    == "pods \"c\" is forbidden: no PriorityClass with name nope was found")
        }
    }

    @Test func `there is one default class`() async throws {
        try await run { store in
            func made(_ name: String) -> PriorityClass {
                var made = PriorityClass(metadata: ObjectMeta(name: name), value: 1)
                made.globalDefault = true
                return made
            }
            try await store.create(made("a"))
            let message =
                "priorityclasses.scheduling.k8s.io \"b\" is forbidden: PriorityClass a is already marked as default. Only "
                + "one default can exist"
            #expect(await refusal { _ = try await store.create(made("b")) } == message)
            var plain = made("b")
            plain.globalDefault = nil
            try await store.create(plain)
            #expect(
                await refusal {
                    _ = try await store.modify(PriorityClass.self, key("b", nil)) { $0.globalDefault = true }
                } == message)
        }
    }
}

private func phase(_ name: String) -> PodStatus {
    var status = PodStatus()
    status.phase = name
    return status
}
