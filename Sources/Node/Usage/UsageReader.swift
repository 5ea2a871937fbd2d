import Containers
import Foundation
import Kube
import Store
import Synchronization

/// Measures what pods and the host use, when somebody asks (`kubectl top`). Nothing is sampled in between: a question is
/// answered with what was used since the last one, and when that is too long ago, with what is used in the next second.
public final class UsageReader: Sendable {
    private let store: Store
    private let runtime: any PodRuntime
    private let host: NodeFacts
    private let clock: NodeClock
    /// The sample that the next one is compared with.
    private let last = Mutex<UsageSample?>(nil)

    init(store: Store, runtime: any PodRuntime, host: NodeFacts, clock: NodeClock) {
        self.store = store
        self.runtime = runtime
        self.host = host
        self.clock = clock
    }

    public func pods() async -> [PodMetrics] {
        let (before, now) = await measure()
        var metrics: [PodMetrics] = []
        for pod in store.list(Pod.self) where pod.status?.phase == "Running" {
            let containers = Self.containers(of: pod)
            var window: TimeInterval = 0
            let usage = containers.compactMap { container -> ContainerMetrics? in
                guard let rate = now.rate(of: container, since: before), let counters = now.containers[container] else {
                    return nil
                }
                window = max(window, rate.window)
                return ContainerMetrics(name: container.name, usage: Self.amounts(rate.nanoCores, counters.memoryBytes))
            }
            // A pod of which a part cannot be measured is not measured, as in a cluster.
            guard !usage.isEmpty, usage.count == containers.count else { continue }
            var metadata = ObjectMeta(name: pod.name, namespace: pod.namespace, labels: pod.metadata.labels)
            metadata.creationTimestamp = Timestamp(now.takenAt)
            metrics.append(
                PodMetrics(
                    metadata: metadata, timestamp: Timestamp(now.takenAt), window: Self.text(window), containers: usage)
            )
        }
        return metrics
    }

    public func host() async -> [NodeMetrics] {
        let (before, now) = await measure()
        let rate = now.hostRate(since: before)
        let labels = store.get(HostNode.self, ObjectKey(namespace: nil, name: host.nodeName))?.metadata.labels
        var metadata = ObjectMeta(name: host.nodeName, labels: labels)
        metadata.creationTimestamp = Timestamp(now.takenAt)
        return [
            NodeMetrics(
                metadata: metadata, timestamp: Timestamp(now.takenAt), window: Self.text(rate.window),
                usage: Self.amounts(rate.nanoCores, now.host.memoryBytes))
        ]
    }

    private func measure() async -> (before: UsageSample, now: UsageSample) {
        var now = sample()
        var before = last.withLock { $0 }
        if before?.isUsable(at: now.takenAt) != true {
            before = now
            await clock.sleep(now.takenAt.addingTimeInterval(UsageSample.shortest))
            now = sample()
        }
        last.withLock { last in
            // Questions in quick succession are all compared with the same sample, so that none has a window too short.
            if last?.isUsable(at: now.takenAt) != true
                || now.takenAt.timeIntervalSince(last?.takenAt ?? now.takenAt) > 15
            {
                last = now
            }
        }
        return (before ?? now, now)
    }

    private func sample() -> UsageSample {
        var containers: [UsageSample.Container: UsageSample.Counters] = [:]
        for pod in store.list(Pod.self) where pod.status?.phase == "Running" {
            let known = Self.containers(of: pod)
            let usage = runtime.currentUsage(uid: pod.uid, containers: known.map(\.name))
            for container in known {
                guard let used = usage[container.name] else { continue }
                containers[container] = UsageSample.Counters(
                    cpuMicroseconds: used.cpuMicroseconds, memoryBytes: used.workingSetBytes)
            }
        }
        return UsageSample(takenAt: clock.now(), host: HostCounters.read(), containers: containers)
    }

    private static func containers(of pod: Pod) -> [UsageSample.Container] {
        ((pod.status?.containerStatuses ?? []) + (pod.status?.initContainerStatuses ?? [])).compactMap { status in
            status.state?.running?.startedAt.map {
                UsageSample.Container(pod: pod.uid, name: status.name, startedAt: $0.date)
            }
        }
    }

    private static func amounts(_ nanoCores: Int64, _ bytes: Int64) -> [String: Quantity] {
        // The metrics server says `12345678n` and `1234Ki`.
        let memory = Quantity("\(bytes / 1024)Ki") ?? .zero
        return ["cpu": Quantity("\(nanoCores)n") ?? .zero, "memory": memory]
    }

    /// As Go writes a duration, in thousandths of a second.
    private static func text(_ window: TimeInterval) -> String {
        let milliseconds = Int64((window * 1000).rounded())
        return milliseconds % 1000 == 0 ? "\(milliseconds / 1000)s" : "\(Double(milliseconds) / 1000)s"
    }
}

/// What the whole host has used, from proc(5).
enum HostCounters {
    static func read() -> UsageSample.Counters {
        // The kernel always has these; a host without them is shown as idle.
        let statistics = (try? String(contentsOfFile: "/proc/stat", encoding: .utf8)) ?? ""
        let memory = (try? String(contentsOfFile: "/proc/meminfo", encoding: .utf8)) ?? ""
        return UsageSample.Counters(
            cpuMicroseconds: cpuMicroseconds(statistics), memoryBytes: usedBytes(memory))
    }

    /// The first line of `/proc/stat`: user, nice, system, idle, iowait, irq, softirq, steal, in hundredths of a second.
    static func cpuMicroseconds(_ text: String) -> Int64 {
        guard let line = text.split(separator: "\n").first, line.hasPrefix("cpu ") else { return 0 }
        let ticks = line.split(separator: " ").dropFirst().prefix(8).compactMap { Int64($0) }
        guard ticks.count >= 5 else { return 0 }
        let idle = ticks[3] + ticks[4]
        return (ticks.reduce(0, +) - idle) * 10_000
    }

    /// All memory but what could be had without swapping.
    static func usedBytes(_ text: String) -> Int64 {
        guard let total = kibibytes(text)["MemTotal"], let available = availableBytes(text) else { return 0 }
        return max(0, total * 1024 - available)
    }

    static func availableBytes(_ text: String) -> Int64? { kibibytes(text)["MemAvailable"].map { $0 * 1024 } }

    private static func kibibytes(_ text: String) -> [Substring: Int64] {
        var kibibytes: [Substring: Int64] = [:]
        for line in text.split(separator: "\n") {
            let words = line.split(whereSeparator: { $0 == " " || $0 == ":" })
            if words.count >= 2 { kibibytes[words[0]] = Int64(words[1]) }
        }
        return kibibytes
    }
}
